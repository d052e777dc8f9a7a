/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * depmod.d: which of several files of one module name counts, what is not looked at, and
 * what is looked at besides the module directory (formats.md 3.6).
 *
 * Files are chosen and cut into lines by the configuration room; here is the meaning of
 * the directives, already decided for one kernel release.
 */
#pragma once

#include "shared/arena.h"
#include "shared/bytes.h"
#include "shared/vec.h"
#include "tools/depmod/dm-diag.h"

enum dm_search_kind { DM_SEARCH_DIR, DM_SEARCH_BUILTIN, DM_SEARCH_EXTERNAL };

struct dm_search {
	enum dm_search_kind kind;
	const char *dir; /* below the module directory, no '/' at the end */
	size_t dir_len;
};

struct dm_config {
	struct arena arena;
	VEC(struct dm_search) searches; /* first: highest */
	VEC(const char *) overrides;    /* "subdir/name", as declared */
	VEC(const char *) externals;    /* absolute directories, first: highest */
	VEC(const char *) excludes;
	unsigned long long newest_usec; /* of all files and directories looked at */
};

/* NULL-terminated list of depmod.d places, highest precedence first. */
extern const char *const dm_config_default_paths[];

/* paths: NULL-terminated files and directories; NULL: the defaults. Or -ENOMEM. */
int dm_config_load(const char *const *paths, const char *release, struct dm_config *out,
		   struct dm_diags *diags) _must_check_;
/* One file's text into c. */
int dm_config_parse(struct dm_config *c, const char *file, struct bytes text,
		    const char *release, struct dm_diags *diags) _must_check_;
/* Gives c the default search when nothing was configured; after the last file. */
int dm_config_complete(struct dm_config *c) _must_check_;
bool dm_config_excludes(const struct dm_config *c, const char *name) _pure_;
void dm_config_fini(struct dm_config *c);
