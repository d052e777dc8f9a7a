/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/modprobe-env.h"

#include <stdlib.h>
#include <string.h>

#include "testsuite/lib/ts.h"

static char *const own[] = { (char *)"modprobe", (char *)"foo", NULL };

/* The words between argv[0] and the command line's own, each in <>. */
static const char *words(const char *text)
{
	struct env_args args;
	const char *out = "";

	ck_assert_int_eq(env_args_build(&args, text, 2, own), 0);
	ck_assert_uint_eq(args.argv.n, args.n_env + 3);
	ck_assert_str_eq(args.argv.at[0], "modprobe");
	ck_assert_str_eq(args.argv.at[args.argv.n - 2], "foo");
	ck_assert_ptr_null(args.argv.at[args.argv.n - 1]);
	for (size_t i = 1; i <= args.n_env; i++)
		out = ts_fmt("%s<%s>", out, args.argv.at[i]);
	env_args_fini(&args);
	return out;
}

START_TEST(d28_blanks_make_no_empty_words)
{
	ck_assert_str_eq(words("  -v   -q  "), "<-v><-q>");
	ck_assert_str_eq(words(""), "");
	ck_assert_str_eq(words("   "), "");
	ck_assert_str_eq(words("-C '/a b' "), "<-C></a b>");
}
END_TEST

START_TEST(only_the_blank_separates)
{
	ck_assert_str_eq(words("-a\tb"), "<-a\tb>");
}
END_TEST

START_TEST(quotes_group_and_may_stand_inside_a_word)
{
	ck_assert_str_eq(words("-d'/a b'/c \"x 'y\""), "<-d/a b/c><x 'y>");
	ck_assert_str_eq(words("'' x"), "<><x>");
	ck_assert_str_eq(words("a\\ b"), "<a\\><b>");
}
END_TEST

START_TEST(unterminated_quote_makes_the_rest_one_word)
{
	ck_assert_str_eq(words("-v 'a b c"), "<-v><'a b c>");
	ck_assert_str_eq(words("-v x'a b"), "<-v><x'a b>");
}
END_TEST

START_TEST(no_environment_changes_nothing)
{
	struct env_args args;

	ck_assert_int_eq(env_args_build(&args, NULL, 2, own), 0);
	ck_assert_uint_eq(args.argv.n, 3);
	env_args_fini(&args);
}
END_TEST

static const struct opt opts[] = {
	{ 'C', "config", "PATH", 'C', NULL, NULL },
	{ 's', "syslog", NULL, 's', NULL, NULL },
	{ 'q', "quiet", NULL, 'q', NULL, NULL },
	{ 'v', "verbose", NULL, 'v', NULL, NULL },
	{ 'n', NULL, NULL, 'n', NULL, NULL },
	{ 0, "old", NULL, 'n', NULL, "new" },
	{ 0 },
};
static const struct opt_command command = { .name = "modprobe", .opts = opts };

static const char *exported(const struct env_inherit *inherit, const char *before)
{
	const char *text;

	if (before)
		setenv("MODPROBE_OPTIONS", before, 1);
	else
		unsetenv("MODPROBE_OPTIONS");
	ck_assert_int_eq(env_export(inherit), 0);
	text = getenv("MODPROBE_OPTIONS");
	return text ? text : "(unset)";
}

START_TEST(messages_and_configuration_are_inherited)
{
	static const char *const paths[] = { "/a", "/b", NULL };
	const struct env_inherit all = { &command, paths, true, true, 2 };
	const struct env_inherit nothing = { .command = &command };

	ck_assert_str_eq(exported(&all, NULL), "-C /a -C /b -s -q -v -v");
	ck_assert_str_eq(exported(&nothing, NULL), "(unset)");
	ck_assert_str_eq(exported(&nothing, "-n loop"), "-n loop");
}
END_TEST

START_TEST(d28_values_are_quoted_so_that_they_read_back)
{
	static const char *const paths[] = { "/a b", "it's", "'\"' x", "", NULL };
	const struct env_inherit inherit = { .command = &command, .config_paths = paths };

	ck_assert_str_eq(words(exported(&inherit, NULL)),
			 "<-C></a b><-C><it's><-C><'\"' x><-C><>");
}
END_TEST

START_TEST(d28_nesting_repeats_nothing)
{
	static const char *const paths[] = { "/a b", NULL };
	const struct env_inherit inherit = { &command, paths, true, true, 2 };
	char *once = strdup(exported(&inherit, NULL));

	ck_assert_str_eq(exported(&inherit, once), once);
	free(once);
}
END_TEST

/* What the environment gives comes first in what was read. */
static const struct {
	const char *before, *after;
} spellings[] = {
	{ "-qsvv", "-qsvv -C /a -C /b" },
	{ "--verb -nq", "--verb -nq -C /a -C /b -s -v" },
	{ "-C/a --old", "-C/a --old -C /b -s -q -v -v" },
	{ "--config=/a --config /b", "--config=/a --config /b -s -q -v -v" },
	{ "x -v -- -q", "x -v -- -q -C /a -C /b -s -q -v" },
	{ "-C -v", "-C -v -C /b -s -q -v -v" },
};

START_TEST(d28_no_spelling_is_repeated)
{
	static const char *const paths[] = { "/a", "/b", NULL };
	const struct env_inherit inherit = { &command, paths, true, true, 2 };

	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++)
		ck_assert_str_eq(exported(&inherit, spellings[i].before),
				 spellings[i].after);
}
END_TEST

START_TEST(unterminated_quote_does_not_swallow_what_is_added)
{
	const struct env_inherit inherit = { .command = &command, .verbose = 1 };

	ck_assert_str_eq(words(exported(&inherit, "-q 'a b")), "<-q><'a b><-v>");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		d28_blanks_make_no_empty_words,
		only_the_blank_separates,
		quotes_group_and_may_stand_inside_a_word,
		unterminated_quote_makes_the_rest_one_word,
		no_environment_changes_nothing,
		messages_and_configuration_are_inherited,
		d28_values_are_quoted_so_that_they_read_back,
		d28_nesting_repeats_nothing,
		d28_no_spelling_is_repeated,
		unterminated_quote_does_not_swallow_what_is_added,
		NULL,
	};

	return ts_run("modprobe-env", tests, NULL, NULL);
}
