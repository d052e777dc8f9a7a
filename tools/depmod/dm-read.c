/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "shared/cleanup.h"

struct reading {
	const struct dm_modules *modules;
	const struct dm_facts_options *options;
	struct dm_reading *out;
	int dir_fd;
};

static int read_one(void *data, unsigned worker, size_t item)
{
	const struct reading *r = data;

	return dm_facts_read(r->out->workers[worker], r->dir_fd,
			     r->modules->list.at[item].path, r->options,
			     &r->out->facts[item]);
}

struct sized {
	uint64_t size;
	size_t item;
};

static int largest_first(const void *a, const void *b)
{
	const struct sized *x = a, *y = b;

	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->item < y->item ? -1 : 1;
}

/* NULL in *out when no sizes are known. */
static int order_by_size(const struct dm_modules *modules, size_t **out)
{
	size_t n = modules->list.n;
	_cleanup_free_ struct sized *sized = calloc(n + 1, sizeof(*sized));
	size_t *order;
	bool known = false;

	if (!sized)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		sized[i] = (struct sized){ modules->list.at[i].size, i };
		known |= sized[i].size > 0;
	}
	if (!known)
		return 0;
	order = calloc(n, sizeof(*order));
	if (!order)
		return -ENOMEM;
	qsort(sized, n, sizeof(*sized), largest_first);
	for (size_t i = 0; i < n; i++)
		order[i] = sized[i].item;
	*out = order;
	return 0;
}

static int start(struct dm_reading *r, size_t n_modules, unsigned jobs)
{
	r->facts = calloc(n_modules + 1, sizeof(*r->facts));
	r->workers = calloc(jobs, sizeof(struct dm_worker *));
	if (!r->facts || !r->workers)
		return -ENOMEM;
	for (; r->n_workers < jobs; r->n_workers++) {
		r->workers[r->n_workers] = dm_worker_new();
		if (!r->workers[r->n_workers])
			return -ENOMEM;
	}
	return 0;
}

int dm_read_modules(const struct dm_modules *modules, const char *dir,
		    const struct dm_facts_options *options, unsigned jobs,
		    dm_pool_tick *tick, void *tick_data, struct dm_reading *out)
{
	_cleanup_close_ int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_free_ size_t *order = NULL;
	struct dm_reading reading = { 0 };
	struct reading r = { modules, options, &reading, dir_fd };
	int error;

	/* Named files may all be elsewhere: absolute paths need no directory. */
	if (dir_fd < 0 && errno != ENOENT)
		return -errno;
	if (jobs > modules->list.n)
		jobs = modules->list.n > 0 ? (unsigned)modules->list.n : 1;
	error = start(&reading, modules->list.n, jobs);
	if (error == 0 && jobs > 1)
		error = order_by_size(modules, &order);
	if (error == 0) {
		struct dm_pool_job job = {
			.jobs = jobs,
			.n = modules->list.n,
			.order = order,
			.work = read_one,
			.data = &r,
			.tick = tick,
			.tick_data = tick_data,
		};

		error = dm_pool_run(&job);
	}
	if (error < 0)
		dm_reading_fini(&reading);
	else
		*out = reading;
	return error;
}

void dm_reading_fini(struct dm_reading *r)
{
	for (unsigned i = 0; i < r->n_workers; i++)
		dm_worker_free(r->workers[i]);
	free(r->workers);
	free(r->facts);
	*r = (struct dm_reading){ 0 };
}
