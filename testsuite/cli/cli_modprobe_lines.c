/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modprobe inserting: printed lines, places, messages. */
#include <errno.h>
#include <string.h>

#include "testsuite/cli/modprobe-fixture.h"

/* ---- lines ---- */

START_TEST(dry_run_shows_and_does_nothing)
{
	expect(ts_tool("modprobe", "-n", "zram", "x=1"), 0,
	       KO "zsmalloc.ko \n" KO "zram.ko x=1\n", "");
	ts_kernel_load("zsmalloc");
	expect(ts_tool("modprobe", "--dry-run", "zram"), 0, KO "zram.ko \n", "");
	expect(ts_tool("modprobe", "-n", "i8042"), 0, "", "");
	expect_calls("");
}
END_TEST

START_TEST(show_depends_shows_loaded_and_builtin_ones)
{
	ts_kernel_load("zram");
	conf("options zsmalloc a=1\n");
	expect(ts_tool("modprobe", "-D", "zram"), 0,
	       KO "zsmalloc.ko a=1 \n" KO "zram.ko \n", "");
	expect(ts_tool("modprobe", "-D", "i8042", "x=1"), 0, "builtin i8042\n", "");
	expect_calls("");
}
END_TEST

START_TEST(verbose_shows_what_it_does)
{
	expect(ts_tool("modprobe", "-v", "zram"), 0, KO "zsmalloc.ko \n" KO "zram.ko \n",
	       "");
	expect(ts_tool("modprobe", "-v", "i8042"), 0, "", "");
}
END_TEST

START_TEST(quiet_mutes_verbose_lines_but_not_asked_for_ones)
{
	expect(ts_tool("modprobe", "-v", "-q", "loop"), 0, "", "");
	expect(ts_tool("modprobe", "-q", "-v", "loop"), 0, "", "");
	expect(ts_tool("modprobe", "-q", "-n", "loop"), 0, KO "loop.ko \n", "");
	expect(ts_tool("modprobe", "-q", "-D", "loop"), 0, KO "loop.ko \n", "");
}
END_TEST

