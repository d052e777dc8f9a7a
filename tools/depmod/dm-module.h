/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A module file, as every phase knows it. Once sorted, its position is its index. */
#pragma once

#include <stdint.h>

#include "shared/vec.h"

struct dm_module {
	const char *path; /* as the indexes show it: relative, or absolute */
	const char *name; /* normalised */
	uint32_t name_len;
	uint32_t source; /* 0: the module directory; n: the nth external one */
	uint64_t size;   /* of the file; 0 when nobody needed to know */
};

struct dm_modules {
	VEC(struct dm_module) list;
};
