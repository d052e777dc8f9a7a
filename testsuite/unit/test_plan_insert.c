/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/plan/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "testsuite/forge/forge.h"
#include "testsuite/lib/plans.h"
#include "testsuite/lib/ts.h"

static struct kmod_ctx *ctx;

static void setup(void)
{
	ctx = plans_ctx();
}

static void teardown(void)
{
	ck_assert_ptr_null(kmod_unref(ctx));
}

static size_t forge(const char *path, enum image_format format, unsigned flags)
{
	const struct forge_module m = { .name = "foo", .flags = flags };
	struct strbuf image = STRBUF_INIT;
	size_t plain_len;

	ck_assert_int_eq(forge_build(&m, &image), 0);
	plain_len = image.len;
	ck_assert_int_eq(forge_write(&m, format, ts_path("%s", path)), 0);
	strbuf_fini(&image);
	return plain_len;
}

static int insert(const char *path, unsigned flags, const char *options)
{
	struct kmod_module *mod;
	int r;

	ck_assert_int_eq(kmod_module_new_from_path(ctx, path, &mod), 0);
	r = kmod_module_insert_module(mod, flags, options);
	kmod_module_unref(mod);
	return r;
}

#define expect_calls(want) ck_assert_str_eq(ts_calls(), (want))

START_TEST(plain_file_goes_by_its_descriptor)
{
	forge("foo.ko", IMAGE_PLAIN, 0);
	ck_assert_int_eq(insert("/foo.ko", 0, "a=1"), 0);
	ck_assert_int_eq(insert("/foo.ko", 0, NULL), 0);
	expect_calls("finit_module foo flags=0x0 params=\"a=1\" = 0\n"
		     "finit_module foo flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(only_the_two_force_bits_count)
{
	forge("foo.ko", IMAGE_PLAIN, 0);
	ck_assert_int_eq(insert("/foo.ko", ~0u, NULL), 0);
	expect_calls("finit_module foo flags=0x3 params=\"\" = 0\n");
}
END_TEST

START_TEST(answer_of_the_kernel_is_final_but_enosys)
{
	size_t len = forge("foo.ko", IMAGE_PLAIN, 0);

	forge("bar.ko", IMAGE_PLAIN, 0);
	ts_module_error("finit", "foo", ENOSYS);
	ts_module_error("finit", "bar", EOPNOTSUPP);
	ck_assert_int_eq(insert("/foo.ko", 0, NULL), 0);
	ck_assert_int_eq(insert("/bar.ko", 0, NULL), -EOPNOTSUPP);
	ck_assert_ptr_nonnull(strstr(
		ts_calls(), ts_fmt("init_module foo len=%zu params=\"\" = 0\n", len)));
	ck_assert_ptr_null(strstr(ts_calls(), "\ninit_module bar"));
}
END_TEST

START_TEST(compressed_file_goes_by_descriptor_where_the_kernel_reads_it)
{
	static const struct {
		enum image_format format;
		const char *words;
	} rows[] = { { IMAGE_GZIP, "gzip\n" },
		     { IMAGE_XZ, "xz\n" },
		     { IMAGE_ZSTD, "zstd\n" } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t len;

		if (!image_format_built_in(rows[i].format))
			continue;
		len = forge("foo.ko.x", rows[i].format, 0);
		ts_calls_clear();
		ts_write("sys/module/compression", "lzma\n");
		ck_assert_int_eq(insert("/foo.ko.x", 0, NULL), 0);
		expect_calls(ts_fmt("init_module foo len=%zu params=\"\" = 0\n", len));

		ts_calls_clear();
		ts_write("sys/module/compression", rows[i].words);
		kmod_unref(ctx);
		ctx = plans_ctx();
		ck_assert_int_eq(insert("/foo.ko.x", 0, NULL), 0);
		expect_calls("finit_module foo flags=0x4 params=\"\" = 0\n");
		kmod_unref(ctx);
		ctx = plans_ctx();
	}
}
END_TEST

START_TEST(forced_image_keeps_its_length)
{
	size_t len = forge("foo.ko", IMAGE_PLAIN, 0);

	ts_module_error("finit", "foo", ENOSYS);
	ck_assert_int_eq(insert("/foo.ko",
				KMOD_INSERT_FORCE_VERMAGIC | KMOD_INSERT_FORCE_MODVERSION,
				NULL),
			 0);
	ck_assert_ptr_nonnull(strstr(
		ts_calls(), ts_fmt("init_module foo len=%zu params=\"\" = 0\n", len)));
}
END_TEST

START_TEST(d29_forcing_without_vermagic_goes_on)
{
	forge("foo.ko", IMAGE_PLAIN, FORGE_NO_VERMAGIC);
	ts_module_error("finit", "foo", ENOSYS);
	ck_assert_int_eq(insert("/foo.ko", KMOD_INSERT_FORCE_VERMAGIC, NULL), 0);
}
END_TEST

START_TEST(forcing_needs_an_elf_file)
{
	ts_write("foo.ko", "no module at all\n");
	ts_module_error("finit", "foo", ENOSYS);
	ck_assert_int_eq(insert("/foo.ko", 0, NULL), 0);
	ck_assert_int_eq(insert("/foo.ko", KMOD_INSERT_FORCE_VERMAGIC, NULL), -ENOEXEC);
}
END_TEST

START_TEST(d12_only_regular_files_are_modules)
{
	ts_write("short.ko", "short");
	ts_mkdir("dir.ko");
	ck_assert_int_eq(mkfifo(ts_path("fifo.ko"), 0600), 0);
	ck_assert_int_eq(insert("/short.ko", 0, NULL), -EINVAL);
	ck_assert_int_eq(insert("/dir.ko", 0, NULL), -EISDIR);
	ck_assert_int_eq(insert("/fifo.ko", 0, NULL), -ENXIO);
	expect_calls("");
}
END_TEST

START_TEST(module_without_a_path_is_enoent)
{
	struct kmod_module *mod;

	kmod_set_log_fn(ctx, NULL, NULL);
	ck_assert_int_eq(kmod_module_new_from_name(ctx, "nowhere", &mod), 0);
	ck_assert_int_eq(kmod_module_insert_module(mod, 0, NULL), -ENOENT);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(nothing_crashes_on_null)
{
	ck_assert_int_eq(kmod_module_insert_module(NULL, 0, NULL), -ENOENT);
	ck_assert_int_eq(kmod_module_probe_insert_module(NULL, 0, NULL, NULL, NULL, NULL),
			 -ENOENT);
	ck_assert_int_eq(kmod_module_remove_module(NULL, 0), -ENOENT);
	plan_free(NULL);
}
END_TEST

static void look_into(void *data, int priority _unused_, const char *file _unused_,
		      int line _unused_, const char *fn _unused_,
		      const char *format _unused_, va_list args _unused_)
{
	struct kmod_list *info = NULL;

	kmod_set_log_fn(ctx, NULL, NULL);
	(void)!kmod_module_get_info(data, &info);
	kmod_module_info_free_list(info);
}

START_TEST(log_function_may_look_into_the_module)
{
	struct kmod_module *mod;

	if (!image_format_built_in(IMAGE_GZIP))
		return;
	ts_write_bytes("foo.ko.gz", "\x1f\x8b\x08 cut short", 13);
	ck_assert_int_eq(kmod_module_new_from_path(ctx, "/foo.ko.gz", &mod), 0);
	kmod_set_log_fn(ctx, look_into, mod);
	ck_assert_int_eq(kmod_module_insert_module(mod, 0, NULL), -EINVAL);
	kmod_module_unref(mod);

	forge("bar.ko.gz", IMAGE_GZIP, 0);
	ts_write("sys/module/compression", "lzma\n");
	kmod_unref(ctx);
	ctx = plans_ctx();
	ck_assert_int_eq(kmod_module_new_from_path(ctx, "/bar.ko.gz", &mod), 0);
	kmod_set_log_fn(ctx, look_into, mod);
	ck_assert_int_eq(kmod_module_insert_module(mod, 0, NULL), 0);
	kmod_module_unref(mod);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		plain_file_goes_by_its_descriptor,
		only_the_two_force_bits_count,
		answer_of_the_kernel_is_final_but_enosys,
		compressed_file_goes_by_descriptor_where_the_kernel_reads_it,
		forced_image_keeps_its_length,
		d29_forcing_without_vermagic_goes_on,
		forcing_needs_an_elf_file,
		d12_only_regular_files_are_modules,
		module_without_a_path_is_enoent,
		nothing_crashes_on_null,
		log_function_may_look_into_the_module,
		NULL,
	};

	return ts_run_trapped("plan-insert", tests, setup, teardown);
}
