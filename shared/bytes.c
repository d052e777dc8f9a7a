/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared/bytes.h"

#include <string.h>

const char *bytes_cstr(struct bytes b, uint64_t off, size_t *len)
{
	if (off >= b.len)
		return NULL;
	const unsigned char *start = b.ptr + off;
	const unsigned char *nul = memchr(start, '\0', b.len - off);
	if (!nul)
		return NULL;
	if (len)
		*len = nul - start;
	return (const char *)start;
}

bool bytes_next_string(struct bytes *rest, struct bytes *string)
{
	while (rest->len > 0 && *rest->ptr == '\0') {
		rest->ptr++;
		rest->len--;
	}
	if (rest->len == 0)
		return false;

	const unsigned char *nul = memchr(rest->ptr, '\0', rest->len);
	size_t len = nul ? (size_t)(nul - rest->ptr) : rest->len;
	*string = bytes_of(rest->ptr, len);
	rest->ptr += len;
	rest->len -= len;
	return true;
}

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool bytes_starts_with(struct bytes b, const void *prefix, size_t prefix_len)
{
	return prefix_len <= b.len &&
	       (prefix_len == 0 || memcmp(b.ptr, prefix, prefix_len) == 0);
}

bool bytes_ends_with(struct bytes b, const void *suffix, size_t suffix_len)
{
	if (suffix_len > b.len)
		return false;
	return suffix_len == 0 ||
	       memcmp(b.ptr + (b.len - suffix_len), suffix, suffix_len) == 0;
}
