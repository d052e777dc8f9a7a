/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who provides which symbol: one table for the run. The kernel's own enter first, then
 * the exports of all modules in index order; a later one replaces an earlier one.
 */
#pragma once

#include "tools/depmod/dm-diag.h"
#include "tools/depmod/dm-facts.h"
#include "tools/depmod/dm-module.h"

/*
 * Merges the workers' tables into the first one, *table: afterwards canon of every symbol
 * is valid.
 */
int dm_symbols_merge(struct dm_worker *const *workers, unsigned n,
		     struct dm_intern **table) _must_check_;
/* After the kernel's symbols, if any. */
void dm_symbols_settle(const struct dm_facts *facts, uint32_t n);

/*
 * Names in a list of the kernel's symbols (formats.md 7); file for messages. Both also
 * add the names that are always there.
 */
int dm_symbols_from_symvers(struct dm_intern *table, const char *file, struct bytes text,
			    char prefix, struct dm_diags *diags) _must_check_;
int dm_symbols_from_system_map(struct dm_intern *table, const char *file,
			       struct bytes text, char prefix,
			       struct dm_diags *diags) _must_check_;

/*
 * -e: what no one provides, and with versions also what differs. Says nothing of weak
 * references. dir: the module directory, for paths in messages.
 */
void dm_symbols_check(const struct dm_modules *modules, const struct dm_facts *facts,
		      const char *dir, bool versions, struct dm_diags *diags);
