/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared/str.h"

#include <errno.h>
#include <stdlib.h>

#include "testsuite/lib/ts.h"

START_TEST(prefixes_and_suffixes)
{
	ck_assert(str_starts_with("modules.dep", "modules") && !str_starts_with("mod", "modules"));
	ck_assert(str_ends_with("foo.ko", ".ko") && str_ends_with("foo", ""));
	ck_assert(!str_ends_with("ko", ".ko") && !str_ends_with("foo.ko.xz", ".ko"));
}
END_TEST

START_TEST(basename_is_the_last_component)
{
	ck_assert_str_eq(str_basename("/sbin/modprobe"), "modprobe");
	ck_assert_str_eq(str_basename("modprobe"), "modprobe");
	ck_assert_str_eq(str_basename("a/b/"), "");
	ck_assert_str_eq(str_basename(""), "");
}
END_TEST

START_TEST(numbers_are_whole_strings)
{
	static const char *const bad[] = {
		"", " 1", "1 ", "1x", "x", "0x", "--1", "+-1", "+", "-", "\t1", "1\n", "08", "é",
	};
	uint64_t u = 77;
	int64_t s = 77;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		ck_assert_msg(str_to_u64(bad[i], 0, &u) == -EINVAL, "u64 '%s'", bad[i]);
		ck_assert_msg(str_to_i64(bad[i], 0, &s) == -EINVAL, "i64 '%s'", bad[i]);
	}
	ck_assert_uint_eq(u, 77);
	ck_assert_int_eq(s, 77);
}
END_TEST

START_TEST(numbers_follow_their_base)
{
	uint64_t u;
	int64_t s;

	ck_assert(str_to_u64("0x1f", 0, &u) == 0 && u == 31);
	ck_assert(str_to_u64("017", 0, &u) == 0 && u == 15);
	ck_assert(str_to_u64("ff", 16, &u) == 0 && u == 255);
	ck_assert(str_to_u64("017", 10, &u) == 0 && u == 17);
	ck_assert(str_to_u64("+5", 10, &u) == 0 && u == 5);
	ck_assert(str_to_i64("-5", 10, &s) == 0 && s == -5);
}
END_TEST

START_TEST(numbers_that_do_not_fit_are_refused)
{
	uint64_t u = 7;
	int64_t s = 7;

	ck_assert_int_eq(str_to_u64("18446744073709551616", 10, &u), -ERANGE);
	ck_assert_int_eq(str_to_u64("-1", 10, &u), -EINVAL);
	ck_assert_int_eq(str_to_i64("9223372036854775808", 10, &s), -ERANGE);
	ck_assert_int_eq(str_to_i64("-9223372036854775809", 10, &s), -ERANGE);
	ck_assert(u == 7 && s == 7);
	ck_assert(str_to_u64("18446744073709551615", 10, &u) == 0 && u == UINT64_MAX);
	ck_assert(str_to_i64("-9223372036854775808", 10, &s) == 0 && s == INT64_MIN);
}
END_TEST

static void expect_dump(size_t n, const char *want)
{
	unsigned char data[64];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(0xa0 + i);
	char *text = str_hex_dump(bytes_of(data, n));
	ck_assert_str_eq(text, want);
	free(text);
}

START_TEST(hex_dump_breaks_after_every_20th_byte_if_more_follow)
{
#define LINE1 "A0:A1:A2:A3:A4:A5:A6:A7:A8:A9:AA:AB:AC:AD:AE:AF:B0:B1:B2:B3"
#define LINE2 "B4:B5:B6:B7:B8:B9:BA:BB:BC:BD:BE:BF:C0:C1:C2:C3:C4:C5:C6:C7"
	expect_dump(0, "");
	expect_dump(1, "A0");
	expect_dump(20, LINE1);
	expect_dump(21, LINE1 ":\n\t\tB4");
	expect_dump(40, LINE1 ":\n\t\t" LINE2);
	expect_dump(41, LINE1 ":\n\t\t" LINE2 ":\n\t\tC8");
}
END_TEST

