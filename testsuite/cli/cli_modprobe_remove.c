/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modprobe -r: what goes, in which order, and what is said. */
#include <errno.h>
#include <string.h>

#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

static void setup(void)
{
	indexed_deps("kernel/zram.ko: kernel/zsmalloc.ko kernel/lz4.ko\n"
		     "kernel/zsmalloc.ko: kernel/lz4.ko\n"
		     "kernel/lz4.ko:\n"
		     "kernel/user.ko: kernel/lz4.ko\n"
		     "kernel/loop.ko:\n"
		     "kernel/brd.ko:\n"
		     "kernel/pcspkr.ko:\n");
	indexed_aliases("mem_* zram\nmem_* brd\n");
	indexed_builtin("i8042\n");
	ts_kernel();
}

static void conf(const char *text)
{
	ts_write("etc/modprobe.d/a.conf", text);
}

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)

#define expect_calls(want) ck_assert_str_eq(ts_calls(), (want))

START_TEST(d26_freed_dependencies_go_users_first)
{
	ts_kernel_load("zram");
	expect(ts_tool("modprobe", "-r", "-v", "zram"), 0,
	       "rmmod zram\nrmmod zsmalloc\nrmmod lz4\n", "");
	expect_calls("delete_module zram flags=0x800 = 0\n"
		     "delete_module zsmalloc flags=0x800 = 0\n"
		     "delete_module lz4 flags=0x800 = 0\n");
}
END_TEST

START_TEST(dependency_with_another_user_stays)
{
	ts_kernel_load("zram");
	ts_kernel_load("user");
	expect(ts_tool("modprobe", "-r", "zram"), 0, "", "");
	ck_assert(!ts_kernel_has("zsmalloc") && ts_kernel_has("lz4"));
}
END_TEST

START_TEST(dry_run_shows_the_same_and_does_nothing)
{
	ts_kernel_load("zram");
	expect(ts_tool("modprobe", "-r", "-n", "zram"), 0,
	       "rmmod zram\nrmmod zsmalloc\nrmmod lz4\n", "");
	expect(ts_tool("modprobe", "-n", "-r", "loop"), 0, "", "");
	expect_calls("");
}
END_TEST

START_TEST(show_depends_ignores_what_is_loaded)
{
	expect(ts_tool("modprobe", "-r", "-D", "loop"), 0, "rmmod loop\n", "");
	expect_calls("");
}
END_TEST

START_TEST(several_operands_need_no_a)
{
	ts_kernel_load("loop");
	ts_kernel_load("brd");
	expect(ts_tool("modprobe", "-rv", "loop", "brd"), 0, "rmmod loop\nrmmod brd\n",
	       "");
}
END_TEST

START_TEST(alias_removes_all_it_stands_for)
{
	ts_kernel_load("zram");
	ts_kernel_load("brd");
	expect(ts_tool("modprobe", "-rv", "mem-x"), 0,
	       "rmmod zram\nrmmod zsmalloc\nrmmod lz4\nrmmod brd\n", "");
}
END_TEST

START_TEST(d25_module_in_use_does_not_spare_the_others_of_an_alias)
{
	ts_kernel_load("zram");
	ts_kernel_load("brd");
	ts_kernel_load("loop");
	ts_kernel_use("zram", 1);
	expect(ts_tool("modprobe", "-rv", "mem-x"), 1, "rmmod brd\n",
	       "modprobe: FATAL: Module zram is in use.\n");
	ck_assert(ts_kernel_has("zram") && !ts_kernel_has("brd"));

	ts_kernel_load("brd");
	expect(ts_tool("modprobe", "-r", "mem-x", "loop"), 1, "",
	       "modprobe: FATAL: Module zram is in use.\n");
	ck_assert(!ts_kernel_has("brd") && ts_kernel_has("loop"));
}
END_TEST

START_TEST(module_that_is_not_loaded_is_done)
{
	expect(ts_tool("modprobe", "-r", "loop"), 0, "", "");
	expect(ts_tool("modprobe", "-r", "--first-time", "loop"), 1, "",
	       "modprobe: FATAL: Module loop is not in kernel.\n");
	expect_calls("");
}
END_TEST

