/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which kernels a line of depmod.d is for. */
#pragma once

/*
 * Does the pattern, "*" or a POSIX extended regular expression, match somewhere in the
 * release? 1 or 0; -EINVAL when it is no regular expression, -E2BIG when its repetitions
 * multiply to more than the C library should be asked to spell out.
 */
int dm_version_matches(const char *pattern, const char *release);
/* What to say after "'PATTERN' " of such an error. */
const char *dm_version_error(int error);