START_TEST(distance_counts_edits_up_to_its_cap)
{
	static const struct {
		const char *a, *b;
		unsigned max, want;
	} rows[] = {
		{ "", "", 2, 0 },           { "same", "same", 0, 0 },
		{ "options", "optoins", 3, 2 }, { "kitten", "sitting", 5, 3 },
		{ "kitten", "sitting", 2, 3 },  { "a", "", 5, 1 },
		{ "", "abc", 5, 3 },        { "", "abc", 1, 2 },
		{ "abc", "abcd", 3, 1 },    { "xabc", "abc", 3, 1 },
		{ "aaa", "aaaa", 0, 1 },    { "flaw", "lawn", 4, 2 },
		{ "a", "b", UINT32_MAX, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_msg(str_distance(rows[i].a, rows[i].b, rows[i].max) == rows[i].want,
			      "'%s' '%s'", rows[i].a, rows[i].b);
		ck_assert_msg(str_distance(rows[i].b, rows[i].a, rows[i].max) == rows[i].want,
			      "'%s' '%s'", rows[i].b, rows[i].a);
	}
}
END_TEST

START_TEST(distance_of_very_long_texts_is_just_large)
{
	char a[400], b[400];

	memset(a, 'a', sizeof(a));
	memset(b, 'b', sizeof(b));
	a[399] = b[399] = '\0';
	ck_assert_uint_eq(str_distance(a, b, 1000), 1001);
	ck_assert_uint_eq(str_distance(a, a, 1000), 0);
	a[STR_DISTANCE_LEN] = b[STR_DISTANCE_LEN] = '\0';
	ck_assert_uint_eq(str_distance(a, b, 1000), STR_DISTANCE_LEN);
}
END_TEST

static void expect_printable(const char *s, const char *keep, const char *want)
{
	char *text = str_printable(s, keep);

	ck_assert_str_eq(text, want);
	free(text);
}

START_TEST(printable_text_stays_as_it_is)
{
	expect_printable("", "", "");
	expect_printable("plain ~ text\\", "", "plain ~ text\\");
	expect_printable("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7 \xef\xbf\xbd", "",
			 "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7 \xef\xbf\xbd");
}
END_TEST

START_TEST(control_codes_become_harmless)
{
	expect_printable("\x1b[2Jx\x7f\r\n", "", "\\x1B[2Jx\\x7F\\x0D\\x0A");
	expect_printable("a\n\tb\x1b", "\n\t", "a\n\tb\\x1B");
	/* CSI as the one code U+009B */
	expect_printable("\xc2\x9b" "2J\xc2\xa0", "", "\\xC2\\x9B2J\xc2\xa0");
}
END_TEST

START_TEST(bytes_that_are_not_utf8_become_harmless)
{
	expect_printable("\x80", "", "\\x80");
	expect_printable("\xc0\xaf", "", "\\xC0\\xAF");
	expect_printable("\xe0\x80\xaf", "", "\\xE0\\x80\\xAF");
	expect_printable("\xed\xa0\x80", "", "\\xED\\xA0\\x80");
	expect_printable("\xf4\x90\x80\x80", "", "\\xF4\\x90\\x80\\x80");
	expect_printable("\xff" "e\xe2\x82", "", "\\xFFe\\xE2\\x82");
	expect_printable("\xf0\x9f", "", "\\xF0\\x9F");
}
END_TEST

START_TEST(without_memory_there_is_no_text)
{
	if (!ts_can_fail_alloc())
		return;
	ts_fail("alloc", 1, ENOMEM);
	char *dump = str_hex_dump(bytes_of("x", 1));
	ts_fail_off();
	ts_fail("alloc", 1, ENOMEM);
	char *text = str_printable("x", "");
	ts_fail_off();
	ck_assert(!dump && !text);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		prefixes_and_suffixes,
		basename_is_the_last_component,
		numbers_are_whole_strings,
		numbers_follow_their_base,
		numbers_that_do_not_fit_are_refused,
		hex_dump_breaks_after_every_20th_byte_if_more_follow,
		distance_counts_edits_up_to_its_cap,
		distance_of_very_long_texts_is_just_large,
		printable_text_stays_as_it_is,
		control_codes_become_harmless,
		bytes_that_are_not_utf8_become_harmless,
		without_memory_there_is_no_text,
		NULL,
	};
	return ts_run_trapped("str", tests, NULL, NULL);
}
