/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/tree.h"

#include <errno.h>
#include <string.h>

#include "libkmod/module/mod.h"
#include "shared/cleanup.h"
#include "shared/str.h"
#include "tools/tool.h"

enum { OPT_DOT = 256, OPT_JSON };

static const struct opt tree_opts[] = {
	{ 'r', "reverse", NULL, 'r', "show who needs a module, not what it needs", NULL },
	{ 'l', "loaded", NULL, 'l', "show what is loaded, as the kernel tells", NULL },
	{ 'd', "depth", "N", 'd', "show branches down to N levels", NULL },
	{ 'k', "set-version", "VERSION", 'k',
	  "use the modules of VERSION, not of the running kernel", NULL },
	{ 'b', "basedir", "DIR", 'b', "use DIR as the root of the file system", NULL },
	{ 0, "dot", NULL, OPT_DOT, "print a graph for Graphviz", NULL },
	{ 0, "json", NULL, OPT_JSON, "print JSON", NULL },
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command tree_command = {
	.name = "tree",
	.synopsis = { "[options] [MODULE...]", NULL },
	.summary = "Show modules as a tree of what they need",
	.opts = tree_opts,
};

struct tree {
	struct target target;
	bool loaded;
	int (*show)(struct tree_view *v);
	struct tree_graph graph;
	struct tree_view view;
};

static int out_of_memory(void)
{
	tool_err("%s", strerror(ENOMEM));
	return 1;
}

static int add_root(struct tree *t, uint32_t node)
{
	for (size_t i = 0; i < t->view.roots.n; i++)
		if (t->view.roots.at[i] == node)
			return 0;
	return vec_push(&t->view.roots, node) ? 0 : out_of_memory();
}

/* Every module that is no branch of another. */
static int add_all_roots(struct tree *t)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < t->graph.nodes.n; i++) {
		const struct tree_node *n = &t->graph.nodes.at[i];

		/* Roots are all different here: no need to look. */
		if ((t->view.reverse ? n->needs.to.n : n->users.to.n) == 0 &&
		    !vec_push(&t->view.roots, i))
			rc = out_of_memory();
	}
	return rc;
}

static int add_found(struct tree *t, const struct mod_hits *hits)
{
	uint32_t node;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < hits->hits.n; i++)
		rc = tree_node(&t->graph, hits->hits.at[i].mod->name, &node) < 0
			     ? out_of_memory()
			     : add_root(t, node);
	return rc;
}

static int add_named(struct tree *t, const char *operand)
{
	_cleanup_(mod_hits_fini) struct mod_hits hits = { 0 };
	int r = mod_lookup(t->target.ctx, operand, false, &hits);

	if (r == -ENOMEM)
		return out_of_memory();
	if (r < 0 || hits.hits.n == 0) {
		tool_err("module %s not found in directory %s", operand, t->target.dir);
		return 1;
	}
	if (t->loaded) {
		uint32_t node;

		for (size_t i = 0; i < hits.hits.n; i++) {
			if (tree_find(&t->graph, hits.hits.at[i].mod->name, &node) > 0)
				continue;
			tool_err("module %s is not loaded", hits.hits.at[i].mod->name);
			return 1;
		}
	}
	return add_found(t, &hits);
}

static int build(struct tree *t)
{
	int r = t->loaded ? tree_from_live(&t->graph) : tree_from_index(&t->graph);

	if (r == -ENOMEM)
		return out_of_memory();
	if (r < 0 && t->loaded)
		tool_err("could not read %s: %s", t->graph.unread, strerror(-r));
	else if (r < 0)
		tool_err("could not read %s/modules.dep.bin: %s", t->target.dir,
			 strerror(-r));
	return r < 0;
}

static int tree(struct tree *t, int n, char *const *operands)
{
	int rc = 0;

	if (target_open(&t->target) != 0)
		return 1;
	if (t->loaded && !t->target.is_running) {
		tool_err("--loaded is about the running kernel");
		return 1;
	}
	t->graph.target = &t->target;
	t->view.graph = &t->graph;
	if (build(t) != 0)
		return 1;
	for (int i = 0; i < n; i++)
		rc |= add_named(t, operands[i]);
	if (n == 0)
		rc = add_all_roots(t);
	if (t->show(&t->view) < 0)
		rc = out_of_memory();
	return rc;
}

static int take_depth(struct tree *t, const char *value)
{
	uint64_t depth;

	if (str_to_u64(value, 10, &depth) < 0 || depth >= UINT32_MAX) {
		tool_err("'%s' is no depth", value);
		return 1;
	}
	t->view.depth = (uint32_t)depth;
	return -1;
}

static int take_show(struct tree *t, int (*show)(struct tree_view *v))
{
	if (t->show != tree_show_columns && t->show != show) {
		tool_err("--dot and --json exclude each other");
		return 1;
	}
	t->show = show;
	return -1;
}

/* -1: go on; else the exit status. */
static int take_option(struct tree *t, int id, const char *value)
{
	switch (id) {
	case 'r':
		t->view.reverse = true;
		return -1;
	case 'l':
		t->loaded = true;
		return -1;
	case 'd':
		return take_depth(t, value);
	case 'k':
		t->target.version = value;
		return -1;
	case 'b':
		t->target.root = value;
		return -1;
	case OPT_DOT:
		return take_show(t, tree_show_dot);
	case OPT_JSON:
		return take_show(t, tree_show_json);
	case 'V':
		tool_version();
		return 0;
	case 'h':
		opt_help(&tree_command, "tree");
		return 0;
	}
	return 1;
}

static int tree_run(int argc, char **argv)
{
	struct tree t = {
		.show = tree_show_columns,
		.graph.arena = ARENA_INIT,
		.view.depth = UINT32_MAX,
	};
	struct opt_parser parser;
	int id, first, rc = -1;

	if (opt_begin(&parser, &tree_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1)
		rc = take_option(&t, id, parser.value);
	if (rc < 0) {
		first = opt_operands(&parser);
		rc = tree(&t, parser.argc - first, parser.argv + first);
	}
	opt_end(&parser);
	vec_fini(&t.view.roots);
	tree_fini(&t.graph);
	target_close(&t.target);
	return rc;
}

const struct tool tool_tree = {
	.name = "tree",
	.run = tree_run,
	.options = &tree_command,
};
