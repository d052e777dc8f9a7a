/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Shell patterns: what fnmatch(3) with flags 0 does in the C locale, in every locale and
 * with every libc, and never in more than pattern times text steps.
 *
 *	*      any bytes, also '/' and a leading '.'
 *	?      one byte
 *	[...]  one byte of a set: ranges, ! or ^ negates, [:class:], [=x=], [.x.]
 *	\x     x itself; inside brackets too
 *
 * A '[' without its ']' is an ordinary byte. An unknown class matches nothing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "shared/macro.h"

bool glob_match(const char *pattern, const char *text) _pure_;
/* False when the first bytes say already that it cannot match. */
static inline bool glob_may_match(const char *pattern, const char *text)
{
	return *pattern == *text || *pattern == '*' || *pattern == '?' || *pattern == '[' ||
	       *pattern == '\\';
}
/* Could the pattern match anything but itself? Has it one of * ? [ or a backslash? */
bool glob_is_pattern(const char *s) _pure_;

/*
 * One text against many patterns that share beginnings, as in a radix tree: a struct
 * glob_at is the set of places in the text which the pattern bytes so far can have
 * reached. It is copied to branch (glob_branch) and moved on byte by byte (glob_step).
 *
 *	text  s v 0 0 1 d 0 0 1 b c 0 C          pattern  *0 1
 *	             ^ ^     ^ ^     ^           after *0: reached behind any '0'
 *	               ^       ^                 after *01
 *
 * After a '*' the set is "everything from low", else a short ascending list on the
 * stack of g, from its start; a branch's list lies behind that of its parent.
 */
struct glob {
	const char *text;
	size_t text_len;
	uint32_t *places; /* local until it must grow */
	size_t n_places;
	bool failed; /* out of memory: sets may be incomplete */
	uint32_t local[128];
};

enum glob_mode {
	GLOB_PLAIN,
	GLOB_ESCAPE,  /* behind a backslash */
	GLOB_BRACKET, /* behind a '[' whose end is not seen yet */
	GLOB_OPAQUE, /* a bracket too odd to follow: glob_done looks at the whole pattern */
};

struct glob_at {
	uint32_t start, n; /* the list, when not everything */
	uint32_t low;      /* smallest place */
	uint32_t bracket;  /* pattern offset of the open '[' */
	uint8_t mode;
	bool everything;
};

void glob_init(struct glob *g, const char *text, size_t text_len);
void glob_fini(struct glob *g);
/* The set before the first pattern byte. */
struct glob_at glob_begin(struct glob *g);
/* A copy of from to move on by itself; only one branch of a set is in use at a time. */
struct glob_at glob_branch(struct glob *g, const struct glob_at *from);
/* Moves on by pattern[i]; bytes before i have been taken. False when nothing can match any more. */
bool glob_step(struct glob *g, struct glob_at *at, const char *pattern, size_t i);
/* Does the pattern that ends here (NUL-terminated) match the whole text? */
bool glob_done(const struct glob *g, const struct glob_at *at, const char *pattern);
