/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/columns.h"

#include <errno.h>

#include "testsuite/lib/ts.h"

static const struct columns_head heads[] = {
	{ "NAME", false, true },
	{ "NUMBER", true, false },
	{ "WORD", false, false },
};

static void add_rows(struct columns *c)
{
	size_t a, b;

	columns_init(c, heads, ARRAY_SIZE(heads));
	a = columns_add(c, COLUMNS_NO_PARENT, (const char *const[]){ "a", "1", "x" });
	b = columns_add(c, a, (const char *const[]){ "bcdef", "1234567", "y" });
	columns_add(c, b, (const char *const[]){ "g", "5", "long words" });
	columns_add(c, a, (const char *const[]){ "h", "-", "z" });
	columns_add(c, COLUMNS_NO_PARENT, (const char *const[]){ "i", "7", "w" });
}

static const char *text_of(const struct columns *c,
			   int (*print)(const struct columns *, FILE *), int *r)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(out);
	*r = print(c, out);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

START_TEST(branches_and_numbers_are_aligned)
{
	struct columns c;
	const char *text;
	int r;

	add_rows(&c);
	text = text_of(&c, columns_print_plain, &r);
	ck_assert_int_eq(r, 0);
	ck_assert_str_eq(text, "NAME     NUMBER WORD\n"
			       "a             1 x\n"
			       "|-bcdef 1234567 y\n"
			       "| `-g         5 long words\n"
			       "`-h           - z\n"
			       "i             7 w\n");
	free((char *)text);
	columns_fini(&c);
}
END_TEST

START_TEST(library_draws_the_same)
{
	const char *ours, *theirs;
	struct columns c;
	int r, smart;

	add_rows(&c);
	ours = text_of(&c, columns_print_plain, &r);
	theirs = text_of(&c, columns_print_smart, &smart);
	/* A machine without it has nothing to compare. */
	if (smart == 0)
		ck_assert_str_eq(theirs, ours);
	else
		ck_assert(smart == -ENOSYS || smart == -ENOENT);
	free((char *)ours);
	free((char *)theirs);
	columns_fini(&c);
}
END_TEST

START_TEST(cells_are_made_printable)
{
	struct columns c;
	const char *text;
	int r;

	columns_init(&c, heads, 1);
	columns_add(&c, COLUMNS_NO_PARENT, (const char *const[]){ "\x1b[m\xff" });
	text = text_of(&c, columns_print_plain, &r);
	ck_assert_str_eq(text, "NAME\n\\x1B[m\\xFF\n");
	free((char *)text);
	columns_fini(&c);
}
END_TEST

START_TEST(table_without_rows_has_its_heads)
{
	struct columns c;
	const char *text;
	int r;

	columns_init(&c, heads, ARRAY_SIZE(heads));
	text = text_of(&c, columns_print, &r);
	ck_assert_str_eq(text, "NAME NUMBER WORD\n");
	free((char *)text);
	columns_fini(&c);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		branches_and_numbers_are_aligned,
		library_draws_the_same,
		cells_are_made_printable,
		table_without_rows_has_its_heads,
		NULL,
	};

	return ts_run("columns", tests, NULL, NULL);
}
