/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/columns.h"

#include <errno.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/str.h"
#include "tools/tool.h"

void columns_init(struct columns *c, const struct columns_head *heads, size_t n)
{
	*c = (struct columns){ .heads = heads, .n = n, .arena = ARENA_INIT };
}

void columns_fini(struct columns *c)
{
	vec_fini(&c->rows);
	arena_fini(&c->arena);
}

size_t columns_add(struct columns *c, size_t parent, const char *const *cells)
{
	struct columns_row row = {
		parent, COLUMNS_NO_PARENT, COLUMNS_NO_PARENT, COLUMNS_NO_PARENT, { NULL }
	};
	size_t at = c->rows.n;

	for (size_t i = 0; i < c->n; i++) {
		_cleanup_free_ char *text = str_printable(cells[i], "");

		row.cells[i] = text ? arena_strdup(&c->arena, text) : NULL;
		c->failed |= !row.cells[i];
	}
	if (c->failed || !vec_push(&c->rows, row)) {
		c->failed = true;
		return COLUMNS_NO_PARENT;
	}
	if (parent != COLUMNS_NO_PARENT) {
		struct columns_row *above = &c->rows.at[parent];

		if (above->last == COLUMNS_NO_PARENT)
			above->first = at;
		else
			c->rows.at[above->last].next = at;
		above->last = at;
	}
	return at;
}

int columns_print(const struct columns *c, FILE *out)
{
	int r = columns_print_smart(c, out);

	return r == -ENOSYS || r == -ENOENT ? columns_print_plain(c, out) : r;
}

/* ---- drawn here ---- */

/* Characters, not bytes: cells are valid UTF-8. */
static size_t width_of(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* The branches in front of a row: a column for every row above it but the first. */
static void put_branches(const struct columns *c, size_t row, struct strbuf *out)
{
	size_t parent = c->rows.at[row].parent;
	size_t begin = out->len, above;

	if (parent == COLUMNS_NO_PARENT)
		return;
	/* From the row upwards, each piece put in front of the others. */
	for (above = parent; c->rows.at[above].parent != COLUMNS_NO_PARENT;
	     above = c->rows.at[above].parent) {
		bool more = c->rows.at[above].next != COLUMNS_NO_PARENT;

		if (!strbuf_reserve(out, 2))
			return;
		memmove(out->data + begin + 2, out->data + begin, out->len - begin + 1);
		memcpy(out->data + begin, more ? "| " : "  ", 2);
		out->len += 2;
	}
	strbuf_adds(out, c->rows.at[row].next != COLUMNS_NO_PARENT ? "|-" : "`-");
}

static size_t depth_of(const struct columns *c, size_t row)
{
	size_t depth = 0;

	for (; c->rows.at[row].parent != COLUMNS_NO_PARENT; row = c->rows.at[row].parent)
		depth++;
	return depth;
}

static void measure(const struct columns *c, size_t widths[COLUMNS_MAX])
{
	for (size_t i = 0; i < c->n; i++) {
		widths[i] = width_of(c->heads[i].name);
		for (size_t row = 0; row < c->rows.n; row++) {
			size_t width = width_of(c->rows.at[row].cells[i]);

			if (c->heads[i].tree)
				width += 2 * depth_of(c, row);
			if (width > widths[i])
				widths[i] = width;
		}
	}
}

static void put_cell(const struct columns *c, size_t i, size_t width, const char *text,
		     struct strbuf *out)
{
	size_t have = width_of(text), blanks = width > have ? width - have : 0;
	bool last = i + 1 == c->n;

	if (c->heads[i].right)
		strbuf_addf(out, "%*s", (int)blanks, "");
	strbuf_adds(out, text);
	if (!c->heads[i].right && !last)
		strbuf_addf(out, "%*s", (int)blanks, "");
	strbuf_addc(out, last ? '\n' : ' ');
}

static void put_row(const struct columns *c, size_t row, const size_t *widths,
		    struct strbuf *out)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < c->n; i++) {
		strbuf_truncate(&text, 0);
		if (c->heads[i].tree)
			put_branches(c, row, &text);
		strbuf_adds(&text, c->rows.at[row].cells[i]);
		put_cell(c, i, widths[i], strbuf_str(&text), out);
		out->failed |= !strbuf_ok(&text);
	}
}

/* Rows in the order of the tree; a row goes up again when it has no next one. */
static size_t next_row(const struct columns *c, size_t row)
{
	if (c->rows.at[row].first != COLUMNS_NO_PARENT)
		return c->rows.at[row].first;
	while (row != COLUMNS_NO_PARENT && c->rows.at[row].next == COLUMNS_NO_PARENT)
		row = c->rows.at[row].parent;
	return row == COLUMNS_NO_PARENT ? row : c->rows.at[row].next;
}

int columns_print_plain(const struct columns *c, FILE *out)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	size_t widths[COLUMNS_MAX] = { 0 };

	measure(c, widths);
	for (size_t i = 0; i < c->n; i++)
		put_cell(c, i, widths[i], c->heads[i].name, &text);
	for (size_t top = 0; top < c->rows.n; top++) {
		if (c->rows.at[top].parent != COLUMNS_NO_PARENT)
			continue;
		for (size_t row = top; row != COLUMNS_NO_PARENT; row = next_row(c, row))
			put_row(c, row, widths, &text);
	}
	if (c->failed || !strbuf_ok(&text))
		return -ENOMEM;
	tool_put_value(out, strbuf_str(&text));
	return 0;
}
