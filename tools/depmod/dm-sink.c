/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/str.h"

void dm_sink_init(struct dm_sink *s, bool want_text, bool want_index)
{
	*s = (struct dm_sink){
		.want_text = want_text,
		.want_index = want_index,
		.arena = ARENA_INIT,
		.diags = DM_DIAGS_INIT,
	};
}

void dm_sink_fini(struct dm_sink *s)
{
	strbuf_fini(&s->text);
	vec_fini(&s->entries);
	arena_fini(&s->arena);
	dm_diags_fini(&s->diags);
}

void dm_sink_line(struct dm_sink *s, const char *a, const char *b, const char *c)
{
	size_t a_len = strlen(a), b_len = b ? strlen(b) : 0, c_len = c ? strlen(c) : 0;
	char *p;

	if (!s->want_text || !strbuf_reserve(&s->text, a_len + b_len + c_len + 3))
		return;
	p = s->text.data + s->text.len;
	p = str_put(p, a, a_len);
	if (b) {
		*p++ = ' ';
		p = str_put(p, b, b_len);
	}
	if (c) {
		*p++ = ' ';
		p = str_put(p, c, c_len);
	}
	*p++ = '\n';
	*p = '\0';
	s->text.len = (size_t)(p - s->text.data);
}

/* Values may have any length; keys must fit a reader's path. */
static bool is_7bit(const char *s)
{
	unsigned char seen = 0;

	for (; *s; s++)
		seen |= (unsigned char)*s;
	return seen < 0x80;
}

int dm_sink_entry(struct dm_sink *s, const char *key, const char *value,
		  uint32_t priority, const char *module)
{
	struct index_entry *e;

	if (!s->want_index)
		return 0;
	if (!index_can_hold(key) || !is_7bit(value)) {
		dm_warn(&s->diags,
			"module %s: the binary index cannot hold '%s', left out", module,
			index_can_hold(key) ? value : key);
		return 0;
	}
	e = vec_add(&s->entries);
	if (!e)
		return -ENOMEM;
	*e = (struct index_entry){ .key = key, .value = value, .priority = priority };
	return 0;
}

int dm_sink_alias(struct dm_sink *s, const char *alias, const char *value,
		  uint32_t priority)
{
	const char *key = alias;
	char *copy;

	if (!s->want_index)
		return 0;
	/* Most aliases are normalised as they stand. */
	if (alias[strcspn(alias, "-[]")] != '\0') {
		copy = arena_strdup(&s->arena, alias);
		if (!copy)
			return -ENOMEM;
		if (name_normalise_alias(copy) < 0) {
			dm_warn(&s->diags, "Unmatched bracket in %s", alias);
			return 0;
		}
		key = copy;
	}
	return dm_sink_entry(s, key, value, priority, value);
}

static int by_pair(const void *a, const void *b)
{
	const struct index_entry *x = *(const struct index_entry *const *)a;
	const struct index_entry *y = *(const struct index_entry *const *)b;
	int r = strcmp(x->key, y->key);

	return r != 0 ? r : strcmp(x->value, y->value);
}

int dm_sink_warn_duplicates(struct dm_sink *s, const char *kind)
{
	size_t n = s->entries.n;
	_cleanup_free_ const struct index_entry **sorted = calloc(n + 1, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		sorted[i] = &s->entries.at[i];
	qsort(sorted, n, sizeof(*sorted), by_pair);
	for (size_t i = 1; i < n; i++) {
		if (by_pair(&sorted[i - 1], &sorted[i]) == 0)
			dm_warn(&s->diags, "duplicate module %s:\n%s %s", kind,
				sorted[i]->key, sorted[i]->value);
	}
	return 0;
}
