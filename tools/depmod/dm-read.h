/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All modules' facts, by a pool of workers: each module file is opened once, the largest
 * first so that none is left alone at the end. One image per worker is alive.
 */
#pragma once

#include "tools/depmod/dm-facts.h"
#include "tools/depmod/dm-module.h"
#include "tools/depmod/dm-pool.h"

struct dm_reading {
	struct dm_worker **workers;
	unsigned n_workers;
	struct dm_facts *facts; /* per module index */
};

/* dir: where relative paths begin. tick may be NULL. */
int dm_read_modules(const struct dm_modules *modules, const char *dir,
		    const struct dm_facts_options *options, unsigned jobs,
		    dm_pool_tick *tick, void *tick_data,
		    struct dm_reading *out) _must_check_;
void dm_reading_fini(struct dm_reading *r);
