/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A module directory for library tests: indexes made from text, files that exist, and
 * the context over it; plus what the context logged.
 *
 *	mt_file("kernel/a.ko");
 *	mt_index("modules.dep", "a kernel/a.ko: kernel/b.ko\n" ...);
 *	ctx = mt_ctx();
 *
 * One line per entry, "KEY VALUE"; the priority is the line's number from 0.
 */
#pragma once

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/index/index-write.h"
#include "libkmod/libkmod.h"
#include "shared/strbuf.h"
#include "shared/vec.h"
#include "testsuite/lib/ts.h"

static inline _unused_ void mt_index(const char *name, const char *lines)
{
	VEC(struct index_entry) entries = { 0 };
	struct strbuf out = STRBUF_INIT;
	char *text = strdup(lines), *line, *next;

	for (line = text; *line; line = next) {
		char *end = strchr(line, '\n'), *value;
		struct index_entry *entry = vec_add(&entries);

		ck_assert_ptr_nonnull(end);
		ck_assert_ptr_nonnull(entry);
		*end = '\0';
		next = end + 1;
		value = strchr(line, ' ');
		ck_assert_msg(value != NULL, "index line '%s' has no value", line);
		*value++ = '\0';
		*entry = (struct index_entry){ .key = line, .value = value,
					       .priority = (uint32_t)(entries.n - 1) };
	}
	ck_assert_int_eq(index_write(entries.at, entries.n, &out), 0);
	ts_write_bytes(ts_fmt(TS_MODULES "/%s.bin", name), out.data, out.len);
	strbuf_fini(&out);
	vec_fini(&entries);
	free(text);
}

static inline _unused_ void mt_file(const char *path)
{
	ts_write(ts_fmt(TS_MODULES "/%s", path), "not looked at\n");
}

/*
 * a needs b and c, b needs c; broken lists a file that is not there; vfat and serial are
 * built in; the symbol and alias indexes lead to a, b and c.
 */
static inline _unused_ void mt_tree(void)
{
	mt_index("modules.dep", "a kernel/a.ko: kernel/b.ko kernel/c.ko\n"
				"b kernel/b.ko: kernel/c.ko\n"
				"c kernel/c.ko:\n"
				"broken kernel/broken.ko: kernel/c.ko kernel/gone.ko\n"
				"two_words /elsewhere/two-words.ko:\n");
	mt_index("modules.alias", "pci:v1d* a\npci:v1d2 b\npci:v[0-9]d2 c\nfs_b b\n");
	mt_index("modules.symbols", "symbol:b_fn b\nsymbol:c_fn c\n");
	mt_index("modules.builtin", "vfat \nserial \n");
	mt_index("modules.builtin.alias", "fs_vfat vfat\nserio:* serial\n");
	mt_file("kernel/a.ko");
	mt_file("kernel/b.ko");
	mt_file("kernel/c.ko");
	mt_file("kernel/broken.ko");
}

/* The context of this test's root; in a trapped test. */
static inline _unused_ struct kmod_ctx *mt_ctx(void)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);

	ck_assert_ptr_nonnull(ctx);
	return ctx;
}

static inline _unused_ struct kmod_ctx *mt_ctx_with_config(const char *text)
{
	ts_write("etc/modprobe.d/test.conf", text);
	return mt_ctx();
}

/* ---- log ---- */

struct mt_log {
	int n;
	int last_priority;
	char text[4096]; /* all messages */
};

static inline _unused_ void mt_log_sink(void *data, int priority, const char *file, int line, const char *fn,
					const char *format, va_list args)
{
	struct mt_log *log = data;
	size_t len = strlen(log->text);

	ck_assert_ptr_nonnull(file);
	ck_assert_int_gt(line, 0);
	ck_assert_ptr_nonnull(fn);
	log->n++;
	log->last_priority = priority;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	vsnprintf(log->text + len, sizeof(log->text) - len, format, args);
#pragma GCC diagnostic pop
}

/* Takes over the context's messages; forgets the one about that. */
static inline _unused_ void mt_log_to(struct kmod_ctx *ctx, struct mt_log *log)
{
	kmod_set_log_fn(ctx, mt_log_sink, log);
	*log = (struct mt_log){ 0 };
}

/* ---- lists ---- */

/* "a b c": the names of a list of modules. */
static inline _unused_ const char *mt_names(const struct kmod_list *list)
{
	const struct kmod_list *entry;
	const char *text = "";

	kmod_list_foreach(entry, list) {
		struct kmod_module *mod = kmod_module_get_module(entry);

		text = ts_fmt("%s%s%s", text, *text ? " " : "", kmod_module_get_name(mod));
		kmod_module_unref(mod);
	}
	return text;
}

/* The names a lookup finds, and "-ERRNO" words for its failure. */
static inline _unused_ const char *mt_lookup(struct kmod_ctx *ctx, const char *alias)
{
	struct kmod_list *list = NULL;
	const char *names;
	int r = kmod_module_new_from_lookup(ctx, alias, &list);

	if (r < 0)
		return ts_fmt("error %d", -r);
	ck_assert_int_eq(r, 0);
	names = mt_names(list);
	kmod_module_unref_list(list);
	return names;
}

static inline _unused_ struct kmod_module *mt_mod(struct kmod_ctx *ctx, const char *name)
{
	struct kmod_module *mod = NULL;

	ck_assert_int_eq(kmod_module_new_from_name(ctx, name, &mod), 0);
	ck_assert_ptr_nonnull(mod);
	return mod;
}

/* ---- without memory ---- */

/*
 * Runs something with the 1st, 2nd ... allocation failing until none does. It must answer
 * -ENOMEM or succeed; leaks are the sanitizer's to find.
 */
static inline _unused_ void mt_fail_each_alloc(int (*run)(void *data), void *data)
{
	bool happened = ts_can_fail_alloc();

	for (unsigned long nth = 1; happened; nth++) {
		int r;

		ts_fail("alloc", nth, ENOMEM);
		r = run(data);
		happened = ts_fail_happened();
		ts_fail_off();
		ck_assert_msg(r >= 0 || (happened && r == -ENOMEM), "allocation %lu: %d", nth, r);
		ck_assert_uint_lt(nth, 10000);
	}
}
