/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The untyped half of VEC(). The array pointer has another type at the caller, so it is
 * copied in and out bytewise and never accessed as a void *.
 */
#include "shared/vec.h"

#include <stdint.h>
#include <string.h>

bool vec_reserve_(void **at, size_t *cap, size_t n, size_t elem_size)
{
	if (n <= *cap)
		return true;
	if (n > SIZE_MAX / elem_size)
		return false;

	void *old;
	memcpy(&old, at, sizeof(old));
	void *grown = realloc(old, n * elem_size);
	if (!grown)
		return false;
	memcpy(at, &grown, sizeof(grown));
	*cap = n;
	return true;
}

void *vec_add_(void **at, size_t *n, size_t *cap, size_t elem_size)
{
	if (*n == *cap) {
		size_t want = *cap < 8 ? 8 : *cap > SIZE_MAX / 2 ? SIZE_MAX : *cap * 2;

		if (!vec_reserve_(at, cap, want, elem_size))
			return NULL;
	}

	char *base;
	memcpy(&base, at, sizeof(base));
	return memset(base + elem_size * (*n)++, 0, elem_size);
}
