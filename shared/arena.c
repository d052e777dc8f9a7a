/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A list of blocks; the head is the one being filled:
 *
 *	blocks -> [header|used used|next...left] -> [full] -> [large] -> ...
 *
 * Blocks double in size up to BLOCK_MAX. A piece larger than a quarter of the block
 * that would be made for it gets a block of its own, put behind the head, so that it
 * wastes nothing.
 */
#include "shared/arena.h"

#include <stdbool.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	size_t size; /* of payload */
	max_align_t payload[];
};

enum {
	BLOCK_MIN = 4096 - sizeof(struct arena_block) - 16, /* a page with malloc's head */
	BLOCK_MAX = 256 * 1024,
	ALIGN = _Alignof(uint64_t) > _Alignof(void *) ? _Alignof(uint64_t) : _Alignof(void *),
};

void arena_fini(struct arena *a)
{
	for (struct arena_block *b = a->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	*a = ARENA_INIT;
}

static struct arena_block *new_block(size_t size)
{
	if (size > SIZE_MAX - sizeof(struct arena_block))
		return NULL;

	struct arena_block *b = malloc(sizeof(*b) + size);
	if (b)
		b->size = size;
	return b;
}

static void *take_from_new_block(struct arena *a, size_t size)
{
	size_t usual = a->blocks ? a->blocks->size * 2 : BLOCK_MIN;
	if (usual > BLOCK_MAX)
		usual = BLOCK_MAX;
	bool alone = size > usual / 4 && a->blocks;

	struct arena_block *b = new_block(alone || size > usual ? size : usual);
	if (!b)
		return NULL;
	if (alone) {
		b->next = a->blocks->next;
		a->blocks->next = b;
	} else {
		b->next = a->blocks;
		a->blocks = b;
		a->next = (char *)b->payload + size;
		a->left = b->size - size;
	}
	return b->payload;
}

static void *take(struct arena *a, size_t size, size_t pad)
{
	if (_unlikely_(pad > a->left || size > a->left - pad))
		return take_from_new_block(a, size);

	char *p = a->next + pad;
	a->next = p + size;
	a->left -= pad + size;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	/* Never an empty piece: two pieces never share an address, none is NULL. */
	return take(a, size ? size : 1, -(uintptr_t)a->next & (ALIGN - 1));
}

void *arena_zalloc(struct arena *a, size_t size)
{
	void *p = arena_alloc(a, size);

	return p ? memset(p, 0, size) : NULL;
}

char *arena_dup(struct arena *a, const void *data, size_t len)
{
	char *copy = len < SIZE_MAX ? take(a, len + 1, 0) : NULL;
	if (!copy)
		return NULL;

	if (len > 0)
		memcpy(copy, data, len);
	copy[len] = '\0';
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_dup(a, s, strlen(s));
}

void arena_join(struct arena *dst, struct arena *src)
{
	if (!dst->blocks) {
		*dst = *src;
	} else if (src->blocks) {
		struct arena_block *last = src->blocks;

		while (last->next)
			last = last->next;
		last->next = dst->blocks->next;
		dst->blocks->next = src->blocks;
	}
	*src = ARENA_INIT;
}
