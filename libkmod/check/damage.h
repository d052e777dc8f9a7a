/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Is a module's file one that a kernel could read at all? */
#pragma once

#include "libkmod/module/mod.h"

/*
 * 1 and *text says what is wrong, which the caller frees; 0 sound; -ENOMEM. The second
 * asks what is behind the first: whether sound bytes are an ELF file.
 */
typedef int damage_fn(const struct kmod_module *mod, char **text);
damage_fn damage_of_file, damage_of_elf;
