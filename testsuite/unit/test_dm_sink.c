/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-sink.h"

#include <string.h>

#include "testsuite/lib/ts.h"

static struct dm_sink sink;

static void setup(void)
{
	dm_sink_init(&sink, true, true);
}

static void teardown(void)
{
	dm_sink_fini(&sink);
}

START_TEST(lines_are_words_with_blanks_between)
{
	dm_sink_line(&sink, "alias", "x", "y");
	dm_sink_line(&sink, "one", NULL, NULL);
	dm_sink_line(&sink, "softdep", "m", "");
	ck_assert_str_eq(strbuf_str(&sink.text), "alias x y\none\nsoftdep m \n");
}
END_TEST

START_TEST(unwanted_forms_stay_empty)
{
	sink.want_text = sink.want_index = false;
	dm_sink_line(&sink, "a", "b", "c");
	ck_assert_int_eq(dm_sink_entry(&sink, "k", "v", 1, "m"), 0);
	ck_assert_int_eq(dm_sink_alias(&sink, "bad[", "v", 1), 0);
	ck_assert_uint_eq(sink.text.len, 0);
	ck_assert_uint_eq(sink.entries.n, 0);
	ck_assert_uint_eq(sink.diags.list.n, 0);
}
END_TEST

START_TEST(alias_keys_are_normalised_outside_brackets)
{
	ck_assert_int_eq(dm_sink_alias(&sink, "a-b[x-y]c-d", "m", 3), 0);
	ck_assert_int_eq(dm_sink_alias(&sink, "as_is", "m", 3), 0);
	ck_assert_str_eq(sink.entries.at[0].key, "a_b[x-y]c_d");
	ck_assert_str_eq(sink.entries.at[1].key, "as_is");
	ck_assert_uint_eq(sink.entries.at[0].priority, 3);
}
END_TEST

START_TEST(bad_brackets_are_left_out)
{
	ck_assert_int_eq(dm_sink_alias(&sink, "a[", "m", 0), 0);
	ck_assert_int_eq(dm_sink_alias(&sink, "a]", "m", 0), 0);
	ck_assert_uint_eq(sink.entries.n, 0);
	ck_assert_str_eq(sink.diags.list.at[0].text, "Unmatched bracket in a[");
	ck_assert_int_eq(sink.diags.list.at[1].priority, LOG_WARNING);
}
END_TEST

START_TEST(what_no_index_can_hold_is_left_out)
{
	char key[5001];

	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	ck_assert_int_eq(dm_sink_entry(&sink, "caf\xe9", "v", 0, "m1"), 0);
	ck_assert_int_eq(dm_sink_entry(&sink, "k", "\xc3\xa9", 0, "m2"), 0);
	ck_assert_int_eq(dm_sink_entry(&sink, key, "v", 0, "m3"), 0);
	ck_assert_uint_eq(sink.entries.n, 0);
	ck_assert_uint_eq(sink.diags.list.n, 3);
	ck_assert_str_eq(sink.diags.list.at[1].text,
			 "module m2: the binary index cannot hold '\xc3\xa9', left out");
}
END_TEST

START_TEST(long_values_are_fine)
{
	char value[100001];

	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	ck_assert_int_eq(dm_sink_entry(&sink, "k", value, 0, "m"), 0);
	ck_assert_uint_eq(sink.entries.n, 1);
}
END_TEST

START_TEST(identical_pairs_are_told)
{
	static const char *const pairs[][2] = {
		{ "k", "a" }, { "j", "a" }, { "k", "b" }, { "k", "a" }
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		ck_assert_int_eq(dm_sink_entry(&sink, pairs[i][0], pairs[i][1], 0, "m"),
				 0);
	ck_assert_int_eq(dm_sink_warn_duplicates(&sink, "alias"), 0);
	ck_assert_uint_eq(sink.diags.list.n, 1);
	ck_assert_str_eq(sink.diags.list.at[0].text, "duplicate module alias:\nk a");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		lines_are_words_with_blanks_between,
		unwanted_forms_stay_empty,
		alias_keys_are_normalised_outside_brackets,
		bad_brackets_are_left_out,
		what_no_index_can_hold_is_left_out,
		long_values_are_fine,
		identical_pairs_are_told,
		NULL,
	};

	return ts_run("dm_sink", tests, setup, teardown);
}
