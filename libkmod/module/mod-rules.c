/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the configuration says about a module: options, commands, blacklist, and lists
 * filtered by it. Commands and blacklist are answered from the immutable rules each
 * time; the joined options are built once.
 */
#include "libkmod/module/mod.h"

#include <errno.h>

#include "shared/strbuf.h"

/* ---- options ---- */

/* Text of all that apply, one blank between; MOD_NOTHING when there are none; NULL out of memory. */
static char *join_options(const struct kmod_module *mod)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	const struct rule *rule = NULL;

	while ((rule = conf_next_options(mod->ctx->conf, rule, mod->name, mod->alias))) {
		if (*rule->text == '\0')
			continue;
		if (text.len > 0)
			strbuf_addc(&text, ' ');
		strbuf_adds(&text, rule->text);
	}
	if (text.len == 0)
		return strbuf_ok(&text) ? MOD_NOTHING : NULL;
	return strbuf_take(&text, NULL);
}

int mod_options(const struct kmod_module *mod, const char **out)
{
	struct kmod_module *m = (struct kmod_module *)mod;
	char *options = atomic_load(&m->options);

	if (!options) {
		options = join_options(m);
		if (!options)
			return -ENOMEM;
		options = mod_publish(&m->options, options);
	}
	*out = options == MOD_NOTHING ? NULL : options;
	return 0;
}

const char *kmod_module_get_options(const struct kmod_module *mod)
{
	const char *options;

	return mod && mod_options(mod, &options) == 0 ? options : NULL;
}

/* ---- commands ---- */

const struct rule *mod_install_rule(const struct kmod_module *mod)
{
	const struct rule *fixed = atomic_load(&((struct kmod_module *)mod)->install);

	return fixed ? fixed : conf_command(mod->ctx->conf, RULE_INSTALL, mod->name);
}

const struct rule *mod_remove_rule(const struct kmod_module *mod)
{
	const struct rule *fixed = atomic_load(&((struct kmod_module *)mod)->remove);

	return fixed ? fixed : conf_command(mod->ctx->conf, RULE_REMOVE, mod->name);
}

const char *kmod_module_get_install_commands(const struct kmod_module *mod)
{
	const struct rule *rule = mod ? mod_install_rule(mod) : NULL;

	return rule ? rule->text : NULL;
}

const char *kmod_module_get_remove_commands(const struct kmod_module *mod)
{
	const struct rule *rule = mod ? mod_remove_rule(mod) : NULL;

	return rule ? rule->text : NULL;
}

/* ---- blacklist and filters ---- */

const struct rule *mod_blacklist_rule(const struct kmod_module *mod)
{
	return conf_blacklisted(mod->ctx->conf, mod->name);
}

static bool is_filtered(const struct kmod_module *mod, const struct kmod_ctx *ctx, unsigned filter)
{
	if ((filter & KMOD_FILTER_BLACKLIST) && conf_blacklisted(ctx->conf, mod->name))
		return true;
	return (filter & KMOD_FILTER_BUILTIN) && mod_is_builtin(mod);
}

int kmod_module_apply_filter(const struct kmod_ctx *ctx, enum kmod_filter filter_type,
			     const struct kmod_list *input, struct kmod_list **output)
{
	struct kmod_list *kept = NULL;
	const struct kmod_list *entry;

	if (!ctx || !output)
		return -ENOENT;
	*output = NULL;
	if (!list_is(input, LIST_OF_MODULES))
		return 0;
	kmod_list_foreach(entry, input) {
		struct kmod_module *mod = entry->data;

		if (is_filtered(mod, ctx, filter_type))
			continue;
		if (mod_list_add(&kept, mod) < 0) {
			kmod_module_unref_list(kept);
			return -ENOMEM;
		}
	}
	*output = kept;
	return 0;
}

int kmod_module_get_filtered_blacklist(const struct kmod_ctx *ctx, const struct kmod_list *input,
				       struct kmod_list **output)
{
	return kmod_module_apply_filter(ctx, KMOD_FILTER_BLACKLIST, input, output);
}
