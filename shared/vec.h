/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A growing array of any type:
 *
 *	VEC(struct rule) rules = { 0 };
 *	struct rule *r = vec_add(&rules);      (zeroed; NULL when out of memory)
 *	for (size_t i = 0; i < rules.n; i++) use(&rules.at[i]);
 *	vec_fini(&rules);
 *
 * Elements move when the array grows: keep indexes, not pointers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shared/macro.h"

#define VEC(type)        \
	struct {         \
		type *at; \
		size_t n; \
		size_t cap; \
	}

void *vec_add_(void **at, size_t *n, size_t *cap, size_t elem_size) _must_check_;
bool vec_reserve_(void **at, size_t *cap, size_t n, size_t elem_size) _must_check_;

#define vec_add(v) \
	((__typeof__((v)->at))vec_add_((void **)&(v)->at, &(v)->n, &(v)->cap, sizeof(*(v)->at)))
#define vec_reserve(v, want) \
	vec_reserve_((void **)&(v)->at, &(v)->cap, (want), sizeof(*(v)->at))
/* Appends a copy of x; false when out of memory. */
#define vec_push(v, x)                                          \
	({                                                      \
		__typeof__((v)->at) slot_ = vec_add(v);         \
		if (slot_)                                      \
			*slot_ = (x);                           \
		slot_ != NULL;                                  \
	})
#define vec_fini(v)                \
	do {                       \
		free((v)->at);     \
		(v)->at = NULL;    \
		(v)->n = 0;        \
		(v)->cap = 0;      \
	} while (0)
