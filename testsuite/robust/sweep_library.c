/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The library's calls under every single fault, in this process: no crash, nothing leaks,
 * and once no fault is left the answer is the undisturbed one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "libkmod/libkmod.h"
#include "shared/cleanup.h"
#include "shared/str.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/sweep.h"
#include "testsuite/lib/ts.h"

/* Each returns how much it found, or an error. */
typedef int call_fn(struct kmod_ctx *ctx, struct kmod_module *mod);

static int count(struct kmod_list *list)
{
	struct kmod_list *l;
	int n = 0;

	kmod_list_foreach(l, list)
		n++;
	return n;
}

static int load_resources(struct kmod_ctx *ctx, struct kmod_module *mod _unused_)
{
	return kmod_load_resources(ctx) < 0 ? -1 : kmod_validate_resources(ctx);
}

static int lookup(struct kmod_ctx *ctx, struct kmod_module *mod _unused_)
{
	struct kmod_list *list = NULL;
	int r = kmod_module_new_from_lookup(ctx, "pci:v1d2", &list), n = count(list);

	kmod_module_unref_list(list);
	return r < 0 ? r : n;
}

static int from_path(struct kmod_ctx *ctx, struct kmod_module *mod _unused_)
{
	struct kmod_module *m = NULL;
	int r = kmod_module_new_from_path(ctx, "/" TS_MODULES "/kernel/c.ko", &m);

	kmod_module_unref(m);
	return r;
}

static int info(struct kmod_ctx *ctx _unused_, struct kmod_module *mod)
{
	struct kmod_list *list = NULL;
	int r = kmod_module_get_info(mod, &list), n = count(list);

	kmod_module_info_free_list(list);
	return r < 0 ? r : n;
}

/* The module c is signed. */
static int signature(struct kmod_ctx *ctx, struct kmod_module *mod _unused_)
{
	struct kmod_module *c = NULL;
	int r = kmod_module_new_from_name(ctx, "c", &c);

	r = r < 0 ? r : info(ctx, c);
	kmod_module_unref(c);
	return r;
}

static int versions(struct kmod_ctx *ctx _unused_, struct kmod_module *mod)
{
	struct kmod_list *list = NULL;
	int r = kmod_module_get_versions(mod, &list), n = count(list);

	kmod_module_versions_free_list(list);
	return r < 0 ? r : n;
}

static int symbols(struct kmod_ctx *ctx _unused_, struct kmod_module *mod)
{
	struct kmod_list *list = NULL;
	int r = kmod_module_get_symbols(mod, &list), n = count(list);

	kmod_module_symbols_free_list(list);
	return r < 0 ? r : n;
}

static int dependency_symbols(struct kmod_ctx *ctx _unused_, struct kmod_module *mod)
{
	struct kmod_list *list = NULL;
	int r = kmod_module_get_dependency_symbols(mod, &list), n = count(list);

	kmod_module_dependency_symbols_free_list(list);
	return r < 0 ? r : n;
}

static int dependencies(struct kmod_ctx *ctx _unused_, struct kmod_module *mod)
{
	struct kmod_list *list = kmod_module_get_dependencies(mod);
	int n = count(list);

	kmod_module_unref_list(list);
	return n;
}

static int rules(struct kmod_ctx *ctx _unused_, struct kmod_module *mod)
{
	struct kmod_list *pre = NULL, *post = NULL;
	int r = kmod_module_get_softdeps(mod, &pre, &post), n = count(pre) + count(post);

	kmod_module_unref_list(pre);
	kmod_module_unref_list(post);
	n += kmod_module_get_options(mod) != NULL;
	n += kmod_module_get_install_commands(mod) != NULL;
	return r < 0 ? r : n;
}

static int live(struct kmod_ctx *ctx, struct kmod_module *mod)
{
	struct kmod_list *list = NULL;
	int r = kmod_module_new_from_loaded(ctx, &list), n = count(list);

	kmod_module_unref_list(list);
	list = kmod_module_get_holders(mod);
	n += count(list);
	kmod_module_unref_list(list);
	list = kmod_module_get_sections(mod);
	n += count(list);
	kmod_module_section_free_list(list);
	return r < 0 ? r : n + kmod_module_get_initstate(mod) + (int)kmod_module_get_size(mod);
}

static int dump(struct kmod_ctx *ctx, struct kmod_module *mod _unused_)
{
	_cleanup_close_ int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int r = fd < 0 ? -errno : 0;

	for (int i = 0; r == 0 && i < 5; i++)
		r = kmod_dump_index(ctx, (enum kmod_index)i, fd);
	return r;
}

static int iterate_config(struct kmod_ctx *ctx, struct kmod_module *mod _unused_)
{
	struct kmod_config_iter *iter = kmod_config_get_options(ctx);
	int n = 0;

	while (iter && kmod_config_iter_next(iter))
		n += kmod_config_iter_get_key(iter) != NULL;
	kmod_config_iter_free_iter(iter);
	return n;
}

static int probe(struct kmod_ctx *ctx _unused_, struct kmod_module *mod)
{
	return kmod_module_probe_insert_module(mod, 0, "x=y", NULL, NULL, NULL);
}

