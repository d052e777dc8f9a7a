/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/lib/sweep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/str.h"
#include "testsuite/lib/ts-internal.h"

static const struct sweep_fault faults[] = {
	{ .kind = "alloc", .error = ENOMEM },
	{ .kind = "open", .error = EIO },
	{ .kind = "open", .error = ENOSPC },
	{ .kind = "open", .error = EROFS },
	{ .kind = "open", .error = EINTR },
	{ .kind = "open", .error = EMFILE },
	{ .kind = "read", .error = EIO },
	{ .kind = "read", .error = EINTR, .harmless = true },
	{ .kind = "read", .error = TS_SHORT, .harmless = true },
	{ .kind = "write", .error = ENOSPC },
	{ .kind = "write", .error = EIO },
	{ .kind = "write", .error = EROFS },
	{ .kind = "write", .error = EINTR, .harmless = true },
	{ .kind = "write", .error = TS_SHORT, .harmless = true },
	{ .kind = "fsync", .error = EIO },
	{ .kind = "fsync", .error = ENOSPC },
	{ .kind = "fsync", .error = EINTR, .harmless = true },
	{ .kind = "rename", .error = ENOSPC },
	{ .kind = "rename", .error = EIO },
	{ .kind = "rename", .error = EROFS },
	{ .kind = "close", .error = EIO },
	{ .kind = "close", .error = ENOSPC },
	{ .kind = "mmap", .error = ENOMEM },
	{ .kind = "mmap", .error = EIO },
};

static bool happened;

bool sweep_end(void)
{
	happened = ts_fail_happened();
	ts_fail_off();
	return happened;
}

const char *sweep_name(const struct sweep_fault *f)
{
	return ts_fmt("%s %lu: %s", f->kind, f->nth,
		      f->error == TS_SHORT ? "short" : strerror(f->error));
}

static unsigned long sweep_one(struct sweep_fault f, bool full,
			       void (*run)(const struct sweep_fault *))
{
	unsigned long n = 0;

	for (f.nth = 1;; f.nth += full ? 1 : 1 + f.nth / 6) {
		happened = false;
		ts_fail(f.kind, f.nth, f.error);
		run(&f);
		if (!happened)
			return n;
		n++;
	}
}

void sweep(const char *what, void (*run)(const struct sweep_fault *fault))
{
	const char *mode = getenv("TS_SWEEP");
	unsigned long n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (str_eq(faults[i].kind, "alloc") && !ts_can_fail_alloc())
			continue;
		n += sweep_one(faults[i], mode && str_eq(mode, "full"), run);
	}
	ck_assert_uint_gt(n, 0);
	printf("# faults: %lu %s\n", n, what);
	fflush(stdout);
}
