/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-intern.h"

#include <errno.h>

struct dm_sym *dm_intern(struct dm_intern *t, const char *name, size_t len)
{
	uint32_t hash = map_hash(name, len);
	struct map_slot *slot = map_find(&t->map, name, len, hash);
	struct dm_sym *sym;
	char *copy;

	if (slot)
		return slot->value;
	copy = arena_dup(&t->arena, name, len);
	sym = arena_alloc(&t->arena, sizeof(*sym));
	if (!copy || !sym)
		return NULL;
	slot = map_ensure(&t->map, copy, len, hash);
	if (!slot)
		return NULL;
	*sym = (struct dm_sym){
		.name = copy,
		.len = (uint32_t)len,
		.hash = hash,
		.canon = sym,
		.owner = DM_NOBODY,
	};
	slot->value = sym;
	return sym;
}

int dm_intern_merge(struct dm_intern *to, const struct dm_intern *from)
{
	const struct map_slot *s;
	/* Slots come in hash order: into a table that is too small they would pile up. */
	int r = map_reserve(&to->map, to->map.n + from->map.n);

	if (r < 0)
		return r;
	for (s = map_next(&from->map, NULL); s; s = map_next(&from->map, s)) {
		struct dm_sym *sym = s->value;
		struct map_slot *slot = map_ensure(&to->map, sym->name, sym->len,
						   sym->hash);

		if (!slot)
			return -ENOMEM;
		if (!slot->value)
			slot->value = sym;
		sym->canon = slot->value;
	}
	return 0;
}

void dm_intern_fini(struct dm_intern *t)
{
	arena_fini(&t->arena);
	map_fini(&t->map);
}
