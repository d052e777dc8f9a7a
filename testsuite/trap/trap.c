/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/trap/trap.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of all trap libraries together: exported, so that the first one's is everybody's. */
TRAP_EXPORT extern _Thread_local int trap_depth;
_Thread_local int trap_depth;

void trap_enter(void)
{
	trap_depth++;
}

void trap_leave(void)
{
	trap_depth--;
}

bool trap_inside(void)
{
	return trap_depth > 0;
}

void *trap_real(_Atomic(void *) *slot, const char *name)
{
	void *f = atomic_load_explicit(slot, memory_order_acquire);

	if (!f) {
		f = dlsym(RTLD_NEXT, name);
		if (!f) {
			fprintf(stderr, "trap: no real %s\n", name);
			abort();
		}
		atomic_store_explicit(slot, f, memory_order_release);
	}
	return f;
}

static bool is_below(const char *path, const char *dir, size_t len)
{
	return len > 0 && strncmp(path, dir, len) == 0 &&
	       (path[len] == '\0' || path[len] == '/');
}

static bool passes(const char *path, const char *root)
{
	/* Programs that install commands run are the machine's. */
	static const char *const always[] = { "/dev",     "/proc/self", "/bin",
					      "/usr/bin", "/sbin",      "/usr/sbin" };
	const char *dir = getenv("TESTSUITE_PASS");

	if (is_below(path, root, strlen(root)))
		return true;
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		if (is_below(path, always[i], strlen(always[i])))
			return true;
	}
	while (dir && *dir) {
		size_t len = strcspn(dir, ":");

		if (is_below(path, dir, len))
			return true;
		dir += len + (dir[len] == ':');
	}
	return false;
}

const char *trap_path(const char *path, char buf[PATH_MAX])
{
	const char *root = getenv("TESTSUITE_ROOT");
	int n;

	if (!path || path[0] != '/' || !root || !*root || trap_inside() ||
	    passes(path, root))
		return path;
	n = snprintf(buf, PATH_MAX, "%s%s", root, path);
	if (n < 0 || n >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return buf;
}

/* Per thread: depmod's workers open many files at once. */
static _Thread_local char last_module[256];

void trap_note_open(const char *path)
{
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	if (!trap_inside() && strstr(base, ".ko"))
		snprintf(last_module, sizeof(last_module), "%s", base);
}

const char *trap_last_module(void)
{
	return last_module;
}
