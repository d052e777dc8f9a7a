/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The normalisations of formats.md 0. Using the wrong one is a classic bug, so each
 * has its own verb. Output buffers are the caller's: NAME_SIZE bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shared/macro.h"

#define NAME_SIZE 4096

/* Module name rule: '-' to '_', stops at the first '.' or at 4095 bytes. Returns the length. */
size_t name_normalise(const char *spelling, char out[NAME_SIZE]);
/* The same over the last component of path. */
size_t name_from_path(const char *path, char out[NAME_SIZE]);
/*
 * Lookup input: alias rule ('-' to '_' outside [...]), cut at 4095 bytes.
 * 0, or -EINVAL for unbalanced brackets.
 */
int name_normalise_lookup(const char *spelling, char out[NAME_SIZE]) _must_check_;
/* Alias rule in place, any length. 0 or -EINVAL (s is then partly changed). */
int name_normalise_alias(char *s) _must_check_;
/*
 * May this normalised name become a path below /sys/module? Not empty, at most 255
 * bytes, no '/', no control bytes, not "." or "..".
 */
bool name_is_safe(const char *name) _pure_;

/*
 * Is this file name a module: non-hidden stem plus .ko, .ko.gz, .ko.xz or .ko.zst
 * (a compressed suffix counts only if its decompressor is built in)? stem_len (may be
 * NULL) gets the length before ".ko".
 */
bool name_is_module_file(const char *file_name, size_t *stem_len);
