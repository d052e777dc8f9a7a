/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opening, reading nodes, exact lookup. All damage is met in node_read(), which checks
 * every offset and count; what a node hands out lies inside the file.
 */
#include "libkmod/index/index-read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libkmod/index/index-node.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"

static _Thread_local unsigned long nodes_visited;

unsigned long index_nodes_visited(void)
{
	unsigned long n = nodes_visited;

	nodes_visited = 0;
	return n;
}

/* ---- open ---- */

const char *index_header_problem(struct bytes header, char *buf, size_t size)
{
	uint32_t magic, version, root;

	buf[0] = '\0';
	if (!bytes_u32(header, 0, true, &magic) ||
	    !bytes_u32(header, 4, true, &version) || !bytes_u32(header, 8, true, &root))
		snprintf(buf, size, "too short: %zu bytes instead of at least %u",
			 header.len, INDEX_HEADER_SIZE);
	else if (magic != INDEX_MAGIC)
		snprintf(buf, size, "magic check fail: %08x instead of %08x", magic,
			 INDEX_MAGIC);
	else if (version >> 16 != INDEX_VERSION_MAJOR)
		snprintf(buf, size, "major version check fail: %u instead of %u",
			 version >> 16, INDEX_VERSION_MAJOR);
	return buf;
}

/* Completes idx, whose bytes are set; takes it over, also on failure. */
static int index_finish(struct index *idx, struct index **out)
{
	char problem[80];

	if (*index_header_problem(idx->bytes, problem, sizeof(problem)) ||
	    !bytes_u32(idx->bytes, 8, true, &idx->root)) {
		free(idx);
		return -EINVAL;
	}
	atomic_init(&idx->refcount, 1);
	*out = idx;
	return 0;
}

int index_from_bytes(struct bytes b, struct index **out)
{
	struct index *idx = calloc(1, sizeof(*idx));

	if (!idx)
		return -ENOMEM;
	idx->bytes = b;
	return index_finish(idx, out);
}

int index_open(const char *path, struct index **out)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)INDEX_HEADER_SIZE)
		return -EINVAL;
	if ((unsigned long long)st.st_size > INDEX_MAX_SIZE)
		return -EFBIG;

	_cleanup_free_ struct index *idx = malloc(sizeof(*idx) + (size_t)st.st_size);
	if (!idx)
		return -ENOMEM;
	ssize_t n = fs_pread_full(fd, idx->data, (size_t)st.st_size, 0);
	if (n < 0)
		return (int)n;
	idx->bytes = bytes_of(idx->data, (size_t)n);
	idx->mtime_usec = fs_mtime_usec(&st);
	return index_finish(TAKE_PTR(idx), out);
}

struct index *index_ref(struct index *idx)
{
	atomic_fetch_add_explicit(&idx->refcount, 1, memory_order_relaxed);
	return idx;
}

void index_unref(struct index *idx)
{
	if (idx &&
	    atomic_fetch_sub_explicit(&idx->refcount, 1, memory_order_acq_rel) == 1)
		free(idx);
}

unsigned long long index_mtime_usec(const struct index *idx)
{
	return idx->mtime_usec;
}

/* ---- nodes ---- */

static bool read_prefix(struct bytes *rest, struct node *node)
{
	struct bytes head;
	size_t max = rest->len > INDEX_MAX_KEY ? INDEX_MAX_KEY + 1 : rest->len, len;

	if (!bytes_sub(*rest, 0, max, &head))
		return false;
	node->prefix = bytes_cstr(head, 0, &len);
	if (!node->prefix)
		return false;
	node->prefix_len = (uint32_t)len;
	return bytes_sub(*rest, len + 1, rest->len - len - 1, rest);
}

static bool read_children(struct bytes *rest, struct node *node)
{
	uint8_t first, last;

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

static bool read_values(struct bytes rest, struct node *node)
{
	uint32_t n;

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
	if (off < INDEX_HEADER_SIZE || off >= idx->bytes.len ||
	    !bytes_sub(idx->bytes, off, idx->bytes.len - off, &rest))
		return false;
	if ((ref & INDEX_NODE_PREFIX) && !read_prefix(&rest, &node))
		return false;
	if ((ref & INDEX_NODE_CHILDREN) && !read_children(&rest, &node))
		return false;
	if ((ref & INDEX_NODE_VALUES) && !read_values(rest, &node))
		return false;
	*out = node;
	return true;
}

/* ---- exact lookup ---- */

int index_find(const struct index *idx, const char *key, const char **value)
{
	struct index_hit hit;
	struct node node;

	for (uint32_t ref = idx->root; node_read(idx, ref, &node); key++) {
		if (strncmp(key, node.prefix, node.prefix_len) != 0)
			return 0;
		key += node.prefix_len;
		if (*key == '\0') {
			if (node.n_values == 0 || !next_value(&node.values, &hit))
				return 0;
			*value = hit.value;
			return 1;
		}
		ref = child_for(&node, (unsigned char)*key);
	}
	return 0;
}
