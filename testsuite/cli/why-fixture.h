/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the suites of kmod why start from. */
#pragma once

#include <string.h>

#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

/* top needs mid and base, mid needs base; lone stands alone; bolted is built in. */
static inline void setup(void)
{
	indexed_deps("kernel/top.ko: kernel/mid.ko kernel/base.ko\n"
		     "kernel/mid.ko: kernel/base.ko\n"
		     "kernel/base.ko:\n"
		     "kernel/lone.ko:\n"
		     "kernel/crash-dump.ko:\n");
	indexed_aliases("pci:v1d* lone\nusb:v2* mid\nusb:v2p3* lone\n");
	indexed_builtin("bolted\n");
}

static inline void conf(const char *text)
{
	ts_write("etc/modprobe.d/x.conf", text);
}

/* Runs it, compares status and first line; the rest is returned. */
static inline const char *why(const char *request, int status, const char *answer)
{
	struct ts_result r = ts_tool("kmod", "why", request);
	char *end = strchr(r.out, '\n');

	ck_assert_str_eq(r.err, "");
	ck_assert_ptr_nonnull(end);
	*end = '\0';
	ck_assert_str_eq(r.out, answer);
	ck_assert_int_eq(r.status, status);
	return end + 1;
}

/* Is there exactly this line? */
static inline void expect_line(const char *text, const char *line)
{
	const char *framed = ts_fmt("\n%s\n", line);

	ck_assert_msg(strstr(text, framed) != NULL, "no line '%s' in:\n%s", line, text);
}
