/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * -A: are the indexes what a run would write (D6)? They are out of date when anything
 * depmod reads is newer than modules.dep, when modules.dep does not name exactly the
 * modules that are there, or when an output is missing or damaged.
 */
#pragma once

#include "tools/depmod/dm-diag.h"
#include "tools/depmod/dm-module.h"

/* config_usec: the newest of depmod.d. 1 fresh, 0 out of date, -ENOMEM. */
int dm_fresh(const char *dir, const char *out_dir, const struct dm_modules *modules,
	     unsigned long long config_usec, struct dm_diags *diags) _must_check_;
