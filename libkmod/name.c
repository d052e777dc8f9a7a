/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The normalisations of names, and which file names are modules.
 *
 *	module name   foo-bar.x.ko  ->  foo_bar          a name ends at its first '.'
 *	alias         a-b[-c]-d.e   ->  a_b[-c]_d.e      brackets are copied verbatim
 */
#include "libkmod/name.h"

#include <errno.h>
#include <string.h>

#include "shared/str.h"

size_t name_normalise(const char *spelling, char out[NAME_SIZE])
{
	size_t n;

	for (n = 0; n < NAME_SIZE - 1; n++) {
		char c = spelling[n];

		if (c == '\0' || c == '.')
			break;
		out[n] = c == '-' ? '_' : c;
	}
	out[n] = '\0';
	return n;
}

size_t name_from_path(const char *path, char out[NAME_SIZE])
{
	return name_normalise(str_basename(path), out);
}

int name_normalise_lookup(const char *spelling, char out[NAME_SIZE])
{
	size_t len = strnlen(spelling, NAME_SIZE - 1);

	memcpy(out, spelling, len);
	out[len] = '\0';
	return name_normalise_alias(out);
}

int name_normalise_alias(char *s)
{
	for (s += strcspn(s, "-[]"); *s; s += strcspn(s, "-[]")) {
		if (*s == ']')
			return -EINVAL;
		if (*s == '-') {
			*s++ = '_';
			continue;
		}
		s = strchr(s, ']');
		if (!s)
			return -EINVAL;
		s++;
	}
	return 0;
}

bool name_is_safe(const char *name)
{
	size_t n;

	if (name[0] == '\0' || str_eq(name, ".") || str_eq(name, ".."))
		return false;
	for (n = 0; name[n]; n++) {
		unsigned char c = (unsigned char)name[n];

		if (n >= 255 || c < 0x20 || c == 0x7f || c == '/')
			return false;
	}
	return true;
}

bool name_is_module_file(const char *file_name, size_t *stem_len)
{
	static const char *const suffixes[] = {
		".ko",
#if ENABLE_ZLIB
		".ko.gz",
#endif
#if ENABLE_XZ
		".ko.xz",
#endif
#if ENABLE_ZSTD
		".ko.zst",
#endif
	};
	size_t len = strlen(file_name);

	if (file_name[0] == '.')
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t suffix_len = strlen(suffixes[i]);

		if (len <= suffix_len ||
		    memcmp(file_name + len - suffix_len, suffixes[i], suffix_len) != 0)
			continue;
		if (stem_len)
			*stem_len = len - suffix_len;
		return true;
	}
	return false;
}
