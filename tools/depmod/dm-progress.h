/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A line on a terminal's stderr while a long run goes on, "reading modules: 1200/4023",
 * rewritten in place and wiped at the end. Nothing before half a second has passed, and
 * nothing at all where stderr is no terminal.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct dm_progress {
	bool wanted;
	bool shown;
	int fd;
	size_t total;
	long long next_usec; /* when the line is due, on the monotonic clock */
};

void dm_progress_begin(struct dm_progress *p, int fd, bool wanted, size_t total);
/* A dm_pool_tick. */
void dm_progress_tick(void *progress, size_t done);
void dm_progress_end(struct dm_progress *p);
