/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/index-walk.h"

#include <errno.h>

#include "testsuite/unit/index-test.h"

START_TEST(keys_ascend_and_values_keep_their_order)
{
	_cleanup_(index_unrefp) struct index *idx =
		index_of_bytes(worked_example, sizeof(worked_example));

	ck_assert_str_eq(walked(idx), "on=b/1 on=a/1 once=c/2 ox*=d/0 ");
}
END_TEST

START_TEST(a_key_comes_before_the_longer_ones_it_begins)
{
	struct index_entry entries[] = {
		{ "abc", "3", 0 }, { "", "0", 0 }, { "a", "1", 0 }, { "ab", "2", 0 }
	};
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, 4, &out);

	ck_assert_str_eq(walked(idx), "=0/0 a=1/0 ab=2/0 abc=3/0 ");
}
END_TEST

START_TEST(an_empty_index_has_nothing)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = index_of(NULL, 0, &out);

	ck_assert_str_eq(walked(idx), "");
}
END_TEST

static int stop(void *data, const struct index_hit *hit)
{
	unsigned *n = data;

	++*n;
	return strcmp(hit->value, "a") == 0 ? -EPIPE : 0;
}

START_TEST(the_callback_can_stop)
{
	_cleanup_(index_unrefp) struct index *idx =
		index_of_bytes(worked_example, sizeof(worked_example));
	unsigned n = 0;

	ck_assert_int_eq(index_walk(idx, stop, &n), -EPIPE);
	ck_assert_uint_eq(n, 2);
}
END_TEST

/* Every byte of the key is a node with a value: as deep as it gets. */
START_TEST(the_deepest_tree_needs_no_deep_stack)
{
	struct index_entry *entries = calloc(INDEX_MAX_KEY, sizeof(*entries));
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	char *text = malloc(INDEX_MAX_KEY + 1);
	unsigned n = 0;

	memset(text, '*', INDEX_MAX_KEY);
	text[INDEX_MAX_KEY] = '\0';
	for (size_t i = 0; i < INDEX_MAX_KEY; i++)
		entries[i] = (struct index_entry){ text + i, "v", 0 };
	struct index *idx = index_of(entries, INDEX_MAX_KEY, &out);
	ck_assert_int_eq(index_walk(idx, stop, &n), 0);
	ck_assert_uint_eq(n, INDEX_MAX_KEY);
	n = 0;
	ck_assert_int_eq(index_match(idx, "x", stop, &n), 0);
	ck_assert_uint_eq(n, INDEX_MAX_KEY);
	index_unref(idx);
	free(text);
	free(entries);
}
END_TEST

/*
 * A root whose 128 children are all the same node, with 60 values: more than the bytes
 * could ever hold in a sound tree.
 */
static size_t shared_values(unsigned char *out)
{
	unsigned char *p = out;
	uint32_t node = 12 + 2 + 4 * 128;

	memcpy(p, "\xb0\x07\xf4\x57\x00\x02\x00\x01\x20\x00\x00\x0c\x00\x7f", 14);
	p += 14;
	for (unsigned i = 0; i < 128; i++, p += 4)
		memcpy(p, (unsigned char[]){ 0x40, 0, (unsigned char)(node >> 8),
					     (unsigned char)node }, 4);
	memcpy(p, "\0\0\0\x3c", 4);
	p += 4;
	for (unsigned i = 0; i < 60; i++, p += 64) {
		memset(p, 0, 4);
		memset(p + 4, 'v', 59);
		p[63] = '\0';
	}
	return (size_t)(p - out);
}

START_TEST(shared_values_of_a_damaged_tree_come_to_an_end)
{
	unsigned char data[8192];
	size_t len = shared_values(data);
	_cleanup_(index_unrefp) struct index *idx = index_of_bytes(data, len);
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	ck_assert_int_eq(index_walk(idx, add_value, &text), 0);
	ck_assert_uint_gt(text.len, 60 * 60);
	ck_assert_uint_lt(text.len, 16 * len);
}
END_TEST

START_TEST(a_walk_of_a_sound_tree_sees_each_node_once)
{
	_cleanup_(index_unrefp) struct index *idx =
		index_of_bytes(worked_example, sizeof(worked_example));

	index_nodes_visited();
	walked(idx);
	ck_assert_uint_eq(index_nodes_visited(), 5);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		keys_ascend_and_values_keep_their_order,
		a_key_comes_before_the_longer_ones_it_begins,
		an_empty_index_has_nothing,
		the_callback_can_stop,
		the_deepest_tree_needs_no_deep_stack,
		shared_values_of_a_damaged_tree_come_to_an_end,
		a_walk_of_a_sound_tree_sees_each_node_once,
		NULL,
	};
	return ts_run("index_walk", tests, NULL, NULL);
}
