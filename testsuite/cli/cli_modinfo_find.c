/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modinfo from outside: how operands become modules, and files that are bad. */
#include <errno.h>
#include <string.h>

#include "shared/str.h"
#include "testsuite/cli/modinfo-forge.h"
#include "testsuite/lib/indexed.h"

/* ---- finding modules ---- */

static void index_foo_and_bar(void)
{
	forge_at(TS_MODULES "/kernel/foo-x.ko", bare("description=Foo"));
	forge_at(TS_MODULES "/kernel/bar.ko", bare("description=Bar"));
	indexed_deps("kernel/foo-x.ko: kernel/bar.ko\nkernel/bar.ko:\n");
	indexed_aliases("pci:v1* foo_x\npci:* bar\n");
}

START_TEST(names_and_aliases_are_looked_up)
{
	index_foo_and_bar();

	expect(ts_tool("modinfo", "-n", "foo-x"), 0, "/" TS_MODULES "/kernel/foo-x.ko\n", "");
	expect(ts_tool("modinfo", "-n", "foo_x"), 0, "/" TS_MODULES "/kernel/foo-x.ko\n", "");
	expect(ts_tool("modinfo", "-d", "pci:v2"), 0, "Bar\n", "");
}
END_TEST

START_TEST(all_hits_of_an_alias_and_all_operands_are_printed)
{
	index_foo_and_bar();

	expect(ts_tool("modinfo", "-d", "pci:v1", "bar"), 0, "Foo\nBar\nBar\n", "");
}
END_TEST

START_TEST(failure_does_not_stop_the_others)
{
	index_foo_and_bar();

	expect(ts_tool("modinfo", "-d", "nosuch", "bar", "nosuch2", "bar", "bar"), 1, "Bar\nBar\nBar\n",
	       ERR "Module nosuch not found.\n" ERR "Module nosuch2 not found.\n");
}
END_TEST

START_TEST(configuration_does_not_matter)
{
	index_foo_and_bar();
	ts_write("etc/modprobe.d/x.conf", "alias bar foo_x\nblacklist bar\nbogus line\n");
	ts_write(TS_MODULES "/modules.softdep", "alias bar foo_x\n");

	expect(ts_tool("modinfo", "-d", "bar"), 0, "Bar\n", "");
}
END_TEST

START_TEST(other_root_and_version)
{
	index_foo_and_bar();
	ts_mkdir("r");
	ts_symlink("../lib", "r/lib");

	expect(ts_tool("modinfo", "-b", "/r", "-n", "bar"), 0, "/r/" TS_MODULES "/kernel/bar.ko\n", "");
	ts_release("1.1.1");
	expect(ts_tool("modinfo", "-b", "/r", "-k", TS_KERNEL, "-d", "bar"), 0, "Bar\n", "");
	expect(ts_tool("modinfo", "--basedir=/r", "bar"), 1, "", ERR "Module bar not found.\n");
}
END_TEST

START_TEST(version_alone_is_below_the_usual_directory)
{
	index_foo_and_bar();
	ts_release("1.1.1");

	expect(ts_tool("modinfo", "--set-version", TS_KERNEL, "-n", "bar"), 0,
	       "/" TS_MODULES "/kernel/bar.ko\n", "");
}
END_TEST

START_TEST(modname_is_neither_file_nor_alias)
{
	index_foo_and_bar();
	forge_at("m/bar.ko", bare("description=File"));
	ts_cwd("m");

	expect(ts_tool("modinfo", "-d", "bar.ko"), 0, "File\n", "");
	expect(ts_tool("modinfo", "-m", "-d", "bar.ko"), 0, "Bar\n", "");
	expect(ts_tool("modinfo", "--modname", "-d", "foo-x.v2"), 0, "Foo\n", "");
	expect(ts_tool("modinfo", "-m", "pci:v1"), 1, "", ERR "Module name pci:v1 not found.\n");
}
END_TEST

