/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/index-write.h"

#include <errno.h>

#include "testsuite/unit/index-test.h"

START_TEST(the_worked_example_comes_out_byte_by_byte)
{
	struct index_entry entries[] = {
		{ "on", "a", 1 }, { "once", "c", 2 }, { "on", "b", 1 }, { "ox*", "d", 0 }
	};
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	ck_assert_int_eq(index_write(entries, ARRAY_SIZE(entries), &out), 0);
	ck_assert_uint_eq(out.len, sizeof(worked_example));
	ck_assert_mem_eq(out.data, worked_example, out.len);
}
END_TEST

START_TEST(d2_nothing_makes_an_empty_index_of_12_bytes)
{
	static const unsigned char empty[] = { 0xb0, 7, 0xf4, 0x57, 0, 2,
					       0,    1, 0,    0,    0, 12 };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	ck_assert_int_eq(index_write(NULL, 0, &out), 0);
	ck_assert_uint_eq(out.len, sizeof(empty));
	ck_assert_mem_eq(out.data, empty, out.len);
}
END_TEST

START_TEST(the_root_has_no_prefix_even_with_one_child)
{
	static const unsigned char one[] = {
		0xb0, 7, 0xf4, 0x57, 0,   2, 0, 1, 0x20, 0, 0, 12, 'a', 'a', 0xc0,
		0,    0, 18,   'b',  'c', 0, 0, 0, 0,    1, 0, 0,  0,   0,   0,
	};
	struct index_entry entry = { "abc", "", 0 };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	ck_assert_int_eq(index_write(&entry, 1, &out), 0);
	ck_assert_uint_eq(out.len, sizeof(one));
	ck_assert_mem_eq(out.data, one, out.len);
}
END_TEST

START_TEST(an_empty_key_puts_its_values_on_the_root)
{
	static const unsigned char root[] = {
		0xb0, 7, 0xf4, 0x57, 0, 2, 0, 1, 0x40, 0,   0,
		12,   0, 0,    0,    1, 0, 0, 0, 9,    'v', 0,
	};
	struct index_entry entry = { "", "v", 9 };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	ck_assert_int_eq(index_write(&entry, 1, &out), 0);
	ck_assert_uint_eq(out.len, sizeof(root));
	ck_assert_mem_eq(out.data, root, out.len);
}
END_TEST

START_TEST(the_same_pair_twice_is_stored_twice)
{
	struct index_entry entries[] = { { "a", "x", 0 }, { "a", "x", 0 } };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, 2, &out);

	ck_assert_str_eq(walked(idx), "a=x/0 a=x/0 ");
}
END_TEST

START_TEST(values_ascend_by_priority_and_later_ones_come_first)
{
	struct index_entry entries[] = {
		{ "k", "a", 5 },          { "k", "b", 1 }, { "k", "c", 5 },
		{ "k", "d", 0xffffffff }, { "k", "e", 1 },
	};
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, ARRAY_SIZE(entries),
							     &out);

	ck_assert_str_eq(walked(idx), "k=e/1 k=b/1 k=c/5 k=a/5 k=d/4294967295 ");
}
END_TEST

START_TEST(entries_are_put_in_the_order_of_the_index)
{
	struct index_entry entries[] = {
		{ "b", "1", 0 }, { "a", "2", 7 }, { "a", "3", 7 }, { "a", "4", 1 }
	};
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	ck_assert_int_eq(index_write(entries, 4, &out), 0);
	ck_assert_str_eq(entries[0].value, "4");
	ck_assert_str_eq(entries[1].value, "3");
	ck_assert_str_eq(entries[2].value, "2");
	ck_assert_str_eq(entries[3].value, "1");
}
END_TEST

START_TEST(bytes_behind_what_is_in_the_buffer_are_an_index_of_their_own)
{
	struct index_entry entries[] = {
		{ "on", "a", 1 }, { "once", "c", 2 }, { "on", "b", 1 }, { "ox*", "d", 0 }
	};
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	strbuf_adds(&out, "head");
	ck_assert_int_eq(index_write(entries, ARRAY_SIZE(entries), &out), 0);
	ck_assert_uint_eq(out.len, 4 + sizeof(worked_example));
	ck_assert_mem_eq(out.data + 4, worked_example, sizeof(worked_example));
}
END_TEST

START_TEST(d7_bytes_above_7f_are_refused_and_leave_the_output_alone)
{
	struct index_entry bad_key = { "caf\xc3\xa9", "x", 0 },
			   bad_value = { "cafe", "\x80", 0 };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	strbuf_adds(&out, "x");
	ck_assert_int_eq(index_write(&bad_key, 1, &out), -EILSEQ);
	ck_assert_int_eq(index_write(&bad_value, 1, &out), -EILSEQ);
	ck_assert_str_eq(strbuf_str(&out), "x");
	for (size_t i = 0; i < 20; i++) {
		char s[21] = "aaaaaaaaaaaaaaaaaaaa";

		ck_assert(index_can_hold(s));
		s[i] = '\x80';
		ck_assert_msg(!index_can_hold(s), "at %zu", i);
	}
}
END_TEST

START_TEST(control_bytes_are_legal)
{
	struct index_entry entry = { "a\x01\x7f\n", "\t", 0 };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = index_of(&entry, 1, &out);

	ck_assert(index_can_hold("\x01\x7f\n"));
	ck_assert_str_eq(found(idx, "a\x01\x7f\n"), "\t");
}
END_TEST

