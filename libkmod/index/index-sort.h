/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sorting entries for the writer: by key bytes, then priority, then later inserted first. */
#pragma once

#include "libkmod/index/index-write.h"

struct sort_item {
	uint64_t word; /* of the key at the depth being sorted, first byte on top */
	const char *key;
	uint32_t idx; /* of the entry */
	uint32_t key_len;
};

/* items[i] has key, idx = i and key_len of entries[i]. 0 or -ENOMEM. */
int index_sort(struct sort_item *items, size_t n,
	       const struct index_entry *entries) _must_check_;
