/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/builtin.h"

#include <errno.h>

#include "testsuite/lib/ts.h"

static const char *text_of(struct bytes b)
{
	return b.len > 0 ? ts_fmt("%.*s", (int)b.len, (const char *)b.ptr) : "";
}

/* Entries as "module/key/value ", refused strings as "! ". */
static const char *entries_of(const char *data, size_t len)
{
	struct bytes rest = bytes_of(data, len);
	struct builtin_entry e;
	const char *all = "";
	int r;

	while ((r = builtin_modinfo_next(&rest, &e)) != 0) {
		if (r < 0)
			all = ts_fmt("%s! ", all);
		else
			all = ts_fmt("%s%s/%s/%s ", all, text_of(e.module),
				     text_of(e.key), text_of(e.value));
	}
	return all;
}

#define ENTRIES(s) entries_of(s, sizeof(s) - 1)

START_TEST(strings_are_split_at_the_first_dot_and_equals_sign)
{
	ck_assert_str_eq(ENTRIES("ext4.alias=fs-ext4\0"), "ext4/alias/fs-ext4 ");
	ck_assert_str_eq(ENTRIES("a.parm=x:a.b=c\0b.k=\0"), "a/parm/x:a.b=c b/k/ ");
	ck_assert_str_eq(ENTRIES("a.b.c=d\0"), "a/b.c/d ");
}
END_TEST

START_TEST(runs_of_nuls_and_a_missing_last_one_are_fine)
{
	ck_assert_str_eq(ENTRIES("\0\0a.b=c\0\0\0d.e=f"), "a/b/c d/e/f ");
	ck_assert_str_eq(ENTRIES(""), "");
	ck_assert_str_eq(ENTRIES("\0\0"), "");
}
END_TEST

START_TEST(a_bad_string_is_reported_and_passed)
{
	ck_assert_str_eq(ENTRIES("nodot\0a.b=c\0x.noequals\0d.e=f\0=\0.\0.=\0"),
			 "! a/b/c ! d/e/f ! ! // ");
}
END_TEST

static const char *lines_of(const char *data)
{
	struct bytes rest = bytes_of(data, strlen(data)), line;
	const char *all = "";
	int r;

	while ((r = builtin_list_next(&rest, &line)) != 0) {
		ck_assert(r == 1 || r == -EINVAL);
		all = ts_fmt("%s%s%s ", all, r < 0 ? "!" : "", text_of(line));
	}
	return all;
}

START_TEST(list_lines_start_with_a_letter)
{
	ck_assert_str_eq(lines_of("kernel/a.ko\nkernel/b.ko\n"),
			 "kernel/a.ko kernel/b.ko ");
	ck_assert_str_eq(lines_of("kernel/a.ko"), "kernel/a.ko ");
	ck_assert_str_eq(lines_of("/abs.ko\nKernel/a.ko\n\n1.ko\n"),
			 "!/abs.ko Kernel/a.ko ! !1.ko ");
	ck_assert_str_eq(lines_of("\xc3\xa9.ko\n"), "!\xc3\xa9.ko ");
	ck_assert_str_eq(lines_of(""), "");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		strings_are_split_at_the_first_dot_and_equals_sign,
		runs_of_nuls_and_a_missing_last_one_are_fine,
		a_bad_string_is_reported_and_passed,
		list_lines_start_with_a_letter,
		NULL,
	};
	return ts_run("builtin", tests, NULL, NULL);
}
