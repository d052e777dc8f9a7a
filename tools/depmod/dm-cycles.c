/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-cycles.h"

#include <errno.h>
#include <stdlib.h>

#include "shared/cleanup.h"
#include "shared/strbuf.h"

/* Paths through a knot can be beyond number: these end the walk of one. */
#define MAX_LOOPS_PER_KNOT 100
#define MAX_STEPS_PER_KNOT 100000

#define NO_KNOT UINT32_MAX

struct knot {
	uint32_t first;   /* module to begin at */
	uint32_t n_links; /* of first: dependencies and users */
	uint32_t size;
	size_t n_deps; /* of all members */
};

/* A module whose dependencies are being looked at. */
struct frame {
	uint32_t module;
	size_t next;
};

struct cycles {
	const struct dm_graph *g;
	uint32_t *knot_of; /* per module; NO_KNOT */
	uint32_t *visit;   /* Tarjan: number of the visit, from 1; 0 not yet */
	uint32_t *low;
	uint32_t *n_users;
	bool *on_path;
	VEC(uint32_t) pending; /* visited, not yet in a knot */
	VEC(struct frame) frames;
	VEC(struct knot) knots;
	uint32_t visits;
};

static size_t n_deps_of(const struct cycles *c, uint32_t m)
{
	return c->g->direct.offsets[m + 1] - c->g->direct.offsets[m];
}

static bool needs_itself(const struct cycles *c, uint32_t m)
{
	size_t n;
	const uint32_t *deps = dm_list(&c->g->direct, m, &n);

	for (size_t i = 0; i < n; i++) {
		if (deps[i] == m)
			return true;
	}
	return false;
}

/* ---- knots, by Tarjan's algorithm with its own stack ---- */

static int visit(struct cycles *c, uint32_t m)
{
	c->visit[m] = c->low[m] = ++c->visits;
	if (!vec_push(&c->pending, m) || !vec_push(&c->frames, ((struct frame){ m, 0 })))
		return -ENOMEM;
	return 0;
}

/* All pending modules from root on are one knot; a single one only if it needs itself. */
static int close_knot(struct cycles *c, uint32_t root)
{
	struct knot k = { .first = NO_KNOT };
	uint32_t m;

	if (c->pending.at[c->pending.n - 1] == root && !needs_itself(c, root)) {
		c->low[root] = UINT32_MAX;
		c->pending.n--;
		return 0;
	}
	do {
		uint32_t links;

		m = c->pending.at[--c->pending.n];
		links = (uint32_t)n_deps_of(c, m) + c->n_users[m];
		c->low[m] = UINT32_MAX;
		c->knot_of[m] = (uint32_t)c->knots.n;
		k.size++;
		k.n_deps += n_deps_of(c, m);
		if (k.first == NO_KNOT || links < k.n_links ||
		    (links == k.n_links && m < k.first)) {
			k.first = m;
			k.n_links = links;
		}
	} while (m != root);
	return vec_push(&c->knots, k) ? 0 : -ENOMEM;
}

static int find_knots_from(struct cycles *c, uint32_t start)
{
	int r = visit(c, start);

	while (r == 0 && c->frames.n > 0) {
		struct frame *f = &c->frames.at[c->frames.n - 1];
		uint32_t m = f->module, dep;
		size_t n;
		const uint32_t *deps = dm_list(&c->g->direct, m, &n);

		if (f->next < n) {
			dep = deps[f->next++];
			if (c->visit[dep] == 0)
				r = visit(c, dep);
			else if (c->low[dep] != UINT32_MAX && c->visit[dep] < c->low[m])
				c->low[m] = c->visit[dep];
			continue;
		}
		c->frames.n--;
		if (c->frames.n > 0) {
			uint32_t parent = c->frames.at[c->frames.n - 1].module;

			if (c->low[m] < c->low[parent])
				c->low[parent] = c->low[m];
		}
		if (c->low[m] == c->visit[m])
			r = close_knot(c, m);
	}
	return r;
}

