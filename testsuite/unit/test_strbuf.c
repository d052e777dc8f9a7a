/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared/strbuf.h"

#include <errno.h>
#include <string.h>

#include "testsuite/lib/ts.h"

START_TEST(an_untouched_buffer_is_an_empty_string)
{
	struct strbuf b = STRBUF_INIT;

	ck_assert_str_eq(strbuf_str(&b), "");
	ck_assert(strbuf_ok(&b));
	strbuf_fini(&b);
}
END_TEST

START_TEST(pieces_add_up)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "ab");
	strbuf_addc(&b, 'c');
	strbuf_add(&b, "d\0e", 3);
	strbuf_addf(&b, "%d-%s", 42, "x");
	ck_assert_uint_eq(b.len, 10);
	ck_assert_mem_eq(strbuf_str(&b), "abcd\0e42-x", 11);
}
END_TEST

START_TEST(nothing_added_still_ends_in_nul)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_add(&b, NULL, 0);
	strbuf_adds(&b, "");
	ck_assert_uint_eq(b.len, 0);
	ck_assert_str_eq(b.data, "");
}
END_TEST

START_TEST(growing_keeps_the_content_at_every_length)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (int i = 0; i < 5000; i++) {
		strbuf_addc(&b, (char)('a' + i % 26));
		ck_assert_uint_eq(b.data[b.len], '\0');
	}
	for (int i = 0; i < 5000; i++)
		ck_assert_int_eq(b.data[i], 'a' + i % 26);
}
END_TEST

START_TEST(formatted_text_of_any_length_fits)
{
	for (int width = 0; width < 300; width++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		strbuf_adds(&b, "<");
		strbuf_addf(&b, "%*s", width, "");
		strbuf_adds(&b, ">");
		ck_assert_uint_eq(b.len, (size_t)width + 2);
		ck_assert_uint_eq(strlen(b.data), b.len);
	}
}
END_TEST

START_TEST(reserve_leaves_the_length_alone)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "x");
	ck_assert(strbuf_reserve(&b, 1000));
	ck_assert_uint_gt(b.size, 1001);
	ck_assert_str_eq(b.data, "x");
}
END_TEST

START_TEST(be32_is_written_and_overwritten)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_addc(&b, 'x');
	strbuf_add_be32(&b, 0);
	strbuf_add_be32(&b, 0x89abcdef);
	strbuf_put_be32(&b, 1, 0x01020304);
	ck_assert_uint_eq(b.len, 9);
	ck_assert_mem_eq(b.data, "x\x01\x02\x03\x04\x89\xab\xcd\xef", 10);
}
END_TEST

START_TEST(truncate_only_shortens)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_truncate(&b, 0);
	strbuf_adds(&b, "abc");
	strbuf_truncate(&b, 7);
	ck_assert_str_eq(strbuf_str(&b), "abc");
	strbuf_truncate(&b, 1);
	ck_assert_str_eq(strbuf_str(&b), "a");
	ck_assert_uint_eq(b.len, 1);
}
END_TEST

START_TEST(take_hands_the_text_out_once)
{
	struct strbuf b = STRBUF_INIT;
	size_t len;

	strbuf_adds(&b, "text");
	char *text = strbuf_take(&b, &len);
	ck_assert_str_eq(text, "text");
	ck_assert_uint_eq(len, 4);
	ck_assert_ptr_null(b.data);
	free(text);

	text = strbuf_take(&b, NULL);
	ck_assert_str_eq(text, "");
	free(text);
}
END_TEST

START_TEST(an_error_sticks)
{
	struct strbuf b = STRBUF_INIT;
	size_t len = 9;

	strbuf_adds(&b, "x");
	ck_assert(!strbuf_reserve(&b, SIZE_MAX));
	ck_assert(!strbuf_ok(&b));
	strbuf_adds(&b, "y");
	strbuf_addc(&b, 'y');
	strbuf_addf(&b, "%s", "y");
	strbuf_add_be32(&b, 1);
	strbuf_put_be32(&b, 0, 1);
	ck_assert_str_eq(strbuf_str(&b), "x");
	ck_assert_ptr_null(strbuf_take(&b, &len));
	ck_assert_uint_eq(len, 9);
	ck_assert(strbuf_ok(&b));
}
END_TEST

START_TEST(a_failed_allocation_keeps_what_was_there)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (!ts_can_fail_alloc())
		return;
	strbuf_adds(&b, "kept");
	ts_fail("alloc", 1, ENOMEM);
	strbuf_addf(&b, "%200s", "lost");
	ts_fail_off();
	ck_assert(!strbuf_ok(&b));
	strbuf_adds(&b, "ignored");
	ck_assert_str_eq(strbuf_str(&b), "kept");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		an_untouched_buffer_is_an_empty_string,
		pieces_add_up,
		nothing_added_still_ends_in_nul,
		growing_keeps_the_content_at_every_length,
		formatted_text_of_any_length_fits,
		reserve_leaves_the_length_alone,
		be32_is_written_and_overwritten,
		truncate_only_shortens,
		take_hands_the_text_out_once,
		an_error_sticks,
		a_failed_allocation_keeps_what_was_there,
		NULL,
	};
	return ts_run_trapped("strbuf", tests, NULL, NULL);
}
