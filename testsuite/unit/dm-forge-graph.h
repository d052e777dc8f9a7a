/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Facts made by hand from a text, "a:b,c b:c c:", one module per word in index order;
 * each module exports its own name.
 */
#pragma once

#include <string.h>

#include "testsuite/lib/ts.h"
#include "tools/depmod/dm-graph.h"
#include "tools/depmod/dm-module.h"
#include "tools/depmod/dm-symbols.h"

#define HAND_MAX 64

struct hand {
	struct dm_intern symbols;
	struct dm_module modules[HAND_MAX];
	struct dm_facts facts[HAND_MAX];
	struct dm_export exports[HAND_MAX];
	struct dm_sym *imports[HAND_MAX][HAND_MAX];
	struct dm_modules list;
	uint32_t n;
};

static inline void hand_init(struct hand *h, const char *text)
{
	char *copy = strdup(text), *save = NULL;

	*h = (struct hand){ .symbols = DM_INTERN_INIT };
	for (char *word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		char *deps = strchr(word, ':'), *dep, *inner = NULL;
		struct dm_facts *f = &h->facts[h->n];

		*deps++ = '\0';
		h->exports[h->n].sym = dm_intern(&h->symbols, word, strlen(word));
		h->modules[h->n] = (struct dm_module){
			.name = h->exports[h->n].sym->name,
			.path = h->exports[h->n].sym->name,
		};
		f->exports = &h->exports[h->n];
		f->n_exports = 1;
		f->imports = h->imports[h->n];
		for (dep = strtok_r(deps, ",", &inner); dep;
		     dep = strtok_r(NULL, ",", &inner))
			h->imports[h->n][f->n_imports++] = dm_intern(&h->symbols, dep,
								     strlen(dep));
		h->n++;
	}
	free(copy);
	h->list.list.at = h->modules;
	h->list.list.n = h->n;
	dm_symbols_settle(h->facts, h->n);
}

static inline void hand_fini(struct hand *h)
{
	dm_intern_fini(&h->symbols);
}