START_TEST(only_regular_files_with_a_suffix_are_files)
{
	index_foo_and_bar();
	forge_at("m/noext", bare("description=File"));
	ts_mkdir("m/dir.ko");
	ts_symlink("noext", "m/link.ko");

	expect(ts_tool("modinfo", "/m/noext"), 1, "", ERR "Module /m/noext not found.\n");
	expect(ts_tool("modinfo", "/m/dir.ko"), 1, "", ERR "Module /m/dir.ko not found.\n");
	expect(ts_tool("modinfo", "/m/nosuch.ko"), 1, "", ERR "Module /m/nosuch.ko not found.\n");
	expect(ts_tool("modinfo", "-d", "/m/link.ko"), 0, "File\n", "");
}
END_TEST

START_TEST(two_files_of_one_name_are_both_read)
{
	forge_at("m/foo.ko", bare("description=One"));
	forge_at("n/foo.ko", bare("description=Two"));

	expect(ts_tool("modinfo", "-d", "/m/foo.ko", "/n/foo.ko"), 0, "One\nTwo\n", "");
}
END_TEST

START_TEST(builtin_module_has_its_own_listing)
{
	static const char info[] = "foo.license=GPL\0loop.parm=x:y\0loop.parmtype=x:int\0"
				   "loop.file=drivers/block/loop\0zz.license=GPL\0loop.alias=late";

	index_foo_and_bar();
	indexed_builtin("loop\n");
	ts_write_bytes(TS_MODULES "/modules.builtin.modinfo", info, sizeof(info));

	expect(ts_tool("modinfo", "loop"), 0,
	       "name:           loop\nfilename:       (builtin)\n"
	       "file:           drivers/block/loop\nalias:          late\n"
	       "parm:           x:y (int)\n",
	       "");
	expect(ts_tool("modinfo", "-F", "name", "loop"), 0, "loop\n", "");
	expect(ts_tool("modinfo", "-n", "loop"), 0, "(builtin)\n", "");
	expect(ts_tool("modinfo", "-p", "loop"), 0, "x:y (int)\n", "");
}
END_TEST

START_TEST(builtin_without_information_is_two_lines)
{
	static const char two[] = "name:           loop\nfilename:       (builtin)\n";

	index_foo_and_bar();
	indexed_builtin("loop\n");
	expect(ts_tool("modinfo", "loop"), 0, two, "");
	ts_write_bytes(TS_MODULES "/modules.builtin.modinfo", "x.a=b", 6);
	expect(ts_tool("modinfo", "loop"), 0, two, "");
}
END_TEST

START_TEST(d23_alias_of_a_module_without_file_is_an_error)
{
	indexed_deps("kernel/bar.ko:\n");
	indexed_aliases("pci:* gone\n");

	expect(ts_tool("modinfo", "pci:v1"), 1, "", ERR "Module file gone not found.\n");
}
END_TEST

/* ---- bad use and bad files ---- */

START_TEST(no_operand_is_an_error)
{
	expect(ts_tool("modinfo"), 1, "", ERR "missing module or filename.\n");
	expect(ts_tool("modinfo", "-l"), 1, "", ERR "missing module or filename.\n");
}
END_TEST

START_TEST(unbalanced_brackets_are_a_bad_alias)
{
	expect(ts_tool("modinfo", "a["), 1, "", ERR "Module alias a[ not found.\n");
	expect(ts_tool("modinfo", "a]"), 1, "", ERR "Module alias a] not found.\n");
	expect(ts_tool("modinfo", ""), 1, "", ERR "Module  not found.\n");
}
END_TEST

START_TEST(options_it_does_not_have)
{
	struct ts_result r = ts_tool("modinfo", "-v");
	ts_expect(r, 1, "", NULL);
	ck_assert_ptr_nonnull(strstr(r.err, "invalid option -- 'v'"));
	r = ts_tool("modinfo", "--f", "x");
	ts_expect(r, 1, "", NULL);
	ck_assert_ptr_nonnull(strstr(r.err, "ambiguous"));
	r = ts_tool("modinfo", "-F");
	ts_expect(r, 1, "", NULL);
	ck_assert_ptr_nonnull(strstr(r.err, "requires an argument"));
}
END_TEST

