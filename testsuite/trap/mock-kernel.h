/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A kernel's list of modules, kept in the files user space reads:
 *
 *	ROOT/sys/module/NAME/{initstate,refcnt,coresize,holders/}   ROOT/proc/modules
 *
 * Who uses whom comes from ROOT/lib/modules/RELEASE/modules.dep: what a module lists
 * must be loaded, and of these it uses what no other of them lists.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct mock_kernel {
	const char *root;
	const char *release;
};

bool mock_has(const struct mock_kernel *k, const char *name);
/* 0, -EEXIST, -ENOENT (a dependency is missing). */
int mock_insert(const struct mock_kernel *k, const char *name, size_t size);
/* With everything it depends on, as far as that is missing. */
int mock_insert_all(const struct mock_kernel *k, const char *name, size_t size);
/* 0, -ENOENT, -EAGAIN (in use and not force). */
int mock_remove(const struct mock_kernel *k, const char *name, bool force);
/* Changes the reference count. 0 or -ENOENT. */
int mock_use(const struct mock_kernel *k, const char *name, int count);

/* The module name in a file name: up to the first '.', '-' as '_'. */
void mock_name(const char *file_name, char *out, size_t size);
