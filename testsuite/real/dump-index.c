/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump-index LIBRARY DIRECTORY NUMBER: an index as text, read by the library of choice.
 * Only the public interface, looked up at run time, so that one program can ask the
 * reference's libkmod.so.2 and ours about the files of both.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libkmod/libkmod.h"

static uintptr_t find(void *library, const char *name)
{
	void *f = dlsym(library, name);

	if (!f) {
		fprintf(stderr, "%s\n", dlerror());
		exit(EXIT_FAILURE);
	}
	return (uintptr_t)f;
}

#define API(library, f) ((__typeof__(f) *)find(library, #f))

int main(int argc, char **argv)
{
	static const char *const no_files[] = { NULL };
	void *library = argc == 4 ? dlopen(argv[1], RTLD_NOW) : NULL;
	struct kmod_ctx *ctx;
	int r;

	if (!library) {
		fprintf(stderr, "dump-index LIBRARY DIRECTORY NUMBER: %s\n", argc == 4 ? dlerror() : "usage");
		return EXIT_FAILURE;
	}
	ctx = API(library, kmod_new)(argv[2], no_files);
	if (!ctx)
		return EXIT_FAILURE;
	r = API(library, kmod_load_resources)(ctx);
	if (r == 0)
		r = API(library, kmod_dump_index)(ctx, (enum kmod_index)atoi(argv[3]), 1);
	if (r < 0)
		fprintf(stderr, "%s: %s\n", argv[2], strerror(-r));
	API(library, kmod_unref)(ctx);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
