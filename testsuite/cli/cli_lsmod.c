/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lsmod from outside: rows, what may be missing from them, and bad use. */
#include "testsuite/lib/ts.h"

#include <stdio.h>
#include <string.h>

#define HEADING "Module                  Size  Used by\n"

/* A directory of /sys/module; NULL: that file is not there. */
static void sys_module(const char *name, const char *coresize, const char *refcnt)
{
	ts_mkdir(ts_fmt("sys/module/%s/holders", name));
	ts_write(ts_fmt("sys/module/%s/initstate", name), "live\n");
	if (coresize)
		ts_write(ts_fmt("sys/module/%s/coresize", name), coresize);
	if (refcnt)
		ts_write(ts_fmt("sys/module/%s/refcnt", name), refcnt);
}

START_TEST(rows_stand_in_the_order_of_proc_modules)
{
	ts_write("proc/modules", "zram 4096 0 - Live 0x0\next4 8192 1 - Live 0x0\n");
	sys_module("ext4", "786432\n", "1\n");
	sys_module("zram", "28672\n", "0\n");

	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 0,
		  HEADING "zram                   28672  0\n"
			  "ext4                  786432  1\n",
		  "");
}
END_TEST

START_TEST(holders_follow_the_count)
{
	ts_write("proc/modules", "mbcache 4096 1 ext4, Live 0x0\n");
	sys_module("mbcache", "4096\n", "2\n");
	ts_mkdir("sys/module/mbcache/holders/ext4");

	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 0, HEADING "mbcache                 4096  2 ext4\n", "");
}
END_TEST

START_TEST(several_holders_are_joined_by_commas)
{
	ts_write("proc/modules", "mbcache 4096 1 ext4, Live 0x0\n");
	sys_module("mbcache", "4096\n", "2\n");
	ts_mkdir("sys/module/mbcache/holders/ext4");
	ts_mkdir("sys/module/mbcache/holders/other");

	/* Directory order: either. */
	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 0, NULL, "");
	ck_assert(strstr(r.out, "  2 ext4,other\n") || strstr(r.out, "  2 other,ext4\n"));
}
END_TEST

START_TEST(wide_values_push_their_row_apart)
{
	ts_write("proc/modules", "a_very_long_module_name_exceeding 1 0 - Live 0x0\n");
	sys_module("a_very_long_module_name_exceeding", "123456789012\n", "0\n");

	struct ts_result r = ts_tool("lsmod");
	if (sizeof(long) < 8)
		return;
	ts_expect(r, 0, HEADING "a_very_long_module_name_exceeding 123456789012  0\n", "");
}
END_TEST

START_TEST(size_without_coresize_comes_from_proc_modules)
{
	ts_write("proc/modules", "loop 40960 0 - Live 0x0\n");
	sys_module("loop", NULL, "0\n");

	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 0, HEADING "loop                   40960  0\n", "");
}
END_TEST

START_TEST(size_that_is_no_number_is_0_and_told_once)
{
	ts_write("proc/modules", "loop 40960 0 - Live 0x0\n");
	sys_module("loop", "junk\n", "0\n");

	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 0, HEADING "loop                       0  0\n",
		  "lsmod: ERROR: /sys/module/loop/coresize: not a number\n");
}
END_TEST

START_TEST(d34_vanished_module_is_left_out)
{
	ts_write("proc/modules", "ghost 4096 0 - Live 0x0\nloop 40960 0 - Live 0x0\n");
	sys_module("loop", "40960\n", "0\n");

	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 0, HEADING "loop                   40960  0\n", "");
}
END_TEST

START_TEST(d34_count_that_the_kernel_does_not_keep_is_a_dash)
{
	ts_write("proc/modules", "loop 40960 - - Live 0x0\n");
	sys_module("loop", "40960\n", NULL);

	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 0, HEADING "loop                   40960  -\n", "");
}
END_TEST

START_TEST(count_of_a_module_that_is_going_may_be_negative)
{
	ts_write("proc/modules", "loop 40960 -1 - Unloading 0x0\n");
	sys_module("loop", "40960\n", "-1\n");

	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 0, HEADING "loop                   40960  -1\n", "");
}
END_TEST

START_TEST(missing_holders_directory_is_no_holders)
{
	ts_write("proc/modules", "loop 40960 0 - Live 0x0\n");
	sys_module("loop", "40960\n", "0\n");
	ts_remove("sys/module/loop/holders");

	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 0, HEADING "loop                   40960  0\n", NULL);
}
END_TEST

START_TEST(name_that_is_a_path_reads_nothing_elsewhere)
{
	ts_write("proc/modules", "../../etc 40960 0 - Live 0x0\n");
	ts_mkdir("sys/module");
	ts_write("etc/coresize", "1\n");
	ts_write("etc/refcnt", "1\n");

	struct ts_result r = ts_tool("lsmod");
	ck_assert_str_eq(r.out, HEADING);
}
END_TEST

START_TEST(empty_proc_modules_is_a_heading)
{
	ts_write("proc/modules", "");

	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 0, HEADING, "");
}
END_TEST

