/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shared/cleanup.h"

void dm_lists_fini(struct dm_lists *l)
{
	free(l->offsets);
	l->offsets = NULL;
	vec_fini(&l->items);
}

void dm_graph_fini(struct dm_graph *g)
{
	dm_lists_fini(&g->direct);
	vec_fini(&g->reasons);
	free(g->numbers);
	g->numbers = NULL;
}

static int lists_init(struct dm_lists *l, uint32_t n)
{
	*l = (struct dm_lists){ .n = n };
	l->offsets = calloc((size_t)n + 1, sizeof(*l->offsets));
	return l->offsets ? 0 : -ENOMEM;
}

/* last_user[m]: the module that named m last, + 1; so each is entered once. */
static int add_direct(struct dm_graph *g, const struct dm_facts *f, uint32_t module,
		      uint32_t *last_user)
{
	for (uint32_t i = 0; i < f->n_imports; i++) {
		const struct dm_sym *sym = f->imports[i]->canon;
		uint32_t owner = sym->owner;

		if (owner >= g->direct.n || last_user[owner] == module + 1)
			continue;
		last_user[owner] = module + 1;
		if (!vec_push(&g->direct.items, owner) || !vec_push(&g->reasons, sym))
			return -ENOMEM;
	}
	g->direct.offsets[module + 1] = g->direct.items.n;
	return 0;
}

static int number_modules(struct dm_graph *g)
{
	uint32_t n = g->direct.n, next = 0;
	_cleanup_free_ uint32_t *users = calloc((size_t)n + 1, sizeof(*users));
	VEC(uint32_t) stack = { 0 };

	if (!users || !vec_reserve(&stack, (size_t)n + 1)) {
		vec_fini(&stack);
		return -ENOMEM;
	}
	for (size_t i = 0; i < g->direct.items.n; i++)
		users[g->direct.items.at[i]]++;
	for (uint32_t m = 0; m < n; m++) {
		g->numbers[m] = DM_NOBODY;
		if (users[m] == 0)
			stack.at[stack.n++] = m;
	}
	while (stack.n > 0) {
		uint32_t m = stack.at[--stack.n];
		size_t n_deps;
		const uint32_t *deps = dm_list(&g->direct, m, &n_deps);

		g->numbers[m] = next++;
		for (size_t i = 0; i < n_deps; i++) {
			if (--users[deps[i]] == 0)
				stack.at[stack.n++] = deps[i];
		}
	}
	g->n_numbered = next;
	vec_fini(&stack);
	return 0;
}

int dm_graph_build(const struct dm_facts *facts, uint32_t n, struct dm_graph *out)
{
	_cleanup_free_ uint32_t *last_user = calloc((size_t)n + 1, sizeof(*last_user));
	struct dm_graph g = { 0 };
	int r = lists_init(&g.direct, n);

	g.numbers = calloc((size_t)n + 1, sizeof(*g.numbers));
	if (!last_user || !g.numbers)
		r = -ENOMEM;
	for (uint32_t m = 0; r == 0 && m < n; m++)
		r = add_direct(&g, &facts[m], m, last_user);
	if (r == 0)
		r = number_modules(&g);
	if (r < 0)
		dm_graph_fini(&g);
	else
		*out = g;
	return r;
}

/* ---- closure ---- */

struct closure {
	const struct dm_graph *g;
	struct dm_lists *out;
	uint32_t *by_number; /* module of an order number */
	uint32_t *seen;      /* module that reached this one last, + 1 */
};

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Most lists have a handful of entries. */
static void sort_numbers(uint32_t *at, size_t n)
{
	if (n > 32) {
		qsort(at, n, sizeof(*at), by_value);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		uint32_t x = at[i];
		size_t j = i;

		for (; j > 0 && at[j - 1] > x; j--)
			at[j] = at[j - 1];
		at[j] = x;
	}
}

static int add_closure(struct closure *c, uint32_t module)
{
	size_t begin = c->out->items.n;

	/* The list being made is the queue of what is still to be looked at. */
	for (size_t next = begin;; next++) {
		uint32_t m = next == begin ? module : c->out->items.at[next - 1];
		size_t n;
		const uint32_t *deps = dm_list(&c->g->direct, m, &n);

		for (size_t i = 0; i < n; i++) {
			if (c->seen[deps[i]] == module + 1)
				continue;
			c->seen[deps[i]] = module + 1;
			if (!vec_push(&c->out->items, deps[i]))
				return -ENOMEM;
		}
		if (next == c->out->items.n)
			break;
	}
	for (size_t i = begin; i < c->out->items.n; i++)
		c->out->items.at[i] = c->g->numbers[c->out->items.at[i]];
	if (c->out->items.n > begin)
		sort_numbers(&c->out->items.at[begin], c->out->items.n - begin);
	for (size_t i = begin; i < c->out->items.n; i++)
		c->out->items.at[i] = c->by_number[c->out->items.at[i]];
	c->out->offsets[module + 1] = c->out->items.n;
	return 0;
}

int dm_graph_closure(const struct dm_graph *g, struct dm_lists *out)
{
	uint32_t n = g->direct.n;
	_cleanup_free_ uint32_t *by_number = calloc((size_t)n + 1, sizeof(*by_number));
	_cleanup_free_ uint32_t *seen = calloc((size_t)n + 1, sizeof(*seen));
	struct dm_lists lists;
	struct closure c = { g, &lists, by_number, seen };
	int r = lists_init(&lists, n);

	if (r < 0 || !by_number || !seen) {
		dm_lists_fini(&lists);
		return -ENOMEM;
	}
	for (uint32_t m = 0; m < n; m++) {
		if (g->numbers[m] < n)
			by_number[g->numbers[m]] = m;
	}
	for (uint32_t m = 0; r == 0 && m < n; m++)
		r = add_closure(&c, m);
	if (r < 0)
		dm_lists_fini(&lists);
	else
		*out = lists;
	return r;
}
