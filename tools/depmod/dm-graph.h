/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who needs whom (formats.md 2.4). Lists of all modules stand in one array, cut by an
 * offset per module:
 *
 *	offsets   0     2  2        5
 *	          |     |  |        |
 *	items     b  c     a  c  d        module 0 needs b and c, 1 nothing, 2 a, c, d
 *
 * Order numbers: modules that nobody uses come on a stack, in index order; again and
 * again the last is taken off and numbered, and each of its direct dependencies that has
 * no other user left is put on. What gets no number is in, or only used by, a loop.
 */
#pragma once

#include "shared/vec.h"
#include "tools/depmod/dm-facts.h"

struct dm_lists {
	uint32_t n;      /* modules */
	size_t *offsets; /* n + 1 */
	VEC(uint32_t) items;
};

static inline const uint32_t *dm_list(const struct dm_lists *l, uint32_t module,
				      size_t *n)
{
	*n = l->offsets[module + 1] - l->offsets[module];
	return *n > 0 ? l->items.at + l->offsets[module] : NULL;
}

struct dm_graph {
	struct dm_lists direct; /* in order of first use */
	/* per item of direct: the first symbol used */
	VEC(const struct dm_sym *) reasons;
	uint32_t *numbers; /* order number per module; DM_NOBODY: none */
	uint32_t n_numbered;
};

/* Owners must be settled in the symbols. */
int dm_graph_build(const struct dm_facts *facts, uint32_t n,
		   struct dm_graph *out) _must_check_;
void dm_graph_fini(struct dm_graph *g);
/* All that each module needs, by order number: what is to be loaded first is last. */
int dm_graph_closure(const struct dm_graph *g, struct dm_lists *out) _must_check_;
void dm_lists_fini(struct dm_lists *l);
