/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Prints what a module file says about itself: information, exports, and what it needs.
 *
 *	inspect-file FILE
 */
#include <libkmod.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int print_info(const struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *entry;
	int r = kmod_module_get_info(mod, &list);

	kmod_list_foreach(entry, list)
		printf("info %s: %s\n", kmod_module_info_get_key(entry),
		       kmod_module_info_get_value(entry));
	kmod_module_info_free_list(list);
	return r;
}

static int print_exports(const struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *entry;
	int r = kmod_module_get_symbols(mod, &list);

	kmod_list_foreach(entry, list)
		printf("exports %s, CRC 0x%08" PRIx64 "\n",
		       kmod_module_symbol_get_symbol(entry),
		       kmod_module_symbol_get_crc(entry));
	kmod_module_symbols_free_list(list);
	return r;
}

static int print_needs(const struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *entry;
	int r = kmod_module_get_dependency_symbols(mod, &list);

	kmod_list_foreach(entry, list)
		printf("needs %s, CRC 0x%08" PRIx64 "%s\n",
		       kmod_module_dependency_symbol_get_symbol(entry),
		       kmod_module_dependency_symbol_get_crc(entry),
		       kmod_module_dependency_symbol_get_bind(entry) == KMOD_SYMBOL_WEAK
			       ? ", if it is there"
			       : "");
	kmod_module_dependency_symbols_free_list(list);
	return r;
}

int main(int argc, char **argv)
{
	static int (*const parts[])(
		const struct kmod_module *) = { print_info, print_exports, print_needs };
	const char *const no_config = NULL;
	struct kmod_ctx *ctx = kmod_new(NULL, &no_config);
	struct kmod_module *mod = NULL;
	int r = argc == 2 ? kmod_module_new_from_path(ctx, argv[1], &mod) : -EINVAL;

	for (size_t i = 0; i < 3 && r >= 0; i++) {
		r = parts[i](mod);
		/* A module need not export or need anything. */
		if (r == -ENODATA)
			r = 0;
	}
	if (r < 0)
		fprintf(stderr, "%s: %s\n",
			argc == 2 ? argv[1] : "usage: inspect-file FILE", strerror(-r));
	kmod_module_unref(mod);
	kmod_unref(ctx);
	return r < 0;
}
