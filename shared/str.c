/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text helpers. Nothing depends on the locale: the program never sets one, and text
 * that comes out of modules is bytes.
 */
#include "shared/str.h"

#include <errno.h>
#include <stdlib.h>

bool str_ends_with(const char *s, const char *suffix)
{
	size_t len = strlen(s), suffix_len = strlen(suffix);

	return suffix_len <= len && memcmp(s + (len - suffix_len), suffix, suffix_len) == 0;
}

const char *str_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* strtoul would skip blanks in front; a whole-string number starts at once. */
static bool starts_like_number(const char *s)
{
	return *s == '+' || *s == '-' || (*s >= '0' && *s <= '9') ||
	       (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z');
}

int str_to_u64(const char *s, int base, uint64_t *out)
{
	if (!starts_like_number(s) || *s == '-')
		return -EINVAL;

	char *end;
	errno = 0;
	unsigned long long v = strtoull(s, &end, base);
	if (end == s || *end != '\0')
		return -EINVAL;
	if (errno != 0)
		return -errno;
	*out = v;
	return 0;
}

int str_to_i64(const char *s, int base, int64_t *out)
{
	if (!starts_like_number(s))
		return -EINVAL;

	char *end;
	errno = 0;
	long long v = strtoll(s, &end, base);
	if (end == s || *end != '\0')
		return -EINVAL;
	if (errno != 0)
		return -errno;
	*out = v;
	return 0;
}

static char *put_hex(char *to, unsigned char byte)
{
	static const char digits[] = "0123456789ABCDEF";

	*to++ = digits[byte >> 4];
	*to++ = digits[byte & 15];
	return to;
}

char *str_hex_dump(struct bytes b)
{
	static const char line_break[] = "\n\t\t";
	enum { PER_LINE = 20 };

	if (b.len > (SIZE_MAX - 1) / 4)
		return NULL;
	/* "XX:" per byte and three more characters per full line. */
	char *text = malloc(b.len * 3 + b.len / PER_LINE * 3 + 1);
	if (!text)
		return NULL;

	char *to = text;
	for (size_t i = 0; i < b.len; i++) {
		if (i > 0) {
			*to++ = ':';
			if (i % PER_LINE == 0) {
				memcpy(to, line_break, 3);
				to += 3;
			}
		}
		to = put_hex(to, b.ptr[i]);
	}
	*to = '\0';
	return text;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * Levenshtein with one row: row[j] is the distance between the part of a seen so far
 * and the first j bytes of b.
 */
static unsigned distance(const char *a, size_t a_len, const char *b, size_t b_len,
			 unsigned cap)
{
	unsigned row[STR_DISTANCE_LEN + 1];

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 0; i < a_len; i++) {
		unsigned diagonal = row[0], best = ++row[0];

		for (size_t j = 0; j < b_len; j++) {
			unsigned substituted = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			row[j + 1] = min3(substituted, diagonal + 1, row[j] + 1);
			if (row[j + 1] < best)
				best = row[j + 1];
		}
		if (best >= cap)
			return cap;
	}
	return row[b_len] < cap ? row[b_len] : cap;
}

unsigned str_distance(const char *a, const char *b, unsigned max)
{
	unsigned cap = max < UINT32_MAX ? max + 1 : max;

	while (*a && *a == *b) {
		a++;
		b++;
	}
	size_t a_len = strlen(a), b_len = strlen(b);
	while (a_len > 0 && b_len > 0 && a[a_len - 1] == b[b_len - 1]) {
		a_len--;
		b_len--;
	}

	size_t apart = a_len > b_len ? a_len - b_len : b_len - a_len;
	if (apart >= cap || a_len > STR_DISTANCE_LEN || b_len > STR_DISTANCE_LEN)
		return cap;
	return distance(a, a_len, b, b_len, cap);
}

/* A row per length: the first byte's range and, after E0 F0 ED F4 ..., the second's. */
static const struct utf8_form {
	unsigned char first, last, second_first, second_last, len;
} utf8_forms[] = {
	/* U+0080..U+009F are control codes of terminals: not text. */
	{ 0xc2, 0xc2, 0xa0, 0xbf, 2 }, { 0xc3, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

size_t str_printable_len(struct bytes b)
{
	const unsigned char *s = b.ptr;

	if (b.len == 0)
		return 0;
	if (*s < 0x80)
		return *s >= 0x20 && *s != 0x7f;

	for (size_t i = 0; i < ARRAY_SIZE(utf8_forms); i++) {
		const struct utf8_form *f = &utf8_forms[i];

		if (*s < f->first || *s > f->last)
			continue;
		if (b.len < f->len || s[1] < f->second_first || s[1] > f->second_last)
			return 0;
		for (size_t k = 2; k < f->len; k++) {
			if ((s[k] & 0xc0) != 0x80)
				return 0;
		}
		return f->len;
	}
	return 0;
}

char *str_printable(const char *s, const char *keep)
{
	size_t len = strlen(s);
	if (len > (SIZE_MAX - 1) / 4)
		return NULL;
	char *text = malloc(len * 4 + 1);
	if (!text)
		return NULL;

	const unsigned char *from = (const unsigned char *)s, *end = from + len;
	char *to = text;
	while (from < end) {
		size_t n = strchr(keep, *from) ? 1 : 0;

		if (n == 0)
			n = str_printable_len(bytes_of(from, (size_t)(end - from)));
		if (n > 0) {
			memcpy(to, from, n);
			from += n;
			to += n;
		} else {
			*to++ = '\\';
			*to++ = 'x';
			to = put_hex(to, *from++);
		}
	}
	*to = '\0';
	return text;
}
