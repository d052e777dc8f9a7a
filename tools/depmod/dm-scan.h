/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walk: every module file below a directory becomes a candidate.
 *
 * Entries of one directory are taken in byte order, so what is found and what is said
 * does not depend on the file system. File types come from the directory itself; only
 * symbolic links, unknown types, and compressed files whose size matters are asked for
 * one by one. Directory links are followed: a loop is named once and left, and a
 * directory that is reachable in very many ways is not entered by all of them.
 */
#pragma once

#include "shared/arena.h"
#include "tools/depmod/dm-config.h"
#include "tools/depmod/dm-module.h"

struct dm_scan {
	struct arena arena; /* paths and names */
	struct dm_modules candidates;
	bool unread;   /* a directory could not be read: what is in it is missing */
	bool shortage; /* it stopped there, for want of descriptors or memory, or of the disk */
};

#define DM_SCAN_INIT ((struct dm_scan){ .arena = ARENA_INIT })

/*
 * Adds what is below dir. source 0: paths are relative to dir, else absolute. want_sizes:
 * of compressed files. 0, -ENOMEM, or the errno of opening dir; of a directory below it when
 * that is a shortage. Only the latter has been said.
 */
int dm_scan_dir(struct dm_scan *s, const char *dir, uint32_t source,
		const struct dm_config *config, bool want_sizes,
		struct dm_diags *diags) _must_check_;
/* Adds one file by hand: path as the indexes shall show it. */
int dm_scan_add(struct dm_scan *s, const char *path, uint32_t source,
		uint64_t size) _must_check_;
void dm_scan_fini(struct dm_scan *s);
