/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a spelling to modules. The stages are tried in order, the first that finds
 * anything ends the search:
 *
 *	1 config aliases     patterns matching the query; the target is taken as written
 *	2 modules.dep        the query is a module's name
 *	3 modules.symbols    "symbol:..." queries only
 *	4 config commands    an install or remove line for exactly this name
 *	5 modules.alias      patterns matching the query
 *	6 modules.builtin    the query is the name of a built-in module
 *	7 modules.builtin.alias
 *
 * Each stage hands what it finds to a sink; the public list and the hits with their
 * reasons are two sinks of one search.
 */
#include "libkmod/module/mod.h"

#include <errno.h>
#include <string.h>

#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/str.h"

struct found {
	const char *name;
	const char *alias;        /* NULL: reached by its name */
	const char *pattern;      /* the alias pattern that matched, or NULL */
	const struct rule *rule;
	const char *dep_line;     /* only MOD_BY_NAME */
};

struct search {
	struct kmod_ctx *ctx;
	const char *query;        /* normalised */
	enum mod_stage stage;
	size_t n_found;
	/* Takes the reference over when it returns 0; else the search ends with what it returns. */
	int (*sink)(void *data, struct kmod_module *mod, enum mod_stage stage, const struct found *found);
	void *data;
};

static const char *const stage_names[] = {
	[MOD_BY_CONFIG_ALIAS] = "configuration",
	[MOD_BY_NAME] = "modules.dep",
	[MOD_BY_SYMBOL] = "modules.symbols",
	[MOD_BY_COMMAND] = "configuration",
	[MOD_BY_ALIAS] = "modules.alias",
	[MOD_BY_BUILTIN] = "modules.builtin",
	[MOD_BY_BUILTIN_ALIAS] = "modules.builtin.alias",
	[MOD_BY_PATH] = "path",
};
_Static_assert(ARRAY_SIZE(stage_names) == N_MOD_STAGES_, "every stage has a name");

const char *mod_stage_name(enum mod_stage stage)
{
	return (unsigned)stage < N_MOD_STAGES_ ? stage_names[stage] : NULL;
}

/* What a stage knows about a module and nobody asked for yet. */
static int remember(struct kmod_module *mod, enum mod_stage stage, const struct found *found)
{
	int unknown = MOD_BUILTIN_UNKNOWN;

	if (found->dep_line && !atomic_load(&mod->dep_line)) {
		char *line = strdup(found->dep_line);

		if (!line)
			return -ENOMEM;
		mod_publish(&mod->dep_line, line);
	}
	if (stage == MOD_BY_BUILTIN || stage == MOD_BY_BUILTIN_ALIAS)
		atomic_compare_exchange_strong(&mod->builtin, &unknown, MOD_BUILTIN_YES);
	if (stage == MOD_BY_COMMAND)
		atomic_store(found->rule->kind == RULE_INSTALL ? &mod->install : &mod->remove, found->rule);
	return 0;
}

static int report(struct search *s, const struct found *found)
{
	struct kmod_module *mod;
	int r = mod_get(s->ctx, found->name, found->alias, &mod);

	if (r < 0)
		return r;
	r = remember(mod, s->stage, found);
	if (r == 0)
		r = s->sink(s->data, mod, s->stage, found);
	if (r != 0)
		kmod_module_unref(mod);
	else
		s->n_found++;
	return r;
}

/* ---- stages ---- */

static int stage_config_alias(struct search *s)
{
	const struct conf *conf = s->ctx->conf;
	const struct rule *rule = NULL;
	int r = 0;

	while (r == 0 && (rule = conf_next_alias(conf, rule, s->query)))
		r = report(s, &(struct found){ .name = rule->text, .alias = rule->name,
					       .pattern = rule->name, .rule = rule });
	return r;
}

static int stage_name(struct search *s, enum kmod_index type)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	struct found found = { .name = s->query };
	const char *value;
	int r = ctx_index(s->ctx, type, &idx);

	if (r < 0 || !idx)
		return r;
	r = index_find(idx, s->query, &value);
	if (r <= 0)
		return r;
	if (type == KMOD_INDEX_MODULES_DEP)
		found.dep_line = value;
	return report(s, &found);
}

static int stage_dep(struct search *s)
{
	return strchr(s->query, ':') ? 0 : stage_name(s, KMOD_INDEX_MODULES_DEP);
}

static int stage_builtin(struct search *s)
{
	return stage_name(s, KMOD_INDEX_MODULES_BUILTIN);
}

static int report_match(void *data, const struct index_hit *hit)
{
	struct search *s = data;

	return report(s, &(struct found){ .name = hit->value, .alias = s->query, .pattern = hit->pattern });
}

static int stage_match(struct search *s, enum kmod_index type)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	int r = ctx_index(s->ctx, type, &idx);

	if (r < 0 || !idx)
		return r;
	return index_match(idx, s->query, report_match, s);
}

static int stage_symbol(struct search *s)
{
	return str_starts_with(s->query, "symbol:") ? stage_match(s, KMOD_INDEX_MODULES_SYMBOL) : 0;
}

