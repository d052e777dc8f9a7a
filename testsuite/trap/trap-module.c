/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Module system calls: answered here, never by the machine's kernel. Each is appended to
 * the log with its answer: a configured error, else what the mock kernel says, else 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testsuite/trap/mock-kernel.h"
#include "testsuite/trap/trap.h"

enum { NAME_SIZE = 256 };

/* As headers call it, the same on every C library; "" for others. */
static const char *error_name(int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = {
		{ EPERM, "EPERM" },
		{ ENOENT, "ENOENT" },
		{ ESRCH, "ESRCH" },
		{ EIO, "EIO" },
		{ ENOEXEC, "ENOEXEC" },
		{ EBADF, "EBADF" },
		{ EAGAIN, "EAGAIN" },
		{ ENOMEM, "ENOMEM" },
		{ EACCES, "EACCES" },
		{ EFAULT, "EFAULT" },
		{ EBUSY, "EBUSY" },
		{ EEXIST, "EEXIST" },
		{ ENODEV, "ENODEV" },
		{ EINVAL, "EINVAL" },
		{ ENOSPC, "ENOSPC" },
		{ ENOSYS, "ENOSYS" },
		{ EINTR, "EINTR" },
		{ ETXTBSY, "ETXTBSY" },
		{ EBADMSG, "EBADMSG" },
		{ ENOKEY, "ENOKEY" },
		{ EKEYREJECTED, "EKEYREJECTED" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].error == error)
			return names[i].name;
	}
	return "";
}

/* One line, one write: calls of several processes do not mix. */
__attribute__((format(printf, 2, 3))) static void log_call(int result, const char *fmt,
							   ...)
{
	const char *path = getenv("TESTSUITE_CALLS");
	char line[8192];
	size_t n;
	va_list ap;
	int fd;

	if (!path)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line) - 64, fmt, ap);
	va_end(ap);
	n = strlen(line);
	if (*error_name(-result))
		n += (size_t)sprintf(line + n, " = %s\n", error_name(-result));
	else
		n += (size_t)sprintf(line + n, " = %d\n", result);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, line, n) != (ssize_t)n)
		abort();
	close(fd);
}

/* The errno configured for op and name, negative, or 0. */
static int configured(const char *op, const char *name)
{
	const char *p = getenv("TESTSUITE_ERRORS");
	char want[NAME_SIZE + 16];
	size_t len = (size_t)snprintf(want, sizeof(want), "%s:%s=", op, name);

	for (; p && *p; p += strspn(p, " ")) {
		if (strncmp(p, want, len) == 0)
			return -atoi(p + len);
		p += strcspn(p, " ");
	}
	return 0;
}

static bool mock(struct mock_kernel *k)
{
	k->root = getenv("TESTSUITE_ROOT");
	k->release = getenv("TESTSUITE_UNAME");
	return getenv("TESTSUITE_KERNEL") && k->root && k->release;
}

static int answer_insert(const char *op, const char *name, size_t size)
{
	struct mock_kernel k;
	int r = configured(op, name);

	if (r == 0)
		r = configured("insert", name);
	return r == 0 && mock(&k) ? mock_insert(&k, name, size) : r;
}

static long finish(int r)
{
	trap_leave();
	if (r == 0)
		return 0;
	errno = -r;
	return -1;
}

static long do_finit(int fd, const char *params, int flags)
{
	char link[64], path[PATH_MAX], name[NAME_SIZE];
	struct stat st;
	ssize_t n;
	int r;

	trap_enter();
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0 || fstat(fd, &st) < 0)
		return finish(-EBADF);
	path[n] = '\0';
	mock_name(path, name, sizeof(name));
	r = answer_insert("finit", name, (size_t)st.st_size);
	log_call(r, "finit_module %s flags=0x%x params=\"%s\"", name, (unsigned)flags,
		 params);
	return finish(r);
}

/* The image's own "name=" where .modinfo has one, else that of the file opened last. */
static void image_name(const char *image, size_t len, char name[NAME_SIZE])
{
	static const char key[] = "\0name=";
	const char *p = memmem(image, len, key, sizeof(key) - 1);
	size_t n = p ? strnlen(p + sizeof(key) - 1,
			       (size_t)(image + len - p) - (sizeof(key) - 1))
		     : 0;

	if (n > 0 && n < NAME_SIZE)
		snprintf(name, NAME_SIZE, "%.*s", (int)n, p + sizeof(key) - 1);
	else
		mock_name(trap_last_module(), name, NAME_SIZE);
}

static long do_init(const void *image, size_t len, const char *params)
{
	char name[NAME_SIZE];
	int r;

	trap_enter();
	image_name(image, len, name);
	r = answer_insert("init", name, len);
	log_call(r, "init_module %s len=%zu params=\"%s\"", name, len, params);
	return finish(r);
}

static long do_delete(const char *name, unsigned flags)
{
	struct mock_kernel k;
	int r;

	trap_enter();
	r = configured("remove", name);
	if (r == 0 && mock(&k))
		r = mock_remove(&k, name, flags & O_TRUNC);
	log_call(r, "delete_module %s flags=0x%x", name, flags);
	return finish(r);
}

TRAP(int, init_module, (const void *image, unsigned long len, const char *params))
{
	return (int)do_init(image, len, params);
}

TRAP(int, finit_module, (int fd, const char *params, int flags))
{
	return (int)do_finit(fd, params, flags);
}

TRAP(int, delete_module, (const char *name, unsigned flags))
{
	return (int)do_delete(name, flags);
}

/* In trap-path.c; not every C library declares it. */
extern int renameat2(int fd, const char *from, int fd2, const char *to, unsigned flags);

TRAP_SYSCALL(number, a)
{
	if (number == SYS_finit_module)
		return do_finit((int)a[0], (const char *)a[1], (int)a[2]);
	if (number == SYS_init_module)
		return do_init((const void *)a[0], (size_t)a[1], (const char *)a[2]);
	if (number == SYS_delete_module)
		return do_delete((const char *)a[0], (unsigned)a[1]);
	if (number == SYS_renameat2)
		return renameat2((int)a[0], (const char *)a[1], (int)a[2],
				 (const char *)a[3], (unsigned)a[4]);
	return REAL_SYSCALL(number, a);
}
