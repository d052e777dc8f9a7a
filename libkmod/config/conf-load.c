/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The whole configuration: chosen files in order, then the kernel command line. Starts
 * are frequent and mostly find nothing, so nothing is asked twice: a file's time comes
 * from the descriptor it is read through.
 */
#include "libkmod/config/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "libkmod/config/conf-build.h"
#include "libkmod/log.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"

enum { CONF_FILE_MAX = 64 * 1024 * 1024 };

const char *const conf_default_paths[] = {
	SYSCONFDIR "/modprobe.d",  "/run/modprobe.d", "/usr/local/lib/modprobe.d",
	DISTCONFDIR "/modprobe.d", "/lib/modprobe.d", NULL,
};

struct loader {
	const struct kmod_ctx *ctx;
	struct conf *conf;
	char softdep[4096], weakdep[4096]; /* the generated files; empty: none */
};

static int keep_source(struct conf *conf, const char *path, bool exists,
		       unsigned long long mtime_usec)
{
	struct conf_source *source = vec_add(&conf->sources);

	if (!source)
		return -ENOMEM;
	source->path = arena_strdup(&conf->arena, path);
	source->exists = exists;
	source->mtime_usec = mtime_usec;
	return source->path ? 0 : -ENOMEM;
}

/* A pipe (a shell's "-C <(...)") or a device: has no size to go by. */
static int read_other(const char *path, char **text, size_t *len)
{
	return fs_read_file(AT_FDCWD, path, CONF_FILE_MAX, false, text, len);
}

static int read_file(const char *path, char **text, size_t *len, struct stat *st)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 || fstat(fd, st) < 0)
		return -errno;
	if (!S_ISREG(st->st_mode))
		return read_other(path, text, len);
	if (st->st_size > CONF_FILE_MAX)
		return -EFBIG;

	_cleanup_free_ char *buf = malloc((size_t)st->st_size + 1);
	if (!buf)
		return -ENOMEM;
	ssize_t n = fs_pread_full(fd, buf, (size_t)st->st_size, 0);
	if (n < 0)
		return (int)n;
	*text = TAKE_PTR(buf);
	*len = (size_t)n;
	return 0;
}

static int load_file(struct loader *l, const char *path)
{
	bool generated = str_eq(path, l->softdep) || str_eq(path, l->weakdep);
	_cleanup_free_ char *text = NULL;
	struct stat st;
	size_t len;
	int r = read_file(path, &text, &len, &st);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		if (r != -ENOENT)
			log_err(l->ctx, "could not read %s: %s\n", path, strerror(-r));
		return 0;
	}
	/* The generated files change with the indexes, which are watched as such. */
	if (!generated) {
		r = keep_source(l->conf, path, true, fs_mtime_usec(&st));
		if (r < 0)
			return r;
	}
	return conf_parse(l->ctx, l->conf, path,
			  generated ? RULE_FROM_GENERATED : RULE_FROM_FILE,
			  bytes_of(text, len));
}

/* What the choice of files found out, into the arena. */
static int keep_list(struct conf *conf, const struct conf_file_list *list)
{
	for (size_t i = 0; i < list->sources.n; i++) {
		const struct conf_source *source = &list->sources.at[i];
		int r = keep_source(conf, source->path, source->exists,
				    source->mtime_usec);

		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < list->masked.n; i++) {
		struct conf_masked *masked = vec_add(&conf->masked);

		if (!masked)
			return -ENOMEM;
		masked->path = arena_strdup(&conf->arena, list->masked.at[i].path);
		masked->by = arena_strdup(&conf->arena, list->masked.at[i].by);
		if (!masked->path || !masked->by)
			return -ENOMEM;
	}
	return 0;
}

static int load_files(struct loader *l, const char *const *paths)
{
	const char *extra[] = { l->softdep, l->weakdep, NULL };
	struct conf_file_list list = { 0 };
	int r = conf_files_choose(l->ctx, paths, l->softdep[0] ? extra : NULL, &list);

	if (r == 0)
		r = keep_list(l->conf, &list);
	for (size_t i = 0; r == 0 && i < list.files.n; i++)
		r = load_file(l, list.files.at[i].path);
	conf_files_fini(&list);
	return r;
}

static int load_cmdline(struct loader *l)
{
	_cleanup_close_ int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	char text[4095];
	ssize_t n;

	if (fd < 0 && errno == ENOENT)
		return 0;
	n = fd < 0 ? -errno : fs_pread_full(fd, text, sizeof(text), 0);
	if (n < 0)
		log_err(l->ctx, "could not read '/proc/cmdline': %s\n", strerror((int)-n));
	if (n <= 0)
		return 0;
	return conf_parse_cmdline(l->ctx, l->conf, bytes_of(text, (size_t)n));
}

static bool put_path(char path[4096], const char *dir, const char *name)
{
	size_t dir_len = strlen(dir), name_len = strlen(name);

	if (dir_len + 1 + name_len >= 4096)
		return false;
	memcpy(path, dir, dir_len);
	path[dir_len] = '/';
	memcpy(path + dir_len + 1, name, name_len + 1);
	return true;
}

int conf_load(const struct kmod_ctx *ctx, const char *module_dir,
	      const char *const *paths, struct conf **out)
{
	struct loader l; /* not zeroed: it is mostly paths */
	int r;

	l.ctx = ctx;
	l.conf = calloc(1, sizeof(*l.conf));
	if (!l.conf)
		return -ENOMEM;
	if (!module_dir || !put_path(l.softdep, module_dir, "modules.softdep") ||
	    !put_path(l.weakdep, module_dir, "modules.weakdep"))
		l.softdep[0] = l.weakdep[0] = '\0';

	r = load_files(&l, paths ? paths : conf_default_paths);
	if (r == 0 && module_dir)
		r = load_cmdline(&l);
	if (r == 0)
		r = conf_index_rules(l.conf);
	if (r < 0) {
		conf_free(l.conf);
		return r;
	}
	*out = l.conf;
	return 0;
}

void conf_free(struct conf *conf)
{
	if (!conf)
		return;
	conf_index_fini(conf);
	for (int kind = 0; kind < N_RULE_KINDS_; kind++)
		vec_fini(&conf->rules[kind]);
	vec_fini(&conf->sources);
	vec_fini(&conf->masked);
	arena_fini(&conf->arena);
	free(conf);
}

int conf_is_stale(const struct conf *conf)
{
	for (size_t i = 0; i < conf->sources.n; i++) {
		const struct conf_source *source = &conf->sources.at[i];
		struct stat st;
		bool exists = stat(source->path, &st) == 0;

		if (exists != source->exists)
			return 1;
		if (exists && fs_mtime_usec(&st) != source->mtime_usec)
			return 1;
	}
	return 0;
}
