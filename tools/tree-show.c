/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Three views of one walk. A module's branches are shown where it comes first; where it
 * comes again it is marked (*), so that no output is larger than the graph has edges.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/json.h"
#include "shared/str.h"
#include "tools/columns.h"
#include "tools/tool.h"
#include "tools/tree.h"

struct visit {
	uint32_t node;
	uint32_t depth;
	size_t parent_row;
	uint32_t from; /* for edges; the node itself for a root */
	bool again;    /* its branches have been shown */
};

typedef int visit_fn(void *data, struct visit *at, size_t *row);

static const struct tree_links *branches(const struct tree_view *v, uint32_t node)
{
	const struct tree_node *n = &v->graph->nodes.at[node];

	return v->reverse ? &n->users : &n->needs;
}

/* Depth first, without recursion: what is to come lies on a stack, last child deepest. */
static int walk(struct tree_view *v, visit_fn *fn, void *data)
{
	VEC(struct visit) stack = { 0 };
	int r = 0;

	for (size_t i = v->roots.n; i-- > 0;) {
		const struct visit root = { v->roots.at[i], 0, COLUMNS_NO_PARENT,
					    v->roots.at[i], false };

		if (!vec_push(&stack, root))
			r = -ENOMEM;
	}
	while (r == 0 && stack.n > 0) {
		struct visit at = stack.at[--stack.n];
		struct tree_node *n = &v->graph->nodes.at[at.node];
		const struct tree_links *next = branches(v, at.node);
		size_t row = COLUMNS_NO_PARENT;

		tree_ask(v->graph, at.node);
		at.again = n->expanded && next->to.n > 0;
		r = fn(data, &at, &row);
		if (n->expanded || at.depth == v->depth)
			continue;
		n->expanded = true;
		for (size_t i = next->to.n; r == 0 && i-- > 0;) {
			const struct visit child = { next->to.at[i], at.depth + 1, row,
						     at.node, false };

			if (!vec_push(&stack, child))
				r = -ENOMEM;
		}
	}
	vec_fini(&stack);
	return r;
}

/* ---- columns ---- */

struct column_view {
	struct tree_view *v;
	struct columns columns;
};

static int add_row(void *data, struct visit *at, size_t *row)
{
	struct column_view *c = data;
	const struct tree_node *n = &c->v->graph->nodes.at[at->node];
	_cleanup_free_ char *name = NULL;
	char size[24] = "-";

	if (asprintf(&name, "%s%s", n->name, at->again ? " (*)" : "") < 0)
		return -ENOMEM;
	if (n->size >= 0)
		snprintf(size, sizeof(size), "%" PRId64, n->size);
	*row = columns_add(&c->columns, at->parent_row,
			   (const char *const[]){ name, size, tree_state_name(n) });
	return c->columns.failed ? -ENOMEM : 0;
}

int tree_show_columns(struct tree_view *v)
{
	static const struct columns_head heads[] = {
		{ "MODULE", false, true },
		{ "SIZE", true, false },
		{ "STATE", false, false },
	};
	struct column_view c = { .v = v };
	int r;

	if (v->roots.n == 0)
		return 0;
	columns_init(&c.columns, heads, ARRAY_SIZE(heads));
	r = walk(v, add_row, &c);
	if (r == 0)
		r = columns_print(&c.columns, stdout);
	columns_fini(&c.columns);
	return r;
}

/* ---- Graphviz ---- */

struct dot_view {
	struct tree_view *v;
	struct strbuf out;
};

static void put_quoted(struct strbuf *out, const char *s)
{
	_cleanup_free_ char *text = str_printable(s, "");

	if (!text) {
		out->failed = true;
		return;
	}
	strbuf_addc(out, '"');
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *p);
	}
	strbuf_addc(out, '"');
}

static int add_edge(void *data, struct visit *at, size_t *row _unused_)
{
	struct dot_view *d = data;
	const struct tree_node *n = &d->v->graph->nodes.at[at->node];
	const struct tree_node *from = &d->v->graph->nodes.at[at->from];

	if (!n->expanded) {
		strbuf_adds(&d->out, "\t");
		put_quoted(&d->out, n->name);
		strbuf_addf(&d->out, "%s;\n", n->state >= 0 ? " [style=filled]" : "");
	}
	if (at->from == at->node)
		return 0;
	strbuf_adds(&d->out, "\t");
	put_quoted(&d->out, d->v->reverse ? n->name : from->name);
	strbuf_adds(&d->out, " -> ");
	put_quoted(&d->out, d->v->reverse ? from->name : n->name);
	strbuf_adds(&d->out, ";\n");
	return strbuf_ok(&d->out) ? 0 : -ENOMEM;
}

int tree_show_dot(struct tree_view *v)
{
	struct dot_view d = { .v = v, .out = STRBUF_INIT };
	int r;

	strbuf_adds(&d.out, "digraph modules {\n\trankdir=LR;\n\tnode [shape=box];\n");
	r = walk(v, add_edge, &d);
	strbuf_adds(&d.out, "}\n");
	if (r == 0 && !strbuf_ok(&d.out))
		r = -ENOMEM;
	if (r == 0)
		tool_put_value(stdout, strbuf_str(&d.out));
	strbuf_fini(&d.out);
	return r;
}

/* ---- JSON ---- */

struct json_view {
	struct tree_view *v;
	struct json json;
	uint8_t *done; /* per node: it has been written */
};

static void put_names(struct json_view *j, const char *key, const uint32_t *at, size_t n)
{
	json_begin_array(&j->json, key);
	for (size_t i = 0; i < n; i++)
		json_string(&j->json, NULL, j->v->graph->nodes.at[at[i]].name);
	json_end_array(&j->json);
}

static int add_module(void *data, struct visit *at, size_t *row _unused_)
{
	struct json_view *j = data;
	const struct tree_node *n = &j->v->graph->nodes.at[at->node];

	if (j->done[at->node])
		return 0;
	j->done[at->node] = 1;
	json_begin_object(&j->json, NULL);
	json_string(&j->json, "name", n->name);
	json_string(&j->json, "path", n->path);
	json_string(&j->json, "state", n->state < 0 ? NULL : tree_state_name(n));
	if (n->size >= 0)
		json_i64(&j->json, "size", n->size);
	else
		json_null(&j->json, "size");
	put_names(j, "needs", n->needs.to.at, n->needs.to.n);
	put_names(j, "users", n->users.to.at, n->users.to.n);
	json_end_object(&j->json);
	return strbuf_ok(j->json.out) ? 0 : -ENOMEM;
}

int tree_show_json(struct tree_view *v)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_free_ uint8_t *done = calloc(v->graph->nodes.n + 1, 1);
	struct json_view j = { .v = v, .json = json_to(&out), .done = done };
	int r = done ? 0 : -ENOMEM;

	json_document(&j.json, "tree");
	json_string(&j.json, "kernel", v->graph->target->release);
	json_bool(&j.json, "reverse", v->reverse);
	put_names(&j, "roots", v->roots.at, v->roots.n);
	json_begin_array(&j.json, "modules");
	if (r == 0)
		r = walk(v, add_module, &j);
	json_end_array(&j.json);
	json_end_document(&j.json);
	if (r == 0 && !strbuf_ok(&out))
		r = -ENOMEM;
	if (r == 0)
		fwrite(strbuf_str(&out), 1, out.len, stdout);
	return r;
}
