/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/index-read.h"

#include <errno.h>
#include <sys/stat.h>

#include "testsuite/unit/index-test.h"

#define HEADER 0xb0, 7, 0xf4, 0x57, 0, 2, 0, 1
#define INDEX(...)                                             \
	index_of_bytes((const unsigned char[]){ __VA_ARGS__ }, \
		       sizeof((const unsigned char[]){ __VA_ARGS__ }))

static struct index *example(void)
{
	return index_of_bytes(worked_example, sizeof(worked_example));
}

START_TEST(exact_lookup_gives_the_first_stored_value)
{
	_cleanup_(index_unrefp) struct index *idx = example();

	ck_assert_str_eq(found(idx, "on"), "b");
	ck_assert_str_eq(found(idx, "once"), "c");
	ck_assert_str_eq(found(idx, "ox*"), "d");
}
END_TEST

START_TEST(exact_lookup_finds_nothing_but_whole_keys)
{
	static const char *const absent[] = { "",   "o", "onc", "onces", "ox",   "oxy",
					      "oy", "a", "z",   "\xff",  "o\xff" };
	_cleanup_(index_unrefp) struct index *idx = example();

	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		ck_assert_msg(strcmp(found(idx, absent[i]), "-") == 0, "%s", absent[i]);
}
END_TEST

START_TEST(exact_lookup_looks_at_one_path_only)
{
	_cleanup_(index_unrefp) struct index *idx = example();
	const char *value;

	index_nodes_visited();
	ck_assert_int_eq(index_find(idx, "once", &value), 1);
	ck_assert_uint_eq(index_nodes_visited(), 4);
	ck_assert_uint_eq(index_nodes_visited(), 0);
}
END_TEST

/* clang-format off */
/* The layout of v33 and older: children before their parents, the root last. */
START_TEST(a_post_order_index_reads_the_same)
{
	_cleanup_(index_unrefp) struct index *idx = INDEX(
		HEADER, 0x20, 0, 0, 46,
		0, 0, 0, 1, 0, 0, 0, 0, 'x', 0,              /* 12 "ab" */
		'c', 0, 0, 0, 0, 1, 0, 0, 0, 2, 'y', 0,      /* 22 "acc" */
		'b', 'c', 0x40, 0, 0, 12, 0xc0, 0, 0, 22, 0, 0, /* 34 "a", two bytes of nothing */
		'a', 'a', 0x20, 0, 0, 34);                   /* 46 root */

	ck_assert_str_eq(found(idx, "ab"), "x");
	ck_assert_str_eq(found(idx, "acc"), "y");
	ck_assert_str_eq(walked(idx), "ab=x/0 acc=y/2 ");
	ck_assert_int_eq(index_is_whole(idx), 1);
}
END_TEST

/* clang-format on */
START_TEST(an_index_that_was_cut_off_is_not_whole)
{
	for (size_t len = INDEX_HEADER_SIZE; len <= sizeof(worked_example); len++) {
		_cleanup_(index_unrefp) struct index *idx =
			index_of_bytes(worked_example, len);

		ck_assert_msg(index_is_whole(idx) == (len == sizeof(worked_example)),
			      "%zu bytes", len);
	}
}
END_TEST

START_TEST(an_empty_index_is_whole_and_a_loop_is_not)
{
	_cleanup_(index_unrefp) struct index *empty = INDEX(HEADER, 0, 0, 0, 12);
	_cleanup_(index_unrefp) struct index *loop =
		INDEX(HEADER, 0x20, 0, 0, 12, 'a', 'b', 0x20, 0, 0, 12, 0x20, 0, 0, 12);

	ck_assert_int_eq(index_is_whole(empty), 1);
	ck_assert_int_eq(index_is_whole(loop), 0);
}
END_TEST

START_TEST(the_minor_version_does_not_matter)
{
	unsigned char data[sizeof(worked_example)];
	struct index *idx = NULL;

	memcpy(data, worked_example, sizeof(data));
	data[7] = 9;
	ck_assert_int_eq(index_from_bytes(bytes_of(data, sizeof(data)), &idx), 0);
	index_unref(idx);
}
END_TEST

