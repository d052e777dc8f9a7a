/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small indexes for tests, and what lookups in them say, as text. */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "libkmod/index/index-read.h"
#include "libkmod/index/index-write.h"
#include "shared/cleanup.h"
#include "testsuite/lib/ts.h"

/* formats.md 1.5, byte by byte: on -> a, once -> c, on -> b, ox* -> d. */
/* clang-format off */
static const _unused_ unsigned char worked_example[] = {
	0xb0, 0x07, 0xf4, 0x57, 0x00, 0x02, 0x00, 0x01, 0x20, 0x00, 0x00, 0x0c, /* header */
	'o', 'o', 0x20, 0, 0, 0x12,                 /* 0c root */
	'n', 'x', 0x60, 0, 0, 0x40,                 /* 12 "o", child n */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,         /* 18 no o, p, q */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,         /*    no r, s, t */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,         /*    no u, v, w */
	0xc0, 0, 0, 0x62,                           /* 3c child x */
	'c', 'c', 0xc0, 0, 0, 0x56,                 /* 40 "on" */
	0, 0, 0, 2, 0, 0, 0, 1, 'b', 0, 0, 0, 0, 1, 'a', 0,
	'e', 0, 0, 0, 0, 1, 0, 0, 0, 2, 'c', 0,     /* 56 "once" */
	'*', 0, 0, 0, 0, 1, 0, 0, 0, 0, 'd', 0,     /* 62 "ox*" */
};
/* clang-format on */

static inline _unused_ struct index *index_of_bytes(const void *data, size_t len)
{
	struct index *idx = NULL;

	ck_assert_int_eq(index_from_bytes(bytes_of(data, len), &idx), 0);
	return idx;
}

/* Written and opened; bytes live in out. */
static inline _unused_ struct index *index_of(struct index_entry *entries, size_t n,
					      struct strbuf *out)
{
	ck_assert_int_eq(index_write(entries, n, out), 0);
	return index_of_bytes(out->data, out->len);
}

static inline _unused_ int add_value(void *data, const struct index_hit *hit)
{
	struct strbuf *text = data;

	strbuf_addf(text, "%s ", hit->value);
	return 0;
}

static inline _unused_ int add_all(void *data, const struct index_hit *hit)
{
	struct strbuf *text = data;

	strbuf_addf(text, "%s=%s/%u ", hit->pattern, hit->value, hit->priority);
	return 0;
}

/* The values that match, in order, each followed by a blank. */
static inline _unused_ const char *matches(const struct index *idx, const char *query)
{
	struct strbuf text = STRBUF_INIT;

	ck_assert_int_eq(index_match(idx, query, add_value, &text), 0);
	const char *copy = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return copy;
}

/* All of it as "key=value/priority ". */
static inline _unused_ const char *walked(const struct index *idx)
{
	struct strbuf text = STRBUF_INIT;

	ck_assert_int_eq(index_walk(idx, add_all, &text), 0);
	const char *copy = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return copy;
}

/* The exact value, or "-". */
static inline _unused_ const char *found(const struct index *idx, const char *key)
{
	const char *value = "-";

	(void)!index_find(idx, key, &value);
	return value;
}
