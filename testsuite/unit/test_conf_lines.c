/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/unit/conf-test.h"

/* Logical lines as "n<line> ". */
static const char *lines_of(const char *data, size_t len)
{
	struct conf_lines it;
	const char *all = "", *line;
	int error = 0;

	conf_lines_init(&it, bytes_of(data, len));
	while ((line = conf_lines_next(&it, &error)))
		all = ts_fmt("%s%u<%s> ", all, it.line_no, line);
	ck_assert_int_eq(error, 0);
	conf_lines_fini(&it);
	return all;
}

#define LINES(s) lines_of(s, sizeof(s) - 1)

START_TEST(lines_are_numbered_by_their_last_physical_line)
{
	ck_assert_str_eq(LINES("a\nb\n\nc"), "1<a> 2<b> 4<c> ");
	ck_assert_str_eq(LINES("a\\\nb\nc\n"), "2<ab> 3<c> ");
	ck_assert_str_eq(LINES(""), "");
	ck_assert_str_eq(LINES("\n\n"), "");
}
END_TEST

START_TEST(a_backslash_joins_lines_or_protects_a_byte)
{
	ck_assert_str_eq(LINES("a \\\n b\\\nc\n"), "3<a  bc> ");
	ck_assert_str_eq(LINES("\\a\\\\b\\\"\n"), "1<a\\b\"> ");
	ck_assert_str_eq(LINES("a\\\\\nb\n"), "1<a\\> 2<b> ");
	ck_assert_str_eq(LINES("a\\"), "1<a> ");
	ck_assert_str_eq(LINES("\\"), "");
	ck_assert_str_eq(LINES("\\\n\\\n"), "");
	ck_assert_str_eq(LINES("a\\\n"), "1<a> ");
}
END_TEST

START_TEST(d18_comments_may_be_indented)
{
	ck_assert_str_eq(LINES("# a\n  # b\n\t#c\nd # e\n"), "4<d # e> ");
	ck_assert_str_eq(LINES("  \t\n \n"), "");
	ck_assert_str_eq(LINES("\t a\n"), "1<a> ");
}
END_TEST

START_TEST(a_comment_that_ends_in_a_backslash_takes_the_next_line_with_it)
{
	ck_assert_str_eq(LINES("# a\\\nb\nc\n"), "3<c> ");
	ck_assert_str_eq(LINES("# a\\b\nc\n"), "2<c> ");
	ck_assert_str_eq(LINES(" \\\nb\n"), "2<b> ");
}
END_TEST

START_TEST(d18_a_cr_before_the_newline_is_dropped)
{
	ck_assert_str_eq(LINES("a\r\nb\r\n\r\n#\r\n"), "1<a> 2<b> ");
	ck_assert_str_eq(LINES("a\\\r\nb\r\n"), "2<ab> ");
	ck_assert_str_eq(LINES("a\rb\n"), "1<a\rb> ");
	ck_assert_str_eq(LINES("a\r"), "1<a> ");
	ck_assert_str_eq(LINES(" \r \n\r\r"), "");
}
END_TEST

START_TEST(a_nul_ends_the_line)
{
	ck_assert_str_eq(LINES("a\0b\nc\n"), "1<a> 2<c> ");
	ck_assert_str_eq(LINES("\0b\nc\n"), "2<c> ");
	ck_assert_str_eq(LINES("a\\\0b\nc\n"), "1<a> 2<c> ");
}
END_TEST

START_TEST(lines_may_be_of_any_length)
{
	enum { LEN = 300000 };
	char *text = malloc(LEN);
	struct conf_lines it;
	int error = 0;

	memset(text, 'x', LEN);
	conf_lines_init(&it, bytes_of(text, LEN));
	ck_assert_uint_eq(strlen(conf_lines_next(&it, &error)), LEN);
	ck_assert_ptr_null(conf_lines_next(&it, &error));
	conf_lines_fini(&it);
	free(text);
}
END_TEST

START_TEST(words_are_cut_off_at_blanks_and_leave_the_rest_verbatim)
{
	char text[] = "  a\tb  c ", *rest = text, *end;

	ck_assert_str_eq(conf_next_word(&rest), "a");
	ck_assert_str_eq(rest, "b  c ");
	ck_assert_str_eq(conf_next_word(&rest), "b");
	ck_assert_str_eq(rest, " c ");
	ck_assert_str_eq(conf_next_word(&rest), "c");
	ck_assert_str_eq(rest, "");
	end = rest;
	ck_assert_ptr_null(conf_next_word(&rest));
	ck_assert_ptr_eq(rest, end);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		lines_are_numbered_by_their_last_physical_line,
		a_backslash_joins_lines_or_protects_a_byte,
		d18_comments_may_be_indented,
		a_comment_that_ends_in_a_backslash_takes_the_next_line_with_it,
		d18_a_cr_before_the_newline_is_dropped,
		a_nul_ends_the_line,
		lines_may_be_of_any_length,
		words_are_cut_off_at_blanks_and_leave_the_rest_verbatim,
		NULL,
	};
	return ts_run("conf_lines", tests, NULL, NULL);
}
