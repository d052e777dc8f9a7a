/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Linear probing over a power-of-two table that is at most three quarters full. Removal
 * moves later entries of the same run back into the hole, so there are no tombstones
 * and a run always ends at a free slot.
 */
#include "shared/map.h"

#include <errno.h>
#include <string.h>

static uint64_t load_le(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

uint32_t map_hash(const void *key, size_t key_len)
{
	const unsigned char *p = key;
	size_t left = key_len;
	uint64_t h = (uint64_t)key_len * UINT64_C(0xff51afd7ed558ccd);

	for (; left >= 8; left -= 8, p += 8)
		h = mix(h, load_le(p, 8));
	h = mix(h, load_le(p, left));
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return (uint32_t)(h >> 32);
}

void map_fini(struct map *m)
{
	free(m->slots);
	*m = MAP_INIT;
}

/* The slot of the key, or the free one where it belongs. The table is never full. */
static struct map_slot *probe(const struct map *m, const char *key, size_t key_len,
			      uint32_t hash)
{
	for (size_t i = hash;; i++) {
		struct map_slot *s = &m->slots[i & (m->size - 1)];

		if (!s->key)
			return s;
		if (s->hash == hash && s->key_len == key_len &&
		    (s->key == key || memcmp(s->key, key, key_len) == 0))
			return s;
	}
}

static bool has_room(const struct map *m, size_t n)
{
	return n <= m->size / 4 * 3;
}

static int resize(struct map *m, size_t size)
{
	struct map_slot *slots = calloc(size, sizeof(*slots));
	if (!slots)
		return -ENOMEM;

	for (size_t i = 0; i < m->size; i++) {
		const struct map_slot *s = &m->slots[i];
		size_t to = s->hash;

		if (!s->key)
			continue;
		while (slots[to & (size - 1)].key)
			to++;
		slots[to & (size - 1)] = *s;
	}
	free(m->slots);
	m->slots = slots;
	m->size = size;
	return 0;
}

int map_reserve(struct map *m, size_t n)
{
	if (has_room(m, n))
		return 0;

	size_t size = m->size < 16 ? 16 : m->size;
	while (size / 4 * 3 < n) {
		if (size > SIZE_MAX / 2)
			return -ENOMEM;
		size *= 2;
	}
	return resize(m, size);
}

struct map_slot *map_find(const struct map *m, const char *key, size_t key_len, uint32_t hash)
{
	if (m->n == 0)
		return NULL;

	struct map_slot *s = probe(m, key, key_len, hash);
	return s->key ? s : NULL;
}

void *map_get(const struct map *m, const char *key)
{
	size_t len = strlen(key);
	const struct map_slot *s = map_find(m, key, len, map_hash(key, len));

	return s ? s->value : NULL;
}

struct map_slot *map_ensure(struct map *m, const char *key, size_t key_len, uint32_t hash)
{
	if (m->size > 0) {
		struct map_slot *s = probe(m, key, key_len, hash);

		if (s->key)
			return s;
	}
	if (map_reserve(m, m->n + 1) < 0)
		return NULL;

	struct map_slot *s = probe(m, key, key_len, hash);
	*s = (struct map_slot){ .key = key, .key_len = key_len, .hash = hash };
	m->n++;
	return s;
}

int map_put(struct map *m, const char *key, void *value)
{
	size_t len = strlen(key);
	struct map_slot *s = map_ensure(m, key, len, map_hash(key, len));

	if (!s)
		return -ENOMEM;
	s->value = value;
	return 0;
}

/*
 * An entry may fill the hole when the hole lies on its probe path, that is, when it is
 * at least as far from its home as the hole is from it.
 */
static void close_hole(struct map *m, size_t hole)
{
	size_t mask = m->size - 1;

	for (size_t i = (hole + 1) & mask; m->slots[i].key; i = (i + 1) & mask) {
		size_t from_home = (i - m->slots[i].hash) & mask;

		if (from_home >= ((i - hole) & mask)) {
			m->slots[hole] = m->slots[i];
			hole = i;
		}
	}
	m->slots[hole] = (struct map_slot){ 0 };
}

void map_remove(struct map *m, struct map_slot *s)
{
	close_hole(m, (size_t)(s - m->slots));
	m->n--;
}

void *map_del(struct map *m, const char *key)
{
	size_t len = strlen(key);
	struct map_slot *s = map_find(m, key, len, map_hash(key, len));
	if (!s)
		return NULL;

	void *value = s->value;
	map_remove(m, s);
	return value;
}

struct map_slot *map_next(const struct map *m, const struct map_slot *after)
{
	for (size_t i = after ? (size_t)(after - m->slots) + 1 : 0; i < m->size; i++) {
		if (m->slots[i].key)
			return &m->slots[i];
	}
	return NULL;
}