START_TEST(a_wrong_header_is_refused_in_words)
{
	static const struct {
		unsigned char bytes[12];
		size_t len;
		const char *words;
	} rows[] = {
		{ { HEADER, 0, 0, 0, 12 }, 12, "" },
		{ { HEADER, 0, 0, 0, 12 },
		  11,
		  "too short: 11 bytes instead of at least 12" },
		{ { 0 }, 0, "too short: 0 bytes instead of at least 12" },
		{ "AAAAAAAAAAA", 12, "magic check fail: 41414141 instead of b007f457" },
		{ { 0xb0, 7, 0xfa, 0x57, 0, 2, 0, 1 },
		  12,
		  "magic check fail: b007fa57 instead of b007f457" },
		{ { 0xb0, 7, 0xf4, 0x57, 0, 3, 0, 1 },
		  12,
		  "major version check fail: 3 instead of 2" },
	};
	char buf[80];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bytes b = bytes_of(rows[i].bytes, rows[i].len);
		struct index *idx = NULL;

		ck_assert_str_eq(index_header_problem(b, buf, sizeof(buf)),
				 rows[i].words);
		ck_assert_int_eq(index_from_bytes(b, &idx), *rows[i].words ? -EINVAL : 0);
		ck_assert((idx == NULL) == (*rows[i].words != '\0'));
		index_unref(idx);
	}
}
END_TEST

START_TEST(a_file_is_read_whole_and_kept)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;

	ts_write_bytes("x.bin", worked_example, sizeof(worked_example));
	ts_set_mtime("x.bin", 1000);
	ck_assert_int_eq(index_open(ts_path("x.bin"), &idx), 0);
	ck_assert(index_mtime_usec(idx) == 1000000000ull);
	ts_write("x.bin", "");
	ck_assert_str_eq(found(idx, "once"), "c");
}
END_TEST

START_TEST(what_is_no_index_file_is_refused_at_once)
{
	struct index *idx = NULL;

	ts_write("empty.bin", "");
	ts_write("text.bin", "this is not an index\n");
	ts_mkdir("dir.bin");
	ck_assert_int_eq(mkfifo(ts_path("fifo.bin"), 0600), 0);
	ck_assert_int_eq(index_open(ts_path("absent.bin"), &idx), -ENOENT);
	ck_assert_int_eq(index_open(ts_path("empty.bin"), &idx), -EINVAL);
	ck_assert_int_eq(index_open(ts_path("text.bin"), &idx), -EINVAL);
	ck_assert_int_eq(index_open(ts_path("dir.bin"), &idx), -ENODEV);
	ck_assert_int_eq(index_open(ts_path("fifo.bin"), &idx), -ENODEV);
	ck_assert_ptr_null(idx);
}
END_TEST

START_TEST(an_index_lives_until_its_last_reference_goes)
{
	struct index *idx = example();

	ck_assert_ptr_eq(index_ref(idx), idx);
	index_unref(idx);
	ck_assert_str_eq(found(idx, "on"), "b");
	index_unref(idx);
	index_unref(NULL);
}
END_TEST

/* ---- damage ---- */

static int count(void *data, const struct index_hit *hit)
{
	unsigned long *n = data;

	*n += 1 + strlen(hit->value) % 2 + strlen(hit->pattern) % 2;
	return 0;
}

/* Every kind of lookup; what they find does not matter, that they end does. */
static void try_all(const struct index *idx)
{
	static const char *const queries[] = { "",     "on", "once",     "ox*",
					       "oxyz", "o*", "aaaaaaaa", "[a]" };
	unsigned long n = 0;
	const char *value;

	for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
		ck_assert_int_ge(index_find(idx, queries[i], &value), 0);
		ck_assert_int_eq(index_match(idx, queries[i], count, &n), 0);
	}
	ck_assert_int_eq(index_walk(idx, count, &n), 0);
}

static void be_told(void *data, unsigned tag)
{
	unsigned *n = data;

	*n += tag;
}

/*
 * The bytes end where an allocation does, so that tools notice a read behind them. How
 * often damage was told of; with no index, 0.
 */
static unsigned try_bytes(const unsigned char *data, size_t len)
{
	unsigned char *copy = malloc(len);
	struct index *idx = NULL;
	unsigned told = 0;

	memcpy(copy, data, len);
	if (index_from_bytes(bytes_of(copy, len), &idx) == 0) {
		index_on_damage(idx, be_told, &told, 1);
		try_all(idx);
	}
	index_unref(idx);
	free(copy);
	return told;
}

