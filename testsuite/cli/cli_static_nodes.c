/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kmod static-nodes from outside: three formats, bad lines, where the output goes. */
#include "testsuite/lib/ts.h"

#include <errno.h>
#include <string.h>

#define DEVNAME TS_MODULES "/modules.devname"
#define MISSING "Warning: /" DEVNAME " not found - ignoring\n"
#define COMMENT "# Device nodes to trigger on-demand module loading.\n"

#define nodes(...) ts_tool("kmod", "static-nodes", ##__VA_ARGS__)

START_TEST(human_is_the_default)
{
	ts_write(DEVNAME, COMMENT "tun net/tun c10:200\nloop loop-control b7:0\n");

	struct ts_result r = nodes();
	ts_expect(r, 0,
		  "Module: tun\n\tDevice node: /dev/net/tun\n\t\tType: character device\n"
		  "\t\tMajor: 10\n\t\tMinor: 200\n"
		  "Module: loop\n\tDevice node: /dev/loop-control\n\t\tType: block device\n"
		  "\t\tMajor: 7\n\t\tMinor: 0\n",
		  "");
	struct ts_result named = nodes("--format=human");
	ts_expect(named, 0, r.out, "");
}
END_TEST

START_TEST(tmpfiles_makes_directories_for_nodes)
{
	ts_write(DEVNAME, "fuse fuse c10:229\nsnd_timer snd/timer c116:33\n"
			  "snd_seq snd/seq c116:1\nx a/b/c b1:2\n");

	struct ts_result r = nodes("-f", "tmpfiles");
	ts_expect(r, 0,
		  "c! /dev/fuse 0600 - - - 10:229\n"
		  "d /dev/snd 0755 - - -\nc! /dev/snd/timer 0600 - - - 116:33\n"
		  "d /dev/snd 0755 - - -\nc! /dev/snd/seq 0600 - - - 116:1\n"
		  "d /dev/a/b 0755 - - -\nb! /dev/a/b/c 0600 - - - 1:2\n",
		  "");
}
END_TEST

START_TEST(devname_is_the_file_again)
{
	ts_write(DEVNAME, COMMENT "tun net/tun c10:200\n");

	struct ts_result r = nodes("-f", "devname");
	ts_expect(r, 0, "tun net/tun c10:200\n", "");
}
END_TEST

START_TEST(blanks_before_and_text_behind_do_not_matter)
{
	ts_write(DEVNAME, "  \ttun \t net/tun  c10:200 and more\nfuse fuse c10:229");

	struct ts_result r = nodes("-f", "devname");
	ts_expect(r, 0, "tun net/tun c10:200\nfuse fuse c10:229\n", "");
}
END_TEST

static const char *const bad_lines[] = {
	"",
	"  ",
	"tun",
	"tun net/tun",
	"tun net/tun x10:200",
	"tun net/tun c10",
	"tun net/tun c10:",
	"tun net/tun c:200",
	"tun net/tun c-1:200",
	"tun net/tun c4294967296:1",
	"tun net/tun c1:99999999999999999999",
	"tun ../etc/tun c10:200",
	"tun net/../../tun c10:200",
	"tun .. c10:200",
	" # tun net/tun c10:200",
};

START_TEST(bad_line_is_named_and_the_rest_is_done)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad_lines); i++) {
		ts_write(DEVNAME, ts_fmt("fuse fuse c10:229\n%s\ntun net/tun c10:200\n",
					 bad_lines[i]));

		struct ts_result r = nodes("-f", "devname");
		ts_expect(r, 1, "fuse fuse c10:229\ntun net/tun c10:200\n",
			  ts_fmt("Error: invalid devname entry: %s\n", bad_lines[i]));
	}
}
END_TEST

START_TEST(name_with_dots_that_stays_in_dev_is_good)
{
	ts_write(DEVNAME, "m a..b/..c c1:2\n");

	struct ts_result r = nodes("-f", "devname");
	ts_expect(r, 0, "m a..b/..c c1:2\n", "");
}
END_TEST

START_TEST(empty_input_is_empty_output)
{
	ts_write(DEVNAME, "");
	struct ts_result r = nodes();
	ts_expect(r, 0, "", "");

	ts_write(DEVNAME, COMMENT);
	r = nodes("-f", "tmpfiles");
	ts_expect(r, 0, "", "");
}
END_TEST

START_TEST(missing_input_is_a_warning_and_makes_nothing)
{
	ts_mkdir("run");

	struct ts_result r = nodes("-o", "/run/a/out");

	ts_expect(r, 0, "", MISSING);
	ck_assert(!ts_exists("run/a"));
}
END_TEST

START_TEST(input_that_is_a_directory_is_an_error)
{
	ts_mkdir(DEVNAME);

	struct ts_result r = nodes();
	ts_expect(r, 1, "", "Error: could not open /" DEVNAME " - Is a directory\n");
}
END_TEST

