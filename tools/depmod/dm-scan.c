/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/str.h"

/* Levels of directories, each with an open descriptor; real trees have less than ten. */
#define MAX_DEPTH 100
/* How often one directory may be entered, by different links. */
#define MAX_ENTRIES_OF_ONE 32

struct dir_id {
	dev_t dev;
	ino_t ino;
};

struct visit {
	struct dir_id id;
	unsigned n;
	bool named; /* a loop or excess was said */
};

struct walk {
	struct dm_scan *scan;
	const struct dm_config *config;
	struct dm_diags *diags;
	const char *root;
	uint32_t source;
	bool want_sizes;
	char path[PATH_MAX]; /* below root, of the entry at hand */
	size_t path_len;
	struct dir_id stack[MAX_DEPTH];
	unsigned depth;
	VEC(struct visit) visits; /* of directories reached through links */
};

struct entry {
	char *name;
	unsigned char type; /* DT_ */
};

struct entries {
	VEC(struct entry) list;
	struct arena arena;
};

static bool is_module_dir_file(const char *name, bool *compressed)
{
	size_t stem;

	if (!name_is_module_file(name, &stem))
		return false;
	*compressed = name[stem + strlen(".ko")] != '\0';
	return true;
}

int dm_scan_add(struct dm_scan *s, const char *path, uint32_t source, uint64_t size)
{
	char name[NAME_SIZE];
	size_t len = name_from_path(path, name);
	struct dm_module m = {
		.path = arena_strdup(&s->arena, path),
		.name = arena_dup(&s->arena, name, len),
		.name_len = (uint32_t)len,
		.source = source,
		.size = size,
	};

	if (!m.path || !m.name || !vec_push(&s->candidates.list, m))
		return -ENOMEM;
	return 0;
}

/* ---- one directory's entries, sorted ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static bool is_skipped(const struct walk *w, const char *name)
{
	return str_eq(name, ".") || str_eq(name, "..") || str_eq(name, "build") ||
	       str_eq(name, "source") || dm_config_excludes(w->config, name);
}

/* Regular files that are no modules are left out here already. */
static int read_entries(const struct walk *w, DIR *dir, struct entries *out)
{
	const struct dirent *de;

	for (errno = 0; (de = readdir(dir)); errno = 0) {
		struct entry e = { .type = de->d_type };

		if (is_skipped(w, de->d_name))
			continue;
		if (e.type == DT_REG && !name_is_module_file(de->d_name, NULL))
			continue;
		e.name = arena_strdup(&out->arena, de->d_name);
		if (!e.name || !vec_push(&out->list, e))
			return -ENOMEM;
	}
	if (errno != 0)
		return -errno;
	if (out->list.n > 1)
		qsort(out->list.at, out->list.n, sizeof(struct entry), by_name);
	return 0;
}

static void entries_fini(struct entries *e)
{
	vec_fini(&e->list);
	arena_fini(&e->arena);
}

/* ---- following directories ---- */

static bool on_stack(const struct walk *w, struct dir_id id)
{
	for (unsigned i = 0; i < w->depth; i++) {
		if (w->stack[i].dev == id.dev && w->stack[i].ino == id.ino)
			return true;
	}
	return false;
}

static struct visit *visit_of(struct walk *w, struct dir_id id)
{
	struct visit *v;

	for (size_t i = 0; i < w->visits.n; i++) {
		v = &w->visits.at[i];
		if (v->id.dev == id.dev && v->id.ino == id.ino)
			return v;
	}
	v = vec_add(&w->visits);
	if (v)
		v->id = id;
	return v;
}

static int say_once(struct walk *w, struct visit *v, const char *why)
{
	if (!v->named)
		dm_err(w->diags, "%s/%s: %s, not followed", w->root, w->path, why);
	v->named = true;
	return 0;
}

/* May the directory behind fd be entered? 1 yes, 0 no (said), -errno. */
static int may_enter(struct walk *w, int fd, bool by_link)
{
	struct stat st;
	struct dir_id id;
	struct visit *v;

	if (fstat(fd, &st) < 0)
		return -errno;
	id = (struct dir_id){ st.st_dev, st.st_ino };
	if (w->depth == MAX_DEPTH) {
		dm_err(w->diags, "%s/%s: directories nested too deeply, not followed",
		       w->root, w->path);
		return 0;
	}
	if (by_link || w->visits.n > 0 || on_stack(w, id)) {
		v = visit_of(w, id);
		if (!v)
			return -ENOMEM;
		if (on_stack(w, id))
			return say_once(w, v, "directory loop");
		if (++v->n > MAX_ENTRIES_OF_ONE)
			return say_once(w, v, "directory reached in too many ways");
	}
	w->stack[w->depth++] = id;
	return 1;
}

static int walk_dir(struct walk *w, DIR *dir);

/* Not about this directory: others would be missing as well, in silence. */
static bool is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO;
}

/* One that cannot be read leaves its modules out, said; error is negative. */
static int leave_out(struct walk *w, int error)
{
	w->scan->unread = true;
	w->scan->shortage = is_shortage(-error);
	return w->scan->shortage ? error : 0;
}

