/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/glob.h"

#include <string.h>

/* ---- bracket expressions ---- */

enum bracket_result {
	BRACKET_NO,
	BRACKET_YES,
	BRACKET_OPEN, /* no closing ']': the '[' is an ordinary byte */
	BRACKET_BAD, /* names an unknown class or element: matches nothing, not even by ! */
};

/* Ranges and classes are those of the C locale: plain byte values. */
static bool in_class(const char *name, size_t len, unsigned char c, bool *known)
{
	static const struct {
		const char *name;
		const char *ranges; /* pairs first, last */
	} classes[] = {
		{ "alpha", "AZaz" },
		{ "digit", "09" },
		{ "alnum", "09AZaz" },
		{ "upper", "AZ" },
		{ "lower", "az" },
		{ "space", "\t\r  " },
		{ "blank", "\t\t  " },
		{ "punct", "!/:@[`{~" },
		{ "print", " ~" },
		{ "graph", "!~" },
		{ "cntrl", "\001\037\177\177" },
		{ "xdigit", "09AFaf" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (strlen(classes[i].name) != len ||
		    memcmp(classes[i].name, name, len) != 0)
			continue;
		*known = true;
		for (const char *r = classes[i].ranges; *r; r += 2)
			if (c >= (unsigned char)r[0] && c <= (unsigned char)r[1])
				return true;
		return false;
	}
	*known = false;
	return false;
}

/* "[:name:]" at p: its end, or NULL when this is no class after all. */
static const char *class_end(const char *p)
{
	const char *end = p + 2;

	while (*end >= 'a' && *end <= 'z')
		end++;
	return end[0] == ':' && end[1] == ']' ? end + 2 : NULL;
}

/*
 * Takes one member byte: x, \x, [.x.] or (not as an end of a range) [=x=]. NULL when the
 * pattern ends or the element is not one byte (*bad).
 */
static const char *take_member(const char *p, unsigned char *member, bool *bad)
{
	if (p[0] == '[' && p[1] == '.') {
		if (p[2] && p[3] == '.' && p[4] == ']') {
			*member = (unsigned char)p[2];
			return p + 5;
		}
		*bad = true;
		return NULL;
	}
	if (p[0] == '[' && p[1] == '=' && p[2] && p[3] == '=' && p[4] == ']') {
		*member = (unsigned char)p[2];
		return p + 5;
	}
	if (*p == '\\')
		p++;
	if (*p == '\0')
		return NULL;
	*member = (unsigned char)*p;
	return p + 1;
}

/* Takes one item, "x", "x-y" or a class; NULL as take_member. */
static const char *take_item(const char *p, unsigned char c, bool *hit, bool *bad)
{
	unsigned char first, last;

	if (p[0] == '[' && p[1] == ':') {
		const char *end = class_end(p);
		bool known;

		if (end) {
			*hit |= in_class(p + 2, (size_t)(end - p) - 4, c, &known);
			*bad |= !known;
			return end;
		}
	}
	p = take_member(p, &first, bad);
	if (!p)
		return NULL;
	last = first;
	if (p[0] == '-' && p[1] && p[1] != ']') {
		p = take_member(p + 1, &last, bad);
		if (!p)
			return NULL;
	}
	*hit |= c >= first && c <= last;
	return p;
}

/* p is behind the '['. *end gets the place behind the ']' for YES and NO. */
static enum bracket_result bracket(const char *p, unsigned char c, const char **end)
{
	bool hit = false, bad = false;
	bool negated = *p == '!' || *p == '^';

	if (negated)
		p++;
	for (bool first = true; first || *p != ']'; first = false) {
		bool bad_item = false;

		p = take_item(p, c, &hit, &bad_item);
		if (!p)
			return bad_item ? BRACKET_BAD : BRACKET_OPEN;
		bad |= bad_item && !hit;
	}
	*end = p + 1;
	if (bad)
		return BRACKET_BAD;
	return hit != negated ? BRACKET_YES : BRACKET_NO;
}

/* ---- one pattern, one text ---- */

/* Does the pattern's first element, which is no '*', match c? *next gets what is behind it. */
static bool match_one(const char *p, unsigned char c, const char **next)
{
	*next = p + 1;
	switch (*p) {
	case '\0':
		return false;
	case '?':
		return true;
	case '\\':
		if (p[1] == '\0')
			return false;
		*next = p + 2;
		return (unsigned char)p[1] == c;
	case '[':
		switch (bracket(p + 1, c, next)) {
		case BRACKET_YES:
			return true;
		case BRACKET_OPEN:
			break;
		default:
			return false;
		}
		*next = p + 1;
		return c == '[';
	default:
		return (unsigned char)*p == c;
	}
}

/* Only the last '*' ever needs to give way: an earlier one could gain nothing by it. */
bool glob_match(const char *pattern, const char *text)
{
	const char *star = NULL, *star_text = NULL;

	while (*text || *pattern == '*') {
		const char *next;

		if (*pattern == '*') {
			star = ++pattern;
			star_text = text;
		} else if (match_one(pattern, (unsigned char)*text, &next)) {
			pattern = next;
			text++;
		} else if (star) {
			pattern = star;
			text = ++star_text;
		} else {
			return false;
		}
	}
	return *pattern == '\0';
}

bool glob_is_pattern(const char *s)
{
	return s[strcspn(s, "*?[\\")] != '\0';
}

/* ---- many patterns, one text ---- */

void glob_init(struct glob *g, const char *text, size_t text_len)
{
	g->text = text;
	g->text_len = text_len;
	g->places = g->local;
	g->n_places = ARRAY_SIZE(g->local);
	g->failed = false;
}

void glob_fini(struct glob *g)
{
	if (g->places != g->local)
		free(g->places);
}

static bool reserve(struct glob *g, size_t n)
{
	if (_likely_(n <= g->n_places))
		return true;

	uint32_t *places = malloc(2 * n * sizeof(*places));
	if (!places) {
		g->failed = true;
		return false;
	}
	memcpy(places, g->places, g->n_places * sizeof(*places));
	glob_fini(g);
	g->places = places;
	g->n_places = 2 * n;
	return true;
}

struct glob_at glob_begin(struct glob *g)
{
	g->places[0] = 0;
	return (struct glob_at){ .n = 1 };
}

struct glob_at glob_branch(struct glob *g, const struct glob_at *from)
{
	struct glob_at at = *from;

	at.start = from->start + from->n;
	if (!reserve(g, (size_t)at.start + at.n + 1))
		at.n = 0;
	else
		memcpy(g->places + at.start, g->places + from->start,
		       at.n * sizeof(*g->places));
	return at;
}

/* Sets the list's length after it was filtered in place. */
static bool set_length(struct glob *g, struct glob_at *at, uint32_t n)
{
	at->n = n;
	if (n > 0)
		at->low = g->places[at->start];
	return n > 0;
}

/* Appends a place to the list under construction. */
static bool append(struct glob *g, struct glob_at *at, uint32_t n, size_t place)
{
	if (!reserve(g, (size_t)at->start + n + 1))
		return false;
	g->places[at->start + n] = (uint32_t)place;
	return true;
}

static bool step_literal(struct glob *g, struct glob_at *at, char c)
{
	uint32_t n = 0;

	if (!at->everything) {
		uint32_t *list = g->places + at->start;

		/* The text's NUL at its end equals no pattern byte. */
		for (uint32_t i = 0; i < at->n; i++)
			if (g->text[list[i]] == c)
				list[n++] = list[i] + 1;
		return set_length(g, at, n);
	}
	at->everything = false;
	for (size_t from = at->low; from < g->text_len; n++) {
		const char *found = memchr(g->text + from, c, g->text_len - from);

		if (!found)
			break;
		from = (size_t)(found - g->text) + 1;
		if (!append(g, at, n, from))
			break;
	}
	return set_length(g, at, n);
}

static bool step_any(struct glob *g, struct glob_at *at)
{
	if (at->everything)
		return ++at->low <= g->text_len;

	uint32_t *list = g->places + at->start, n = at->n;

	if (n > 0 && list[n - 1] == g->text_len)
		n--;
	for (uint32_t i = 0; i < n; i++)
		list[i]++;
	return set_length(g, at, n);
}

/* The bracket from b (behind its '[') is whole and has no odd bytes. */
static bool step_bracket(struct glob *g, struct glob_at *at, const char *b)
{
	uint32_t n = 0;
	const char *end;

	at->mode = GLOB_PLAIN;
	if (!at->everything) {
		uint32_t *list = g->places + at->start;

		for (uint32_t i = 0; i < at->n; i++)
			if (list[i] < g->text_len &&
			    bracket(b, (unsigned char)g->text[list[i]], &end) ==
				    BRACKET_YES)
				list[n++] = list[i] + 1;
		return set_length(g, at, n);
	}
	at->everything = false;
	for (size_t p = at->low; p < g->text_len; p++)
		if (bracket(b, (unsigned char)g->text[p], &end) == BRACKET_YES &&
		    append(g, at, n, p + 1))
			n++;
	return set_length(g, at, n);
}

/* Inside a bracket: waits for its end, then takes it as one element. */
static bool in_bracket(struct glob *g, struct glob_at *at, const char *pattern, size_t i)
{
	size_t first = at->bracket + 1;

	if (pattern[first] == '!' || pattern[first] == '^')
		first++;
	if (pattern[i] == '[' || pattern[i] == '\\')
		at->mode = GLOB_OPAQUE;
	else if (pattern[i] == ']' && i > first)
		return step_bracket(g, at, pattern + at->bracket + 1);
	return true;
}

static bool step_plain(struct glob *g, struct glob_at *at, const char *pattern, size_t i)
{
	switch (pattern[i]) {
	case '*':
		at->everything = true;
		at->n = 0;
		return true;
	case '?':
		return step_any(g, at);
	case '[':
		at->mode = GLOB_BRACKET;
		at->bracket = (uint32_t)i;
		return at->low < g->text_len;
	case '\\':
		at->mode = GLOB_ESCAPE;
		return at->low < g->text_len;
	default:
		return step_literal(g, at, pattern[i]);
	}
}

bool glob_step(struct glob *g, struct glob_at *at, const char *pattern, size_t i)
{
	switch (at->mode) {
	case GLOB_PLAIN:
		return step_plain(g, at, pattern, i);
	case GLOB_ESCAPE:
		at->mode = GLOB_PLAIN;
		return step_literal(g, at, pattern[i]);
	case GLOB_BRACKET:
		return in_bracket(g, at, pattern, i);
	default:
		return true;
	}
}

bool glob_done(const struct glob *g, const struct glob_at *at, const char *pattern)
{
	switch (at->mode) {
	case GLOB_PLAIN:
		break;
	case GLOB_ESCAPE:
		return false;
	default: /* a bracket that is odd, or that has no end */
		return glob_match(pattern, g->text);
	}
	if (at->everything)
		return true;
	return at->n > 0 && g->places[at->start + at->n - 1] == g->text_len;
}
