/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-intern.h"

#include <stdio.h>

#include "testsuite/lib/ts.h"

START_TEST(equal_names_are_one_symbol)
{
	struct dm_intern t = DM_INTERN_INIT;
	struct dm_sym *a = dm_intern(&t, "abc", 3);

	ck_assert_ptr_eq(dm_intern(&t, "abcd", 3), a);
	ck_assert_ptr_ne(dm_intern(&t, "abcd", 4), a);
	ck_assert_str_eq(a->name, "abc");
	ck_assert_ptr_eq(a->canon, a);
	ck_assert_uint_eq(a->owner, DM_NOBODY);
	dm_intern_fini(&t);
}
END_TEST

START_TEST(merged_symbols_point_to_the_first_table_s)
{
	struct dm_intern to = DM_INTERN_INIT, from = DM_INTERN_INIT;
	struct dm_sym *mine = dm_intern(&to, "both", 4);
	struct dm_sym *theirs = dm_intern(&from, "both", 4);
	struct dm_sym *only = dm_intern(&from, "only", 4);

	ck_assert_int_eq(dm_intern_merge(&to, &from), 0);
	ck_assert_ptr_eq(theirs->canon, mine);
	ck_assert_ptr_eq(only->canon, only);
	ck_assert_ptr_eq(dm_intern(&to, "only", 4), only);
	dm_intern_fini(&to);
	dm_intern_fini(&from);
}
END_TEST

START_TEST(many_names_stay_apart)
{
	struct dm_intern t = DM_INTERN_INIT;

	for (unsigned i = 0; i < 5000; i++) {
		char name[16];
		int len = snprintf(name, sizeof(name), "s%u", i);

		dm_intern(&t, name, (size_t)len)->owner = i;
	}
	for (unsigned i = 0; i < 5000; i++) {
		char name[16];
		int len = snprintf(name, sizeof(name), "s%u", i);

		ck_assert_uint_eq(dm_intern(&t, name, (size_t)len)->owner, i);
	}
	ck_assert_uint_eq(t.map.n, 5000);
	dm_intern_fini(&t);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		equal_names_are_one_symbol,
		merged_symbols_point_to_the_first_table_s,
		many_names_stay_apart,
		NULL,
	};

	return ts_run("dm_intern", tests, NULL, NULL);
}
