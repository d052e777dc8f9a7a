/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Libraries that are needed by few runs: loaded on first need, once per process, or
 * linked with --disable-dlopen. A user declares each function it calls, and calls it
 * through the pointer of that name; when linked the pointer is a constant.
 *
 *	DLIB_FUNCTION(inflate);
 *	static const struct dlib_symbol symbols[] = { DLIB_SYMBOL(inflate) };
 *	static struct dlib zlib = DLIB_INIT("libz.so.1", symbols);
 *	DLIB_NOTE("zlib", "gzip-compressed modules", "recommended", "libz.so.1");
 *
 *	r = dlib_load(&zlib);     0, or -ENOENT/-ENOSYS with dlib_error() saying why
 *	if (r == 0)
 *		dlib_inflate(...);
 *
 * DLIB_NOTE puts an ELF note into the object (section .note.dlopen, owner FDO, type
 * 0x407c0c0a, a JSON array), from which packagers' tools read soft dependencies.
 */
#pragma once

#include <pthread.h>
#include <stdint.h>

#include "shared/macro.h"

struct dlib_symbol {
	const char *name;
	void *address; /* of the function pointer */
};

struct dlib {
	const char *soname;
	const struct dlib_symbol *symbols;
	size_t n;
	pthread_mutex_t lock;  /* PTHREAD_MUTEX_INITIALIZER */
	int state;             /* 0 not tried, 1 loaded, -errno failed; read with acquire */
	char error[160];
};

#define DLIB_INIT(soname_, symbols_)                         \
	{                                                    \
		.soname = (soname_), .symbols = (symbols_),  \
		.n = ARRAY_SIZE(symbols_),                   \
		.lock = PTHREAD_MUTEX_INITIALIZER,           \
	}

int dlib_load(struct dlib *lib) _must_check_;
/* Words for a dlib_load() that failed, for ever valid. */
const char *dlib_error(const struct dlib *lib);

#if ENABLE_DLOPEN
#define DLIB_FUNCTION(f) static __typeof__(f) *dlib_##f
#define DLIB_SYMBOL(f) { #f, &dlib_##f }

#define DLIB_NOTE_JSON_(feature, description, priority, soname)      \
	"[{\"feature\":\"" feature "\",\"description\":\"" description \
	"\",\"priority\":\"" priority "\",\"soname\":[\"" soname "\"]}]"
#define DLIB_NOTE(feature, description, priority, soname) \
	DLIB_NOTE_(DLIB_NOTE_JSON_(feature, description, priority, soname))
#define DLIB_NOTE_(json)                                                         \
	static const struct {                                                    \
		uint32_t name_size, text_size, type;                             \
		char name[4];                                                    \
		_Alignas(4) char text[sizeof(json)];                             \
	} dlib_note __attribute__((used, aligned(4), section(".note.dlopen"))) = \
		{ 4, sizeof(json), 0x407c0c0a, "FDO", json }
#else
#define DLIB_FUNCTION(f) static __typeof__(f) *const dlib_##f = f
#define DLIB_SYMBOL(f) { #f, NULL }
#define DLIB_NOTE(feature, description, priority, soname) \
	_Static_assert(sizeof(soname) > 1, "soname")
#endif
