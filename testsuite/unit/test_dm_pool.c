/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "testsuite/lib/ts.h"

#define N 500

struct record {
	atomic_int done[N];
	atomic_int alive, most_alive;
	atomic_int
		foreign; /* items of worker 0 that another thread did, and the reverse */
	pthread_t self;
	size_t first[N];
	atomic_size_t n;
	size_t ticks;
	int fail_from;
};

static int work(void *data, unsigned worker, size_t item)
{
	struct record *r = data;
	int alive = atomic_fetch_add(&r->alive, 1) + 1;

	if (alive > atomic_load(&r->most_alive))
		atomic_store(&r->most_alive, alive);
	if ((worker == 0) != (pthread_equal(r->self, pthread_self()) != 0))
		atomic_fetch_add(&r->foreign, 1);
	r->first[atomic_fetch_add(&r->n, 1)] = item;
	atomic_fetch_add(&r->done[item], 1);
	atomic_fetch_sub(&r->alive, 1);
	return r->fail_from && (int)item >= r->fail_from ? -(int)item : 0;
}

static void tick(void *data, size_t taken)
{
	struct record *r = data;

	ck_assert(pthread_equal(r->self, pthread_self()));
	ck_assert_uint_le(taken, N);
	r->ticks++;
}

static struct record *run(unsigned jobs, const size_t *order, int fail_from, int want)
{
	static struct record r;

	r = (struct record){ .self = pthread_self(), .fail_from = fail_from };
	struct dm_pool_job job = {
		.jobs = jobs,
		.n = N,
		.order = order,
		.work = work,
		.data = &r,
		.tick = tick,
		.tick_data = &r,
	};
	if (want > 0)
		ck_assert_int_lt(dm_pool_run(&job), 0);
	else
		ck_assert_int_eq(dm_pool_run(&job), want);
	return &r;
}

START_TEST(every_item_is_done_once)
{
	for (unsigned jobs = 1; jobs <= 8; jobs++) {
		struct record *r = run(jobs, NULL, 0, 0);

		for (size_t i = 0; i < N; i++)
			ck_assert_int_eq(atomic_load(&r->done[i]), 1);
		ck_assert_int_le(atomic_load(&r->most_alive), (int)jobs);
		ck_assert_int_eq(atomic_load(&r->foreign), 0);
	}
}
END_TEST

START_TEST(one_job_follows_the_list_and_ticks_each_time)
{
	size_t order[N];

	for (size_t i = 0; i < N; i++)
		order[i] = N - 1 - i;
	struct record *r = run(1, order, 0, 0);
	for (size_t i = 0; i < N; i++)
		ck_assert_uint_eq(r->first[i], N - 1 - i);
	ck_assert_uint_eq(r->ticks, N);
}
END_TEST

START_TEST(failure_ends_the_run)
{
	struct record *r = run(1, NULL, 7, -7);

	ck_assert_uint_eq(atomic_load(&r->n), 8);
	r = run(4, NULL, 7, 1);
	ck_assert_uint_lt(atomic_load(&r->n), N);
}
END_TEST

START_TEST(nothing_to_do_is_fine)
{
	struct dm_pool_job job = { .jobs = 4, .work = work };

	ck_assert_int_eq(dm_pool_run(&job), 0);
}
END_TEST

START_TEST(default_is_at_least_one)
{
	ck_assert_uint_ge(dm_pool_default_jobs(), 1);
	ck_assert_uint_le(dm_pool_default_jobs(), 64);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		every_item_is_done_once, one_job_follows_the_list_and_ticks_each_time,
		failure_ends_the_run,    nothing_to_do_is_fine,
		default_is_at_least_one, NULL,
	};

	return ts_run("dm_pool", tests, NULL, NULL);
}
