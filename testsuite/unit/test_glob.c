/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/glob.h"

#include <fnmatch.h>
#include <string.h>

#include "testsuite/lib/ts.h"

/* Byte by byte, on a branch of its own at every step, as a tree walk does. */
static bool match_in_steps(const char *pattern, const char *text)
{
	struct glob g;
	char taken[256] = "";
	bool alive = true;

	glob_init(&g, text, strlen(text));
	struct glob_at at = glob_begin(&g);
	for (size_t i = 0; pattern[i] && alive; i++) {
		struct glob_at next = glob_branch(&g, &at);

		taken[i] = pattern[i];
		taken[i + 1] = '\0';
		alive = glob_step(&g, &next, taken, i);
		at = next;
	}
	bool matches = alive && glob_done(&g, &at, taken);
	ck_assert(!g.failed);
	glob_fini(&g);
	return matches;
}

START_TEST(patterns_match_what_they_say)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "a", "a", true },
		{ "*", "", true },
		{ "*", "a/b", true },
		{ "*", ".a", true },
		{ "**a", "bca", true },
		{ "?", "", false },
		{ "?", "/", true },
		{ "a?c", "abc", true },
		{ "*b*", "abc", true },
		{ "*b", "abc", false },
		{ "[abc]", "b", true },
		{ "[!abc]", "b", false },
		{ "[^abc]", "x", true },
		{ "[a-c]", "b", true },
		{ "[c-a]", "b", false },
		{ "[]a]", "]", true },
		{ "[!]a]", "]", false },
		{ "[a-]", "-", true },
		{ "[-a]", "-", true },
		{ "[--0]", ".", true },
		{ "[/]", "/", true },
		{ "[a-c-e]", "-", true },
		{ "[a-c-e]", "d", false },
		{ "[[:digit:]]", "7", true },
		{ "[[:digit:]x]", "x", true },
		{ "[![:digit:]]", "7", false },
		{ "[[:nosuch:]]", "n", false },
		{ "[![:nosuch:]]", "x", false },
		{ "[[=a=]]", "a", true },
		{ "[[.-.]]", "-", true },
		{ "[[.xy.]]", "x", false },
		{ "[\\]]", "]", true },
		{ "[a\\-c]", "b", false },
		{ "[a\\-c]", "-", true },
		{ "[a", "[a", true },
		{ "*[", "x[", true },
		{ "[]", "[]", true },
		{ "[!", "[!", true },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "a\\", "a\\", false },
		{ "\\a", "a", true },
		{ "[a-z]", "\xe4", false },
		{ "?", "\xe4", true },
		{ "\xe4*", "\xe4x", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_msg(glob_match(rows[i].pattern, rows[i].text) ==
				      rows[i].matches,
			      "'%s' on '%s'", rows[i].pattern, rows[i].text);
		ck_assert_msg(match_in_steps(rows[i].pattern, rows[i].text) ==
				      rows[i].matches,
			      "'%s' on '%s' in steps", rows[i].pattern, rows[i].text);
	}
}
END_TEST

START_TEST(every_class_has_the_members_of_the_c_locale)
{
	static const char *const classes[] = {
		"alpha", "digit", "alnum", "upper", "lower", "space",
		"blank", "punct", "print", "graph", "cntrl", "xdigit",
	};

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		const char *pattern = ts_fmt("[[:%s:]]", classes[i]);

		for (int c = 1; c < 256; c++) {
			const char text[] = { (char)c, '\0' };

			ck_assert_msg(glob_match(pattern, text) ==
					      (fnmatch(pattern, text, 0) == 0),
				      "%s, byte %d", pattern, c);
		}
	}
}
END_TEST

/* The same sequence on every machine. */
static unsigned next_random(void)
{
	static unsigned long long state = 12345;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(state >> 33);
}

static void random_string(char *s, const char *alphabet, size_t max)
{
	size_t n = next_random() % (max + 1);

	for (size_t i = 0; i < n; i++)
		s[i] = alphabet[next_random() % strlen(alphabet)];
	s[n] = '\0';
}

/* Pieces that are whole, so that no libc's view of malformed brackets is asked for. */
static void random_pattern(char *s)
{
	static const char *const pieces[] = {
		"a",    "b",    "c",           "-",      "*",    "*",     "?",
		"\\*",  "\\b",  "[ab]",        "[!a]",   "[^b]", "[a-b]", "[]a]",
		"[!]]", "[a-]", "[[:alpha:]]", "[\\]a]", "]",
	};
	size_t n = next_random() % 7;

	for (*s = '\0'; n > 0; n--)
		strcat(s, pieces[next_random() % ARRAY_SIZE(pieces)]);
}

START_TEST(both_ways_agree_with_fnmatch)
{
	char pattern[128], text[16];
	unsigned matched = 0;

	for (int i = 0; i < 100000; i++) {
		random_pattern(pattern);
		random_string(text, "abc-*]", 6);
		bool expected = fnmatch(pattern, text, 0) == 0;

		matched += expected;
		ck_assert_msg(glob_match(pattern, text) == expected, "'%s' on '%s'",
			      pattern, text);
		ck_assert_msg(match_in_steps(pattern, text) == expected,
			      "'%s' on '%s' in steps", pattern, text);
	}
	ck_assert_uint_gt(matched, 1000);
}
END_TEST

START_TEST(steps_agree_on_malformed_brackets_too)
{
	char pattern[16], text[16];

	for (int i = 0; i < 100000; i++) {
		random_string(pattern, "ab*?[]-!^\\:.=", 11);
		random_string(text, "ab]-[!\\:", 7);
		ck_assert_msg(glob_match(pattern, text) == match_in_steps(pattern, text),
			      "'%s' on '%s'", pattern, text);
	}
}
END_TEST

START_TEST(many_stars_cost_no_more_than_pattern_times_text)
{
	char pattern[2 * 200 + 2], text[4001];

	for (int i = 0; i < 200; i++)
		memcpy(pattern + 2 * i, "*a", 2);
	strcpy(pattern + 400, "b");
	memset(text, 'a', 4000);
	text[4000] = '\0';
	ck_assert(!glob_match(pattern, text));
}
END_TEST

START_TEST(long_lists_of_places_move_to_the_heap)
{
	char text[4001];

	memset(text, 'a', 4000);
	text[4000] = '\0';
	ck_assert(match_in_steps("*a?[ab]a", text));
	ck_assert(!match_in_steps("*a?[!a]a", text));
}
END_TEST

START_TEST(only_wildcards_and_backslashes_make_a_pattern)
{
	ck_assert(!glob_is_pattern("a-b]"));
	ck_assert(!glob_is_pattern(""));
	ck_assert(glob_is_pattern("a*"));
	ck_assert(glob_is_pattern("?"));
	ck_assert(glob_is_pattern("a[b"));
	ck_assert(glob_is_pattern("a\\b"));
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		patterns_match_what_they_say,
		every_class_has_the_members_of_the_c_locale,
		both_ways_agree_with_fnmatch,
		steps_agree_on_malformed_brackets_too,
		many_stars_cost_no_more_than_pattern_times_text,
		long_lists_of_places_move_to_the_heap,
		only_wildcards_and_backslashes_make_a_pattern,
		NULL,
	};
	return ts_run("glob", tests, NULL, NULL);
}
