/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/ctx.h"

#include <fcntl.h>
#include <unistd.h>

#include "testsuite/unit/module-tree.h"

static const char *const no_config[] = { NULL };

/* ---- life ---- */

START_TEST(directory_is_that_of_the_running_kernel)
{
	struct kmod_ctx *ctx = kmod_new(NULL, no_config);

	ck_assert_str_eq(kmod_get_dirname(ctx), "/lib/modules/" TS_KERNEL);
	ck_assert_ptr_null(kmod_unref(ctx));
	ck_assert_ptr_null(kmod_get_dirname(NULL));
}
END_TEST

START_TEST(directory_is_taken_verbatim)
{
	static const char *const absolute[] = { "/", "/x//y/", "/does/not/../exist" };

	for (size_t i = 0; i < ARRAY_SIZE(absolute); i++) {
		struct kmod_ctx *ctx = kmod_new(absolute[i], no_config);

		ck_assert_str_eq(kmod_get_dirname(ctx), absolute[i]);
		kmod_unref(ctx);
	}
}
END_TEST

START_TEST(relative_directory_starts_at_the_current_one)
{
	static const char *const relative[] = { ".", "", "a/./b" };
	char cwd[4096];

	ck_assert_ptr_nonnull(getcwd(cwd, sizeof(cwd)));
	for (size_t i = 0; i < ARRAY_SIZE(relative); i++) {
		struct kmod_ctx *ctx = kmod_new(relative[i], no_config);

		ck_assert_str_eq(kmod_get_dirname(ctx), ts_fmt("%s/%s", cwd, relative[i]));
		kmod_unref(ctx);
	}
}
END_TEST

START_TEST(context_goes_with_its_last_reference)
{
	struct kmod_ctx *ctx = kmod_new("/x", no_config);

	ck_assert_ptr_eq(kmod_ref(ctx), ctx);
	ck_assert_ptr_eq(kmod_unref(ctx), ctx);
	ck_assert_ptr_null(kmod_unref(ctx));
	ck_assert_ptr_null(kmod_ref(NULL));
	ck_assert_ptr_null(kmod_unref(NULL));
}
END_TEST

START_TEST(module_keeps_its_context)
{
	struct kmod_ctx *ctx = mt_ctx_with_config("options a x=1\n");
	struct kmod_module *mod = mt_mod(ctx, "a");

	ck_assert_ptr_eq(kmod_unref(ctx), ctx);
	ck_assert_str_eq(kmod_module_get_options(mod), "x=1");
	ck_assert_ptr_null(kmod_module_unref(mod));
}
END_TEST

START_TEST(userdata_is_kept_as_it_is)
{
	struct kmod_ctx *ctx = kmod_new("/x", no_config);
	int mine;

	ck_assert_ptr_null(kmod_get_userdata(ctx));
	kmod_set_userdata(ctx, &mine);
	ck_assert_ptr_eq(kmod_get_userdata(ctx), &mine);
	kmod_set_userdata(NULL, &mine);
	ck_assert_ptr_null(kmod_get_userdata(NULL));
	kmod_unref(ctx);
}
END_TEST

START_TEST(creation_and_release_are_told_at_info)
{
	struct mt_log log = { 0 };
	struct ctx_options opt = { .dirname = "/x", .config_paths = no_config, .log_priority = LOG_INFO,
				   .log_fn = mt_log_sink, .log_data = &log };
	struct kmod_ctx *ctx;

	ck_assert_int_eq(ctx_new(&opt, &ctx), 0);
	ck_assert_int_eq(log.n, 1);
	kmod_unref(ctx);
	ck_assert_int_eq(log.n, 2);
	ck_assert_int_eq(log.last_priority, LOG_INFO);
}
END_TEST

START_TEST(d19_configuration_is_parsed_with_the_callers_log)
{
	struct mt_log log = { 0 };
	struct ctx_options opt = { .log_priority = LOG_WARNING, .log_fn = mt_log_sink, .log_data = &log };
	struct kmod_ctx *ctx;

	ts_write("etc/modprobe.d/x.conf", "\n\noptoins a x=1\n");
	ck_assert_int_eq(ctx_new(&opt, &ctx), 0);
	ck_assert_int_eq(log.n, 1);
	ck_assert_ptr_nonnull(strstr(log.text, "/etc/modprobe.d/x.conf:3:"));
	kmod_unref(ctx);
}
END_TEST

