/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a module's file is, and the file itself.
 *
 * A path comes from the caller, who then wins over modules.dep as long as nobody asked
 * before: a path that was handed out once never changes.
 */
#include "libkmod/module/mod.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libkmod/index/dep-line.h"
#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"

/* ---- path ---- */

int mod_dep_line(const struct kmod_module *mod, const char **line)
{
	struct kmod_module *m = (struct kmod_module *)mod;
	_cleanup_(index_unrefp) struct index *idx = NULL;
	char *text = atomic_load(&m->dep_line);
	const char *value;
	int r;

	if (!text) {
		r = ctx_index(m->ctx, KMOD_INDEX_MODULES_DEP, &idx);
		if (r < 0)
			return r;
		text = MOD_NOTHING;
		if (idx && index_find(idx, m->name, &value) > 0)
			text = strdup(value);
		if (!text)
			return -ENOMEM;
		text = mod_publish(&m->dep_line, text);
	}
	if (text == MOD_NOTHING)
		return 0;
	*line = text;
	return 1;
}

char *mod_path_below(const struct kmod_ctx *ctx, struct bytes entry)
{
	bool absolute = bytes_starts_with(entry, "/", 1);
	size_t dir_len = absolute ? 0 : strlen(ctx->dirname) + 1;
	char *path = malloc(dir_len + entry.len + 1);

	if (!path)
		return NULL;
	if (!absolute) {
		memcpy(path, ctx->dirname, dir_len - 1);
		path[dir_len - 1] = '/';
	}
	memcpy(path + dir_len, entry.ptr, entry.len);
	path[dir_len + entry.len] = '\0';
	return path;
}

int mod_path(const struct kmod_module *mod, const char **out)
{
	struct kmod_module *m = (struct kmod_module *)mod;
	char *path = atomic_load(&m->path);

	if (!path) {
		struct dep_line parsed;
		const char *line;
		int r = mod_dep_line(m, &line);

		if (r < 0)
			return r;
		path = MOD_NOTHING;
		if (r > 0 && dep_line_parse(line, &parsed) == 0)
			path = mod_path_below(m->ctx, parsed.path);
		if (!path)
			return -ENOMEM;
		path = mod_publish(&m->path, path);
	}
	*out = path == MOD_NOTHING ? NULL : path;
	return 0;
}

const char *kmod_module_get_path(const struct kmod_module *mod)
{
	const char *path;

	return mod && mod_path(mod, &path) == 0 ? path : NULL;
}

/* Gives mod this path unless it has another: 0 or -EEXIST. Takes path over. */
static int fix_path(struct kmod_module *mod, char *path)
{
	char *there = atomic_load(&mod->path);
	int r;

	while (!there || there == MOD_NOTHING)
		if (atomic_compare_exchange_weak(&mod->path, &there, path))
			return 0;
	r = str_eq(there, path) ? 0 : -EEXIST;
	if (r < 0)
		log_err(mod->ctx, "%s: a module %s from %s is in use already\n", path, mod->name, there);
	free(path);
	return r;
}

int mod_get_by_path(struct kmod_ctx *ctx, const char *path, struct kmod_module **out)
{
	char name[NAME_SIZE];
	struct kmod_module *mod;
	struct stat st;
	char *own;
	int r;

	if (stat(path, &st) < 0)
		return -errno;
	if (*str_basename(path) == '\0')
		return -ENOENT;
	name_from_path(path, name);
	r = mod_get(ctx, name, NULL, &mod);
	if (r < 0)
		return r;
	own = strdup(path);
	r = own ? fix_path(mod, own) : -ENOMEM;
	if (r < 0) {
		kmod_module_unref(mod);
		return r;
	}
	atomic_store(&mod->builtin, MOD_BUILTIN_NO);
	*out = mod;
	return 0;
}

int kmod_module_new_from_path(struct kmod_ctx *ctx, const char *path, struct kmod_module **mod)
{
	_cleanup_free_ char *absolute = NULL;

	if (!ctx || !path || !mod)
		return -ENOENT;
	errno = ENOMEM;
	absolute = fs_absolute(path);
	if (!absolute)
		return -errno;
	return mod_get_by_path(ctx, absolute, mod);
}

/* ---- file ---- */

#define WORDS_SIZE 128

/* words: what the image says about a failure, or left empty. */
static int open_file(struct kmod_module *mod, const char *path, bool want_elf, char words[WORDS_SIZE])
{
	int r;

	if (!mod->image) {
		r = image_open(AT_FDCWD, path, NULL, &mod->image);
		if (r < 0)
			return r;
	}
	if (!want_elf || mod->elf_is_open)
		return 0;
	r = elf_open(mod->image, &mod->elf);
	if (r < 0) {
		const char *text = image_error(mod->image);

		snprintf(words, WORDS_SIZE, "%s", text ? text : "");
		return r;
	}
	mod->elf_is_open = true;
	return 0;
}

int mod_file_lock(const struct kmod_module *mod, bool want_elf, struct image **img, const struct elf **elf)
{
	struct kmod_module *m = (struct kmod_module *)mod;
	const char *path = kmod_module_get_path(m);
	char words[WORDS_SIZE] = "";
	int r;

	if (!path)
		return -ENOENT;
	pthread_mutex_lock(&m->file_lock);
	r = open_file(m, path, want_elf, words);
	if (r < 0) {
		pthread_mutex_unlock(&m->file_lock);
		/* A damaged stream is worth words; the rest is said by the error. */
		log_at(m->ctx, *words ? LOG_ERR : LOG_INFO, "%s: %s\n", path, *words ? words : strerror(-r));
		return r;
	}
	if (img)
		*img = m->image;
	if (elf)
		*elf = want_elf ? &m->elf : NULL;
	return 0;
}

void mod_file_unlock(const struct kmod_module *mod)
{
	pthread_mutex_unlock(&((struct kmod_module *)mod)->file_lock);
}
