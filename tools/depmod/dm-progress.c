/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "shared/fsio.h"

#define FIRST_USEC 500000
#define AGAIN_USEC 100000

static long long now_usec(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* A terminal that cannot be written to ends the show, not the run. */
static void put(struct dm_progress *p, const char *text)
{
	if (fs_write_full(p->fd, text, strlen(text)) < 0)
		p->wanted = false;
}

void dm_progress_begin(struct dm_progress *p, int fd, bool wanted, size_t total)
{
	*p = (struct dm_progress){ .wanted = wanted && isatty(fd),
				   .fd = fd,
				   .total = total };
	if (p->wanted)
		p->next_usec = now_usec() + FIRST_USEC;
}

void dm_progress_tick(void *progress, size_t done)
{
	struct dm_progress *p = progress;
	char line[100];
	long long now;

	if (!p->wanted)
		return;
	now = now_usec();
	if (now < p->next_usec)
		return;
	p->next_usec = now + AGAIN_USEC;
	p->shown = true;
	snprintf(line, sizeof(line), "\rreading modules: %zu/%zu", done, p->total);
	put(p, line);
}

void dm_progress_end(struct dm_progress *p)
{
	if (p->shown)
		put(p, "\r\033[K");
	p->shown = false;
}
