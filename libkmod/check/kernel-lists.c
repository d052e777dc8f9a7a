/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel refuses by itself, whatever user space does:
 *
 *	module_blacklist=a,b     modules of exactly these names; '-' is not '_' here
 *	initcall_blacklist=f,g   functions that it does not call when a module begins
 *
 * As in the kernel, the last module_blacklist= counts, while initcall_blacklist= adds up;
 * in the names of parameters '-' and '_' are the same.
 */
#include "libkmod/check/kernel-lists.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "libkmod/elf/elf-view.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "shared/strbuf.h"

#define CMDLINE_MAX 65536

/* Cuts the next word off *s; blanks between double quotes do not end it. */
static char *next_word(char **s)
{
	char *word = *s + strspn(*s, " \t\n"), *end;
	bool quoted = false;

	for (end = word; *end && (quoted || !strchr(" \t\n", *end)); end++)
		if (*end == '"')
			quoted = !quoted;
	if (end == word)
		return NULL;
	*s = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

/* The value of "name=value" or "\"name=value\"", without quotes; NULL for another word. */
static char *value_of(char *word, const char *name)
{
	char *end;

	word += *word == '"';
	for (; *name; word++, name++)
		if ((*word == '-' ? '_' : *word) != *name)
			return NULL;
	if (*word++ != '=')
		return NULL;
	word += *word == '"';
	end = word + strlen(word);
	if (end > word && end[-1] == '"')
		end[-1] = '\0';
	return word;
}

static void replace(char **kept, const char *value)
{
	free(*kept);
	*kept = strdup(value);
}

static void append(char **kept, const char *value)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (!*kept) {
		*kept = strdup(value);
		return;
	}
	strbuf_adds(&text, *kept);
	strbuf_addc(&text, ',');
	strbuf_adds(&text, value);
	replace(kept, strbuf_str(&text));
}

void kernel_lists_read(struct kernel_lists *lists)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *word, *value;
	size_t len;

	if (fs_read_file(AT_FDCWD, "/proc/cmdline", CMDLINE_MAX, true, &text, &len) < 0)
		return;
	rest = text;
	while ((word = next_word(&rest)) && !str_eq(word, "--")) {
		if ((value = value_of(word, "module_blacklist")))
			replace(&lists->module_blacklist, value);
		else if ((value = value_of(word, "initcall_blacklist")))
			append(&lists->initcall_blacklist, value);
	}
}

void kernel_lists_fini(struct kernel_lists *lists)
{
	free(lists->module_blacklist);
	free(lists->initcall_blacklist);
}

bool kernel_lists_name(const char *list, const char *name)
{
	size_t name_len = strlen(name);

	while (list && *list) {
		size_t len = strcspn(list, ",");

		if (len == name_len && memcmp(list, name, len) == 0)
			return true;
		list += len + (list[len] == ',');
	}
	return false;
}

/* The names of an ELF file's symbols lie in .strtab, one behind the other. */
static bool has_symbol(struct bytes strings, const char *name, size_t len)
{
	const char *s;
	size_t n;

	for (size_t off = 0; (s = bytes_cstr(strings, off, &n)); off += n + 1)
		if (n == len && memcmp(s, name, len) == 0)
			return true;
	return false;
}

static char *find_function(const char *list, struct bytes strings)
{
	while (*list) {
		size_t len = strcspn(list, ",");

		if (len > 0 && has_symbol(strings, list, len))
			return strndup(list, len);
		list += len + (list[len] == ',');
	}
	return NULL;
}

char *kernel_lists_skip(const struct kernel_lists *lists, const struct kmod_module *mod)
{
	char *function = NULL;
	const struct elf *elf;
	struct image *img;
	struct bytes strings;

	if (!lists->initcall_blacklist || mod_file_lock(mod, true, &img, &elf) < 0)
		return NULL;
	if (elf_known_read(elf, ELF_STRTAB, &strings) > 0)
		function = find_function(lists->initcall_blacklist, strings);
	mod_file_unlock(mod);
	return function;
}
