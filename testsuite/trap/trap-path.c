/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Absolute paths below another root. Whatever symbol the compiler, the C library and
 * their large-file and fortify variants make of a call, it ends here.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/types.h>

#include "testsuite/trap/fail.h"
#include "testsuite/trap/trap.h"

/* Functions with one path, called path. */
#define PATH(ret, failure, sym, params, args)       \
	TRAP(ret, sym, params)                      \
	{                                           \
		char buf_[PATH_MAX];                \
                                                    \
		path = trap_path(path, buf_);       \
		if (!path)                          \
			return failure;             \
		return REAL(ret, sym, params) args; \
	}

/* Those that open: counted, and module files are noted. */
#define OPEN(ret, failure, sym, params, args)             \
	TRAP(ret, sym, params)                            \
	{                                                 \
		char buf_[PATH_MAX];                      \
                                                          \
		path = trap_path(path, buf_);             \
		if (!path || trap_fails(FAIL_OPEN, NULL)) \
			return failure;                   \
		trap_note_open(path);                     \
		return REAL(ret, sym, params) args;       \
	}

/* Those that open with a mode only when they create. */
#define OPEN_MODE(sym, params, types, before, path)                       \
	TRAP(int, sym, params)                                            \
	{                                                                 \
		mode_t mode_ = 0;                                         \
		char buf_[PATH_MAX];                                      \
		const char *path_ = trap_path(path, buf_);                \
                                                                          \
		if (flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) {     \
			va_list ap;                                       \
                                                                          \
			va_start(ap, flags);                              \
			mode_ = (mode_t)va_arg(ap, int);                  \
			va_end(ap);                                       \
		}                                                         \
		if (!path_ || trap_fails(FAIL_OPEN, NULL))                \
			return -1;                                        \
		trap_note_open(path_);                                    \
		return REAL(int, sym, types)(before path_, flags, mode_); \
	}
#define DIRFD dirfd,
OPEN_MODE(open, (const char *path, int flags, ...), (const char *, int, ...), , path)
OPEN_MODE(openat, (int dirfd, const char *path, int flags, ...),
	  (int, const char *, int, ...), DIRFD, path)

OPEN(int, -1, creat, (const char *path, mode_t mode), (path, mode))
OPEN(void *, NULL, fopen, (const char *path, const char *mode), (path, mode))
OPEN(void *, NULL, freopen, (const char *path, const char *mode, void *f),
     (path, mode, f))
OPEN(void *, NULL, opendir, (const char *path), (path))

PATH(int, -1, stat, (const char *path, void *st), (path, st))
PATH(int, -1, lstat, (const char *path, void *st), (path, st))
PATH(int, -1, fstatat, (int fd, const char *path, void *st, int flags),
     (fd, path, st, flags))
PATH(int, -1, statx, (int fd, const char *path, int flags, unsigned mask, void *st),
     (fd, path, flags, mask, st))

PATH(int, -1, access, (const char *path, int mode), (path, mode))
PATH(int, -1, eaccess, (const char *path, int mode), (path, mode))
PATH(int, -1, faccessat, (int fd, const char *path, int mode, int flags),
     (fd, path, mode, flags))
PATH(ssize_t, -1, readlink, (const char *path, char *out, size_t size), (path, out, size))
PATH(ssize_t, -1, readlinkat, (int fd, const char *path, char *out, size_t size),
     (fd, path, out, size))
PATH(char *, NULL, realpath, (const char *path, char *out), (path, out))
PATH(int, -1, chdir, (const char *path), (path))

