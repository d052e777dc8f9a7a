/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names as a graph. A soft dependency that leads back to where it began is cut by
 * modprobe at a place nobody chose, and one before what it needs itself comes too late;
 * a blacklisted module comes in all the same when something that is loaded needs it.
 */
#include <errno.h>
#include <string.h>

#include "libkmod/index/dep-line.h"
#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/str.h"
#include "tools/lint.h"

/* ---- loops ---- */

enum colour { WHITE, GREY, BLACK };

struct edge {
	struct node *to;
	const struct rule *rule;
};

struct node {
	const char *name;
	VEC(struct edge) edges;
	enum colour colour;
	size_t next;           /* edge to follow */
	const struct rule *by; /* the line that led here */
};

struct graph {
	struct lint *l;
	struct map nodes;
	VEC(struct node *) path;
};

static struct node *node_of(struct graph *g, const char *spelling)
{
	char name[NAME_SIZE];
	struct node *node;

	name_normalise(spelling, name);
	node = map_get(&g->nodes, name);
	if (node)
		return node;
	node = arena_zalloc(&g->l->arena, sizeof(*node));
	if (node)
		node->name = arena_strdup(&g->l->arena, name);
	if (!node || !node->name || map_put(&g->nodes, node->name, node) < 0) {
		g->l->failed = true;
		return NULL;
	}
	return node;
}

static void add_edges(struct graph *g, const struct rule *rule, const char *const *words,
		      unsigned n)
{
	struct node *from = node_of(g, rule->name);

	for (unsigned i = 0; from && i < n; i++) {
		struct edge edge = { node_of(g, words[i]), rule };

		if (edge.to && !vec_push(&from->edges, edge))
			g->l->failed = true;
	}
}

/* The path from the node that was met again to its end. */
static void say_loop(struct graph *g, const struct node *again, const struct rule *rule)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	size_t i = 0;

	while (g->path.at[i] != again)
		i++;
	for (; i < g->path.n; i++)
		strbuf_addf(&text, "%s -> ", g->path.at[i]->name);
	strbuf_adds(&text, again->name);
	if (!strbuf_ok(&text))
		g->l->failed = true;
	lint_say(g->l, LINT_ERROR, LINT_SOFTDEP_LOOP, rule->file, rule->line,
		 "soft dependencies go round: %s", strbuf_str(&text));
}

static void visit(struct graph *g, struct node *node)
{
	node->colour = GREY;
	if (!vec_push(&g->path, node))
		g->l->failed = true;
	while (g->path.n > 0) {
		struct node *at = g->path.at[g->path.n - 1];

		if (at->next == at->edges.n) {
			at->colour = BLACK;
			g->path.n--;
			continue;
		}
		const struct edge *edge = &at->edges.at[at->next++];

		if (edge->to->colour == GREY) {
			say_loop(g, edge->to, edge->rule);
		} else if (edge->to->colour == WHITE) {
			edge->to->colour = GREY;
			if (!vec_push(&g->path, edge->to))
				g->l->failed = true;
		}
	}
}

static void find_loops(struct lint *l)
{
	struct graph g = { .l = l, .nodes = MAP_INIT };
	const struct conf *conf = l->target.ctx->conf;
	const __typeof__(conf->rules[0]) *rules = &conf->rules[RULE_SOFTDEP];

	for (size_t i = 0; i < rules->n; i++) {
		add_edges(&g, &rules->at[i], rules->at[i].pre, rules->at[i].n_pre);
		add_edges(&g, &rules->at[i], rules->at[i].post, rules->at[i].n_post);
	}
	/* In the order of lines, so that what is said does not depend on a hash. */
	for (size_t i = 0; !l->failed && i < rules->n; i++) {
		struct node *node = node_of(&g, rules->at[i].name);

		if (node && node->colour == WHITE)
			visit(&g, node);
	}
	for (struct map_slot *s = map_next(&g.nodes, NULL); s;
	     s = map_next(&g.nodes, s)) {
		struct node *node = s->value;

		vec_fini(&node->edges);
	}
	map_fini(&g.nodes);
	vec_fini(&g.path);
}

/* ---- hard dependencies ---- */

/* The name of the next of a line's dependencies: 1, 0 at the end, -ENOMEM. */
static int next_dependency(struct bytes *deps, char name[NAME_SIZE])
{
	_cleanup_free_ char *text = NULL;
	struct bytes path;

	if (!dep_line_next(deps, &path))
		return 0;
	text = strndup((const char *)path.ptr, path.len);
	if (!text)
		return -ENOMEM;
	name_from_path(text, name);
	return 1;
}

/* Does a module need another, by modules.dep? 1, 0, -errno. */
static int needs(const struct index *idx, const char *module, const char *other)
{
	char name[NAME_SIZE];
	struct dep_line line;
	const char *text;
	int r = index_find(idx, module, &text);

	if (r <= 0 || dep_line_parse(text, &line) < 0)
		return r < 0 ? r : 0;
	while ((r = next_dependency(&line.deps, name)) > 0)
		if (str_eq(name, other))
			return 1;
	return r;
}