static int removal(struct kmod_ctx *ctx _unused_, struct kmod_module *mod)
{
	return kmod_module_remove_module(mod, 0);
}

/* ---- the sweep ---- */

static call_fn *call;
static int wanted;

static void drop_message(void *data _unused_, int priority _unused_, const char *file _unused_,
			 int line _unused_, const char *fn _unused_, const char *format _unused_,
			 va_list args _unused_)
{
}

static int use(void)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);
	struct kmod_module *mod = NULL;
	int r = ctx ? 0 : -ENOMEM;

	if (ctx)
		kmod_set_log_fn(ctx, drop_message, NULL);
	if (r == 0)
		r = kmod_module_new_from_name(ctx, "a", &mod);
	if (r == 0)
		r = call(ctx, mod);
	kmod_module_unref(mod);
	kmod_unref(ctx);
	return r;
}

/* Bytes that are not returned; 0 where nobody can tell. */
static size_t in_use(void)
{
#if defined __GLIBC__ && __GLIBC_PREREQ(2, 33)
	return mallinfo2().uordblks;
#else
	return 0;
#endif
}

/* How many bytes a run with this fault leaves behind. */
static size_t lost_bytes(const struct sweep_fault *f)
{
	size_t before = in_use();
	int r = use();
	size_t after = in_use();

	if (!sweep_end() || f->harmless)
		ck_assert_msg(r == wanted, "%s: %d instead of %d", sweep_name(f), r, wanted);
	return after > before && ts_can_fail_alloc() ? after - before : 0;
}

static void run(const struct sweep_fault *f)
{
	/* libcrypto itself loses some bytes when an allocation of its own fails. */
	if (lost_bytes(f) == 0 || call == signature)
		return;
	/* Libraries keep what they allocated once; a leak comes again. */
	ts_fail(f->kind, f->nth, f->error);
	size_t lost = lost_bytes(f);
	ck_assert_msg(lost == 0, "%s: %zu bytes are lost", sweep_name(f), lost);
}

static void sweep_call(const char *name, call_fn *fn)
{
	call = fn;
	setenv("KMOD_LOG", "0", 1); /* messages of kmod_new() itself */
	ts_module_error("remove", "a", EAGAIN);
	use(); /* what is loaded once and kept: libraries */
	wanted = use();
	sweep(name, run);
}

static void write_module(const char *name, enum image_format format)
{
	struct forge_module m = {
		.name = name, .modinfo = FORGE_STRINGS("alias=x", "parm=p:b"),
		.exports = FORGE_SYMBOLS({ .name = "s", .crc = 1 }),
		.imports = FORGE_SYMBOLS({ .name = "t", .crc = 2 }),
		.signature = str_eq(name, "c") ? FORGE_PKCS7 : FORGE_UNSIGNED,
	};

	ck_assert_int_eq(forge_write(&m, forge_readable(format),
				     ts_path(TS_MODULES "/kernel/%s.ko", name)),
			 0);
}

static void setup(void)
{
	write_module("a", IMAGE_ZSTD);
	write_module("b", IMAGE_XZ);
	write_module("c", IMAGE_GZIP);
	indexed_deps("kernel/a.ko: kernel/b.ko\nkernel/b.ko:\nkernel/c.ko:\n");
	indexed_aliases("pci:v1* a\npci:* c\n");
	indexed_symbols("s a\n");
	indexed_builtin("builtin_one\n");
	ts_write("etc/modprobe.d/x.conf", "options a p=1\nsoftdep a pre: c\nalias y a\n");
	ts_write("etc/modprobe.d/y.conf", "options b p=2\ninstall d /bin/true\n");
	ts_write("proc/cmdline", "a.q=2\n");
	ts_write("proc/modules", "a 16384 0 - Live 0x0\nb 16384 1 a, Live 0x0\n");
	ts_write("sys/module/b/holders/a", "");
	ts_write("sys/module/a/initstate", "live\n");
	ts_write("sys/module/a/sections/.text", "0x1000\n");
}

#define SWEEP(fn)                    \
	START_TEST(sweep_##fn)       \
	{                            \
		sweep_call(#fn, fn); \
	}                            \
	END_TEST
SWEEP(load_resources)
SWEEP(lookup)
SWEEP(from_path)
SWEEP(info)
SWEEP(signature)
SWEEP(versions)
SWEEP(symbols)
SWEEP(dependency_symbols)
SWEEP(dependencies)
SWEEP(rules)
SWEEP(live)
SWEEP(dump)
SWEEP(iterate_config)
SWEEP(probe)
SWEEP(removal)

int main(void)
{
	const TTest *tests[] = {
		sweep_load_resources, sweep_lookup, sweep_from_path, sweep_info, sweep_signature,
		sweep_versions, sweep_symbols, sweep_dependency_symbols, sweep_dependencies, sweep_rules,
		sweep_live, sweep_dump, sweep_iterate_config, sweep_probe, sweep_removal, NULL,
	};
	/* Without it mallinfo2() takes chunks in a thread's cache for used ones. */
	setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1);
	return ts_run_trapped("sweep_library", tests, setup, NULL);
}
