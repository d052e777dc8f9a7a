/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records what a program does to the files of one directory, in TESTSUITE_DISK_LOG: what a
 * disk would have been told, and when. Paths with a '/' are not of interest.
 *
 *	create FD NAME     write FD LEN, then LEN bytes and a newline     sync FD
 *	rename FROM TO     swap NAME NAME     unlink NAME
 *
 * A library of its own, used without the others.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "testsuite/trap/trap.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* Unbuffered in effect: a program may end by _exit(). */
static void note(const void *data, size_t len, const char *fmt, ...)
{
	const char *path = getenv("TESTSUITE_DISK_LOG");
	FILE *f;
	va_list ap;

	if (!path || trap_inside())
		return;
	pthread_mutex_lock(&mutex);
	trap_enter();
	f = fopen(path, "ae");
	if (f) {
		va_start(ap, fmt);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		vfprintf(f, fmt, ap);
#pragma GCC diagnostic pop
		va_end(ap);
		fputc('\n', f);
		if (data) {
			fwrite(data, 1, len, f);
			fputc('\n', f);
		}
		fclose(f);
	}
	trap_leave();
	pthread_mutex_unlock(&mutex);
}

#define OPENAT(sym)                                                              \
	TRAP(int, sym, (int dirfd, const char *path, int flags, ...))            \
	{                                                                        \
		mode_t mode = 0;                                                 \
		va_list ap;                                                      \
                                                                                 \
		va_start(ap, flags);                                             \
		if (flags & O_CREAT)                                             \
			mode = (mode_t)va_arg(ap, int);                          \
		va_end(ap);                                                      \
		int fd = REAL(int, sym, (int, const char *, int, ...))(dirfd,    \
							path, flags, mode);     \
		if (fd >= 0 && (flags & O_CREAT) && !strchr(path, '/'))          \
			note(NULL, 0, "create %d %s", fd, path);                 \
		return fd;                                                       \
	}
OPENAT(openat)
#ifdef __GLIBC__
OPENAT(openat64)
#endif

TRAP(ssize_t, write, (int fd, const void *buf, size_t len))
{
	ssize_t n = REAL(ssize_t, write, (int, const void *, size_t))(fd, buf, len);

	if (n > 0 && fd > 2)
		note(buf, (size_t)n, "write %d %zd", fd, n);
	return n;
}

TRAP(int, fsync, (int fd))
{
	int r = REAL(int, fsync, (int))(fd);

	if (r == 0)
		note(NULL, 0, "sync %d", fd);
	return r;
}

TRAP(int, renameat, (int fd, const char *from, int fd2, const char *to))
{
	int r = REAL(int, renameat, (int, const char *, int, const char *))(fd, from, fd2, to);

	if (r == 0)
		note(NULL, 0, "rename %s %s", from, to);
	return r;
}

TRAP_SYSCALL(number, a)
{
	long r = REAL_SYSCALL(number, a);

	if (r == 0 && number == SYS_renameat2)
		note(NULL, 0, "swap %s %s", (const char *)a[1], (const char *)a[3]);
	return r;
}

TRAP(int, unlinkat, (int fd, const char *path, int flags))
{
	int r = REAL(int, unlinkat, (int, const char *, int))(fd, path, flags);

	if (r == 0)
		note(NULL, 0, "unlink %s", path);
	return r;
}
