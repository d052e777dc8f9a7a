/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The small files below /sys/module, for this room. */
#pragma once

#include <stdbool.h>

#include "shared/macro.h"
#include "shared/strbuf.h"

struct kmod_ctx;

#define LIVE_PATH_SIZE 512
#define LIVE_TEXT_SIZE 32 /* the kernel's numbers and states are far shorter */

/* /sys/module/NAME/FILE, or /sys/module/NAME for file "". -ENOENT, -ENAMETOOLONG: see live.h. */
int live_path(const char *name, const char *file, char out[LIVE_PATH_SIZE]) _must_check_;
/* The first 31 bytes as text. 0 or -errno. */
int live_read(int dirfd, const char *path, char out[LIVE_TEXT_SIZE]) _must_check_;
/* A number at the start of text that white space follows. */
bool live_parse_number(const char *text, int base, bool is_signed, unsigned long *out) _must_check_;
/* A decimal file: 0, -EINVAL (logged) for text that is no number, or why it could not be read. */
int live_read_decimal(const struct kmod_ctx *ctx, const char *path, long *out) _must_check_;
/* Adds all entries of a directory, normalised, each with its NUL. How many, or -errno. */
ssize_t live_list_dir(const char *path, struct strbuf *text) _must_check_;
