/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The inside of an index, for the parts of the reader. Whatever is read here was checked. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "libkmod/index/index-read.h"

struct index {
	atomic_int refcount;
	uint32_t root;
	unsigned long long mtime_usec;
	struct bytes bytes;          /* the file, header included */
	struct index_blocks *blocks; /* which parts of bytes are there; NULL: all */
	index_damage_fn *on_damage;  /* NULL: nobody wants to know */
	void *on_damage_data;
	unsigned on_damage_tag;
	atomic_bool damage_met;
	unsigned char data[];
};

/* Makes the range be there, as far as it lies inside the file. */
void index_read_missing(const struct index *idx, uint64_t off, uint64_t len);
static inline void index_need(const struct index *idx, uint64_t off, uint64_t len)
{
	if (idx->blocks)
		index_read_missing(idx, off, len);
}
/* The same for the first len bytes of b, which lies inside idx->bytes. */
static inline void index_need_bytes(const struct index *idx, struct bytes b, uint64_t len)
{
	if (idx->blocks && b.len > 0)
		index_read_missing(idx, (uint64_t)(b.ptr - idx->bytes.ptr),
				   len < b.len ? len : b.len);
}
/* What went wrong while reading, as -errno; lookups may have found less then. */
int index_error(const struct index *idx);

struct node {
	const char *prefix; /* not NULL */
	uint32_t prefix_len;
	uint32_t n_values;
	struct bytes values;   /* behind the count */
	struct bytes children; /* the table of references */
	uint8_t first;         /* key byte of the table's first */
	uint8_t n_children;
};

/* False when ref is no node or the node is damaged. */
bool node_read(const struct index *idx, uint32_t ref, struct node *out) _must_check_;

/* The reference to the i-th child of the table; 0 when there is none. */
static inline uint32_t child_at(const struct node *node, unsigned i)
{
	uint32_t ref;

	return bytes_u32(node->children, 4 * (uint64_t)i, true, &ref) ? ref : 0;
}

static inline uint32_t child_for(const struct node *node, unsigned char c)
{
	return c >= node->first ? child_at(node, c - node->first) : 0;
}

/* Takes the next value from the front of rest. */
bool next_value(const struct index *idx, struct bytes *rest, struct index_hit *hit);
