/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shared/arena.h"
#include "shared/cleanup.h"
#include "shared/map.h"
#include "shared/str.h"

/* Longer ones are no module path. */
#define MAX_LINE 4095

struct place {
	struct dm_module module;
	size_t position; /* of the line; SIZE_MAX: not named */
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->position != y->position)
		return x->position < y->position ? -1 : 1;
	return strcmp(x->module.path, y->module.path);
}

/* The line that names this path: its name cut at the first '.', then ".ko". */
static const char *line_for(struct arena *a, const char *path, size_t *len)
{
	const char *base = str_basename(path);
	size_t stem = (size_t)(base - path) + strcspn(base, ".");
	char *key;

	*len = stem + strlen(".ko");
	if (str_eq(path + stem, ".ko"))
		return path;
	key = arena_alloc(a, *len + 1);
	if (!key)
		return NULL;
	memcpy(key, path, stem);
	memcpy(key + stem, ".ko", sizeof(".ko"));
	return key;
}

static int index_places(struct place *places, size_t n, struct map *by_line,
			struct arena *keys)
{
	int r = map_reserve(by_line, n);

	for (size_t i = 0; r == 0 && i < n; i++) {
		size_t len;
		const char *key = line_for(keys, places[i].module.path, &len);
		struct map_slot *slot;

		if (!key)
			return -ENOMEM;
		slot = map_ensure(by_line, key, len, map_hash(key, len));
		if (!slot)
			return -ENOMEM;
		slot->value = &places[i];
	}
	return r;
}

/* Number of the first line that cannot be one; 0: all are fine. */
static size_t damaged_line(struct bytes text)
{
	const unsigned char *p = text.ptr, *end = p + text.len, *newline;
	size_t no = 0;

	while (p < end) {
		no++;
		newline = memchr(p, '\n', (size_t)(end - p));
		if (!newline || newline - p >= MAX_LINE)
			return no;
		p = newline + 1;
	}
	return 0;
}

static void read_lines(struct bytes text, const struct map *by_line)
{
	const char *p = (const char *)text.ptr, *end = p + text.len, *newline;

	for (size_t no = 0; p < end; no++, p = newline + 1) {
		struct map_slot *slot;
		size_t len;

		newline = memchr(p, '\n', (size_t)(end - p));
		len = (size_t)(newline - p);
		slot = map_find(by_line, p, len, map_hash(p, len));
		if (slot) {
			struct place *place = slot->value;

			if (place->position == SIZE_MAX)
				place->position = no;
		}
	}
}

int dm_order_sort(struct dm_modules *modules, const char *file, struct bytes order,
		  struct dm_diags *diags)
{
	size_t n = modules->list.n, bad = damaged_line(order);
	_cleanup_free_ struct place *places = calloc(n ? n : 1, sizeof(*places));
	struct arena keys = ARENA_INIT;
	struct map by_line = MAP_INIT;
	int r = 0;

	if (!places)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){ modules->list.at[i], SIZE_MAX };
	if (bad > 0)
		dm_err(diags, "%s:%zu corrupted line misses '\\n'", file, bad);
	else
		r = index_places(places, n, &by_line, &keys);
	if (r == 0 && bad == 0)
		read_lines(order, &by_line);
	if (r == 0) {
		qsort(places, n, sizeof(*places), by_place);
		for (size_t i = 0; i < n; i++)
			modules->list.at[i] = places[i].module;
	}
	map_fini(&by_line);
	arena_fini(&keys);
	return r;
}
