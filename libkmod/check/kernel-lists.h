/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel's own command line forbids, whatever user space does. */
#pragma once

#include "libkmod/module/mod.h"

/* Parameters of the kernel's own, from its command line; NULL: not there. */
struct kernel_lists {
	char *module_blacklist;
	char *initcall_blacklist;
};

/* Fills in lists; what cannot be read is not there. */
void kernel_lists_read(struct kernel_lists *lists);
void kernel_lists_fini(struct kernel_lists *lists);
/* Is name in the comma-separated list, as the kernel compares? */
bool kernel_lists_name(const char *list, const char *name);
/* The first function of initcall_blacklist= that the module's file has; or NULL. */
char *kernel_lists_skip(const struct kernel_lists *lists, const struct kmod_module *mod);
