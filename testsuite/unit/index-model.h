/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pattern lookup as its description says, without a tree: every key is looked at.
 *
 *	matches   no wildcard and equal; or the part before the first wildcard begins the
 *	          query and fnmatch() does the rest
 *	visits    keys that leave the query early before those that leave it late; '*'
 *	          before '?' before '['; then by bytes, a longer key before its beginning;
 *	          values of one key as stored. The key without wildcards is the last
 *	results   the visits from back to front, ascending by priority
 *
 * Holds for queries without wildcards of their own.
 */
#pragma once

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "libkmod/index/index-write.h"

struct model_hit {
	const struct index_entry *entry;
	size_t head_len, seq;
	bool has_wildcard;
};

static inline int model_wildcard_rank(char c)
{
	return c == '*' ? 0 : c == '?' ? 1 : 2;
}

/* By bytes, where the end comes behind everything. */
static inline int model_compare_keys(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b ? 0 : *a == '\0' ? 1 : *b == '\0' ? -1 : *a < *b ? -1 : 1;
}

static inline int model_compare_visits(const void *pa, const void *pb)
{
	const struct model_hit *a = pa, *b = pb;
	const char *ka = a->entry->key + a->head_len, *kb = b->entry->key + b->head_len;
	int r = 0;

	if (a->has_wildcard != b->has_wildcard)
		return a->has_wildcard ? -1 : 1;
	if (a->head_len != b->head_len)
		return a->head_len < b->head_len ? -1 : 1;
	if (a->has_wildcard)
		r = model_wildcard_rank(*ka) - model_wildcard_rank(*kb);
	if (r == 0)
		r = model_compare_keys(ka, kb);
	return r != 0 ? r : a->seq < b->seq ? -1 : 1;
}

static inline int model_compare_results(const void *pa, const void *pb)
{
	const struct model_hit *a = pa, *b = pb;

	if (a->entry->priority != b->entry->priority)
		return a->entry->priority < b->entry->priority ? -1 : 1;
	return a->seq > b->seq ? -1 : 1;
}

static inline bool model_matches(const char *key, const char *query, size_t *head_len,
				 bool *has_wildcard)
{
	*head_len = strcspn(key, "*?[");
	*has_wildcard = key[*head_len] != '\0';
	if (!*has_wildcard)
		return strcmp(key, query) == 0;
	return strncmp(key, query, *head_len) == 0 &&
	       fnmatch(key + *head_len, query + *head_len, 0) == 0;
}

/* entries as index_write leaves them. Puts up to n hits, in result order, into out; their number. */
static inline size_t model_match(const struct index_entry *entries, size_t n,
				 const char *query, struct model_hit *out)
{
	size_t n_hits = 0;

	for (size_t i = 0; i < n; i++) {
		struct model_hit hit = { .entry = &entries[i], .seq = i };

		if (model_matches(entries[i].key, query, &hit.head_len,
				  &hit.has_wildcard))
			out[n_hits++] = hit;
	}
	qsort(out, n_hits, sizeof(*out), model_compare_visits);
	for (size_t i = 0; i < n_hits; i++)
		out[i].seq = i;
	qsort(out, n_hits, sizeof(*out), model_compare_results);
	return n_hits;
}
