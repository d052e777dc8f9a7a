/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/lib/indexed.h"

#include <stdio.h>
#include <string.h>

#include "libkmod/index/index-write.h"
#include "libkmod/name.h"
#include "shared/vec.h"
#include "testsuite/lib/ts.h"

struct entries {
	VEC(struct index_entry) at;
};

static void add(struct entries *e, const char *key, const char *value)
{
	struct index_entry entry = { key, value, (uint32_t)e->at.n };

	ck_assert(vec_push(&e->at, entry));
}

static void write_index(struct entries *e, const char *name)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	ck_assert_int_eq(index_write(e->at.at, e->at.n, &out), 0);
	ts_write_bytes(ts_fmt(TS_MODULES "/%s", name), out.data, out.len);
	vec_fini(&e->at);
}

/* The next line of *text as a string of its own; NULL at the end. */
static char *next_line(const char **text)
{
	size_t len = strcspn(*text, "\n");
	char *line;

	if (**text == '\0')
		return NULL;
	line = (char *)ts_fmt("%.*s", (int)len, *text);
	*text += len + ((*text)[len] == '\n');
	return line;
}

void indexed_deps(const char *text)
{
	struct entries entries = { 0 };
	const char *rest = text;
	char *line;

	while ((line = next_line(&rest))) {
		const char *file = ts_fmt(TS_MODULES "/%.*s", (int)strcspn(line, ":"),
					  line);
		char name[NAME_SIZE];

		name_from_path(file, name);
		add(&entries, ts_fmt("%s", name), line);
		if (!ts_exists(file))
			ts_write(file, "no module at all\n");
	}
	ts_write(TS_MODULES "/modules.dep", text);
	write_index(&entries, "modules.dep.bin");
}

/* Lines "KEY VALUE"; keys get prefix. */
static void write_pairs(const char *text, const char *prefix, const char *file)
{
	struct entries entries = { 0 };
	char *line;

	while ((line = next_line(&text))) {
		char *blank = strchr(line, ' ');

		if (blank)
			*blank = '\0';
		add(&entries, ts_fmt("%s%s", prefix, line), blank ? blank + 1 : "");
	}
	write_index(&entries, file);
}

void indexed_aliases(const char *text)
{
	write_pairs(text, "", "modules.alias.bin");
}

void indexed_symbols(const char *text)
{
	write_pairs(text, "symbol:", "modules.symbols.bin");
}

void indexed_builtin(const char *text)
{
	write_pairs(text, "", "modules.builtin.bin");
}
