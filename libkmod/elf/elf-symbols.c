/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One walk over .symtab gives either side:
 *
 *	__crc_NAME               an export with a CRC: the value, or where the CRC stands
 *	__ksymtab_NAME, defined  an export, on kernels without symbol versions
 *	NAME, undefined          an import
 *
 * A strtab is used up to its last NUL, so that every offset below its length is a
 * string. Depmod walks the symbols of thousands of modules here: no allocation unless
 * CRCs of imports are asked for.
 */
#include "libkmod/elf/elf-symbols.h"

#include <errno.h>

#include "libkmod/elf/elf-load.h"
#include "libkmod/elf/elf-versions.h"
#include "shared/cleanup.h"
#include "shared/map.h"

#define CRC_PREFIX "__crc_"
#define CRC_PREFIX_LEN (sizeof(CRC_PREFIX) - 1)
#define KSYMTAB_PREFIX "__ksymtab_"
#define KSYMTAB_PREFIX_LEN (sizeof(KSYMTAB_PREFIX) - 1)

#define SHN_UNDEF 0
#define SHN_ABS 0xfff1
#define STB_WEAK 2
#define STT_SPARC_REGISTER 13
#define EM_SPARC 2
#define EM_SPARCV9 43

struct symtab {
	const struct elf *elf;
	const unsigned char *entries;
	size_t n;
	size_t entry_size;
	struct bytes strings; /* ends in NUL */
	bool swap;
};

/* Cuts what follows the last NUL. */
static struct bytes whole_strings(struct bytes b)
{
	while (b.len > 0 && b.ptr[b.len - 1] != '\0')
		b.len--;
	return b.len > 0 ? b : BYTES_NONE;
}

/* 1 there and of a good size, 0 not, -errno */
static int symtab_open(const struct elf *elf, struct symtab *out)
{
	size_t entry_size = elf->is64 ? 24 : 16;
	struct bytes entries, strings;
	int r;

	r = elf_known_read(elf, ELF_SYMTAB, &entries);
	if (r > 0)
		r = elf_known_read(elf, ELF_STRTAB, &strings);
	if (r <= 0)
		return r;
	if (entries.len % entry_size != 0)
		return 0;
	*out = (struct symtab){
		.elf = elf,
		.entries = entries.ptr,
		.n = entries.len / entry_size,
		.entry_size = entry_size,
		.strings = whole_strings(strings),
		.swap = load_swaps(elf->big),
	};
	return 1;
}

static inline uint32_t symtab_name(const struct symtab *t, size_t i)
{
	return load_u32(t->entries + i * t->entry_size, t->swap);
}

static inline uint16_t symtab_section(const struct symtab *t, size_t i)
{
	return load_u16(t->entries + i * t->entry_size + (t->elf->is64 ? 6 : 14), t->swap);
}

static inline uint8_t symtab_info(const struct symtab *t, size_t i)
{
	return t->entries[i * t->entry_size + (t->elf->is64 ? 4 : 12)];
}

static inline uint64_t symtab_value(const struct symtab *t, size_t i)
{
	const unsigned char *e = t->entries + i * t->entry_size;

	return t->elf->is64 ? load_u64(e + 8, t->swap) : load_u32(e + 4, t->swap);
}

/* What a pass over the names found; indexes, 0 none. */
struct export_scan {
	size_t first_crc;
	size_t first_ksymtab;
};

static inline bool is_crc(const char *name)
{
	return name[2] == 'c' && strncmp(name, CRC_PREFIX, CRC_PREFIX_LEN) == 0;
}

static inline bool is_ksymtab(const char *name)
{
	return name[2] == 'k' && strncmp(name, KSYMTAB_PREFIX, KSYMTAB_PREFIX_LEN) == 0;
}

