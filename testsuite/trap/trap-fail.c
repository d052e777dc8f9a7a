/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls on descriptors that can be made to fail or to come up short. */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "testsuite/trap/fail.h"
#include "testsuite/trap/trap.h"

TRAP_EXPORT bool trap_fail_arm(const char *kind, unsigned long nth, int error);
TRAP_EXPORT const struct fail_state *trap_fail_look(void);

bool trap_fail_arm(const char *kind, unsigned long nth, int error)
{
	return fail_arm(kind, nth, error);
}

const struct fail_state *trap_fail_look(void)
{
	return fail_look();
}

bool trap_fails(enum fail_kind kind, size_t *len)
{
	int e = trap_inside() ? 0 : fail_next(kind);

	if (e == FAIL_SHORT && len)
		*len /= 2;
	else if (e != 0)
		errno = e == FAIL_SHORT ? EIO : e;
	return e != 0 && !(e == FAIL_SHORT && len);
}

#define TRANSFER(kind, sym, params, args)               \
	TRAP(ssize_t, sym, params)                      \
	{                                               \
		if (trap_fails(kind, &len))             \
			return -1;                      \
		return REAL(ssize_t, sym, params) args; \
	}
TRANSFER(FAIL_READ, read, (int fd, void *buf, size_t len), (fd, buf, len))
TRANSFER(FAIL_READ, pread, (int fd, void *buf, size_t len, off_t off),
	 (fd, buf, len, off))
TRANSFER(FAIL_WRITE, write, (int fd, const void *buf, size_t len), (fd, buf, len))
TRANSFER(FAIL_WRITE, pwrite, (int fd, const void *buf, size_t len, off_t off),
	 (fd, buf, len, off))

#define CALL(kind, ret, failure, sym, params, args) \
	TRAP(ret, sym, params)                      \
	{                                           \
		if (trap_fails(kind, NULL))         \
			return failure;             \
		return REAL(ret, sym, params) args; \
	}
CALL(FAIL_WRITE, ssize_t, -1, writev, (int fd, const struct iovec *iov, int n),
     (fd, iov, n))
CALL(FAIL_FSYNC, int, -1, fsync, (int fd), (fd))
CALL(FAIL_FSYNC, int, -1, fdatasync, (int fd), (fd))
CALL(FAIL_FSYNC, int, -1, syncfs, (int fd), (fd))
CALL(FAIL_MMAP, void *, MAP_FAILED, mmap,
     (void *at, size_t len, int prot, int flags, int fd, off_t off),
     (at, len, prot, flags, fd, off))

/* A close that reports an error has closed all the same. */
TRAP(int, close, (int fd))
{
	int r;
	bool failed = trap_fails(FAIL_CLOSE, NULL);
	int error = errno;

	r = REAL(int, close, (int fd))(fd);
	if (!failed)
		return r;
	errno = error;
	return -1;
}

/* What glibc makes of the same calls. */
#ifdef __GLIBC__
TRANSFER(FAIL_READ, __pread_chk, (int fd, void *buf, size_t len, off_t off, size_t room),
	 (fd, buf, len, off, room))
TRANSFER(FAIL_READ, __pread64_chk,
	 (int fd, void *buf, size_t len, int64_t off, size_t room),
	 (fd, buf, len, off, room))
TRANSFER(FAIL_READ, pread64, (int fd, void *buf, size_t len, int64_t off),
	 (fd, buf, len, off))
TRANSFER(FAIL_READ, __read_chk, (int fd, void *buf, size_t len, size_t room),
	 (fd, buf, len, room))
TRANSFER(FAIL_WRITE, pwrite64, (int fd, const void *buf, size_t len, int64_t off),
	 (fd, buf, len, off))
CALL(FAIL_MMAP, void *, MAP_FAILED, mmap64,
     (void *at, size_t len, int prot, int flags, int fd, int64_t off),
     (at, len, prot, flags, fd, off))
#endif
