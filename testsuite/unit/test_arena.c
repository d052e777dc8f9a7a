/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared/arena.h"

#include <errno.h>
#include <string.h>

#include "testsuite/lib/ts.h"

static bool is_aligned(const void *p)
{
	return (uintptr_t)p % _Alignof(uint64_t) == 0 && (uintptr_t)p % _Alignof(void *) == 0;
}

START_TEST(pieces_are_aligned_and_do_not_overlap)
{
	enum { N = 3000 };
	struct arena a = ARENA_INIT;
	unsigned char *at[N];

	for (size_t i = 0; i < N; i++) {
		at[i] = arena_alloc(&a, i % 97);
		ck_assert(at[i] && is_aligned(at[i]));
		memset(at[i], (int)(i % 251), i % 97);
	}
	for (size_t i = 0; i < N; i++) {
		for (size_t k = 0; k < i % 97; k++)
			ck_assert_uint_eq(at[i][k], i % 251);
	}
	arena_fini(&a);
}
END_TEST

START_TEST(empty_pieces_have_addresses_of_their_own)
{
	struct arena a = ARENA_INIT;
	const void *first = arena_alloc(&a, 0);
	const void *second = arena_alloc(&a, 0);

	ck_assert(first && second && first != second);
	arena_fini(&a);
}
END_TEST

START_TEST(text_is_copied_with_a_nul_and_aligns_nothing)
{
	struct arena a = ARENA_INIT;
	char *one = arena_dup(&a, "ab\0c", 4), *two = arena_strdup(&a, "xyz");

	ck_assert_mem_eq(one, "ab\0c", 5);
	ck_assert_str_eq(two, "xyz");
	ck_assert_ptr_eq(two, one + 5);
	ck_assert(is_aligned(arena_alloc(&a, 1)));
	ck_assert_str_eq(arena_dup(&a, NULL, 0), "");
	arena_fini(&a);
}
END_TEST

START_TEST(zalloc_is_zeroed)
{
	struct arena a = ARENA_INIT;
	static const char zeros[5000];

	for (size_t size = 1; size <= sizeof(zeros); size *= 5) {
		const void *p = arena_zalloc(&a, size);

		ck_assert_mem_eq(p, zeros, size);
	}
	arena_fini(&a);
}
END_TEST

START_TEST(a_large_piece_does_not_end_the_block_in_use)
{
	struct arena a = ARENA_INIT;
	char *before = arena_dup(&a, "1", 1);
	unsigned char *large = arena_alloc(&a, 1 << 20);
	const char *after = arena_dup(&a, "2", 1);

	ck_assert_ptr_nonnull(large);
	memset(large, 0xff, 1 << 20);
	ck_assert_ptr_eq(after, before + 2);
	ck_assert_str_eq(before, "1");
	ck_assert_str_eq(after, "2");
	arena_fini(&a);
}
END_TEST

START_TEST(a_size_that_overflows_is_refused)
{
	struct arena a = ARENA_INIT;

	ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX));
	ck_assert_ptr_null(arena_zalloc(&a, SIZE_MAX - 8));
	ck_assert_ptr_null(arena_dup(&a, "", SIZE_MAX));
	ck_assert_str_eq(arena_strdup(&a, "fine"), "fine");
	arena_fini(&a);
}
END_TEST

START_TEST(joining_moves_everything)
{
	struct arena dst = ARENA_INIT, src = ARENA_INIT, none = ARENA_INIT;
	const char *in_src = arena_strdup(&src, "src");

	ck_assert_ptr_nonnull(arena_alloc(&src, 100000));
	arena_join(&dst, &src);
	ck_assert_ptr_null(src.blocks);
	ck_assert_ptr_null(src.next);

	const char *in_dst = arena_strdup(&dst, "dst");
	const char *again = arena_strdup(&src, "again");
	arena_join(&dst, &src);
	arena_join(&dst, &none);
	ck_assert_ptr_nonnull(arena_alloc(&dst, 10000));
	ck_assert_str_eq(in_src, "src");
	ck_assert_str_eq(in_dst, "dst");
	ck_assert_str_eq(again, "again");
	arena_fini(&src);
	arena_fini(&dst);
}
END_TEST

START_TEST(without_memory_it_stays_as_it_was)
{
	struct arena a = ARENA_INIT;
	const char *text = arena_strdup(&a, "text");

	if (!ts_can_fail_alloc())
		return arena_fini(&a);
	ts_fail("alloc", 1, ENOMEM);
	const void *large = arena_alloc(&a, 100000);
	const char *small = arena_strdup(&a, "small");
	ts_fail_off();
	ck_assert_ptr_null(large);
	ck_assert_str_eq(text, "text");
	ck_assert_str_eq(small, "small");
	ck_assert_ptr_nonnull(arena_alloc(&a, 100000));
	arena_fini(&a);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		pieces_are_aligned_and_do_not_overlap,
		empty_pieces_have_addresses_of_their_own,
		text_is_copied_with_a_nul_and_aligns_nothing,
		zalloc_is_zeroed,
		a_large_piece_does_not_end_the_block_in_use,
		a_size_that_overflows_is_refused,
		joining_moves_everything,
		without_memory_it_stays_as_it_was,
		NULL,
	};
	return ts_run_trapped("arena", tests, NULL, NULL);
}
