/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-fresh.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "libkmod/index/dep-line.h"
#include "libkmod/index/index-read.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/map.h"
#include "shared/str.h"
#include "tools/depmod/dm-emit.h"

/* 0: not there. */
static unsigned long long mtime_at(int dir_fd, const char *name)
{
	struct stat st;

	return fstatat(dir_fd, name, &st, 0) == 0 ? fs_mtime_usec(&st) : 0;
}

/* ---- outputs ---- */

static bool index_is_sound(const char *dir, const char *name)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	_cleanup_free_ char *path = NULL;

	return asprintf(&path, "%s/%s", dir, name) >= 0 && index_open(path, &idx) == 0 &&
	       index_is_whole(idx) > 0;
}

/* What makes a line of modules.devname is an alias, too. */
static bool has_devnames(int dir_fd)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	return fs_read_file(dir_fd, "modules.alias", 0, false, &text, &len) < 0 ||
	       strstr(text, "\nalias devname:");
}

/* Only these may hold nothing; the others begin with a heading. */
static bool may_be_empty(int dir_fd, const char *name)
{
	return str_eq(name, "modules.dep") ||
	       (str_eq(name, "modules.devname") && !has_devnames(dir_fd));
}

/* A text that was cut off does not end with a newline. */
static bool text_is_sound(int dir_fd, const char *name)
{
	_cleanup_close_ int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char last;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	if (st.st_size == 0)
		return may_be_empty(dir_fd, name);
	return fs_pread_full(fd, &last, 1, st.st_size - 1) == 1 && last == '\n';
}

static bool outputs_are_sound(const char *dir, int dir_fd)
{
	for (size_t i = 0; i < DM_N_OUTPUTS; i++) {
		const char *name = dm_output_names[i];

		if (!(dm_output_is_text(i) ? text_is_sound(dir_fd, name)
					   : index_is_sound(dir, name)))
			return false;
	}
	return true;
}

/* ---- inputs ---- */

static bool is_there(int dir_fd, const char *name)
{
	struct stat st;

	return fstatat(dir_fd, name, &st, 0) == 0;
}

/* Has a list been removed of which an index still holds something? */
static bool has_left_overs(int dir_fd, int out_fd)
{
	static const struct {
		const char *input, *index;
	} pairs[] = {
		{ "modules.builtin", "modules.builtin.bin" },
		{ "modules.builtin.modinfo", "modules.builtin.alias.bin" },
	};
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (!is_there(dir_fd, pairs[i].input) &&
		    fstatat(out_fd, pairs[i].index, &st, 0) == 0 &&
		    st.st_size > (off_t)INDEX_HEADER_SIZE)
			return true;
	}
	return false;
}

static bool inputs_are_older(int dir_fd, const struct dm_modules *modules,
			     unsigned long long made_usec)
{
	static const char *const inputs[] = { "modules.order", "modules.builtin",
					      "modules.builtin.modinfo" };

	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++) {
		if (mtime_at(dir_fd, inputs[i]) > made_usec)
			return false;
	}
	for (size_t i = 0; i < modules->list.n; i++) {
		if (mtime_at(dir_fd, modules->list.at[i].path) > made_usec)
			return false;
	}
	return true;
}

/* Where nothing else orders them modules stand in the order of their paths (D1). */
static bool is_before(struct bytes a, struct bytes b)
{
	int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);

	return order < 0 || (order == 0 && a.len < b.len);
}

/* Does each line of modules.dep name one of the modules, and are there as many? */
static int lists_modules(char *text, const struct dm_modules *modules, bool by_path)
{
	struct map paths = MAP_INIT;
	struct bytes last = BYTES_NONE;
	size_t n = 0;
	bool same = true;
	int r = map_reserve(&paths, modules->list.n);

	for (size_t i = 0; r == 0 && i < modules->list.n; i++)
		r = map_put(&paths, modules->list.at[i].path, (void *)modules);
	for (char *line = text, *end; r == 0 && same && (end = strchr(line, '\n'));
	     line = end + 1) {
		struct dep_line dep;
		const char *path;

		*end = '\0';
		if (dep_line_parse(line, &dep) < 0) {
			same = false;
			break;
		}
		path = (const char *)dep.path.ptr;
		same = map_find(&paths, path, dep.path.len,
				map_hash(path, dep.path.len)) &&
		       (!by_path || n == 0 || is_before(last, dep.path));
		last = dep.path;
		n++;
	}
	map_fini(&paths);
	return r < 0 ? r : same && n == modules->list.n;
}

int dm_fresh(const char *dir, const char *out_dir, const struct dm_modules *modules,
	     unsigned long long config_usec, struct dm_diags *diags)
{
	_cleanup_close_ int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int out_fd = open(out_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_free_ char *text = NULL;
	struct stat st;
	size_t len;
	int r;

	if (dir_fd < 0 || out_fd < 0)
		return 0;
	if (fstatat(out_fd, "modules.dep", &st, 0) < 0) {
		dm_err(diags, "could not fstatat(%s, modules.dep): %s", out_dir,
		       strerror(errno));
		return 0;
	}
	if (config_usec > fs_mtime_usec(&st) || !outputs_are_sound(out_dir, out_fd) ||
	    !inputs_are_older(dir_fd, modules, fs_mtime_usec(&st)) ||
	    has_left_overs(dir_fd, out_fd))
		return 0;
	r = fs_read_file(out_fd, "modules.dep", 0, false, &text, &len);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return lists_modules(text, modules, !is_there(dir_fd, "modules.order"));
}
