/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keys share long beginnings ("pci:v00008086d0000..."), so they are compared eight bytes
 * at a time, from a copy beside the key's address: all by the first word, then each run
 * of equal words by the next one, until a word holds the key's end.
 *
 *	word "pci:v000" | "08086d00" | "0015B8sv" ...
 *	     "pci:v000" | "08086d00" | "0015B9sv"
 *	     \___ one run ___________/
 *
 * A run of equal keys is put in order by priority, later inserted first.
 */
#include "libkmod/index/index-sort.h"

#include <errno.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/vec.h"

struct run { /* items that agree in their first depth bytes */
	size_t lo, n;
	uint32_t depth;
};

enum { WORD = sizeof(uint64_t), SMALL_RUN = 8 };

/* Compilers make one load and a swap of it. */
static uint64_t load_word(const unsigned char *p)
{
	return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
	       (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
	       (uint64_t)p[6] << 8 | p[7];
}

/* Behind the end of the key the word is filled with NULs. */
static uint64_t key_word(const struct sort_item *it, uint32_t depth)
{
	const unsigned char *p = (const unsigned char *)it->key + depth;
	uint32_t left = it->key_len - depth;
	uint64_t word = 0;

	if (left >= WORD)
		return load_word(p);
	for (uint32_t i = 0; i < left; i++)
		word |= (uint64_t)p[i] << (56 - 8 * i);
	return word;
}

static bool word_ends_key(uint64_t word)
{
	return (word & 0xff) == 0;
}

/* Exact order: the rest of the keys, then priority, then later inserted first. */
static bool goes_after(const struct sort_item *a, const struct sort_item *b,
		       uint32_t depth, const struct index_entry *entries)
{
	uint64_t wa = a->word, wb = b->word;

	for (; wa == wb && !word_ends_key(wa);
	     wa = key_word(a, depth), wb = key_word(b, depth))
		depth += WORD;
	if (wa != wb)
		return wa > wb;
	if (entries[a->idx].priority != entries[b->idx].priority)
		return entries[a->idx].priority > entries[b->idx].priority;
	return a->idx < b->idx;
}

static void sort_small_run(struct sort_item *a, size_t n, uint32_t depth,
			   const struct index_entry *entries)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_item it = a[i];
		size_t j = i;

		for (; j > 0 && goes_after(&a[j - 1], &it, depth, entries); j--)
			a[j] = a[j - 1];
		a[j] = it;
	}
}

static void insertion_sort(struct sort_item *a, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_item it = a[i];
		size_t j = i;

		for (; j > 0 && a[j - 1].word > it.word; j--)
			a[j] = a[j - 1];
		a[j] = it;
	}
}

/* Whatever the input: n log n. tmp has room for n / 2. */
static void merge_sort(struct sort_item *a, size_t n, struct sort_item *tmp)
{
	if (n <= SMALL_RUN) {
		insertion_sort(a, n);
		return;
	}

	size_t half = n / 2;
	merge_sort(a, half, tmp);
	merge_sort(a + half, n - half, tmp);
	memcpy(tmp, a, half * sizeof(*a));
	for (size_t l = 0, r = half, to = 0; l < half; to++) {
		if (r < n && a[r].word < tmp[l].word)
			a[to] = a[r++];
		else
			a[to] = tmp[l++];
	}
}

static void swap_items(struct sort_item *a, struct sort_item *b)
{
	struct sort_item t = *a;

	*a = *b;
	*b = t;
}

static uint64_t median(uint64_t a, uint64_t b, uint64_t c)
{
	if (a < b)
		return b < c ? b : a < c ? c : a;
	return a < c ? a : b < c ? c : b;
}

static uint64_t pivot_of(const struct sort_item *a, size_t n)
{
	size_t step = n / 8;

	if (n < 64)
		return median(a[0].word, a[n / 2].word, a[n - 1].word);
	return median(median(a[0].word, a[step].word, a[2 * step].word),
		      median(a[3 * step].word, a[4 * step].word, a[5 * step].word),
		      median(a[6 * step].word, a[7 * step].word, a[n - 1].word));
}

/*
 * Three-way quicksort: many words are equal, and they are done after one pass. tries
 * bounds the passes; who runs out of luck with the pivots gets the merge sort.
 */
static void sort_words(struct sort_item *a, size_t n, struct sort_item *tmp,
		       unsigned tries)
{
	while (n > SMALL_RUN) {
		if (tries-- == 0) {
			merge_sort(a, n, tmp);
			return;
		}

		uint64_t pivot = pivot_of(a, n);
		size_t lt = 0, gt = n;
		for (size_t i = 0; i < gt;) {
			if (a[i].word == pivot) {
				i++;
			} else if (a[i].word < pivot) {
				swap_items(&a[lt++], &a[i++]);
			} else {
				while (--gt > i && a[gt].word > pivot)
					;
				swap_items(&a[i], &a[gt]);
			}
		}
		if (lt < n - gt) {
			sort_words(a, lt, tmp, tries);
			a += gt;
			n -= gt;
		} else {
			sort_words(a + gt, n - gt, tmp, tries);
			n = lt;
		}
	}
	insertion_sort(a, n);
}

static unsigned tries_for(size_t n)
{
	unsigned tries = 8;

	for (; n > 1; n /= 2)
		tries += 2;
	return tries;
}

/* Equal keys: ascending priority, later inserted first. */
static void sort_equal(struct sort_item *a, size_t n, const struct index_entry *entries,
		       struct sort_item *tmp)
{
	for (size_t i = 0; i < n; i++)
		a[i].word = (uint64_t)entries[a[i].idx].priority << 32 |
			    (UINT32_MAX - a[i].idx);
	sort_words(a, n, tmp, tries_for(n));
}

int index_sort(struct sort_item *items, size_t n, const struct index_entry *entries)
{
	_cleanup_free_ struct sort_item *tmp = malloc((n / 2 + 1) * sizeof(*tmp));
	VEC(struct run) todo = { 0 };
	int r = tmp && vec_push(&todo, ((struct run){ 0, n, 0 })) ? 0 : -ENOMEM;

	while (r == 0 && todo.n > 0) {
		struct run run = todo.at[--todo.n];
		struct sort_item *a = items + run.lo;

		for (size_t i = 0; i < run.n; i++)
			a[i].word = key_word(&a[i], run.depth);
		sort_words(a, run.n, tmp, tries_for(run.n));

		for (size_t lo = 0, hi; lo < run.n; lo = hi) {
			uint64_t word = a[lo].word;

			for (hi = lo + 1; hi < run.n && a[hi].word == word; hi++)
				;
			if (hi - lo <= SMALL_RUN)
				sort_small_run(a + lo, hi - lo, run.depth, entries);
			else if (word_ends_key(word))
				sort_equal(a + lo, hi - lo, entries, tmp);
			else if (!vec_push(&todo, ((struct run){ run.lo + lo, hi - lo,
								 run.depth + WORD })))
				r = -ENOMEM;
		}
	}
	vec_fini(&todo);
	return r;
}
