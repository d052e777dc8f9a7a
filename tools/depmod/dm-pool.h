/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A bounded pool: n items, at most jobs of them at once. The calling thread is worker 0,
 * so one job means no thread at all. Items are taken in the order of a list, each by the
 * next worker that is free; results must not depend on which one that is.
 */
#pragma once

#include <stddef.h>

#include "shared/macro.h"

/* 0, or -errno: no further items are begun then. worker is below jobs. */
typedef int dm_pool_work(void *data, unsigned worker, size_t item);
/* Called by the calling thread now and then with the number of items taken so far. */
typedef void dm_pool_tick(void *data, size_t taken);

struct dm_pool_job {
	unsigned jobs;
	size_t n;
	const size_t *order; /* a permutation of 0..n-1, or NULL: ascending */
	dm_pool_work *work;
	void *data;
	dm_pool_tick *tick; /* or NULL */
	void *tick_data;
};

/* The first error in the order of items, or 0. */
int dm_pool_run(const struct dm_pool_job *job) _must_check_;
/* CPUs this process may use, at least 1 and not more than can be fed. */
unsigned dm_pool_default_jobs(void);
