/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which directories a run is about, as absolute paths. */
#pragma once

#include "tools/depmod/dm-options.h"

struct dm_paths {
	char *release;
	char *dir;     /* of the modules and of depmod's inputs */
	char *out_dir; /* where the indexes go */
};

int dm_paths_init(const struct dm_options *o, struct dm_paths *out) _must_check_;
void dm_paths_fini(struct dm_paths *p);
/* path as the indexes show it: relative when it is below dir. */
const char *dm_paths_shown(const struct dm_paths *p, const char *path);
