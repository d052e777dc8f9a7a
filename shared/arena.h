/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory for one phase: many small pieces, released together. Not thread-safe; a
 * worker has its own.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "shared/macro.h"

struct arena_block;
struct arena {
	struct arena_block *blocks;
	char *next;
	size_t left;
};

#define ARENA_INIT ((struct arena){ 0 })

void arena_fini(struct arena *a);
/* Pointer-aligned, not zeroed; NULL when out of memory. */
void *arena_alloc(struct arena *a, size_t size) _must_check_;
void *arena_zalloc(struct arena *a, size_t size) _must_check_;
/* Copies len bytes and adds a NUL; byte-aligned. */
char *arena_dup(struct arena *a, const void *data, size_t len) _must_check_;
char *arena_strdup(struct arena *a, const char *s) _must_check_;
/* Moves all of src's memory into dst; src is empty afterwards. */
void arena_join(struct arena *dst, struct arena *src);
