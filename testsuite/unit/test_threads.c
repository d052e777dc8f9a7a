/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * D35: eight threads on one context ask at random what one thread asked before, and get
 * the same answers. One of them also loads and unloads resources meanwhile. Runs for a
 * second; KMOD_TEST_SECONDS makes it longer. Meant to be run with the thread sanitizer.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "libkmod/module/mod.h"
#include "testsuite/forge/forge.h"
#include "testsuite/unit/module-tree.h"

#define N_THREADS 8

static const char *const queries[] = { "a",       "b",        "c",       "pci:v1d2", "pci:v1d7", "fs-b",
				       "vfat",    "fs-vfat",  "broken",  "nothing",  "cfg-x",    "cfg-y",
				       "symbol:c_fn", "serio:9", "cmd-only", "a[" };
#define N_QUERIES ARRAY_SIZE(queries)

struct answer {
	int lookup;
	size_t n;
	char text[16384]; /* everything about every hit */
};

static struct kmod_ctx *ctx;
static struct answer expected[N_QUERIES];
static atomic_bool stop;
static atomic_ulong n_asked, n_wrong;

static void say(struct answer *out, const char *text)
{
	size_t len = strlen(out->text);

	snprintf(out->text + len, sizeof(out->text) - len, "%s;", text ? text : "-");
}

static void say_number(struct answer *out, long long n)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", n);
	say(out, text);
}

static void say_modules(struct answer *out, struct kmod_list *list)
{
	struct kmod_list *entry;

	kmod_list_foreach(entry, list) {
		struct kmod_module *mod = kmod_module_get_module(entry);

		say(out, kmod_module_get_name(mod));
		kmod_module_unref(mod);
	}
	kmod_module_unref_list(list);
}

static void ask_module(struct kmod_module *mod, struct answer *out)
{
	struct kmod_list *info = NULL, *symbols = NULL, *pre = NULL, *post = NULL;

	say(out, kmod_module_get_name(mod));
	say(out, kmod_module_get_path(mod));
	say(out, kmod_module_get_options(mod));
	say(out, kmod_module_get_install_commands(mod));
	say_modules(out, kmod_module_get_dependencies(mod));
	say_number(out, kmod_module_get_softdeps(mod, &pre, &post));
	say_modules(out, pre);
	say_modules(out, post);
	say_number(out, kmod_module_get_info(mod, &info));
	say(out, kmod_module_info_get_value(info));
	say(out, kmod_module_info_get_value(kmod_list_last(info)));
	kmod_module_info_free_list(info);
	say_number(out, kmod_module_get_symbols(mod, &symbols));
	say(out, kmod_module_symbol_get_symbol(symbols));
	kmod_module_symbols_free_list(symbols);
}

static void ask(const char *query, struct answer *out)
{
	struct kmod_list *list = NULL, *entry;

	memset(out, 0, sizeof(*out));
	out->lookup = kmod_module_new_from_lookup(ctx, query, &list);
	kmod_list_foreach(entry, list) {
		struct kmod_module *mod = kmod_module_get_module(entry);

		ask_module(mod, out);
		kmod_module_unref(mod);
		out->n++;
	}
	kmod_module_unref_list(list);
}

static void *work(void *data)
{
	unsigned random = (unsigned)(size_t)data * 2654435761u + 1;
	struct kmod_module *kept[4] = { NULL };

	while (!atomic_load(&stop)) {
		struct answer got;
		size_t q, k;

		random = random * 1664525u + 1013904223u;
		q = (random >> 8) % N_QUERIES;
		k = (random >> 24) % ARRAY_SIZE(kept);
		ask(queries[q], &got);
		if (memcmp(&got, &expected[q], sizeof(got)) != 0 && atomic_fetch_add(&n_wrong, 1) == 0)
			fprintf(stderr, "%s: %s\ninstead of %s\n", queries[q], got.text, expected[q].text);
		atomic_fetch_add(&n_asked, 1);

		/* Holding some makes objects of all ages. */
		kmod_module_unref(kept[k]);
		kept[k] = NULL;
		if (random & 1)
			kmod_module_new_from_name(ctx, queries[q], &kept[k]);
		if (data == NULL && random % 64 == 0)
			kmod_load_resources(ctx);
		if (data == NULL && random % 64 == 32)
			kmod_unload_resources(ctx);
		if (data == NULL && random % 64 == 48)
			kmod_validate_resources(ctx);
	}
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		kmod_module_unref(kept[i]);
	return NULL;
}

static void make_tree(void)
{
	static const char *const names[] = { "a", "b", "c", "broken" };

	mt_tree();
	ts_write_bytes(TS_MODULES "/modules.builtin.modinfo", "vfat.a=1\0serial.b=2\0", 20);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct forge_module m = { .name = names[i],
					  .exports = FORGE_SYMBOLS({ .name = ts_fmt("%s_fn", names[i]), .crc = 1 }),
					  .signature = i == 0 ? FORGE_PKCS7 : FORGE_UNSIGNED };
		enum image_format format = image_format_built_in(i) ? i : IMAGE_PLAIN; /* one of each */

		ck_assert_int_eq(forge_write(&m, format, ts_path(TS_MODULES "/kernel/%s.ko", names[i])), 0);
	}
	ts_write("conf/x.conf", "alias cfg-* a\noptions a o=1\noptions cfg-* o=2\ninstall cmd-only run\n"
				"softdep a pre: c vfat post: fs-b\nsoftdep b pre: a[ pci:v1d2\n");
}

START_TEST(d35_threads_get_the_serial_answers)
{
	const char *seconds = getenv("KMOD_TEST_SECONDS");
	struct timespec pause = { .tv_sec = seconds ? atol(seconds) : 1 };
	pthread_t threads[N_THREADS];

	make_tree();
	ctx = kmod_new(ts_path(TS_MODULES), (const char *const[]){ ts_path("conf"), NULL });
	ck_assert_ptr_nonnull(ctx);
	kmod_set_log_priority(ctx, -1);
	for (size_t i = 0; i < N_QUERIES; i++)
		ask(queries[i], &expected[i]);
	ck_assert_uint_eq(expected[3].n, 3);

	for (size_t i = 0; i < N_THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, work, (void *)i), 0);
	nanosleep(&pause, NULL);
	atomic_store(&stop, true);
	for (size_t i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);

	ck_assert_uint_eq(atomic_load(&n_wrong), 0);
	ck_assert_uint_gt(atomic_load(&n_asked), N_THREADS);
	ck_assert_uint_eq(ctx->pool.n, 0);
	ck_assert_ptr_null(kmod_unref(ctx));
}
END_TEST

int main(void)
{
	const TTest *tests[] = { d35_threads_get_the_serial_answers, NULL };

	return ts_run("threads", tests, NULL, NULL);
}
