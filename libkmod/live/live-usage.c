/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One row of lsmod: the three facts of a module from one path, whose last component is
 * replaced, and without an allocation. A module may go between any two of them.
 */
#include "libkmod/live/live.h"

#include <errno.h>
#include <string.h>

#include "libkmod/live/live-file.h"

#define NAME_OFF (sizeof("/sys/module/") - 1)

static bool is_gone(const struct kmod_ctx *ctx, const char *name)
{
	return live_initstate(ctx, name) == -ENOENT;
}

/* As live_size(), which is asked only where there is no coresize. */
static int read_size(const struct kmod_ctx *ctx, const char *name, const char *path, long *out)
{
	long size = 0;
	int r = live_read_decimal(ctx, path, out);

	if (r != -ENOENT && r != -EINVAL)
		return r;
	if (r == -ENOENT)
		size = live_size(ctx, name);
	if (size < 0)
		return (int)size;
	*out = size;
	return 0;
}

static int read_refcnt(const struct kmod_ctx *ctx, const char *name, const char *path, int *out)
{
	long count = LIVE_NOT_COUNTED;
	int r = live_read_decimal(ctx, path, &count);

	if (r == -ENOENT && is_gone(ctx, name))
		return r;
	*out = (int)count;
	return 0;
}

int live_usage(const struct kmod_ctx *ctx, const char *name, struct live_usage *out)
{
	char path[LIVE_PATH_SIZE];
	ssize_t n_holders;
	long size;
	int refcnt, r = live_path(name, "coresize", path);
	char *file = path + NAME_OFF + (r == 0 ? strlen(name) + 1 : 0);

	if (r == 0)
		r = read_size(ctx, name, path, &size);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	strcpy(file, "refcnt");
	r = read_refcnt(ctx, name, path, &refcnt);
	if (r < 0)
		return 0;

	strcpy(file, "holders");
	strbuf_truncate(&out->holders, 0);
	n_holders = live_list_dir(path, &out->holders);
	if (n_holders == -ENOMEM)
		return -ENOMEM;
	if (n_holders == -ENOENT && is_gone(ctx, name))
		return 0;
	out->size = size;
	out->refcnt = refcnt;
	out->n_holders = n_holders > 0 ? (size_t)n_holders : 0;
	return 1;
}
