/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* depmod.d from outside: what it changes, and what it says of bad lines. */
#include "testsuite/cli/depmod-tree.h"

static void expect_quiet_run(void)
{
	expect(ts_tool("depmod"), 0, "", "");
}

/* m in three places. */
static void put_three(void)
{
	put_build_files("");
	put("extra/m.ko", .flags = 0);
	put("kernel/m.ko", .flags = 0);
	put("updates/m.ko", .flags = 0);
}

START_TEST(updates_win_by_default)
{
	put_three();
	expect_quiet_run();
	expect_file("modules.dep", "updates/m.ko:\n");
}
END_TEST

START_TEST(first_searched_directory_wins)
{
	put_three();
	ts_write("etc/depmod.d/a.conf", "search extra updates built-in\n");
	expect_quiet_run();
	expect_file("modules.dep", "extra/m.ko:\n");
}
END_TEST

START_TEST(version_that_repeats_too_much_is_refused)
{
	put_three();
	ts_write("etc/depmod.d/a.conf", "override m 6{99}{99} extra\n");
	struct ts_result r = ts_tool("depmod", TS_KERNEL);

	ts_expect(r, 0, "",
		  "depmod: ERROR: /etc/depmod.d/a.conf:1: '6{99}{99}' repeats too much: "
		  "the "
		  "line matches no kernel\n");
}
END_TEST

START_TEST(search_continues_over_files_in_name_order)
{
	put_three();
	ts_write(DISTCONFDIR "/depmod.d/20.conf", "search updates\n");
	ts_write("etc/depmod.d/10.conf", "search nosuch \\\n kernel\n");
	expect_quiet_run();
	expect_file("modules.dep", "kernel/m.ko:\n");
}
END_TEST

START_TEST(built_in_stands_for_every_other_place)
{
	put_three();
	ts_write("etc/depmod.d/a.conf", "search built-in updates extra\n");
	expect_quiet_run();
	expect_file("modules.dep", "kernel/m.ko:\n");
}
END_TEST

START_TEST(places_not_listed_rank_lowest)
{
	put_build_files("");
	put("a/m.ko", .flags = 0);
	put("z/m.ko", .flags = 0);
	ts_write("etc/depmod.d/a.conf", "search z\n");
	expect_quiet_run();
	expect_file("modules.dep", "z/m.ko:\n");
}
END_TEST

START_TEST(search_wants_whole_components)
{
	put_build_files("");
	put("aa/m.ko", .flags = 0);
	put("zz/m.ko", .flags = 0);
	ts_write("etc/depmod.d/a.conf", "search z zz/\n");
	expect_quiet_run();
	expect_file("modules.dep", "zz/m.ko:\n");
}
END_TEST

START_TEST(last_override_wins_outright)
{
	put_three();
	ts_write("etc/depmod.d/a.conf", "search updates\n"
					"override m * kernel\n"
					"override m ^6\\\\.1 extra\n"
					"override m ^9 updates\n");
	expect_quiet_run();
	expect_file("modules.dep", "extra/m.ko:\n");
}
END_TEST

START_TEST(override_takes_the_spelling_of_the_file)
{
	put_build_files("");
	put("b/n-x.ko", .flags = 0);
	put("a/n_x.ko", .flags = 0);
	ts_write("etc/depmod.d/a.conf", "override n-x * b\n");
	expect_quiet_run();
	expect_file("modules.dep", "b/n-x.ko:\n");
}
END_TEST

START_TEST(external_modules_are_listed_by_absolute_path)
{
	put_build_files("");
	put("/opt/ext/sub/e.ko", .exports = FORGE_SYMBOLS({ .name = "e", .crc = 1 }));
	put("kernel/a.ko", .imports = FORGE_SYMBOLS({ .name = "e" }));
	ts_write("etc/depmod.d/a.conf", "external * /opt/ext/\nexternal ^9 /opt\n");
	expect_quiet_run();
	expect_file("modules.dep",
		    "/opt/ext/sub/e.ko:\nkernel/a.ko: /opt/ext/sub/e.ko\n");
}
END_TEST

START_TEST(external_loses_unless_it_is_searched_first)
{
	put_build_files("");
	put("/opt/ext/m.ko", .flags = 0);
	put("kernel/m.ko", .flags = 0);
	ts_write("etc/depmod.d/a.conf", "external * /opt/ext\n");
	expect_quiet_run();
	expect_file("modules.dep", "kernel/m.ko:\n");
	ts_append("etc/depmod.d/a.conf", "search external built-in\n");
	expect_quiet_run();
	expect_file("modules.dep", "/opt/ext/m.ko:\n");
}
END_TEST

