/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two steps, neither of which follows a pointer per comparison or builds a tree.
 *
 * Sort. Keys share long beginnings ("pci:v00008086d0000..."), so they are compared eight
 * bytes at a time, from a copy beside the key's address: all by the first word, then
 * each run of equal words by the next one, until a word holds the key's end.
 *
 *	word "pci:v000" | "08086d00" | "0015B8sv" ...
 *	     "pci:v000" | "08086d00" | "0015B9sv"
 *	     \___ one run ___________/
 *
 * A run of equal keys is put in order by priority, later inserted first.
 *
 * Emit. In the sorted array a node is a range of entries that agree up to some depth. A
 * stack of ranges to do, the first child on top, gives pre-order; each knows where the
 * reference to it has to be written.
 */
#include "libkmod/index/index-write.h"

#include <errno.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/vec.h"

struct item {
	uint64_t word; /* of the key at the depth being sorted, first byte on top */
	const char *key;
	uint32_t idx;  /* of the entry */
	uint32_t key_len;
};

struct run { /* items that agree in their first depth bytes */
	size_t lo, n;
	uint32_t depth;
};

enum { WORD = sizeof(uint64_t), SMALL_RUN = 8 };

/* ---- sort ---- */

/* Compilers make one load and a swap of it. */
static uint64_t load_word(const unsigned char *p)
{
	return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
	       (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
	       (uint64_t)p[6] << 8 | p[7];
}

/* Behind the end of the key the word is filled with NULs. */
static uint64_t key_word(const struct item *it, uint32_t depth)
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
static bool goes_after(const struct item *a, const struct item *b, uint32_t depth,
		       const struct index_entry *entries)
{
	uint64_t wa = a->word, wb = b->word;

	for (; wa == wb && !word_ends_key(wa); wa = key_word(a, depth), wb = key_word(b, depth))
		depth += WORD;
	if (wa != wb)
		return wa > wb;
	if (entries[a->idx].priority != entries[b->idx].priority)
		return entries[a->idx].priority > entries[b->idx].priority;
	return a->idx < b->idx;
}

static void sort_small_run(struct item *a, size_t n, uint32_t depth, const struct index_entry *entries)
{
	for (size_t i = 1; i < n; i++) {
		struct item it = a[i];
		size_t j = i;

		for (; j > 0 && goes_after(&a[j - 1], &it, depth, entries); j--)
			a[j] = a[j - 1];
		a[j] = it;
	}
}

static void insertion_sort(struct item *a, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct item it = a[i];
		size_t j = i;

		for (; j > 0 && a[j - 1].word > it.word; j--)
			a[j] = a[j - 1];
		a[j] = it;
	}
}

/* Whatever the input: n log n. tmp has room for n / 2. */
static void merge_sort(struct item *a, size_t n, struct item *tmp)
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

static void swap_items(struct item *a, struct item *b)
{
	struct item t = *a;

	*a = *b;
	*b = t;
}

static uint64_t median(uint64_t a, uint64_t b, uint64_t c)
{
	if (a < b)
		return b < c ? b : a < c ? c : a;
	return a < c ? a : b < c ? c : b;
}

