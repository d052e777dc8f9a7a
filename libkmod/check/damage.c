/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/check/damage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

int damage_of_elf(const struct kmod_module *mod, char **text)
{
	const char *path = kmod_module_get_path(mod);
	int r = mod_file_lock(mod, true, NULL, NULL);

	if (r >= 0) {
		mod_file_unlock(mod);
		return 0;
	}
	if (r == -ENOEXEC)
		return damaged(text, "module file %s is not an ELF file", path);
	if (r == -EINVAL)
		return damaged(text,
			       "module file %s is damaged: its ELF headers do not hold",
			       path);
	return damaged(text, "module file %s cannot be read: %s", path, strerror(-r));
}
