/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A root of the test's own, and files in it. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "testsuite/lib/ts-internal.h"

/* What the helpers gave out. Reachable to the end, so that no leak check minds it. */
static VEC(void *) kept;

void *ts_keep(void *p)
{
	if (!p || !vec_push(&kept, p))
		abort(); /* also used outside of tests, where check cannot be told */
	return p;
}

void ts_free_kept(void)
{
	for (size_t i = 0; i < kept.n; i++)
		free(kept.at[i]);
	vec_fini(&kept);
}

static const char *vfmt(const char *fmt, va_list ap)
{
	char *text;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
#pragma GCC diagnostic pop
	return ts_keep(text);
}

const char *ts_fmt(const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = vfmt(fmt, ap);
	va_end(ap);
	return text;
}

const char *ts_root(void)
{
	struct ts_state *s = &ts_state;

	if (s->made)
		return s->root;
	snprintf(s->root, sizeof(s->root), "%s/root-XXXXXX", ts_base());
	ts_must(mkdtemp(s->root), "%s", s->root);
	ts_must(chmod(s->root, 0755) == 0, "%s", s->root);
	s->calls = ts_fmt("%s.calls", s->root);
	s->fail_log = ts_fmt("%s.fail", s->root);
	s->made = true;
	if (ts_trapped()) {
		setenv("TESTSUITE_ROOT", s->root, 1);
		setenv("TESTSUITE_CALLS", s->calls, 1);
	}
	return s->root;
}

const char *ts_path(const char *fmt, ...)
{
	const char *path;
	va_list ap;

	va_start(ap, fmt);
	path = vfmt(fmt, ap);
	va_end(ap);
	return ts_fmt("%s/%s", ts_root(), path + strspn(path, "/"));
}

static void write_file(const char *path, const void *data, size_t len, int flags)
{
	const char *full = ts_path("%s", path);
	int fd;

	ts_must(fs_mkdir_parents(full, 0755) == 0, "%s", full);
	fd = open(full, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
	ts_must(fd >= 0, "%s", full);
	ts_must(fs_write_full(fd, data, len) == 0, "%s", full);
	close(fd);
}

void ts_write_bytes(const char *path, const void *data, size_t len)
{
	write_file(path, data, len, O_TRUNC);
}

void ts_write(const char *path, const char *text)
{
	write_file(path, text, strlen(text), O_TRUNC);
}

void ts_append(const char *path, const char *text)
{
	write_file(path, text, strlen(text), O_APPEND);
}

void ts_mkdir(const char *path)
{
	ts_must(fs_mkdir_p(ts_path("%s", path), 0755) == 0, "%s", path);
}

void ts_symlink(const char *target, const char *path)
{
	const char *full = ts_path("%s", path);

	ts_must(fs_mkdir_parents(full, 0755) == 0, "%s", full);
	ts_must(symlink(target, full) == 0, "%s", full);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void ts_remove(const char *path)
{
	const char *full = ts_path("%s", path);

	ts_must(nftw(full, remove_one, 16, FTW_PHYS | FTW_DEPTH) == 0 || errno == ENOENT,
		"%s", full);
}

bool ts_exists(const char *path)
{
	struct stat st;

	return lstat(ts_path("%s", path), &st) == 0;
}

char *ts_read(const char *path, size_t *len)
{
	const char *full = ts_path("%s", path);
	char *data;
	size_t n;
	int r = fs_read_file(AT_FDCWD, full, 0, false, &data, &n);

	if (r < 0)
		ck_abort_msg("%s: %s", full, strerror(-r));
	if (len)
		*len = n;
	return ts_keep(data);
}

void ts_set_mtime(const char *path, long long sec)
{
	const char *full = ts_path("%s", path);
	struct timespec times[2] = { { .tv_sec = (time_t)sec },
				     { .tv_sec = (time_t)sec } };

	ts_must(utimensat(AT_FDCWD, full, times, AT_SYMLINK_NOFOLLOW) == 0, "%s", full);
}

static size_t tree_len; /* of the path of the tree being copied */

static int copy_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const char *rel = path + tree_len;
	char target[PATH_MAX];
	_cleanup_free_ char *data = NULL;
	ssize_t n;
	size_t len;

	(void)ftw;
	if (type == FTW_D) {
		ts_mkdir(rel);
	} else if (type == FTW_SL) {
		n = readlink(path, target, sizeof(target) - 1);
		ts_must(n >= 0, "%s", path);
		target[n] = '\0';
		ts_symlink(target, rel);
	} else {
		ts_must(fs_read_file(AT_FDCWD, path, 0, false, &data, &len) == 0, "%s",
			path);
		ts_write_bytes(rel, data, len);
		ts_must(chmod(ts_path("%s", rel), st->st_mode & 0777) == 0, "%s", rel);
	}
	return 0;
}

void ts_tree(const char *name)
{
	const char *tree = ts_source(ts_fmt("testsuite/trees/%s", name));

	tree_len = strlen(tree);
	ts_must(nftw(tree, copy_one, 16, FTW_PHYS) == 0, "%s", tree);
}
