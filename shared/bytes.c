/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every read checks its range first. The check is written as two comparisons without
 * a sum, so that no offset a file may claim can wrap around.
 */
#include "shared/bytes.h"

#include <string.h>

static bool inside(struct bytes b, uint64_t off, uint64_t len)
{
	return off <= b.len && len <= b.len - off;
}

bool bytes_sub(struct bytes b, uint64_t off, uint64_t len, struct bytes *out)
{
	if (!inside(b, off, len))
		return false;
	/* An empty range may have no address at all. */
	*out = bytes_of(b.ptr ? b.ptr + off : NULL, len);
	return true;
}

bool bytes_u8(struct bytes b, uint64_t off, uint8_t *out)
{
	if (!inside(b, off, 1))
		return false;
	*out = b.ptr[off];
	return true;
}

/* Put together byte by byte: any alignment, any host; compilers make one load of it. */
bool bytes_u16(struct bytes b, uint64_t off, bool big, uint16_t *out)
{
	if (!inside(b, off, 2))
		return false;
	const unsigned char *p = b.ptr + off;
	*out = big ? (uint16_t)(p[0] << 8 | p[1]) : (uint16_t)(p[1] << 8 | p[0]);
	return true;
}

static uint32_t load_be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t load_le32(const unsigned char *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

bool bytes_u32(struct bytes b, uint64_t off, bool big, uint32_t *out)
{
	if (!inside(b, off, 4))
		return false;
	*out = big ? load_be32(b.ptr + off) : load_le32(b.ptr + off);
	return true;
}

bool bytes_u64(struct bytes b, uint64_t off, bool big, uint64_t *out)
{
	if (!inside(b, off, 8))
		return false;
	const unsigned char *p = b.ptr + off;
	*out = big ? (uint64_t)load_be32(p) << 32 | load_be32(p + 4)
		   : (uint64_t)load_le32(p + 4) << 32 | load_le32(p);
	return true;
}

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