START_TEST(builtin_module_cannot_be_removed)
{
	expect(ts_tool("modprobe", "-r", "i8042"), 1, "",
	       "modprobe: FATAL: Module i8042 is builtin.\n");
}
END_TEST

START_TEST(module_in_use_stays_and_is_named)
{
	ts_kernel_load("loop");
	ts_kernel_use("loop", 1);
	expect(ts_tool("modprobe", "-r", "loop"), 1, "",
	       "modprobe: FATAL: Module loop is in use.\n");
	expect(ts_tool("modprobe", "-r", "-f", "loop"), 1, "",
	       "modprobe: FATAL: Module loop is in use.\n");
	expect(ts_tool("modprobe", "-r", "-n", "loop"), 1, "",
	       "modprobe: FATAL: Module loop is in use.\n");
	expect_calls("");
}
END_TEST

START_TEST(module_in_use_spares_its_softdeps)
{
	conf("softdep loop post: brd\n");
	ts_kernel_load("loop");
	ts_kernel_load("brd");
	ts_kernel_use("loop", 1);
	expect(ts_tool("modprobe", "-r", "loop"), 1, "",
	       "modprobe: FATAL: Module loop is in use.\n");
	ck_assert(ts_kernel_has("brd"));
}
END_TEST

START_TEST(unknown_module_ends_the_run_unless_a_or_q)
{
	ts_kernel_load("loop");
	expect(ts_tool("modprobe", "-r", "nosuch", "loop"), 1, "",
	       "modprobe: FATAL: Module nosuch not found.\n");
	ck_assert(ts_kernel_has("loop"));
	expect(ts_tool("modprobe", "-r", "-a", "nosuch", "i8042", "loop"), 1, "",
	       "modprobe: WARNING: Module nosuch not found.\n"
	       "modprobe: WARNING: Module i8042 is builtin.\n");
	ck_assert(!ts_kernel_has("loop"));
	ts_kernel_load("loop");
	expect(ts_tool("modprobe", "-r", "-q", "nosuch", "loop"), 1, "", "");
	ck_assert(!ts_kernel_has("loop"));
}
END_TEST

START_TEST(path_is_no_module_name)
{
	expect(ts_tool("modprobe", "-r", "/" TS_MODULES "/kernel/loop.ko"), 1, "",
	       "modprobe: FATAL: Module /" TS_MODULES "/kernel/loop.ko not found.\n");
}
END_TEST

START_TEST(d26_malformed_pattern_gets_a_message)
{
	expect(ts_tool("modprobe", "-r", "b["), 1, "",
	       "modprobe: FATAL: Module b[ not found.\n");
}
END_TEST

START_TEST(d26_kernel_without_unloading_is_an_error)
{
	ts_kernel_load("loop");
	ts_remove("sys/module/loop/refcnt");
	expect(ts_tool("modprobe", "-r", "loop"), 1, "",
	       "modprobe: FATAL: Module loop cannot be removed: Module unloading is not "
	       "supported\n");
}
END_TEST

START_TEST(softdeps_go_around_it_in_reverse)
{
	conf("softdep zram pre: loop pcspkr post: brd user\nremove pcspkr echo X\n");
	ts_kernel_load("zram");
	ts_kernel_load("user");
	ts_kernel_load("loop");
	ts_kernel_load("pcspkr");
	ts_kernel_load("brd");
	expect(ts_tool("modprobe", "-rn", "zram"), 0,
	       "rmmod user\nrmmod brd\nrmmod zram\nrmmod zsmalloc\nrmmod lz4\nremove "
	       "echo X\nrmmod loop\n",
	       "");
}
END_TEST

START_TEST(d26_busy_or_builtin_softdep_is_a_warning)
{
	conf("softdep loop pre: brd i8042 pcspkr\n");
	ts_kernel_load("loop");
	ts_kernel_load("brd");
	ts_kernel_use("brd", 1);
	expect(ts_tool("modprobe", "-rv", "--first-time", "loop"), 0, "rmmod loop\n",
	       "modprobe: WARNING: Module i8042 is builtin.\n"
	       "modprobe: WARNING: Module brd is in use.\n");
	ck_assert(ts_kernel_has("brd") && !ts_kernel_has("loop"));
}
END_TEST

