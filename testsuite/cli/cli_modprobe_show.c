/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modprobe -c, --show-modversions, --show-exports. */
#include <string.h>

#include "testsuite/forge/forge.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

static void setup(void)
{
	const struct forge_module foo = {
		.name = "foo",
		.exports = FORGE_SYMBOLS({ .name = "foo_get", .crc = 0x1234 },
					 { .name = "foo_put", .crc = 0xffffffff }),
		.imports = FORGE_SYMBOLS({ .name = "bar_get", .crc = 0xfd902db },
					 { .name = ".dotted", .crc = 7 }),
	};
	const struct forge_module plain = { .name = "plain", .flags = FORGE_NO_VERSIONS };

	ck_assert_int_eq(
		forge_write(&foo, IMAGE_PLAIN, ts_path(TS_MODULES "/kernel/foo.ko")), 0);
	ck_assert_int_eq(
		forge_write(&plain, IMAGE_PLAIN, ts_path(TS_MODULES "/kernel/plain.ko")),
		0);
	indexed_deps("kernel/foo.ko:\nkernel/plain.ko:\nkernel/text.ko:\n");
	indexed_builtin("i8042\n");
}

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)

#define DUMP_RULE "\n# End of configuration files. Dumping indexes now:\n\n"

/* ---- configuration ---- */

START_TEST(sections_have_a_fixed_order)
{
	ts_write("etc/modprobe.d/a.conf",
		 "weakdep w a b\nsoftdep s pre: x\noptions o k=v  w\n"
		 "alias pat[a-z]-x m-y\nremove r cmd two\ninstall i cmd one\n"
		 "blacklist foo-bar\n");
	expect(ts_tool("modprobe", "-c"), 0,
	       "blacklist foo_bar\n"
	       "install i cmd one\n"
	       "remove r cmd two\n"
	       "alias pat[a-z]_x m_y\n"
	       "options o k=v  w\n"
	       "softdep s pre: x\n"
	       "weakdep w a b\n" DUMP_RULE,
	       "");
}
END_TEST

START_TEST(aliases_and_symbols_of_the_indexes_follow)
{
	indexed_aliases("pci:v2* plain\npci:v1* foo\n");
	indexed_symbols("foo_get foo\n");
	expect(ts_tool("modprobe", "--show-config"), 0,
	       DUMP_RULE
	       "alias pci:v1* foo\nalias pci:v2* plain\nalias symbol:foo_get foo\n",
	       "");
}
END_TEST

START_TEST(d20_softdeps_can_be_read_back)
{
	char *first;

	ts_write("etc/modprobe.d/a.conf",
		 "softdep m post: p pre: d c post: s\nsoftdep n pre: loop post: crc16\n"
		 "softdep empty nothing\n");
	first = ts_tool("modprobe", "-c").out;
	ck_assert_ptr_nonnull(strstr(
		first,
		"softdep m pre: d c post: p s\nsoftdep n pre: loop post: crc16\n"));
	ts_write("etc/modprobe.d/a.conf", first);
	ck_assert_str_eq(ts_tool("modprobe", "-c").out, first);
}
END_TEST

START_TEST(command_line_of_the_kernel_is_part_of_it)
{
	ts_write("proc/cmdline", "quiet foo.x=1 modprobe.blacklist=a-b\n");
	expect(ts_tool("modprobe", "-c"), 0, "blacklist a_b\noptions foo x=1\n" DUMP_RULE,
	       "");
}
END_TEST

START_TEST(configuration_of_a_missing_directory_is_fine)
{
	expect(ts_tool("modprobe", "-S", "9.9.9", "-c"), 0, DUMP_RULE, "");
	expect(ts_tool("modprobe", "-c", "operands", "are", "ignored"), 0, DUMP_RULE, "");
}
END_TEST

START_TEST(d32_full_standard_output_is_an_error)
{
	ts_stdout_to("/dev/full");
	ck_assert_int_eq(ts_tool("modprobe", "-c").status, 1);
}
END_TEST

/* ---- symbols ---- */

START_TEST(needed_symbols_come_with_their_version)
{
	struct ts_result r = ts_tool("modprobe", "--show-modversions", "foo");

	ck_assert_int_eq(r.status, 0);
	ck_assert_ptr_nonnull(strstr(r.out, "0x0fd902db\tbar_get\n"));
	ck_assert_ptr_nonnull(strstr(r.out, "0x00000007\tdotted\n"));
	ck_assert_str_eq(r.err, "");
	ck_assert_str_eq(
		ts_tool("modprobe", "--show-modversions", "/" TS_MODULES "/kernel/foo.ko")
			.out,
		r.out);
}
END_TEST

START_TEST(module_without_versions_is_fatal)
{
	expect(ts_tool("modprobe", "--show-modversions", "plain"), 1, "",
	       "modprobe: FATAL: could not get modversions of plain: No data "
	       "available\n");
}
END_TEST

START_TEST(exports_come_with_their_version)
{
	expect(ts_tool("modprobe", "--show-exports", "foo"), 0,
	       "0x00001234\tfoo_get\n0xffffffff\tfoo_put\n", "");
	expect(ts_tool("modprobe", "--show-exports", "foo", "plain"), 0,
	       "0x00001234\tfoo_get\n0xffffffff\tfoo_put\n", "");
}
END_TEST

START_TEST(d34_module_without_exports_prints_nothing)
{
	expect(ts_tool("modprobe", "--show-exports", "plain"), 0, "", "");
}
END_TEST

START_TEST(what_cannot_be_read_is_fatal)
{
	expect(ts_tool("modprobe", "--show-exports", "i8042"), 1, "",
	       "modprobe: FATAL: could not get symbols of i8042: No such file or "
	       "directory\n");
	expect(ts_tool("modprobe", "--show-exports", "text"), 1, "",
	       "modprobe: FATAL: could not get symbols of text: Exec format error\n");
	expect(ts_tool("modprobe", "--show-exports", "nosuch"), 1, "",
	       "modprobe: FATAL: Module nosuch not found in directory /" TS_MODULES "\n");
	expect(ts_tool("modprobe", "-q", "--show-exports", "text"), 1, "", "");
}
END_TEST

START_TEST(alias_shows_all_it_stands_for)
{
	indexed_aliases("any plain\nany foo\n");
	expect(ts_tool("modprobe", "--show-exports", "any"), 0,
	       "0x00001234\tfoo_get\n0xffffffff\tfoo_put\n", "");
}
END_TEST

START_TEST(precedence_of_what_is_shown)
{
	expect(ts_tool("modprobe", "--show-exports", "-c", "foo"), 0, DUMP_RULE, "");
	expect(ts_tool("modprobe", "--show-exports", "--show-modversions", "plain"), 1,
	       "",
	       "modprobe: FATAL: could not get modversions of plain: No data "
	       "available\n");
	expect(ts_tool("modprobe", "-r", "--show-exports", "plain"), 0, "", "");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		sections_have_a_fixed_order,
		aliases_and_symbols_of_the_indexes_follow,
		d20_softdeps_can_be_read_back,
		command_line_of_the_kernel_is_part_of_it,
		configuration_of_a_missing_directory_is_fine,
		d32_full_standard_output_is_an_error,
		needed_symbols_come_with_their_version,
		module_without_versions_is_fatal,
		exports_come_with_their_version,
		d34_module_without_exports_prints_nothing,
		what_cannot_be_read_is_fatal,
		alias_shows_all_it_stands_for,
		precedence_of_what_is_shown,
		NULL,
	};

	return ts_run("modprobe-show", tests, setup, NULL);
}