START_TEST(an_index_cut_anywhere_finds_less_and_tells_it_once)
{
	for (size_t len = 0; len <= sizeof(worked_example); len++)
		ck_assert_msg(try_bytes(worked_example, len) ==
				      (len >= INDEX_HEADER_SIZE && len < sizeof(worked_example)),
			      "%zu bytes", len);
}
END_TEST

START_TEST(any_byte_may_be_wrong)
{
	unsigned char data[sizeof(worked_example)];

	for (size_t i = 8; i < sizeof(data); i++) {
		for (unsigned v = 0; v < 256; v++) {
			memcpy(data, worked_example, sizeof(data));
			data[i] = (unsigned char)v;
			ck_assert_uint_le(try_bytes(data, sizeof(data)), 1);
		}
	}
}
END_TEST

START_TEST(a_root_outside_the_file_finds_nothing)
{
	static const unsigned char roots[][4] = {
		{ 0xe0, 0, 0, 0 },          { 0xe0, 0, 0, 11 }, { 0xe0, 0, 0, 12 },
		{ 0xef, 0xff, 0xff, 0xff }, { 0, 0, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		unsigned char data[12] = { HEADER };

		memcpy(data + 8, roots[i], 4);
		_cleanup_(index_unrefp) struct index *idx = index_of_bytes(data,
									   sizeof(data));
		ck_assert_str_eq(walked(idx), "");
		ck_assert_str_eq(matches(idx, "a"), "");
		ck_assert_str_eq(found(idx, ""), "-");
		/* Without a flag it is the root of an empty index. */
		ck_assert_uint_eq(try_bytes(data, sizeof(data)), roots[i][0] != 0);
	}
}
END_TEST

START_TEST(a_node_that_is_its_own_child_ends_a_walk)
{
	/* root 'a' -> itself, with a value */
	_cleanup_(index_unrefp) struct index *idx = INDEX(HEADER, 0x60, 0, 0, 12, 'a',
							  'a', 0x60, 0, 0, 12, 0, 0, 0, 1,
							  0, 0, 0, 0, 'v', 0);
	unsigned long n = 0;

	try_all(idx);
	index_nodes_visited();
	ck_assert_int_eq(index_walk(idx, count, &n), 0);
	ck_assert_uint_le(index_nodes_visited(), INDEX_MAX_KEY + 2);
	ck_assert_str_eq(found(idx, "aaaa"), "v");
}
END_TEST

START_TEST(a_star_that_is_its_own_child_ends_a_match)
{
	_cleanup_(index_unrefp) struct index *idx = INDEX(HEADER, 0x60, 0, 0, 12, '*',
							  '*', 0x60, 0, 0, 12, 0, 0, 0, 1,
							  0, 0, 0, 0, 'v', 0);

	index_nodes_visited();
	try_all(idx);
	ck_assert_uint_lt(index_nodes_visited(), 100000);
}
END_TEST

/* Both children of every node are the next one: 2^n paths through n nodes. */
START_TEST(shared_subtrees_do_not_multiply)
{
	unsigned char data[12 + 10 * 100] = { HEADER, 0x20, 0, 0, 12 };
	unsigned long n = 0;

	for (size_t i = 0; i < 100; i++) {
		unsigned char *node = data + 12 + 10 * i;
		size_t next = 12 + 10 * (i + 1);
		const unsigned char bytes[] = {
			'*',
			'+',
			0x20,
			0,
			(unsigned char)(next >> 8),
			(unsigned char)next,
			0x20,
			0,
			(unsigned char)(next >> 8),
			(unsigned char)next,
		};

		memcpy(node, bytes, sizeof(bytes));
	}
	_cleanup_(index_unrefp) struct index *idx = index_of_bytes(data, sizeof(data));
	index_nodes_visited();
	ck_assert_int_eq(index_walk(idx, count, &n), 0);
	ck_assert_uint_lt(index_nodes_visited(), 64 * sizeof(data));
	ck_assert_int_eq(
		index_match(idx, "++++++++++++++++++++++++++++++++++", count, &n), 0);
	ck_assert_uint_lt(index_nodes_visited(), 64 * sizeof(data));
}
END_TEST

START_TEST(children_must_ascend_and_be_ascii)
{
	static const unsigned char ranges[][2] = {
		{ 'b', 'a' }, { 0x7f, 0x80 }, { 0, 0xff }, { 0x80, 0x80 }, { 0xff, 0 }
	};

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		unsigned char data[12 + 2 + 4 * 256 + 10] = { HEADER, 0x60, 0, 0, 12 };

		data[12] = ranges[i][0];
		data[13] = ranges[i][1];
		_cleanup_(index_unrefp) struct index *idx = index_of_bytes(data,
									   sizeof(data));
		ck_assert_str_eq(walked(idx), "");
		try_all(idx);
	}
}
END_TEST

