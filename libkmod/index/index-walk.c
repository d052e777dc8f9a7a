/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/index-walk.h"

#include <errno.h>
#include <string.h>

/* Bytes of a node that a walk may have to look at. */
static uint64_t node_cost(const struct node *node)
{
	return 8 + (uint64_t)node->prefix_len + node->children.len;
}

void *walk_outgrow(void *at, const void *local, size_t used, size_t size)
{
	void *grown;

	if (at != local)
		return realloc(at, size);
	grown = malloc(size);
	return grown ? memcpy(grown, local, used) : NULL;
}

void walk_init(struct walk *w, const struct index *idx)
{
	w->idx = idx;
	w->glob = NULL;
	w->pattern_off = 0;
	w->error = 0;
	/* A sound tree is walked with its own size; queries with wildcards return to places. */
	w->work_left = 64 * (uint64_t)idx->bytes.len;
	/* A sound tree has each value once; a query with n stars may meet it n times more. */
	w->values_left = 16 * (uint64_t)idx->bytes.len;
	w->levels = w->local;
	w->n_levels = 0;
	w->max_levels = ARRAY_SIZE(w->local);
}

void walk_fini(struct walk *w)
{
	if (w->levels != w->local)
		free(w->levels);
}

bool walk_spend(struct walk *w, uint64_t cost)
{
	if (cost > w->work_left) {
		w->work_left = 0;
		return false;
	}
	w->work_left -= cost;
	return true;
}

bool walk_next_value(struct walk *w, struct bytes *rest, struct index_hit *hit)
{
	size_t before = rest->len;

	if (!next_value(w->idx, rest, hit) || before - rest->len > w->values_left) {
		w->values_left = 0;
		return false;
	}
	w->values_left -= before - rest->len;
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
	return glob_step(w->glob, at, w->key + w->pattern_off,
			 *key_len - 1 - w->pattern_off);
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

void walk_enter(struct walk *w, const struct node *node, uint32_t from, struct glob_at at,
		uint32_t key_len)
{
	if (!walk_spend(w, node_cost(node)))
		return;
	for (; from < node->prefix_len; from++)
		if (!add_byte(w, &at, &key_len, node->prefix[from]))
			return;

	if (w->n_levels == w->max_levels) {
		size_t max = 4 * w->max_levels;
		struct level *grown = walk_outgrow(w->levels, w->local,
						   w->n_levels * sizeof(*grown),
						   max * sizeof(*grown));

		if (!grown) {
			w->error = -ENOMEM;
			return;
		}
		w->levels = grown;
		w->max_levels = max;
	}
	w->levels[w->n_levels++] =
		(struct level){ .node = *node, .at = at, .key_len = key_len };
	if (!w->glob)
		w->error = take_values(w, node, key_len, &at);
}

void walk_enter_child(struct walk *w, uint32_t ref, unsigned char c, struct glob_at at,
		      uint32_t key_len)
{
	struct node node;

	if (add_byte(w, &at, &key_len, (char)c) && node_read(w->idx, ref, &node))
		walk_enter(w, &node, 0, at, key_len);
}

int walk_run(struct walk *w)
{
	while (w->n_levels > 0 && w->error == 0) {
		struct level *top = &w->levels[w->n_levels - 1];
		uint32_t ref = 0;

		while (top->next < top->node.n_children && ref == 0)
			ref = child_at(&top->node, top->next++);
		if (ref != 0) {
			unsigned char c =
				(unsigned char)(top->node.first + top->next - 1);
			struct glob_at at = { 0 };

			if (w->glob)
				at = glob_branch(w->glob, &top->at);
			walk_enter_child(w, ref, c, at, top->key_len);
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

static int take_everything(struct walk *w, const struct node *node,
			   uint32_t key_len _unused_)
{
	const struct everything *all = w->data;
	struct index_hit hit = { .pattern = w->key };
	struct bytes rest = node->values;

	for (uint32_t i = 0; i < node->n_values && walk_next_value(w, &rest, &hit); i++) {
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

	index_need(idx, 0, idx->bytes.len);
	walk_init(&w, idx);
	w.take = take_everything;
	w.data = &all;
	if (node_read(idx, idx->root, &root))
		walk_enter(&w, &root, 0, (struct glob_at){ 0 }, 0);
	int r = walk_run(&w);
	walk_fini(&w);
	return r == 0 ? index_error(idx) : r;
}