START_TEST(creation_opens_no_index)
{
	struct mt_log log = { 0 };
	struct ctx_options opt = { .log_priority = LOG_ERR, .log_fn = mt_log_sink, .log_data = &log };
	struct kmod_ctx *ctx;

	for (size_t i = 0; i < N_INDEXES; i++)
		ts_write(ts_fmt(TS_MODULES "/%s.bin", ctx_index_name(i)), "damaged, would be logged");
	ck_assert_int_eq(ctx_new(&opt, &ctx), 0);
	ck_assert_int_eq(log.n, 0);
	kmod_unref(ctx);
}
END_TEST

START_TEST(context_without_configuration_reads_none)
{
	struct ctx_options opt = { .no_config = true, .log_priority = LOG_ERR };
	struct kmod_module *mod;
	struct kmod_ctx *ctx;

	ts_write("etc/modprobe.d/x.conf", "options a x=1\n");
	ts_write("proc/cmdline", "a.y=1\n");
	ck_assert_int_eq(ctx_new(&opt, &ctx), 0);
	mod = mt_mod(ctx, "a");
	ck_assert_ptr_null(kmod_module_get_options(mod));
	kmod_module_unref(mod);
	kmod_unref(ctx);
}
END_TEST

START_TEST(kept_indexes_are_read_once)
{
	struct ctx_options opt = { .keep_indexes = true, .log_priority = LOG_ERR };
	struct kmod_ctx *ctx;

	mt_tree();
	ts_remove(TS_MODULES "/modules.symbols.bin");
	ck_assert_int_eq(ctx_new(&opt, &ctx), 0);
	ck_assert_str_eq(mt_lookup(ctx, "fs-b"), "b");
	ck_assert_str_eq(mt_lookup(ctx, "symbol:b_fn"), "");
	mt_tree();
	mt_index("modules.alias", "fs_b c\n");
	ck_assert_str_eq(mt_lookup(ctx, "fs-b"), "b");
	ck_assert_str_eq(mt_lookup(ctx, "symbol:b_fn"), ""); /* also that it was not there */
	kmod_unref(ctx);
}
END_TEST

/* ---- what the kernel decompresses ---- */

static const struct {
	const char *text;
	enum image_format format;
	int messages;
} compressions[] = {
	{ "zstd\n", IMAGE_ZSTD, 0 }, { "xz\n", IMAGE_XZ, 0 },    { "gzip\n", IMAGE_GZIP, 0 },
	{ "xz", IMAGE_PLAIN, 1 },    { "xz\n\n", IMAGE_PLAIN, 1 }, { "lz4\n", IMAGE_PLAIN, 1 },
	{ "", IMAGE_PLAIN, 1 },      { NULL, IMAGE_PLAIN, 0 },
};

START_TEST(kernel_compression_is_an_exact_word)
{
	for (size_t i = 0; i < ARRAY_SIZE(compressions); i++) {
		const char *text = compressions[i].text;
		struct kmod_ctx *ctx = kmod_new("/x", no_config);
		struct mt_log log;

		mt_log_to(ctx, &log);
		if (text)
			ts_write("sys/module/compression", text);
		else
			ts_remove("sys/module/compression");
		ck_assert_int_eq(ctx_kernel_compression(ctx), compressions[i].format);
		ts_remove("sys/module/compression");
		ck_assert_int_eq(ctx_kernel_compression(ctx), compressions[i].format);
		ck_assert_msg(log.n == compressions[i].messages, "row %zu: %s", i, log.text);
		kmod_unref(ctx);
	}
}
END_TEST

/* ---- resources ---- */

START_TEST(loaded_resources_are_a_snapshot)
{
	struct kmod_ctx *ctx;

	mt_tree();
	ctx = mt_ctx();
	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	ts_remove(TS_MODULES);
	ck_assert_str_eq(mt_lookup(ctx, "fs-b"), "b");
	ck_assert_int_eq(kmod_load_resources(ctx), 0); /* keeps what it has */
	kmod_unload_resources(ctx);
	ck_assert_str_eq(mt_lookup(ctx, "fs-b"), "");
	kmod_unref(ctx);
}
END_TEST

