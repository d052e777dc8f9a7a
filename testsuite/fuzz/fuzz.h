/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a fuzz target may use. A target is one file with one function,
 * LLVMFuzzerTestOneInput: libFuzzer or AFL++ drives it (--enable-fuzz), or fuzz-replay.c does,
 * with any compiler, over the corpus of its name.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "shared/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct kmod_ctx;
/* A context without configuration and indexes whose messages go nowhere; made once. */
struct kmod_ctx *fuzz_ctx(void);

/* The input cut at its first NUL or at its end, as a string the caller frees. */
char *fuzz_string(const uint8_t *data, size_t size);

/* Reads every byte of b, so that a sanitizer sees a bad range. */
void fuzz_touch(struct bytes b);

/* Aborts with words when a promise is broken. */
#define fuzz_check(what) \
	do { \
		if (!(what)) \
			fuzz_broken(__FILE__, __LINE__, #what); \
	} while (0)
void fuzz_broken(const char *file, int line, const char *what) __attribute__((noreturn));