START_TEST(all_128_children_are_reachable)
{
	unsigned char data[12 + 2 + 4 * 128 + 10] = { HEADER, 0x20, 0, 0, 12 };
	static const unsigned char leaf[] = { 0, 0, 0, 1, 0, 0, 0, 0, 'v', 0 };
	size_t off = sizeof(data) - 10;

	data[12] = 0;
	data[13] = 0x7f;
	for (size_t i = 0; i < 128; i++) {
		data[14 + 4 * i] = 0x40;
		data[14 + 4 * i + 2] = (unsigned char)(off >> 8);
		data[14 + 4 * i + 3] = (unsigned char)off;
	}
	memcpy(data + off, leaf, sizeof(leaf));
	_cleanup_(index_unrefp) struct index *idx = index_of_bytes(data, sizeof(data));
	for (int c = 1; c < 128; c++) {
		char key[] = { (char)c, '\0' };

		ck_assert_str_eq(found(idx, key), "v");
	}
	try_all(idx);
}
END_TEST

START_TEST(a_string_without_its_end_is_not_read)
{
	_cleanup_(index_unrefp) struct index *prefix = INDEX(HEADER, 0x20, 0, 0, 12, 'a',
							     'a', 0xc0, 0, 0, 18, 'b',
							     'c', 'd', 'e', 'f', 'g');
	_cleanup_(index_unrefp) struct index *value = INDEX(HEADER, 0x40, 0, 0, 12, 0, 0,
							    0, 1, 0, 0, 0, 0, 'v', 'w');

	ck_assert_str_eq(walked(prefix), "");
	ck_assert_str_eq(walked(value), "");
	ck_assert_str_eq(found(value, ""), "-");
	ck_assert_str_eq(matches(value, ""), "");
}
END_TEST

START_TEST(a_count_of_values_beyond_the_file_is_none)
{
	_cleanup_(index_unrefp) struct index *idx =
		INDEX(HEADER, 0x40, 0, 0, 12, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 'v', 0);

	ck_assert_str_eq(walked(idx), "");
	ck_assert_str_eq(found(idx, ""), "-");
}
END_TEST

START_TEST(a_prefix_longer_than_any_key_is_damage)
{
	size_t len = 18 + INDEX_MAX_KEY + 2 + 10;
	unsigned char *data = malloc(len);
	static const unsigned char head[] = { HEADER, 0x20, 0, 0, 12, 'a',
					      'a',    0xc0, 0, 0, 18 };
	static const unsigned char tail[] = { 0, 0, 0, 0, 1, 0, 0, 0, 0, 'v', 0 };

	memset(data, 'a', len);
	memcpy(data, head, sizeof(head));
	memcpy(data + len - sizeof(tail), tail, sizeof(tail));
	struct index *idx = index_of_bytes(data, len);
	ck_assert_str_eq(walked(idx), "");
	try_all(idx);
	index_unref(idx);
	free(data);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		exact_lookup_gives_the_first_stored_value,
		exact_lookup_finds_nothing_but_whole_keys,
		exact_lookup_looks_at_one_path_only,
		a_post_order_index_reads_the_same,
		an_index_that_was_cut_off_is_not_whole,
		an_empty_index_is_whole_and_a_loop_is_not,
		the_minor_version_does_not_matter,
		a_wrong_header_is_refused_in_words,
		a_file_is_read_whole_and_kept,
		what_is_no_index_file_is_refused_at_once,
		an_index_lives_until_its_last_reference_goes,
		an_index_cut_anywhere_finds_less_and_tells_it_once,
		any_byte_may_be_wrong,
		a_root_outside_the_file_finds_nothing,
		a_node_that_is_its_own_child_ends_a_walk,
		a_star_that_is_its_own_child_ends_a_match,
		shared_subtrees_do_not_multiply,
		children_must_ascend_and_be_ascii,
		all_128_children_are_reachable,
		a_string_without_its_end_is_not_read,
		a_count_of_values_beyond_the_file_is_none,
		a_prefix_longer_than_any_key_is_damage,
		NULL,
	};
	return ts_run("index_read", tests, NULL, NULL);
}
