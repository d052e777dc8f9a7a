/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/devname.h"

#include <string.h>

/* Digits at *s, which moves behind them. */
static bool take_number(const char **s, uint32_t *out)
{
	const char *p = *s;
	uint64_t v = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		v = v * 10 + (uint64_t)(*p - '0');
		if (v > UINT32_MAX)
			return false;
	}
	if (p == *s)
		return false;
	*s = p;
	*out = (uint32_t)v;
	return true;
}

static bool leaves_dev(const char *name)
{
	for (const char *p = name; p; p = strchr(p, '/')) {
		p += *p == '/';
		if (p[0] == '.' && p[1] == '.' && (p[2] == '/' || p[2] == '\0'))
			return true;
	}
	return false;
}

/* Cuts the next word off *s; NULL when none is left. */
static const char *cut_word(char **s)
{
	static const char blanks[] = " \t\r\v\f";
	char *word = *s + strspn(*s, blanks);
	char *end = word + strcspn(word, blanks);

	*s = end + (*end != '\0');
	if (end == word)
		return NULL;
	*end = '\0';
	return word;
}

bool devname_parse(char *line, struct devname *out)
{
	const char *module = cut_word(&line);
	const char *name = cut_word(&line);
	const char *numbers = cut_word(&line);
	struct devname node = { .module = module, .name = name };

	if (!numbers || (*numbers != 'c' && *numbers != 'b') || leaves_dev(name))
		return false;
	node.is_block = *numbers++ == 'b';
	if (!take_number(&numbers, &node.major) || *numbers++ != ':' ||
	    !take_number(&numbers, &node.minor))
		return false;
	*out = node;
	return true;
}
