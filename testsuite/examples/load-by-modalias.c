/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loads what drives a device, as a device manager does when a device appears:
 *
 *	load-by-modalias MODALIAS...
 *
 * One context serves all events. Rules of modprobe.d hold: an alias's hits may be
 * blacklisted, and that is not a failure.
 */
#include <libkmod.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int load(struct kmod_module *mod)
{
	int r = kmod_module_probe_insert_module(mod, KMOD_PROBE_APPLY_BLACKLIST, NULL,
						NULL, NULL, NULL);

	if (r == KMOD_PROBE_APPLY_BLACKLIST)
		printf("%s: blacklisted\n", kmod_module_get_name(mod));
	else if (r == 0)
		printf("%s: loaded\n", kmod_module_get_name(mod));
	else
		printf("%s: %s\n", kmod_module_get_name(mod),
		       strerror(r < 0 ? -r : ECANCELED));
	return r < 0 ? r : 0;
}

/* Nothing to load is fine: most devices need no module. */
static int handle_device(struct kmod_ctx *ctx, const char *modalias)
{
	struct kmod_list *list = NULL, *entry;
	int r = kmod_module_new_from_lookup(ctx, modalias, &list);

	if (r < 0) {
		fprintf(stderr, "%s: %s\n", modalias, strerror(-r));
		return r;
	}
	kmod_list_foreach(entry, list) {
		struct kmod_module *mod = kmod_module_get_module(entry);
		int error = load(mod);

		if (error < 0)
			r = error;
		kmod_module_unref(mod);
	}
	kmod_module_unref_list(list);
	return r;
}

int main(int argc, char **argv)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);
	int status = 0;

	/* Indexes stay open from here on; without this each lookup opens them. */
	if (!ctx || kmod_load_resources(ctx) < 0) {
		fputs("no module indexes: run depmod\n", stderr);
		kmod_unref(ctx);
		return 1;
	}
	for (int i = 1; i < argc; i++) {
		/* depmod or an editor may have been at work since the last event. */
		if (kmod_validate_resources(ctx) == KMOD_RESOURCES_MUST_RECREATE) {
			kmod_unref(ctx);
			ctx = kmod_new(NULL, NULL);
		}
		if (handle_device(ctx, argv[i]) < 0)
			status = 1;
	}
	kmod_unref(ctx);
	return status;
}
