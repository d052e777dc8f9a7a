/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bounds-checked reading of untrusted bytes.
 *
 * The only place where pointer arithmetic on file content happens. A struct bytes
 * is a borrowed range; every read can say no and leaves its output untouched then.
 * Offsets and lengths are 64 bit because files may claim anything; sums are checked.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "shared/macro.h"

struct bytes {
	const unsigned char *ptr;
	size_t len;
};

#define BYTES_NONE ((struct bytes){ NULL, 0 })

static inline struct bytes bytes_of(const void *ptr, size_t len)
{
	return (struct bytes){ ptr, len };
}

/*
 * Every read checks its range first. The check is written as two comparisons without
 * a sum, so that no offset a file may claim can wrap around.
 */
static inline bool bytes_inside_(struct bytes b, uint64_t off, uint64_t len)
{
	return off <= b.len && len <= b.len - off;
}

/* The range [off, off+len) of b; false when it does not lie inside b. */
_must_check_ static inline bool bytes_sub(struct bytes b, uint64_t off, uint64_t len,
					  struct bytes *out)
{
	if (!bytes_inside_(b, off, len))
		return false;
	/* An empty range may have no address at all. */
	*out = bytes_of(b.ptr ? b.ptr + off : NULL, len);
	return true;
}

/* Loads at a byte offset; big says the data's byte order. */
_must_check_ static inline bool bytes_u8(struct bytes b, uint64_t off, uint8_t *out)
{
	if (!bytes_inside_(b, off, 1))
		return false;
	*out = b.ptr[off];
	return true;
}

/* Put together byte by byte: any alignment, any host; compilers make one load of it. */
_must_check_ static inline bool bytes_u16(struct bytes b, uint64_t off, bool big,
					  uint16_t *out)
{
	if (!bytes_inside_(b, off, 2))
		return false;
	const unsigned char *p = b.ptr + off;
	*out = big ? (uint16_t)(p[0] << 8 | p[1]) : (uint16_t)(p[1] << 8 | p[0]);
	return true;
}

static inline uint32_t bytes_be32_(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint32_t bytes_le32_(const unsigned char *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

_must_check_ static inline bool bytes_u32(struct bytes b, uint64_t off, bool big,
					  uint32_t *out)
{
	if (!bytes_inside_(b, off, 4))
		return false;
	*out = big ? bytes_be32_(b.ptr + off) : bytes_le32_(b.ptr + off);
	return true;
}

_must_check_ static inline bool bytes_u64(struct bytes b, uint64_t off, bool big,
					  uint64_t *out)
{
	if (!bytes_inside_(b, off, 8))
		return false;
	const unsigned char *p = b.ptr + off;
	*out = big ? (uint64_t)bytes_be32_(p) << 32 | bytes_be32_(p + 4)
		   : (uint64_t)bytes_le32_(p + 4) << 32 | bytes_le32_(p);
	return true;
}

/*
 * The NUL-terminated string at off, NULL when no NUL follows inside b (or off is
 * outside). len (may be NULL) gets its length without the NUL.
 */
const char *bytes_cstr(struct bytes b, uint64_t off, size_t *len) _must_check_;

/*
 * Takes the next NUL-separated string from the front of rest. Runs of NULs are
 * skipped, the last string may lack its NUL. False at the end.
 */
bool bytes_next_string(struct bytes *rest, struct bytes *string);

bool bytes_equal(struct bytes a, struct bytes b) _pure_;
bool bytes_starts_with(struct bytes b, const void *prefix, size_t prefix_len) _pure_;
bool bytes_ends_with(struct bytes b, const void *suffix, size_t suffix_len) _pure_;
