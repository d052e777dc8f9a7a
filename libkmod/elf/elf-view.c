/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *	header -> section header table -> name table, all checked by elf_open()
 *
 * From then on a section header is a record of known size inside elf->table, and a
 * name offset below elf->names.len is a string, because the name table ends in NUL.
 */
#include "libkmod/elf/elf-view.h"

#include <errno.h>

#include "libkmod/elf/elf-load.h"

#define IDENT_SIZE 16
#define HEADER_MAX 64

/* Where the fields that we use stand, by class. */
static const struct layout {
	unsigned header_size;
	unsigned table_off, entry_size, n_entries, names_index; /* in the header */
	unsigned section_size;
	unsigned flags, off, size; /* in a section header */
} layouts[2] = {
	{ 52, 0x20, 0x2e, 0x30, 0x32, 40, 8, 16, 20 },
	{ 64, 0x28, 0x3a, 0x3c, 0x3e, 64, 8, 24, 32 },
};

static const struct known {
	const char *name;
	size_t size; /* with its NUL */
} known[N_ELF_KNOWN_] = {
#define NAME(s) { s, sizeof(s) }
	[ELF_MODINFO] = NAME(".modinfo"),
	[ELF_SYMTAB] = NAME(".symtab"),
	[ELF_STRTAB] = NAME(".strtab"),
	[ELF_KSYMTAB_STRINGS] = NAME("__ksymtab_strings"),
	[ELF_VERSIONS] = NAME("__versions"),
	[ELF_VERSION_EXT_CRCS] = NAME("__version_ext_crcs"),
	[ELF_VERSION_EXT_NAMES] = NAME("__version_ext_names"),
	[ELF_BUILD_ID] = NAME(".note.gnu.build-id"),
#undef NAME
};

static uint64_t load_word(const unsigned char *p, bool is64, bool swap)
{
	return is64 ? load_u64(p, swap) : load_u32(p, swap);
}

static int section_decode(const struct elf *elf, unsigned index, struct elf_section *out)
{
	const struct layout *l = &layouts[elf->is64];
	const unsigned char *h = elf->table.ptr + (size_t)index * l->section_size;
	bool swap = load_swaps(elf->big);
	uint32_t name = load_u32(h, swap);
	uint64_t off = load_word(h + l->off, elf->is64, swap);
	uint64_t size = load_word(h + l->size, elf->is64, swap);

	if (name >= elf->names.len || off == 0 || off > elf->size || size > elf->size - off)
		return 0;
	*out = (struct elf_section){
		.index = index,
		.type = load_u32(h + 4, swap),
		.flags = load_word(h + l->flags, elf->is64, swap),
		.off = off,
		.size = size,
		.name = (const char *)elf->names.ptr + name,
	};
	return 1;
}

/* Most section names end here: .text, .rela.data, ... Else it has a third byte, maybe its NUL. */
static bool may_be_known(const char *name)
{
	return (name[0] == '_' && name[1] == '_') ||
	       (name[0] == '.' && (name[1] == 'm' || name[1] == 's' || name[1] == 'n'));
}

static void find_known(struct elf *elf)
{
	const struct layout *l = &layouts[elf->is64];
	bool swap = load_swaps(elf->big);
	struct elf_section s;

	for (unsigned i = 1; i < elf->n_sections; i++) {
		const unsigned char *h = elf->table.ptr + (size_t)i * l->section_size;
		uint32_t off = load_u32(h, swap);
		const char *name;

		if (off >= elf->names.len)
			continue;
		name = (const char *)elf->names.ptr + off;
		if (!may_be_known(name))
			continue;
		for (unsigned k = 0; k < N_ELF_KNOWN_; k++)
			if (name[2] == known[k].name[2] && elf->known[k] == 0 &&
			    known[k].size <= elf->names.len - off &&
			    memcmp(name, known[k].name, known[k].size) == 0 &&
			    section_decode(elf, i, &s))
				elf->known[k] = (uint16_t)i;
	}
}

/* 0, or why the first bytes are not an ELF header that we read. */
static int read_ident(struct image *img, struct elf *elf, struct bytes *header)
{
	static const unsigned char magic[] = { 0x7f, 'E', 'L', 'F' };
	uint64_t len;
	int r;

	r = image_size(img, &elf->size);
	if (r < 0)
		return r;
	len = elf->size < HEADER_MAX ? elf->size : HEADER_MAX;
	r = image_view(img, 0, len, header);
	if (r < 0)
		return r;
	if (elf->size <= IDENT_SIZE || !bytes_starts_with(*header, magic, sizeof(magic)))
		return -ENOEXEC;
	if (header->ptr[4] != 1 && header->ptr[4] != 2)
		return -EINVAL;
	if (header->ptr[5] != 1 && header->ptr[5] != 2)
		return -EINVAL;
	elf->is64 = header->ptr[4] == 2;
	elf->big = header->ptr[5] == 2;
	return elf->size <= layouts[elf->is64].header_size ? -EINVAL : 0;
}