START_TEST(the_longest_key_can_be_read_back_and_a_longer_one_is_refused)
{
	char key[INDEX_MAX_KEY + 2];
	struct index_entry entry = { key, "deep", 0 };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	memset(key, 'k', sizeof(key));
	key[INDEX_MAX_KEY + 1] = '\0';
	ck_assert(!index_can_hold(key));
	ck_assert_int_eq(index_write(&entry, 1, &out), -EILSEQ);

	key[INDEX_MAX_KEY] = '\0';
	ck_assert(index_can_hold(key));
	_cleanup_(index_unrefp) struct index *idx = index_of(&entry, 1, &out);
	ck_assert_str_eq(found(idx, key), "deep");
	ck_assert_str_eq(matches(idx, key), "deep ");
	ck_assert_uint_eq(strlen(walked(idx)), INDEX_MAX_KEY + strlen("=deep/0 "));
}
END_TEST

/* ---- against a plain sort ---- */

static unsigned next_random(void)
{
	static unsigned long long state = 4711;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(state >> 33);
}

struct plain {
	struct index_entry entry;
	size_t seq;
};

static int compare_plain(const void *pa, const void *pb)
{
	const struct plain *a = pa, *b = pb;
	int r = strcmp(a->entry.key, b->entry.key);

	if (r != 0)
		return r;
	if (a->entry.priority != b->entry.priority)
		return a->entry.priority < b->entry.priority ? -1 : 1;
	return a->seq > b->seq ? -1 : 1;
}

/* Keys of one, two or many alphabets, with long common beginnings, many equal. */
static char *random_key(unsigned flavour)
{
	char key[64];
	size_t n = next_random() % 40, from = 0;

	if (flavour > 0) {
		strcpy(key, "pci:v00008086d0000");
		from = next_random() % 19;
	}
	for (size_t i = from; i < from + n; i++)
		key[i] = flavour == 2 ? (char)(1 + next_random() % 127)
				      : (char)('a' + next_random() % 2);
	key[from + n] = '\0';
	return strdup(key);
}

static void check_order(size_t n, unsigned flavour)
{
	struct index_entry *entries = calloc(n, sizeof(*entries));
	struct plain *plain = calloc(n, sizeof(*plain));
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < n; i++) {
		entries[i] = (struct index_entry){ random_key(flavour), "v",
						   next_random() % 3 };
		plain[i] = (struct plain){ entries[i], i };
	}
	qsort(plain, n, sizeof(*plain), compare_plain);
	ck_assert_int_eq(index_write(entries, n, &out), 0);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(entries[i].key == plain[i].entry.key,
			      "flavour %u, place %zu of %zu", flavour, i, n);
	for (size_t i = 0; i < n; i++)
		free((char *)entries[i].key);
	free(entries);
	free(plain);
}

START_TEST(any_keys_are_sorted_as_strcmp_says)
{
	for (unsigned flavour = 0; flavour < 3; flavour++)
		for (size_t n = 1; n < 4000; n += 1 + n / 2)
			check_order(n, flavour);
}
END_TEST

START_TEST(thousands_of_equal_keys_keep_their_order)
{
	enum { N = 20000 };
	struct index_entry *entries = calloc(N, sizeof(*entries));
	char(*values)[12] = calloc(N, sizeof(*values));
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	for (int i = 0; i < N; i++) {
		snprintf(values[i], sizeof(values[i]), "%d", i);
		entries[i] = (struct index_entry){ "pci:v*", values[i], 3 };
	}
	ck_assert_int_eq(index_write(entries, N, &out), 0);
	for (int i = 0; i < N; i++)
		ck_assert_ptr_eq(entries[i].value, values[N - 1 - i]);
	free(entries);
	free(values);
}
END_TEST

/* What is not in the file was never wanted: the reader gives back exactly the entries. */
START_TEST(what_was_written_is_read_back)
{
	enum { N = 3000 };
	struct index_entry *entries = calloc(N, sizeof(*entries));
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, want = STRBUF_INIT;

	for (unsigned i = 0; i < N; i++)
		entries[i] = (struct index_entry){ random_key(i % 3), "v", i };
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, N, &out);
	for (size_t i = 0; i < N; i++)
		strbuf_addf(&want, "%s=v/%u ", entries[i].key, entries[i].priority);
	ck_assert_str_eq(walked(idx), strbuf_str(&want));
	for (size_t i = 0; i < N; i++) {
		ck_assert_str_eq(found(idx, entries[i].key), "v");
		free((char *)entries[i].key);
	}
	free(entries);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		the_worked_example_comes_out_byte_by_byte,
		d2_nothing_makes_an_empty_index_of_12_bytes,
		the_root_has_no_prefix_even_with_one_child,
		an_empty_key_puts_its_values_on_the_root,
		the_same_pair_twice_is_stored_twice,
		values_ascend_by_priority_and_later_ones_come_first,
		entries_are_put_in_the_order_of_the_index,
		bytes_behind_what_is_in_the_buffer_are_an_index_of_their_own,
		d7_bytes_above_7f_are_refused_and_leave_the_output_alone,
		control_bytes_are_legal,
		the_longest_key_can_be_read_back_and_a_longer_one_is_refused,
		any_keys_are_sorted_as_strcmp_says,
		thousands_of_equal_keys_keep_their_order,
		what_was_written_is_read_back,
		NULL,
	};
	return ts_run("index_write", tests, NULL, NULL);
}
