/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel has several of: loaded modules, users of a module, its sections.
 *
 *	/proc/modules                     first word of each line
 *	/sys/module/NAME/holders/         one entry per user
 *	/sys/module/NAME/sections/        one file per section, its address in hexadecimal
 */
#include "libkmod/live/live.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "libkmod/entries.h"
#include "libkmod/live/live-file.h"
#include "libkmod/module/mod.h"
#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "shared/strbuf.h"

void live_names_fini(struct live_names *names)
{
	vec_fini(&names->names);
	free(names->text);
	names->text = NULL;
}

/* The result is never longer than the word. */
static void normalise_in_place(char *word)
{
	char name[NAME_SIZE];
	size_t len = name_normalise(word, name);

	memcpy(word, name, len + 1);
}

/* ---- loaded modules ---- */

/* Cuts the first word of line off, normalised; most names in there are already. */
static char *cut_name(char *line)
{
	char *word = line + strspn(line, " \t");
	size_t len = strcspn(word, " \t\n");

	word[len] = '\0';
	if (len >= NAME_SIZE || memchr(word, '-', len) || memchr(word, '.', len))
		normalise_in_place(word);
	return word;
}

int live_loaded(const struct kmod_ctx *ctx _unused_, struct live_names *out)
{
	_cleanup_(live_names_fini) struct live_names names = { 0 };
	char *line, *next;
	size_t len;
	int r = fs_read_file(AT_FDCWD, "/proc/modules", 0, false, &names.text, &len);

	if (r < 0)
		return r;
	for (line = names.text; *line; line = next) {
		char *end = strchr(line, '\n'), *name;

		next = end ? end + 1 : line + strlen(line);
		if (end)
			*end = '\0';
		name = cut_name(line);
		if (*name && !vec_push(&names.names, name))
			return -ENOMEM;
	}
	*out = names;
	names = (struct live_names){ 0 };
	return 0;
}

/* One module per name. Nothing on failure. */
static int names_to_list(struct kmod_ctx *ctx, const struct live_names *names, struct kmod_list **out)
{
	struct kmod_list *list = NULL;

	for (size_t i = 0; i < names->names.n; i++) {
		struct kmod_module *mod;
		int r = mod_get(ctx, names->names.at[i], NULL, &mod);

		if (r == 0 && !list_append(&list, mod)) {
			kmod_module_unref(mod);
			r = -ENOMEM;
		}
		if (r < 0) {
			kmod_module_unref_list(list);
			return r;
		}
	}
	*out = list;
	return 0;
}

int kmod_module_new_from_loaded(struct kmod_ctx *ctx, struct kmod_list **list)
{
	_cleanup_(live_names_fini) struct live_names names = { 0 };
	int r;

	if (!ctx || !list)
		return -ENOENT;
	r = live_loaded(ctx, &names);
	return r < 0 ? r : names_to_list(ctx, &names, list);
}

/* ---- holders ---- */

/* What getdents64 fills in; no stream around it, as most of these directories are empty. */
struct dir_record {
	uint64_t inode;
	int64_t next;
	uint16_t len;
	uint8_t type;
	char name[];
};

/* Adds the names of one buffer of records; how many. */
static size_t add_entries(const char *records, size_t len, struct strbuf *text)
{
	char name[NAME_SIZE];
	size_t n = 0, record_len;

	for (size_t off = 0; off < len; off += record_len) {
		const struct dir_record *record = (const void *)(records + off);

		record_len = record->len;
		if (str_eq(record->name, ".") || str_eq(record->name, ".."))
			continue;
		strbuf_add(text, name, name_normalise(record->name, name) + 1);
		n++;
	}
	return n;
}

ssize_t live_list_dir(const char *path, struct strbuf *text)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_Alignas(struct dir_record) char records[2048];
	ssize_t n = 0;
	long len;

	if (fd < 0)
		return -errno;
	while ((len = syscall(SYS_getdents64, fd, records, sizeof(records))) > 0)
		n += (ssize_t)add_entries(records, (size_t)len, text);
	if (len < 0)
		return -errno;
	return strbuf_ok(text) ? n : -ENOMEM;
}

