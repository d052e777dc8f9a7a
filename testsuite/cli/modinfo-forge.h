/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the two suites of modinfo share: modules with chosen strings, and short asserts. */
#pragma once

#include "testsuite/forge/forge.h"
#include "testsuite/lib/ts.h"

#define ERR "modinfo: ERROR: "

/* A module with these strings and no others. */
#define bare(...)                                                                \
	(&(const struct forge_module){                                           \
		.name = "foo",                                                   \
		.modinfo = FORGE_STRINGS(__VA_ARGS__),                           \
		.flags = FORGE_BARE_MODINFO | FORGE_NO_BUILD_ID,                 \
	})

static inline void forge_at(const char *path, const struct forge_module *m)
{
	ck_assert_int_eq(forge_write(m, IMAGE_PLAIN, ts_path("%s", path)), 0);
}

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)
