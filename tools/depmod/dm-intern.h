/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Symbol names, each stored once. Every worker interns into a table of its own without
 * locks; afterwards the tables are merged: canon of each symbol then points to the one
 * that stands for the name in the whole run, and only that one carries an owner.
 */
#pragma once

#include <stdbool.h>

#include "shared/arena.h"
#include "shared/map.h"

#define DM_NOBODY UINT32_MAX
#define DM_KERNEL (UINT32_MAX - 1)

struct dm_sym {
	const char *name;
	uint32_t len;
	uint32_t hash;
	struct dm_sym *canon;
	uint64_t crc;   /* the owner's; 0: none */
	uint32_t owner; /* module index, DM_KERNEL or DM_NOBODY */
};

struct dm_intern {
	struct arena arena;
	struct map map; /* name to struct dm_sym */
};

#define DM_INTERN_INIT ((struct dm_intern){ .arena = ARENA_INIT, .map = MAP_INIT })

/* The symbol of that name, added when it is new. NULL when out of memory. */
struct dm_sym *dm_intern(struct dm_intern *t, const char *name, size_t len) _must_check_;
/* Enters from's symbols into to and points their canon there. */
int dm_intern_merge(struct dm_intern *to, const struct dm_intern *from) _must_check_;
void dm_intern_fini(struct dm_intern *t);
