/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/list.h"

#include "testsuite/lib/ts.h"

/* The data of all nodes, which are numbers, forwards and backwards: "123/321". */
static const char *both_ways(struct kmod_list *list)
{
	struct kmod_list *entry;
	const char *there = "", *back = "";

	kmod_list_foreach(entry, list)
		there = ts_fmt("%s%zu", there, (size_t)entry->data);
	kmod_list_foreach_reverse(entry, list)
		back = ts_fmt("%s%zu", back, (size_t)entry->data);
	return ts_fmt("%s/%s", there, back);
}

static struct kmod_list *numbers(size_t first, size_t last)
{
	struct kmod_list *list = NULL;

	for (size_t i = first; i <= last; i++)
		ck_assert(list_append(&list, (void *)i));
	return list;
}

START_TEST(appended_nodes_come_in_order)
{
	struct kmod_list *list = numbers(1, 4);

	ck_assert_str_eq(both_ways(list), "1234/4321");
	list_free(list, NULL);
}
END_TEST

START_TEST(prepended_node_becomes_the_handle)
{
	struct kmod_list *list = NULL;

	for (size_t i = 1; i <= 3; i++)
		ck_assert(list_prepend(&list, (void *)i));
	ck_assert_str_eq(both_ways(list), "321/123");
	list_free(list, NULL);
}
END_TEST

START_TEST(empty_list_has_no_rounds)
{
	ck_assert_str_eq(both_ways(NULL), "/");
	ck_assert_ptr_null(kmod_list_last(NULL));
}
END_TEST

START_TEST(single_node_is_first_and_last)
{
	struct kmod_list *list = numbers(7, 7);

	ck_assert_ptr_eq(kmod_list_last(list), list);
	ck_assert_ptr_null(kmod_list_next(list, list));
	ck_assert_ptr_null(kmod_list_prev(list, list));
	list_free(list, NULL);
}
END_TEST

START_TEST(steps_of_null_are_null)
{
	struct kmod_list *list = numbers(1, 2);

	ck_assert_ptr_null(kmod_list_next(NULL, list));
	ck_assert_ptr_null(kmod_list_next(list, NULL));
	ck_assert_ptr_null(kmod_list_prev(NULL, list));
	ck_assert_ptr_null(kmod_list_prev(list, NULL));
	list_free(list, NULL);
}
END_TEST

START_TEST(joined_lists_are_one)
{
	struct kmod_list *list = list_join(numbers(1, 2), numbers(3, 5));

	ck_assert_str_eq(both_ways(list), "12345/54321");
	list_free(list, NULL);
}
END_TEST

START_TEST(joining_nothing_changes_nothing)
{
	struct kmod_list *list = numbers(1, 2);

	ck_assert_ptr_eq(list_join(list, NULL), list);
	ck_assert_ptr_eq(list_join(NULL, list), list);
	ck_assert_ptr_null(list_join(NULL, NULL));
	ck_assert_str_eq(both_ways(list), "12/21");
	list_free(list, NULL);
}
END_TEST

START_TEST(taking_the_first_moves_the_handle)
{
	struct kmod_list *list = numbers(1, 3);

	ck_assert_uint_eq((size_t)list_take_first(&list), 1);
	ck_assert_str_eq(both_ways(list), "23/32");
	ck_assert_uint_eq((size_t)list_take_first(&list), 2);
	ck_assert_uint_eq((size_t)list_take_first(&list), 3);
	ck_assert_ptr_null(list);
}
END_TEST

static size_t released;

static void add_released(void *data)
{
	released = released * 10 + (size_t)data;
}

START_TEST(free_releases_each_data_once_in_order)
{
	list_free(numbers(1, 3), add_released);
	ck_assert_uint_eq(released, 123);
	list_free(NULL, add_released);
	ck_assert_uint_eq(released, 123);
}
END_TEST

START_TEST(kind_is_read_from_the_data)
{
	enum list_kind kind = LIST_OF_SYMBOLS;
	struct kmod_list *list = NULL;

	ck_assert(list_append(&list, &kind));
	ck_assert(list_is(list, LIST_OF_SYMBOLS));
	ck_assert(!list_is(list, LIST_OF_MODULES));
	ck_assert(!list_is(NULL, LIST_OF_SYMBOLS));
	list_free(list, NULL);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { appended_nodes_come_in_order,
				 prepended_node_becomes_the_handle,
				 empty_list_has_no_rounds,
				 single_node_is_first_and_last,
				 steps_of_null_are_null,
				 joined_lists_are_one,
				 joining_nothing_changes_nothing,
				 taking_the_first_moves_the_handle,
				 free_releases_each_data_once_in_order,
				 kind_is_read_from_the_data,
				 NULL };

	return ts_run("list", tests, NULL, NULL);
}
