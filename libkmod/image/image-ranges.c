/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Windows into a large file. A caller that asks for very many scattered places (a
 * made-up module can) gets the whole file as one window, so that the search among
 * windows stays short.
 */
#include "libkmod/image/image-ranges.h"

#include <errno.h>

#include "shared/fsio.h"

#define PAGE 4096u
#define BLOCK_SIZE (256u << 10)
#define KEEP_SIZE (4u << 20) /* between two files */
#define MAX_WINDOWS 64

struct range_block {
	struct range_block *next;
	size_t size;
	size_t used;
	unsigned char data[];
};

static unsigned char *block_take(struct ranges *r, size_t len)
{
	struct range_block *b = r->blocks;
	size_t size = len > BLOCK_SIZE ? len : BLOCK_SIZE;
	unsigned char *data;

	while (b && b->size - b->used < len)
		b = b->next;
	if (!b) {
		b = malloc(sizeof(*b) + size);
		if (!b)
			return NULL;
		b->next = r->blocks;
		b->size = size;
		b->used = 0;
		r->blocks = b;
	}
	data = b->data + b->used;
	b->used += len;
	return data;
}

static struct range_window *window_find(struct ranges *r, uint64_t off, uint64_t len)
{
	for (size_t i = 0; i < r->windows.n; i++) {
		struct range_window *w = &r->windows.at[i];

		if (off >= w->off && off - w->off <= w->data.len &&
		    len <= w->data.len - (off - w->off))
			return w;
	}
	return NULL;
}

static int window_read(struct ranges *r, int fd, uint64_t off, uint64_t end,
		       struct range_window **out)
{
	struct range_window *w;
	unsigned char *data;
	ssize_t n;

	if (end - off > SIZE_MAX / 2)
		return -ENOMEM;
	data = block_take(r, (size_t)(end - off));
	if (!data)
		return -ENOMEM;
	n = fs_pread_full(fd, data, (size_t)(end - off), (off_t)off);
	if (n < 0)
		return (int)n;
	if ((uint64_t)n != end - off)
		return -EIO;
	w = vec_add(&r->windows);
	if (!w)
		return -ENOMEM;
	w->off = off;
	w->data = bytes_of(data, (size_t)n);
	*out = w;
	return 0;
}

int ranges_view(struct ranges *r, int fd, uint64_t file_size, uint64_t off, uint64_t len,
		struct bytes *out)
{
	struct range_window *w = window_find(r, off, len);
	uint64_t start = off - off % PAGE;
	uint64_t end = off + len;
	int e;

	if (!w) {
		end = end > file_size - PAGE ? file_size : end + (PAGE - end % PAGE) % PAGE;
		if (r->windows.n >= MAX_WINDOWS) {
			start = 0;
			end = file_size;
			r->windows.n = 0; /* their memory stays, and is still pointed to */
		}
		e = window_read(r, fd, start, end, &w);
		if (e < 0)
			return e;
	}
	return bytes_sub(w->data, off - w->off, len, out) ? 0 : -EINVAL;
}

void ranges_reset(struct ranges *r)
{
	struct range_block **link = &r->blocks;
	size_t kept = 0;

	r->windows.n = 0;
	while (*link) {
		struct range_block *b = *link;

		b->used = 0;
		kept += b->size;
		if (kept <= KEEP_SIZE) {
			link = &b->next;
			continue;
		}
		*link = b->next;
		free(b);
	}
}

void ranges_fini(struct ranges *r)
{
	while (r->blocks) {
		struct range_block *b = r->blocks;

		r->blocks = b->next;
		free(b);
	}
	vec_fini(&r->windows);
}