START_TEST(missing_proc_modules_is_an_error)
{
	struct ts_result r = ts_tool("lsmod");

	ts_expect(r, 1, "", NULL);
	ck_assert_ptr_nonnull(strstr(r.err, "lsmod: ERROR: could not open /proc/modules: "
					    "No such file or directory\n"));
	ck_assert_ptr_nonnull(strstr(r.err, "lsmod: ERROR: could not get list of modules: "
					    "No such file or directory\n"));
}
END_TEST

START_TEST(missing_sys_is_an_error_not_an_empty_list)
{
	ts_write("proc/modules", "loop 40960 0 - Live 0x0\n");

	struct ts_result r = ts_tool("lsmod");
	ts_expect(r, 1, HEADING,
		  "lsmod: ERROR: could not open /sys/module: No such file or directory\n");
}
END_TEST

START_TEST(operand_is_an_error)
{
	ts_write("proc/modules", "");

	struct ts_result r = ts_tool("lsmod", "x");
	ts_expect(r, 1, "", "lsmod: ERROR: too many arguments provided.\n");
}
END_TEST

START_TEST(unknown_option_is_an_error)
{
	struct ts_result r = ts_tool("lsmod", "-Z");

	ts_expect(r, 1, "", NULL);
	ck_assert_ptr_nonnull(strstr(r.err, "lsmod: invalid option -- 'Z'\n"));
}
END_TEST

START_TEST(help_and_version_go_to_stdout)
{
	struct ts_result r = ts_tool("lsmod", "--help");

	ts_expect(r, 0, NULL, "");
	ck_assert_int_eq(strncmp(r.out, "Usage: lsmod ", 13), 0);
	r = ts_tool("lsmod", "-V");
	ts_expect(r, 0, NULL, "");
	ck_assert_int_eq(strncmp(r.out, "kmod version 34", 15), 0);
}
END_TEST

START_TEST(kmod_list_is_lsmod)
{
	ts_write("proc/modules", "loop 40960 0 - Live 0x0\n");
	sys_module("loop", "40960\n", "0\n");

	struct ts_result r = ts_tool("kmod", "list");
	ts_expect(r, 0, HEADING "loop                   40960  0\n", "");
	r = ts_tool("kmod", "list", "x");
	ts_expect(r, 1, "", "kmod: ERROR: too many arguments provided.\n");
}
END_TEST

START_TEST(kmod_list_help_says_list)
{
	struct ts_result r = ts_tool("kmod", "list", "-h");

	ts_expect(r, 0, NULL, "");
	ck_assert_int_eq(strncmp(r.out, "Usage: kmod list ", 17), 0);
}
END_TEST

START_TEST(d32_full_disk_is_an_error)
{
	ts_write("proc/modules", "");
	ts_stdout_to("/dev/full");

	struct ts_result r = ts_tool("lsmod");
	ck_assert_int_eq(r.status, 1);
	ck_assert_ptr_nonnull(strstr(r.err, "lsmod: ERROR: "));
}
END_TEST

START_TEST(verbose_and_syslog_do_not_change_the_list)
{
	ts_write("proc/modules", "");

	struct ts_result r = ts_tool("lsmod", "-v", "-s");
	ts_expect(r, 0, HEADING, "");
}
END_TEST

/* Nothing is opened but what the rows need: no configuration, no index. */
START_TEST(files_opened_grow_by_three_a_module)
{
	ts_write("proc/modules", "a 1 0 - Live 0x0\n");
	sys_module("a", "1\n", "0\n");
	ts_fail("open", 100000, 0);
	ts_tool("lsmod");
	unsigned long one = ts_fail_count("open");

	for (int i = 0; i < 10; i++) {
		ts_append("proc/modules", ts_fmt("m%d 1 0 - Live 0x0\n", i));
		sys_module(ts_fmt("m%d", i), "1\n", "0\n");
	}
	ts_tool("lsmod");
	ck_assert_uint_ge(one, 1);
	ck_assert_uint_le(ts_fail_count("open"), one + 30);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		rows_stand_in_the_order_of_proc_modules,
		holders_follow_the_count,
		several_holders_are_joined_by_commas,
		wide_values_push_their_row_apart,
		size_without_coresize_comes_from_proc_modules,
		size_that_is_no_number_is_0_and_told_once,
		d34_vanished_module_is_left_out,
		d34_count_that_the_kernel_does_not_keep_is_a_dash,
		count_of_a_module_that_is_going_may_be_negative,
		missing_holders_directory_is_no_holders,
		name_that_is_a_path_reads_nothing_elsewhere,
		empty_proc_modules_is_a_heading,
		missing_proc_modules_is_an_error,
		missing_sys_is_an_error_not_an_empty_list,
		operand_is_an_error,
		unknown_option_is_an_error,
		help_and_version_go_to_stdout,
		kmod_list_is_lsmod,
		kmod_list_help_says_list,
		d32_full_disk_is_an_error,
		verbose_and_syslog_do_not_change_the_list,
		files_opened_grow_by_three_a_module,
		NULL,
	};

	return ts_run("lsmod", tests, NULL, NULL);
}
