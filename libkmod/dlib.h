/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Libraries that are needed by few runs: loaded on first need, once per process, or
 * linked with --disable-dlopen. Each user lists the functions it wants in a table.
 *
 *	static struct { int (*f)(int); } lib;
 *	static const struct dlib_symbol symbols[] = { { "f", (void **)&lib.f } };
 *	static struct dlib zlib = { .soname = "libz.so.1", .symbols = symbols, .n = 1 };
 *	r = dlib_load(&zlib);     0, or -ENOENT/-ENOSYS with dlib_error() saying why
 *
 * DLIB_NOTE(...) puts the .note.dlopen ELF note into the object.
 */
#pragma once

#include <pthread.h>

#include "shared/macro.h"

struct dlib_symbol {
	const char *name;
	void **address;
};

struct dlib {
	const char *soname;
	const struct dlib_symbol *symbols;
	size_t n;
	pthread_mutex_t lock;  /* PTHREAD_MUTEX_INITIALIZER */
	int state;             /* 0 not tried, 1 loaded, -errno failed; read with acquire */
};

int dlib_load(struct dlib *lib) _must_check_;
