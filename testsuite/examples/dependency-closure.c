/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Prints the files that an image needs so that the named modules load from it, each once
 * and after what it depends on; softdeps and weakdeps come too:
 *
 *	dependency-closure MODULE_DIRECTORY NAME-OR-ALIAS...
 */
#include <libkmod.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was visited; each holds a reference. */
struct closure {
	struct kmod_module **at;
	size_t n;
};

static int visit(struct closure *c, struct kmod_module *mod);

static int visit_list(struct closure *c, struct kmod_list *list)
{
	struct kmod_list *entry;
	int r = 0;

	kmod_list_foreach(entry, list) {
		struct kmod_module *mod = kmod_module_get_module(entry);

		if (r == 0)
			r = visit(c, mod);
		kmod_module_unref(mod);
	}
	kmod_module_unref_list(list);
	return r;
}

static int remember(struct closure *c, struct kmod_module *mod)
{
	struct kmod_module **grown = realloc(c->at, (c->n + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	c->at = grown;
	c->at[c->n++] = kmod_module_ref(mod);
	return 0;
}

static bool seen(const struct closure *c, const struct kmod_module *mod)
{
	for (size_t i = 0; i < c->n; i++) {
		if (strcmp(kmod_module_get_name(c->at[i]), kmod_module_get_name(mod)) ==
		    0)
			return true;
	}
	return false;
}

/* Dependencies are printed first, softdeps may form circles: so remember before descending. */
static int visit(struct closure *c, struct kmod_module *mod)
{
	struct kmod_list *pre = NULL, *post = NULL, *weak = NULL;
	const char *path = kmod_module_get_path(mod);
	int r;

	if (seen(c, mod))
		return 0;
	r = remember(c, mod);
	if (r < 0)
		return r;
	r = visit_list(c, kmod_module_get_dependencies(mod));
	if (r == 0 && kmod_module_get_softdeps(mod, &pre, &post) == 0) {
		r = visit_list(c, pre);
		if (r == 0 && path)
			puts(path);
		if (r == 0)
			r = visit_list(c, post);
		else
			kmod_module_unref_list(post);
	}
	if (r == 0 && kmod_module_get_weakdeps(mod, &weak) == 0)
		r = visit_list(c, weak);
	return r;
}

static int add(struct closure *c, struct kmod_ctx *ctx, const char *spelling)
{
	struct kmod_list *list = NULL;
	int r = kmod_module_new_from_lookup(ctx, spelling, &list);

	if (r == 0 && !list)
		r = -ENOENT;
	if (r == 0)
		r = visit_list(c, list);
	if (r < 0)
		fprintf(stderr, "%s: %s\n", spelling, strerror(-r));
	return r;
}

int main(int argc, char **argv)
{
	struct closure c = { 0 };
	struct kmod_ctx *ctx;
	int status = 0;

	if (argc < 3) {
		fputs("usage: dependency-closure MODULE_DIRECTORY NAME...\n", stderr);
		return 2;
	}
	ctx = kmod_new(argv[1], NULL);
	if (!ctx || kmod_load_resources(ctx) < 0)
		status = 1;
	for (int i = 2; i < argc && ctx; i++) {
		if (add(&c, ctx, argv[i]) < 0)
			status = 1;
	}
	for (size_t i = 0; i < c.n; i++)
		kmod_module_unref(c.at[i]);
	free(c.at);
	kmod_unref(ctx);
	return status;
}