static int read_tables(struct elf *elf, struct bytes header)
{
	const struct layout *l = &layouts[elf->is64];
	const unsigned char *h = header.ptr;
	bool swap = load_swaps(elf->big);
	unsigned names_index = load_u16(h + l->names_index, swap);
	const unsigned char *entry;
	uint64_t off, size;
	int r;

	elf->machine = load_u16(h + 18, swap);
	elf->n_sections = load_u16(h + l->n_entries, swap);
	elf->table_off = load_word(h + l->table_off, elf->is64, swap);
	if (load_u16(h + l->entry_size, swap) != l->section_size)
		return -EINVAL;
	if (names_index == 0 || names_index >= elf->n_sections)
		return -EINVAL;
	r = image_view(elf->img, elf->table_off, (uint64_t)elf->n_sections * l->section_size,
		       &elf->table);
	if (r < 0)
		return r;
	entry = elf->table.ptr + (size_t)names_index * l->section_size;
	off = load_word(entry + l->off, elf->is64, swap);
	size = load_word(entry + l->size, elf->is64, swap);
	if (off == 0 || size == 0)
		return -EINVAL;
	r = image_view(elf->img, off, size, &elf->names);
	if (r < 0)
		return r;
	return elf->names.ptr[elf->names.len - 1] ? -EINVAL : 0;
}

int elf_open(struct image *img, struct elf *out)
{
	struct elf elf = { .img = img };
	struct bytes header;
	int r;

	r = read_ident(img, &elf, &header);
	if (r < 0)
		return r;
	r = read_tables(&elf, header);
	if (r < 0)
		return r;
	find_known(&elf);
	*out = elf;
	return 0;
}

int elf_section_at(const struct elf *elf, unsigned index, struct elf_section *out)
{
	if (index == 0 || index >= elf->n_sections)
		return 0;
	return section_decode(elf, index, out);
}

int elf_section_find(const struct elf *elf, const char *name, struct elf_section *out)
{
	struct elf_section s;

	for (unsigned i = 1; i < elf->n_sections; i++) {
		if (section_decode(elf, i, &s) && strcmp(s.name, name) == 0) {
			*out = s;
			return 1;
		}
	}
	return 0;
}

bool elf_section_is_outside(const struct elf *elf, const char *name)
{
	size_t section_size = layouts[elf->is64].section_size;
	bool swap = load_swaps(elf->big);
	struct elf_section s;

	for (unsigned i = 1; i < elf->n_sections; i++) {
		uint32_t off = load_u32(elf->table.ptr + i * section_size, swap);

		if (off < elf->names.len &&
		    strcmp((const char *)elf->names.ptr + off, name) == 0)
			return !section_decode(elf, i, &s);
	}
	return false;
}

void elf_sections_find(const struct elf *elf, const char *const *names, size_t n,
		       struct elf_section *found)
{
	struct elf_section s;

	memset(found, 0, n * sizeof(*found));
	for (unsigned i = 1; i < elf->n_sections; i++) {
		if (!section_decode(elf, i, &s))
			continue;
		for (size_t k = 0; k < n; k++)
			if (!found[k].name && strcmp(s.name, names[k]) == 0)
				found[k] = s;
	}
}

int elf_section_bytes(const struct elf *elf, const struct elf_section *s, struct bytes *out)
{
	return image_view(elf->img, s->off, s->size, out);
}

int elf_section_read(const struct elf *elf, const char *name, struct bytes *out)
{
	struct elf_section s;
	int r;

	if (!elf_section_find(elf, name, &s))
		return 0;
	r = elf_section_bytes(elf, &s, out);
	return r < 0 ? r : 1;
}

int elf_known_read(const struct elf *elf, enum elf_known which, struct bytes *out)
{
	struct elf_section s;
	int r;

	if (!elf_section_at(elf, elf->known[which], &s))
		return 0;
	r = elf_section_bytes(elf, &s, out);
	return r < 0 ? r : 1;
}

void elf_section_flags_at(const struct elf *elf, unsigned index, uint64_t *off, unsigned *size)
{
	const struct layout *l = &layouts[elf->is64];

	*off = elf->table_off + (uint64_t)index * l->section_size + l->flags;
	*size = elf->is64 ? 8 : 4;
}

const char *elf_machine_name(uint16_t machine)
{
	static const struct {
		uint16_t machine;
		const char *name;
	} table[] = {
		{ 2, "SPARC" },      { 3, "i386" },      { 4, "m68k" },     { 8, "MIPS" },
		{ 15, "PA-RISC" },   { 20, "PowerPC" },  { 21, "PowerPC64" }, { 22, "S/390" },
		{ 40, "ARM" },       { 42, "SuperH" },   { 43, "SPARC V9" }, { 50, "IA-64" },
		{ 62, "x86-64" },    { 93, "ARC" },      { 94, "Xtensa" },  { 164, "Hexagon" },
		{ 183, "AArch64" },  { 189, "MicroBlaze" }, { 195, "ARCv2" }, { 243, "RISC-V" },
		{ 252, "C-SKY" },    { 258, "LoongArch" }, { 0x9026, "Alpha" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].machine == machine)
			return table[i].name;
	return NULL;
}
