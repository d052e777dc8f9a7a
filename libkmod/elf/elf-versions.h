/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Symbol versions: __versions records and the extended pair of sections
 * (formats.md 4.5, D13). Shown in file order, __versions first; a symbol in both is
 * given once.
 */
#pragma once

#include "libkmod/elf/elf-symbols.h"

/*
 * Every version record: name as stored (leading '.' kept; callers that list them drop
 * it). -ENODATA: neither section there. -EINVAL: bad size or unterminated name.
 */
int elf_versions(const struct elf *elf, elf_symbol_fn *emit, void *data) _must_check_;

/* One record after the other, for elf-versions.c and elf-symbols.c. */
struct elf_version_reader {
	bool big;
	bool is64;
	struct bytes records; /* __versions */
	struct bytes crcs;    /* __version_ext_crcs ... */
	struct bytes names;   /* ... and its names */
	bool bad_size;        /* of __versions, which then counts as empty */
	bool in_extended;     /* the last record came from there */
};

/* 1 something there (maybe empty), 0 neither section, -errno */
int elf_version_reader_open(const struct elf *elf, struct elf_version_reader *out) _must_check_;
/* No more than so many records will come. */
size_t elf_version_reader_count(const struct elf_version_reader *r);
/* 1, 0 at the end, -EINVAL for a record that is damaged: the next call goes on behind it. */
int elf_version_next(struct elf_version_reader *r, struct elf_symbol *out) _must_check_;
