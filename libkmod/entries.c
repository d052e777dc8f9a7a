/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/entries.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

struct block {
	enum list_kind kind; /* first, see list_is() */
	struct entry entries[];
};

void entries_fini(struct entries *e)
{
	vec_fini(&e->drafts);
	strbuf_fini(&e->text);
}

static size_t add_text(struct entries *e, struct bytes text)
{
	size_t off = e->text.len;

	if (text.len)
		strbuf_add(&e->text, text.ptr, strnlen((const char *)text.ptr, text.len));
	strbuf_addc(&e->text, '\0');
	return off;
}

static int add_draft(struct entries *e, const struct entry_draft *draft)
{
	return strbuf_ok(&e->text) && vec_push(&e->drafts, *draft) ? 0 : -ENOMEM;
}

int entries_add(struct entries *e, struct bytes name, struct bytes value)
{
	struct entry_draft draft = { 0 };

	draft.name_off = add_text(e, name);
	draft.value_off = add_text(e, value);
	return add_draft(e, &draft);
}

int entries_add_number(struct entries *e, struct bytes name, uint64_t number, char bind)
{
	struct entry_draft draft = { .number = number, .bind = bind };

	draft.name_off = draft.value_off = add_text(e, name);
	return add_draft(e, &draft);
}

/* Links n neighbours into a circle. */
static void chain(struct entry *entries, size_t n, void *data)
{
	for (size_t i = 0; i < n; i++) {
		entries[i].node.next = &entries[(i + 1) % n].node;
		entries[i].node.prev = &entries[(i + n - 1) % n].node;
		entries[i].node.data = data;
	}
}

int entries_finish(struct entries *e, enum list_kind kind, struct kmod_list **out)
{
	size_t n = e->drafts.n;
	struct block *block;
	char *text;

	if (n == 0) {
		*out = NULL;
		return 0;
	}
	block = malloc(sizeof(*block) + n * sizeof(block->entries[0]) + e->text.len);
	if (!block)
		return -ENOMEM;
	block->kind = kind;
	text = (char *)&block->entries[n];
	memcpy(text, e->text.data, e->text.len);
	for (size_t i = 0; i < n; i++) {
		const struct entry_draft *draft = &e->drafts.at[i];

		block->entries[i] = (struct entry){
			.name = text + draft->name_off,
			.value = text + draft->value_off,
			.number = draft->number,
			.bind = draft->bind,
		};
	}
	chain(block->entries, n, block);
	*out = &block->entries[0].node;
	entries_fini(e);
	return (int)n;
}

const struct entry *entry_of(const struct kmod_list *node, enum list_kind kind)
{
	if (!list_is(node, kind))
		return NULL;
	return (const struct entry *)((const char *)node - offsetof(struct entry, node));
}

void entries_free(struct kmod_list *list, enum list_kind kind)
{
	if (list_is(list, kind))
		free(list->data);
}
