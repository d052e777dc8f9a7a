/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-config.h"

#include <string.h>

#include "testsuite/lib/ts.h"

static struct dm_config config;
static struct dm_diags diags;

static void parse(const char *text)
{
	config = (struct dm_config){ .arena = ARENA_INIT };
	diags = DM_DIAGS_INIT;
	ck_assert_int_eq(dm_config_parse(&config, "f", bytes_of(text, strlen(text)),
					 "6.1.0-x", &diags),
			 0);
	ck_assert_int_eq(dm_config_complete(&config), 0);
}

static void teardown(void)
{
	dm_config_fini(&config);
	dm_diags_fini(&diags);
}

START_TEST(updates_are_searched_by_default)
{
	parse("");
	ck_assert_uint_eq(config.searches.n, 1);
	ck_assert_str_eq(config.searches.at[0].dir, "updates");
}
END_TEST

START_TEST(search_words_have_kinds)
{
	parse("search a/b/ built-in\nsearch external\n");
	ck_assert_uint_eq(config.searches.n, 3);
	ck_assert_str_eq(config.searches.at[0].dir, "a/b");
	ck_assert_uint_eq(config.searches.at[0].dir_len, 3);
	ck_assert_int_eq(config.searches.at[1].kind, DM_SEARCH_BUILTIN);
	ck_assert_int_eq(config.searches.at[2].kind, DM_SEARCH_EXTERNAL);
}
END_TEST

START_TEST(versions_are_matched_anywhere_in_the_release)
{
	static const struct {
		const char *version;
		bool matches;
	} rows[] = {
		{ "*", true },   { "6\\\\.1", true },     { "1", true },
		{ "^1", false }, { "x$", true },          { "7", false },
		{ "(", false },  { "6.1.0-(x|y)", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		parse(ts_fmt("override m %s d\n", rows[i].version));
		ck_assert_msg(config.overrides.n == (rows[i].matches ? 1 : 0), "%s",
			      rows[i].version);
		ck_assert_uint_eq(diags.list.n, rows[i].version[0] == '(');
		teardown();
	}
	parse("");
}
END_TEST

START_TEST(override_becomes_a_path)
{
	parse("override foo-bar * extra/x\n");
	ck_assert_str_eq(config.overrides.at[0], "extra/x/foo-bar");
}
END_TEST

START_TEST(external_directories_are_absolute)
{
	parse("external * /opt//\nexternal * rel\nexternal * /\n");
	ck_assert_uint_eq(config.externals.n, 2);
	ck_assert_str_eq(config.externals.at[0], "/opt");
	ck_assert_str_eq(config.externals.at[1], "/");
	ck_assert_str_eq(diags.list.at[0].text,
			 "f:2: external directory 'rel' is not absolute, ignored");
}
END_TEST

START_TEST(excluded_names_are_found)
{
	parse("exclude a b\nexclude c\nexclude\n");
	ck_assert(dm_config_excludes(&config, "a"));
	ck_assert(dm_config_excludes(&config, "c"));
	ck_assert(!dm_config_excludes(&config, "d"));
	ck_assert_uint_eq(diags.list.n, 0);
}
END_TEST

START_TEST(bad_lines_have_file_and_line)
{
	parse("\n\nnonsense a b\nSearch a\n");
	ck_assert_uint_eq(diags.list.n, 2);
	ck_assert_str_eq(diags.list.at[0].text,
			 "f:3: ignoring bad line starting with 'nonsense'");
	ck_assert_str_eq(diags.list.at[1].text,
			 "f:4: ignoring bad line starting with 'Search'");
	ck_assert_int_eq(diags.list.at[0].priority, LOG_ERR);
}
END_TEST

START_TEST(newest_file_is_known)
{
	const char *paths[] = { ts_path("a.conf"), ts_path("dir"), NULL };

	ts_write("a.conf", "search x\n");
	ts_write("dir/b.conf", "search y\n");
	ts_set_mtime("dir/b.conf", 4000000000LL);
	diags = DM_DIAGS_INIT;
	ck_assert_int_eq(dm_config_load(paths, "6", &config, &diags), 0);
	ck_assert_uint_eq(config.searches.n, 2);
	ck_assert(config.newest_usec == 4000000000000000ULL);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		updates_are_searched_by_default,
		search_words_have_kinds,
		versions_are_matched_anywhere_in_the_release,
		override_becomes_a_path,
		external_directories_are_absolute,
		excluded_names_are_found,
		bad_lines_have_file_and_line,
		newest_file_is_known,
		NULL,
	};

	return ts_run("dm_config", tests, NULL, teardown);
}
