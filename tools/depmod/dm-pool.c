/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "shared/cleanup.h"

/* Each worker may hold one decompressed module: a bound for memory on large machines. */
#define DEFAULT_JOBS_MAX 16

struct pool {
	const struct dm_pool_job *job;
	atomic_size_t next;
	atomic_bool stop;
	pthread_mutex_t lock; /* of the next two */
	size_t failed_item;
	int error;
};

struct thread {
	struct pool *pool;
	unsigned worker;
	pthread_t id;
};

static void fail(struct pool *p, size_t item, int error)
{
	atomic_store(&p->stop, true);
	pthread_mutex_lock(&p->lock);
	if (item < p->failed_item) {
		p->failed_item = item;
		p->error = error;
	}
	pthread_mutex_unlock(&p->lock);
}

static void run_worker(struct pool *p, unsigned worker)
{
	const struct dm_pool_job *job = p->job;

	while (!atomic_load_explicit(&p->stop, memory_order_relaxed)) {
		size_t turn = atomic_fetch_add_explicit(&p->next, 1,
							memory_order_relaxed);
		size_t item;
		int r;

		if (turn >= job->n)
			return;
		item = job->order ? job->order[turn] : turn;
		r = job->work(job->data, worker, item);
		if (r < 0)
			fail(p, item, r);
		if (worker == 0 && job->tick)
			job->tick(job->tick_data, turn + 1);
	}
}

static void *run_thread(void *arg)
{
	const struct thread *t = arg;

	run_worker(t->pool, t->worker);
	return NULL;
}

/* Small, but the same with every C library; workers keep their buffers elsewhere. */
#define STACK_SIZE (1u << 20)

/* Fewer threads than wished are fine: worker 0 is always there. */
static unsigned start_threads(struct pool *p, struct thread *threads, unsigned n)
{
	unsigned started = 0;
	sigset_t all, before;
	pthread_attr_t attr;

	if (pthread_attr_init(&attr) != 0)
		return 0;
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (; started < n; started++) {
		struct thread *t = &threads[started];

		*t = (struct thread){ .pool = p, .worker = started + 1 };
		if (pthread_create(&t->id, &attr, run_thread, t) != 0)
			break;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return started;
}

int dm_pool_run(const struct dm_pool_job *job)
{
	struct pool p = {
		.job = job,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.failed_item = SIZE_MAX,
	};
	unsigned n = job->jobs > job->n ? (unsigned)job->n : job->jobs;
	_cleanup_free_ struct thread *threads = NULL;
	unsigned started = 0;

	if (n > 1) {
		threads = calloc(n - 1, sizeof(*threads));
		if (threads)
			started = start_threads(&p, threads, n - 1);
	}
	run_worker(&p, 0);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i].id, NULL);
	pthread_mutex_destroy(&p.lock);
	return p.error;
}

/* A cpu_set_t is too small for machines with very many CPUs: the call fails there. */
static int usable_cpus(void)
{
	enum { MAX_CPUS = 1 << 16 };
	cpu_set_t sets[MAX_CPUS / CPU_SETSIZE] = { 0 };
	const unsigned char *bytes = (const unsigned char *)sets;
	int n = 0;

	if (sched_getaffinity(0, sizeof(sets), sets) < 0)
		return 1;
	for (size_t i = 0; i < sizeof(sets); i++)
		n += __builtin_popcount(bytes[i]);
	return n;
}

unsigned dm_pool_default_jobs(void)
{
	int n = usable_cpus();

	return n > DEFAULT_JOBS_MAX ? DEFAULT_JOBS_MAX : (unsigned)n;
}
