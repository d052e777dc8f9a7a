/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared/json.h"

#include <string.h>

#include "testsuite/lib/ts.h"

static const char *string_of(const char *s, size_t len)
{
	static struct strbuf out;
	struct json j = json_to(&out);

	strbuf_fini(&out);
	json_bytes(&j, NULL, bytes_of(s, len));
	return strbuf_str(&out);
}

#define STRING_OF(s) string_of((s), sizeof(s) - 1)

START_TEST(document_begins_with_version_and_kind_and_is_a_line)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct json j = json_to(&out);

	json_document(&j, "x");
	json_end_document(&j);
	json_document(&j, "y");
	json_end_document(&j);
	ck_assert_str_eq(strbuf_str(&out), "{\"version\":1,\"kind\":\"x\"}\n"
					   "{\"version\":1,\"kind\":\"y\"}\n");
}
END_TEST

START_TEST(commas_stand_between_values_only)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct json j = json_to(&out);

	json_begin_object(&j, NULL);
	json_begin_array(&j, "a");
	json_end_array(&j);
	json_begin_array(&j, "b");
	json_u64(&j, NULL, 1);
	json_begin_object(&j, NULL);
	json_end_object(&j);
	json_null(&j, NULL);
	json_end_array(&j);
	json_bool(&j, "c", true);
	json_bool(&j, "d", false);
	json_string(&j, "e", NULL);
	json_end_object(&j);
	ck_assert_str_eq(strbuf_str(&out),
			 "{\"a\":[],\"b\":[1,{},null],\"c\":true,\"d\":false,\"e\":null}");
}
END_TEST

START_TEST(numbers_are_whole_at_their_limits)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct json j = json_to(&out);

	json_u64(&j, NULL, UINT64_MAX);
	json_i64(&j, NULL, INT64_MIN);
	ck_assert_str_eq(strbuf_str(&out), "18446744073709551615,-9223372036854775808");
}
END_TEST

START_TEST(valid_utf8_stays_as_it_is)
{
	ck_assert_str_eq(STRING_OF("a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80"),
			 "\"a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\"");
}
END_TEST

START_TEST(quotes_and_control_codes_are_escaped)
{
	ck_assert_str_eq(STRING_OF("\"\\/\n\t\r\b\f\x01\x1b\x7f"),
			 "\"\\\"\\\\/\\n\\t\\r\\b\\f\\u0001\\u001b\\u007f\"");
	ck_assert_str_eq(STRING_OF("a\0b"), "\"a\\u0000b\"");
	ck_assert_str_eq(STRING_OF("\xc2\x9b"), "\"\\u009b\"");
}
END_TEST

START_TEST(each_invalid_byte_becomes_one_replacement)
{
	ck_assert_str_eq(STRING_OF("a\xff\xfez"), "\"a\\ufffd\\ufffdz\"");
	ck_assert_str_eq(STRING_OF("\xc0\xaf"), "\"\\ufffd\\ufffd\"");
	ck_assert_str_eq(STRING_OF("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\"");
	ck_assert_str_eq(STRING_OF("\xe2\x82"), "\"\\ufffd\\ufffd\"");
	ck_assert_str_eq(STRING_OF("\xc2"), "\"\\ufffd\"");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		document_begins_with_version_and_kind_and_is_a_line,
		commas_stand_between_values_only,
		numbers_are_whole_at_their_limits,
		valid_utf8_stays_as_it_is,
		quotes_and_control_codes_are_escaped,
		each_invalid_byte_becomes_one_replacement,
		NULL,
	};

	return ts_run("json", tests, NULL, NULL);
}
