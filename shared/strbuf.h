/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A growing byte string, always NUL-terminated behind len. Errors stick: after the
 * first failed allocation every call is a no-op and strbuf_ok() says false, so a
 * writer checks once at the end.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/bytes.h"

struct strbuf {
	char *data; /* NULL until the first byte */
	size_t len;
	size_t size;
	bool failed;
};

#define STRBUF_INIT ((struct strbuf){ 0 })
#define _cleanup_strbuf_ __attribute__((cleanup(strbuf_fini)))

void strbuf_fini(struct strbuf *b);
/* Makes room for more bytes behind len; false when out of memory. */
bool strbuf_reserve(struct strbuf *b, size_t more);
void strbuf_add(struct strbuf *b, const void *data, size_t len);
void strbuf_adds(struct strbuf *b, const char *s);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) _printf_(2, 3);
void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap) _printf_(2, 0);
void strbuf_add_be32(struct strbuf *b, uint32_t v);
/* Overwrites 4 bytes already written at off (must be inside). */
void strbuf_put_be32(struct strbuf *b, size_t off, uint32_t v);
void strbuf_truncate(struct strbuf *b, size_t len);
static inline bool strbuf_ok(const struct strbuf *b)
{
	return !b->failed;
}
/* The text, owned by b until it changes; "" when nothing was added. */
const char *strbuf_str(const struct strbuf *b);
/* Hands the text out and leaves b empty; NULL when b failed. The caller frees. */
char *strbuf_take(struct strbuf *b, size_t *len);
