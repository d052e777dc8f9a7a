/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which files. Every place gives candidates, extra files first; of candidates with equal
 * base names only the first is read, the others are masked by it:
 *
 *	/etc/modprobe.d/10-a.conf       10-a.conf          /etc/modprobe.d/10-a.conf
 *	/etc/modprobe.d/snd.conf   -->  modules.softdep -> ...
 *	/lib/modprobe.d/10-a.conf       snd.conf           masked: /lib/modprobe.d/10-a.conf
 *	modules.softdep                                        by /etc/modprobe.d/10-a.conf
 */
#include "libkmod/config/conf.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "libkmod/config/conf-build.h"
#include "libkmod/log.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"

struct candidate {
	char *path;
	const char *base; /* in path */
	size_t seq;
	unsigned long long mtime_usec; /* 0 when it was not asked for */
	bool sure;                     /* it is known to exist */
};

struct seen_dir {
	dev_t dev;
	ino_t ino;
};

struct choice {
	const struct kmod_ctx *ctx;
	bool lazy; /* ask no file that the caller will open anyway */
	VEC(struct candidate) candidates;
	VEC(struct seen_dir) dirs;
	struct conf_file_list list;
};

static int add_source(struct choice *c, const char *path, bool exists,
		      unsigned long long mtime_usec)
{
	struct conf_source *source = vec_add(&c->list.sources);

	if (!source)
		return -ENOMEM;
	source->path = strdup(path);
	source->exists = exists;
	source->mtime_usec = mtime_usec;
	return source->path ? 0 : -ENOMEM;
}

/* Takes path over, also on failure. st NULL: not asked. */
static int add_candidate(struct choice *c, char *path, bool sure, const struct stat *st)
{
	struct candidate *candidate = path ? vec_add(&c->candidates) : NULL;

	if (!candidate) {
		free(path);
		return -ENOMEM;
	}
	candidate->path = path;
	candidate->base = str_basename(path);
	candidate->seq = c->candidates.n;
	candidate->sure = sure || st;
	candidate->mtime_usec = st ? fs_mtime_usec(st) : 0;
	return 0;
}

static bool is_conf_name(const char *name)
{
	return name[0] != '.' && strlen(name) > strlen(".conf") &&
	       str_ends_with(name, ".conf");
}

static char *join(const char *dir, const char *name)
{
	size_t dir_len = strlen(dir), name_len = strlen(name);
	char *path = malloc(dir_len + 1 + name_len + 1);

	if (!path)
		return NULL;
	memcpy(path, dir, dir_len);
	path[dir_len] = '/';
	memcpy(path + dir_len + 1, name, name_len + 1);
	return path;
}

static int take_entry(struct choice *c, DIR *dir, const char *path,
		      const struct dirent *entry)
{
	const char *name = entry->d_name;
	struct stat st;

	if (!is_conf_name(name))
		return 0;
	if (c->lazy && entry->d_type == DT_REG)
		return add_candidate(c, join(path, name), true, NULL);
	if (fstatat(dirfd(dir), name, &st, 0) < 0) {
		log_err(c->ctx, "%s/%s: %m, skipped\n", path, name);
		return 0;
	}
	if (S_ISDIR(st.st_mode)) {
		log_err(c->ctx, "%s/%s: is a directory, skipped\n", path, name);
		return 0;
	}
	return add_candidate(c, join(path, name), true, &st);
}

/* /usr/lib and /lib are often one directory: reading it once is enough. */
static int note_dir(struct choice *c, const struct stat *st, bool *again)
{
	for (size_t i = 0; i < c->dirs.n; i++)
		if (c->dirs.at[i].dev == st->st_dev && c->dirs.at[i].ino == st->st_ino)
			*again = true;
	return *again || vec_push(&c->dirs, ((struct seen_dir){ st->st_dev, st->st_ino }))
		       ? 0
		       : -ENOMEM;
}

static int read_dir(struct choice *c, DIR *dir, const char *path)
{
	struct stat st;
	bool again = false;

	if (fstat(dirfd(dir), &st) < 0)
		memset(&st, 0, sizeof(st));
	int r = add_source(c, path, true, fs_mtime_usec(&st));
	if (r == 0)
		r = note_dir(c, &st, &again);
	if (r < 0 || again)
		return r;

	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);

		if (!entry && errno == ENOMEM)
			return -ENOMEM;
		if (!entry && errno != 0)
			log_err(c->ctx, "could not read %s: %m\n", path);
		if (!entry)
			return 0;
		r = take_entry(c, dir, path, entry);
		if (r < 0)
			return r;
	}
}

