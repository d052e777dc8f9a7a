/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kmod tree: modules as a graph.
 *
 *	tree.c         options, and which modules are shown
 *	tree-graph.c   modules.dep, or what is loaded, to a graph
 *	tree-show.c    the graph as a tree in columns, as Graphviz, as JSON
 *
 * modules.dep lists for each module all it needs, directly or not; an edge stays only
 * where no other of the listed ones implies it.
 */
#pragma once

#include <stdint.h>

#include "shared/map.h"
#include "tools/target.h"

struct tree_links {
	VEC(uint32_t) to;
};

struct tree_node {
	const char *name;
	const char *path;               /* NULL: not known */
	struct tree_links closure;      /* as listed */
	struct tree_links needs, users; /* direct */
	int state;                      /* enum kmod_module_initstate, or -errno */
	int64_t size;  /* in memory when loaded, else of the file; -1 not known */
	bool asked;    /* state and size are known */
	bool expanded; /* its branches have been shown */
};

struct tree_graph {
	const struct target *target;
	struct arena arena;
	struct map by_name; /* to number + 1 */
	VEC(struct tree_node) nodes;
	const char *unread; /* tree_from_live() failed: what it could not read */
};

int tree_from_index(struct tree_graph *g) _must_check_;
int tree_from_live(struct tree_graph *g) _must_check_;
void tree_fini(struct tree_graph *g);
/* The node of that name, made when it is new; -ENOMEM. */
int tree_node(struct tree_graph *g, const char *name, uint32_t *out) _must_check_;
/* 1 there, 0 not */
int tree_find(const struct tree_graph *g, const char *name, uint32_t *out);
/* Fills in state and size. */
void tree_ask(struct tree_graph *g, uint32_t node);
const char *tree_state_name(const struct tree_node *n);

struct tree_view {
	struct tree_graph *graph;
	VEC(uint32_t) roots;
	bool reverse;
	uint32_t depth; /* of branches below a root */
};

/* 0 or -ENOMEM */
int tree_show_columns(struct tree_view *v) _must_check_;
int tree_show_dot(struct tree_view *v) _must_check_;
int tree_show_json(struct tree_view *v) _must_check_;
