/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Public lists of facts: info, versions, symbols, sections. One list is one block of
 * memory, nodes first, their strings behind; every node's data points at the block:
 *
 *	+-------+---------+---------+-- - --+-----------------+
 *	| kind  | entry 0 | entry 1 |       | strings ... NUL |
 *	+-------+---------+---------+-- - --+-----------------+
 *
 * So a list of a thousand symbols costs one malloc and one free. A builder collects
 * entries while their number is not known, and entries_finish() makes the block.
 */
#pragma once

#include "libkmod/list.h"
#include "shared/strbuf.h"
#include "shared/vec.h"

struct entry {
	struct kmod_list node;
	const char *name;  /* info key, symbol, section */
	const char *value; /* info only */
	uint64_t number;   /* CRC or address */
	char bind;         /* dependency symbols only */
};

struct entry_draft {
	size_t name_off, value_off; /* into text */
	uint64_t number;
	char bind;
};
struct entries {
	VEC(struct entry_draft) drafts;
	struct strbuf text;
};
#define ENTRIES_INIT ((struct entries){ 0 })
#define _cleanup_entries_ __attribute__((cleanup(entries_fini)))
void entries_fini(struct entries *e);

/* Strings are cut at an embedded NUL. 0 or -ENOMEM. */
int entries_add(struct entries *e, struct bytes name, struct bytes value) _must_check_;
int entries_add_number(struct entries *e, struct bytes name, uint64_t number, char bind) _must_check_;
/* Number of entries, *out the list (NULL when empty); or -ENOMEM, *out untouched. Empties e. */
int entries_finish(struct entries *e, enum list_kind kind, struct kmod_list **out) _must_check_;

/* The entry behind a node of that kind; NULL for NULL or a node of another kind. */
const struct entry *entry_of(const struct kmod_list *node, enum list_kind kind);
/* Frees a whole list, given any of its nodes. NULL or another kind: no-op. */
void entries_free(struct kmod_list *list, enum list_kind kind);
