/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libsmartcols, loaded when a table is printed. */
#include <errno.h>

#include "tools/columns.h"

#if ENABLE_SMARTCOLS
#include <langinfo.h>
#include <libsmartcols.h>
#include <string.h>

#include "libkmod/dlib.h"

DLIB_FUNCTION(scols_new_table);
DLIB_FUNCTION(scols_unref_table);
DLIB_FUNCTION(scols_table_new_column);
DLIB_FUNCTION(scols_table_new_line);
DLIB_FUNCTION(scols_line_set_data);
DLIB_FUNCTION(scols_table_enable_ascii);
DLIB_FUNCTION(scols_table_set_stream);
DLIB_FUNCTION(scols_print_table);

static const struct dlib_symbol symbols[] = {
	DLIB_SYMBOL(scols_new_table),        DLIB_SYMBOL(scols_unref_table),
	DLIB_SYMBOL(scols_table_new_column), DLIB_SYMBOL(scols_table_new_line),
	DLIB_SYMBOL(scols_line_set_data),    DLIB_SYMBOL(scols_table_enable_ascii),
	DLIB_SYMBOL(scols_table_set_stream), DLIB_SYMBOL(scols_print_table),
};
static struct dlib smartcols = DLIB_INIT("libsmartcols.so.1", symbols);
DLIB_NOTE("smartcols", "Tables that fit the terminal", "suggested", "libsmartcols.so.1");

static int add_columns(const struct columns *c, struct libscols_table *table)
{
	for (size_t i = 0; i < c->n; i++) {
		int flags = (c->heads[i].right ? SCOLS_FL_RIGHT : 0) |
			    (c->heads[i].tree ? SCOLS_FL_TREE : 0);

		if (!dlib_scols_table_new_column(table, c->heads[i].name, 0, flags))
			return -ENOMEM;
	}
	return 0;
}

static int add_lines(const struct columns *c, struct libscols_table *table)
{
	struct libscols_line **lines = calloc(c->rows.n + 1, sizeof(*lines));
	int r = lines ? 0 : -ENOMEM;

	for (size_t row = 0; r == 0 && row < c->rows.n; row++) {
		size_t parent = c->rows.at[row].parent;

		lines[row] = dlib_scols_table_new_line(
			table, parent == COLUMNS_NO_PARENT ? NULL : lines[parent]);
		r = lines[row] ? 0 : -ENOMEM;
		for (size_t i = 0; r == 0 && i < c->n; i++)
			r = dlib_scols_line_set_data(lines[row], i,
						     c->rows.at[row].cells[i]);
	}
	free(lines);
	return r;
}

int columns_print_smart(const struct columns *c, FILE *out)
{
	struct libscols_table *table;
	int r = dlib_load(&smartcols);

	if (r < 0)
		return r;
	table = dlib_scols_new_table();
	if (!table || c->failed)
		return -ENOMEM;
	dlib_scols_table_enable_ascii(table, strcmp(nl_langinfo(CODESET), "UTF-8") != 0);
	dlib_scols_table_set_stream(table, out);
	r = add_columns(c, table);
	if (r == 0)
		r = add_lines(c, table);
	/* It says nothing, not even the names of columns, of a table without lines. */
	if (r == 0 && c->rows.n == 0)
		r = -ENOENT;
	if (r == 0)
		r = dlib_scols_print_table(table);
	dlib_scols_unref_table(table);
	return r;
}

#else

int columns_print_smart(const struct columns *c _unused_, FILE *out _unused_)
{
	return -ENOSYS;
}

#endif
