/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/trap/fail.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testsuite/trap/trap.h"

const char *const fail_kind_names[N_FAIL_KINDS_] = {
	[FAIL_OPEN] = "open",   [FAIL_READ] = "read",   [FAIL_WRITE] = "write",
	[FAIL_CLOSE] = "close", [FAIL_FSYNC] = "fsync", [FAIL_RENAME] = "rename",
	[FAIL_MMAP] = "mmap",   [FAIL_ALLOC] = "alloc",
};

static struct fail_state state;

/* O_APPEND and one write: lines of several processes stay whole. Fails silently: what is missing is seen. */
static void write_log(enum fail_kind kind, unsigned long count, const char *what)
{
	const char *path = getenv("TESTSUITE_FAIL_LOG");
	char line[128];
	int fd, n;

	if (!path)
		return;
	n = snprintf(line, sizeof(line), "%s %s %lu\n", what, fail_kind_names[kind],
		     count);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (write(fd, line, (size_t)n) != n)
		fprintf(stderr, "trap: cannot write %s\n", path);
	close(fd);
}

/* The log's own calls are nobody's. */
static void log_line(enum fail_kind kind, unsigned long count, const char *what)
{
	trap_enter();
	write_log(kind, count, what);
	trap_leave();
}

int fail_next(enum fail_kind kind)
{
	unsigned long now = __atomic_add_fetch(&state.count[kind], 1, __ATOMIC_RELAXED);

	if (state.nth == 0 || kind != state.kind || now != state.nth)
		return 0;
	state.happened = true;
	log_line(kind, now, "failed"); /* now: many a program ends by _exit() */
	return state.error;
}

bool fail_arm(const char *kind, unsigned long nth, int error)
{
	for (int k = 0; k < N_FAIL_KINDS_; k++) {
		if (strcmp(kind, fail_kind_names[k]) != 0)
			continue;
		state = (struct fail_state){ .kind = k, .nth = nth, .error = error };
		return true;
	}
	return false;
}

const struct fail_state *fail_look(void)
{
	return &state;
}

__attribute__((constructor)) static void start(void)
{
	const char *spec = getenv("TESTSUITE_FAIL");
	char kind[16];
	unsigned long nth;
	int error;

	if (spec && sscanf(spec, "%15[a-z]:%lu:%d", kind, &nth, &error) == 3)
		fail_arm(kind, nth, error);
}

__attribute__((destructor)) static void finish(void)
{
	struct fail_state end = state; /* writing the log counts too */

	for (int k = 0; k < N_FAIL_KINDS_; k++) {
		if (end.count[k])
			log_line(k, end.count[k], "count");
	}
}
