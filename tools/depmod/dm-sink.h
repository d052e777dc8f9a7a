/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a walk over the facts puts what it finds: as text, as index entries, or both at
 * once, so that the two forms cannot disagree.
 */
#pragma once

#include "libkmod/index/index-write.h"
#include "shared/strbuf.h"
#include "tools/depmod/dm-diag.h"

struct dm_sink {
	bool want_text, want_index;
	struct strbuf text;
	VEC(struct index_entry) entries;
	struct arena arena; /* keys and values that had to be made */
	struct dm_diags diags;
};

void dm_sink_init(struct dm_sink *s, bool want_text, bool want_index);
void dm_sink_fini(struct dm_sink *s);

/* One line of text: word, blank, word, blank, word; a NULL ends it earlier. */
void dm_sink_line(struct dm_sink *s, const char *a, const char *b, const char *c);
/*
 * An entry of borrowed strings. What an index cannot hold is left out with a warning
 * that names the module (D7).
 */
int dm_sink_entry(struct dm_sink *s, const char *key, const char *value,
		  uint32_t priority, const char *module) _must_check_;
/* The same; the key is an alias as modules spell it. Bad brackets: left out (warning). */
int dm_sink_alias(struct dm_sink *s, const char *alias, const char *value,
		  uint32_t priority) _must_check_;
/* -w: names identical pairs of key and value. kind: "alias". */
int dm_sink_warn_duplicates(struct dm_sink *s, const char *kind) _must_check_;
