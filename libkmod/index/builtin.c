/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/builtin.h"

#include <errno.h>
#include <string.h>

/* Splits s at its first c; false when there is none. */
static bool split(struct bytes s, char c, struct bytes *head, struct bytes *tail)
{
	const unsigned char *at = s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;
	if (!at)
		return false;

	size_t len = (size_t)(at - s.ptr);
	*head = bytes_of(s.ptr, len);
	return bytes_sub(s, len + 1, s.len - len - 1, tail);
}

int builtin_modinfo_next(struct bytes *rest, struct builtin_entry *out)
{
	struct bytes string, name, module, key, value;

	if (!bytes_next_string(rest, &string))
		return 0;
	/* The '=' is looked for behind the '.', values hold dots of their own. */
	if (!split(string, '.', &module, &name) || !split(name, '=', &key, &value))
		return -EINVAL;
	*out = (struct builtin_entry){ .module = module, .key = key, .value = value };
	return 1;
}

int builtin_list_next(struct bytes *rest, struct bytes *line)
{
	if (rest->len == 0)
		return 0;
	if (!split(*rest, '\n', line, rest)) {
		*line = *rest;
		*rest = BYTES_NONE;
	}

	unsigned char c = line->len > 0 ? line->ptr[0] : '\0';
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 1 : -EINVAL;
}