START_TEST(softdep_the_kernel_keeps_is_a_warning)
{
	conf("softdep loop post: brd\n");
	ts_kernel_load("loop");
	ts_kernel_load("brd");
	ts_module_error("remove", "brd", EBUSY);
	expect(ts_tool("modprobe", "-r", "loop"), 0, "",
	       "modprobe: WARNING: could not remove 'brd': Device or resource busy\n");
}
END_TEST

START_TEST(holders_go_first_when_asked_for)
{
	ts_kernel_load("zram");
	expect(ts_tool("modprobe", "-v", "--remove-holders", "zsmalloc"), 0,
	       "rmmod zram\nrmmod zsmalloc\nrmmod lz4\n", "");
	ts_kernel_load("zram");
	expect(ts_tool("modprobe", "-r", "zsmalloc"), 1, "",
	       "modprobe: FATAL: Module zsmalloc is in use.\n");
}
END_TEST

START_TEST(holders_of_holders_stay)
{
	ts_kernel_load("zram");
	expect(ts_tool("modprobe", "--remove-holders", "lz4"), 1, "",
	       "modprobe: FATAL: Module zsmalloc is in use.\n");
	expect_calls("");
}
END_TEST

START_TEST(remove_command_runs_instead)
{
	conf("remove zram echo bye $MODPROBE_MODULE [$CMDLINE_OPTS]\n");
	ts_kernel_load("zram");
	ts_kernel_use("zram", 1);
	expect(ts_tool("modprobe", "-rv", "zram"), 0,
	       "remove echo bye $MODPROBE_MODULE []\nbye zram []\n", "");
	expect(ts_tool("modprobe", "-r", "zram", "zram"), 0, "bye zram []\nbye zram []\n",
	       "");
	expect_calls("");
}
END_TEST

START_TEST(failed_remove_command_is_fatal)
{
	conf("remove loop exit 4\n");
	ts_kernel_load("brd");
	expect(ts_tool("modprobe", "-r", "loop", "brd"), 1, "",
	       "modprobe: FATAL: Error running remove command for loop\n");
	ck_assert(ts_kernel_has("brd"));
	expect(ts_tool("modprobe", "-r", "-a", "loop", "brd"), 1, "",
	       "modprobe: WARNING: Error running remove command for loop\n");
	ck_assert(!ts_kernel_has("brd"));
}
END_TEST

START_TEST(d24_killed_remove_command_failed)
{
	conf("remove loop kill -9 $$\n");
	expect(ts_tool("modprobe", "-r", "loop"), 1, "",
	       "modprobe: FATAL: Error running remove command for loop\n");
}
END_TEST

START_TEST(ignore_remove_leaves_command_and_softdeps_out)
{
	conf("remove loop echo\nsoftdep loop post: brd\n");
	ts_kernel_load("loop");
	ts_kernel_load("brd");
	expect(ts_tool("modprobe", "-rv", "--ignore-remove", "loop"), 0, "rmmod loop\n",
	       "");
	ck_assert(ts_kernel_has("brd"));
}
END_TEST

START_TEST(force_becomes_a_flag)
{
	ts_kernel_load("zram");
	expect(ts_tool("modprobe", "-rf", "zram"), 0, "", "");
	expect_calls("delete_module zram flags=0xa00 = 0\n"
		     "delete_module zsmalloc flags=0xa00 = 0\n"
		     "delete_module lz4 flags=0xa00 = 0\n");
}
END_TEST

START_TEST(kernels_refusal_is_an_error)
{
	ts_kernel_load("loop");
	ts_module_error("remove", "loop", EAGAIN);
	expect(ts_tool("modprobe", "-r", "loop"), 1, "",
	       "modprobe: ERROR: could not remove 'loop': Resource temporarily "
	       "unavailable\n");
}
END_TEST

START_TEST(module_that_vanishes_is_an_error)
{
	ts_kernel_load("loop");
	ts_module_error("remove", "loop", ENOENT);
	expect(ts_tool("modprobe", "-r", "loop"), 1, "",
	       "modprobe: ERROR: could not remove 'loop': No such file or directory\n");
}
END_TEST

