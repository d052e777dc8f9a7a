/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/params.h"

#include "testsuite/lib/ts.h"

static void expect(char *const *words, int n, const char *want)
{
	char *text = params_join(words, n);

	ck_assert_str_eq(text, want);
	free(text);
}

START_TEST(words_are_joined_by_single_blanks)
{
	char *words[] = { (char *)"a=1", (char *)"flag", (char *)"b=2" };

	expect(words, 3, "a=1 flag b=2");
	expect(words, 1, "a=1");
}
END_TEST

START_TEST(nothing_is_an_empty_string)
{
	expect(NULL, 0, "");
}
END_TEST

START_TEST(values_with_blanks_are_quoted_unless_they_are)
{
	char *words[] = { (char *)"b=x y", (char *)"c='q r'", (char *)"d=\"s t\"",
			  (char *)"=u v" };

	expect(words, 4, "b=\"x y\" c='q r' d=\"s t\" =\"u v\"");
}
END_TEST

START_TEST(words_without_a_value_stay)
{
	char *words[] = { (char *)"two words", (char *)"", (char *)"x y=z" };

	expect(words, 3, "two words  x y=z");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		words_are_joined_by_single_blanks,
		nothing_is_an_empty_string,
		values_with_blanks_are_quoted_unless_they_are,
		words_without_a_value_stay,
		NULL,
	};

	return ts_run("params", tests, NULL, NULL);
}