static uint64_t pivot_of(const struct item *a, size_t n)
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
static void sort_words(struct item *a, size_t n, struct item *tmp, unsigned tries)
{
	while (n > SMALL_RUN) {
		if (tries-- == 0) {
			merge_sort(a, n, tmp);
			return;
		}

		uint64_t pivot = pivot_of(a, n);
		size_t lt = 0, gt = n;
		for (size_t i = 0; i < gt;) {
			if (a[i].word == pivot)
				i++;
			else if (a[i].word < pivot)
				swap_items(&a[lt++], &a[i++]);
			else
				swap_items(&a[i], &a[--gt]);
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
static void sort_equal(struct item *a, size_t n, const struct index_entry *entries, struct item *tmp)
{
	for (size_t i = 0; i < n; i++)
		a[i].word = (uint64_t)entries[a[i].idx].priority << 32 | (UINT32_MAX - a[i].idx);
	sort_words(a, n, tmp, tries_for(n));
}

static int sort_items(struct item *items, size_t n, const struct index_entry *entries)
{
	_cleanup_free_ struct item *tmp = malloc((n / 2 + 1) * sizeof(*tmp));
	VEC(struct run) todo = { 0 };
	int r = tmp && vec_push(&todo, ((struct run){ 0, n, 0 })) ? 0 : -ENOMEM;

	while (r == 0 && todo.n > 0) {
		struct run run = todo.at[--todo.n];
		struct item *a = items + run.lo;

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

/* ---- emit ---- */

struct node { /* a subtree to write: items which agree in their first depth bytes */
	size_t lo, hi;
	uint32_t depth;
	size_t ref_off; /* where the reference to it goes */
};

struct emit {
	const struct index_entry *entries;
	const struct item *items;
	struct strbuf *out;
	size_t base; /* where the index starts in out */
	VEC(struct node) todo;
};

enum { MAX_CHILDREN = 128, MAX_CHILDREN_SIZE = 2 + 4 * MAX_CHILDREN };

static unsigned char byte_at(const struct item *it, uint32_t depth)
{
	return (unsigned char)it->key[depth];
}

static uint32_t common_len(const struct item *a, const struct item *b, uint32_t from)
{
	uint32_t max = a->key_len < b->key_len ? a->key_len : b->key_len;

	if (a == b)
		return max;
	while (from < max && a->key[from] == b->key[from])
		from++;
	return from;
}

static char *put_be32(char *to, uint32_t v)
{
	to[0] = (char)(v >> 24);
	to[1] = (char)(v >> 16);
	to[2] = (char)(v >> 8);
	to[3] = (char)v;
	return to + 4;
}

/* The three parts of a node; room for them has been made. They return their end. */

static char *put_prefix(char *to, const char *prefix, size_t len)
{
	memcpy(to, prefix, len);
	to[len] = '\0';
	return to + len + 1;
}

/* The table of references, zero for now, and the children that will fill it, last first. */
static char *put_children(struct emit *e, char *to, size_t lo, size_t hi, uint32_t depth)
{
	unsigned char first = byte_at(&e->items[lo], depth);
	unsigned char last = byte_at(&e->items[hi - 1], depth);
	char *table = to + 2, *end = table + 4 * (size_t)(last - first + 1);

	to[0] = (char)first;
	to[1] = (char)last;
	memset(table, 0, (size_t)(end - table));

	while (hi > lo) {
		unsigned char c = byte_at(&e->items[hi - 1], depth);
		size_t start = hi - 1;

		while (start > lo && byte_at(&e->items[start - 1], depth) == c)
			start--;
		e->todo.at[e->todo.n++] = (struct node){
			.lo = start,
			.hi = hi,
			.depth = depth + 1,
			.ref_off = (size_t)(table - e->out->data) + 4 * (size_t)(c - first),
		};
		hi = start;
	}
	return end;
}

static char *put_values(const struct emit *e, char *to, size_t lo, size_t hi)
{
	to = put_be32(to, (uint32_t)(hi - lo));
	for (size_t i = lo; i < hi; i++) {
		const struct index_entry *entry = &e->entries[e->items[i].idx];

		to = put_be32(to, entry->priority);
		to = stpcpy(to, entry->value) + 1;
	}
	return to;
}

static size_t values_size(const struct emit *e, size_t lo, size_t hi)
{
	size_t size = 4;

	for (size_t i = lo; i < hi; i++)
		size += 4 + strlen(e->entries[e->items[i].idx].value) + 1;
	return size;
}

static int emit_node(struct emit *e, struct node node)
{
	const struct item *first = &e->items[node.lo];
	bool is_root = node.depth == 0;
	uint32_t depth = is_root ? 0 : common_len(first, &e->items[node.hi - 1], node.depth);
	size_t off = e->out->len - e->base, values_end = node.lo;
	uint32_t flags = 0;

	while (values_end < node.hi && e->items[values_end].key_len == depth)
		values_end++;
	if (off > INDEX_OFFSET_MASK)
		return -EFBIG;
	if (!strbuf_reserve(e->out, depth - node.depth + 1 + MAX_CHILDREN_SIZE +
					    values_size(e, node.lo, values_end)))
		return -ENOMEM;
	if (e->todo.cap - e->todo.n < MAX_CHILDREN &&
	    !vec_reserve(&e->todo, 2 * e->todo.cap + MAX_CHILDREN))
		return -ENOMEM;

	char *to = e->out->data + e->out->len;
	if (depth > node.depth) {
		flags |= INDEX_NODE_PREFIX;
		to = put_prefix(to, first->key + node.depth, depth - node.depth);
	}
	if (values_end < node.hi) {
		flags |= INDEX_NODE_CHILDREN;
		to = put_children(e, to, values_end, node.hi, depth);
	}
	if (values_end > node.lo) {
		flags |= INDEX_NODE_VALUES;
		to = put_values(e, to, node.lo, values_end);
	}
	*to = '\0';
	e->out->len = (size_t)(to - e->out->data);
	put_be32(e->out->data + node.ref_off, (uint32_t)off | flags);
	return 0;
}

static int emit_tree(struct emit *e, size_t n)
{
	strbuf_add_be32(e->out, INDEX_MAGIC);
	strbuf_add_be32(e->out, INDEX_VERSION);
	strbuf_add_be32(e->out, INDEX_HEADER_SIZE);
	if (n > 0 && !vec_push(&e->todo, ((struct node){ 0, n, 0, e->base + 8 })))
		return -ENOMEM;

	while (e->todo.n > 0) {
		struct node node = e->todo.at[--e->todo.n];
		int r = emit_node(e, node);

		if (r < 0)
			return r;
	}
	if (e->out->len - e->base > INDEX_MAX_SIZE)
		return -EFBIG;
	return strbuf_ok(e->out) ? 0 : -ENOMEM;
}

/* ---- the whole ---- */

/* Eight bytes at a time; the tail one by one. */
static bool is_7bit(const char *s, size_t len)
{
	uint64_t seen = 0;

	for (; len >= WORD; s += WORD, len -= WORD) {
		uint64_t word;

		memcpy(&word, s, WORD);
		seen |= word;
	}
	for (; len > 0; s++, len--)
		seen |= (unsigned char)*s;
	return (seen & UINT64_C(0x8080808080808080)) == 0;
}

bool index_can_hold(const char *s)
{
	size_t len = strlen(s);

	return len <= INDEX_MAX_KEY && is_7bit(s, len);
}

static int fill_items(struct item *items, const struct index_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct index_entry *e = &entries[i];
		size_t key_len = strlen(e->key);

		if (key_len > INDEX_MAX_KEY || !is_7bit(e->key, key_len) ||
		    !is_7bit(e->value, strlen(e->value)))
			return -EILSEQ;
		items[i] = (struct item){ .key = e->key, .idx = (uint32_t)i, .key_len = (uint32_t)key_len };
	}
	return 0;
}

int index_write(struct index_entry *entries, size_t n, struct strbuf *out)
{
	if (n > INDEX_MAX_SIZE / 5) /* not even the empty strings would fit */
		return -EFBIG;

	_cleanup_free_ struct item *items = malloc((n + 1) * sizeof(*items));
	if (!items)
		return -ENOMEM;

	int r = fill_items(items, entries, n);
	if (r == 0)
		r = sort_items(items, n, entries);
	if (r < 0)
		return r;

	struct emit e = { .entries = entries, .items = items, .out = out, .base = out->len };
	r = emit_tree(&e, n);
	vec_fini(&e.todo);
	if (r < 0)
		strbuf_truncate(out, e.base);
	return r;
}
