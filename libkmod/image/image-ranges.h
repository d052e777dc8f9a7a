/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Parts of a large file in memory, read when they are asked for.
 *
 *	file     |----[xxxx]-----------[xx]------[xxxxxx]|
 *	windows        0                1         2
 *
 * A window is widened to whole pages; a question that lies inside one is answered
 * without a system call. All memory is kept for the next file until ranges_fini().
 */
#pragma once

#include "shared/bytes.h"
#include "shared/vec.h"

struct range_window {
	uint64_t off;
	struct bytes data;
};

struct range_block;
struct ranges {
	VEC(struct range_window) windows;
	struct range_block *blocks;
};

/*
 * The range [off, off+len), which the caller knows to be inside file_size. Valid
 * until ranges_reset(). 0 or -errno; -EIO when the file ends before file_size.
 */
int ranges_view(struct ranges *r, int fd, uint64_t file_size, uint64_t off, uint64_t len,
		struct bytes *out) _must_check_;
/* Forgets all windows: the next file. */
void ranges_reset(struct ranges *r);
void ranges_fini(struct ranges *r);