/* False when a name is outside the strings: the table cannot be trusted. */
static bool scan_exports(const struct symtab *t, struct export_scan *out)
{
	struct export_scan found = { 0 };

	for (size_t i = 1; i < t->n; i++) {
		uint32_t off = symtab_name(t, i);
		const char *name;

		if (off >= t->strings.len)
			return false;
		name = (const char *)t->strings.ptr + off;
		if (name[0] != '_' || name[1] != '_')
			continue;
		if (!found.first_crc && is_crc(name))
			found.first_crc = i;
		else if (!found.first_ksymtab && is_ksymtab(name) &&
			 symtab_section(t, i) != SHN_UNDEF)
			found.first_ksymtab = i;
	}
	*out = found;
	return true;
}

static int crc_value(const struct symtab *t, size_t i, uint64_t *out)
{
	uint16_t section = symtab_section(t, i);
	uint64_t value = symtab_value(t, i);
	struct elf_section s;
	struct bytes word;
	int r;

	*out = value;
	if (section == SHN_UNDEF || section == SHN_ABS)
		return 0;
	*out = UINT64_MAX;
	if (!elf_section_at(t->elf, section, &s) || s.size < 4 || value > s.size - 4)
		return 0;
	r = image_view(t->elf->img, s.off + value, 4, &word);
	if (r < 0)
		return r;
	*out = load_u32(word.ptr, t->swap);
	return 0;
}

/* The name that the symbol exports by its __crc_ or else its __ksymtab_ prefix, or NULL. */
static inline const char *export_name(const struct symtab *t, size_t i, bool by_crc)
{
	const char *name = (const char *)t->strings.ptr + symtab_name(t, i);

	if (name[0] != '_' || name[1] != '_')
		return NULL;
	if (by_crc)
		return is_crc(name) ? name + CRC_PREFIX_LEN : NULL;
	if (!is_ksymtab(name) || symtab_section(t, i) == SHN_UNDEF)
		return NULL;
	return name + KSYMTAB_PREFIX_LEN;
}

static int emit_exports(const struct symtab *t, size_t first, bool by_crc, elf_symbol_fn *emit,
			void *data)
{
	for (size_t i = first; i < t->n; i++) {
		struct elf_symbol s = { .name = export_name(t, i, by_crc) };
		int r = 0;

		if (!s.name)
			continue;
		s.name_len = strlen(s.name);
		if (by_crc)
			r = crc_value(t, i, &s.crc);
		if (r == 0)
			r = emit(data, &s);
		if (r != 0)
			return r;
	}
	return 0;
}

static int emit_string_exports(const struct elf *elf, elf_symbol_fn *emit, void *data)
{
	struct bytes rest, string;
	int r;

	r = elf_known_read(elf, ELF_KSYMTAB_STRINGS, &rest);
	if (r <= 0)
		return r < 0 ? r : -ENODATA;
	if (rest.len > 0 && rest.ptr[rest.len - 1] != '\0')
		return -EINVAL;
	while (bytes_next_string(&rest, &string)) {
		struct elf_symbol s = { .name = (const char *)string.ptr, .name_len = string.len };

		r = emit(data, &s);
		if (r != 0)
			return r;
	}
	return 0;
}

int elf_exports(const struct elf *elf, elf_symbol_fn *emit, void *data)
{
	struct export_scan found = { 0 };
	struct symtab t;
	int r;

	r = symtab_open(elf, &t);
	if (r < 0)
		return r;
	if (r > 0 && scan_exports(&t, &found)) {
		if (found.first_crc)
			return emit_exports(&t, found.first_crc, true, emit, data);
		if (found.first_ksymtab)
			return emit_exports(&t, found.first_ksymtab, false, emit, data);
	}
	return emit_string_exports(elf, emit, data);
}

/* The versions records of a module, each marked once an import took its CRC. */
struct version {
	struct elf_symbol symbol;
	bool used;
};

struct version_table {
	struct version *at;
	size_t n;
	struct map by_name; /* the first record of a name */
	bool damaged;
};

