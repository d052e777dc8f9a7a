/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The circular double chain:
 *
 *	     handle
 *	       v
 *	 .-> first <-> second <-> ... <-> last <-.
 *	 '----------------------------------------'
 */
#include "libkmod/list.h"

static struct kmod_list *insert_before_handle(struct kmod_list *handle, void *data)
{
	struct kmod_list *node = malloc(sizeof(*node));

	if (!node)
		return NULL;
	*node = (struct kmod_list){ .next = node, .prev = node, .data = data };
	return list_join(handle, node) ? node : NULL;
}

bool list_append(struct kmod_list **list, void *data)
{
	struct kmod_list *node = insert_before_handle(*list, data);

	if (node && !*list)
		*list = node;
	return node != NULL;
}

bool list_prepend(struct kmod_list **list, void *data)
{
	/* In a circle the place behind the last is the place before the first. */
	struct kmod_list *node = insert_before_handle(*list, data);

	if (node)
		*list = node;
	return node != NULL;
}

struct kmod_list *list_join(struct kmod_list *a, struct kmod_list *b)
{
	struct kmod_list *last_a, *last_b;

	if (!a || !b)
		return a ? a : b;
	last_a = a->prev;
	last_b = b->prev;
	last_a->next = b;
	b->prev = last_a;
	last_b->next = a;
	a->prev = last_b;
	return a;
}

void *list_take_first(struct kmod_list **list)
{
	struct kmod_list *first = *list;
	void *data = first->data;

	*list = first->next == first ? NULL : first->next;
	first->prev->next = first->next;
	first->next->prev = first->prev;
	free(first);
	return data;
}

void list_free(struct kmod_list *list, void (*release)(void *data))
{
	while (list) {
		void *data = list_take_first(&list);

		if (release)
			release(data);
	}
}

bool list_is(const struct kmod_list *entry, enum list_kind kind)
{
	return entry && entry->data && *(const enum list_kind *)entry->data == kind;
}

struct kmod_list *kmod_list_last(const struct kmod_list *list)
{
	return list ? list->prev : NULL;
}

struct kmod_list *kmod_list_next(const struct kmod_list *list, const struct kmod_list *curr)
{
	if (!list || !curr || curr->next == list)
		return NULL;
	return curr->next;
}

struct kmod_list *kmod_list_prev(const struct kmod_list *list, const struct kmod_list *curr)
{
	if (!list || !curr || curr == list)
		return NULL;
	return curr->prev;
}
