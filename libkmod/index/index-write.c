/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * In the sorted array a node is a range of entries that agree up to some depth:
 *
 *	on  -> b  \  on: values b, a  \
 *	on  -> a  |                   |  o: children n, x
 *	once -> c /  child c          |
 *	ox* -> d                      /
 *
 * A stack of ranges to do, the first child on top, gives pre-order; each knows where the
 * reference to it has to be written. No tree is built.
 */
#include "libkmod/index/index-write.h"

#include <errno.h>
#include <string.h>

#include "libkmod/index/index-sort.h"
#include "shared/cleanup.h"
#include "shared/vec.h"

struct node { /* a subtree to write: items which agree in their first depth bytes */
	uint32_t lo, hi;
	uint32_t depth;
	uint32_t ref_off; /* where in the index the reference to it goes */
};

struct emit {
	const struct index_entry *entries; /* sorted */
	const struct sort_item *items;     /* of the same */
	struct strbuf *out;
	size_t base; /* where the index starts in out */
	VEC(struct node) todo;
};

enum { MAX_CHILDREN = 128, MAX_CHILDREN_SIZE = 2 + 4 * MAX_CHILDREN };

static unsigned char byte_at(const struct sort_item *it, uint32_t depth)
{
	return (unsigned char)it->key[depth];
}

static uint32_t common_len(const struct sort_item *a, const struct sort_item *b,
			   uint32_t from)
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
static char *put_children(struct emit *e, char *to, uint32_t lo, uint32_t hi,
			  uint32_t depth)
{
	unsigned char first = byte_at(&e->items[lo], depth);
	unsigned char last = byte_at(&e->items[hi - 1], depth);
	char *table = to + 2, *end = table + 4 * (size_t)(last - first + 1);
	uint32_t table_off = (uint32_t)((size_t)(table - e->out->data) - e->base);

	to[0] = (char)first;
	to[1] = (char)last;
	memset(table, 0, (size_t)(end - table));

	const struct sort_item *begin = &e->items[lo], *at = &e->items[hi];
	while (at > begin) {
		const struct sort_item *behind = at--;
		unsigned char c = byte_at(at, depth);

		while (at > begin && byte_at(at - 1, depth) == c)
			at--;
		e->todo.at[e->todo.n++] = (struct node){
			.lo = (uint32_t)(at - e->items),
			.hi = (uint32_t)(behind - e->items),
			.depth = depth + 1,
			.ref_off = table_off + 4 * (uint32_t)(c - first),
		};
	}
	return end;
}

static char *put_values(const struct emit *e, char *to, uint32_t lo, uint32_t hi)
{
	to = put_be32(to, hi - lo);
	for (uint32_t i = lo; i < hi; i++) {
		const struct index_entry *entry = &e->entries[i];

		to = put_be32(to, entry->priority);
		size_t size = strlen(entry->value) + 1;

		to = (char *)memcpy(to, entry->value, size) + size;
	}
	return to;
}

static size_t values_size(const struct emit *e, uint32_t lo, uint32_t hi)
{
	size_t size = 4;

	for (uint32_t i = lo; i < hi; i++)
		size += 4 + strlen(e->entries[i].value) + 1;
	return size;
}

static int emit_node(struct emit *e, struct node node)
{
	const struct sort_item *first = &e->items[node.lo];
	bool is_root = node.depth == 0;
	uint32_t depth = is_root ? 0
				 : common_len(first, &e->items[node.hi - 1], node.depth);
	size_t off = e->out->len - e->base;
	uint32_t flags = 0, values_end = node.lo;

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
	put_be32(e->out->data + e->base + node.ref_off, (uint32_t)off | flags);
	return 0;
}

static int emit_tree(struct emit *e, size_t n)
{
	strbuf_add_be32(e->out, INDEX_MAGIC);
	strbuf_add_be32(e->out, INDEX_VERSION);
	strbuf_add_be32(e->out, INDEX_HEADER_SIZE);
	if (n > 0 && !vec_push(&e->todo, ((struct node){ 0, (uint32_t)n, 0, 8 })))
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

/* Eight bytes at a time; the tail one by one. */
static bool is_7bit(const char *s, size_t len)
{
	uint64_t seen = 0;

	for (uint64_t word; len >= sizeof(word); s += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, s, sizeof(word));
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

static int fill_items(struct sort_item *items, const struct index_entry *entries,
		      size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct index_entry *e = &entries[i];
		size_t key_len = strlen(e->key);

		if (key_len > INDEX_MAX_KEY || !is_7bit(e->key, key_len) ||
		    !is_7bit(e->value, strlen(e->value)))
			return -EILSEQ;
		items[i] = (struct sort_item){
			.key = e->key,
			.idx = (uint32_t)i,
			.key_len = (uint32_t)key_len,
		};
	}
	return 0;
}

/* Into the order of items, whose idx is then out of date. */
static int reorder(struct index_entry *entries, const struct sort_item *items, size_t n)
{
	_cleanup_free_ struct index_entry *sorted = malloc((n + 1) * sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		sorted[i] = entries[items[i].idx];
	memcpy(entries, sorted, n * sizeof(*sorted));
	return 0;
}

int index_write(struct index_entry *entries, size_t n, struct strbuf *out)
{
	if (n > INDEX_MAX_SIZE / 5) /* not even the empty strings would fit */
		return -EFBIG;

	_cleanup_free_ struct sort_item *items = malloc((n + 1) * sizeof(*items));
	if (!items)
		return -ENOMEM;

	int r = fill_items(items, entries, n);
	if (r == 0)
		r = index_sort(items, n, entries);
	if (r == 0)
		r = reorder(entries, items, n);
	if (r < 0)
		return r;

	struct emit e = {
		.entries = entries, .items = items, .out = out, .base = out->len
	};
	r = emit_tree(&e, n);
	vec_fini(&e.todo);
	if (r < 0)
		strbuf_truncate(out, e.base);
	return r;
}
