/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared/map.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "testsuite/lib/ts.h"

enum { N = 5000 };
static char keys[N][16];

static void make_keys(void)
{
	for (int i = 0; i < N; i++)
		snprintf(keys[i], sizeof(keys[i]), "sym_%d", i);
}

static void put_all(struct map *m)
{
	for (int i = 0; i < N; i++)
		ck_assert_int_eq(map_put(m, keys[i], keys[i]), 0);
	ck_assert_uint_eq(m->n, N);
}

START_TEST(an_empty_map_has_nothing)
{
	struct map m = MAP_INIT;

	ck_assert_ptr_null(map_get(&m, "x"));
	ck_assert_ptr_null(map_del(&m, "x"));
	ck_assert_ptr_null(map_next(&m, NULL));
	ck_assert_ptr_null(map_find(&m, "x", 1, map_hash("x", 1)));
	map_fini(&m);
}
END_TEST

START_TEST(every_key_is_found_with_its_value)
{
	struct map m = MAP_INIT;

	put_all(&m);
	for (int i = 0; i < N; i++)
		ck_assert_ptr_eq(map_get(&m, keys[i]), keys[i]);
	ck_assert_ptr_null(map_get(&m, "sym_"));
	ck_assert_ptr_null(map_get(&m, ""));
	map_fini(&m);
}
END_TEST

START_TEST(put_replaces)
{
	struct map m = MAP_INIT;
	int one, two;

	ck_assert_int_eq(map_put(&m, "k", &one), 0);
	ck_assert_int_eq(map_put(&m, "k", &two), 0);
	ck_assert_ptr_eq(map_get(&m, "k"), &two);
	ck_assert_uint_eq(m.n, 1);
	map_fini(&m);
}
END_TEST

START_TEST(ensure_finds_or_adds_without_a_value)
{
	struct map m = MAP_INIT;
	uint32_t hash = map_hash("ab\0c", 4);
	struct map_slot *s = map_ensure(&m, "ab\0c", 4, hash);

	ck_assert_ptr_null(s->value);
	s->value = keys;
	ck_assert_ptr_eq(map_ensure(&m, "ab\0c", 4, hash)->value, keys);
	/* The key is all its bytes. */
	ck_assert_ptr_null(map_find(&m, "ab\0d", 4, hash));
	ck_assert_ptr_null(map_find(&m, "ab", 2, hash));
	ck_assert_uint_eq(m.n, 1);
	map_fini(&m);
}
END_TEST

START_TEST(keys_with_one_hash_are_told_apart)
{
	struct map m = MAP_INIT;
	/* The run wraps around the end of the table. */
	const uint32_t hash = 0xffffffff;

	for (int i = 0; i < 10; i++)
		map_ensure(&m, keys[i], strlen(keys[i]), hash)->value = keys[i];
	for (int i = 0; i < 10; i++)
		ck_assert_ptr_eq(map_find(&m, keys[i], strlen(keys[i]), hash)->value, keys[i]);
	ck_assert_ptr_null(map_find(&m, keys[10], strlen(keys[10]), hash));
	map_fini(&m);
}
END_TEST

START_TEST(removal_leaves_the_others_findable)
{
	struct map m = MAP_INIT;

	put_all(&m);
	for (int i = 0; i < N; i += 2)
		ck_assert_ptr_eq(map_del(&m, keys[i]), keys[i]);
	ck_assert_uint_eq(m.n, N / 2);
	for (int i = 0; i < N; i++)
		ck_assert_ptr_eq(map_get(&m, keys[i]), i % 2 ? keys[i] : NULL);
	for (int i = 1; i < N; i += 2)
		ck_assert_ptr_eq(map_del(&m, keys[i]), keys[i]);
	ck_assert_ptr_null(map_next(&m, NULL));
	map_fini(&m);
}
END_TEST