START_TEST(without_resources_each_lookup_reads_afresh)
{
	struct kmod_ctx *ctx;

	mt_tree();
	ctx = mt_ctx();
	ck_assert_str_eq(mt_lookup(ctx, "fs-b"), "b");
	mt_index("modules.alias", "fs_b c\n");
	ck_assert_str_eq(mt_lookup(ctx, "fs-b"), "c");
	kmod_unref(ctx);
}
END_TEST

START_TEST(any_required_index_missing_fails_loading)
{
	for (size_t i = 0; i < N_INDEXES; i++) {
		bool optional = i == KMOD_INDEX_MODULES_BUILTIN_ALIAS;
		struct kmod_ctx *ctx;

		mt_tree();
		ts_remove(ts_fmt(TS_MODULES "/%s.bin", ctx_index_name(i)));
		ctx = mt_ctx();
		ck_assert_int_eq(kmod_load_resources(ctx), optional ? 0 : -ENOENT);
		kmod_unref(ctx);
	}
	ck_assert_int_eq(kmod_load_resources(NULL), -ENOENT);
}
END_TEST

START_TEST(damaged_index_fails_loading_and_drops_all)
{
	struct kmod_ctx *ctx;
	struct mt_log log;

	mt_tree();
	ts_write(TS_MODULES "/modules.builtin.bin", "too short");
	ctx = mt_ctx();
	mt_log_to(ctx, &log);
	ck_assert_int_eq(kmod_load_resources(ctx), -EINVAL);
	ck_assert_ptr_nonnull(strstr(log.text, "/modules.builtin.bin: "));
	mt_index("modules.alias", "fs_b c\n");
	ck_assert_str_eq(mt_lookup(ctx, "fs-b"), "c"); /* nothing stayed loaded */
	kmod_unref(ctx);
}
END_TEST

START_TEST(damaged_optional_index_is_ignored)
{
	struct kmod_ctx *ctx;

	mt_tree();
	ts_write(TS_MODULES "/modules.builtin.alias.bin", "");
	ctx = mt_ctx();
	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	ck_assert_str_eq(mt_lookup(ctx, "fs-vfat"), "");
	kmod_unref(ctx);
}
END_TEST

/* Lookups go on without modules.alias.bin, and one line names it with what is wrong. */
static void expect_alias_index_named(const char *what)
{
	struct mt_log log;
	struct kmod_ctx *ctx = mt_ctx();

	mt_log_to(ctx, &log);
	ck_assert_str_eq(mt_lookup(ctx, "fs-vfat"), "vfat");
	ck_assert_int_eq(log.n, 1);
	ck_assert_ptr_nonnull(strstr(log.text, ts_fmt("/modules.alias.bin: %s", what)));
	kmod_unref(ctx);
}

START_TEST(d42_damaged_index_is_empty_for_lookups)
{
	mt_tree();
	ts_write(TS_MODULES "/modules.alias.bin", "garbage, garbage, garbage");
	expect_alias_index_named("magic check fail");
}
END_TEST

START_TEST(d42_an_index_that_is_no_file_is_named)
{
	mt_tree();
	ts_remove(TS_MODULES "/modules.alias.bin");
	ts_mkdir(TS_MODULES "/modules.alias.bin");
	expect_alias_index_named("not a regular file");
}
END_TEST

/* Whichever way it was opened; and once, however often it is searched. */
START_TEST(d42_an_index_that_was_cut_off_is_named)
{
	for (int loaded = 0; loaded < 2; loaded++) {
		struct kmod_ctx *ctx;
		struct mt_log log;
		size_t len;

		mt_tree();
		const char *whole = ts_read(TS_MODULES "/modules.dep.bin", &len);
		ts_write_bytes(TS_MODULES "/modules.dep.bin", whole, INDEX_HEADER_SIZE + 1);
		ctx = mt_ctx();
		mt_log_to(ctx, &log);
		if (loaded)
			ck_assert_int_eq(kmod_load_resources(ctx), 0);
		ck_assert_int_eq(log.n, 0);
		ck_assert_str_eq(mt_lookup(ctx, "nothing_of_that_name"), "");
		ck_assert_int_eq(log.n, 1);
		ck_assert_ptr_nonnull(strstr(log.text, "/modules.dep.bin: damaged"));
		if (loaded)
			ck_assert_str_eq(mt_lookup(ctx, "nothing_of_that_name"), "");
		ck_assert_int_eq(log.n, 1);
		kmod_unref(ctx);
	}
}
END_TEST