static int enter(struct walk *w, int parent_fd, const char *name, bool by_link)
{
	_cleanup_close_ int fd = openat(parent_fd, name,
					O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	DIR *dir;
	int r;

	if (fd < 0) {
		r = -errno;
		dm_err(w->diags, "openat(%d, %s/%s): %s", parent_fd, w->root, w->path,
		       strerror(-r));
		return leave_out(w, r);
	}
	r = may_enter(w, fd, by_link);
	if (r <= 0)
		return r;
	dir = fdopendir(fd);
	if (!dir)
		return -errno;
	TAKE_FD(fd);
	r = walk_dir(w, dir);
	closedir(dir);
	w->depth--;
	return r;
}

static int add_file(struct walk *w, int dir_fd, const char *name,
		    const struct stat *known)
{
	bool compressed;
	struct stat st;
	uint64_t size = known ? (uint64_t)known->st_size : 0;
	char absolute[PATH_MAX];
	int len;

	if (!is_module_dir_file(name, &compressed))
		return 0;
	if (!known && compressed && w->want_sizes && fstatat(dir_fd, name, &st, 0) == 0)
		size = (uint64_t)st.st_size;
	if (w->source == 0)
		return dm_scan_add(w->scan, w->path, 0, size);
	len = snprintf(absolute, sizeof(absolute), "%s/%s", w->root, w->path);
	if (len < 0 || (size_t)len >= sizeof(absolute)) {
		dm_err(w->diags, "%s/%s: %s", w->root, w->path, strerror(ENAMETOOLONG));
		return 0;
	}
	return dm_scan_add(w->scan, absolute, w->source, size);
}

/* The path of w is that of the entry. */
static int take_entry(struct walk *w, int dir_fd, const struct entry *e)
{
	bool by_link = e->type == DT_LNK;
	unsigned type = DTTOIF(e->type);
	struct stat st, *known = NULL;

	if (e->type == DT_LNK || e->type == DT_UNKNOWN) {
		if (fstatat(dir_fd, e->name, &st, 0) < 0) {
			dm_err(w->diags, "fstatat(%d, %s/%s): %s", dir_fd, w->root,
			       w->path, strerror(errno));
			return 0;
		}
		known = &st;
		type = st.st_mode & S_IFMT;
		by_link = true;
	}
	if (type == S_IFDIR)
		return enter(w, dir_fd, e->name, by_link);
	if (type == S_IFREG)
		return add_file(w, dir_fd, e->name, known);
	dm_err(w->diags, "unsupported file type %s/%s: %o", w->root, w->path, type);
	return 0;
}

/* Makes the path that of an entry of the directory whose path has len bytes. */
static bool push_name(struct walk *w, size_t len, const char *name)
{
	size_t name_len = strlen(name);

	w->path_len = len;
	if (strchr(name, '\n')) {
		dm_err(w->diags, "%s/%.*s: file with a newline in its name, skipped",
		       w->root, (int)len, w->path);
		return false;
	}
	if (len + 1 + name_len >= sizeof(w->path)) {
		dm_err(w->diags, "%s/%.*s: %s", w->root, (int)len, w->path,
		       strerror(ENAMETOOLONG));
		return false;
	}
	if (len > 0)
		w->path[w->path_len++] = '/';
	memcpy(w->path + w->path_len, name, name_len + 1);
	w->path_len += name_len;
	return true;
}

static int walk_dir(struct walk *w, DIR *dir)
{
	struct entries entries = { .arena = ARENA_INIT };
	size_t len = w->path_len;
	int r = read_entries(w, dir, &entries);

	if (r < 0 && r != -ENOMEM) {
		dm_err(w->diags, "could not read directory %s/%s: %s", w->root, w->path,
		       strerror(-r));
		r = leave_out(w, r);
	}
	for (size_t i = 0; r >= 0 && i < entries.list.n; i++) {
		if (push_name(w, len, entries.list.at[i].name))
			r = take_entry(w, dirfd(dir), &entries.list.at[i]);
	}
	w->path_len = len;
	w->path[len] = '\0';
	entries_fini(&entries);
	return r;
}

int dm_scan_dir(struct dm_scan *s, const char *dir, uint32_t source,
		const struct dm_config *config, bool want_sizes, struct dm_diags *diags)
{
	_cleanup_free_ struct walk *w = calloc(1, sizeof(*w));
	DIR *d;
	int r;

	if (!w)
		return -ENOMEM;
	d = opendir(dir);
	if (!d)
		return -errno;
	*w = (struct walk){
		.scan = s,
		.config = config,
		.diags = diags,
		.root = dir,
		.source = source,
		.want_sizes = want_sizes,
	};
	r = may_enter(w, dirfd(d), false);
	if (r > 0)
		r = walk_dir(w, d);
	closedir(d);
	vec_fini(&w->visits);
	return r;
}

void dm_scan_fini(struct dm_scan *s)
{
	arena_fini(&s->arena);
	vec_fini(&s->candidates.list);
}
