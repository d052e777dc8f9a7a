/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From candidates to one file per module name (formats.md 2.2, D4).
 *
 * "Better" is a total order, so the winner does not depend on who was met first:
 *	1. an override for the path, the last declared counting most
 *	2. the rank of its place: position in the search list, first is best; places in no
 *	   entry rank as built-in; without built-in in the list, below all
 *	3. the module directory before external ones, those in declared order
 *	4. the path that sorts first
 */
#pragma once

#include "tools/depmod/dm-config.h"
#include "tools/depmod/dm-module.h"

/*
 * winners borrow the candidates' strings; in candidate order. tell: name what lost.
 */
int dm_winners_choose(const struct dm_modules *candidates, const struct dm_config *config,
		      bool tell, struct dm_modules *winners,
		      struct dm_diags *diags) _must_check_;
/* < 0: a wins. Never 0 for different paths. */
int dm_winners_compare(const struct dm_config *config, const struct dm_module *a,
		       const struct dm_module *b) _pure_;
