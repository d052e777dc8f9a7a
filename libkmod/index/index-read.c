/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Exact lookup follows one path. Pattern lookup follows the same literal path and leaves
 * it sideways wherever a key has a wildcard:
 *
 *	query  pci:v00008086d...           keys  pci:v00008086d*...   pci:v*d*bc0C*...
 *	       |literal path                     |---- prefix ---|    |---|
 *	  root -> p -> ci:v -> 00008086d -> ...
 *	                 \         \
 *	                  *         *      side trees: the set of places in the query which
 *	                 / \               the pattern can have reached goes down with the
 *	                d   s              walk (glob.h); it is empty, the subtree is left
 *
 * Damage is met in two places: node_read() checks every offset and count, and a walk has
 * a budget of bytes to look at, so that cycles and shared subtrees end.
 */
#include "libkmod/index/index-read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libkmod/index/glob.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"

struct index {
	atomic_int refcount;
	uint32_t root;
	unsigned long long mtime_usec;
	struct bytes bytes; /* the file, header included */
	unsigned char data[];
};

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
	if (!bytes_u32(header, 0, true, &magic) || !bytes_u32(header, 4, true, &version) ||
	    !bytes_u32(header, 8, true, &root))
		snprintf(buf, size, "too short: %zu bytes instead of at least %u", header.len,
			 INDEX_HEADER_SIZE);
	else if (magic != INDEX_MAGIC)
		snprintf(buf, size, "magic check fail: %08x instead of %08x", magic, INDEX_MAGIC);
	else if (version >> 16 != INDEX_VERSION_MAJOR)
		snprintf(buf, size, "major version check fail: %u instead of %u", version >> 16,
			 INDEX_VERSION_MAJOR);
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
	if (idx && atomic_fetch_sub_explicit(&idx->refcount, 1, memory_order_acq_rel) == 1)
		free(idx);
}

unsigned long long index_mtime_usec(const struct index *idx)
{
	return idx->mtime_usec;
}

/* ---- nodes ---- */

struct node {
	const char *prefix; /* not NULL */
	uint32_t prefix_len;
	uint32_t n_values;
	struct bytes values;   /* behind the count */
	struct bytes children; /* the table of references */
	uint8_t first;         /* key byte of the table's first */
	uint8_t n_children;
};

/* Bytes of a node that a walk may have to look at. */
static uint64_t node_cost(const struct node *node)
{
	return 8 + (uint64_t)node->prefix_len + node->children.len;
}

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

	if (!bytes_u8(*rest, 0, &first) || !bytes_u8(*rest, 1, &last) || first > last || last >= 0x80)
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

/* False when ref is no node or the node is damaged. */
static bool node_read(const struct index *idx, uint32_t ref, struct node *out)
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

/* The reference to the i-th child of the table; 0 when there is none. */
static uint32_t child_at(const struct node *node, unsigned i)
{
	uint32_t ref;

	return bytes_u32(node->children, 4 * (uint64_t)i, true, &ref) ? ref : 0;
}

static uint32_t child_for(const struct node *node, unsigned char c)
{
	return c >= node->first ? child_at(node, c - node->first) : 0;
}