START_TEST(eexist_is_told_and_counts_only_the_first_time)
{
	ts_kernel_load("loop");
	ts_module_error("remove", "loop", EEXIST);
	expect(ts_tool("modprobe", "-r", "loop"), 0, "",
	       "modprobe: ERROR: could not remove 'loop': File exists\n");
	expect(ts_tool("modprobe", "-r", "--first-time", "loop"), 1, "",
	       "modprobe: ERROR: could not remove 'loop': File exists\n");
}
END_TEST

START_TEST(freed_dependency_the_kernel_keeps_does_not_count)
{
	ts_kernel_load("zram");
	ts_module_error("remove", "zsmalloc", EBUSY);
	expect(ts_tool("modprobe", "-rv", "zram"), 0, "rmmod zram\nrmmod zsmalloc\n",
	       "modprobe: ERROR: could not remove 'zsmalloc': Device or resource busy\n");
}
END_TEST

START_TEST(waiting_skips_the_use_count_and_tries_again)
{
	ts_kernel_load("loop");
	ts_kernel_use("loop", 1);
	expect(ts_tool("modprobe", "-r", "-w", "0", "loop"), 1, "",
	       "modprobe: ERROR: could not remove 'loop': Resource temporarily "
	       "unavailable\n");
	expect_calls("delete_module loop flags=0x800 = EAGAIN\n");
	ts_calls_clear();
	expect(ts_tool("modprobe", "-r", "--wait=50", "loop"), 1, "",
	       "modprobe: ERROR: could not remove 'loop': Resource temporarily "
	       "unavailable\n");
	ck_assert_ptr_nonnull(
		strstr(ts_calls(), "EAGAIN\ndelete_module loop flags=0x800 = EAGAIN\n"));
}
END_TEST

START_TEST(d27_lines_come_before_what_commands_print)
{
	conf("remove brd echo command\n");
	ts_kernel_load("loop");
	expect(ts_tool("modprobe", "-rv", "loop", "brd"), 0,
	       "rmmod loop\nremove echo command\ncommand\n", "");
}
END_TEST

START_TEST(quiet_mutes_lines_and_messages)
{
	ts_kernel_load("loop");
	expect(ts_tool("modprobe", "-rqv", "loop", "i8042"), 1, "", "");
	ck_assert(!ts_kernel_has("loop"));
}
END_TEST

START_TEST(resolving_is_ignored_with_r)
{
	ts_kernel_load("loop");
	expect(ts_tool("modprobe", "-r", "-R", "loop"), 0, "", "");
	ck_assert(!ts_kernel_has("loop"));
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		d26_freed_dependencies_go_users_first,
		dependency_with_another_user_stays,
		dry_run_shows_the_same_and_does_nothing,
		show_depends_ignores_what_is_loaded,
		several_operands_need_no_a,
		alias_removes_all_it_stands_for,
		d25_module_in_use_does_not_spare_the_others_of_an_alias,
		module_that_is_not_loaded_is_done,
		builtin_module_cannot_be_removed,
		module_in_use_stays_and_is_named,
		module_in_use_spares_its_softdeps,
		unknown_module_ends_the_run_unless_a_or_q,
		path_is_no_module_name,
		d26_malformed_pattern_gets_a_message,
		d26_kernel_without_unloading_is_an_error,
		softdeps_go_around_it_in_reverse,
		d26_busy_or_builtin_softdep_is_a_warning,
		softdep_the_kernel_keeps_is_a_warning,
		holders_go_first_when_asked_for,
		holders_of_holders_stay,
		remove_command_runs_instead,
		failed_remove_command_is_fatal,
		d24_killed_remove_command_failed,
		ignore_remove_leaves_command_and_softdeps_out,
		force_becomes_a_flag,
		kernels_refusal_is_an_error,
		module_that_vanishes_is_an_error,
		eexist_is_told_and_counts_only_the_first_time,
		freed_dependency_the_kernel_keeps_does_not_count,
		waiting_skips_the_use_count_and_tries_again,
		d27_lines_come_before_what_commands_print,
		quiet_mutes_lines_and_messages,
		resolving_is_ignored_with_r,
		NULL,
	};

	return ts_run("modprobe-remove", tests, setup, NULL);
}
