/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Grows by doubling, so that a text of n bytes costs log n allocations. There is
 * always room for the NUL: size > len whenever data is there.
 */
#include "shared/strbuf.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void strbuf_fini(struct strbuf *b)
{
	free(b->data);
	*b = STRBUF_INIT;
}

static bool grow(struct strbuf *b, size_t more)
{
	size_t want = b->len + more + 1, size = b->size < 64 ? 64 : b->size;

	if (b->failed || want <= more) {
		b->failed = true;
		return false;
	}
	while (size < want)
		size = size > SIZE_MAX / 2 ? want : size * 2;

	char *data = realloc(b->data, size);
	if (!data) {
		b->failed = true;
		return false;
	}
	data[b->len] = '\0';
	b->data = data;
	b->size = size;
	return true;
}

bool strbuf_reserve(struct strbuf *b, size_t more)
{
	if (_likely_(!b->failed && b->size > b->len && more < b->size - b->len))
		return true;
	return grow(b, more);
}

void strbuf_add(struct strbuf *b, const void *data, size_t len)
{
	if (!strbuf_reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void strbuf_adds(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s));
}

void strbuf_addc(struct strbuf *b, char c)
{
	if (!strbuf_reserve(b, 1))
		return;
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap)
{
	if (!strbuf_reserve(b, 0))
		return;

	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(b->data + b->len, b->size - b->len, fmt, ap);
	if (n >= 0 && (size_t)n >= b->size - b->len) {
		if (strbuf_reserve(b, n))
			n = vsnprintf(b->data + b->len, b->size - b->len, fmt, again);
		else
			n = -1;
	}
	va_end(again);

	if (n < 0)
		b->failed = true;
	else
		b->len += n;
	b->data[b->len] = '\0';
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

static void store_be32(char *to, uint32_t v)
{
	to[0] = (char)(v >> 24);
	to[1] = (char)(v >> 16);
	to[2] = (char)(v >> 8);
	to[3] = (char)v;
}

void strbuf_add_be32(struct strbuf *b, uint32_t v)
{
	if (!strbuf_reserve(b, 4))
		return;
	store_be32(b->data + b->len, v);
	b->len += 4;
	b->data[b->len] = '\0';
}

void strbuf_put_be32(struct strbuf *b, size_t off, uint32_t v)
{
	if (b->failed)
		return;
	assert(off <= b->len && b->len - off >= 4);
	store_be32(b->data + off, v);
}

void strbuf_truncate(struct strbuf *b, size_t len)
{
	if (b->failed || len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

const char *strbuf_str(const struct strbuf *b)
{
	return b->data ? b->data : "";
}

char *strbuf_take(struct strbuf *b, size_t *len)
{
	if (!strbuf_reserve(b, 0)) {
		strbuf_fini(b);
		return NULL;
	}

	char *data = b->data;
	if (len)
		*len = b->len;
	*b = STRBUF_INIT;
	return data;
}
