/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared/bytes.h"

#include <string.h>

#include "testsuite/lib/ts.h"

static const unsigned char ten[] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99 };
#define TEN bytes_of(ten, sizeof(ten))

START_TEST(sub_gives_the_range_inside)
{
	struct bytes out;

	ck_assert(bytes_sub(TEN, 2, 3, &out));
	ck_assert_ptr_eq(out.ptr, ten + 2);
	ck_assert_uint_eq(out.len, 3);
	ck_assert(bytes_sub(TEN, 10, 0, &out));
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(sub_refuses_what_reaches_outside_and_leaves_the_output)
{
	static const uint64_t ranges[][2] = {
		{ 11, 0 },          { 10, 1 },          { 0, 11 },
		{ UINT64_MAX, 2 },  { 2, UINT64_MAX },  { UINT64_MAX, UINT64_MAX },
		{ 1ULL << 32, 1 },  { 1, 1ULL << 32 },
	};
	struct bytes out = bytes_of(ten, 7);

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		ck_assert_msg(!bytes_sub(TEN, ranges[i][0], ranges[i][1], &out), "row %zu", i);
		ck_assert_uint_eq(out.len, 7);
	}
}
END_TEST

START_TEST(sub_of_nothing_is_nothing)
{
	struct bytes out = TEN;

	ck_assert(bytes_sub(BYTES_NONE, 0, 0, &out));
	ck_assert_ptr_null(out.ptr);
	ck_assert(!bytes_sub(BYTES_NONE, 0, 1, &out));
}
END_TEST

START_TEST(loads_follow_the_byte_order_asked_for)
{
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	ck_assert(bytes_u8(TEN, 9, &u8) && u8 == 0x99);
	ck_assert(bytes_u16(TEN, 1, false, &u16) && u16 == 0x2211);
	ck_assert(bytes_u16(TEN, 8, true, &u16) && u16 == 0x8899);
	ck_assert(bytes_u32(TEN, 6, false, &u32) && u32 == 0x99887766);
	ck_assert(bytes_u32(TEN, 6, true, &u32) && u32 == 0x66778899);
	ck_assert(bytes_u64(TEN, 1, false, &u64) && u64 == 0x8877665544332211);
	ck_assert(bytes_u64(TEN, 2, true, &u64) && u64 == 0x2233445566778899);
}
END_TEST

START_TEST(loads_stop_at_the_end_and_leave_the_output)
{
	uint8_t u8 = 1;
	uint16_t u16 = 2;
	uint32_t u32 = 3;
	uint64_t u64 = 4;

	ck_assert(!bytes_u8(TEN, 10, &u8) && u8 == 1);
	ck_assert(!bytes_u16(TEN, 9, true, &u16) && u16 == 2);
	ck_assert(!bytes_u32(TEN, 7, true, &u32) && u32 == 3);
	ck_assert(!bytes_u64(TEN, 3, false, &u64) && u64 == 4);
	ck_assert(!bytes_u64(TEN, UINT64_MAX - 3, false, &u64) && u64 == 4);
	ck_assert(!bytes_u8(BYTES_NONE, 0, &u8) && u8 == 1);
}
END_TEST

START_TEST(cstr_needs_its_nul_inside)
{
	struct bytes b = bytes_of("ab\0cd", 5);
	size_t len = 9;

	ck_assert_str_eq(bytes_cstr(b, 0, &len), "ab");
	ck_assert_uint_eq(len, 2);
	ck_assert_str_eq(bytes_cstr(b, 2, &len), "");
	ck_assert_uint_eq(len, 0);
	ck_assert_ptr_null(bytes_cstr(b, 3, &len));
	ck_assert_ptr_null(bytes_cstr(b, 5, NULL));
	ck_assert_ptr_null(bytes_cstr(b, UINT64_MAX, NULL));
	ck_assert_ptr_null(bytes_cstr(BYTES_NONE, 0, NULL));
	ck_assert_uint_eq(len, 0);
}
END_TEST

START_TEST(next_string_skips_runs_of_nuls_and_takes_an_open_end)
{
	struct bytes rest = bytes_of("\0\0a=1\0\0\0b", 9), s;

	ck_assert(bytes_next_string(&rest, &s));
	ck_assert(bytes_equal(s, bytes_of("a=1", 3)));
	ck_assert(bytes_next_string(&rest, &s));
	ck_assert(bytes_equal(s, bytes_of("b", 1)));
	ck_assert(!bytes_next_string(&rest, &s));
	ck_assert(!bytes_next_string(&rest, &s));
	ck_assert(bytes_equal(s, bytes_of("b", 1)));
}
END_TEST

START_TEST(next_string_finds_nothing_in_nuls)
{
	struct bytes rest = bytes_of("\0\0\0", 3), none = BYTES_NONE, s;

	ck_assert(!bytes_next_string(&rest, &s));
	ck_assert(!bytes_next_string(&none, &s));
}
END_TEST

START_TEST(comparisons_know_their_lengths)
{
	struct bytes b = bytes_of("a\0b", 3);

	ck_assert(bytes_equal(b, bytes_of("a\0b", 3)));
	ck_assert(!bytes_equal(b, bytes_of("a\0c", 3)));
	ck_assert(!bytes_equal(b, bytes_of("a\0b", 2)));
	ck_assert(bytes_equal(BYTES_NONE, bytes_of("", 0)));
	ck_assert(bytes_starts_with(b, "a\0", 2) && !bytes_starts_with(b, "ab", 2));
	ck_assert(bytes_ends_with(b, "\0b", 2) && !bytes_ends_with(b, "ab", 2));
	ck_assert(!bytes_starts_with(b, "a\0bc", 4) && !bytes_ends_with(b, "xa\0b", 4));
	ck_assert(bytes_starts_with(BYTES_NONE, NULL, 0) && bytes_ends_with(BYTES_NONE, NULL, 0));
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		sub_gives_the_range_inside,
		sub_refuses_what_reaches_outside_and_leaves_the_output,
		sub_of_nothing_is_nothing,
		loads_follow_the_byte_order_asked_for,
		loads_stop_at_the_end_and_leave_the_output,
		cstr_needs_its_nul_inside,
		next_string_skips_runs_of_nuls_and_takes_an_open_end,
		next_string_finds_nothing_in_nuls,
		comparisons_know_their_lengths,
		NULL,
	};
	return ts_run("bytes", tests, NULL, NULL);
}