START_TEST(index_of_no_bytes_is_quietly_empty)
{
	struct kmod_ctx *ctx;
	struct mt_log log;

	mt_tree();
	ts_write(TS_MODULES "/modules.alias.bin", "");
	ctx = mt_ctx();
	mt_log_to(ctx, &log);
	ck_assert_str_eq(mt_lookup(ctx, "fs-vfat"), "vfat");
	ck_assert_int_eq(log.n, 0);
	kmod_unref(ctx);
}
END_TEST

START_TEST(unloading_nothing_is_fine)
{
	struct kmod_ctx *ctx = kmod_new("/x", no_config);

	kmod_unload_resources(NULL);
	kmod_unload_resources(ctx);
	kmod_unref(ctx);
}
END_TEST

/* ---- validation ---- */

START_TEST(unchanged_resources_are_ok)
{
	struct kmod_ctx *ctx;

	mt_tree();
	ctx = mt_ctx_with_config("options a x=1\n");
	ck_assert_int_eq(kmod_validate_resources(ctx), KMOD_RESOURCES_OK);
	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	ck_assert_int_eq(kmod_validate_resources(ctx), KMOD_RESOURCES_OK);
	ck_assert_int_eq(kmod_validate_resources(NULL), KMOD_RESOURCES_MUST_RECREATE);
	kmod_unref(ctx);
}
END_TEST

START_TEST(changed_index_must_be_reloaded)
{
	struct kmod_ctx *ctx;

	mt_tree();
	ctx = mt_ctx();
	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	ts_set_mtime(TS_MODULES "/modules.alias.bin", 1000);
	ck_assert_int_eq(kmod_validate_resources(ctx), KMOD_RESOURCES_MUST_RELOAD);
	kmod_unload_resources(ctx);
	ck_assert_int_eq(kmod_validate_resources(ctx), KMOD_RESOURCES_OK);
	kmod_unref(ctx);
}
END_TEST

START_TEST(removed_index_must_be_reloaded)
{
	struct kmod_ctx *ctx;

	mt_tree();
	ctx = mt_ctx();
	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	ts_remove(TS_MODULES "/modules.symbols.bin");
	ck_assert_int_eq(kmod_validate_resources(ctx), KMOD_RESOURCES_MUST_RELOAD);
	kmod_unref(ctx);
}
END_TEST

START_TEST(changed_configuration_beats_changed_index)
{
	struct kmod_ctx *ctx;

	mt_tree();
	ctx = mt_ctx_with_config("options a x=1\n");
	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	ts_set_mtime(TS_MODULES "/modules.alias.bin", 1000);
	ts_write("etc/modprobe.d/new.conf", "");
	ck_assert_int_eq(kmod_validate_resources(ctx), KMOD_RESOURCES_MUST_RECREATE);
	kmod_unref(ctx);
}
END_TEST

START_TEST(d21_file_edited_in_place_is_noticed)
{
	struct kmod_ctx *ctx = mt_ctx_with_config("options a x=1\n");

	ts_set_mtime("etc/modprobe.d/test.conf", 1000);
	ck_assert_int_eq(kmod_validate_resources(ctx), KMOD_RESOURCES_MUST_RECREATE);
	kmod_unref(ctx);
}
END_TEST

START_TEST(d21_directory_that_appears_later_is_noticed)
{
	struct kmod_ctx *ctx = mt_ctx();

	ck_assert_int_eq(kmod_validate_resources(ctx), KMOD_RESOURCES_OK);
	ts_mkdir("run/modprobe.d");
	ck_assert_int_eq(kmod_validate_resources(ctx), KMOD_RESOURCES_MUST_RECREATE);
	kmod_unref(ctx);
}
END_TEST

/* ---- dump ---- */