START_TEST(unreadable_input_is_an_error)
{
	ts_write(DEVNAME, "fuse fuse c10:229\n");
	ts_fail("open", 1, EACCES);

	struct ts_result r = nodes();
	ck_assert(ts_fail_happened());
	ts_expect(r, 1, "", "Error: could not open /" DEVNAME " - Permission denied\n");
}
END_TEST

START_TEST(release_of_the_running_kernel_counts)
{
	ts_release("5.5.5");
	ts_write("lib/modules/5.5.5/modules.devname", "fuse fuse c10:229\n");

	struct ts_result r = nodes("-f", "devname");
	ts_expect(r, 0, "fuse fuse c10:229\n", "");
}
END_TEST

START_TEST(output_file_is_made_with_its_directories)
{
	ts_write(DEVNAME, "fuse fuse c10:229\n");

	struct ts_result r = nodes("-f", "devname", "-o", "/run/a/b/out");
	ts_expect(r, 0, "", "");
	ck_assert_str_eq(ts_read("run/a/b/out", NULL), "fuse fuse c10:229\n");
}
END_TEST

START_TEST(output_file_is_truncated)
{
	ts_write(DEVNAME, "fuse fuse c10:229\n");
	ts_write("run/out", "something that is longer than the new content\n");

	struct ts_result r = nodes("--format", "devname", "--output=/run/out");
	ts_expect(r, 0, "", "");
	ck_assert_str_eq(ts_read("run/out", NULL), "fuse fuse c10:229\n");
}
END_TEST

START_TEST(output_below_a_file_is_an_error)
{
	ts_write(DEVNAME, "fuse fuse c10:229\n");
	ts_write("run/file", "");

	struct ts_result r = nodes("-o", "/run/file/out");
	ts_expect(r, 1, "",
		  "Error: could not create parent directory for /run/file/out - "
		  "Not a directory.\n");
}
END_TEST

START_TEST(output_that_is_a_directory_is_an_error)
{
	ts_write(DEVNAME, "fuse fuse c10:229\n");
	ts_mkdir("run/dir");

	struct ts_result r = nodes("-o", "/run/dir");
	ts_expect(r, 1, "", "Error: could not create /run/dir - Is a directory\n");
}
END_TEST

START_TEST(d32_full_disk_is_an_error)
{
	ts_write(DEVNAME, "fuse fuse c10:229\n");
	ts_stdout_to("/dev/full");

	struct ts_result r = nodes();
	ck_assert_int_eq(r.status, 1);
	ck_assert_str_ne(r.err, "");
}
END_TEST

START_TEST(d32_full_disk_under_the_output_file_is_an_error)
{
	ts_write(DEVNAME, "fuse fuse c10:229\n");
	ts_fail("write", 1, ENOSPC);

	struct ts_result r = nodes("-o", "/run/out");
	ck_assert(ts_fail_happened());
	ts_expect(r, 1, "", "Error: could not write /run/out - No space left on device\n");
}
END_TEST

START_TEST(unknown_format_is_an_error_with_help)
{
	struct ts_result r = nodes("-f", "bogus");

	ts_expect(r, 1, NULL, "Unknown format: 'bogus'.\n");
	ck_assert_int_eq(strncmp(r.out, "Usage: ", 7), 0);
}
END_TEST

START_TEST(options_end_at_the_first_operand)
{
	ts_write(DEVNAME, "fuse fuse c10:229\n");

	struct ts_result r = nodes("-f", "devname", "foo", "-f", "tmpfiles");
	ts_expect(r, 0, "fuse fuse c10:229\n", "");
}
END_TEST

START_TEST(there_is_help_but_no_version)
{
	struct ts_result r = nodes("--help");

	ts_expect(r, 0, NULL, "");
	ck_assert_int_eq(strncmp(r.out, "Usage: kmod static-nodes ", 25), 0);
	r = nodes("-V");
	ts_expect(r, 1, "", NULL);
	ck_assert_ptr_nonnull(strstr(r.err, "invalid option -- 'V'"));
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		human_is_the_default,
		tmpfiles_makes_directories_for_nodes,
		devname_is_the_file_again,
		blanks_before_and_text_behind_do_not_matter,
		bad_line_is_named_and_the_rest_is_done,
		name_with_dots_that_stays_in_dev_is_good,
		empty_input_is_empty_output,
		missing_input_is_a_warning_and_makes_nothing,
		input_that_is_a_directory_is_an_error,
		unreadable_input_is_an_error,
		release_of_the_running_kernel_counts,
		output_file_is_made_with_its_directories,
		output_file_is_truncated,
		output_below_a_file_is_an_error,
		output_that_is_a_directory_is_an_error,
		d32_full_disk_is_an_error,
		d32_full_disk_under_the_output_file_is_an_error,
		unknown_format_is_an_error_with_help,
		options_end_at_the_first_operand,
		there_is_help_but_no_version,
		NULL,
	};

	return ts_run("static-nodes", tests, NULL, NULL);
}