static int take_place(struct choice *c, const char *path)
{
	struct stat st;
	DIR *dir = opendir(path);
	int r, err = errno;

	if (dir) {
		r = read_dir(c, dir, path);
		closedir(dir);
		return r;
	}
	if (err == ENOENT)
		return add_source(c, path, false, 0);
	if (err == ENOMEM)
		return -ENOMEM;
	if (err != ENOTDIR)
		log_err(c->ctx, "could not read %s: %s\n", path, strerror(err));
	if (stat(path, &st) < 0)
		return add_source(c, path, false, 0);
	r = add_source(c, path, true, fs_mtime_usec(&st));
	if (r == 0 && err == ENOTDIR)
		r = add_candidate(c, strdup(path), true, &st);
	return r;
}

static int take_extra(struct choice *c, const char *path)
{
	struct stat st;

	if (c->lazy)
		return add_candidate(c, strdup(path), false, NULL);
	return stat(path, &st) < 0 ? 0 : add_candidate(c, strdup(path), true, &st);
}

static bool named_before(const char *const *paths, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (str_eq(paths[j], paths[i]))
			return true;
	return false;
}

static int compare_candidates(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;
	int r = strcmp(a->base, b->base);

	return r != 0 ? r : (a->seq > b->seq) - (a->seq < b->seq);
}

/* A file that may not exist must not mask one that does. */
static bool exists(struct candidate *candidate)
{
	struct stat st;

	if (!candidate->sure)
		candidate->sure = stat(candidate->path, &st) == 0;
	return candidate->sure;
}

static int add_masked(struct choice *c, const struct candidate *candidate,
		      const struct candidate *by)
{
	struct conf_masked *masked;

	if (str_eq(candidate->path, by->path))
		return 0;
	masked = vec_add(&c->list.masked);
	if (!masked)
		return -ENOMEM;
	masked->path = strdup(candidate->path);
	masked->by = strdup(by->path);
	return masked->path && masked->by ? 0 : -ENOMEM;
}

/* Candidates are sorted: sees to one run of equal base names, from i to its end. */
static int choose_one(struct choice *c, size_t *i)
{
	struct candidate *at = c->candidates.at, *winner = NULL;
	size_t first = *i, end = first + 1;

	while (end < c->candidates.n && str_eq(at[end].base, at[first].base))
		end++;
	*i = end;
	for (size_t j = first; j < end; j++) {
		int r = 0;

		if (winner)
			r = add_masked(c, &at[j], winner);
		else if (j + 1 == end || exists(&at[j]))
			winner = &at[j];
		if (r < 0)
			return r;
	}

	struct conf_file *file = vec_add(&c->list.files);
	if (!file)
		return -ENOMEM;
	file->path = TAKE_PTR(winner->path);
	file->mtime_usec = winner->mtime_usec;
	return c->lazy ? 0 : add_source(c, file->path, true, file->mtime_usec);
}

static int choose(struct choice *c, const char *const *paths,
		  const char *const *extra_files)
{
	int r = 0;

	for (size_t i = 0; r == 0 && extra_files && extra_files[i]; i++)
		r = take_extra(c, extra_files[i]);
	for (size_t i = 0; r == 0 && paths && paths[i]; i++)
		if (!named_before(paths, i))
			r = take_place(c, paths[i]);
	if (c->candidates.n > 1)
		qsort(c->candidates.at, c->candidates.n, sizeof(*c->candidates.at),
		      compare_candidates);
	for (size_t i = 0; r == 0 && i < c->candidates.n;)
		r = choose_one(c, &i);
	return r;
}

static int run(struct choice *c, const char *const *paths, const char *const *extra_files,
	       struct conf_file_list *out)
{
	int r = choose(c, paths, extra_files);

	for (size_t i = 0; i < c->candidates.n; i++)
		free(c->candidates.at[i].path);
	vec_fini(&c->candidates);
	vec_fini(&c->dirs);
	if (r < 0)
		conf_files_fini(&c->list);
	else
		*out = c->list;
	return r;
}

int conf_files_find(const struct kmod_ctx *ctx, const char *const *paths,
		    const char *const *extra_files, struct conf_file_list *out)
{
	struct choice c = { .ctx = ctx };

	return run(&c, paths, extra_files, out);
}

int conf_files_choose(const struct kmod_ctx *ctx, const char *const *paths,
		      const char *const *extra_files, struct conf_file_list *out)
{
	struct choice c = { .ctx = ctx, .lazy = true };

	return run(&c, paths, extra_files, out);
}

void conf_files_fini(struct conf_file_list *list)
{
	for (size_t i = 0; i < list->files.n; i++)
		free(list->files.at[i].path);
	for (size_t i = 0; i < list->masked.n; i++) {
		free((char *)list->masked.at[i].path);
		free((char *)list->masked.at[i].by);
	}
	for (size_t i = 0; i < list->sources.n; i++)
		free((char *)list->sources.at[i].path);
	vec_fini(&list->files);
	vec_fini(&list->masked);
	vec_fini(&list->sources);
}
