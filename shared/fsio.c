/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files are opened O_NONBLOCK and waited for, so that a FIFO nobody writes to reads as
 * empty instead of holding up the boot, while a pipe that is being written to (a
 * shell's process substitution) is read to its end.
 */
#include "shared/fsio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/cleanup.h"

enum { READ_CHUNK = 8192 };

/* What is no regular file may never end; nobody has a list as long as this. */
#define STREAM_MAX ((size_t)256 << 20)

/* One read, whatever interrupts it. */
static ssize_t read_some(int fd, char *buf, size_t len)
{
	for (;;) {
		ssize_t n = read(fd, buf, len);

		if (n >= 0)
			return n;
		if (errno == EAGAIN) {
			struct pollfd p = { .fd = fd, .events = POLLIN };

			if (poll(&p, 1, -1) < 0 && errno != EINTR)
				return -errno;
		} else if (errno != EINTR) {
			return -errno;
		}
	}
}

/* Doubles the buffer, but not beyond what limit bytes and a NUL need. */
static int grow(char **buf, size_t *size, size_t limit)
{
	size_t want = *size > SIZE_MAX / 2 ? SIZE_MAX : *size * 2;
	if (want > limit + 1)
		want = limit + 1;
	if (want <= *size)
		return -ENOMEM;

	char *grown = realloc(*buf, want);
	if (!grown)
		return -ENOMEM;
	*buf = grown;
	*size = want;
	return 0;
}

/*
 * Reads to the end or to limit bytes. A regular file that gave exactly its size when
 * asked for more is at its end: that saves the read that would say so.
 */
static int read_all(int fd, size_t expected, size_t limit, char **data, size_t *len)
{
	size_t ask = expected > 0 ? expected + 1 : READ_CHUNK;
	if (ask > limit)
		ask = limit;
	size_t size = ask + 1, used = 0;

	_cleanup_free_ char *buf = malloc(size);
	if (!buf)
		return -ENOMEM;

	while (used < limit) {
		if (used + 1 == size) {
			int r = grow(&buf, &size, limit);
			if (r < 0)
				return r;
		}

		size_t asked = size - 1 - used;
		ssize_t n = read_some(fd, buf + used, asked);
		if (n < 0)
			return (int)n;
		used += n;
		if (n == 0 || ((size_t)n < asked && used == expected))
			break;
	}

	buf[used] = '\0';
	*data = TAKE_PTR(buf);
	*len = used;
	return 0;
}

int fs_read_file(int dirfd, const char *path, size_t max, bool truncate, char **data,
		 size_t *len)
{
	_cleanup_close_ int fd =
		openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;

	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	bool sized = S_ISREG(st.st_mode) && st.st_size > 0;
	if (sized && (uintmax_t)st.st_size > SIZE_MAX / 2)
		return -EFBIG;

	size_t expected = sized ? (size_t)st.st_size : 0;
	if (max == 0 && !S_ISREG(st.st_mode))
		max = STREAM_MAX;
	if (max == 0 || max > SIZE_MAX / 2)
		return read_all(fd, expected, SIZE_MAX / 2, data, len);
	if (truncate)
		return read_all(fd, expected, max, data, len);

	/* sysfs claims a page for everything, so only reading tells what is too big. */
	_cleanup_free_ char *text = NULL;
	size_t text_len;
	int r = read_all(fd, expected, max + 1, &text, &text_len);
	if (r < 0)
		return r;
	if (text_len > max)
		return -EFBIG;
	*data = TAKE_PTR(text);
	*len = text_len;
	return 0;
}

ssize_t fs_pread_full(int fd, void *buf, size_t len, off_t off)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, (char *)buf + done, len - done, off + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		done += n;
	}
	return done;
}

int fs_write_full(int fd, const void *buf, size_t len)
{
	const char *from = buf;

	while (len > 0) {
		ssize_t n = write(fd, from, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO;
		from += n;
		len -= n;
	}
	return 0;
}

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int make_dir(const char *path, mode_t mode)
{
	if (mkdir(path, mode) == 0)
		return 0;

	/* Whatever mkdir disliked (read-only, not ours): being there is enough. */
	int err = errno;
	if (is_dir(path))
		return 0;
	return err == EEXIST ? -ENOTDIR : -err;
}

int fs_mkdir_p(const char *path, mode_t mode)
{
	if (*path == '\0')
		return -ENOENT;
	if (is_dir(path))
		return 0;

	_cleanup_free_ char *prefix = strdup(path);
	if (!prefix)
		return -ENOMEM;

	for (char *slash = prefix; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		int r = make_dir(prefix, mode);
		if (r < 0)
			return r;
		*slash = '/';
	}
	return make_dir(prefix, mode);
}

int fs_mkdir_parents(const char *path, mode_t mode)
{
	const char *slash = strrchr(path, '/');
	if (!slash || slash == path)
		return 0;

	_cleanup_free_ char *parent = strndup(path, slash - path);
	if (!parent)
		return -ENOMEM;
	return fs_mkdir_p(parent, mode);
}

void fs_names_fini(struct fs_names *names)
{
	vec_fini(&names->names);
	arena_fini(&names->store);
}

static int add_names(DIR *dir, struct fs_names *list)
{
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry)
			return -errno;

		const char *name = entry->d_name;
		if (name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])))
			continue;
		char *copy = arena_strdup(&list->store, name);
		if (!copy || !vec_push(&list->names, copy))
			return -ENOMEM;
	}
}

int fs_list_dir_unsorted(int dirfd, const char *path, struct fs_names *out)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	DIR *dir = fdopendir(fd);
	if (!dir) {
		int err = errno;
		close(fd);
		return -err;
	}

	struct fs_names list = { 0 };
	int r = add_names(dir, &list);
	closedir(dir);
	if (r < 0) {
		fs_names_fini(&list);
		return r;
	}
	*out = list;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int fs_list_dir(int dirfd, const char *path, struct fs_names *out)
{
	int r = fs_list_dir_unsorted(dirfd, path, out);
	if (r < 0)
		return r;

	if (out->names.n > 1)
		qsort(out->names.at, out->names.n, sizeof(*out->names.at), compare_names);
	return 0;
}

char *fs_absolute(const char *path)
{
	if (path[0] == '/')
		return strdup(path);

	_cleanup_free_ char *cwd = getcwd(NULL, 0);
	if (!cwd)
		return NULL;

	size_t cwd_len = strlen(cwd), path_len = strlen(path);
	char *absolute = malloc(cwd_len + 1 + path_len + 1);
	if (!absolute)
		return NULL;
	memcpy(absolute, cwd, cwd_len);
	absolute[cwd_len] = '/';
	memcpy(absolute + cwd_len + 1, path, path_len + 1);
	return absolute;
}

unsigned long long fs_mtime_usec(const struct stat *st)
{
	if (st->st_mtim.tv_sec < 0)
		return 0;
	return (unsigned long long)st->st_mtim.tv_sec * 1000000 +
	       (unsigned long long)st->st_mtim.tv_nsec / 1000;
}
