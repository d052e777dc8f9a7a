/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* .modinfo: NUL-separated key=value strings (formats.md 4.2). */
#pragma once

#include "libkmod/elf/elf-view.h"

/* Ranges inside the section; neither is NUL-terminated by promise. No '=': value is empty. */
struct modinfo_entry {
	struct bytes key;
	struct bytes value;
};

/* 1 there (maybe empty), 0 no .modinfo section, -errno */
int elf_modinfo(const struct elf *elf, struct bytes *section) _must_check_;
/* Takes the next entry from the front of rest; false at the end. */
bool modinfo_next(struct bytes *rest, struct modinfo_entry *out);
/* First value of key; 1 found, 0 not, -errno. */
int elf_modinfo_value(const struct elf *elf, const char *key, struct bytes *value) _must_check_;

/* GNU build-id bytes from .note.gnu.build-id: 1 found, 0 absent or invalid, -errno. */
int elf_build_id(const struct elf *elf, struct bytes *id) _must_check_;
