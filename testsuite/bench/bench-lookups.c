/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How fast a libkmod turns aliases into modules:
 *
 *	bench-lookups LIBRARY MODULE-DIRECTORY FILE [N [cold]] [check]
 *
 * FILE has one alias on each line; the first N are looked up. "cold" opens no index
 * beforehand, so that each lookup does. Prints lookups per second. With "check" the
 * modules found are printed instead, for comparing two libraries.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/macro.h"

struct kmod_ctx;
struct kmod_list;
struct kmod_module;

static struct {
	struct kmod_ctx *(*new)(const char *dirname, const char *const *config_paths);
	struct kmod_ctx *(*unref)(struct kmod_ctx *ctx);
	int (*load_resources)(struct kmod_ctx *ctx);
	int (*lookup)(struct kmod_ctx *ctx, const char *alias, struct kmod_list **list);
	int (*unref_list)(struct kmod_list *list);
	struct kmod_list *(*next)(const struct kmod_list *list,
				  const struct kmod_list *at);
	struct kmod_module *(*get_module)(const struct kmod_list *at);
	const char *(*get_name)(const struct kmod_module *mod);
	struct kmod_module *(*unref_module)(struct kmod_module *mod);
} lib;

static _noreturn_ void die(const char *what)
{
	fprintf(stderr, "bench-lookups: %s\n", what);
	exit(1);
}

static void load_library(const char *path)
{
	static const struct {
		const char *name;
		void *slot;
	} functions[] = {
		{ "kmod_new", &lib.new },
		{ "kmod_unref", &lib.unref },
		{ "kmod_load_resources", &lib.load_resources },
		{ "kmod_module_new_from_lookup", &lib.lookup },
		{ "kmod_module_unref_list", &lib.unref_list },
		{ "kmod_list_next", &lib.next },
		{ "kmod_module_get_module", &lib.get_module },
		{ "kmod_module_get_name", &lib.get_name },
		{ "kmod_module_unref", &lib.unref_module },
	};
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		die(dlerror());
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		void *symbol = dlsym(handle, functions[i].name);

		if (!symbol)
			die(functions[i].name);
		memcpy(functions[i].slot, &symbol, sizeof(symbol));
	}
}

/* The lines of a file, at most *n; *n becomes their number. */
static char **read_lines(const char *path, size_t *n)
{
	FILE *f = fopen(path, "re");
	char **lines = calloc(*n, sizeof(*lines)), *line = NULL;
	size_t size = 0, have = 0;

	if (!f || !lines)
		die(path);
	while (have < *n && getline(&line, &size, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		lines[have++] = line;
		line = NULL;
		size = 0;
	}
	free(line);
	fclose(f);
	*n = have;
	return lines;
}

static void print_found(const char *alias, struct kmod_list *list)
{
	printf("%s", alias);
	for (struct kmod_list *at = list; at; at = lib.next(list, at)) {
		struct kmod_module *mod = lib.get_module(at);

		printf(" %s", lib.get_name(mod));
		lib.unref_module(mod);
	}
	putchar('\n');
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static const char *const no_config[] = { NULL };
	size_t n = argc > 4 ? (size_t)atol(argv[4]) : 20000;
	bool cold = argc > 5 && strcmp(argv[5], "cold") == 0;
	bool check = argc > 5 && strcmp(argv[argc - 1], "check") == 0;
	struct kmod_ctx *ctx;
	char **aliases;
	double start;

	if (argc < 4)
		die("usage: LIBRARY MODULE-DIRECTORY FILE [N [cold]] [check]");
	load_library(argv[1]);
	aliases = read_lines(argv[3], &n);
	ctx = lib.new(argv[2], no_config);
	if (!ctx || (!cold && lib.load_resources(ctx) < 0))
		die(argv[2]);

	start = now();
	for (size_t i = 0; i < n; i++) {
		struct kmod_list *list = NULL;

		if (lib.lookup(ctx, aliases[i], &list) < 0)
			die(aliases[i]);
		if (check)
			print_found(aliases[i], list);
		lib.unref_list(list);
	}
	if (!check)
		printf("%.0f\n", (double)n / (now() - start));
	lib.unref(ctx);
	for (size_t i = 0; i < n; i++)
		free(aliases[i]);
	free(aliases);
	return 0;
}
