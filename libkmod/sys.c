/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The module system calls. init_module and delete_module go through the C library's
 * symbols where it has them, finit_module through its syscall(), so that a preload can
 * stand in between (libkmod.md 2).
 */
#include "libkmod/sys.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc and musl export them without declaring them. */
extern int init_module(const void *image, unsigned long len, const char *params)
	__attribute__((weak));
extern int delete_module(const char *name, unsigned int flags) __attribute__((weak));

static int result(long r)
{
	return r < 0 ? -errno : 0;
}

int sys_init_module(const void *image, size_t len, const char *params)
{
	if (init_module)
		return result(init_module(image, len, params));
	return result(syscall(SYS_init_module, image, (unsigned long)len, params));
}

int sys_finit_module(int fd, const char *params, unsigned flags)
{
#ifdef SYS_finit_module
	return result(syscall(SYS_finit_module, fd, params, (int)flags));
#else
	return -ENOSYS;
#endif
}

int sys_delete_module(const char *name, unsigned flags)
{
	if (delete_module)
		return result(delete_module(name, flags));
	return result(syscall(SYS_delete_module, name, flags));
}
