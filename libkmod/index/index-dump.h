/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An index as text, one line "PREFIX KEY VALUE" per stored value (libkmod.md 3.3). */
#pragma once

#include "libkmod/index/index-read.h"

/* A piece of text, not NUL-terminated; pieces end at line ends. Non-zero stops and is returned. */
typedef int index_dump_fn(void *data, const char *text, size_t len);

/* prefix is "alias " for indexes of aliases and symbols, else "". 0, what emit returned, or -ENOMEM. */
int index_dump(const struct index *idx, const char *prefix, index_dump_fn *emit,
	       void *data) _must_check_;
/* The same into a file descriptor; -errno of the write. */
int index_dump_to_fd(const struct index *idx, const char *prefix, int fd) _must_check_;
