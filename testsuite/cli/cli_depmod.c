/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* depmod from outside: options, files, messages, exit status. */
#include <errno.h>
#include <sys/stat.h>

#include "testsuite/cli/depmod-tree.h"

static const char *const outputs[] = {
	"modules.dep",         "modules.dep.bin",
	"modules.alias",       "modules.alias.bin",
	"modules.softdep",     "modules.weakdep",
	"modules.symbols",     "modules.symbols.bin",
	"modules.builtin.bin", "modules.builtin.alias.bin",
	"modules.devname",
};

static void put_pair(void)
{
	put("kernel/a.ko", .modinfo = FORGE_STRINGS("alias=x-a[1-2]*", "softdep=pre: z"),
	    .imports = FORGE_SYMBOLS({ .name = "fb" }, { .name = "nobody" }));
	put("kernel/b.ko",
	    .modinfo = FORGE_STRINGS("alias=devname:snd/b", "alias=char-major-10-7",
				     "weakdep=w"),
	    .exports = FORGE_SYMBOLS({ .name = "fb", .crc = 1 }));
	put_build_files("kernel/b.ko\nkernel/a.ko\n");
}

START_TEST(every_output_is_written_in_module_order)
{
	put_pair();
	expect(ts_tool("depmod"), 0, "", "");
	expect_file("modules.dep", "kernel/b.ko:\nkernel/a.ko: kernel/b.ko\n");
	expect_file("modules.alias", "# Aliases extracted from modules themselves.\n"
				     "alias devname:snd/b b\nalias char-major-10-7 b\n"
				     "alias x-a[1-2]* a\n");
	expect_file("modules.softdep", "# Soft dependencies extracted from modules "
				       "themselves.\nsoftdep a pre: z\n");
	expect_file(
		"modules.weakdep",
		"# Weak dependencies extracted from modules themselves.\nweakdep b w\n");
	expect_file(
		"modules.symbols",
		"# Aliases for symbols, used by symbol_request().\nalias symbol:fb b\n");
	expect_file("modules.devname",
		    "# Device nodes to trigger on-demand module loading.\n"
		    "b snd/b c10:7\n");
	expect_index("modules.dep.bin",
		     "a 1 kernel/a.ko: kernel/b.ko\nb 0 kernel/b.ko:\n");
	expect_index("modules.alias.bin",
		     "char_major_10_7 0 b\ndevname:snd/b 0 b\nx_a[1-2]* 1 a\n");
	expect_index("modules.symbols.bin", "symbol:fb 0 b\n");
}
END_TEST

START_TEST(outputs_are_readable_by_all)
{
	put_pair();
	expect(ts_tool("depmod"), 0, "", "");
	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++) {
		struct stat st;

		ck_assert_int_eq(stat(ts_path("%s", in_tree(outputs[i])), &st), 0);
		ck_assert_msg((st.st_mode & 07777) == 0644, "%s: %o", outputs[i],
			      st.st_mode);
	}
}
END_TEST

START_TEST(show_prints_the_texts_in_order_and_writes_nothing)
{
	put_pair();
	expect(ts_tool("depmod", "-n"), 0,
	       "kernel/b.ko:\nkernel/a.ko: kernel/b.ko\n"
	       "# Aliases extracted from modules themselves.\n"
	       "alias devname:snd/b b\nalias char-major-10-7 b\nalias x-a[1-2]* a\n"
	       "# Soft dependencies extracted from modules themselves.\nsoftdep a pre: "
	       "z\n"
	       "# Weak dependencies extracted from modules themselves.\nweakdep b w\n"
	       "# Aliases for symbols, used by symbol_request().\nalias symbol:fb b\n"
	       "# Device nodes to trigger on-demand module loading.\nb snd/b c10:7\n",
	       "");
	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++)
		ck_assert_msg(!ts_exists(in_tree(outputs[i])), "%s", outputs[i]);
}
END_TEST

START_TEST(dry_run_is_show)
{
	put_build_files("");
	put("a.ko", .flags = 0);
	struct ts_result show = ts_tool("depmod", "--show");

	expect(ts_tool("depmod", "--dry-run"), 0, show.out, "");
	ck_assert(str_starts_with(show.out, "a.ko:\n"));
}
END_TEST

START_TEST(show_to_a_full_disk_is_a_failure)
{
	put_pair();
	ts_stdout_to("/dev/full");
	expect(ts_tool("depmod", "-n"), 1, "", NULL);
}
END_TEST

