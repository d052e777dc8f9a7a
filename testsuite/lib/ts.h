/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A test's surroundings: a root directory of its own, the tools run inside it, and a
 * kernel that is only files.
 *
 *	START_TEST(blacklisted_module_is_not_inserted)
 *	{
 *		ts_tree("basic");
 *		ts_write("etc/modprobe.d/x.conf", "blacklist foo\n");
 *		struct ts_result r = ts_tool("modprobe", "-b", "foo");
 *
 *		ts_expect(r, 0, "", "");
 *		ck_assert_str_eq(ts_calls(), "");
 *	}
 *	END_TEST
 *
 * Everything belongs to the running test: state is reset before each, memory and files
 * need no release. A helper that cannot do its work fails the test. Paths are relative
 * to the root ("etc/x"; a leading '/' is the same).
 *
 * A tool runs with the traps of testsuite/trap preloaded: it sees the root as "/", the
 * release TS_KERNEL, and module system calls are answered by the trap. Its environment
 * is empty but for PATH (our tools first), HOME, LC_ALL=C and what ts_env() added. A
 * tool that dies by a signal, or on a sanitizer's report, fails the test.
 */
#pragma once

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

#include "shared/macro.h"

#define TS_KERNEL "6.1.0-test"
#define TS_MODULES "lib/modules/" TS_KERNEL

/* Runs every test of the NULL-terminated array; the exit status for main(). */
int ts_run(const char *suite, const TTest *const *tests, void (*setup)(void),
	   void (*teardown)(void));
/* The same with the traps in this process too: for tests that call the library. */
int ts_run_trapped(const char *suite, const TTest *const *tests, void (*setup)(void),
		   void (*teardown)(void));

/* ---- files ---- */
/* This test's root, absolute, made on the first call. */
const char *ts_root(void);
/* The absolute path of something below the root. */
const char *ts_path(const char *fmt, ...) _printf_(1, 2);
/* Formatted text that lives as long as the test. */
const char *ts_fmt(const char *fmt, ...) _printf_(1, 2);
/* Copies testsuite/trees/NAME into the root. */
void ts_tree(const char *name);
void ts_write(const char *path, const char *text);
void ts_write_bytes(const char *path, const void *data, size_t len);
void ts_append(const char *path, const char *text);
void ts_mkdir(const char *path);
void ts_symlink(const char *target, const char *path);
/* Removes a file or a whole directory; fine when it is not there. */
void ts_remove(const char *path);
bool ts_exists(const char *path);
/* Content with a NUL behind it; len may be NULL. */
char *ts_read(const char *path, size_t *len);
/* Sets the modification time, seconds since the epoch. */
void ts_set_mtime(const char *path, long long sec);
/* A file of the source tree, absolute. */
const char *ts_source(const char *path);

/* ---- tools ---- */
struct ts_result {
	int status; /* exit status; 128 + signal with ts_allow_signal() */
	char *out;
	size_t out_len;
	char *err;
	size_t err_len;
};

/* ts_tool("modprobe", "-D", "foo") */
#define ts_tool(...) ts_tool_argv((const char *const[]){ __VA_ARGS__, NULL })
struct ts_result ts_tool_argv(const char *const *argv);

/* For the runs that follow in this test: */
void ts_env(const char *name, const char *value); /* value NULL: unset */
void ts_stdin(const char *text);
void ts_stdout_to(const char *path);  /* e.g. "/dev/full"; r.out is "" then */
void ts_cwd(const char *path);        /* below the root */
void ts_release(const char *release); /* what uname says */
void ts_no_traps(void);
void ts_no_fake_root(void); /* keeps the other traps */
void ts_allow_signal(void);
/* Is the multicall binary there (not with --disable-tools)? */
bool ts_have_tools(void);

/* Compares all three; want_out or want_err NULL: not looked at. */
#define ts_expect(r, want_status, want_out, want_err) \
	ts_expect_at(__FILE__, __LINE__, &(r), (want_status), (want_out), (want_err))
void ts_expect_at(const char *file, int line, const struct ts_result *r, int status,
		  const char *out, const char *err);
/* out equals testsuite/PATH; make update-expected rewrites the file instead. */
#define ts_expect_file(text, path) ts_expect_file_at(__FILE__, __LINE__, (text), (path))
void ts_expect_file_at(const char *file, int line, const char *text, const char *path);

/* ---- the kernel ---- */
/*
 * Module system calls of all runs so far, one line each:
 *	finit_module foo flags=0x0 params="a=1" = 0
 *	init_module foo len=4096 params="" = 0
 *	delete_module foo flags=0x800 = EAGAIN
 */
const char *ts_calls(void);
void ts_calls_clear(void);
/* The call fails for this module: op is "insert", "finit", "init" or "remove". */
void ts_module_error(const char *op, const char *name, int error);
/*
 * From now on insertions and removals are remembered in /sys/module and /proc/modules,
 * with users (from modules.dep) and their errors: EEXIST, ENOENT, EAGAIN.
 */
void ts_kernel(void);
/* A module that is loaded already, with its dependencies; implies ts_kernel(). */
void ts_kernel_load(const char *name);
/* Adds to a loaded module's reference count (negative: takes away). */
void ts_kernel_use(const char *name, int count);
bool ts_kernel_has(const char *name);

/* ---- failures ---- */
/*
 * The nth (from 1) call of kind in each tool run fails with error; kind is "open",
 * "read", "write", "close", "fsync", "rename", "mmap" or "alloc"; nth 0 only counts. error TS_SHORT: half of
 * the bytes are read or written. In a trapped test it also counts from here in-process;
 * Check's assertions allocate and write too, so assert after ts_fail_off().
 */
#define TS_SHORT (-1)
void ts_fail(const char *kind, unsigned long nth, int error);
void ts_fail_off(void);
/* Did the failure that was set happen, in a tool or here, since ts_fail()? */
bool ts_fail_happened(void);
/* How often the last run called kind (if ts_fail was called before, and it ended by exit()). */
unsigned long ts_fail_count(const char *kind);
/* False in sanitizer builds, whose allocator cannot be made to fail. */
bool ts_can_fail_alloc(void);
