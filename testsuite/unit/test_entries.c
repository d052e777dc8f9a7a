/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/entries.h"

#include <errno.h>
#include <string.h>

#include "testsuite/lib/ts.h"

static struct bytes text(const char *s)
{
	return bytes_of(s, strlen(s));
}

START_TEST(no_entries_are_the_empty_list)
{
	struct kmod_list *list = (struct kmod_list *)1;
	struct entries e = ENTRIES_INIT;

	ck_assert_int_eq(entries_finish(&e, LIST_OF_INFO, &list), 0);
	ck_assert_ptr_null(list);
}
END_TEST

START_TEST(entries_keep_order_and_text)
{
	struct kmod_list *list = NULL, *second;
	struct entries e = ENTRIES_INIT;

	ck_assert_int_eq(entries_add(&e, text("key"), text("value")), 0);
	ck_assert_int_eq(entries_add(&e, text(""), text("=x")), 0);
	ck_assert_int_eq(entries_finish(&e, LIST_OF_INFO, &list), 2);
	second = kmod_list_next(list, list);
	ck_assert_str_eq(entry_of(list, LIST_OF_INFO)->name, "key");
	ck_assert_str_eq(entry_of(list, LIST_OF_INFO)->value, "value");
	ck_assert_str_eq(entry_of(second, LIST_OF_INFO)->name, "");
	ck_assert_str_eq(entry_of(second, LIST_OF_INFO)->value, "=x");
	ck_assert_ptr_eq(kmod_list_last(list), second);
	entries_free(list, LIST_OF_INFO);
}
END_TEST

START_TEST(numbers_keep_all_64_bits)
{
	struct entries e = ENTRIES_INIT;
	struct kmod_list *list = NULL;

	ck_assert_int_eq(entries_add_number(&e, text("sym"), UINT64_MAX - 1, 'W'), 0);
	ck_assert_int_eq(entries_finish(&e, LIST_OF_SYMBOLS, &list), 1);
	ck_assert(entry_of(list, LIST_OF_SYMBOLS)->number == UINT64_MAX - 1);
	ck_assert_int_eq(entry_of(list, LIST_OF_SYMBOLS)->bind, 'W');
	ck_assert_ptr_null(kmod_list_next(list, list));
	entries_free(list, LIST_OF_SYMBOLS);
}
END_TEST

START_TEST(embedded_nul_ends_the_text)
{
	struct entries e = ENTRIES_INIT;
	struct kmod_list *list = NULL;

	ck_assert_int_eq(entries_add(&e, bytes_of("a\0b", 3), bytes_of("c\0d", 3)), 0);
	ck_assert_int_eq(entries_add(&e, text("next"), BYTES_NONE), 0);
	ck_assert_int_eq(entries_finish(&e, LIST_OF_INFO, &list), 2);
	ck_assert_str_eq(entry_of(list, LIST_OF_INFO)->name, "a");
	ck_assert_str_eq(entry_of(list, LIST_OF_INFO)->value, "c");
	ck_assert_str_eq(entry_of(list->next, LIST_OF_INFO)->name, "next");
	ck_assert_str_eq(entry_of(list->next, LIST_OF_INFO)->value, "");
	entries_free(list, LIST_OF_INFO);
}
END_TEST

START_TEST(thousands_of_entries_are_one_circle)
{
	struct entries e = ENTRIES_INIT;
	struct kmod_list *list = NULL, *entry;
	uint64_t n = 0;

	for (uint64_t i = 0; i < 5000; i++)
		ck_assert_int_eq(entries_add_number(&e, text(ts_fmt("s%u", (unsigned)i)), i, 0), 0);
	ck_assert_int_eq(entries_finish(&e, LIST_OF_VERSIONS, &list), 5000);
	kmod_list_foreach(entry, list) {
		const struct entry *got = entry_of(entry, LIST_OF_VERSIONS);

		ck_assert_uint_eq(got->number, n);
		ck_assert_str_eq(got->name, ts_fmt("s%u", (unsigned)n));
		n++;
	}
	ck_assert_uint_eq(n, 5000);
	entries_free(kmod_list_last(list), LIST_OF_VERSIONS); /* any node will do */
}
END_TEST

START_TEST(another_kind_is_neither_read_nor_freed)
{
	struct entries e = ENTRIES_INIT;
	struct kmod_list *list = NULL;

	ck_assert_int_eq(entries_add_number(&e, text("x"), 1, 0), 0);
	ck_assert_int_eq(entries_finish(&e, LIST_OF_SECTIONS, &list), 1);
	ck_assert_ptr_null(entry_of(list, LIST_OF_INFO));
	ck_assert_ptr_null(entry_of(NULL, LIST_OF_INFO));
	entries_free(list, LIST_OF_INFO);
	ck_assert_str_eq(entry_of(list, LIST_OF_SECTIONS)->name, "x");
	entries_free(list, LIST_OF_SECTIONS);
	entries_free(NULL, LIST_OF_SECTIONS);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { no_entries_are_the_empty_list,
				 entries_keep_order_and_text,
				 numbers_keep_all_64_bits,
				 embedded_nul_ends_the_text,
				 thousands_of_entries_are_one_circle,
				 another_kind_is_neither_read_nor_freed,
				 NULL };

	return ts_run("entries", tests, NULL, NULL);
}
