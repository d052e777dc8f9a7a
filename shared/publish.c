/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything happens relative to one directory fd, so the set cannot be spread over two
 * directories by somebody renaming them meanwhile.
 *
 * The lock is flock() on a file .kmod-lock of mode 0600 in the directory: whoever may only
 * read the directory cannot open it, so cannot keep us waiting. It dies with its holder,
 * and is removed while it is held. So a waiter may get the lock of a file that is no
 * longer there, and then starts again with the name.
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
#include <sys/syscall.h>
#include <unistd.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"

static const char lock_name[] = ".kmod-lock";

/* How a file is taken back. */
enum undo {
	UNDO_NOTHING, /* it does not have its name, or what had it is gone */
	UNDO_UNLINK,  /* nothing had the name before */
	UNDO_SWAP,    /* what had the name has the temporary's now */
};

struct entry {
	char *name;
	char *temp;
	int fd;       /* of the temporary while it is to be flushed, else -1 */
	bool written; /* the temporary is there and whole */
	enum undo undo;
};

struct publish {
	int dir_fd;
	int lock_fd; /* -1: not locked */
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

/* The name goes first: what is locked later is another file. */
static void unlock(struct publish *p)
{
	if (p->lock_fd < 0)
		return;
	unlinkat(p->dir_fd, lock_name, 0);
	close(p->lock_fd);
}

static void publish_free(struct publish *p)
{
	for (size_t i = 0; i < p->n; i++)
		free_entry(&p->entries[i]);
	free(p->entries);
	unlock(p);
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
static int wait_for_lock(int fd)
{
	while (flock(fd, LOCK_EX) < 0) {
		switch (errno) {
		case EINTR:
			continue;
		case ENOLCK:
		case EOPNOTSUPP:
		case ENOSYS:
		case EINVAL:
			return 0;
		default:
			return -errno;
		}
	}
	return 0;
}

/* Is fd still what the name stands for? 1, 0, -errno. */
static int is_lock_file(const struct publish *p, int fd)
{
	struct stat ours, named;

	if (fstat(fd, &ours) < 0)
		return -errno;
	if (fstatat(p->dir_fd, lock_name, &named, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

/* Then the first write fails, and names its file; until then there is nothing to guard. */
static bool is_unwritable(const struct publish *p, int error)
{
	return error == EROFS ||
	       (error == EACCES && faccessat(p->dir_fd, ".", W_OK, AT_EACCESS) < 0);
}

static int lock(struct publish *p)
{
	int r = 0;

	while (r == 0) {
		_cleanup_close_ int fd = openat(p->dir_fd, lock_name,
						O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0)
			return is_unwritable(p, errno) ? 0 : -errno;
		r = wait_for_lock(fd);
		if (r == 0)
			r = is_lock_file(p, fd);
		if (r > 0)
			p->lock_fd = TAKE_FD(fd);
	}
	return r < 0 ? r : 0;
}

int publish_begin(const char *dir, const char *const *names, unsigned flags,
		  struct publish **out, const char **culprit)
{
	struct publish *p = calloc(1, sizeof(*p));

	*culprit = NULL;
	if (!p)
		return -ENOMEM;
	p->flags = flags;
	p->lock_fd = -1;
	p->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	int r = p->dir_fd < 0 ? -errno : 0;
	if (r == 0)
		r = add_entries(p, names);
	if (r == 0) {
		r = lock(p);
		*culprit = lock_name;
	}
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

/*
 * The names of the temporary and of the file change places. Not every C library has
 * renameat2().
 */
static int swap(const struct publish *p, const struct entry *e)
{
	enum { EXCHANGE = 1 << 1 }; /* RENAME_EXCHANGE of linux/fs.h */
	long r = syscall(SYS_renameat2, p->dir_fd, e->temp, p->dir_fd, e->name, EXCHANGE);

	return r < 0 ? -errno : 0;
}

/* A file system that cannot swap names still gets its files. */
static bool cannot_swap(int error)
{
	return error == -EINVAL || error == -ENOSYS || error == -EOPNOTSUPP ||
	       error == -EXDEV;
}

static int put_in_place(const struct publish *p, struct entry *e)
{
	int r = swap(p, e);

	if (r == 0) {
		e->undo = UNDO_SWAP;
		return 0;
	}
	if (r != -ENOENT && !cannot_swap(r))
		return r;
	if (renameat(p->dir_fd, e->temp, p->dir_fd, e->name) < 0)
		return -errno;
	if (r == -ENOENT)
		e->undo = UNDO_UNLINK;
	return 0;
}

static int put_all_in_place(struct publish *p, struct entry **culprit)
{
	for (size_t i = 0; i < p->n; i++) {
		struct entry *e = &p->entries[i];

		if (!e->written)
			continue;
		int r = put_in_place(p, e);
		if (r < 0) {
			*culprit = e;
			return r;
		}
	}
	return 0;
}

/* The last one first, so that what is seen meanwhile was seen before. */
static void take_back(struct publish *p)
{
	for (size_t i = p->n; i-- > 0;) {
		struct entry *e = &p->entries[i];

		if (e->undo == UNDO_SWAP)
			(void)swap(p, e);
		else if (e->undo == UNDO_UNLINK)
			unlinkat(p->dir_fd, e->name, 0);
	}
}

/* The old ones, which have the temporaries' names now. */
static void remove_swapped(const struct publish *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->entries[i].undo == UNDO_SWAP)
			unlinkat(p->dir_fd, p->entries[i].temp, 0);
}

int publish_commit(struct publish *p, char **failed)
{
	struct entry *culprit = p->failed;
	int r = culprit ? p->error : prepare(p, &culprit);

	if (r == 0)
		r = put_all_in_place(p, &culprit);
	if (r == 0 && !(p->flags & PUBLISH_NO_SYNC))
		r = flush_fd(p->dir_fd);
	if (r == 0) {
		remove_swapped(p);
	} else {
		take_back(p);
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