PATH(int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
PATH(int, -1, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode))
PATH(int, -1, rmdir, (const char *path), (path))
PATH(int, -1, unlink, (const char *path), (path))
PATH(int, -1, unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
PATH(int, -1, remove, (const char *path), (path))
PATH(int, -1, symlink, (const char *target, const char *path), (target, path))
PATH(int, -1, symlinkat, (const char *target, int fd, const char *path),
     (target, fd, path))
PATH(int, -1, truncate, (const char *path, off_t len), (path, len))
PATH(int, -1, chmod, (const char *path, mode_t mode), (path, mode))
PATH(int, -1, fchmodat, (int fd, const char *path, mode_t mode, int flags),
     (fd, path, mode, flags))
PATH(int, -1, utimensat, (int fd, const char *path, const void *times, int flags),
     (fd, path, times, flags))
PATH(int, -1, statfs, (const char *path, void *st), (path, st))

/* Functions with two paths. */
#define TWO_PATHS(counted, sym, params, args)                                     \
	TRAP(int, sym, params)                                                    \
	{                                                                         \
		char from_[PATH_MAX], to_[PATH_MAX];                              \
                                                                                  \
		from = trap_path(from, from_);                                    \
		to = trap_path(to, to_);                                          \
		if (!from || !to || ((counted) && trap_fails(FAIL_RENAME, NULL))) \
			return -1;                                                \
		return REAL(int, sym, params) args;                               \
	}
TWO_PATHS(true, rename, (const char *from, const char *to), (from, to))
TWO_PATHS(true, renameat, (int fd, const char *from, int fd2, const char *to),
	  (fd, from, fd2, to))
TWO_PATHS(true, renameat2,
	  (int fd, const char *from, int fd2, const char *to, unsigned flags),
	  (fd, from, fd2, to, flags))
TWO_PATHS(false, link, (const char *from, const char *to), (from, to))
TWO_PATHS(false, linkat, (int fd, const char *from, int fd2, const char *to, int flags),
	  (fd, from, fd2, to, flags))

/* What glibc makes of the same calls. */
#ifdef __GLIBC__
OPEN_MODE(open64, (const char *path, int flags, ...), (const char *, int, ...), , path)
OPEN_MODE(openat64, (int dirfd, const char *path, int flags, ...),
	  (int, const char *, int, ...), DIRFD, path)
OPEN(int, -1, __open_2, (const char *path, int flags), (path, flags))
OPEN(int, -1, __open64_2, (const char *path, int flags), (path, flags))
OPEN(int, -1, __openat_2, (int dirfd, const char *path, int flags), (dirfd, path, flags))
OPEN(int, -1, __openat64_2, (int dirfd, const char *path, int flags),
     (dirfd, path, flags))
OPEN(int, -1, creat64, (const char *path, mode_t mode), (path, mode))
OPEN(void *, NULL, fopen64, (const char *path, const char *mode), (path, mode))
OPEN(void *, NULL, freopen64, (const char *path, const char *mode, void *f),
     (path, mode, f))
PATH(int, -1, stat64, (const char *path, void *st), (path, st))
PATH(int, -1, __stat64_time64, (const char *path, void *st), (path, st))
PATH(int, -1, lstat64, (const char *path, void *st), (path, st))
PATH(int, -1, __lstat64_time64, (const char *path, void *st), (path, st))
PATH(int, -1, fstatat64, (int fd, const char *path, void *st, int flags),
     (fd, path, st, flags))
PATH(int, -1, __fstatat64_time64, (int fd, const char *path, void *st, int flags),
     (fd, path, st, flags))
PATH(int, -1, __xstat, (int ver, const char *path, void *st), (ver, path, st))
PATH(int, -1, __xstat64, (int ver, const char *path, void *st), (ver, path, st))
PATH(int, -1, __lxstat, (int ver, const char *path, void *st), (ver, path, st))
PATH(int, -1, __lxstat64, (int ver, const char *path, void *st), (ver, path, st))
PATH(int, -1, __fxstatat, (int ver, int fd, const char *path, void *st, int flags),
     (ver, fd, path, st, flags))
PATH(int, -1, __fxstatat64, (int ver, int fd, const char *path, void *st, int flags),
     (ver, fd, path, st, flags))
PATH(ssize_t, -1, __readlink_chk, (const char *path, char *out, size_t size, size_t room),
     (path, out, size, room))
PATH(ssize_t, -1, __readlinkat_chk,
     (int fd, const char *path, char *out, size_t size, size_t room),
     (fd, path, out, size, room))
PATH(char *, NULL, __realpath_chk, (const char *path, char *out, size_t room),
     (path, out, room))
PATH(int, -1, truncate64, (const char *path, int64_t len), (path, len))
PATH(int, -1, __utimensat64, (int fd, const char *path, const void *times, int flags),
     (fd, path, times, flags))
PATH(int, -1, statfs64, (const char *path, void *st), (path, st))
#endif
