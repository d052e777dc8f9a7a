/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-options.h"

#include "testsuite/lib/ts.h"
#include "tools/tool.h"

static struct dm_options options;
static int status;

/* The options borrow their words: these outlive the macro. */
static int parse_argv(const char *const *words)
{
	static char *argv[20];
	int argc = 0;

	for (; words[argc]; argc++)
		argv[argc] = (char *)words[argc];
	argv[argc] = NULL;
	dm_options_fini(&options);
	tool_log_init("depmod", LOG_ERR);
	return dm_options_parse(argc, argv, &options, &status);
}

#define parse(...) parse_argv((const char *const[]){ "depmod", ##__VA_ARGS__, NULL })

static void teardown(void)
{
	dm_options_fini(&options);
}

START_TEST(nothing_means_defaults)
{
	ck_assert_int_eq(parse(), 1);
	ck_assert_str_eq(options.base_dir, "");
	ck_assert_str_eq(options.module_dir, MODULE_DIRECTORY);
	ck_assert_ptr_null(options.release);
	ck_assert_uint_eq(options.n_files, 0);
	ck_assert_uint_eq(options.jobs, 0);
	ck_assert_uint_eq(options.config_paths.n, 0);
	ck_assert_int_eq(tool_log.priority, LOG_WARNING);
}
END_TEST

START_TEST(values_go_to_their_places)
{
	ck_assert_int_eq(
		parse("-b/b", "-m", "m", "--outdir=o", "-C", "c1", "-Cc2", "-j3", "-P_"),
		1);
	ck_assert_str_eq(options.base_dir, "/b");
	ck_assert_str_eq(options.module_dir, "m");
	ck_assert_str_eq(options.out_dir, "o");
	ck_assert_uint_eq(options.jobs, 3);
	ck_assert_int_eq(options.symbol_prefix, '_');
	ck_assert_uint_eq(options.config_paths.n, 3);
	ck_assert_str_eq(options.config_paths.at[1], "c2");
	ck_assert_ptr_null(options.config_paths.at[2]);
}
END_TEST

START_TEST(flags_and_levels)
{
	ck_assert_int_eq(parse("-Aanwvv", "--strict", "--no-sync", "--no-progress"), 1);
	ck_assert(options.quick && options.all && options.show && options.warn);
	ck_assert(options.strict && options.no_sync && options.no_progress &&
		  !options.quiet);
	ck_assert_int_eq(tool_log.priority, LOG_INFO);
	ck_assert_int_eq(parse("-q"), 1);
	ck_assert_int_eq(tool_log.priority, LOG_ERR);
}
END_TEST

START_TEST(operands_are_release_and_files)
{
	ck_assert_int_eq(parse("6.1-x", "/a.ko", "-n", "/b.ko"), 1);
	ck_assert_str_eq(options.release, "6.1-x");
	ck_assert_uint_eq(options.n_files, 2);
	ck_assert_str_eq(options.files[1], "/b.ko");
	ck_assert_int_eq(parse("-a", "6.1", "/a.ko"), 1);
	ck_assert_uint_eq(options.n_files, 0);
}
END_TEST

START_TEST(errsyms_without_symbols_is_switched_off)
{
	ck_assert_int_eq(parse("-e"), 1);
	ck_assert(!options.errsyms);
	ck_assert_int_eq(parse("-e", "-F", "map"), 1);
	ck_assert(options.errsyms);
}
END_TEST

START_TEST(mistakes_end_with_status_1)
{
	ck_assert_int_eq(parse("-P", ""), 0);
	ck_assert_int_eq(status, 1);
	ck_assert_int_eq(parse("-j", "none"), 0);
	ck_assert_int_eq(status, 1);
	ck_assert_int_eq(parse("x.y"), 0);
	ck_assert_int_eq(status, 1);
}
END_TEST

START_TEST(releases_begin_with_two_numbers)
{
	static const char *const good[] = { "6.1", "5.5garbage", "10.20.30-x" };
	static const char *const bad[] = { "",   "6",    "6.",   "6.x",
					   ".5", "a6.1", " 6.1", "+6.1" };

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		ck_assert_msg(dm_is_release(good[i]), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(!dm_is_release(bad[i]), "%s", bad[i]);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		nothing_means_defaults,
		values_go_to_their_places,
		flags_and_levels,
		operands_are_release_and_files,
		errsyms_without_symbols_is_switched_off,
		mistakes_end_with_status_1,
		releases_begin_with_two_numbers,
		NULL,
	};

	return ts_run("dm_options", tests, NULL, teardown);
}
