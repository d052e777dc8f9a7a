/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The only file that makes module system calls. All return 0 or -errno. */
#pragma once

#include <stddef.h>

#include "shared/macro.h"

#define SYS_IGNORE_MODVERSIONS 1u
#define SYS_IGNORE_VERMAGIC 2u
#define SYS_COMPRESSED_FILE 4u

int sys_init_module(const void *image, size_t len, const char *params) _must_check_;
int sys_finit_module(int fd, const char *params, unsigned flags) _must_check_;
int sys_delete_module(const char *name, unsigned flags) _must_check_;