START_TEST(no_device_nodes_make_an_empty_file)
{
	put_build_files("");
	expect(ts_tool("depmod"), 0, "", "");
	expect_file("modules.devname", "");
	expect_file("modules.dep", "");
}
END_TEST

/* ---- versions and directories ---- */

START_TEST(only_releases_are_taken_as_versions)
{
	static const char *const bad[] = { "5", "abc", "6.x", "/lib/modules/5.5.5", "" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect(ts_tool("depmod", bad[i]), 1, "",
		       ts_fmt("depmod: ERROR: Bad version passed %s\n", bad[i]));
}
END_TEST

START_TEST(missing_tree_is_fatal_and_makes_nothing)
{
	expect(ts_tool("depmod", "9.9.9"), 1, "",
	       "depmod: ERROR: could not open directory /lib/modules/9.9.9: No such file "
	       "or directory\n"
	       "depmod: FATAL: could not search modules: No such file or directory\n");
	ck_assert(!ts_exists("lib/modules/9.9.9"));
}
END_TEST

START_TEST(the_running_release_is_not_checked)
{
	ts_release("odd");
	ts_mkdir("lib/modules/odd");
	expect(ts_tool("depmod", "-q"), 0, "", "");
	ck_assert(ts_exists("lib/modules/odd/modules.dep"));
}
END_TEST

START_TEST(basedir_moduledir_and_outdir_combine)
{
	put("/img/mods/5.5garbage/a.ko", .flags = 0);
	ts_cwd("img");
	expect(ts_tool("depmod", "-q", "-b", ".", "-m", "/mods", "-o", "out/",
		       "5.5garbage"),
	       0, "", "");
	ck_assert_str_eq(ts_read("img/out/mods/5.5garbage/modules.dep", NULL), "a.ko:\n");
	ck_assert(!ts_exists("img/mods/5.5garbage/modules.dep"));
}
END_TEST

START_TEST(outdir_that_cannot_be_made_is_fatal)
{
	put_pair();
	ts_write("file", "");
	expect(ts_tool("depmod", "-o", "/file"), 1, "",
	       "depmod: FATAL: could not create directory /file/" TS_MODULES
	       ": Not a directory\n");
}
END_TEST

/* ---- files named by hand ---- */

START_TEST(an_unreadable_directory_is_missed_with_strict)
{
	bool seen = false;

	put("kernel/sub/a.ko", .flags = 0);
	for (unsigned long nth = 1; !seen; nth++) {
		ts_fail("open", nth, EACCES);
		struct ts_result r = ts_tool("depmod", "-j1");
		ck_assert(ts_fail_happened());
		if (!strstr(r.err, "openat("))
			continue;
		seen = true;
		ck_assert_int_eq(r.status, 0);
		ts_fail("open", nth, EACCES);
		ck_assert_int_eq(ts_tool("depmod", "-j1", "--strict").status, 1);
	}
}
END_TEST

START_TEST(too_few_descriptors_are_no_smaller_tree)
{
	put("kernel/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/a.ko", .flags = 0);
	struct ts_result r = ts_tool("/bin/sh", "-c", "ulimit -n 16; exec depmod -j1");

	ck_assert_msg(r.status == 1 && strstr(r.err, ": Too many open files\n"), "%d: %s",
		      r.status, r.err);
	ck_assert(!ts_exists(TS_MODULES "/modules.dep"));
}
END_TEST

START_TEST(named_files_must_be_absolute_there_and_different)
{
	put("a.ko", .flags = 0);
	put("x/a.ko", .flags = 0);
	static const char warning[] = "depmod: WARNING: the indexes will hold only the ";

	struct ts_result r = ts_tool("depmod", TS_KERNEL, "a.ko");
	ts_expect(r, 1, "",
		  ts_fmt("%s1 module named\n"
			 "depmod: FATAL: a.ko: not absolute path.\n",
			 warning));
	r = ts_tool("depmod", TS_KERNEL, "/nope.ko");
	ts_expect(r, 1, "",
		  ts_fmt("%s1 module named\ndepmod: FATAL: could not create module "
			 "/nope.ko: No such file or directory\n",
			 warning));
	r = ts_tool("depmod", TS_KERNEL, "/" TS_MODULES "/a.ko",
		    "/" TS_MODULES "/x/a.ko");
	ts_expect(r, 1, "",
		  ts_fmt("%s2 modules named\n"
			 "depmod: ERROR: module a is there already: a.ko\n"
			 "depmod: FATAL: could not add module /" TS_MODULES
			 "/x/a.ko: File exists\n",
			 warning));
	ck_assert(!ts_exists(in_tree("modules.dep")));
}
END_TEST

START_TEST(named_files_need_no_tree_to_be_shown)
{
	put("/opt/z.ko", .flags = 0);
	struct ts_result r = ts_tool("depmod", "-n", "7.7", "/opt/z.ko");

	ts_expect(r, 0, NULL, NULL);
	ck_assert(str_starts_with(r.out, "/opt/z.ko:\n"));
	ck_assert(!ts_exists("lib/modules/7.7"));
}
END_TEST

START_TEST(named_files_are_shown_relative_only_inside_the_tree)
{
	put("sub/a.ko", .flags = 0);
	put("b.ko", .flags = 0);
	put("/opt/z.ko", .flags = 0);
	struct ts_result r = ts_tool("depmod", TS_KERNEL, "/" TS_MODULES "/sub/a.ko",
				     "/opt/z.ko");

	ts_expect(r, 0, "", NULL);
	expect_file("modules.dep", "/opt/z.ko:\nsub/a.ko:\n");
}
END_TEST

START_TEST(all_overrides_named_files)
{
	put_build_files("");
	put("a.ko", .flags = 0);
	put("b.ko", .flags = 0);
	expect(ts_tool("depmod", "-a", TS_KERNEL, "/" TS_MODULES "/a.ko"), 0, "", "");
	expect_file("modules.dep", "a.ko:\nb.ko:\n");
}
END_TEST

/* ---- the scan ---- */

START_TEST(build_and_source_and_strange_names_are_skipped)
{
	put_build_files("");
	put("a.ko", .flags = 0);
	put("build/b.ko", .flags = 0);
	put("x/source/c.ko", .flags = 0);
	put("d.KO", .flags = 0);
	put("e.ko.bz2", .flags = 0);
	put("f.o", .flags = 0);
	expect(ts_tool("depmod"), 0, "", "");
	expect_file("modules.dep", "a.ko:\n");
}
END_TEST

START_TEST(links_to_files_and_directories_are_followed)
{
	put_build_files("");
	put("/opt/dir/a.ko", .flags = 0);
	put("/opt/b.ko", .flags = 0);
	ts_symlink("../../../opt/dir", in_tree("linked"));
	ts_symlink("../../../opt/b.ko", in_tree("b.ko"));
	expect(ts_tool("depmod"), 0, "", "");
	expect_file("modules.dep", "b.ko:\nlinked/a.ko:\n");
}
END_TEST

START_TEST(dangling_link_is_named_and_left_out)
{
	put_build_files("");
	put("a.ko", .flags = 0);
	ts_symlink("nowhere", in_tree("sub.ko"));
	struct ts_result r = ts_tool("depmod");

	ts_expect(r, 0, "", NULL);
	ck_assert_ptr_nonnull(strstr(r.err, "depmod: ERROR: fstatat("));
	ck_assert_ptr_nonnull(
		strstr(r.err, TS_MODULES "/sub.ko): No such file or directory\n"));
	expect_file("modules.dep", "a.ko:\n");
}
END_TEST

/* ---- order ---- */

START_TEST(compressed_modules_match_the_order_by_their_stem)
{
	if (!image_format_built_in(IMAGE_XZ))
		return;
	put_build_files("k/b.ko\nnosuch.ko\nk/a.ko\nk/b.ko\n");
	put_as("k/a.ko.xz", IMAGE_PLAIN, (struct forge_module){ 0 });
	put("k/b.ko", .flags = 0);
	put("aa.ko", .flags = 0);
	expect(ts_tool("depmod"), 0, "", "");
	expect_file("modules.dep", "k/b.ko:\nk/a.ko.xz:\naa.ko:\n");
}
END_TEST

START_TEST(order_without_final_newline_is_ignored)
{
	put_build_files("b.ko\na.ko");
	put("a.ko", .flags = 0);
	put("b.ko", .flags = 0);
	expect(ts_tool("depmod"), 0, "",
	       "depmod: ERROR: /" TS_MODULES
	       "/modules.order:2 corrupted line misses '\\n'\n");
	expect_file("modules.dep", "a.ko:\nb.ko:\n");
}
END_TEST

START_TEST(missing_build_files_are_warned_of)
{
	put("a.ko", .flags = 0);
	expect(ts_tool("depmod"), 0, "", NO_ORDER NO_BUILTIN);
	expect_file("modules.dep", "a.ko:\n");
}
END_TEST

/* ---- options of our own ---- */

START_TEST(any_number_of_jobs_gives_the_same_bytes)
{
	static const char *const jobs[] = { "-j2", "-j3", "--jobs=16" };

	ck_assert_int_eq(forge_tree(ts_path(TS_MODULES), 150, IMAGE_PLAIN), 0);
	expect(ts_tool("depmod", "-j1", "-o", "/one"), 0, "", "");
	for (size_t j = 0; j < ARRAY_SIZE(jobs); j++) {
		expect(ts_tool("depmod", jobs[j]), 0, "", "");
		for (size_t i = 0; i < ARRAY_SIZE(outputs); i++) {
			size_t a_len, b_len;
			char *a = ts_read(ts_fmt("one/" TS_MODULES "/%s", outputs[i]),
					  &a_len);
			char *b = ts_read(in_tree(outputs[i]), &b_len);

			ck_assert_uint_eq(a_len, b_len);
			ck_assert_msg(memcmp(a, b, a_len) == 0, "%s %s", jobs[j],
				      outputs[i]);
		}
	}
}
END_TEST

START_TEST(jobs_must_be_a_sensible_number)
{
	static const char *const bad[] = { "0", "-1", "x", "", "99999" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect(ts_tool("depmod", "-j", bad[i]), 1, "",
		       ts_fmt("depmod: ERROR: '%s' is no number of jobs (1 to 1024)\n",
			      bad[i]));
}
END_TEST

START_TEST(quiet_keeps_errors_only)
{
	put("a.ko", .modinfo = FORGE_STRINGS("alias=bad[x"));
	ts_write(in_tree("b.ko"), "");
	expect(ts_tool("depmod", "--quiet"), 0, "",
	       "depmod: ERROR: failed to load symbols from /" TS_MODULES
	       "/b.ko: Invalid argument\n");
}
END_TEST

START_TEST(old_abbreviations_mean_quick)
{
	put_build_files("");
	put("a.ko", .flags = 0);
	expect(ts_tool("depmod"), 0, "", "");
	ts_write(in_tree("modules.alias"), "# kept\n");
	expect(ts_tool("depmod", "--q"), 0, "", "");
	expect(ts_tool("depmod", "--quic"), 0, "", "");
	expect_file("modules.alias", "# kept\n");
}
END_TEST

START_TEST(each_module_is_opened_once)
{
	unsigned long few, many;

	ck_assert_int_eq(forge_tree(ts_path(TS_MODULES), 20, IMAGE_PLAIN), 0);
	ts_fail("open", 100000, EIO);
	expect(ts_tool("depmod", "-j1"), 0, "", "");
	few = ts_fail_count("open");
	for (int i = 0; i < 30; i++)
		put(ts_fmt("extra%d.ko", i),
		    .exports = FORGE_SYMBOLS({ .name = ts_fmt("x%d", i) }));
	expect(ts_tool("depmod", "-j1"), 0, "", "");
	many = ts_fail_count("open");
	ck_assert_uint_eq(many - few, 30);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		every_output_is_written_in_module_order,
		outputs_are_readable_by_all,
		show_prints_the_texts_in_order_and_writes_nothing,
		dry_run_is_show,
		show_to_a_full_disk_is_a_failure,
		no_device_nodes_make_an_empty_file,
		only_releases_are_taken_as_versions,
		missing_tree_is_fatal_and_makes_nothing,
		the_running_release_is_not_checked,
		basedir_moduledir_and_outdir_combine,
		outdir_that_cannot_be_made_is_fatal,
		an_unreadable_directory_is_missed_with_strict,
		too_few_descriptors_are_no_smaller_tree,
		named_files_must_be_absolute_there_and_different,
		named_files_need_no_tree_to_be_shown,
		named_files_are_shown_relative_only_inside_the_tree,
		all_overrides_named_files,
		build_and_source_and_strange_names_are_skipped,
		links_to_files_and_directories_are_followed,
		dangling_link_is_named_and_left_out,
		compressed_modules_match_the_order_by_their_stem,
		order_without_final_newline_is_ignored,
		missing_build_files_are_warned_of,
		any_number_of_jobs_gives_the_same_bytes,
		jobs_must_be_a_sensible_number,
		quiet_keeps_errors_only,
		old_abbreviations_mean_quick,
		each_module_is_opened_once,
		NULL,
	};

	return ts_run("cli_depmod", tests, NULL, NULL);
}
