/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modprobe that only shows: -c, --show-modversions, --show-exports. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/strbuf.h"
#include "tools/modprobe.h"

static const enum rule_kind sections[] = {
	RULE_BLACKLIST, RULE_INSTALL, RULE_REMOVE,  RULE_ALIAS,
	RULE_OPTIONS,   RULE_SOFTDEP, RULE_WEAKDEP,
};

static int dump_entry(void *data, const struct index_hit *hit)
{
	struct strbuf *out = data;

	strbuf_adds(out, "alias ");
	strbuf_adds(out, hit->pattern);
	strbuf_addc(out, ' ');
	strbuf_adds(out, hit->value);
	strbuf_addc(out, '\n');
	return strbuf_ok(out) ? 0 : -ENOMEM;
}

static int dump_index(struct kmod_ctx *ctx, enum kmod_index type, struct strbuf *out)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	int r = ctx_index(ctx, type, &idx);

	if (r < 0 || !idx)
		return r;
	return index_walk(idx, dump_entry, out);
}

int modprobe_show_config(struct modprobe *m)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		const __typeof__(m->ctx->conf->rules[0]) *rules =
			&m->ctx->conf->rules[sections[i]];

		for (size_t j = 0; j < rules->n; j++) {
			conf_print_rule(&out, &rules->at[j]);
			strbuf_addc(&out, '\n');
		}
	}
	strbuf_adds(&out, "\n# End of configuration files. Dumping indexes now:\n\n");
	r = dump_index(m->ctx, KMOD_INDEX_MODULES_ALIAS, &out);
	if (r == 0)
		r = dump_index(m->ctx, KMOD_INDEX_MODULES_SYMBOL, &out);
	if (r < 0 || !strbuf_ok(&out)) {
		tool_err("could not show the configuration: %s",
			 strerror(r < 0 ? -r : ENOMEM));
		return 1;
	}
	tool_put_value(stdout, strbuf_str(&out));
	return 0;
}

static void print_symbol(uint64_t crc, const char *name)
{
	printf("0x%08" PRIx64 "\t", crc);
	modprobe_print_line(name);
}

static int show_modversions(const struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *it;
	int r = kmod_module_get_versions(mod, &list);

	kmod_list_foreach(it, list)
		print_symbol(kmod_module_version_get_crc(it),
			     kmod_module_version_get_symbol(it));
	kmod_module_versions_free_list(list);
	return r;
}

/* A module that exports nothing is no failure (D34). */
static int show_exports(const struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *it;
	int r = kmod_module_get_symbols(mod, &list);

	kmod_list_foreach(it, list)
		print_symbol(kmod_module_symbol_get_crc(it),
			     kmod_module_symbol_get_symbol(it));
	kmod_module_symbols_free_list(list);
	return r == -ENODATA ? 0 : r;
}

int modprobe_show_symbols(struct modprobe *m, const char *operand)
{
	_cleanup_(modprobe_matches_free) struct kmod_plan_matches *matches = NULL;
	const struct kmod_module *mod;
	int rc = modprobe_resolve(m, operand, &matches);

	for (size_t i = 0;
	     (mod = kmod_plan_matches_get_module(matches, i)) && !m->stopped; i++) {
		int r = m->show_modversions ? show_modversions(mod) : show_exports(mod);

		if (r < 0) {
			modprobe_fatal(m, "could not get %s of %s: %s",
				       m->show_modversions ? "modversions" : "symbols",
				       kmod_module_get_name(mod), strerror(-r));
			rc = 1;
		}
	}
	return rc;
}
