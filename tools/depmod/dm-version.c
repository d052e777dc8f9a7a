/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * regcomp() writes a repeated part out as often as it may stand there, and follows every
 * way through it: each of
 *
 *	a++++++++++++++++++++      (a{255}){255}      a********************+++++++++
 *
 * takes some ten bytes of text and gigabytes of memory, or minutes. So the size is
 * computed before, as if '*' and '?' doubled what they follow, too.
 */
#include "tools/depmod/dm-version.h"

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "shared/str.h"

enum { SIZE_LIMIT = 1024, DEPTH_LIMIT = 64 };

/* From the '[': the last byte of the bracket expression, or of the text. */
static const char *bracket_end(const char *p)
{
	const char *end;

	p += p[1] == '^' ? 2 : 1;
	end = *p ? strchr(p + 1, ']') : NULL;
	return end ? end : p + strlen(p) - 1;
}

/* From the '{' of "{2}", "{2,5}", "{2,}": how often that is written out; 0: no count. */
static size_t count_of(const char *p, const char **end)
{
	const char *close = p + 1 + strspn(p + 1, "0123456789,");
	const char *comma = strchr(p, ',');
	unsigned long long least = strtoull(p + 1, NULL, 10);
	unsigned long long most = comma && comma < close ? strtoull(comma + 1, NULL, 10) : 0;

	if (*close != '}')
		return 0;
	*end = close;
	most = most > least ? most : least;
	return most < SIZE_LIMIT ? most + 1 : SIZE_LIMIT;
}

/*
 * Atoms up to the end of the group or of the text, each times what repeats it; more than
 * SIZE_LIMIT when that is too many. What opens nothing or repeats nothing may be an
 * ordinary character.
 */
static size_t size_of(const char **at, unsigned depth)
{
	size_t total = 0, atom = 1, count;
	const char *p;

	if (depth > DEPTH_LIMIT)
		return SIZE_LIMIT + 1;
	for (p = *at; *p && (*p != ')' || depth == 0) && total + atom <= SIZE_LIMIT;
	     p++) {
		count = *p == '{' ? count_of(p, &p) : strchr("*+?", *p) ? 2 : 0;
		if (count > 0) {
			atom *= count;
			continue;
		}
		total += atom;
		atom = 1;
		if (*p == '(') {
			p++;
			atom = size_of(&p, depth + 1);
		} else if (*p == '[') {
			p = bracket_end(p);
		} else if (*p == '\\' && p[1]) {
			p++;
		}
		if (!*p)
			break;
	}
	*at = p;
	return total + atom;
}

int dm_version_matches(const char *pattern, const char *release)
{
	const char *p = pattern;
	regex_t re;
	int r;

	if (str_eq(pattern, "*"))
		return 1;
	if (strlen(pattern) > SIZE_LIMIT)
		return -E2BIG;
	if (size_of(&p, 0) > SIZE_LIMIT)
		return -E2BIG;
	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return -EINVAL;
	r = regexec(&re, release, 0, NULL, 0) == 0;
	regfree(&re);
	return r;
}

const char *dm_version_error(int error)
{
	return error == -E2BIG ? "repeats too much: the line matches no kernel"
			       : "is no regular expression: the line matches no kernel";
}