/* Takes the next value from the front of rest. */
static bool next_value(struct bytes *rest, struct index_hit *hit)
{
	uint32_t priority;
	size_t len;
	const char *value;

	if (!bytes_u32(*rest, 0, true, &priority))
		return false;
	value = bytes_cstr(*rest, 4, &len);
	if (!value || !bytes_sub(*rest, 4 + len + 1, rest->len - 4 - len - 1, rest))
		return false;
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

/* ---- walks ---- */

/*
 * Arrays that start in the caller's frame and move to the heap only when they outgrow it.
 * local holds size bytes of which used are kept.
 */
static void *outgrow(void *at, const void *local, size_t used, size_t size)
{
	void *grown;

	if (at != local)
		return realloc(at, size);
	grown = malloc(size);
	return grown ? memcpy(grown, local, used) : NULL;
}

struct level {
	struct node node;
	struct glob_at at; /* for matching */
	uint32_t key_len;  /* of the key up to this node */
	unsigned next;     /* child to visit next */
};

/*
 * A walk through a subtree, children ascending. A walk for keys in order takes a node's
 * values before its children; one that matches, after them.
 */
struct walk {
	const struct index *idx;
	struct glob *glob;    /* NULL: no matching, everything */
	uint32_t pattern_off; /* where in key the pattern for glob starts */
	int (*take)(struct walk *w, const struct node *node, uint32_t key_len);
	void *data;
	uint64_t work_left;
	int error;
	struct level *levels;
	size_t n_levels, max_levels;
	struct level local[16];
	char key[INDEX_MAX_KEY + 1]; /* the path to where the walk is */
};

static void walk_init(struct walk *w, const struct index *idx)
{
	w->idx = idx;
	w->glob = NULL;
	w->pattern_off = 0;
	w->error = 0;
	/* A sound tree is walked with its own size; queries with wildcards return to places. */
	w->work_left = 64 * (uint64_t)idx->bytes.len;
	w->levels = w->local;
	w->n_levels = 0;
	w->max_levels = ARRAY_SIZE(w->local);
}

static void walk_fini(struct walk *w)
{
	if (w->levels != w->local)
		free(w->levels);
}

static bool spend(struct walk *w, uint64_t cost)
{
	if (cost > w->work_left) {
		w->work_left = 0;
		return false;
	}
	w->work_left -= cost;
	return true;
}

/* Adds one byte to the key; false when the pattern it makes cannot match any more. */
static bool add_byte(struct walk *w, struct glob_at *at, uint32_t *key_len, char c)
{
	if (*key_len >= INDEX_MAX_KEY)
		return false;
	w->key[(*key_len)++] = c;
	if (!w->glob)
		return true;
	return glob_step(w->glob, at, w->key + w->pattern_off, *key_len - 1 - w->pattern_off);
}

static int take_values(struct walk *w, const struct node *node, uint32_t key_len,
		       const struct glob_at *at)
{
	if (node->n_values == 0)
		return 0;
	w->key[key_len] = '\0';
	if (w->glob && !glob_done(w->glob, at, w->key + w->pattern_off))
		return 0;
	return w->take(w, node, key_len);
}

/* Goes down into a node; from is how much of its prefix the key has already. */
static void enter(struct walk *w, const struct node *node, uint32_t from, struct glob_at at,
		  uint32_t key_len)
{
	if (!spend(w, node_cost(node)))
		return;
	for (; from < node->prefix_len; from++)
		if (!add_byte(w, &at, &key_len, node->prefix[from]))
			return;

	if (w->n_levels == w->max_levels) {
		size_t max = 4 * w->max_levels;
		struct level *grown = outgrow(w->levels, w->local, w->n_levels * sizeof(*grown),
					      max * sizeof(*grown));

		if (!grown) {
			w->error = -ENOMEM;
			return;
		}
		w->levels = grown;
		w->max_levels = max;
	}
	w->levels[w->n_levels++] = (struct level){ .node = *node, .at = at, .key_len = key_len };
	if (!w->glob)
		w->error = take_values(w, node, key_len, &at);
}

static void enter_child(struct walk *w, uint32_t ref, unsigned char c, struct glob_at at,
			uint32_t key_len)
{
	struct node node;

	if (add_byte(w, &at, &key_len, (char)c) && node_read(w->idx, ref, &node))
		enter(w, &node, 0, at, key_len);
}

/* Walks what has been entered, to its end or an error. */
static int walk_run(struct walk *w)
{
	while (w->n_levels > 0 && w->error == 0) {
		struct level *top = &w->levels[w->n_levels - 1];
		uint32_t ref = 0;

		while (top->next < top->node.n_children && ref == 0)
			ref = child_at(&top->node, top->next++);
		if (ref != 0) {
			unsigned char c = (unsigned char)(top->node.first + top->next - 1);
			struct glob_at at = { 0 };

			if (w->glob)
				at = glob_branch(w->glob, &top->at);
			enter_child(w, ref, c, at, top->key_len);
			continue;
		}
		if (w->glob)
			w->error = take_values(w, &top->node, top->key_len, &top->at);
		w->n_levels--;
	}
	return w->error;
}

/* ---- all of it ---- */

struct everything {
	index_hit_fn *emit;
	void *data;
};

static int take_everything(struct walk *w, const struct node *node, uint32_t key_len _unused_)
{
	const struct everything *all = w->data;
	struct index_hit hit = { .pattern = w->key };
	struct bytes rest = node->values;

	for (uint32_t i = 0; i < node->n_values && next_value(&rest, &hit); i++) {
		if (!spend(w, 5))
			return 0;
		int r = all->emit(all->data, &hit);
		if (r != 0)
			return r;
	}
	return 0;
}

int index_walk(const struct index *idx, index_hit_fn *emit, void *data)
{
	struct everything all = { emit, data };
	struct node root;
	struct walk w;

	walk_init(&w, idx);
	w.take = take_everything;
	w.data = &all;
	if (node_read(idx, idx->root, &root))
		enter(&w, &root, 0, (struct glob_at){ 0 }, 0);
	int r = walk_run(&w);
	walk_fini(&w);
	return r;
}

/* ---- pattern lookup ---- */

struct found {
	const char *value;
	uint32_t priority;
	uint32_t seq; /* of the visit */
	uint32_t pattern_off;
};

struct hits {
	struct found *at;
	size_t n, max;
	char *patterns; /* NUL-terminated, one per node that was hit */
	size_t patterns_len, patterns_size;
	struct found local[32];
	char local_patterns[1024];
};

static void hits_init(struct hits *h)
{
	h->at = h->local;
	h->n = 0;
	h->max = ARRAY_SIZE(h->local);
	h->patterns = h->local_patterns;
	h->patterns_len = 0;
	h->patterns_size = sizeof(h->local_patterns);
}

static void hits_fini(struct hits *h)
{
	if (h->at != h->local)
		free(h->at);
	if (h->patterns != h->local_patterns)
		free(h->patterns);
}

static bool add_pattern(struct hits *h, const char *key, size_t size)
{
	if (size > h->patterns_size - h->patterns_len) {
		size_t want = 2 * h->patterns_size + size;
		char *grown = outgrow(h->patterns, h->local_patterns, h->patterns_len, want);

		if (!grown)
			return false;
		h->patterns = grown;
		h->patterns_size = want;
	}
	memcpy(h->patterns + h->patterns_len, key, size);
	h->patterns_len += size;
	return true;
}

static bool add_hit(struct hits *h, const struct index_hit *hit, size_t pattern_off)
{
	if (h->n == h->max) {
		struct found *grown = outgrow(h->at, h->local, h->n * sizeof(*grown),
					      2 * h->max * sizeof(*grown));

		if (!grown)
			return false;
		h->at = grown;
		h->max *= 2;
	}
	h->at[h->n] = (struct found){
		.value = hit->value,
		.priority = hit->priority,
		.seq = (uint32_t)h->n,
		.pattern_off = (uint32_t)pattern_off,
	};
	h->n++;
	return true;
}

static int take_hits(struct walk *w, const struct node *node, uint32_t key_len)
{
	struct hits *h = w->data;
	size_t pattern_off = h->patterns_len;
	struct bytes rest = node->values;
	struct index_hit hit;

	if (!add_pattern(h, w->key, (size_t)key_len + 1))
		return -ENOMEM;
	for (uint32_t i = 0; i < node->n_values && next_value(&rest, &hit); i++) {
		if (!spend(w, 5))
			return 0;
		if (!add_hit(h, &hit, pattern_off))
			return -ENOMEM;
	}
	return 0;
}

/* Later visits first among equal priorities. */
static int compare_found(const void *pa, const void *pb)
{
	const struct found *a = pa, *b = pb;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return a->seq > b->seq ? -1 : a->seq < b->seq;
}

static int emit_hits(struct hits *h, index_hit_fn *emit, void *data)
{
	if (h->n > 1)
		qsort(h->at, h->n, sizeof(*h->at), compare_found);
	for (size_t i = 0; i < h->n; i++) {
		struct index_hit hit = {
			.value = h->at[i].value,
			.priority = h->at[i].priority,
			.pattern = h->patterns + h->at[i].pattern_off,
		};
		int r = emit(data, &hit);
		if (r != 0)
			return r;
	}
	return 0;
}

static bool is_wildcard(char c)
{
	return c == '*' || c == '?' || c == '[';
}

/* Opens the view on the rest of the query for a side tree that starts at pos. */
static struct glob_at begin_side(struct walk *w, struct glob *g, const char *query, uint32_t pos)
{
	g->text_len -= (size_t)(query + pos - g->text);
	g->text = query + pos;
	w->glob = g;
	w->pattern_off = pos;
	return glob_begin(g);
}

/* Follows the query; side trees leave it. */
static int match_path(struct walk *w, struct glob *g, const char *query)
{
	struct node node;
	uint32_t pos = 0;

	for (uint32_t ref = w->idx->root; node_read(w->idx, ref, &node);) {
		for (uint32_t i = 0; i < node.prefix_len; i++) {
			if (is_wildcard(node.prefix[i])) {
				enter(w, &node, i, begin_side(w, g, query, pos), pos);
				return walk_run(w);
			}
			if (query[pos] != node.prefix[i] || pos >= INDEX_MAX_KEY)
				return 0;
			w->key[pos] = query[pos];
			pos++;
		}
		for (const char *c = "*?["; *c; c++) {
			ref = child_for(&node, (unsigned char)*c);
			if (ref == 0)
				continue;
			enter_child(w, ref, (unsigned char)*c, begin_side(w, g, query, pos), pos);
			if (walk_run(w) != 0)
				return w->error;
		}
		if (query[pos] == '\0') {
			w->glob = NULL;
			return take_values(w, &node, pos, NULL);
		}
		ref = child_for(&node, (unsigned char)query[pos]);
		if (ref == 0 || pos >= INDEX_MAX_KEY)
			return 0;
		w->key[pos] = query[pos];
		pos++;
	}
	return 0;
}

int index_match(const struct index *idx, const char *query, index_hit_fn *emit, void *data)
{
	struct glob g;
	struct hits h;
	struct walk w;

	walk_init(&w, idx);
	hits_init(&h);
	glob_init(&g, query, strlen(query));
	w.take = take_hits;
	w.data = &h;

	int r = match_path(&w, &g, query);
	if (r == 0 && g.failed)
		r = -ENOMEM;
	if (r == 0)
		r = emit_hits(&h, emit, data);
	glob_fini(&g);
	hits_fini(&h);
	walk_fini(&w);
	return r;
}
