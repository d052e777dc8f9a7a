/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All or nothing: a set of files appears in a directory together, or not at all.
 *
 *	publish_begin   opens the directory without following a last symlink's games,
 *	                takes its lock (flock on the directory fd: dies with its holder,
 *	                leaves no file), removes the litter of a killed run
 *	publish_write   writes one file to a temporary  .NAME.kmod-new  (fresh,
 *	                O_EXCL|O_NOFOLLOW), mode 0644, checks write and close
 *	publish_commit  flushes all (unless PUBLISH_NO_SYNC), renames all back to back,
 *	                syncs the directory, drops the lock
 *	publish_abort   removes every temporary, drops the lock
 *
 * After a failure the previous set is untouched, nothing temporary remains, and
 * publish_failed_name() names the file. publish_write may be called from several
 * threads at once for different names; the rest by one thread.
 */
#pragma once

#include <stdbool.h>

#include "shared/bytes.h"

enum publish_flags {
	PUBLISH_NO_SYNC = 1, /* skip flushing to stable storage */
};

struct publish;

int publish_begin(const char *dir, const char *const *names, unsigned flags, struct publish **out) _must_check_;
int publish_write(struct publish *p, const char *name, struct bytes content) _must_check_;
/* Frees p whatever happens. On failure the caller has p's diagnosis in *failed (caller frees; may be NULL). */
int publish_commit(struct publish *p, char **failed) _must_check_;
void publish_abort(struct publish *p);
/* Name of the file whose publish_write failed first, or NULL. */
const char *publish_failed_name(const struct publish *p);