static void expect_bad_file(const char *reason)
{
	struct ts_result r = ts_tool("modinfo", "/m/foo.ko");

	ts_expect(r, 1, "filename:       /m/foo.ko\n", NULL);
	ck_assert_msg(str_ends_with(r.err, ts_fmt(ERR "could not get modinfo from 'foo': %s\n", reason)),
		      "%s", r.err);
	expect(ts_tool("modinfo", "-n", "/m/foo.ko"), 0, "/m/foo.ko\n", "");
}

START_TEST(text_is_no_module)
{
	ts_write("m/foo.ko", "this is not an ELF file at all\n");
	expect_bad_file(strerror(ENOEXEC));
}
END_TEST

START_TEST(short_file_is_invalid)
{
	ts_write("m/foo.ko", "");
	expect_bad_file(strerror(EINVAL));
	ts_write("m/foo.ko", "short");
	expect_bad_file(strerror(EINVAL));
}
END_TEST

START_TEST(d14_damaged_elf_is_an_error)
{
	static const enum forge_defect defects[] = {
		FORGE_TRUNCATED, FORGE_BAD_CLASS, FORGE_BAD_BYTE_ORDER, FORGE_BAD_SHENTSIZE,
		FORGE_SHNUM_0, FORGE_SHSTRNDX_0, FORGE_SHSTRNDX_TOO_BIG, FORGE_SHOFF_OUTSIDE,
		FORGE_NAMES_OUTSIDE, FORGE_NAMES_UNTERMINATED,
	};

	for (size_t i = 0; i < ARRAY_SIZE(defects); i++) {
		struct forge_module m = { .name = "foo", .defect = defects[i] };

		forge_at("m/foo.ko", &m);
		expect_bad_file(strerror(EINVAL));
	}
}
END_TEST

START_TEST(module_without_modinfo_has_no_data)
{
	struct forge_module m = { .name = "foo", .flags = FORGE_NO_MODINFO };

	forge_at("m/foo.ko", &m);
	expect_bad_file(strerror(ENODATA));
}
END_TEST

static const struct {
	enum image_format format;
	const char *name;
	bool built_in;
} compressions[] = {
	{ IMAGE_GZIP, "m/foo.ko.gz", ENABLE_ZLIB },
	{ IMAGE_XZ, "m/foo.ko.xz", ENABLE_XZ },
	{ IMAGE_ZSTD, "m/foo.ko.zst", ENABLE_ZSTD },
};

START_TEST(compressed_modules_are_read)
{
	for (size_t i = 0; i < ARRAY_SIZE(compressions); i++) {
		if (!compressions[i].built_in)
			continue;
		ck_assert_int_eq(forge_write(bare("license=GPL"), compressions[i].format,
					     ts_path("%s", compressions[i].name)), 0);
		expect(ts_tool("modinfo", "-l", ts_fmt("/%s", compressions[i].name)), 0, "GPL\n", "");
	}
}
END_TEST

START_TEST(d11_truncated_compression_is_an_error)
{
	for (size_t i = 0; i < ARRAY_SIZE(compressions); i++) {
		const char *path = compressions[i].name;
		size_t len;

		if (!compressions[i].built_in)
			continue;
		ck_assert_int_eq(forge_write(bare("license=GPL"), compressions[i].format,
					     ts_path("%s", path)), 0);
		char *bytes = ts_read(path, &len);
		ts_write_bytes("m/foo.ko", bytes, len - 12);
		expect_bad_file(strerror(EINVAL));
	}
}
END_TEST

START_TEST(d19_broken_compression_is_explained_by_modinfo_itself)
{
	static const char xz[] = "\375" "7zXZ\0 and then nothing of the kind, for a while";

	ts_write_bytes("m/foo.ko", xz, sizeof(xz));
	if (!ENABLE_XZ)
		return;
	expect_bad_file(strerror(EINVAL));
	struct ts_result r = ts_tool("modinfo", "/m/foo.ko");
	ck_assert(str_starts_with(r.err, ERR));
	ck_assert_ptr_nonnull(strstr(r.err, "xz: "));

	/* KMOD_LOG=0 silences the library, not the tool. */
	ts_env("KMOD_LOG", "0");
	expect(ts_tool("modinfo", "/m/foo.ko"), 1, "filename:       /m/foo.ko\n",
	       ERR "could not get modinfo from 'foo': Invalid argument\n");
}
END_TEST