/* ---- wanted before what it needs ---- */

static void check_order(struct lint *l, const struct index *idx, const struct rule *rule)
{
	char name[NAME_SIZE];

	for (unsigned i = 0; i < rule->n_pre; i++) {
		int r;

		name_normalise(rule->pre[i], name);
		r = needs(idx, name, rule->name);
		l->failed |= r == -ENOMEM;
		if (r > 0)
			lint_say(l, LINT_WARNING, LINT_SOFTDEP_LOOP, rule->file,
				 rule->line,
				 "'%s' cannot be loaded before '%s', which it needs",
				 name, rule->name);
	}
}

static void find_reversed(struct lint *l)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	const struct conf *conf = l->target.ctx->conf;
	const __typeof__(conf->rules[0]) *rules = &conf->rules[RULE_SOFTDEP];
	int r = ctx_index(l->target.ctx, KMOD_INDEX_MODULES_DEP, &idx);

	l->failed |= r == -ENOMEM;
	for (size_t i = 0; idx && i < rules->n; i++)
		if (rules->at[i].origin == RULE_FROM_FILE)
			check_order(l, idx, &rules->at[i]);
}

/* ---- blocked, and loaded all the same ---- */

struct blocked {
	const struct rule *rule;
	const char *user; /* the first that needs it */
	size_t n_users;
};

struct blocks {
	struct lint *l;
	struct map by_name;
};

static void take_user(struct blocks *b, const char *name, const char *user)
{
	struct blocked *blocked = map_get(&b->by_name, name);

	if (!blocked || str_eq(name, user))
		return;
	blocked->n_users++;
	if (!blocked->user) {
		blocked->user = arena_strdup(&b->l->arena, user);
		b->l->failed |= !blocked->user;
	}
}

static int take_line(void *data, const struct index_hit *hit)
{
	struct blocks *b = data;
	struct dep_line line;
	char name[NAME_SIZE];
	int r;

	if (dep_line_parse(hit->value, &line) < 0)
		return 0;
	while ((r = next_dependency(&line.deps, name)) > 0)
		take_user(b, name, hit->pattern);
	return r;
}

static void take_softdeps(struct blocks *b)
{
	const struct conf *conf = b->l->target.ctx->conf;
	const __typeof__(conf->rules[0]) *rules = &conf->rules[RULE_SOFTDEP];
	char name[NAME_SIZE];

	for (size_t i = 0; i < rules->n; i++) {
		const struct rule *r = &rules->at[i];

		for (unsigned k = 0; k < r->n_pre + r->n_post; k++) {
			name_normalise(k < r->n_pre ? r->pre[k] : r->post[k - r->n_pre],
				       name);
			take_user(b, name, r->name);
		}
	}
}

/* Lines that modprobe heeds only for aliases; a command in its place stops all. */
static void collect_blocked(struct blocks *b)
{
	const struct conf *conf = b->l->target.ctx->conf;
	const __typeof__(conf->rules[0]) *rules = &conf->rules[RULE_BLACKLIST];

	for (size_t i = 0; i < rules->n; i++) {
		const struct rule *rule = &rules->at[i];
		struct blocked *blocked;

		if (rule->origin != RULE_FROM_FILE || map_get(&b->by_name, rule->name) ||
		    conf_command(conf, RULE_INSTALL, rule->name))
			continue;
		blocked = arena_zalloc(&b->l->arena, sizeof(*blocked));
		if (!blocked || map_put(&b->by_name, rule->name, blocked) < 0) {
			b->l->failed = true;
			return;
		}
		blocked->rule = rule;
	}
}

static void find_reachable(struct lint *l)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	struct blocks b = { .l = l, .by_name = MAP_INIT };

	collect_blocked(&b);
	if (b.by_name.n > 0) {
		int r = ctx_index(l->target.ctx, KMOD_INDEX_MODULES_DEP, &idx);

		if (r == 0 && idx)
			r = index_walk(idx, take_line, &b);
		l->failed |= r == -ENOMEM;
		take_softdeps(&b);
	}
	for (struct map_slot *s = map_next(&b.by_name, NULL); s;
	     s = map_next(&b.by_name, s)) {
		const struct blocked *blocked = s->value;

		if (blocked->n_users == 1)
			lint_say(l, LINT_WARNING, LINT_STILL_REACHABLE,
				 blocked->rule->file, blocked->rule->line,
				 "'%s' is still loaded with %s, which needs it",
				 blocked->rule->name, blocked->user);
		else if (blocked->n_users > 1)
			lint_say(l, LINT_WARNING, LINT_STILL_REACHABLE,
				 blocked->rule->file, blocked->rule->line,
				 "'%s' is still loaded with %s and %zu other%s, which "
				 "need it",
				 blocked->rule->name, blocked->user, blocked->n_users - 1,
				 blocked->n_users == 2 ? "" : "s");
	}
	map_fini(&b.by_name);
}

void lint_deps(struct lint *l)
{
	find_loops(l);
	find_reversed(l);
	find_reachable(l);
}
