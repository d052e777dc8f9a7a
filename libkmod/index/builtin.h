/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modules.builtin (names) and modules.builtin.modinfo ("module.key=value" strings,
 * NUL-terminated), formats.md 2.7. Both are kernel build output that depmod and
 * modinfo read.
 */
#pragma once

#include "shared/bytes.h"

struct builtin_entry {
	struct bytes module; /* as stored, before the first '.' */
	struct bytes key;
	struct bytes value;
};

/*
 * Takes the next string from the front of rest: 1 an entry, 0 at the end, -EINVAL a
 * string without '.' or '=' (rest is behind it, so a caller may go on).
 */
int builtin_modinfo_next(struct bytes *rest, struct builtin_entry *out);
/*
 * Takes the next line of modules.builtin: 1 with the line's path, 0 at the end,
 * -EINVAL when it does not start with a letter (*line is set to it).
 */
int builtin_list_next(struct bytes *rest, struct bytes *line);
