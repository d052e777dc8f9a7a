/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A walk through a subtree, children ascending, without recursion. Its budgets, of bytes
 * to look at and of values to find, make cycles and shared subtrees end.
 */
#pragma once

#include "libkmod/index/glob.h"
#include "libkmod/index/index-node.h"

struct level {
	struct node node;
	struct glob_at at; /* for matching */
	uint32_t key_len;  /* of the key up to this node */
	unsigned next;     /* child to visit next */
};

/*
 * A walk for keys in order takes a node's values before its children; one that matches,
 * after them.
 */
struct walk {
	const struct index *idx;
	struct glob *glob;    /* NULL: no matching, everything */
	uint32_t pattern_off; /* where in key the pattern for glob starts */
	int (*take)(struct walk *w, const struct node *node, uint32_t key_len);
	void *data;
	uint64_t work_left;
	uint64_t values_left; /* bytes of values */
	int error;
	struct level *levels;
	size_t n_levels, max_levels;
	struct level local[16];
	char key[INDEX_MAX_KEY + 1]; /* the path to where the walk is */
};

void walk_init(struct walk *w, const struct index *idx);
void walk_fini(struct walk *w);
/* Takes cost off the budget; false when it is used up. */
bool walk_spend(struct walk *w, uint64_t cost) _must_check_;
/* The next value in rest, off the budget too; false: none, or none to be had any more. */
bool walk_next_value(struct walk *w, struct bytes *rest, struct index_hit *hit) _must_check_;
/* Goes down into a node; from is how much of its prefix the key has already. */
void walk_enter(struct walk *w, const struct node *node, uint32_t from, struct glob_at at,
		uint32_t key_len);
void walk_enter_child(struct walk *w, uint32_t ref, unsigned char c, struct glob_at at,
		      uint32_t key_len);
/* Walks what has been entered, to its end; an error, or what take returned, ends it too. */
int walk_run(struct walk *w) _must_check_;

/*
 * For arrays that start in the caller's frame and move to the heap only when they outgrow
 * it: local holds what is at, used bytes of it are kept.
 */
void *walk_outgrow(void *at, const void *local, size_t used, size_t size) _must_check_;
