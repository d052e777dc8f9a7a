/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/trap/mock-kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MAX_ = 256, DEPS_MAX = 256 };

/* ---- small files below the root ---- */

__attribute__((format(printf, 3, 4))) static void make_path(const struct mock_kernel *k,
							    char *out, const char *fmt,
							    ...)
{
	int n = snprintf(out, PATH_MAX, "%s/", k->root);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out + n, PATH_MAX - (size_t)n, fmt, ap);
	va_end(ap);
}

/* A kernel that loses state would make tests lie. */
static void *checked(void *p, const char *what)
{
	if (!p) {
		perror(what);
		abort();
	}
	return p;
}

static void put(const struct mock_kernel *k, const char *name, const char *file,
		const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	make_path(k, path, "sys/module/%s/%s", name, file);
	f = checked(fopen(path, "we"), path);
	fputs(text, f);
	fclose(f);
}

static long get_number(const struct mock_kernel *k, const char *name, const char *file)
{
	char path[PATH_MAX], text[32] = "";
	FILE *f;

	make_path(k, path, "sys/module/%s/%s", name, file);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	return strtol(text, NULL, 10);
}

static void put_number(const struct mock_kernel *k, const char *name, const char *file,
		       long n)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld\n", n);
	put(k, name, file, text);
}

static void make_dirs(char *path)
{
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
	mkdir(path, 0755);
}

/* ---- dependencies ---- */

void mock_name(const char *file_name, char *out, size_t size)
{
	const char *base = strrchr(file_name, '/');
	size_t n = 0;

	base = base ? base + 1 : file_name;
	for (; base[n] && base[n] != '.' && n + 1 < size; n++)
		out[n] = base[n] == '-' ? '_' : base[n];
	out[n] = '\0';
}

struct deps {
	size_t n;
	char name[DEPS_MAX][NAME_MAX_];
};

static bool deps_have(const struct deps *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++) {
		if (strcmp(d->name[i], name) == 0)
			return true;
	}
	return false;
}

/* What modules.dep lists for name; nothing when it has no line. */
static void find_deps(const struct mock_kernel *k, const char *name, struct deps *d)
{
	char path[PATH_MAX], this[NAME_MAX_];
	char *line = NULL, *rest, *word;
	size_t size = 0;
	FILE *f;

	d->n = 0;
	make_path(k, path, "lib/modules/%s/modules.dep", k->release);
	f = fopen(path, "re");
	if (!f)
		return;
	while (getline(&line, &size, f) > 0) {
		word = strtok_r(line, ":", &rest);
		if (!word)
			continue;
		mock_name(word, this, sizeof(this));
		if (strcmp(this, name) != 0)
			continue;
		while ((word = strtok_r(NULL, " \n", &rest)) && d->n < DEPS_MAX)
			mock_name(word, d->name[d->n++], NAME_MAX_);
		break;
	}
	free(line);
	fclose(f);
}

/* Leaves only those that no other of them lists. */
static void keep_direct(const struct mock_kernel *k, struct deps *d)
{
	struct deps *below = checked(malloc(sizeof(*below)), "malloc");
	struct deps *all = checked(malloc(sizeof(*all)), "malloc");

	*all = *d;
	for (size_t i = 0; i < all->n; i++) {
		size_t kept = 0;

		find_deps(k, all->name[i], below);
		for (size_t j = 0; j < d->n; j++) {
			if (deps_have(below, d->name[j]))
				continue;
			memmove(d->name[kept++], d->name[j], NAME_MAX_);
		}
		d->n = kept;
	}
	free(all);
	free(below);
}

/* ---- /proc/modules ---- */

static void print_line(const struct mock_kernel *k, FILE *out, const char *name)
{
	char path[PATH_MAX];
	struct dirent *e;
	int users = 0;
	DIR *dir;

	fprintf(out, "%s %ld %ld ", name, get_number(k, name, "coresize"),
		get_number(k, name, "refcnt"));
	make_path(k, path, "sys/module/%s/holders", name);
	dir = opendir(path);
	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		fprintf(out, "%s,", e->d_name);
		users++;
	}
	if (dir)
		closedir(dir);
	fprintf(out, "%s Live 0x0000000000000000\n", users ? "" : "-");
}

