/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What -n says against what is done: the lines of a dry run and the system calls of the
 * real one, over the mock kernel.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The same sequence in every run. */
void random_seed(uint32_t seed);
uint32_t random_below(uint32_t n);
void random_shuffle(const char **list, size_t n);

/* The module's name in the first len bytes of a path. */
const char *module_name_of(const char *path, size_t len);
/* Content of /proc/modules. */
const char *loaded_modules(void);

/* Loads name, which must succeed in silence, as its dry run said. */
void load_and_compare(const char *name);
/*
 * Removes name (how: "-r" or "--remove-holders") as its dry run said, whether that says
 * it can be removed or not.
 */
void remove_and_compare(const char *how, const char *name);
