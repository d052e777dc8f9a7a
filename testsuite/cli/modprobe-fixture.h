/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the suites of modprobe start from. */
#pragma once

#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

#define KO "insmod /" TS_MODULES "/kernel/"

/* loop and zram stand for a leaf and for a module with a dependency. */
static inline void setup(void)
{
	indexed_deps("kernel/zram.ko: kernel/zsmalloc.ko\n"
		     "kernel/zsmalloc.ko:\n"
		     "kernel/loop.ko:\n"
		     "kernel/brd.ko:\n"
		     "kernel/uhci-hcd.ko: kernel/usbcore.ko kernel/usb-common.ko\n"
		     "kernel/ehci-pci.ko: kernel/usbcore.ko kernel/usb-common.ko\n"
		     "kernel/usbcore.ko: kernel/usb-common.ko\n"
		     "kernel/usb-common.ko:\n");
	indexed_aliases("block_major_7_* loop\nmany* brd\nmany* loop\nmany* zram\n");
	indexed_builtin("i8042\n");
}

static inline void conf(const char *text)
{
	ts_write("etc/modprobe.d/a.conf", text);
}

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)

#define expect_calls(want) ck_assert_str_eq(ts_calls(), (want))
