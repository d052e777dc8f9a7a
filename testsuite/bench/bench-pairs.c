/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs two commands in turn, A B A B ..., and compares them:
 *
 *	bench-pairs ROUNDS REPEAT PROGRAM [ARG]... -- PROGRAM [ARG]...
 *
 * One run is REPEAT times the command, so that short ones can be timed. Prints medians of
 * wall time (ms, one command), the median of the pairs' ratios B/A with its quartiles, the
 * peak memory (KiB), and the mean processor time (ms, one command), which a busy machine
 * disturbs less: "a b ratio low high a_mem b_mem a_cpu b_cpu". Output of the commands goes
 * to /dev/null; one that does not exit with 0 ends it all. A round before the first fills
 * caches and does not count.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shared/macro.h"

struct command {
	char **argv;
	double *times; /* per round */
	long peak;
	double processor; /* of all runs */
};

static _noreturn_ void die(const char *what)
{
	fprintf(stderr, "bench-pairs: %s\n", what);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double milliseconds(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void run_once(struct command *c)
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("cannot fork");
	if (pid == 0) {
		int fd = open("/dev/null", O_RDWR);

		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		execv(c->argv[0], c->argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &usage) < 0 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		die(c->argv[0]);
	if (usage.ru_maxrss > c->peak)
		c->peak = usage.ru_maxrss;
	c->processor += milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

static double run(struct command *c, int repeat)
{
	double start = now();

	for (int i = 0; i < repeat; i++)
		run_once(c);
	return (now() - start) / repeat;
}

static int compare(const void *pa, const void *pb)
{
	double a = *(const double *)pa, b = *(const double *)pb;

	return (a > b) - (a < b);
}

/* The value at a fraction of the sorted list; sorts it. */
static double quantile(double *list, int n, double fraction)
{
	double at = fraction * (n - 1);
	int i = (int)at;

	qsort(list, (size_t)n, sizeof(*list), compare);
	return i + 1 < n ? list[i] + (list[i + 1] - list[i]) * (at - i) : list[n - 1];
}

int main(int argc, char **argv)
{
	struct command a = { .argv = argv + 3 }, b = { 0 };
	int rounds, repeat;
	double *ratios;

	for (int i = 4; i < argc && !b.argv; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		argv[i] = NULL;
		b.argv = argv + i + 1;
	}
	if (!b.argv || !*b.argv)
		die("usage: ROUNDS REPEAT PROGRAM [ARG]... -- PROGRAM [ARG]...");
	rounds = atoi(argv[1]);
	repeat = atoi(argv[2]);
	if (rounds < 1 || repeat < 1)
		die("rounds and repeats are numbers from 1");
	a.times = calloc((size_t)rounds, sizeof(double));
	b.times = calloc((size_t)rounds, sizeof(double));
	ratios = calloc((size_t)rounds, sizeof(double));
	if (!a.times || !b.times || !ratios)
		die("memory");

	run_once(&a);
	run_once(&b);
	a.processor = b.processor = 0;
	for (int i = 0; i < rounds; i++) {
		a.times[i] = run(&a, repeat);
		b.times[i] = run(&b, repeat);
		ratios[i] = b.times[i] / a.times[i];
	}
	printf("%.3f %.3f %.2f %.2f %.2f %ld %ld %.3f %.3f\n",
	       quantile(a.times, rounds, 0.5), quantile(b.times, rounds, 0.5),
	       quantile(ratios, rounds, 0.5), quantile(ratios, rounds, 0.25),
	       quantile(ratios, rounds, 0.75), a.peak, b.peak,
	       a.processor / rounds / repeat, b.processor / rounds / repeat);
	free(a.times);
	free(b.times);
	free(ratios);
	return 0;
}