static int by_size(const void *a, const void *b)
{
	const struct knot *x = a, *y = b;

	if (x->n_deps != y->n_deps)
		return x->n_deps < y->n_deps ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

/* ---- loops within one knot ---- */

/* The loop that closes when the top of the path needs module. */
static int say_loop(const struct cycles *c, uint32_t module,
		    const struct dm_modules *modules, struct dm_diags *diags)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	size_t begin = c->frames.n;

	while (begin > 0 && c->frames.at[begin - 1].module != module)
		begin--;
	for (size_t i = begin - 1; i < c->frames.n; i++) {
		strbuf_adds(&text, modules->list.at[c->frames.at[i].module].name);
		strbuf_adds(&text, " -> ");
	}
	strbuf_adds(&text, modules->list.at[module].name);
	if (!strbuf_ok(&text))
		return -ENOMEM;
	dm_err(diags, "Cycle detected: %s", strbuf_str(&text));
	return 0;
}

static int push_path(struct cycles *c, uint32_t m)
{
	c->on_path[m] = true;
	return vec_push(&c->frames, ((struct frame){ m, n_deps_of(c, m) })) ? 0 : -ENOMEM;
}

static int say_loops(struct cycles *c, const struct knot *k,
		     const struct dm_modules *modules, struct dm_diags *diags)
{
	uint32_t knot = c->knot_of[k->first];
	unsigned loops = 0, steps = 0;
	int r;

	c->frames.n = 0;
	r = push_path(c, k->first);
	while (r == 0 && c->frames.n > 0) {
		struct frame *f = &c->frames.at[c->frames.n - 1];
		uint32_t dep;

		if (f->next == 0 || loops == MAX_LOOPS_PER_KNOT) {
			c->on_path[f->module] = false;
			c->frames.n--;
			continue;
		}
		dep = c->g->direct.items.at[c->g->direct.offsets[f->module] + --f->next];
		if (c->knot_of[dep] != knot)
			continue;
		if (c->on_path[dep]) {
			r = say_loop(c, dep, modules, diags);
			loops++;
		} else if (++steps < MAX_STEPS_PER_KNOT || loops == 0) {
			r = push_path(c, dep);
		}
	}
	return r;
}

static int cycles_init(struct cycles *c, const struct dm_graph *g)
{
	size_t n = (size_t)g->direct.n + 1;

	*c = (struct cycles){ .g = g };
	c->knot_of = malloc(n * sizeof(*c->knot_of));
	c->visit = calloc(n, sizeof(*c->visit));
	c->low = calloc(n, sizeof(*c->low));
	c->n_users = calloc(n, sizeof(*c->n_users));
	c->on_path = calloc(n, sizeof(*c->on_path));
	if (!c->knot_of || !c->visit || !c->low || !c->n_users || !c->on_path)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		c->knot_of[i] = NO_KNOT;
	for (size_t i = 0; i < g->direct.items.n; i++)
		c->n_users[g->direct.items.at[i]]++;
	return 0;
}

static void cycles_fini(struct cycles *c)
{
	free(c->knot_of);
	free(c->visit);
	free(c->low);
	free(c->n_users);
	free(c->on_path);
	vec_fini(&c->pending);
	vec_fini(&c->frames);
	vec_fini(&c->knots);
}

int dm_cycles_report(const struct dm_graph *g, const struct dm_modules *modules,
		     struct dm_diags *diags)
{
	struct cycles c;
	size_t n_modules = 0;
	int r = cycles_init(&c, g);

	for (uint32_t m = 0; r == 0 && m < g->direct.n; m++) {
		if (g->numbers[m] == DM_NOBODY && c.visit[m] == 0)
			r = find_knots_from(&c, m);
	}
	if (r == 0 && c.knots.n > 0)
		qsort(c.knots.at, c.knots.n, sizeof(*c.knots.at), by_size);
	for (size_t i = 0; r == 0 && i < c.knots.n; i++) {
		n_modules += c.knots.at[i].size;
		r = say_loops(&c, &c.knots.at[i], modules, diags);
	}
	if (r == 0)
		dm_err(diags, "Found %zu modules in dependency cycles!", n_modules);
	cycles_fini(&c);
	return r;
}
