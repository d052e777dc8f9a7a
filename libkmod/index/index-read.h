/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lookup in a binary index.
 *
 * The file is read into memory of our own (not mapped): a file that shrinks or sits on
 * a bad disk must not kill the process. Immutable once open, so any number of threads
 * may search one index; the count of references is atomic. Every read is checked; a
 * damaged tree finds less, it never reads outside, loops or recurses without bound.
 */
#pragma once

#include <time.h>

#include "libkmod/index/index-format.h"
#include "shared/bytes.h"

struct index;

/*
 * -EINVAL: short, wrong magic or major version (index_header_problem() has words).
 * -ENODEV: no regular file. Else the errno of open or read.
 */
int index_open(const char *path, struct index **out) _must_check_;
/*
 * The same for a few lookups: the file stays open, and only what lookups touch is read. A
 * read error makes the lookup that met it fail.
 */
int index_open_briefly(const char *path, struct index **out) _must_check_;
/* Borrowed bytes, for tests and fuzzing. */
int index_from_bytes(struct bytes b, struct index **out) _must_check_;
/* Words for what they return. */
const char *index_open_error(int error);
struct index *index_ref(struct index *idx);
void index_unref(struct index *idx);
static inline void index_unrefp(struct index **idx)
{
	if (*idx)
		index_unref(*idx);
}

/*
 * Words for why path is no index, e.g. "magic check fail: 41414141 instead of b007f457",
 * written into buf; "" when the header is fine.
 */
const char *index_header_problem(struct bytes header, char *buf, size_t size);

/*
 * The first lookup that meets a node that cannot be read calls fn, once. Set it before idx
 * is shared.
 */
typedef void index_damage_fn(void *data, unsigned tag);
void index_on_damage(struct index *idx, index_damage_fn *fn, void *data, unsigned tag);

/* Of the file when it was opened; 0 for bytes. */
unsigned long long index_mtime_usec(const struct index *idx);

/* First stored value of exactly key: 1 found, 0 not, -errno. *value is owned by idx. */
int index_find(const struct index *idx, const char *key, const char **value) _must_check_;

struct index_hit {
	const char *value; /* owned by idx */
	uint32_t priority;
	const char *pattern; /* the key that matched; valid during the callback only */
};
typedef int index_hit_fn(void *data, const struct index_hit *hit);

/*
 * All values whose key, taken as a pattern, matches query; order of formats.md 1.8.
 * Walks the tree matching as it goes; a subtree is left as soon as a literal differs.
 * emit returns 0 to go on; anything else ends the walk and is returned. -ENOMEM.
 */
int index_match(const struct index *idx, const char *query, index_hit_fn *emit,
		void *data) _must_check_;

/* Every (key, value), keys ascending by byte, values by stored order. */
int index_walk(const struct index *idx, index_hit_fn *emit, void *data) _must_check_;

/* Is every node and value there? False for a file that was cut off. 1, 0 or -ENOMEM. */
int index_is_whole(const struct index *idx) _must_check_;

/* Nodes looked at by lookups of this thread since the last call; for the tests that guard complexity. */
unsigned long index_nodes_visited(void);
