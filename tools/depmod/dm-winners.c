/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-winners.h"

#include <errno.h>
#include <string.h>

#include "libkmod/name.h"
#include "shared/map.h"
#include "shared/str.h"

/* Length of path without the module suffix. */
static size_t stem_len(const char *path)
{
	const char *base = str_basename(path);
	size_t len;

	if (!name_is_module_file(base, &len))
		return strlen(path);
	return (size_t)(base - path) + len;
}

/* Number of the last override that names this path; 0: none. */
static size_t override_of(const struct dm_config *c, const struct dm_module *m)
{
	size_t len = stem_len(m->path);

	for (size_t i = c->overrides.n; i > 0; i--) {
		const char *o = c->overrides.at[i - 1];

		if (strlen(o) == len && memcmp(o, m->path, len) == 0)
			return i;
	}
	return 0;
}

static bool is_below(const char *path, const struct dm_search *s)
{
	return strncmp(path, s->dir, s->dir_len) == 0 && path[s->dir_len] == '/';
}

/* Position in the search list, smaller is better. */
static size_t rank_of(const struct dm_config *c, const struct dm_module *m)
{
	size_t elsewhere = SIZE_MAX;

	for (size_t i = 0; i < c->searches.n; i++) {
		const struct dm_search *s = &c->searches.at[i];

		if (s->kind == DM_SEARCH_BUILTIN) {
			if (elsewhere == SIZE_MAX)
				elsewhere = i;
		} else if (s->kind == DM_SEARCH_EXTERNAL) {
			if (m->source > 0)
				return i;
		} else if (m->source == 0 && is_below(m->path, s)) {
			return i;
		}
	}
	return elsewhere;
}

int dm_winners_compare(const struct dm_config *c, const struct dm_module *a,
		       const struct dm_module *b)
{
	size_t x = override_of(c, a), y = override_of(c, b);

	if (x != y)
		return x > y ? -1 : 1;
	x = rank_of(c, a);
	y = rank_of(c, b);
	if (x != y)
		return x < y ? -1 : 1;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	return strcmp(a->path, b->path);
}

struct choice {
	const struct dm_config *config;
	VEC(const struct dm_module *) best;
	struct map by_name; /* name to position in best, + 1 */
};

static int contend(struct choice *ch, const struct dm_module *m)
{
	struct map_slot *slot = map_ensure(&ch->by_name, m->name, m->name_len,
					   map_hash(m->name, m->name_len));
	const struct dm_module **best;

	if (!slot)
		return -ENOMEM;
	if (!slot->value) {
		if (!vec_push(&ch->best, m))
			return -ENOMEM;
		slot->value = (void *)(uintptr_t)ch->best.n;
		return 0;
	}
	best = &ch->best.at[(uintptr_t)slot->value - 1];
	if (dm_winners_compare(ch->config, m, *best) < 0)
		*best = m;
	return 0;
}

static void tell_losers(const struct choice *ch, const struct dm_modules *candidates,
			struct dm_diags *diags)
{
	for (size_t i = 0; i < candidates->list.n; i++) {
		const struct dm_module *m = &candidates->list.at[i];
		uintptr_t at = (uintptr_t)map_get(&ch->by_name, m->name);
		const struct dm_module *best = ch->best.at[at - 1];

		if (best != m)
			dm_warn(diags, "duplicate module %s: %s wins over %s", m->name,
				best->path, m->path);
	}
}

int dm_winners_choose(const struct dm_modules *candidates, const struct dm_config *config,
		      bool tell, struct dm_modules *winners, struct dm_diags *diags)
{
	struct choice ch = { .config = config, .by_name = MAP_INIT };
	struct dm_modules w = { 0 };
	int r = map_reserve(&ch.by_name, candidates->list.n);

	for (size_t i = 0; r == 0 && i < candidates->list.n; i++)
		r = contend(&ch, &candidates->list.at[i]);
	if (r == 0 && tell && ch.best.n < candidates->list.n)
		tell_losers(&ch, candidates, diags);
	if (r == 0 && !vec_reserve(&w.list, ch.best.n))
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < ch.best.n; i++)
		w.list.at[w.list.n++] = *ch.best.at[i];
	vec_fini(&ch.best);
	map_fini(&ch.by_name);
	if (r < 0)
		vec_fini(&w.list);
	else
		*winners = w;
	return r;
}
