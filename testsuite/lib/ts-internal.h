/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of ts share: the state of the running test. */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "shared/strbuf.h"
#include "shared/vec.h"
#include "testsuite/lib/ts.h"

struct ts_state {
	bool made; /* root exists */
	char root[PATH_MAX];
	const char *calls; /* log of module calls, beside the root */
	const char *fail_log;
	struct strbuf errors; /* TESTSUITE_ERRORS */
	VEC(char *) env;      /* NAME=value for tools */
	char *stdin_text;
	const char *stdout_to;
	const char *cwd;
	const char *release;
	bool kernel;
	bool no_traps, no_fake_root, allow_signal;
	const char *fail_kind; /* NULL: none */
	unsigned long fail_nth;
	int fail_error;
};
extern struct ts_state ts_state;

/* Takes over malloc'ed memory until the next test begins; returns p. */
void *ts_keep(void *p);
void ts_free_kept(void);

/* The directory of this test program: roots, logs and bin/ with the tools' names. */
const char *ts_base(void);
/* Are the traps loaded into this process? */
bool ts_trapped(void);
/*
 * LD_PRELOAD with the traps, those for allocations too; first the sanitizer's runtime if
 * it is a library of its own.
 */
const char *ts_preload(bool alloc);

/*
 * execve(), for a program of another architecture by way of TS_EMULATOR ("qemu-s390x -L DIR"),
 * which gets what concerns the loader as options. Returns on failure only.
 */
void ts_exec(char **argv, char **env);

/* Fails the test with errno's words. */
#define ts_must(cond, ...)                                                            \
	do {                                                                          \
		if (!(cond))                                                          \
			ck_abort_msg("%s: %s", ts_fmt(__VA_ARGS__), strerror(errno)); \
	} while (0)
