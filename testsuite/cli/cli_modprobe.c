/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modprobe inserting: names, options, commands, failures, exit status. */
#include <errno.h>
#include <string.h>

#include "shared/str.h"
#include "testsuite/cli/modprobe-fixture.h"

/* ---- what is done ---- */

START_TEST(module_is_inserted_behind_its_dependencies)
{
	expect(ts_tool("modprobe", "zram"), 0, "", "");
	expect_calls("finit_module zsmalloc flags=0x0 params=\"\" = 0\n"
		     "finit_module zram flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(spelling_of_dash_and_underscore_is_one)
{
	expect(ts_tool("modprobe", "usb-common"), 0, "", "");
	expect(ts_tool("modprobe", "usb_common"), 0, "", "");
	expect_calls("finit_module usb_common flags=0x0 params=\"\" = 0\n"
		     "finit_module usb_common flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(parameters_go_to_the_requested_module_only)
{
	conf("options zsmalloc a=1\noptions zram c=3\n");
	expect(ts_tool("modprobe", "zram", "x=1", "y=two words", "z"), 0, "", "");
	expect_calls(
		"finit_module zsmalloc flags=0x0 params=\"a=1 \" = 0\n"
		"finit_module zram flags=0x0 params=\"c=3 x=1 y=\"two words\" z\" = 0\n");
}
END_TEST

START_TEST(parameter_that_looks_like_an_option_needs_dashes_before)
{
	expect(ts_tool("modprobe", "--", "loop", "-x=1"), 0, "", "");
	expect_calls("finit_module loop flags=0x0 params=\"-x=1\" = 0\n");
}
END_TEST

START_TEST(options_of_the_kernel_command_line_come_last)
{
	conf("options loop a=1\n");
	ts_write("proc/cmdline", "quiet loop.b=2 root=/dev/sda\n");
	expect(ts_tool("modprobe", "loop"), 0, "", "");
	expect_calls("finit_module loop flags=0x0 params=\"a=1 b=2 \" = 0\n");
}
END_TEST

START_TEST(path_is_a_file_and_its_name_has_the_dependencies)
{
	ts_write("tmp/zram.ko", "another zram\n");
	ts_cwd("tmp");
	expect(ts_tool("modprobe", "-n", "-v", "./zram.ko"), 0,
	       ts_fmt(KO "zsmalloc.ko \ninsmod %s/./zram.ko \n", ts_path("tmp")), "");
	expect(ts_tool("modprobe", "-R", "/tmp/zram.ko"), 0, "zram\n", "");
}
END_TEST

START_TEST(all_takes_every_operand_as_a_module)
{
	expect(ts_tool("modprobe", "-a", "loop", "brd"), 0, "", "");
	expect_calls("finit_module loop flags=0x0 params=\"\" = 0\n"
		     "finit_module brd flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(all_goes_on_after_an_unknown_one)
{
	expect(ts_tool("modprobe", "-a", "nosuch", "/no/such.ko", "loop"), 1, "",
	       "modprobe: WARNING: Module nosuch not found in directory /" TS_MODULES "\n"
	       "modprobe: WARNING: Failed to get module from path /no/such.ko: No such "
	       "file or directory\n");
	expect_calls("finit_module loop flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(d25_all_modules_of_an_alias_are_tried)
{
	expect(ts_tool("modprobe", "many-things"), 0, "", "");
	expect_calls("finit_module brd flags=0x0 params=\"\" = 0\n"
		     "finit_module loop flags=0x0 params=\"\" = 0\n"
		     "finit_module zsmalloc flags=0x0 params=\"\" = 0\n"
		     "finit_module zram flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(d25_one_failed_module_of_an_alias_is_a_failure)
{
	ts_module_error("insert", "brd", EBUSY);
	expect(ts_tool("modprobe", "many-things"), 1, "",
	       "modprobe: ERROR: could not insert 'brd': Device or resource busy\n");
	ck_assert_ptr_nonnull(strstr(ts_calls(), "finit_module zram "));
}
END_TEST

START_TEST(force_is_a_flag_for_dependencies_too)
{
	expect(ts_tool("modprobe", "-f", "zram"), 0, "", "");
	expect(ts_tool("modprobe", "--force-vermagic", "loop"), 0, "", "");
	expect(ts_tool("modprobe", "--force-modversion", "loop"), 0, "", "");
	expect_calls("finit_module zsmalloc flags=0x3 params=\"\" = 0\n"
		     "finit_module zram flags=0x3 params=\"\" = 0\n"
		     "finit_module loop flags=0x2 params=\"\" = 0\n"
		     "finit_module loop flags=0x1 params=\"\" = 0\n");
}
END_TEST

START_TEST(wait_is_accepted_when_inserting)
{
	expect(ts_tool("modprobe", "-w", "100", "loop"), 0, "", "");
}
END_TEST

/* ---- already there ---- */

START_TEST(loaded_module_is_done)
{
	ts_kernel_load("zram");
	expect(ts_tool("modprobe", "zram"), 0, "", "");
	expect(ts_tool("modprobe", "i8042"), 0, "", "");
	expect_calls("");
}
END_TEST

START_TEST(first_time_fails_for_a_loaded_module)
{
	ts_kernel_load("loop");
	expect(ts_tool("modprobe", "--first-time", "loop"), 1, "",
	       "modprobe: ERROR: could not insert 'loop': Module already in kernel\n");
	expect(ts_tool("modprobe", "--first-time", "i8042"), 1, "",
	       "modprobe: ERROR: could not insert 'i8042': Module already in kernel\n");
	expect(ts_tool("modprobe", "-n", "--first-time", "loop"), 1, "",
	       "modprobe: ERROR: could not insert 'loop': Module already in kernel\n");
	expect(ts_tool("modprobe", "-D", "--first-time", "loop"), 0, KO "loop.ko \n", "");
}
END_TEST

START_TEST(kernels_word_that_it_is_there_is_success_but_the_first_time)
{
	ts_module_error("insert", "loop", EEXIST);
	expect(ts_tool("modprobe", "loop"), 0, "", "");
	expect(ts_tool("modprobe", "--first-time", "loop"), 1, "",
	       "modprobe: ERROR: could not insert 'loop': Module already in kernel\n");
}
END_TEST

/* ---- not found ---- */

START_TEST(unknown_module_is_fatal)
{
	expect(ts_tool("modprobe", "nosuch"), 1, "",
	       "modprobe: FATAL: Module nosuch not found in directory /" TS_MODULES "\n");
	expect(ts_tool("modprobe", ""), 1, "",
	       "modprobe: FATAL: Module  not found in directory /" TS_MODULES "\n");
	expect(ts_tool("modprobe", "foo["), 1, "",
	       "modprobe: FATAL: Module foo[ not found in directory /" TS_MODULES "\n");
	expect(ts_tool("modprobe", "foo]"), 1, "",
	       "modprobe: FATAL: Module foo] not found in directory /" TS_MODULES "\n");
	expect(ts_tool("modprobe", "loop.ko"), 1, "",
	       "modprobe: FATAL: Module loop.ko not found in directory /" TS_MODULES
	       "\n");
	expect(ts_tool("modprobe", "-q", "nosuch"), 1, "", "");
}
END_TEST

START_TEST(missing_path_is_fatal)
{
	expect(ts_tool("modprobe", "/nope.ko"), 1, "",
	       "modprobe: FATAL: Failed to get module from path /nope.ko: No such file "
	       "or directory\n");
}
END_TEST

START_TEST(any_path_that_is_there_can_be_planned)
{
	ts_mkdir("etc");
	expect(ts_tool("modprobe", "-n", "/etc"), 0, "insmod /etc \n", "");
}
END_TEST

START_TEST(no_operand_is_an_error)
{
	expect(ts_tool("modprobe"), 1, "",
	       "modprobe: ERROR: missing parameters. See -h.\n");
	expect(ts_tool("modprobe", "-a"), 1, "",
	       "modprobe: ERROR: missing parameters. See -h.\n");
	expect(ts_tool("modprobe", "-r"), 1, "",
	       "modprobe: ERROR: missing parameters. See -h.\n");
	expect(ts_tool("modprobe", "--show-exports"), 1, "",
	       "modprobe: ERROR: missing parameters. See -h.\n");
}
END_TEST

START_TEST(alias_to_nowhere_is_an_error_only_when_acting)
{
	conf("alias x off\n");
	expect(ts_tool("modprobe", "x"), 1, "",
	       "modprobe: ERROR: could not find module by name='off'\n"
	       "modprobe: ERROR: could not insert 'off': No such file or directory\n"
	       "modprobe: ERROR: no module file is known for off\n");
	expect(ts_tool("modprobe", "-n", "-v", "x"), 0, "", "");
	expect(ts_tool("modprobe", "-D", "x"), 0, "", "");
}
END_TEST

START_TEST(missing_or_damaged_indexes_find_nothing)
{
	ts_write_bytes(TS_MODULES "/modules.dep.bin", "AAAABBBBCCCC", 12);
	struct ts_result r = ts_tool("modprobe", "loop");
	ck_assert_int_eq(r.status, 1);
	ck_assert_ptr_nonnull(strstr(r.err, "41414141 instead of b007f457"));
	ck_assert_ptr_nonnull(strstr(r.err, "FATAL: Module loop not found"));
	ts_remove(TS_MODULES "/modules.dep.bin");
	expect(ts_tool("modprobe", "loop"), 1, "",
	       "modprobe: FATAL: Module loop not found in directory /" TS_MODULES "\n");
	expect(ts_tool("modprobe", "-R", "block-major-7-1"), 0, "loop\n", "");
	expect(ts_tool("modprobe", "i8042"), 0, "", "");
}
END_TEST

START_TEST(d22_missing_dependency_is_named_before_anything_is_loaded)
{
	static const char message[] =
		"modprobe: ERROR: could not insert 'uhci_hcd': uhci_hcd needs "
		"/" TS_MODULES "/kernel/usb-common.ko, which does not exist\n";

	ts_remove(TS_MODULES "/kernel/usb-common.ko");
	expect(ts_tool("modprobe", "uhci-hcd"), 1, "", message);
	expect(ts_tool("modprobe", "-n", "-v", "uhci-hcd"), 1, KO "uhci-hcd.ko \n",
	       message);
	expect(ts_tool("modprobe", "-D", "uhci-hcd"), 1, KO "uhci-hcd.ko \n", message);
	expect_calls("");
}
END_TEST

START_TEST(d23_absent_module_file_is_reported_as_that)
{
	ts_remove(TS_MODULES "/kernel/loop.ko");
	expect(ts_tool("modprobe", "-n", "-v", "loop"), 0, KO "loop.ko \n", "");
	expect(ts_tool("modprobe", "loop"), 1, "",
	       "modprobe: ERROR: could not insert 'loop': No such file or directory\n"
	       "modprobe: ERROR: module file /" TS_MODULES
	       "/kernel/loop.ko: No such file or directory\n");
}
END_TEST

/* ---- failures ---- */

START_TEST(errors_of_the_kernel_have_their_words)
{
	static const struct {
		int error;
		const char *words;
	} rows[] = {
		{ ENOENT, "Unknown symbol in module, or unknown parameter (see dmesg)" },
		{ ENOEXEC, "Exec format error" },
		{ EINVAL, "Invalid argument" },
		{ EBUSY, "Device or resource busy" },
		{ ENOKEY, "Required key not available" },
		{ EPERM, "Operation not permitted" },
	};

	indexed_deps("m0.ko:\nm1.ko:\nm2.ko:\nm3.ko:\nm4.ko:\nm5.ko:\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *name = ts_fmt("m%zu", i);
		const char *line = ts_fmt("modprobe: ERROR: could not insert '%s': %s\n",
					  name, rows[i].words);
		struct ts_result r;

		ts_module_error("insert", name, rows[i].error);
		r = ts_tool("modprobe", name);
		ck_assert_int_eq(r.status, 1);
		ck_assert_msg(strncmp(r.err, line, strlen(line)) == 0, "%s", r.err);
		expect(ts_tool("modprobe", "-q", name), 1, "", "");
	}
}
END_TEST

START_TEST(failed_dependency_names_the_requested_module_then_itself)
{
	ts_module_error("insert", "zsmalloc", EBUSY);
	expect(ts_tool("modprobe", "zram"), 1, "",
	       "modprobe: ERROR: could not insert 'zram': Device or resource busy\n"
	       "modprobe: ERROR: it needs module zsmalloc, which could not be "
	       "inserted\n");
	ck_assert_ptr_null(strstr(ts_calls(), "finit_module zram "));
}
END_TEST

START_TEST(failed_softdep_is_passed_over)
{
	conf("softdep loop pre: brd\n");
	ts_module_error("insert", "brd", EBUSY);
	expect(ts_tool("modprobe", "loop"), 0, "", "");
	ck_assert_ptr_nonnull(strstr(ts_calls(), "finit_module loop "));
}
END_TEST

START_TEST(enosys_means_init_module)
{
	ts_module_error("finit", "loop", ENOSYS);
	expect(ts_tool("modprobe", "loop", "a=1"), 0, "", "");
	expect_calls("finit_module loop flags=0x0 params=\"a=1\" = ENOSYS\n"
		     "init_module loop len=17 params=\"a=1\" = 0\n");
}
END_TEST

START_TEST(file_of_a_few_bytes_is_no_module)
{
	ts_write(TS_MODULES "/kernel/loop.ko", "");
	expect(ts_tool("modprobe", "loop"), 1, "",
	       "modprobe: ERROR: could not insert 'loop': Invalid argument\n"
	       "modprobe: ERROR: module file /" TS_MODULES
	       "/kernel/loop.ko has only 0 bytes\n");
}
END_TEST

/* ---- blacklist ---- */

START_TEST(blacklist_holds_for_aliases_and_with_b_for_names)
{
	conf("blacklist loop\nalias mine loop\n");
	expect(ts_tool("modprobe", "block-major-7-0"), 0, "", "");
	expect(ts_tool("modprobe", "mine"), 0, "", "");
	expect(ts_tool("modprobe", "-D", "mine"), 0, "", "");
	expect(ts_tool("modprobe", "--first-time", "mine"), 0, "", "");
	expect(ts_tool("modprobe", "-b", "loop"), 0, "", "");
	expect_calls("");
	expect(ts_tool("modprobe", "-n", "-v", "loop"), 0, KO "loop.ko \n", "");
}
END_TEST

START_TEST(d17_blacklist_of_the_command_line_is_normalised)
{
	ts_write("proc/cmdline", "modprobe.blacklist=usb-common,brd\n");
	expect(ts_tool("modprobe", "-b", "usb-common"), 0, "", "");
	expect_calls("");
}
END_TEST

START_TEST(blacklist_spares_dependencies_and_softdeps)
{
	conf("blacklist zsmalloc\nblacklist brd\nsoftdep zram pre: brd\n");
	expect(ts_tool("modprobe", "-b", "-n", "-v", "zram"), 0,
	       KO "zsmalloc.ko \n" KO "brd.ko \n" KO "zram.ko \n", "");
}
END_TEST

START_TEST(resolving_ignores_the_blacklist)
{
	conf("blacklist loop\n");
	expect(ts_tool("modprobe", "-R", "block-major-7-0"), 0, "loop\n", "");
	expect(ts_tool("modprobe", "-b", "-R", "loop"), 0, "loop\n", "");
}
END_TEST

/* ---- commands ---- */

START_TEST(install_command_runs_instead)
{
	conf("install loop echo got $CMDLINE_OPTS for $MODPROBE_MODULE\noptions loop "
	     "a=1\n");
	expect(ts_tool("modprobe", "loop", "b=2"), 0, "got a=1 b=2 for loop\n", "");
	expect_calls("");
}
END_TEST

START_TEST(failed_install_command_is_told)
{
	conf("install loop exit $((2 + 1)) $CMDLINE_OPTS\n");
	expect(ts_tool("modprobe", "loop", "x"), 1, "",
	       "modprobe: ERROR: Error running install command 'exit $((2 + 1)) x' for "
	       "module loop: retcode 3\n"
	       "modprobe: ERROR: could not insert 'loop': Invalid argument\n");
	expect(ts_tool("modprobe", "-q", "loop"), 1, "", "");
}
END_TEST

START_TEST(d24_killed_install_command_failed)
{
	conf("install loop kill -9 $$\n");
	expect(ts_tool("modprobe", "loop"), 1, "",
	       "modprobe: ERROR: Error running install command 'kill -9 $$' for module "
	       "loop: killed by signal 9\n"
	       "modprobe: ERROR: could not insert 'loop': Invalid argument\n");
}
END_TEST

START_TEST(configuration_that_is_not_there_is_said)
{
	expect(ts_tool("modprobe", "-n", "-C", "/etc/nosuch", "brd"), 0, NULL,
	       "modprobe: WARNING: configuration /etc/nosuch: No such file or "
	       "directory\n");
	expect(ts_tool("modprobe", "-q", "-n", "-C", "/etc/nosuch", "brd"), 0, NULL, "");
	expect(ts_tool("kmod", "why", "-C", "/etc/nosuch", "brd"), 0, NULL,
	       "kmod: WARNING: configuration /etc/nosuch: No such file or directory\n");
	ck_assert_ptr_nonnull(strstr(ts_tool("depmod", "-n", "-C", "/etc/nosuch").err,
				     "depmod: WARNING: configuration /etc/nosuch: No "
				     "such file or directory\n"));
}
END_TEST

/* The reader is gone when the first line comes. */
START_TEST(a_reader_that_leaves_does_not_stop_the_work)
{
	ts_kernel();
	ts_tool("/bin/sh", "-c",
		"{ sleep 0.3; modprobe -v uhci-hcd; echo $? >/status; } | :");
	ck_assert(ts_kernel_has("uhci_hcd"));
	ts_tool("/bin/sh", "-c",
		"{ sleep 0.3; modprobe -r -v uhci-hcd; echo $? >>/status; } | :");
	ck_assert(!ts_kernel_has("usb_common"));
	ck_assert_str_eq(ts_read("status", NULL), "1\n1\n");
	ts_tool("/bin/sh", "-c",
		"{ sleep 0.3; modprobe -n uhci-hcd; echo $? >/dry; } | :");
	ck_assert_str_eq(ts_read("dry", NULL), "141\n");
}
END_TEST

START_TEST(command_status_is_known_even_if_child_signals_were_ignored)
{
	conf("install loop exit 3\ninstall brd true\n");
	expect(ts_tool("/bin/sh", "-c", "trap '' CHLD; exec modprobe brd"), 0, "", "");
	ck_assert_int_eq(
		ts_tool("/bin/sh", "-c", "trap '' CHLD; exec modprobe loop").status, 1);
}
END_TEST

START_TEST(d24_options_text_is_not_substituted_again)
{
	conf("install loop echo '$CMDLINE_OPTS'\n");
	expect(ts_tool("modprobe", "loop", "a=$CMDLINE_OPTS"), 0, "a=$CMDLINE_OPTS\n",
	       "");
}
END_TEST

START_TEST(d15_install_command_blocks_a_module_with_softdeps)
{
	conf("install loop /bin/false\nsoftdep loop pre: brd\n");
	struct ts_result r = ts_tool("modprobe", "loop");
	ck_assert_int_eq(r.status, 1);
	expect_calls("finit_module brd flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(ignore_install_inserts_and_leaves_own_softdeps_out)
{
	conf("install loop /bin/false\nsoftdep loop pre: brd\n");
	expect(ts_tool("modprobe", "-i", "loop"), 0, "", "");
	expect(ts_tool("modprobe", "--ignore-remove", "loop"), 0, "", "");
	expect_calls("finit_module loop flags=0x0 params=\"\" = 0\n"
		     "finit_module loop flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(dependencies_keep_their_commands_with_i)
{
	conf("install zsmalloc echo instead\n");
	expect(ts_tool("modprobe", "-i", "zram"), 0, "instead\n", "");
}
END_TEST

START_TEST(command_alone_makes_an_unknown_name_known)
{
	conf("install only-here echo hi\n");
	expect(ts_tool("modprobe", "only_here"), 0, "hi\n", "");
	expect(ts_tool("modprobe", "only-here"), 0, "hi\n", "");
}
END_TEST

START_TEST(nested_modprobe_inherits_messages_and_configuration)
{
	ts_write("tmp/my conf/x.conf", "install loop echo \"$MODPROBE_OPTIONS\"\n");
	expect(ts_tool("modprobe", "-q", "-C", "/tmp/my conf", "loop"), 0,
	       "-C '/tmp/my conf' -q\n", "");
}
END_TEST

START_TEST(d28_nesting_repeats_no_option)
{
	conf("install loop modprobe brd\ninstall brd echo \"$MODPROBE_OPTIONS\"\n");
	expect(ts_tool("modprobe", "-s", "-q", "loop"), 0, "-s -q\n", "");
}
END_TEST

static const struct {
	const char *inherited, *words, *handed_on;
} handed_on[] = {
	{ "-vb", "loop", "-vb" },
	{ "-vb", "-q loop", "-vb -q" },
	{ "-vb", "-v loop", "-vb -v" },
	{ "--verbose", "loop", "--verbose" },
	{ "--verb", "loop -v", "--verb -v" },
	{ "-qsv", "loop", "-qsv" },
	{ "-v -v", "-b loop", "-v -v" },
	{ "-C/etc/modprobe.d", "loop", "-C/etc/modprobe.d" },
	{ "--config=/etc/modprobe.d", "-C /no -v loop",
	  "--config=/etc/modprobe.d -C /no -v" },
	{ "-C -v", "-vC/etc/modprobe.d loop", "-C -v -C /etc/modprobe.d -v" },
	{ "loop -v", "-vb", "loop -v -v" },
	{ NULL, "-vv loop", "-v -v" },
	{ NULL, "-vbv loop --verbose", "-v -v -v" },
};

START_TEST(d28_only_what_the_command_line_adds_is_handed_on_as_well)
{
	conf("install loop echo \"<$MODPROBE_OPTIONS>\"\n");
	for (size_t i = 0; i < ARRAY_SIZE(handed_on); i++) {
		ts_env("MODPROBE_OPTIONS", handed_on[i].inherited);
		struct ts_result r = ts_tool("/bin/sh", "-c",
					     ts_fmt("modprobe %s", handed_on[i].words));

		ck_assert_msg(
			str_ends_with(r.out, ts_fmt("<%s>\n", handed_on[i].handed_on)),
			"row %zu: %s", i, r.out);
	}
}
END_TEST

START_TEST(d28_deprecated_option_of_the_environment_is_told_once)
{
	conf("remove loop true\n");
	ts_env("MODPROBE_OPTIONS", "--remove-dependencies");
	expect(ts_tool("modprobe", "loop"), 0, "",
	       "modprobe: WARNING: --remove-dependencies is deprecated and scheduled for "
	       "removal; use --remove-holders\n");
}
END_TEST

START_TEST(d28_options_of_the_environment_stand_first)
{
	ts_env("MODPROBE_OPTIONS", "  -n   -v ");
	expect(ts_tool("modprobe", "loop"), 0, KO "loop.ko \n", "");
	ts_env("MODPROBE_OPTIONS", "-n -v loop 'a=b c'");
	expect(ts_tool("modprobe"), 0, KO "loop.ko a=\"b c\"\n", "");
	ts_env("MODPROBE_OPTIONS", "-n -v");
	expect(ts_tool("insmod", "/" TS_MODULES "/kernel/loop.ko"), 0, "", "");
}
END_TEST

START_TEST(d27_lines_come_before_what_commands_print)
{
	conf("install zram echo command\n");
	expect(ts_tool("modprobe", "-v", "zram"), 0,
	       KO "zsmalloc.ko \ninstall echo command \ncommand\n", "");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		module_is_inserted_behind_its_dependencies,
		spelling_of_dash_and_underscore_is_one,
		parameters_go_to_the_requested_module_only,
		parameter_that_looks_like_an_option_needs_dashes_before,
		options_of_the_kernel_command_line_come_last,
		path_is_a_file_and_its_name_has_the_dependencies,
		all_takes_every_operand_as_a_module,
		all_goes_on_after_an_unknown_one,
		d25_all_modules_of_an_alias_are_tried,
		d25_one_failed_module_of_an_alias_is_a_failure,
		force_is_a_flag_for_dependencies_too,
		wait_is_accepted_when_inserting,
		loaded_module_is_done,
		first_time_fails_for_a_loaded_module,
		kernels_word_that_it_is_there_is_success_but_the_first_time,
		unknown_module_is_fatal,
		missing_path_is_fatal,
		any_path_that_is_there_can_be_planned,
		no_operand_is_an_error,
		alias_to_nowhere_is_an_error_only_when_acting,
		missing_or_damaged_indexes_find_nothing,
		d22_missing_dependency_is_named_before_anything_is_loaded,
		d23_absent_module_file_is_reported_as_that,
		errors_of_the_kernel_have_their_words,
		failed_dependency_names_the_requested_module_then_itself,
		failed_softdep_is_passed_over,
		enosys_means_init_module,
		file_of_a_few_bytes_is_no_module,
		blacklist_holds_for_aliases_and_with_b_for_names,
		d17_blacklist_of_the_command_line_is_normalised,
		blacklist_spares_dependencies_and_softdeps,
		resolving_ignores_the_blacklist,
		install_command_runs_instead,
		failed_install_command_is_told,
		d24_killed_install_command_failed,
		configuration_that_is_not_there_is_said,
		a_reader_that_leaves_does_not_stop_the_work,
		command_status_is_known_even_if_child_signals_were_ignored,
		d24_options_text_is_not_substituted_again,
		d15_install_command_blocks_a_module_with_softdeps,
		ignore_install_inserts_and_leaves_own_softdeps_out,
		dependencies_keep_their_commands_with_i,
		command_alone_makes_an_unknown_name_known,
		nested_modprobe_inherits_messages_and_configuration,
		d28_nesting_repeats_no_option,
		d28_only_what_the_command_line_adds_is_handed_on_as_well,
		d28_deprecated_option_of_the_environment_is_told_once,
		d28_options_of_the_environment_stand_first,
		d27_lines_come_before_what_commands_print,
		NULL,
	};

	return ts_run("modprobe", tests, setup, NULL);
}
