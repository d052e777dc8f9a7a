/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * struct kmod_list: the public list. A circular double chain whose handle is its
 * first node, NULL when empty. Nodes own nothing but themselves; what data is and
 * who releases it is settled by the room that made the list.
 *
 * Two kinds reach callers: lists of modules (one node per allocation, data is the
 * module) and lists of facts (entries.h). What data points to begins with its kind, so
 * that an accessor given an entry of another list answers like for NULL (D37).
 */
#pragma once

#include <stdbool.h>

#include "libkmod/libkmod.h"
#include "shared/macro.h"

enum list_kind {
	LIST_OF_MODULES = 1,
	LIST_OF_INFO,
	LIST_OF_VERSIONS,
	LIST_OF_SYMBOLS,
	LIST_OF_DEPENDENCY_SYMBOLS,
	LIST_OF_SECTIONS,
};

struct kmod_list {
	struct kmod_list *next;
	struct kmod_list *prev;
	void *data;
};

/* Adds a node behind the last / before the first. False when out of memory, list unchanged. */
bool list_append(struct kmod_list **list, void *data) _must_check_;
bool list_prepend(struct kmod_list **list, void *data) _must_check_;
/* Splices b behind a; either may be NULL. Returns the new handle. */
struct kmod_list *list_join(struct kmod_list *a, struct kmod_list *b);
/* Unlinks and frees the first node; returns its data. *list must not be NULL. */
void *list_take_first(struct kmod_list **list);
/* Frees all nodes, calling release (may be NULL) on each data. */
void list_free(struct kmod_list *list, void (*release)(void *data));
/* Is this an entry of a public list of that kind? False for NULL. Only for lists callers hold. */
bool list_is(const struct kmod_list *entry, enum list_kind kind);
