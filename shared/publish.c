/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything happens relative to one directory fd, so the set cannot be spread over two
 * directories by somebody renaming them meanwhile.
 *
 * Each name has one fixed temporary. That is safe because the lock lets one run at a
 * time create them, and it makes the litter of a killed run easy to find. Where flushing
 * is wanted, write-back of a file starts when it is written, goes on while the next ones
 * are made, and publish_commit only waits for the rest.
 */
#include "shared/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "shared/fsio.h"

struct entry {
	char *name;
	char *temp;
	int fd;       /* of the temporary while it is to be flushed, else -1 */
	bool written; /* the temporary is there and whole */
};

struct publish {
	int dir_fd;
	unsigned flags;
	struct entry *entries;
	size_t n;
	_Atomic(struct entry *) failed; /* the first whose write failed */
	_Atomic int error;
};

static void free_entry(struct entry *e)
{
	if (e->fd >= 0)
		close(e->fd);
	free(e->name);
	free(e->temp);
}

/* Closing the directory drops the lock. */
static void publish_free(struct publish *p)
{
	for (size_t i = 0; i < p->n; i++)
		free_entry(&p->entries[i]);
	free(p->entries);
	if (p->dir_fd >= 0)
		close(p->dir_fd);
	free(p);
}

static void remove_temporaries(struct publish *p)
{
	for (size_t i = 0; i < p->n; i++)
		unlinkat(p->dir_fd, p->entries[i].temp, 0);
}

static int add_entry(struct publish *p, const char *name)
{
	struct entry *e = &p->entries[p->n];

	if (*name == '\0' || strchr(name, '/'))
		return -EINVAL;
	*e = (struct entry){ .fd = -1 };
	if (asprintf(&e->temp, ".%s.kmod-new", name) < 0)
		return -ENOMEM;
	e->name = strdup(name);
	if (!e->name) {
		free(e->temp);
		return -ENOMEM;
	}
	p->n++;
	return 0;
}

static int add_entries(struct publish *p, const char *const *names)
{
	size_t n = 0;

	while (names[n])
		n++;
	p->entries = calloc(n ? n : 1, sizeof(*p->entries));
	if (!p->entries)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		int r = add_entry(p, names[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A file system that has no locks still gets its files. */
static int lock_dir(int fd)
{
	while (flock(fd, LOCK_EX) < 0) {
		switch (errno) {
		case EINTR:
			continue;
		case ENOLCK:
		case EOPNOTSUPP:
		case ENOSYS:
		case EINVAL:
		case EBADF: /* NFS wants a writable fd, which a directory never has */
			return 0;
		default:
			return -errno;
		}
	}
	return 0;
}

int publish_begin(const char *dir, const char *const *names, unsigned flags,
		  struct publish **out)
{
	struct publish *p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->flags = flags;
	p->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	int r = p->dir_fd < 0 ? -errno : 0;
	if (r == 0)
		r = add_entries(p, names);
	if (r == 0)
		r = lock_dir(p->dir_fd);
	if (r < 0) {
		publish_free(p);
		return r;
	}

	remove_temporaries(p);
	*out = p;
	return 0;
}

static struct entry *find_entry(struct publish *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++) {
		if (strcmp(p->entries[i].name, name) == 0)
			return &p->entries[i];
	}
	return NULL;
}

/* Linux has closed the fd even when it says EINTR. */
static int checked_close(int fd)
{
	return close(fd) < 0 && errno != EINTR ? -errno : 0;
}

static int fill(int fd, struct bytes content)
{
	int r = fs_write_full(fd, content.ptr, content.len);
	if (r < 0)
		return r;
	/* Not left to the umask. */
	return fchmod(fd, 0644) < 0 ? -errno : 0;
}

static int write_entry(const struct publish *p, struct entry *e, struct bytes content)
{
	int fd = openat(p->dir_fd, e->temp,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;

	int r = fill(fd, content);
	if (r == 0 && !(p->flags & PUBLISH_NO_SYNC)) {
		/* A hint: whether it worked is what fsync tells. */
		(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		e->fd = fd;
		return 0;
	}

	int closed = checked_close(fd);
	return r < 0 ? r : closed;
}

int publish_write(struct publish *p, const char *name, struct bytes content)
{
	struct entry *e = find_entry(p, name);
	if (!e)
		return -EINVAL;

	int r = e->written ? -EEXIST : write_entry(p, e, content);
	if (r < 0) {
		struct entry *none = NULL;

		if (atomic_compare_exchange_strong(&p->failed, &none, e))
			p->error = r;
		return r;
	}
	e->written = true;
	return 0;
}

/* Some file systems have nothing to flush, and say so. */
static int flush_fd(int fd)
{
	while (fsync(fd) < 0) {
		if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
			return 0;
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

static int flush_entry(struct entry *e)
{
	if (e->fd < 0)
		return 0;

	int r = flush_fd(e->fd), closed = checked_close(e->fd);
	e->fd = -1;
	return r < 0 ? r : closed;
}

/* The one thing in the way of a rename that can be seen before the first of them. */
static int check_target(const struct publish *p, const struct entry *e)
{
	struct stat st;

	if (fstatat(p->dir_fd, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode))
		return -EISDIR;
	return 0;
}

static int prepare(const struct publish *p, struct entry **culprit)
{
	for (size_t i = 0; i < p->n; i++) {
		struct entry *e = &p->entries[i];
		if (!e->written)
			continue;

		int r = flush_entry(e);
		if (r == 0)
			r = check_target(p, e);
		if (r < 0) {
			*culprit = e;
			return r;
		}
	}
	return 0;
}

static int rename_all(const struct publish *p, struct entry **culprit)
{
	for (size_t i = 0; i < p->n; i++) {
		struct entry *e = &p->entries[i];

		if (!e->written)
			continue;
		if (renameat(p->dir_fd, e->temp, p->dir_fd, e->name) < 0) {
			*culprit = e;
			return -errno;
		}
	}
	return 0;
}

int publish_commit(struct publish *p, char **failed)
{
	struct entry *culprit = p->failed;
	int r = culprit ? p->error : prepare(p, &culprit);

	if (r == 0)
		r = rename_all(p, &culprit);
	if (r == 0 && !(p->flags & PUBLISH_NO_SYNC))
		r = flush_fd(p->dir_fd);
	if (r < 0) {
		remove_temporaries(p);
		if (failed)
			*failed = culprit ? strdup(culprit->name) : NULL;
	}
	publish_free(p);
	return r;
}

void publish_abort(struct publish *p)
{
	if (!p)
		return;
	remove_temporaries(p);
	publish_free(p);
}

const char *publish_failed_name(const struct publish *p)
{
	const struct entry *e = p->failed;

	return e ? e->name : NULL;
}
