/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A checked view of an ELF relocatable: header and section access, both classes,
 * both byte orders, on any host (formats.md 4.1). Nothing is copied; ranges come
 * from the image and stay valid as long as it does. e_type and e_machine are not
 * judged here.
 *
 * -ENOEXEC: not ELF. -EINVAL: ELF, but header, section table or name table do not
 * hold. Single bad sections are treated as absent.
 */
#pragma once

#include "libkmod/image/image.h"

/* The sections that our readers want, found in one pass by elf_open(). */
enum elf_known {
	ELF_MODINFO,
	ELF_SYMTAB,
	ELF_STRTAB,
	ELF_KSYMTAB_STRINGS,
	ELF_VERSIONS,
	ELF_VERSION_EXT_CRCS,
	ELF_VERSION_EXT_NAMES,
	ELF_BUILD_ID,
	N_ELF_KNOWN_,
};

struct elf {
	struct image *img;
	uint64_t size;
	bool is64;
	bool big; /* byte order of the file */
	uint16_t machine;
	uint16_t n_sections;
	uint64_t table_off; /* of the section header table */
	struct bytes table;
	struct bytes names;   /* ends in NUL */
	uint16_t known[N_ELF_KNOWN_]; /* section index, 0 absent */
};

struct elf_section {
	unsigned index;
	uint32_t type;
	uint64_t flags;
	uint64_t off;
	uint64_t size;
	const char *name;
};

int elf_open(struct image *img, struct elf *out) _must_check_;

/* Section by index; 1 found, 0 absent or out of bounds. */
int elf_section_at(const struct elf *elf, unsigned index, struct elf_section *out);
/* The first section (index >= 1) of that name. 1 found, 0 not. */
int elf_section_find(const struct elf *elf, const char *name, struct elf_section *out);
/* Finds many names in one pass over the table; found[i].name is NULL where absent. */
void elf_sections_find(const struct elf *elf, const char *const *names, size_t n, struct elf_section *found);
/* Is one of that name absent only because it does not lie in the file? */
bool elf_section_is_outside(const struct elf *elf, const char *name);
/* Its bytes. 0 or -errno. */
int elf_section_bytes(const struct elf *elf, const struct elf_section *s, struct bytes *out) _must_check_;
/* Both at once: 1 found, 0 absent, -errno. */
int elf_section_read(const struct elf *elf, const char *name, struct bytes *out) _must_check_;

/* The same for a known one, without a search. */
int elf_known_read(const struct elf *elf, enum elf_known which, struct bytes *out) _must_check_;
/* Where in the file the sh_flags of that section stand, and in how many bytes. */
void elf_section_flags_at(const struct elf *elf, unsigned index, uint64_t *off, unsigned *size);

/* Words for e_machine ("x86-64", "AArch64", ...; NULL unknown). */
const char *elf_machine_name(uint16_t machine);
