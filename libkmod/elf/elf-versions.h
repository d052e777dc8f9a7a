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
