/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * depmod.d: what its parser complains about, and directives that name what is not there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "tools/depmod/dm-config.h"
#include "tools/lint.h"

struct depmod_line {
	struct lint *l;
	const char *file;
	unsigned no;
};

#define say_of(at, severity, check, ...)                                       \
	lint_say((at)->l, LINT_##severity, LINT_##check, (at)->file, (at)->no, \
		 __VA_ARGS__)

/* dir is absolute, or below the module directory. */
static bool is_there(const struct depmod_line *at, const char *dir)
{
	const struct target *t = &at->l->target;
	_cleanup_free_ char *path = NULL;
	bool absolute = *dir == '/';

	if (asprintf(&path, "%s%s%s", absolute ? (t->root ? t->root : "") : t->dir,
		     absolute ? "" : "/", dir) < 0)
		return true;
	return access(path, F_OK) == 0;
}

static void check_search(const struct depmod_line *at, char *rest)
{
	const char *word;

	while ((word = conf_next_word(&rest)))
		if (!str_eq(word, "built-in") && !str_eq(word, "external") &&
		    !is_there(at, word))
			say_of(at, NOTE, NO_DIRECTORY, "there is no directory %s/%s",
			       at->l->target.dir, word);
}

static void check_override(const struct depmod_line *at, char *rest)
{
	const char *name = conf_next_word(&rest), *version = conf_next_word(&rest),
		   *dir = conf_next_word(&rest);

	if (!name || !version || !dir)
		return;
	if (!is_there(at, dir))
		say_of(at, WARNING, NO_DIRECTORY,
		       "there is no directory %s/%s: %s is not overridden",
		       at->l->target.dir, dir, name);
}

static void check_external(const struct depmod_line *at, char *rest)
{
	const char *version = conf_next_word(&rest), *dir = conf_next_word(&rest);

	if (!version || !dir)
		return;
	if (*dir == '/' && !is_there(at, dir))
		say_of(at, WARNING, NO_DIRECTORY, "there is no directory %s", dir);
}

static const struct directive {
	const char *word;
	void (*check)(const struct depmod_line *at, char *rest);
} directives[] = {
	{ "search", check_search },
	{ "override", check_override },
	{ "external", check_external },
};

static int check_text(struct lint *l, const char *file, struct bytes text)
{
	struct conf_lines lines;
	int error = 0;
	char *line;

	conf_lines_init(&lines, text);
	while ((line = conf_lines_next(&lines, &error))) {
		const struct depmod_line at = { l, file, lines.line_no };
		const char *word = conf_next_word(&line);

		for (size_t i = 0; word && i < ARRAY_SIZE(directives); i++)
			if (str_eq(word, directives[i].word))
				directives[i].check(&at, line);
	}
	conf_lines_fini(&lines);
	return error;
}

/* The parser's own complaints. */
static int parse_text(struct lint *l, const char *file, struct bytes text)
{
	struct dm_diags diags = DM_DIAGS_INIT;
	struct dm_config config = { .arena = ARENA_INIT };
	int r = dm_config_parse(&config, file, text, l->target.release, &diags);

	for (size_t i = 0; i < diags.list.n; i++)
		lint_say_logged(
			l, diags.list.at[i].priority <= LOG_ERR ? LINT_ERROR : LINT_NOTE,
			diags.list.at[i].text);
	dm_diags_fini(&diags);
	dm_config_fini(&config);
	return r;
}

static void check_file(struct lint *l, const char *path)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = fs_read_file(AT_FDCWD, path, 0, false, &text, &len);

	if (r == 0)
		r = parse_text(l, path, bytes_of(text, len));
	else if (r != -ENOMEM)
		lint_say(l, LINT_ERROR, LINT_SYNTAX, path, 1, "could not be read: %s",
			 strerror(-r));
	if (r == 0)
		r = check_text(l, path, bytes_of(text, len));
	if (r == -ENOMEM)
		l->failed = true;
}

void lint_depmod(struct lint *l, const char *const *paths)
{
	struct conf_file_list list = { 0 };

	if (conf_files_find(l->target.ctx, paths, NULL, &list) < 0)
		l->failed = true;
	for (size_t i = 0; i < list.files.n; i++)
		check_file(l, list.files.at[i].path);
	for (size_t i = 0; i < list.masked.n; i++)
		lint_say(l, LINT_NOTE, LINT_MASKED, list.masked.at[i].path, 1,
			 "the file is not read: %s has its name and comes first",
			 list.masked.at[i].by);
	conf_files_fini(&list);
}
