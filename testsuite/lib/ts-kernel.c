/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the traps are told, and what they tell. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "testsuite/lib/ts-internal.h"
#include "testsuite/trap/fail.h"
#include "testsuite/trap/mock-kernel.h"

const char *ts_calls(void)
{
	char *text;
	size_t len;

	ts_root();
	if (access(ts_state.calls, F_OK) < 0)
		return "";
	ts_must(fs_read_file(AT_FDCWD, ts_state.calls, 0, false, &text, &len) == 0, "%s",
		ts_state.calls);
	return ts_keep(text);
}

void ts_calls_clear(void)
{
	ts_root();
	unlink(ts_state.calls);
}

void ts_module_error(const char *op, const char *name, int error)
{
	struct strbuf *b = &ts_state.errors;

	strbuf_addf(b, "%s%s:%s=%d", b->len ? " " : "", op, name, error);
	ck_assert(strbuf_ok(b));
	if (ts_trapped())
		setenv("TESTSUITE_ERRORS", strbuf_str(b), 1);
}

/* ---- the mock kernel ---- */

static struct mock_kernel kernel(void)
{
	return (struct mock_kernel){ .root = ts_root(), .release = ts_state.release };
}

void ts_kernel(void)
{
	ts_state.kernel = true;
	ts_mkdir("sys/module");
	if (!ts_exists("proc/modules"))
		ts_write("proc/modules", "");
	if (ts_trapped())
		setenv("TESTSUITE_KERNEL", "1", 1);
}

void ts_kernel_load(const char *name)
{
	struct mock_kernel k = kernel();
	int r;

	ts_kernel();
	r = mock_insert_all(&k, name, 16384);
	if (r < 0)
		ck_abort_msg("loading %s: %s", name, strerror(-r));
}

void ts_kernel_use(const char *name, int count)
{
	struct mock_kernel k = kernel();

	ck_assert_int_eq(mock_use(&k, name, count), 0);
}

bool ts_kernel_has(const char *name)
{
	struct mock_kernel k = kernel();

	return mock_has(&k, name);
}

/* ---- failures ---- */

typedef bool arm_fn(const char *kind, unsigned long nth, int error);
typedef const struct fail_state *look_fn(void);

/* The counter in this process for kind; NULL in a test without traps. */
static look_fn *local_look(const char *kind)
{
	return (look_fn *)(uintptr_t)dlsym(RTLD_DEFAULT, str_eq(kind, "alloc")
								 ? "trap_alloc_look"
								 : "trap_fail_look");
}

static void arm_local(const char *kind, unsigned long nth, int error)
{
	const char *name = str_eq(kind, "alloc") ? "trap_alloc_arm" : "trap_fail_arm";
	arm_fn *arm = (arm_fn *)(uintptr_t)dlsym(RTLD_DEFAULT, name);

	if (arm && !arm(kind, nth, error))
		ck_abort_msg("no such kind of failure: %s", kind);
}

void ts_fail(const char *kind, unsigned long nth, int error)
{
	ts_root();
	ts_state.fail_kind = kind;
	ts_state.fail_nth = nth;
	ts_state.fail_error = error;
	unlink(ts_state.fail_log);
	arm_local(kind, nth, error);
}

void ts_fail_off(void)
{
	if (ts_state.fail_kind)
		arm_local(ts_state.fail_kind, 0, 0);
	ts_state.fail_kind = NULL;
}

/* Sum of the log's numbers in lines "what kind number". */
static unsigned long logged(const char *what, const char *kind)
{
	_cleanup_free_ char *text = NULL;
	unsigned long sum = 0;
	char *rest, *line;
	size_t len;

	if (fs_read_file(AT_FDCWD, ts_state.fail_log, 0, false, &text, &len) < 0)
		return 0;
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char got_what[8], got_kind[8];
		unsigned long n;

		if (sscanf(line, "%7s %7s %lu", got_what, got_kind, &n) == 3 &&
		    str_eq(got_what, what) && str_eq(got_kind, kind))
			sum += n;
	}
	return sum;
}

bool ts_fail_happened(void)
{
	look_fn *look = ts_state.fail_kind ? local_look(ts_state.fail_kind) : NULL;

	if (look && look()->happened)
		return true;
	return ts_state.fail_kind && logged("failed", ts_state.fail_kind) > 0;
}

unsigned long ts_fail_count(const char *kind)
{
	return logged("count", kind);
}
