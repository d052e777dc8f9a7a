/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A hash map from byte strings to pointers: open addressing, insertion never moves
 * keys (they are borrowed: the caller keeps them alive). Not thread-safe.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/macro.h"

struct map_slot {
	const char *key; /* NULL: free */
	size_t key_len;
	uint32_t hash;
	void *value;
};

struct map {
	struct map_slot *slots;
	size_t n;    /* live entries */
	size_t size; /* slots, a power of two, or 0 */
};

#define MAP_INIT ((struct map){ 0 })

/* Fast non-cryptographic hash; same value on every machine (bytes in, no word loads by host order). */
uint32_t map_hash(const void *key, size_t key_len) _pure_;

void map_fini(struct map *m);
/* Makes room for n entries in all; 0 or -ENOMEM. */
int map_reserve(struct map *m, size_t n) _must_check_;
/* NULL when absent. */
void *map_get(const struct map *m, const char *key);
struct map_slot *map_find(const struct map *m, const char *key, size_t key_len, uint32_t hash);
/* Finds key or adds it with value NULL. NULL when out of memory. */
struct map_slot *map_ensure(struct map *m, const char *key, size_t key_len, uint32_t hash);
/* Adds or replaces; 0 or -ENOMEM. */
int map_put(struct map *m, const char *key, void *value) _must_check_;
/* Removes a slot that map_find gave. Other slots may move. */
void map_remove(struct map *m, struct map_slot *slot);
/* Returns the value that was removed, or NULL. */
void *map_del(struct map *m, const char *key);
/* Walks live entries in unspecified order: for (s = map_next(m, NULL); s; s = map_next(m, s)). */
struct map_slot *map_next(const struct map *m, const struct map_slot *after);
