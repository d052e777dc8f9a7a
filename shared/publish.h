/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All or nothing: a set of files appears in a directory together, or not at all.
 *
 *	publish_begin   opens the directory (all else is relative to that fd), takes
 *	                its lock (flock on a file of mode 0600 there: dies with its
 *	                holder, cannot be held by strangers, is removed in the end),
 *	                removes the litter of a killed run
 *	publish_write   writes one file to a temporary  .NAME.kmod-new  (fresh,
 *	                O_EXCL|O_NOFOLLOW), mode 0644, checks write and close
 *	publish_commit  flushes all (unless PUBLISH_NO_SYNC), gives all their names back
 *	                to back, in the order of names, syncs the directory, removes the
 *	                old ones, drops the lock
 *	publish_abort   removes every temporary, drops the lock
 *
 * After a failure the previous set is untouched, nothing temporary remains, and the
 * file is named (publish_failed_name(), *failed): a new file swaps its name with the old
 * one, and until the last has its place all can be swapped back. The exception is a file
 * system without RENAME_EXCHANGE: there files renamed before the one that failed stay,
 * each of them whole. A reader never sees a damaged file.
 *
 * publish_write may be called from several threads at once for different names; the
 * rest by one thread.
 */
#pragma once

#include <stdbool.h>

#include "shared/bytes.h"

enum publish_flags {
	PUBLISH_NO_SYNC = 1, /* skip flushing to stable storage */
};

struct publish;

/*
 * names (NULL-terminated) are all the files this set may hold; none has a '/'. After a
 * failure *culprit is the file in dir that is to blame, or NULL for dir itself.
 */
int publish_begin(const char *dir, const char *const *names, unsigned flags,
		  struct publish **out, const char **culprit) _must_check_;
/* One of names, once; -EINVAL for another. A name that is not written stays as it is. */
int publish_write(struct publish *p, const char *name, struct bytes content) _must_check_;
/*
 * Frees p whatever happens. On failure the caller has p's diagnosis in *failed (caller
 * frees; may be NULL). After a failed publish_write it only cleans up and reports that.
 */
int publish_commit(struct publish *p, char **failed) _must_check_;
void publish_abort(struct publish *p);
/* Name of the file whose publish_write failed first, or NULL. */
const char *publish_failed_name(const struct publish *p);
