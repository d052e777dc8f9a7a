/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared/vec.h"

#include <errno.h>
#include <stdint.h>

#include "testsuite/lib/ts.h"

struct triple {
	char a, b, c;
};

START_TEST(elements_stay_in_order_while_it_grows)
{
	VEC(int) v = { 0 };

	for (int i = 0; i < 1000; i++)
		ck_assert(vec_push(&v, i));
	ck_assert_uint_eq(v.n, 1000);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(v.at[i], i);
	vec_fini(&v);
}
END_TEST

START_TEST(a_new_element_is_zeroed)
{
	VEC(struct triple) v = { 0 };

	ck_assert(vec_push(&v, ((struct triple){ 1, 2, 3 })));
	v.n = 0;
	const struct triple *t = vec_add(&v);
	ck_assert_ptr_eq(t, v.at);
	ck_assert(t->a == 0 && t->b == 0 && t->c == 0);
	vec_fini(&v);
}
END_TEST

START_TEST(reserve_makes_room_without_elements)
{
	VEC(uint64_t) v = { 0 };

	ck_assert(vec_reserve(&v, 100));
	ck_assert(v.n == 0 && v.cap >= 100);
	const uint64_t *at = v.at;
	for (uint64_t i = 0; i < 100; i++)
		ck_assert(vec_push(&v, i));
	ck_assert_ptr_eq(v.at, at);
	ck_assert(vec_reserve(&v, 1));
	ck_assert_ptr_eq(v.at, at);
	vec_fini(&v);
}
END_TEST

START_TEST(a_size_that_overflows_is_refused)
{
	VEC(uint64_t) v = { 0 };

	ck_assert(vec_push(&v, UINT64_C(5)));
	ck_assert(!vec_reserve(&v, SIZE_MAX / 4));
	ck_assert(v.n == 1 && v.at[0] == 5);
	vec_fini(&v);
}
END_TEST

START_TEST(fini_leaves_an_empty_one_to_use_again)
{
	VEC(int) v = { 0 };

	ck_assert(vec_push(&v, 1));
	vec_fini(&v);
	ck_assert(!v.at && v.n == 0 && v.cap == 0);
	vec_fini(&v);
	ck_assert(vec_push(&v, 2) && v.at[0] == 2);
	vec_fini(&v);
}
END_TEST

START_TEST(without_memory_it_stays_as_it_was)
{
	VEC(int) v = { 0 };

	if (!ts_can_fail_alloc())
		return;
	for (int i = 0; i < 8; i++)
		ck_assert(vec_push(&v, i));
	ts_fail("alloc", 1, ENOMEM);
	bool pushed = vec_push(&v, 8);
	ts_fail_off();
	ck_assert(!pushed && v.n == 8 && v.at[7] == 7);
	ck_assert(vec_push(&v, 8));
	vec_fini(&v);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		elements_stay_in_order_while_it_grows,
		a_new_element_is_zeroed,
		reserve_makes_room_without_elements,
		a_size_that_overflows_is_refused,
		fini_leaves_an_empty_one_to_use_again,
		without_memory_it_stays_as_it_was,
		NULL,
	};
	return ts_run_trapped("vec", tests, NULL, NULL);
}