START_TEST(d30_repeated_lines_are_shown_and_done_once)
{
	static const char lines[] = KO "usb-common.ko \n" KO "usbcore.ko \n" KO
				       "usb-common.ko \n" KO "usbcore.ko \n" KO
				       "ehci-pci.ko \n" KO "uhci-hcd.ko \n";

	conf("softdep uhci-hcd pre: ehci-pci\n");
	expect(ts_tool("modprobe", "-D", "uhci-hcd"), 0, lines, "");
	expect(ts_tool("modprobe", "-n", "uhci-hcd"), 0, lines, "");
	ts_kernel();
	expect(ts_tool("modprobe", "-v", "uhci-hcd"), 0, lines, "");
	expect_calls("finit_module usb_common flags=0x0 params=\"\" = 0\n"
		     "finit_module usbcore flags=0x0 params=\"\" = 0\n"
		     "finit_module ehci_pci flags=0x0 params=\"\" = 0\n"
		     "finit_module uhci_hcd flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(install_line_is_raw)
{
	conf("install loop echo hi $CMDLINE_OPTS; exit 0\noptions loop a=1\n");
	expect(ts_tool("modprobe", "-n", "loop"), 0,
	       "install echo hi $CMDLINE_OPTS; exit 0 a=1 \n", "");
}
END_TEST

START_TEST(weakdep_changes_nothing)
{
	conf("weakdep loop brd\n");
	expect(ts_tool("modprobe", "-D", "loop"), 0, KO "loop.ko \n", "");
}
END_TEST

START_TEST(resolving_prints_names)
{
	expect(ts_tool("modprobe", "-R", "many-x"), 0, "brd\nloop\nzram\n", "");
	expect(ts_tool("modprobe", "-R", "usb-common"), 0, "usb_common\n", "");
	expect(ts_tool("modprobe", "-R", "i8042"), 0, "i8042\n", "");
	expect(ts_tool("modprobe", "-R", "nosuch"), 1, "",
	       "modprobe: FATAL: Module nosuch not found in directory /" TS_MODULES "\n");
	expect(ts_tool("modprobe", "-a", "-R", "loop", "brd"), 0, "loop\nbrd\n", "");
}
END_TEST

/* ---- where things are ---- */

START_TEST(root_and_version_choose_the_directory)
{
	static const char line[] = "insmod /other/lib/modules/" TS_KERNEL
				   "/kernel/x.ko \n";
	const char *root = "other/lib/modules/" TS_KERNEL;

	indexed_deps("kernel/x.ko:\n");
	ts_mkdir("other/lib/modules");
	ts_symlink(ts_path(TS_MODULES), root);
	expect(ts_tool("modprobe", "-n", "-d", "/other", "x"), 0, line, "");
	expect(ts_tool("modprobe", "-n", "-d", "/other", "-S", TS_KERNEL, "x"), 0, line,
	       "");
	expect(ts_tool("modprobe", "-S", "9.9.9", "x"), 1, "",
	       "modprobe: FATAL: Module x not found in directory /lib/modules/9.9.9\n");
	expect(ts_tool("modprobe", "-d", "/", "nosuch"), 1, "",
	       "modprobe: FATAL: Module nosuch not found in directory //" TS_MODULES
	       "\n");
}
END_TEST

START_TEST(relative_root_is_below_the_working_directory)
{
	ts_mkdir("work");
	ts_cwd("work");
	struct ts_result r = ts_tool("modprobe", "-d", ".", "nosuch");
	ck_assert_int_eq(r.status, 1);
	ck_assert_ptr_nonnull(strstr(r.err, "work/./lib/modules/" TS_KERNEL "\n"));
}
END_TEST

START_TEST(overlong_directory_is_an_error)
{
	char root[5000];
	struct ts_result r;

	memset(root, 'a', sizeof(root));
	root[0] = '/';
	root[sizeof(root) - 1] = '\0';
	r = ts_tool("modprobe", "-d", root, "x");
	ck_assert_int_eq(r.status, 1);
	ck_assert_ptr_nonnull(strstr(r.err, "modprobe: ERROR: bad directory /aaa"));
	ck_assert_ptr_nonnull(strstr(r.err, ": path too long\n"));
}
END_TEST

START_TEST(config_option_replaces_the_directories)
{
	conf("options loop from=etc\n");
	ts_write("tmp/one.txt", "options loop from=file\n");
	ts_write("tmp/d/x.conf", "options loop from=dir\n");
	expect(ts_tool("modprobe", "-n", "-C", "/tmp/one.txt", "loop"), 0,
	       KO "loop.ko from=file \n", "");
	expect(ts_tool("modprobe", "-n", "-C", "/tmp/one.txt", "-C", "/tmp/d", "loop"), 0,
	       KO "loop.ko from=file from=dir \n", "");
	expect(ts_tool("modprobe", "-n", "--config=/nope", "loop"), 0, KO "loop.ko \n",
	       "modprobe: WARNING: configuration /nope: No such file or directory\n");
}
END_TEST

/* ---- messages ---- */

START_TEST(d19_config_messages_are_the_tools_own)
{
	conf("\noptoins x\n");
	struct ts_result r = ts_tool("modprobe", "-R", "loop");
	ck_assert_int_eq(r.status, 0);
	ck_assert_str_eq(r.out, "loop\n");
	ck_assert_str_eq(r.err, "modprobe: WARNING: /etc/modprobe.d/a.conf:2: unknown "
				"command 'optoins', ignored\n");
	expect(ts_tool("modprobe", "-q", "-R", "loop"), 0, "loop\n", "");
	expect(ts_tool("modprobe", "-s", "-R", "loop"), 0, "loop\n", "");
}
END_TEST

START_TEST(syslog_takes_messages_from_stderr)
{
	expect(ts_tool("modprobe", "-s", "nosuch"), 1, "", "");
}
END_TEST

START_TEST(deprecated_names_work_and_warn)
{
	static const struct {
		const char *old, *new;
	} rows[] = {
		{ "--resolve-alias", "--show-alias" },
		{ "--showconfig", "--show-config" },
		{ "--dump-modversions", "--show-modversions" },
		{ "--show", "--dry-run" },
		{ "--remove-dependencies", "--remove-holders" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ts_result r = ts_tool("modprobe", "-q", rows[i].old, "i8042");

		ck_assert_str_eq(
			r.err,
			ts_fmt("modprobe: WARNING: %s is deprecated and scheduled for "
			       "removal; use %s\n",
			       rows[i].old, rows[i].new));
	}
}
END_TEST

START_TEST(unknown_options_are_getopts_business)
{
	static const char *const letters[] = { "-t", "-l", "-k", "-o", "-L", "-Z" };

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
		struct ts_result r = ts_tool("modprobe", letters[i], "loop");

		ck_assert_int_eq(r.status, 1);
		ck_assert_str_ne(r.err, "");
	}
	expect_calls("");
}
END_TEST

START_TEST(wait_value_must_be_a_number)
{
	static const char *const bad[] = { "5s", "", "99999999999999999999999" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect(ts_tool("modprobe", "-w", bad[i], "loop"), 1, "",
		       ts_fmt("modprobe: ERROR: unexpected wait value '%s'.\n", bad[i]));
	expect(ts_tool("modprobe", "-w", "0x10", "loop"), 0, "", "");
	expect(ts_tool("modprobe", "-w", "-1", "loop"), 0, "", "");
}
END_TEST

START_TEST(help_and_version_act_when_met)
{
	struct ts_result r = ts_tool("modprobe", "-h", "--bogus");

	ck_assert_int_eq(r.status, 0);
	ck_assert_ptr_nonnull(strstr(r.out, "Usage:"));
	r = ts_tool("modprobe", "-V");
	ck_assert_int_eq(r.status, 0);
	ck_assert(strncmp(r.out, "kmod version ", 13) == 0);
}
END_TEST

START_TEST(d32_full_standard_output_is_an_error)
{
	ts_stdout_to("/dev/full");
	struct ts_result r = ts_tool("modprobe", "-n", "loop");
	ck_assert_int_eq(r.status, 1);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		dry_run_shows_and_does_nothing,
		show_depends_shows_loaded_and_builtin_ones,
		verbose_shows_what_it_does,
		quiet_mutes_verbose_lines_but_not_asked_for_ones,
		d30_repeated_lines_are_shown_and_done_once,
		install_line_is_raw,
		weakdep_changes_nothing,
		resolving_prints_names,
		root_and_version_choose_the_directory,
		relative_root_is_below_the_working_directory,
		overlong_directory_is_an_error,
		config_option_replaces_the_directories,
		d19_config_messages_are_the_tools_own,
		syslog_takes_messages_from_stderr,
		deprecated_names_work_and_warn,
		unknown_options_are_getopts_business,
		wait_value_must_be_a_number,
		help_and_version_act_when_met,
		d32_full_standard_output_is_an_error,
		NULL,
	};

	return ts_run("modprobe-lines", tests, setup, NULL);
}
