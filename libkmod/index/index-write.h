/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Entries to index bytes: sorts by key, then emits the radix tree pre-order straight
 * from the sorted array, patching child references as they become known. No tree is
 * ever built in memory.
 */
#pragma once

#include "libkmod/index/index-format.h"
#include "shared/strbuf.h"

struct index_entry {
	const char *key;   /* borrowed */
	const char *value; /* borrowed */
	uint32_t priority;
};

/*
 * Reorders entries (its order on entry is the insertion order, which decides ties). Keys
 * or values with bytes >= 0x80 are the caller's to leave out: -EILSEQ. -EFBIG when the
 * format's 256 MiB are exceeded, -ENOMEM.
 */
int index_write(struct index_entry *entries, size_t n, struct strbuf *out) _must_check_;
/* May s be stored: only 7-bit bytes, and short enough for readers? */
bool index_can_hold(const char *s) _pure_;