static int stage_alias(struct search *s)
{
	return stage_match(s, KMOD_INDEX_MODULES_ALIAS);
}

static int stage_builtin_alias(struct search *s)
{
	return stage_match(s, KMOD_INDEX_MODULES_BUILTIN_ALIAS);
}

static int stage_command(struct search *s)
{
	const struct rule *rule = conf_rule_exact(s->ctx->conf, RULE_INSTALL, s->query);
	char name[NAME_SIZE];

	if (!rule)
		rule = conf_rule_exact(s->ctx->conf, RULE_REMOVE, s->query);
	if (!rule)
		return 0;
	name_normalise(s->query, name);
	return report(s, &(struct found){ .name = name, .rule = rule });
}

static const struct {
	enum mod_stage stage;
	bool by_name_only; /* also part of a name lookup */
	int (*run)(struct search *s);
} stages[] = {
	{ MOD_BY_CONFIG_ALIAS, false, stage_config_alias },
	{ MOD_BY_NAME, true, stage_dep },
	{ MOD_BY_SYMBOL, false, stage_symbol },
	{ MOD_BY_COMMAND, false, stage_command },
	{ MOD_BY_ALIAS, false, stage_alias },
	{ MOD_BY_BUILTIN, true, stage_builtin },
	{ MOD_BY_BUILTIN_ALIAS, true, stage_builtin_alias },
};

static int search_run(struct search *s, bool names_only)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(stages) && r == 0 && s->n_found == 0; i++) {
		if (names_only && !stages[i].by_name_only)
			continue;
		s->stage = stages[i].stage;
		r = stages[i].run(s);
	}
	return r;
}

static int search_spelling(struct search *s, const char *spelling)
{
	char query[NAME_SIZE];
	int r = name_normalise_lookup(spelling, query);

	if (r < 0)
		return r;
	s->query = query;
	r = search_run(s, false);
	s->query = NULL;
	return r;
}

/* ---- hits with reasons ---- */

struct hit_sink {
	struct mod_hits *hits;
	bool want_patterns;
};

static int add_hit(void *data, struct kmod_module *mod, enum mod_stage stage, const struct found *found)
{
	struct hit_sink *sink = data;
	_cleanup_free_ char *pattern = NULL;
	struct mod_hit *hit;

	if (sink->want_patterns && found->pattern) {
		pattern = strdup(found->pattern);
		if (!pattern)
			return -ENOMEM;
	}
	hit = vec_add(&sink->hits->hits);
	if (!hit)
		return -ENOMEM;
	*hit = (struct mod_hit){ .mod = mod, .stage = stage, .pattern = TAKE_PTR(pattern), .rule = found->rule };
	return 0;
}

int mod_lookup(struct kmod_ctx *ctx, const char *spelling, bool want_patterns, struct mod_hits *out)
{
	struct mod_hits hits = { 0 };
	struct hit_sink sink = { .hits = &hits, .want_patterns = want_patterns };
	struct search s = { .ctx = ctx, .sink = add_hit, .data = &sink };
	int r = search_spelling(&s, spelling);

	if (r < 0) {
		mod_hits_fini(&hits);
		return r;
	}
	*out = hits;
	return 0;
}

void mod_hits_fini(struct mod_hits *hits)
{
	for (size_t i = 0; i < hits->hits.n; i++) {
		kmod_module_unref(hits->hits.at[i].mod);
		free(hits->hits.at[i].pattern);
	}
	vec_fini(&hits->hits);
}

/* ---- public ---- */

static int add_node(void *data, struct kmod_module *mod, enum mod_stage stage _unused_,
		    const struct found *found _unused_)
{
	struct kmod_list **list = data;

	return list_append(list, mod) ? 0 : -ENOMEM;
}

int kmod_module_new_from_lookup(struct kmod_ctx *ctx, const char *given_alias, struct kmod_list **list)
{
	struct kmod_list *found = NULL;
	struct search s = { .ctx = ctx, .sink = add_node, .data = &found };
	int r;

	if (!ctx || !given_alias)
		return -ENOENT;
	if (!list || *list) {
		log_err(ctx, "an empty list is needed to look up modules\n");
		return -ENOSYS;
	}
	r = search_spelling(&s, given_alias);
	if (r < 0) {
		kmod_module_unref_list(found);
		return r;
	}
	*list = found;
	return 0;
}

#define SEARCH_SATISFIED 1

static int take_first(void *data, struct kmod_module *mod, enum mod_stage stage _unused_,
		      const struct found *found _unused_)
{
	struct kmod_module **first = data;

	*first = kmod_module_ref(mod);
	return SEARCH_SATISFIED;
}

int kmod_module_new_from_name_lookup(struct kmod_ctx *ctx, const char *modname, struct kmod_module **mod)
{
	struct kmod_module *first = NULL;
	struct search s = { .ctx = ctx, .sink = take_first, .data = &first };
	char query[NAME_SIZE];
	int r;

	if (!ctx || !modname || !mod)
		return -ENOENT;
	name_normalise(modname, query);
	s.query = query;
	r = search_run(&s, true);
	if (r < 0)
		return r;
	if (first)
		*mod = first;
	return 0;
}