START_TEST(missing_external_directory_is_reported_and_ignored)
{
	put_build_files("");
	put("a.ko", .flags = 0);
	ts_write("etc/depmod.d/a.conf", "external * /nodir\nexternal * opt\n");
	expect(ts_tool("depmod"), 0, "",
	       "depmod: ERROR: /etc/depmod.d/a.conf:2: external directory 'opt' is not "
	       "absolute, "
	       "ignored\n"
	       "depmod: ERROR: could not open directory /nodir: No such file or "
	       "directory\n");
	expect_file("modules.dep", "a.ko:\n");
}
END_TEST

START_TEST(excluded_names_are_skipped_at_any_depth)
{
	put_build_files("");
	put("a.ko", .flags = 0);
	put("x/b.ko", .flags = 0);
	put("x/skip/c.ko", .flags = 0);
	put("y/z.ko", .flags = 0);
	ts_write("etc/depmod.d/a.conf", "exclude skip b.ko\nexclude y/z.ko\n");
	expect_quiet_run();
	expect_file("modules.dep", "a.ko:\ny/z.ko:\n");
}
END_TEST

START_TEST(bad_lines_are_named_and_skipped)
{
	put_three();
	ts_write("etc/depmod.d/a.conf",
		 "# comment\n  # indented\nbogus x\noverride m *\n"
		 "override m ( extra\nexternal *\nsearch extra\r\n");
	expect(ts_tool("depmod"), 0, "",
	       "depmod: ERROR: /etc/depmod.d/a.conf:3: ignoring bad line starting with "
	       "'bogus'\n"
	       "depmod: ERROR: /etc/depmod.d/a.conf:4: ignoring bad line starting with "
	       "'override'\n"
	       "depmod: ERROR: /etc/depmod.d/a.conf:5: '(' is no regular expression: the "
	       "line matches no kernel\n"
	       "depmod: ERROR: /etc/depmod.d/a.conf:6: ignoring bad line starting with "
	       "'external'\n");
	expect_file("modules.dep", "extra/m.ko:\n");
}
END_TEST

START_TEST(directives_of_old_releases_are_silent)
{
	put_build_files("");
	ts_write("etc/depmod.d/a.conf", "include /x\nmake_map_files no\n");
	expect_quiet_run();
	expect(ts_tool("depmod", "-vv"), 0, "",
	       "depmod: INFO: /etc/depmod.d/a.conf:1: command include not implemented "
	       "yet\n"
	       "depmod: INFO: /etc/depmod.d/a.conf:2: command make_map_files not "
	       "implemented yet\n");
}
END_TEST

START_TEST(config_option_replaces_the_directories)
{
	put_three();
	ts_write("etc/depmod.d/a.conf", "search extra\n");
	ts_write("my/b.conf", "search kernel\n");
	ts_write("other", "search extra\n");
	expect(ts_tool("depmod", "-C", "/my", "-C", "/nosuch"), 0, "",
	       "depmod: WARNING: configuration /nosuch: No such file or directory\n");
	expect_file("modules.dep", "kernel/m.ko:\n");
	expect(ts_tool("depmod", "-C", "/other"), 0, "", "");
	expect_file("modules.dep", "extra/m.ko:\n");
}
END_TEST

START_TEST(config_file_without_a_slash_works)
{
	put_three();
	ts_write("c.conf", "search extra\n");
	expect(ts_tool("depmod", "-C", "c.conf"), 0, "", "");
	expect_file("modules.dep", "extra/m.ko:\n");
}
END_TEST

START_TEST(configuration_is_not_read_for_named_files)
{
	put_three();
	ts_write("etc/depmod.d/a.conf", "bogus\n");
	struct ts_result r = ts_tool("depmod", TS_KERNEL, "/" TS_MODULES "/extra/m.ko");

	ts_expect(r, 0, "",
		  "depmod: WARNING: the indexes will hold only the 1 module named\n");
	expect_file("modules.dep", "extra/m.ko:\n");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		updates_win_by_default,
		first_searched_directory_wins,
		version_that_repeats_too_much_is_refused,
		search_continues_over_files_in_name_order,
		built_in_stands_for_every_other_place,
		places_not_listed_rank_lowest,
		search_wants_whole_components,
		last_override_wins_outright,
		override_takes_the_spelling_of_the_file,
		external_modules_are_listed_by_absolute_path,
		external_loses_unless_it_is_searched_first,
		missing_external_directory_is_reported_and_ignored,
		excluded_names_are_skipped_at_any_depth,
		bad_lines_are_named_and_skipped,
		directives_of_old_releases_are_silent,
		config_option_replaces_the_directories,
		config_file_without_a_slash_works,
		configuration_is_not_read_for_named_files,
		NULL,
	};

	return ts_run("cli_depmod_config", tests, NULL, NULL);
}