int live_holders(const struct kmod_ctx *ctx _unused_, const char *name, struct live_names *out)
{
	_cleanup_(live_names_fini) struct live_names names = { 0 };
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	char path[LIVE_PATH_SIZE];
	size_t off = 0;
	ssize_t n = live_path(name, "holders", path);

	if (n == 0)
		n = live_list_dir(path, &text);
	if (n <= 0) {
		if (n == 0)
			*out = names;
		return (int)n;
	}
	if (!vec_reserve(&names.names, (size_t)n))
		return -ENOMEM;
	names.text = strbuf_take(&text, NULL);
	for (; names.names.n < (size_t)n; names.names.n++) {
		names.names.at[names.names.n] = names.text + off;
		off += strlen(names.text + off) + 1;
	}
	*out = names;
	names = (struct live_names){ 0 };
	return 0;
}

struct kmod_list *kmod_module_get_holders(const struct kmod_module *mod)
{
	_cleanup_(live_names_fini) struct live_names names = { 0 };
	struct kmod_list *list = NULL;
	int r;

	if (!mod)
		return NULL;
	r = live_holders(mod->ctx, mod->name, &names);
	if (r == 0)
		r = names_to_list(mod->ctx, &names, &list);
	if (r < 0) {
		log_err(mod->ctx, "cannot list the users of %s: %s\n", mod->name, strerror(-r));
		return NULL;
	}
	return list;
}

/* ---- sections ---- */

static int add_section(int dirfd, const char *name, struct entries *out)
{
	char text[LIVE_TEXT_SIZE];
	unsigned long address;
	int r = live_read(dirfd, name, text);

	if (r < 0)
		return r;
	if (!live_parse_number(text, 16, false, &address))
		return -EINVAL;
	return entries_add_number(out, bytes_of(name, strlen(name)), address, 0);
}

/* *culprit: the entry that failed; owned by names. */
static int read_sections(const char *path, const struct fs_names *names, struct entries *out, const char **culprit)
{
	_cleanup_close_ int dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = 0;

	if (dirfd < 0)
		return -errno;
	for (size_t i = 0; i < names->names.n && r == 0; i++) {
		*culprit = names->names.at[i];
		r = add_section(dirfd, *culprit, out);
	}
	return r;
}

struct kmod_list *kmod_module_get_sections(const struct kmod_module *mod)
{
	_cleanup_entries_ struct entries found = ENTRIES_INIT;
	_cleanup_(fs_names_fini) struct fs_names names = { 0 };
	struct kmod_list *list = NULL;
	char path[LIVE_PATH_SIZE];
	const char *culprit = "";
	int r;

	if (!mod)
		return NULL;
	r = live_path(mod->name, "sections", path);
	if (r == 0)
		r = fs_list_dir_unsorted(AT_FDCWD, path, &names);
	if (r == 0)
		r = read_sections(path, &names, &found, &culprit);
	if (r == 0)
		r = entries_finish(&found, LIST_OF_SECTIONS, &list);
	if (r < 0)
		log_err(mod->ctx, "cannot read the sections of %s%s%s: %s\n", mod->name, *culprit ? "/" : "",
			culprit, strerror(-r));
	return list;
}

unsigned long kmod_module_section_get_address(const struct kmod_list *entry)
{
	const struct entry *section = entry_of(entry, LIST_OF_SECTIONS);

	return section ? (unsigned long)section->number : ULONG_MAX;
}

const char *kmod_module_section_get_name(const struct kmod_list *entry)
{
	const struct entry *section = entry_of(entry, LIST_OF_SECTIONS);

	return section ? section->name : NULL;
}

void kmod_module_section_free_list(struct kmod_list *list)
{
	entries_free(list, LIST_OF_SECTIONS);
}
