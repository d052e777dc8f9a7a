/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Prints the modules that are loaded, with size, users, and the modules that use them:
 *
 *	list-loaded
 */
#include <libkmod.h>

#include <stdio.h>
#include <string.h>

static void print_holders(const struct kmod_module *mod)
{
	struct kmod_list *holders = kmod_module_get_holders(mod), *entry;

	kmod_list_foreach(entry, holders) {
		struct kmod_module *holder = kmod_module_get_module(entry);

		printf(" %s", kmod_module_get_name(holder));
		kmod_module_unref(holder);
	}
	kmod_module_unref_list(holders);
}

static void print_module(const struct kmod_module *mod)
{
	int state = kmod_module_get_initstate(mod);

	/* It may be gone by the time we ask: states below 0 are errors. */
	if (state < 0)
		return;
	printf("%s %s %ld %d", kmod_module_get_name(mod),
	       kmod_module_initstate_str((enum kmod_module_initstate)state),
	       kmod_module_get_size(mod), kmod_module_get_refcnt(mod));
	print_holders(mod);
	putchar('\n');
}

int main(void)
{
	/* No configuration is needed: an empty list of paths keeps it unread. */
	const char *const no_config = NULL;
	struct kmod_ctx *ctx = kmod_new(NULL, &no_config);
	struct kmod_list *list = NULL, *entry;
	int r = ctx ? kmod_module_new_from_loaded(ctx, &list) : -1;

	kmod_list_foreach(entry, list) {
		struct kmod_module *mod = kmod_module_get_module(entry);

		print_module(mod);
		kmod_module_unref(mod);
	}
	kmod_module_unref_list(list);
	kmod_unref(ctx);
	if (r < 0)
		fputs("the loaded modules cannot be read\n", stderr);
	return r < 0;
}
