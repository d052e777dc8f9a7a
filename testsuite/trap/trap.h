/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Preloaded into tools and trapped tests: libc functions that first look at the
 * environment, then go on to the real ones.
 *
 *	TESTSUITE_ROOT     prefix for absolute paths (trap-path.c)
 *	TESTSUITE_PASS     "dir:dir": paths below these are real
 *	TESTSUITE_UNAME    release (trap-uname.c)
 *	TESTSUITE_CALLS    file: one line per module system call (trap-module.c)
 *	TESTSUITE_ERRORS   "insert:foo=2 remove:bar=11": answers by operation and name
 *	TESTSUITE_KERNEL   set: loaded modules are remembered below the root (mock-kernel.c)
 *	TESTSUITE_FAIL     "write:3:28": the third write fails with that errno (fail.c)
 *	TESTSUITE_FAIL_LOG file: counts at exit, and the failure when it happens
 *
 * Wrappers are C functions trap_NAME with the symbol NAME: no header's prototype,
 * redirection to a 64-bit variant or fortified inline gets in the way.
 */
#pragma once

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "testsuite/trap/fail.h"

#define TRAP_EXPORT __attribute__((visibility("default")))

/* Declares and begins a wrapper of the libc function sym. */
#define TRAP(ret, sym, params)                           \
	TRAP_EXPORT ret trap_##sym params __asm__(#sym); \
	ret trap_##sym params

/* The real function; aborts when libc has none (then nobody can have linked to it). */
#define REAL(ret, sym, params)                                      \
	({                                                          \
		static _Atomic(void *) slot_;                       \
		(ret(*) params)(uintptr_t) trap_real(&slot_, #sym); \
	})
void *trap_real(_Atomic(void *) *slot, const char *name);

/* Begins a wrapper of syscall(): a holds its six arguments, whatever they are. */
#define TRAP_SYSCALL(number, a)                                              \
	static long trap_syscall_args(long number, const long a[6]);         \
	TRAP(long, syscall, (long number_, ...))                             \
	{                                                                    \
		long a_[6];                                                  \
		va_list ap_;                                                 \
                                                                             \
		va_start(ap_, number_);                                      \
		for (int i_ = 0; i_ < 6; i_++)                               \
			a_[i_] = va_arg(ap_, long);                          \
		va_end(ap_);                                                 \
		return trap_syscall_args(number_, a_);                       \
	}                                                                    \
	static long trap_syscall_args(long number, const long a[6])
#define REAL_SYSCALL(number, a) \
	REAL(long, syscall, (long, ...))(number, a[0], a[1], a[2], a[3], a[4], a[5])

/* Between these this thread's calls go straight to libc, unseen and uncounted. */
void trap_enter(void);
void trap_leave(void);
bool trap_inside(void);

/* Where path really is: itself or a text in buf. NULL with errno ENAMETOOLONG. */
const char *trap_path(const char *path, char buf[PATH_MAX]);
/* The file name of the module file opened last, for calls that pass no name. */
void trap_note_open(const char *path);
const char *trap_last_module(void);

/*
 * Counts a call; true: return failure, errno is set. len is NULL, or the length of a
 * transfer, halved when it is to come up short.
 */
bool trap_fails(enum fail_kind kind, size_t *len);