START_TEST(removal_keeps_runs_whole_across_the_end_of_the_table)
{
	struct map m = MAP_INIT;

	ck_assert_int_eq(map_reserve(&m, 12), 0);
	/* Homes 14 15 14 15 0 1 0 in a table of 16: one run over the end. */
	static const uint32_t homes[] = { 14, 15, 14, 15, 0, 1, 0 };
	for (size_t i = 0; i < ARRAY_SIZE(homes); i++)
		map_ensure(&m, keys[i], strlen(keys[i]), homes[i])->value = keys[i];
	ck_assert_uint_eq(m.size, 16);

	for (size_t gone = 0; gone < ARRAY_SIZE(homes); gone++) {
		struct map copy = { .n = m.n, .size = m.size };
		copy.slots = malloc(m.size * sizeof(*copy.slots));
		memcpy(copy.slots, m.slots, m.size * sizeof(*copy.slots));

		map_remove(&copy, map_find(&copy, keys[gone], strlen(keys[gone]), homes[gone]));
		for (size_t i = 0; i < ARRAY_SIZE(homes); i++) {
			const struct map_slot *s =
				map_find(&copy, keys[i], strlen(keys[i]), homes[i]);
			ck_assert_msg(i == gone ? !s : s && s->value == keys[i],
				      "without %zu: %zu", gone, i);
		}
		map_fini(&copy);
	}
	map_fini(&m);
}
END_TEST

START_TEST(walking_meets_every_entry_once)
{
	struct map m = MAP_INIT;
	static bool seen[N];
	size_t n = 0;

	put_all(&m);
	for (const struct map_slot *s = map_next(&m, NULL); s; s = map_next(&m, s)) {
		size_t i = (size_t)((char(*)[16])s->value - keys);

		ck_assert(!seen[i]);
		seen[i] = true;
		n++;
	}
	ck_assert_uint_eq(n, N);
	map_fini(&m);
}
END_TEST

START_TEST(reserve_is_enough_for_what_it_promised)
{
	struct map m = MAP_INIT;

	ck_assert_int_eq(map_reserve(&m, N), 0);
	const struct map_slot *slots = m.slots;
	put_all(&m);
	ck_assert_ptr_eq(m.slots, slots);
	ck_assert_int_eq(map_reserve(&m, SIZE_MAX), -ENOMEM);
	ck_assert_ptr_eq(map_get(&m, keys[7]), keys[7]);
	map_fini(&m);
}
END_TEST

START_TEST(hash_is_the_same_everywhere)
{
	/* Fixed, so that no machine can order its walk differently. */
	ck_assert_uint_eq(map_hash("", 0), 0x00000000);
	ck_assert_uint_eq(map_hash("module_layout", 13), 0xd87f401c);
	ck_assert_uint_eq(map_hash("\xff\x80", 2), 0x5c7eea31);
}
END_TEST

START_TEST(hash_spreads_similar_keys)
{
	unsigned used[64] = { 0 };

	for (int i = 0; i < N; i++)
		used[map_hash(keys[i], strlen(keys[i])) & 63]++;
	for (size_t i = 0; i < ARRAY_SIZE(used); i++)
		ck_assert_msg(used[i] > N / 64 / 2 && used[i] < N / 64 * 2, "%zu: %u", i, used[i]);
}
END_TEST

START_TEST(without_memory_it_stays_as_it_was)
{
	struct map m = MAP_INIT;
	int r = 0, i = 0;

	if (!ts_can_fail_alloc())
		return;
	put_all(&m);
	ts_fail("alloc", 1, ENOMEM);
	static char more[N * 2][8];
	while (r == 0 && i < N * 2) {
		more[i][0] = '+';
		memcpy(&more[i][1], &i, sizeof(i));
		r = map_ensure(&m, more[i], sizeof(more[i]), (uint32_t)i) ? 0 : -ENOMEM;
		i++;
	}
	ts_fail_off();
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_uint_eq(m.n, N + (size_t)i - 1);
	for (i = 0; i < N; i++)
		ck_assert_ptr_eq(map_get(&m, keys[i]), keys[i]);
	map_fini(&m);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		an_empty_map_has_nothing,
		every_key_is_found_with_its_value,
		put_replaces,
		ensure_finds_or_adds_without_a_value,
		keys_with_one_hash_are_told_apart,
		removal_leaves_the_others_findable,
		removal_keeps_runs_whole_across_the_end_of_the_table,
		walking_meets_every_entry_once,
		reserve_is_enough_for_what_it_promised,
		hash_is_the_same_everywhere,
		hash_spreads_similar_keys,
		without_memory_it_stays_as_it_was,
		NULL,
	};
	return ts_run_trapped("map", tests, make_keys, NULL);
}
