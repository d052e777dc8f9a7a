/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One module file to its facts: a pure function of the file's bytes (and of the two
 * options below), so several threads can do it and the result could be kept.
 *
 * Facts live in the worker that read them: names in its symbol table, texts in its arena.
 */
#pragma once

#include <stdbool.h>

#include "libkmod/image/image.h"
#include "tools/depmod/dm-intern.h"

struct dm_export {
	struct dm_sym *sym;
	uint64_t crc;
};

/* What is asked of an import besides its name, for -e. */
struct dm_import_check {
	uint64_t crc;
	bool weak;
};

struct dm_texts {
	const char *const *at;
	uint32_t n;
};

struct dm_facts {
	int error;              /* why nothing, or not all, could be read; -errno */
	const char *error_text; /* more words for it, or NULL */
	const struct dm_export *exports;
	struct dm_sym *const *imports; /* in the file's order, a name may repeat */
	uint32_t n_exports, n_imports;
	/*
	 * Asked for with options.checks: one per import, then one per version record that
	 * no symbol uses. Those names stand in imports too, behind n_imports: they are
	 * looked at, but nothing depends on them.
	 */
	const struct dm_import_check *checks;
	uint32_t n_checks;
	struct dm_texts aliases, softdeps, weakdeps; /* raw, in the file's order */
};

struct dm_facts_options {
	char symbol_prefix; /* stripped from symbols; 0: none */
	bool checks;        /* also weakness and versions of imports */
};

struct dm_worker;
struct dm_worker *dm_worker_new(void);
void dm_worker_free(struct dm_worker *w);
struct dm_intern *dm_worker_symbols(struct dm_worker *w);

/* A damaged module is no failure: facts.error tells. Only -ENOMEM fails. */
int dm_facts_read(struct dm_worker *w, int dir_fd, const char *path,
		  const struct dm_facts_options *options,
		  struct dm_facts *out) _must_check_;
int dm_facts_of_image(struct dm_worker *w, struct image *img,
		      const struct dm_facts_options *options,
		      struct dm_facts *out) _must_check_;
