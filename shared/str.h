/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strings and numbers as text. Nothing here knows about kernel modules. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "shared/bytes.h"

static inline bool str_eq(const char *a, const char *b)
{
	return *a == *b && strcmp(a, b) == 0;
}

/* isspace() of the C locale. */
static inline bool str_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool str_starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* Copies n bytes; where the next go. */
static inline char *str_put(char *to, const char *from, size_t n)
{
	memcpy(to, from, n);
	return to + n;
}

bool str_ends_with(const char *s, const char *suffix) _pure_;

/* Last path component; points into path, empty when path ends in '/'. */
const char *str_basename(const char *path) _pure_;

/*
 * Whole-string numbers. base as strtoul (0 = by prefix). -EINVAL for empty text or
 * trailing bytes, -ERANGE for overflow; *out untouched then.
 */
int str_to_u64(const char *s, int base, uint64_t *out) _must_check_;
int str_to_i64(const char *s, int base, int64_t *out) _must_check_;

/*
 * Upper-case pairs joined by ':'; after every 20th byte, if more follow, ":\n\t\t".
 * The caller frees. NULL when out of memory; "" for no bytes.
 */
char *str_hex_dump(struct bytes b) _must_check_;

/*
 * Edit distance capped at max+1, for "did you mean". Texts whose differing middle is
 * longer than STR_DISTANCE_LEN bytes count as max+1.
 */
#define STR_DISTANCE_LEN 255
unsigned str_distance(const char *a, const char *b, unsigned max) _pure_;

/*
 * Length of the printable UTF-8 character b begins with; 0 when that is a control code
 * (also U+0080..U+009F), not valid UTF-8, or b is empty.
 */
size_t str_printable_len(struct bytes b) _pure_;

/*
 * Makes text from a stranger safe for a terminal and for one line: control codes
 * (also those of U+0080..U+009F) and bytes that are not valid UTF-8 become \xNN,
 * except the bytes of keep ("\n\t", or ""). The caller frees; NULL when out of memory.
 */
char *str_printable(const char *s, const char *keep) _must_check_;