START_TEST(indexed_file_that_is_gone_is_an_error)
{
	index_foo_and_bar();
	ts_remove(TS_MODULES "/kernel/bar.ko");

	expect(ts_tool("modinfo", "bar"), 1, "filename:       /" TS_MODULES "/kernel/bar.ko\n",
	       ERR "could not get modinfo from 'bar': No such file or directory\n");
	expect(ts_tool("modinfo", "-n", "bar"), 0, "/" TS_MODULES "/kernel/bar.ko\n", "");
}
END_TEST

START_TEST(d12_directory_in_the_index_is_an_error)
{
	index_foo_and_bar();
	ts_remove(TS_MODULES "/kernel/bar.ko");
	ts_mkdir(TS_MODULES "/kernel/bar.ko");

	struct ts_result r = ts_tool("modinfo", "bar");
	ts_expect(r, 1, NULL, NULL);
	ck_assert(str_ends_with(r.err, ERR "could not get modinfo from 'bar': Is a directory\n"));
}
END_TEST

START_TEST(missing_or_damaged_index_finds_nothing)
{
	index_foo_and_bar();
	ts_write(TS_MODULES "/modules.dep.bin", "");
	ts_write(TS_MODULES "/modules.alias.bin", "");
	expect(ts_tool("modinfo", "bar"), 1, "", ERR "Module bar not found.\n");
	ts_remove(TS_MODULES);
	expect(ts_tool("modinfo", "bar"), 1, "", ERR "Module bar not found.\n");
}
END_TEST

START_TEST(d32_full_disk_is_an_error)
{
	forge_at("m/foo.ko", bare("license=GPL"));
	ts_stdout_to("/dev/full");

	struct ts_result r = ts_tool("modinfo", "/m/foo.ko");
	ck_assert_int_eq(r.status, 1);
	ck_assert(str_starts_with(r.err, ERR));
}
END_TEST

START_TEST(unreadable_file_is_an_error)
{
	forge_at("m/foo.ko", bare("license=GPL"));
	ts_fail("open", 1, EACCES);

	expect(ts_tool("modinfo", "/m/foo.ko"), 1, "filename:       /m/foo.ko\n",
	       ERR "could not get modinfo from 'foo': Permission denied\n");
	ck_assert(ts_fail_happened());
}
END_TEST

START_TEST(read_error_is_an_error)
{
	forge_at("m/foo.ko", bare("license=GPL"));
	ts_fail("read", 1, EIO);

	struct ts_result r = ts_tool("modinfo", "/m/foo.ko");
	ck_assert(ts_fail_happened());
	ck_assert_int_eq(r.status, 1);
	ck_assert_ptr_nonnull(strstr(r.err, strerror(EIO)));
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		names_and_aliases_are_looked_up,
		all_hits_of_an_alias_and_all_operands_are_printed,
		failure_does_not_stop_the_others,
		configuration_does_not_matter,
		other_root_and_version,
		version_alone_is_below_the_usual_directory,
		modname_is_neither_file_nor_alias,
		only_regular_files_with_a_suffix_are_files,
		two_files_of_one_name_are_both_read,
		builtin_module_has_its_own_listing,
		builtin_without_information_is_two_lines,
		d23_alias_of_a_module_without_file_is_an_error,
		no_operand_is_an_error,
		unbalanced_brackets_are_a_bad_alias,
		options_it_does_not_have,
		text_is_no_module,
		short_file_is_invalid,
		d14_damaged_elf_is_an_error,
		module_without_modinfo_has_no_data,
		compressed_modules_are_read,
		d11_truncated_compression_is_an_error,
		d19_broken_compression_is_explained_by_modinfo_itself,
		indexed_file_that_is_gone_is_an_error,
		d12_directory_in_the_index_is_an_error,
		missing_or_damaged_index_finds_nothing,
		d32_full_disk_is_an_error,
		unreadable_file_is_an_error,
		read_error_is_an_error,
		NULL,
	};

	return ts_run("modinfo-find", tests, NULL, NULL);
}
