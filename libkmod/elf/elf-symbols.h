/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a module exports, and what it wants (formats.md 4.3, 4.4).
 *
 * Emitted names are NUL-terminated inside the image and live as long as it does.
 * A callback returns 0 to go on; anything else ends the walk and is returned.
 */
#pragma once

#include "libkmod/elf/elf-view.h"

struct elf_symbol {
	const char *name;
	size_t name_len;
	uint64_t crc;  /* 0: none */
	char bind;     /* imports: 'U' or 'W' (enum kmod_symbol_bind); exports: 0 */
};

typedef int elf_symbol_fn(void *data, const struct elf_symbol *sym);

/*
 * Exports: __crc_* symbols of .symtab, else __ksymtab_<symbol> entries of .symtab
 * (CRC 0, D8), else -- no usable .symtab -- the strings of __ksymtab_strings.
 * -ENODATA: nothing says what is exported. -EINVAL: damaged.
 */
int elf_exports(const struct elf *elf, elf_symbol_fn *emit, void *data) _must_check_;

/* Which of the imports' parts a caller wants. */
enum elf_import_flags {
	ELF_IMPORTS_CRC = 1,      /* look CRCs up in the versions sections */
	ELF_IMPORTS_LEFTOVER = 2, /* also versions that matched no symbol, at the end (needs CRC) */
};
int elf_imports(const struct elf *elf, unsigned flags, elf_symbol_fn *emit, void *data) _must_check_;
