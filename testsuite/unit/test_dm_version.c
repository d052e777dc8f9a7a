/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-version.h"

#include <errno.h>
#include <string.h>

#include "testsuite/lib/ts.h"

static void expect(const char *pattern, int want)
{
	ck_assert_msg(dm_version_matches(pattern, "6.1.0-x") == want, "'%s' gives %d",
		      pattern, dm_version_matches(pattern, "6.1.0-x"));
}

START_TEST(star_is_for_every_kernel)
{
	expect("*", 1);
}
END_TEST

START_TEST(pattern_is_searched_in_the_version)
{
	expect("1.0", 1);
	expect("^6\\.", 1);
	expect("^1", 0);
	expect("[[:digit:]]{1,2}[.]0-", 1);
	expect("6(\\.[0-9]+){2}(-x|-y)?$", 1);
	expect("[]6][^]]", 1);
}
END_TEST

START_TEST(what_is_no_expression_is_an_error)
{
	expect("(", -EINVAL);
	expect("[", -EINVAL);
	expect("[^", -EINVAL);
	expect("\\", -EINVAL);
	ck_assert_ptr_nonnull(strstr(dm_version_error(-EINVAL), "no regular expression"));
}
END_TEST

/* Each would take gigabytes. */
START_TEST(repetitions_that_multiply_are_refused)
{
	expect("6++++++++++++++++++++++++++++++", -E2BIG);
	expect("(6{255}){255}", -E2BIG);
	expect("(6{99,}){0,99}", -E2BIG);
	expect("((((((((((((x+)+)+)+)+)+)+)+)+)+)+)+)+", -E2BIG);
	expect(")6++++++++++++++++++++++++++++++", -E2BIG);
	expect(")++++++++++++++++++++++++++++++", -E2BIG);
	expect("++++++++++++++++++++++++++++++", -E2BIG);
	expect("(+++++++++++++++++++++++++++++)", -E2BIG);
	expect("|++++++++++++++++++++++++++++++", -E2BIG);
	expect("6*******************+++++++++", -E2BIG);
	expect("6??????????????????", -E2BIG);
	expect("a{x6++++++++++++++++++++++++++++++}", -E2BIG);
	expect("6{99999999999999999999}{9}", -E2BIG);
	ck_assert_ptr_nonnull(strstr(dm_version_error(-E2BIG), "repeats too much"));
}
END_TEST

START_TEST(long_and_deep_patterns_are_refused)
{
	static char text[8192];

	memset(text, '(', 100);
	expect(text, -E2BIG);
	memset(text, '{', sizeof(text) - 1);
	expect(text, -E2BIG);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		star_is_for_every_kernel,           pattern_is_searched_in_the_version,
		what_is_no_expression_is_an_error,  repetitions_that_multiply_are_refused,
		long_and_deep_patterns_are_refused, NULL,
	};

	return ts_run("dm_version", tests, NULL, NULL);
}
