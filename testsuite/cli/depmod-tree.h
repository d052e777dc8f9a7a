/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Trees for depmod's tests: forged modules below the module directory, and its outputs
 * as text, the binary indexes too.
 *
 *	put("kernel/b.ko", .exports = FORGE_SYMBOLS({ .name = "fb" }));
 *	put("kernel/a.ko", .imports = FORGE_SYMBOLS({ .name = "fb" }));
 *	expect_file("modules.dep", "kernel/a.ko: kernel/b.ko\nkernel/b.ko:\n");
 */
#pragma once

#include <string.h>

#include "libkmod/index/index-read.h"
#include "libkmod/name.h"
#include "shared/str.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/ts.h"

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)

/* What every run says of a tree without the kernel build's files. */
#define NO_ORDER                                                        \
	"depmod: WARNING: could not open modules.order at /" TS_MODULES \
	": No such file or directory\n"
#define NO_BUILTIN                                                                \
	"depmod: WARNING: could not open modules.builtin at /" TS_MODULES         \
	": No such file or directory\n"                                           \
	"depmod: WARNING: could not open modules.builtin.modinfo at /" TS_MODULES \
	": No such file or directory\n"

static inline const char *in_tree(const char *path)
{
	return *path == '/' ? path : ts_fmt(TS_MODULES "/%s", path);
}

static inline void put_as(const char *path, enum image_format format,
			  struct forge_module m)
{
	static char names[16][NAME_SIZE];
	static unsigned n;
	char *name = names[n++ % ARRAY_SIZE(names)];

	name_from_path(path, name);
	m.name = name;
	m.flags |= FORGE_BARE_MODINFO;
	ck_assert_int_eq(forge_write(&m, format, ts_path("%s", in_tree(path))), 0);
}

#define put(path, ...) \
	put_as((path), IMAGE_PLAIN, (struct forge_module){ .padding = 0, __VA_ARGS__ })

/* Empty inputs of the kernel build, so that runs have nothing to say. */
static inline void put_build_files(const char *order)
{
	ts_write(in_tree("modules.order"), order);
	ts_write(in_tree("modules.builtin"), "");
	ts_write_bytes(in_tree("modules.builtin.modinfo"), "", 0);
}

#define expect_file(path, want) ck_assert_str_eq(ts_read(in_tree(path), NULL), (want))

static inline int add_hit(void *data, const struct index_hit *hit)
{
	strbuf_addf(data, "%s %u %s\n", hit->pattern, hit->priority, hit->value);
	return 0;
}

/* "key priority value" per line. */
static inline const char *index_text(const char *path)
{
	struct strbuf text = STRBUF_INIT;
	struct index *idx;
	const char *copy;

	ck_assert_int_eq(index_open(ts_path("%s", in_tree(path)), &idx), 0);
	ck_assert_int_eq(index_walk(idx, add_hit, &text), 0);
	index_unref(idx);
	copy = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return copy;
}

#define expect_index(path, want) ck_assert_str_eq(index_text(path), (want))