static const char *dump(struct kmod_ctx *ctx, enum kmod_index type, int want)
{
	int fd;

	ts_write("dump", "");
	fd = open(ts_path("dump"), O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(kmod_dump_index(ctx, type, fd), want);
	close(fd);
	return ts_read("dump", NULL);
}

START_TEST(dump_is_one_line_per_value)
{
	struct kmod_ctx *ctx;

	mt_tree();
	ctx = mt_ctx();
	ck_assert_str_eq(dump(ctx, KMOD_INDEX_MODULES_ALIAS, 0),
			 "alias fs_b b\nalias pci:v1d* a\nalias pci:v1d2 b\nalias pci:v[0-9]d2 c\n");
	ck_assert_str_eq(dump(ctx, KMOD_INDEX_MODULES_SYMBOL, 0), "alias symbol:b_fn b\nalias symbol:c_fn c\n");
	ck_assert_str_eq(dump(ctx, KMOD_INDEX_MODULES_BUILTIN_ALIAS, 0), "fs_vfat vfat\nserio:* serial\n");
	ck_assert_str_eq(dump(ctx, KMOD_INDEX_MODULES_BUILTIN, 0), "serial \nvfat \n");
	mt_index("modules.dep", "a kernel/a.ko: kernel/b.ko\n");
	ck_assert_str_eq(dump(ctx, KMOD_INDEX_MODULES_DEP, 0), "a kernel/a.ko: kernel/b.ko\n");
	kmod_unref(ctx);
}
END_TEST

START_TEST(dump_of_what_is_not_there_fails)
{
	struct kmod_ctx *ctx = mt_ctx();

	ck_assert_int_eq(kmod_dump_index(NULL, KMOD_INDEX_MODULES_DEP, 1), -ENOSYS);
	ck_assert_str_eq(dump(ctx, KMOD_INDEX_MODULES_DEP, -ENOSYS), "");
	ts_write(TS_MODULES "/modules.dep.bin", "not an index, not an index");
	kmod_set_log_fn(ctx, NULL, NULL);
	ck_assert_str_eq(dump(ctx, KMOD_INDEX_MODULES_DEP, -ENOSYS), "");
	ck_assert_str_eq(dump(ctx, 5, -ENOENT), "");
	ck_assert_str_eq(dump(ctx, _KMOD_INDEX_PAD, -ENOENT), "");
	kmod_unref(ctx);
}
END_TEST

START_TEST(d40_dump_that_cannot_be_written_is_an_error)
{
	struct kmod_ctx *ctx;

	mt_tree();
	ctx = mt_ctx();
	ck_assert_int_eq(kmod_dump_index(ctx, KMOD_INDEX_MODULES_DEP, -1), -EBADF);
	kmod_unref(ctx);
}
END_TEST

/* ---- without memory ---- */

static int make_and_load(void *data)
{
	struct ctx_options opt = { .log_priority = LOG_ERR, .log_fn = mt_log_sink, .log_data = data };
	struct kmod_ctx *ctx;
	int r = ctx_new(&opt, &ctx);

	if (r < 0)
		return r;
	r = kmod_load_resources(ctx);
	kmod_unref(ctx);
	return r;
}

START_TEST(failed_allocation_is_told)
{
	struct mt_log log = { 0 };

	mt_tree();
	ts_write("etc/modprobe.d/test.conf", "options a x=1\n");
	mt_fail_each_alloc(make_and_load, &log);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { directory_is_that_of_the_running_kernel,
				 directory_is_taken_verbatim,
				 relative_directory_starts_at_the_current_one,
				 context_goes_with_its_last_reference,
				 module_keeps_its_context,
				 userdata_is_kept_as_it_is,
				 creation_and_release_are_told_at_info,
				 d19_configuration_is_parsed_with_the_callers_log,
				 creation_opens_no_index,
				 context_without_configuration_reads_none,
				 kept_indexes_are_read_once,
				 kernel_compression_is_an_exact_word,
				 loaded_resources_are_a_snapshot,
				 without_resources_each_lookup_reads_afresh,
				 any_required_index_missing_fails_loading,
				 damaged_index_fails_loading_and_drops_all,
				 damaged_optional_index_is_ignored,
				 d42_damaged_index_is_empty_for_lookups,
				 d42_an_index_that_is_no_file_is_named,
				 d42_an_index_that_was_cut_off_is_named,
				 index_of_no_bytes_is_quietly_empty,
				 unloading_nothing_is_fine,
				 unchanged_resources_are_ok,
				 changed_index_must_be_reloaded,
				 removed_index_must_be_reloaded,
				 changed_configuration_beats_changed_index,
				 d21_file_edited_in_place_is_noticed,
				 d21_directory_that_appears_later_is_noticed,
				 dump_is_one_line_per_value,
				 dump_of_what_is_not_there_fails,
				 d40_dump_that_cannot_be_written_is_an_error,
				 failed_allocation_is_told,
				 NULL };

	return ts_run_trapped("ctx", tests, NULL, NULL);
}
