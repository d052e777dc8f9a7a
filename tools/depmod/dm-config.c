/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "libkmod/config/conf.h"
#include "libkmod/ctx.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "tools/depmod/dm-version.h"

const char *const dm_config_default_paths[] = {
	SYSCONFDIR "/depmod.d",  "/run/depmod.d", "/usr/local/lib/depmod.d",
	DISTCONFDIR "/depmod.d", "/lib/depmod.d", NULL,
};

static int add_search(struct dm_config *c, const char *word)
{
	struct dm_search s = { .kind = DM_SEARCH_DIR };
	size_t len = strlen(word);

	if (str_eq(word, "built-in")) {
		s.kind = DM_SEARCH_BUILTIN;
	} else if (str_eq(word, "external")) {
		s.kind = DM_SEARCH_EXTERNAL;
	} else {
		while (len > 1 && word[len - 1] == '/')
			len--;
		s.dir = arena_dup(&c->arena, word, len);
		s.dir_len = len;
		if (!s.dir)
			return -ENOMEM;
	}
	return vec_push(&c->searches, s) ? 0 : -ENOMEM;
}

/* ---- directives: rest is what follows the word; 0, -EINVAL a bad line, -ENOMEM ---- */

struct line {
	const char *file;
	unsigned no;
	const char *release;
	char *rest;
	struct dm_diags *diags;
};

/* Is the line for this release? */
static bool is_for(const struct line *l, const char *version)
{
	int r = dm_version_matches(version, l->release);

	if (r < 0)
		dm_err(l->diags, "%s:%u: '%.64s' %s", l->file, l->no, version,
		       dm_version_error(r));
	return r > 0;
}

static int do_search(struct dm_config *c, struct line *l)
{
	const char *word;
	int r = 0;

	while (r == 0 && (word = conf_next_word(&l->rest)))
		r = add_search(c, word);
	return r;
}

static int do_exclude(struct dm_config *c, struct line *l)
{
	const char *word;

	while ((word = conf_next_word(&l->rest))) {
		const char *name = arena_strdup(&c->arena, word);

		if (!name || !vec_push(&c->excludes, name))
			return -ENOMEM;
	}
	return 0;
}

static int do_override(struct dm_config *c, struct line *l)
{
	const char *name = conf_next_word(&l->rest);
	const char *version = conf_next_word(&l->rest);
	const char *subdir = conf_next_word(&l->rest);
	size_t dir_len, name_len;
	char *path;

	if (!name || !version || !subdir)
		return -EINVAL;
	if (!is_for(l, version))
		return 0;
	dir_len = strlen(subdir);
	name_len = strlen(name);
	path = arena_alloc(&c->arena, dir_len + name_len + 2);
	if (!path)
		return -ENOMEM;
	memcpy(path, subdir, dir_len);
	path[dir_len] = '/';
	memcpy(path + dir_len + 1, name, name_len + 1);
	return vec_push(&c->overrides, path) ? 0 : -ENOMEM;
}

static int do_external(struct dm_config *c, struct line *l)
{
	const char *version = conf_next_word(&l->rest);
	const char *dir = conf_next_word(&l->rest);
	const char *copy;
	size_t len;

	if (!version || !dir)
		return -EINVAL;
	if (!is_for(l, version))
		return 0;
	if (*dir != '/') {
		dm_err(l->diags,
		       "%s:%u: external directory '%s' is not absolute, ignored", l->file,
		       l->no, dir);
		return 0;
	}
	for (len = strlen(dir); len > 1 && dir[len - 1] == '/'; len--)
		;
	copy = arena_dup(&c->arena, dir, len);
	return copy && vec_push(&c->externals, copy) ? 0 : -ENOMEM;
}

/* Directives of older releases. */
static int do_nothing(struct dm_config *c _unused_, struct line *l)
{
	l->rest = NULL;
	return 0;
}