/* Rewrites the list: added first, then the lines there were, of modules still there. */
static void refresh_list(const struct mock_kernel *k, const char *added)
{
	char path[PATH_MAX], new_path[PATH_MAX + 4];
	char *line = NULL;
	size_t size = 0;
	FILE *in, *out;

	make_path(k, path, "proc");
	make_dirs(path);
	make_path(k, path, "proc/modules");
	snprintf(new_path, sizeof(new_path), "%s.new", path);
	out = checked(fopen(new_path, "we"), new_path);
	if (added)
		print_line(k, out, added);
	in = fopen(path, "re");
	while (in && getline(&line, &size, in) > 0) {
		line[strcspn(line, " \n")] = '\0';
		if (mock_has(k, line) && (!added || strcmp(line, added) != 0))
			print_line(k, out, line);
	}
	free(line);
	if (in)
		fclose(in);
	fclose(out);
	if (rename(new_path, path) < 0)
		checked(NULL, path);
}

/* ---- operations ---- */

bool mock_has(const struct mock_kernel *k, const char *name)
{
	char path[PATH_MAX];

	make_path(k, path, "sys/module/%s/initstate", name);
	return access(path, F_OK) == 0;
}

int mock_use(const struct mock_kernel *k, const char *name, int count)
{
	if (!mock_has(k, name))
		return -ENOENT;
	put_number(k, name, "refcnt", get_number(k, name, "refcnt") + count);
	refresh_list(k, NULL);
	return 0;
}

/* user starts or stops to use name. */
static void set_holder(const struct mock_kernel *k, const char *name, const char *user,
		       bool on)
{
	char path[PATH_MAX], target[PATH_MAX];
	bool was;

	make_path(k, path, "sys/module/%s/holders/%s", name, user);
	snprintf(target, sizeof(target), "../../%s", user);
	was = faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	if (was == on)
		return;
	if (on ? symlink(target, path) < 0 : unlink(path) < 0)
		checked(NULL, path);
	put_number(k, name, "refcnt", get_number(k, name, "refcnt") + (on ? 1 : -1));
}

static void add(const struct mock_kernel *k, const char *name, size_t size,
		struct deps *d)
{
	char path[PATH_MAX];

	make_path(k, path, "sys/module/%s/holders", name);
	make_dirs(path);
	put_number(k, name, "coresize", (long)size);
	put_number(k, name, "refcnt", 0);
	put(k, name, "initstate", "live\n");
	keep_direct(k, d);
	for (size_t i = 0; i < d->n; i++)
		set_holder(k, d->name[i], name, true);
	refresh_list(k, name);
}

int mock_insert(const struct mock_kernel *k, const char *name, size_t size)
{
	struct deps *d;
	int r = 0;

	if (mock_has(k, name))
		return -EEXIST;
	d = checked(malloc(sizeof(*d)), "malloc");
	find_deps(k, name, d);
	for (size_t i = 0; i < d->n; i++) {
		if (!mock_has(k, d->name[i]))
			r = -ENOENT;
	}
	if (r == 0)
		add(k, name, size, d);
	free(d);
	return r;
}

int mock_insert_all(const struct mock_kernel *k, const char *name, size_t size)
{
	struct deps *d;
	int r = 0;

	if (mock_has(k, name))
		return 0;
	d = checked(malloc(sizeof(*d)), "malloc");
	find_deps(k, name, d);
	for (size_t i = d->n; i-- > 0 && r == 0;)
		r = mock_insert_all(k, d->name[i], size);
	if (r == 0)
		add(k, name, size, d);
	free(d);
	return r;
}

int mock_remove(const struct mock_kernel *k, const char *name, bool force)
{
	static const char *const files[] = { "initstate", "refcnt", "coresize", "holders",
					     "" };
	char path[PATH_MAX];
	struct deps *d;

	if (!mock_has(k, name))
		return -ENOENT;
	if (get_number(k, name, "refcnt") > 0 && !force)
		return -EAGAIN;
	d = checked(malloc(sizeof(*d)), "malloc");
	find_deps(k, name, d);
	for (size_t i = 0; i < d->n; i++) {
		if (mock_has(k, d->name[i]))
			set_holder(k, d->name[i], name, false);
	}
	free(d);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		make_path(k, path, "sys/module/%s/%s", name, files[i]);
		remove(path);
	}
	refresh_list(k, NULL);
	return 0;
}
