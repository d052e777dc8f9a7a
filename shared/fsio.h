/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole files and directories. Everything is opened O_CLOEXEC. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "shared/arena.h"
#include "shared/vec.h"

/*
 * Reads up to max bytes of a file and adds a NUL behind them. max 0: no limit, but for
 * devices and pipes, which may have no end, 256 MiB.
 * Works for files whose size is not known (proc, sysfs); retries EINTR. dirfd may
 * be AT_FDCWD. 0 or -errno; -EFBIG when more than max bytes are there, unless
 * truncate is set. The caller frees *data.
 */
int fs_read_file(int dirfd, const char *path, size_t max, bool truncate, char **data,
		 size_t *len) _must_check_;

/* Reads from an open fd at off until len bytes or end of file; bytes read or -errno. */
ssize_t fs_pread_full(int fd, void *buf, size_t len, off_t off) _must_check_;
/* 0 or -errno; handles short writes and EINTR. */
int fs_write_full(int fd, const void *buf, size_t len) _must_check_;

/* Like mkdir -p. 0 or -errno. mode is masked by the umask. */
int fs_mkdir_p(const char *path, mode_t mode) _must_check_;
/* The directory part of path, like mkdir -p. */
int fs_mkdir_parents(const char *path, mode_t mode) _must_check_;

struct fs_names {
	VEC(char *) names; /* owned by the list */
	struct arena store;
};

/* Entry names except . and .., in byte order. 0 or -errno. */
int fs_list_dir(int dirfd, const char *path, struct fs_names *out) _must_check_;
/* The same in directory order. */
int fs_list_dir_unsorted(int dirfd, const char *path, struct fs_names *out) _must_check_;
void fs_names_fini(struct fs_names *names);

/*
 * path itself when absolute, else cwd + "/" + path, verbatim. The caller frees; NULL
 * with errno set.
 */
char *fs_absolute(const char *path) _must_check_;

/* Modification time in microseconds since the epoch; 0 before it. */
struct stat;
unsigned long long fs_mtime_usec(const struct stat *st);
