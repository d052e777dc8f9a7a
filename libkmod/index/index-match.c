/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pattern lookup: keys are patterns, the query is literal. It follows the query through
 * the tree and leaves it sideways wherever a key has a wildcard:
 *
 *	query  pci:v00008086d...           keys  pci:v00008086d*...   pci:v*d*bc0C*...
 *	       |literal path                     |---- prefix ---|    |---|
 *	  root -> p -> ci:v -> 00008086d -> ...
 *	                 \         \
 *	                  *         *      side trees: the set of places in the query which
 *	                 / \               the pattern can have reached goes down with the
 *	                d   s              walk (glob.h); it is empty, the subtree is left
 *
 * What was hit is collected in the order of the visit and handed out ordered.
 */
#include "libkmod/index/index-read.h"

#include <errno.h>
#include <string.h>

#include "libkmod/index/index-walk.h"

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
		char *grown = walk_outgrow(h->patterns, h->local_patterns,
					   h->patterns_len, want);

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
		struct found *grown = walk_outgrow(h->at, h->local, h->n * sizeof(*grown),
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

	/* The copies of damaged trees' keys must not fill the memory either. */
	if (w->values_left == 0 || !walk_spend(w, key_len / 4))
		return 0;
	if (!add_pattern(h, w->key, (size_t)key_len + 1))
		return -ENOMEM;
	for (uint32_t i = 0; i < node->n_values && walk_next_value(w, &rest, &hit); i++) {
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
static struct glob_at begin_side(struct walk *w, struct glob *g, const char *query,
				 uint32_t pos)
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
				walk_enter(w, &node, i, begin_side(w, g, query, pos),
					   pos);
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
			walk_enter_child(w, ref, (unsigned char)*c,
					 begin_side(w, g, query, pos), pos);
			if (walk_run(w) != 0)
				return w->error;
		}
		if (query[pos] == '\0') {
			w->key[pos] = '\0';
			return node.n_values > 0 ? take_hits(w, &node, pos) : 0;
		}
		ref = child_for(&node, (unsigned char)query[pos]);
		if (ref == 0 || pos >= INDEX_MAX_KEY)
			return 0;
		w->key[pos] = query[pos];
		pos++;
	}
	return 0;
}

int index_match(const struct index *idx, const char *query, index_hit_fn *emit,
		void *data)
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
		r = index_error(idx);
	if (r == 0)
		r = emit_hits(&h, emit, data);
	glob_fini(&g);
	hits_fini(&h);
	walk_fini(&w);
	return r;
}