static const struct directive {
	const char *word;
	int (*run)(struct dm_config *c, struct line *l);
} directives[] = {
	{ "search", do_search },     { "override", do_override },
	{ "external", do_external }, { "exclude", do_exclude },
	{ "include", do_nothing },   { "make_map_files", do_nothing },
};

static int parse_line(struct dm_config *c, char *text, struct line *l)
{
	const char *word = conf_next_word(&text);
	int r = -EINVAL;

	if (!word)
		return 0;
	l->rest = text;
	for (size_t i = 0; i < ARRAY_SIZE(directives); i++) {
		if (!str_eq(word, directives[i].word))
			continue;
		r = directives[i].run(c, l);
		if (directives[i].run == do_nothing)
			dm_diag(l->diags, LOG_INFO,
				"%s:%u: command %s not implemented yet", l->file, l->no,
				word);
		break;
	}
	if (r == -EINVAL) {
		dm_err(l->diags, "%s:%u: ignoring bad line starting with '%.64s'",
		       l->file, l->no, word);
		r = 0;
	}
	return r;
}

int dm_config_parse(struct dm_config *c, const char *file, struct bytes text,
		    const char *release, struct dm_diags *diags)
{
	struct conf_lines lines;
	int r = 0, error = 0;
	char *text_line;

	conf_lines_init(&lines, text);
	while (r == 0 && (text_line = conf_lines_next(&lines, &error))) {
		struct line l = {
			.file = file,
			.no = lines.line_no,
			.release = release,
			.diags = diags,
		};

		r = parse_line(c, text_line, &l);
	}
	conf_lines_fini(&lines);
	return r < 0 ? r : error;
}

int dm_config_complete(struct dm_config *c)
{
	return c->searches.n > 0 ? 0 : add_search(c, "updates");
}

bool dm_config_excludes(const struct dm_config *c, const char *name)
{
	for (size_t i = 0; i < c->excludes.n; i++) {
		if (str_eq(c->excludes.at[i], name))
			return true;
	}
	return false;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void log_to_diags(void *data, int priority, const char *file _unused_,
			 int line _unused_, const char *fn _unused_, const char *format,
			 va_list args)
{
	dm_diag_va(data, priority, format, args);
}
#pragma GCC diagnostic pop

static int read_file(struct dm_config *c, const char *path, const char *release,
		     struct dm_diags *diags)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = fs_read_file(AT_FDCWD, path, 0, false, &text, &len);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		dm_err(diags, "could not read %s: %s", path, strerror(-r));
		return 0;
	}
	return dm_config_parse(c, path, bytes_of(text, len), release, diags);
}

int dm_config_load(const char *const *paths, const char *release, struct dm_config *out,
		   struct dm_diags *diags)
{
	/* Only a sink for the messages of the file choice. */
	struct kmod_ctx ctx = {
		.log_priority = LOG_INFO,
		.log_fn = log_to_diags,
		.log_data = diags,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	struct conf_file_list list = { 0 };
	struct dm_config c = { .arena = ARENA_INIT };
	int r = conf_files_find(&ctx, paths ? paths : dm_config_default_paths, NULL,
				&list);

	for (size_t i = 0; r >= 0 && i < list.files.n; i++)
		r = read_file(&c, list.files.at[i].path, release, diags);
	for (size_t i = 0; i < list.sources.n; i++) {
		if (list.sources.at[i].exists &&
		    list.sources.at[i].mtime_usec > c.newest_usec)
			c.newest_usec = list.sources.at[i].mtime_usec;
	}
	conf_files_fini(&list);
	if (r >= 0)
		r = dm_config_complete(&c);
	if (r < 0) {
		dm_config_fini(&c);
		return r;
	}
	*out = c;
	return 0;
}

void dm_config_fini(struct dm_config *c)
{
	arena_fini(&c->arena);
	vec_fini(&c->searches);
	vec_fini(&c->overrides);
	vec_fini(&c->externals);
	vec_fini(&c->excludes);
}
