/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Forced loading through init_module: the same image with its version information
 * disabled, same length (formats.md 4.7). Without vermagic there is nothing to do (D29).
 */
#pragma once

#include "libkmod/elf/elf-view.h"

enum elf_strip_flags {
	ELF_STRIP_VERMAGIC = 1,
	ELF_STRIP_MODVERSION = 2,
};

/* *out is a malloc'ed copy of the whole image, changed; the caller frees. */
int elf_strip(struct image *img, unsigned flags, unsigned char **out, size_t *len) _must_check_;
