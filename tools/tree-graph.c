/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libkmod/index/dep-line.h"
#include "libkmod/live/live.h"
#include "libkmod/module/mod.h"
#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "tools/tree.h"

int tree_find(const struct tree_graph *g, const char *name, uint32_t *out)
{
	void *at = map_get(&g->by_name, name);

	if (!at)
		return 0;
	*out = (uint32_t)((uintptr_t)at - 1);
	return 1;
}

int tree_node(struct tree_graph *g, const char *name, uint32_t *out)
{
	struct tree_node fresh = { .size = -1, .state = -ENOENT };

	if (tree_find(g, name, out) > 0)
		return 0;
	fresh.name = arena_strdup(&g->arena, name);
	if (!fresh.name || !vec_push(&g->nodes, fresh) ||
	    map_put(&g->by_name, fresh.name, (void *)(uintptr_t)g->nodes.n) < 0)
		return -ENOMEM;
	*out = (uint32_t)g->nodes.n - 1;
	return 0;
}

void tree_fini(struct tree_graph *g)
{
	for (size_t i = 0; i < g->nodes.n; i++) {
		vec_fini(&g->nodes.at[i].closure.to);
		vec_fini(&g->nodes.at[i].needs.to);
		vec_fini(&g->nodes.at[i].users.to);
	}
	vec_fini(&g->nodes);
	map_fini(&g->by_name);
	arena_fini(&g->arena);
}

static int add_edge(struct tree_graph *g, uint32_t user, uint32_t used)
{
	return vec_push(&g->nodes.at[user].needs.to, used) &&
			       vec_push(&g->nodes.at[used].users.to, user)
		       ? 0
		       : -ENOMEM;
}

/* ---- modules.dep ---- */

static int node_of_path(struct tree_graph *g, struct bytes path, uint32_t *out)
{
	_cleanup_free_ char *text = strndup((const char *)path.ptr, path.len);
	char name[NAME_SIZE];

	if (!text)
		return -ENOMEM;
	name_from_path(text, name);
	return tree_node(g, name, out);
}

static int take_line(void *data, const struct index_hit *hit)
{
	_cleanup_free_ char *path = NULL;
	struct tree_graph *g = data;
	struct dep_line line;
	struct bytes dep;
	uint32_t node, used;
	int r;

	if (dep_line_parse(hit->value, &line) < 0)
		return 0;
	r = tree_node(g, hit->pattern, &node);
	path = mod_path_below(g->target->ctx, line.path);
	if (r == 0)
		g->nodes.at[node].path = path ? arena_strdup(&g->arena, path) : NULL;
	if (r < 0 || !g->nodes.at[node].path)
		return -ENOMEM;
	while (dep_line_next(&line.deps, &dep)) {
		r = node_of_path(g, dep, &used);
		if (r < 0)
			return r;
		if (used != node && !vec_push(&g->nodes.at[node].closure.to, used))
			return -ENOMEM;
	}
	return 0;
}

/* mark[x] == turn: another of the listed ones lists x. */
static int reduce(struct tree_graph *g)
{
	_cleanup_free_ uint32_t *mark = calloc(g->nodes.n + 1, sizeof(*mark));
	int r = mark ? 0 : -ENOMEM;

	for (uint32_t user = 0; r == 0 && user < g->nodes.n; user++) {
		const struct tree_links *listed = &g->nodes.at[user].closure;

		for (size_t i = 0; i < listed->to.n; i++) {
			const struct tree_node *between = &g->nodes.at[listed->to.at[i]];

			for (size_t k = 0; k < between->closure.to.n; k++)
				mark[between->closure.to.at[k]] = user + 1;
		}
		for (size_t i = 0; r == 0 && i < listed->to.n; i++)
			if (mark[listed->to.at[i]] != user + 1)
				r = add_edge(g, user, listed->to.at[i]);
	}
	return r;
}

int tree_from_index(struct tree_graph *g)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	int r = ctx_index(g->target->ctx, KMOD_INDEX_MODULES_DEP, &idx);

	if (r == 0)
		r = idx ? index_walk(idx, take_line, g) : -ENOENT;
	return r == 0 ? reduce(g) : r;
}

/* ---- what is loaded ---- */

static int take_loaded(struct tree_graph *g, const char *name, struct live_usage *usage)
{
	uint32_t used, user;
	int r = live_usage(g->target->ctx, name, usage);

	/* Gone meanwhile, unless nothing is known of any module. */
	if (r == 0)
		return access(g->unread, F_OK) < 0 ? -errno : 0;
	if (r < 0)
		return r;
	r = tree_node(g, name, &used);
	for (size_t i = 0, at = 0; r == 0 && i < usage->n_holders; i++) {
		const char *holder = usage->holders.data + at;

		at += strlen(holder) + 1;
		r = tree_node(g, holder, &user);
		if (r == 0)
			r = add_edge(g, user, used);
	}
	return r;
}

int tree_from_live(struct tree_graph *g)
{
	_cleanup_(live_names_fini) struct live_names loaded = { 0 };
	struct live_usage usage = { 0 };
	int r;

	g->unread = "/proc/modules";
	r = live_loaded(g->target->ctx, &loaded);
	if (r >= 0)
		g->unread = "/sys/module";
	for (size_t i = 0; r >= 0 && i < loaded.names.n; i++)
		r = take_loaded(g, loaded.names.at[i], &usage);
	strbuf_fini(&usage.holders);
	return r;
}

/* ---- state and size ---- */

void tree_ask(struct tree_graph *g, uint32_t node)
{
	struct tree_node *n = &g->nodes.at[node];
	struct kmod_module *mod;
	struct stat st;

	if (n->asked)
		return;
	n->asked = true;
	if (g->target->is_running)
		n->state = live_initstate(g->target->ctx, n->name);
	if (n->state >= 0)
		n->size = live_size(g->target->ctx, n->name);
	else if (n->path && stat(n->path, &st) == 0)
		n->size = st.st_size;
	if (n->state < 0 && !n->path &&
	    mod_get(g->target->ctx, n->name, NULL, &mod) == 0) {
		if (mod_is_builtin(mod))
			n->state = KMOD_MODULE_BUILTIN;
		kmod_module_unref(mod);
	}
}

const char *tree_state_name(const struct tree_node *n)
{
	return n->state < 0
		       ? "-"
		       : kmod_module_initstate_str((enum kmod_module_initstate)n->state);
}
