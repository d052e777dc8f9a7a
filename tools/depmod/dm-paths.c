/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"

/* root (relative: below the current directory; "": /) and below it one release's tree. */
static int tree_path(const char *root, const char *module_dir, const char *release,
		     char **out)
{
	_cleanup_free_ char *absolute = *root ? fs_absolute(root) : strdup("");
	size_t len;

	if (!absolute)
		return errno ? -errno : -ENOMEM;
	for (len = strlen(absolute); len > 0 && absolute[len - 1] == '/'; len--)
		;
	module_dir += strspn(module_dir, "/");
	if (asprintf(out, "%.*s/%s/%s", (int)len, absolute, module_dir, release) < 0)
		return -ENOMEM;
	return 0;
}

int dm_paths_init(const struct dm_options *o, struct dm_paths *out)
{
	struct dm_paths p = { 0 };
	struct utsname running;
	int r;

	if (!o->release && uname(&running) < 0)
		return -errno;
	p.release = strdup(o->release ? o->release : running.release);
	if (!p.release)
		return -ENOMEM;
	r = tree_path(o->base_dir, o->module_dir, p.release, &p.dir);
	if (r == 0)
		r = tree_path(o->out_dir ? o->out_dir : o->base_dir, o->module_dir,
			      p.release, &p.out_dir);
	if (r < 0)
		dm_paths_fini(&p);
	else
		*out = p;
	return r;
}

void dm_paths_fini(struct dm_paths *p)
{
	free(p->release);
	free(p->dir);
	free(p->out_dir);
	*p = (struct dm_paths){ 0 };
}

const char *dm_paths_shown(const struct dm_paths *p, const char *path)
{
	size_t len = strlen(p->dir);

	if (strncmp(path, p->dir, len) != 0 || path[len] != '/')
		return path;
	path += len;
	return path + strspn(path, "/");
}
