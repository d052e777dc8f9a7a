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

/* The range [off, off+len) of b; false when it does not lie inside b. */
bool bytes_sub(struct bytes b, uint64_t off, uint64_t len, struct bytes *out) _must_check_;

/* Loads at a byte offset, any alignment; big says the data's byte order. */
bool bytes_u8(struct bytes b, uint64_t off, uint8_t *out) _must_check_;
bool bytes_u16(struct bytes b, uint64_t off, bool big, uint16_t *out) _must_check_;
bool bytes_u32(struct bytes b, uint64_t off, bool big, uint32_t *out) _must_check_;
bool bytes_u64(struct bytes b, uint64_t off, bool big, uint64_t *out) _must_check_;

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
