/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/check/damage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libkmod/elf/elf-modinfo.h"
#include "shared/cleanup.h"

_printf_(2, 3) static int damaged(char **text, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = vasprintf(text, fmt, ap);
	va_end(ap);
	return r < 0 ? -ENOMEM : 1;
}

/* Fewer bytes are no module, see image.h. */
#define IMAGE_SMALLEST 6

int damage_of_file(const struct kmod_module *mod, char **text)
{
	const char *path = kmod_module_get_path(mod);
	struct image *img;
	struct bytes whole;
	struct stat st;
	int r;

	if (!path)
		return damaged(text, "no module file is known for %s", mod->name);
	if (stat(path, &st) < 0)
		return damaged(text, "module file %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return damaged(text, "module file %s is not a regular file", path);
	r = mod_file_lock(mod, false, &img, NULL);
	if (r == -EINVAL && st.st_size < IMAGE_SMALLEST)
		return damaged(text, "module file %s has only %lld bytes", path,
			       (long long)st.st_size);
	if (r < 0)
		return damaged(text, "module file %s cannot be read: %s", path,
			       strerror(-r));
	r = image_whole(img, &whole);
	if (r < 0) {
		const char *words = image_error(img);

		r = damaged(text, "module file %s: %s", path,
			    words ? words : strerror(-r));
	}
	mod_file_unlock(mod);
	return r;
}

/* KEY=VALUE, with a key of printable characters? */
static bool is_key_value(const struct modinfo_entry *entry)
{
	for (size_t i = 0; i < entry->key.len; i++)
		if (entry->key.ptr[i] <= ' ' || entry->key.ptr[i] > '~')
			return false;
	/* Without '=' the empty value is where the key ends. */
	return entry->key.len > 0 && entry->value.ptr != entry->key.ptr + entry->key.len;
}

/* What is wrong with .modinfo, of a file whose bytes can all be read; or NULL. */
static const char *modinfo_damage(const struct elf *elf)
{
	struct bytes rest, vermagic = bytes_of("vermagic", 8);
	struct modinfo_entry entry;
	bool rubbish = false;

	if (elf_modinfo(elf, &rest) <= 0)
		return elf_section_is_outside(elf, ".modinfo") ? "is not within the file"
							       : NULL;
	if (rest.len == 0)
		return "is empty";
	/* A stray string does no harm where the one that the kernel looks for is there. */
	while (modinfo_next(&rest, &entry)) {
		if (bytes_equal(entry.key, vermagic))
			return NULL;
		rubbish |= !is_key_value(&entry);
	}
	return rubbish ? "has strings that are no KEY=VALUE, and no vermagic" : NULL;
}

int damage_of_elf(const struct kmod_module *mod, char **text)
{
	const char *path = kmod_module_get_path(mod);
	const char *modinfo = NULL;
	const struct elf *elf;
	int r = mod_file_lock(mod, true, NULL, &elf);

	if (r >= 0) {
		modinfo = modinfo_damage(elf);
		mod_file_unlock(mod);
		if (!modinfo)
			return 0;
		return damaged(text, "module file %s is damaged: its .modinfo section %s",
			       path, modinfo);
	}
	if (r == -ENOEXEC)
		return damaged(text, "module file %s is not an ELF file", path);
	if (r == -EINVAL)
		return damaged(text,
			       "module file %s is damaged: its ELF headers do not hold",
			       path);
	return damaged(text, "module file %s cannot be read: %s", path, strerror(-r));
}
