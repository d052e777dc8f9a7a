/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-symbols.h"

#include <errno.h>
#include <string.h>

#include "shared/str.h"

int dm_symbols_merge(struct dm_worker *const *workers, unsigned n,
		     struct dm_intern **table)
{
	struct dm_intern *first = dm_worker_symbols(workers[0]);
	int r = 0;

	for (unsigned i = 1; r == 0 && i < n; i++)
		r = dm_intern_merge(first, dm_worker_symbols(workers[i]));
	if (r == 0)
		*table = first;
	return r;
}

void dm_symbols_settle(const struct dm_facts *facts, uint32_t n)
{
	for (uint32_t m = 0; m < n; m++) {
		for (uint32_t i = 0; i < facts[m].n_exports; i++) {
			struct dm_sym *sym = facts[m].exports[i].sym->canon;

			sym->owner = m;
			sym->crc = facts[m].exports[i].crc;
		}
	}
}

/* ---- the kernel's ---- */

static int add_kernel(struct dm_intern *table, struct bytes name, char prefix,
		      uint64_t crc)
{
	struct dm_sym *sym;

	if (prefix && name.len > 0 && *name.ptr == (unsigned char)prefix)
		name = bytes_of(name.ptr + 1, name.len - 1);
	sym = dm_intern(table, (const char *)name.ptr, name.len);
	if (!sym)
		return -ENOMEM;
	sym->owner = DM_KERNEL;
	sym->crc = crc;
	return 0;
}

static int add_always_there(struct dm_intern *table)
{
	static const char *const names[] = { "__this_module", "_GLOBAL_OFFSET_TABLE_",
					     "TOC." };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(names); i++)
		r = add_kernel(table, bytes_of(names[i], strlen(names[i])), 0, 0);
	return r;
}

struct lines {
	struct bytes rest;
	unsigned no;
};

static bool next_line(struct lines *l, struct bytes *line)
{
	const unsigned char *newline;

	if (l->rest.len == 0)
		return false;
	l->no++;
	newline = memchr(l->rest.ptr, '\n', l->rest.len);
	line->ptr = l->rest.ptr;
	line->len = newline ? (size_t)(newline - l->rest.ptr) : l->rest.len;
	l->rest.ptr += line->len + (newline != NULL);
	l->rest.len -= line->len + (newline != NULL);
	return true;
}

/* Cuts off a word that ends at a blank or TAB; false: there is none. */
static bool next_field(struct bytes *rest, struct bytes *field)
{
	size_t i = 0, begin;

	while (i < rest->len && (rest->ptr[i] == ' ' || rest->ptr[i] == '\t'))
		i++;
	begin = i;
	while (i < rest->len && rest->ptr[i] != ' ' && rest->ptr[i] != '\t')
		i++;
	if (i == begin || i == rest->len)
		return false;
	*field = bytes_of(rest->ptr + begin, i - begin);
	*rest = bytes_of(rest->ptr + i, rest->len - i);
	return true;
}

/* Text for a message and for str_to_u64; cut when it is absurdly long. */
static const char *field_text(struct bytes field, char buf[64])
{
	size_t len = field.len < 63 ? field.len : 63;

	memcpy(buf, field.ptr, len);
	buf[len] = '\0';
	return buf;
}

int dm_symbols_from_symvers(struct dm_intern *table, const char *file, struct bytes text,
			    char prefix, struct dm_diags *diags)
{
	struct lines lines = { text, 0 };
	struct bytes line, crc_text, name, where;
	int r = add_always_there(table);

	while (r == 0 && next_line(&lines, &line)) {
		char buf[64];
		uint64_t crc;

		/* compat: a line that ends behind the third field is skipped too. */
		if (!next_field(&line, &crc_text) || !next_field(&line, &name) ||
		    !next_field(&line, &where))
			continue;
		if (!bytes_equal(where, bytes_of("vmlinux", 7)))
			continue;
		if (str_to_u64(field_text(crc_text, buf), 16, &crc) < 0) {
			/* compat: the last word is what this line always ended with. */
			dm_err(diags, "%s:%u Invalid symbol version %s: Success", file,
			       lines.no, buf);
			continue;
		}
		r = add_kernel(table, name, prefix, crc);
	}
	return r;
}

int dm_symbols_from_system_map(struct dm_intern *table, const char *file,
			       struct bytes text, char prefix, struct dm_diags *diags)
{
	static const char mark[] = "__ksymtab_";
	struct lines lines = { text, 0 };
	struct bytes line;
	int r = add_always_there(table);

	while (r == 0 && next_line(&lines, &line)) {
		const unsigned char *p = memchr(line.ptr, ' ', line.len);
		const unsigned char *end = line.ptr + line.len;
		struct bytes name;

		p = p ? memchr(p + 1, ' ', (size_t)(end - p - 1)) : NULL;
		if (!p) {
			dm_err(diags, "%s:%u: invalid line: %.*s", file, lines.no,
			       (int)(line.len < 200 ? line.len : 200),
			       (const char *)line.ptr);
			continue;
		}
		name = bytes_of(p + 1, (size_t)(end - p - 1));
		if (prefix && name.len > 0 && *name.ptr == (unsigned char)prefix)
			name = bytes_of(name.ptr + 1, name.len - 1);
		if (!bytes_starts_with(name, mark, sizeof(mark) - 1))
			continue;
		name = bytes_of(name.ptr + sizeof(mark) - 1,
				name.len - (sizeof(mark) - 1));
		r = add_kernel(table, name, 0, 0);
	}
	return r;
}

/* ---- -e ---- */

static void check_import(const struct dm_module *m, const struct dm_sym *sym,
			 const struct dm_import_check *check, const char *dir,
			 bool versions, struct dm_diags *diags)
{
	const char *below = *m->path == '/' ? "" : dir;
	const char *slash = *m->path == '/' ? "" : "/";

	if (check->weak)
		return;
	if (sym->owner == DM_NOBODY)
		dm_warn(diags, "%s%s%s needs unknown symbol %s", below, slash, m->path,
			sym->name);
	else if (versions && sym->crc != check->crc)
		dm_warn(diags, "%s%s%s disagrees about version of symbol %s", below,
			slash, m->path, sym->name);
}

void dm_symbols_check(const struct dm_modules *modules, const struct dm_facts *facts,
		      const char *dir, bool versions, struct dm_diags *diags)
{
	for (size_t m = 0; m < modules->list.n; m++) {
		for (uint32_t i = 0; i < facts[m].n_checks; i++)
			check_import(&modules->list.at[m], facts[m].imports[i]->canon,
				     &facts[m].checks[i], dir, versions, diags);
	}
}
