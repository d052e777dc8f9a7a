/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading nodes, exact lookup. All damage is met in node_read(), which checks every
 * offset and count; what a node hands out lies inside the file.
 */
#include "libkmod/index/index-read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libkmod/index/index-node.h"
#include "shared/vec.h"

/* Eight bytes that every node touches: not worth a call for their address. */
static _Thread_local unsigned long nodes_visited __attribute__((tls_model("initial-exec")));

unsigned long index_nodes_visited(void)
{
	unsigned long n = nodes_visited;

	nodes_visited = 0;
	return n;
}

void index_on_damage(struct index *idx, index_damage_fn *fn, void *data, unsigned tag)
{
	idx->on_damage = fn;
	idx->on_damage_data = data;
	idx->on_damage_tag = tag;
}

/* False, for the caller to return. What could not be read is another matter. */
__attribute__((cold)) static bool damaged(const struct index *const_idx)
{
	struct index *idx = (struct index *)const_idx;

	if (idx->on_damage && index_error(idx) == 0 &&
	    !atomic_exchange(&idx->damage_met, true))
		idx->on_damage(idx->on_damage_data, idx->on_damage_tag);
	return false;
}

/* ---- nodes ---- */

/* The string at the start of b, at most max bytes with its NUL; NULL when it has none. */
static const char *read_string(const struct index *idx, struct bytes b, size_t max,
			       size_t *len)
{
	size_t window = idx->blocks ? 256 : max;
	const char *s = NULL;

	if (max > b.len)
		max = b.len;
	for (bool all = false; !s && !all; window *= 4) {
		struct bytes head;

		all = window >= max;
		if (all)
			window = max;
		index_need_bytes(idx, b, window);
		if (!bytes_sub(b, 0, window, &head))
			return NULL;
		s = bytes_cstr(head, 0, len);
	}
	return s;
}

static bool read_prefix(const struct index *idx, struct bytes *rest, struct node *node)
{
	size_t len;

	node->prefix = read_string(idx, *rest, INDEX_MAX_KEY + 1, &len);
	if (!node->prefix)
		return false;
	node->prefix_len = (uint32_t)len;
	return bytes_sub(*rest, len + 1, rest->len - len - 1, rest);
}

static bool read_children(const struct index *idx, struct bytes *rest, struct node *node)
{
	uint8_t first, last;

	index_need_bytes(idx, *rest, 2 + 4 * 128);
	if (!bytes_u8(*rest, 0, &first) || !bytes_u8(*rest, 1, &last) || first > last ||
	    last >= 0x80)
		return false;

	uint64_t size = 4 * (uint64_t)(last - first + 1);
	if (!bytes_sub(*rest, 2, size, &node->children))
		return false;
	node->first = first;
	node->n_children = (uint8_t)(last - first + 1);
	return bytes_sub(*rest, 2 + size, rest->len - 2 - size, rest);
}

static bool read_values(const struct index *idx, struct bytes rest, struct node *node)
{
	uint32_t n;

	index_need_bytes(idx, rest, 4);
	if (!bytes_u32(rest, 0, true, &n) || n > (rest.len - 4) / 5 ||
	    !bytes_sub(rest, 4, rest.len - 4, &node->values))
		return false;
	node->n_values = n;
	return true;
}

bool node_read(const struct index *idx, uint32_t ref, struct node *out)
{
	struct node node = { .prefix = "" };
	uint32_t off = ref & INDEX_OFFSET_MASK;
	struct bytes rest;

	nodes_visited++;
	if (!(ref & ~INDEX_OFFSET_MASK)) /* of an empty index, or no child */
		return false;
	if (off < INDEX_HEADER_SIZE || off >= idx->bytes.len ||
	    !bytes_sub(idx->bytes, off, idx->bytes.len - off, &rest) ||
	    ((ref & INDEX_NODE_PREFIX) && !read_prefix(idx, &rest, &node)) ||
	    ((ref & INDEX_NODE_CHILDREN) && !read_children(idx, &rest, &node)) ||
	    ((ref & INDEX_NODE_VALUES) && !read_values(idx, rest, &node)))
		return damaged(idx);
	*out = node;
	return true;
}

bool next_value(const struct index *idx, struct bytes *rest, struct index_hit *hit)
{
	struct bytes string;
	uint32_t priority;
	size_t len;

	index_need_bytes(idx, *rest, 4);
	if (!bytes_u32(*rest, 0, true, &priority) ||
	    !bytes_sub(*rest, 4, rest->len - 4, &string))
		return damaged(idx);
	const char *value = read_string(idx, string, string.len, &len);
	if (!value || !bytes_sub(string, len + 1, string.len - len - 1, rest))
		return damaged(idx);
	hit->value = value;
	hit->priority = priority;
	return true;
}

/* ---- exact lookup ---- */

int index_find(const struct index *idx, const char *key, const char **value)
{
	struct index_hit hit;
	struct node node;

	for (uint32_t ref = idx->root; node_read(idx, ref, &node); key++) {
		if (strncmp(key, node.prefix, node.prefix_len) != 0)
			break;
		key += node.prefix_len;
		if (*key == '\0') {
			if (node.n_values == 0 || !next_value(idx, &node.values, &hit))
				break;
			*value = hit.value;
			return index_error(idx) < 0 ? index_error(idx) : 1;
		}
		ref = child_for(&node, (unsigned char)*key);
	}
	return index_error(idx);
}

/* ---- soundness ---- */

static bool has_all_values(const struct index *idx, const struct node *node)
{
	struct bytes rest = node->values;
	struct index_hit hit;
	uint32_t n = 0;

	while (n < node->n_values && next_value(idx, &rest, &hit))
		n++;
	return n == node->n_values;
}

int index_is_whole(const struct index *idx)
{
	struct {
		VEC(uint32_t) refs;
	} todo = { 0 };
	size_t nodes_left = idx->bytes.len; /* damage may have made a loop */
	int r = 1;

	/* An empty index has no root, only a place for it. */
	if (idx->root & ~INDEX_OFFSET_MASK)
		r = vec_push(&todo.refs, idx->root) ? 1 : -ENOMEM;
	while (r > 0 && todo.refs.n > 0) {
		struct node node;

		if (nodes_left-- == 0 ||
		    !node_read(idx, todo.refs.at[--todo.refs.n], &node) ||
		    !has_all_values(idx, &node))
			r = 0;
		for (unsigned i = 0; r > 0 && i < node.n_children; i++) {
			uint32_t ref = child_at(&node, i);

			if (ref && !vec_push(&todo.refs, ref))
				r = -ENOMEM;
		}
	}
	vec_fini(&todo.refs);
	return r;
}