static void version_table_fini(struct version_table *t)
{
	free(t->at);
	map_fini(&t->by_name);
}

static int version_add(struct version_table *t, const struct elf_symbol *s, bool extended)
{
	uint32_t hash = map_hash(s->name, s->name_len);
	struct map_slot *slot = map_ensure(&t->by_name, s->name, s->name_len, hash);

	if (!slot)
		return -ENOMEM;
	if (extended && slot->value)
		return 0; /* given by __versions */
	t->at[t->n].symbol = *s;
	if (!slot->value)
		slot->value = &t->at[t->n];
	t->n++;
	return 0;
}

static int version_table_load(struct version_table *t, const struct elf *elf)
{
	struct elf_version_reader reader;
	struct elf_symbol s;
	size_t n;
	int r;

	r = elf_version_reader_open(elf, &reader);
	if (r <= 0)
		return r;
	n = elf_version_reader_count(&reader);
	t->at = calloc(n ? n : 1, sizeof(*t->at));
	if (!t->at || map_reserve(&t->by_name, n) < 0)
		return -ENOMEM;
	while ((r = elf_version_next(&reader, &s)) != 0) {
		if (r < 0) {
			t->damaged = true;
			continue;
		}
		r = version_add(t, &s, reader.in_extended);
		if (r < 0)
			return r;
	}
	return 0;
}

static uint64_t version_use(struct version_table *t, const char *name, size_t len)
{
	struct map_slot *slot = map_find(&t->by_name, name, len, map_hash(name, len));
	struct version *v = slot ? slot->value : NULL;

	if (!v)
		return 0;
	v->used = true;
	return v->symbol.crc;
}

static bool is_import(const struct symtab *t, size_t i, const char *name)
{
	if (name[0] == '\0')
		return false;
	if (t->elf->machine != EM_SPARC && t->elf->machine != EM_SPARCV9)
		return true;
	return (symtab_info(t, i) & 0xf) != STT_SPARC_REGISTER;
}

/* versions may be NULL */
static int emit_undefined(const struct symtab *t, struct version_table *versions,
			  elf_symbol_fn *emit, void *data)
{
	for (size_t i = 1; i < t->n; i++) {
		struct elf_symbol s = { 0 };
		uint32_t off;
		int r;

		if (symtab_section(t, i) != SHN_UNDEF)
			continue;
		off = symtab_name(t, i);
		if (off >= t->strings.len)
			return -EINVAL;
		s.name = (const char *)t->strings.ptr + off;
		if (!is_import(t, i, s.name))
			continue;
		s.name_len = strlen(s.name);
		s.bind = symtab_info(t, i) >> 4 == STB_WEAK ? 'W' : 'U';
		if (versions)
			s.crc = version_use(versions, s.name, s.name_len);
		r = emit(data, &s);
		if (r != 0)
			return r;
	}
	return 0;
}

static int emit_leftover(const struct version_table *t, elf_symbol_fn *emit, void *data)
{
	if (t->damaged)
		return -EINVAL;
	for (size_t i = 0; i < t->n; i++) {
		int r = t->at[i].used ? 0 : emit(data, &t->at[i].symbol);

		if (r != 0)
			return r;
	}
	return 0;
}

int elf_imports(const struct elf *elf, unsigned flags, elf_symbol_fn *emit, void *data)
{
	_cleanup_(version_table_fini) struct version_table versions = { 0 };
	bool want_crc = flags & ELF_IMPORTS_CRC;
	struct symtab t;
	int r;

	r = symtab_open(elf, &t);
	if (r <= 0)
		return r < 0 ? r : -EINVAL;
	if (want_crc) {
		r = version_table_load(&versions, elf);
		if (r < 0)
			return r;
	}
	r = emit_undefined(&t, want_crc ? &versions : NULL, emit, data);
	if (r == 0 && want_crc && (flags & ELF_IMPORTS_LEFTOVER))
		r = emit_leftover(&versions, emit, data);
	return r;
}
