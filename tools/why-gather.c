/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Facts about one module: every line that was written about it and what became of it,
 * who else would load it, and lines in files that are not read at all.
 *
 * Rules about a module are few, so each is looked at; the index of dependencies has
 * thousands of entries and is walked once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "libkmod/index/dep-line.h"
#include "libkmod/index/glob.h"
#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "tools/why.h"

#define MASKED_MAX (1024 * 1024)
#define MAX_DISTANCE 3

static const char *alias_of(const struct candidate *c)
{
	return c->mod ? c->mod->alias : NULL;
}

static bool takes_patterns(enum rule_kind kind)
{
	return kind != RULE_BLACKLIST && kind != RULE_OPTIONS;
}

/* Is the rule about this module, or about what was asked for? */
static bool is_about(const struct report *r, const struct candidate *c,
		     const struct rule *rule)
{
	char query[NAME_SIZE];

	if (rule->kind == RULE_ALIAS)
		return str_eq(rule->text, c->name) ||
		       (name_normalise_lookup(r->request, query) == 0 &&
			glob_match(rule->name, query));
	if (takes_patterns(rule->kind))
		return glob_match(rule->name, c->name);
	return str_eq(rule->name, c->name) ||
	       (rule->kind == RULE_OPTIONS && alias_of(c) &&
		str_eq(rule->name, alias_of(c)));
}

static int add_rule(struct candidate *c, const struct rule *rule, enum rule_effect effect,
		    const struct rule *by)
{
	const struct told_rule told = { rule, effect, by };

	return vec_push(&c->rules, told) ? 0 : -ENOMEM;
}

/* ---- options: the last line that sets a parameter wins ---- */

/* The next parameter's name in text, from *at on: its length, 0 at the end. */
static size_t next_parameter(const char **at, const char **name)
{
	bool quoted = false;
	size_t len;

	*at += strspn(*at, " ");
	*name = *at;
	len = strcspn(*at, " =");
	for (; **at && (quoted || **at != ' '); (*at)++)
		if (**at == '"')
			quoted = !quoted;
	return len;
}

static bool same_parameter(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
			return false;
	return true;
}

static bool sets(const char *text, const char *parameter, size_t parameter_len)
{
	const char *name;
	size_t len;

	while ((len = next_parameter(&text, &name)) > 0)
		if (len == parameter_len && same_parameter(name, parameter, len))
			return true;
	return false;
}

static bool sets_all_of(const char *text, const char *other)
{
	const char *name;
	size_t len;

	while ((len = next_parameter(&other, &name)) > 0)
		if (!sets(text, name, len))
			return false;
	return true;
}

static const struct rule *overriding(const struct conf *conf, const struct candidate *c,
				     const struct rule *rule)
{
	const struct rule *later = rule, *last = NULL;

	while ((later = conf_next_options(conf, later, c->name, alias_of(c))))
		if (sets_all_of(later->text, rule->text))
			last = later;
	return last;
}

/* ---- rules ---- */

/* The first line of the configuration about the same module's dependencies, or NULL. */
static const struct rule *replacing(const struct conf *conf, const struct candidate *c,
				    const struct rule *rule)
{
	const __typeof__(conf->rules[0]) *rules = &conf->rules[rule->kind];

	for (size_t i = 0; rule->origin == RULE_FROM_GENERATED && i < rules->n; i++)
		if (rules->at[i].origin != RULE_FROM_GENERATED &&
		    glob_match(rules->at[i].name, c->name))
			return &rules->at[i];
	return NULL;
}

static int tell_rule(struct report *r, struct candidate *c, const struct rule *rule)
{
	const struct conf *conf = r->ctx->conf;
	const struct rule *by = NULL;

	switch (rule->kind) {
	case RULE_BLACKLIST:
		by = conf_blacklisted(conf, c->name);
		return by == rule ? add_rule(c, rule, RULE_FOR_ALIASES, NULL)
				  : add_rule(c, rule, RULE_REPEATED, by);
	case RULE_INSTALL:
	case RULE_REMOVE:
		if (c->mod)
			by = rule->kind == RULE_INSTALL ? mod_install_rule(c->mod)
							: mod_remove_rule(c->mod);
		return !by || by == rule ? add_rule(c, rule, RULE_APPLIES, NULL)
					 : add_rule(c, rule, RULE_SHADOWED, by);
	case RULE_OPTIONS:
		by = overriding(conf, c, rule);
		return add_rule(c, rule, by ? RULE_OVERRIDDEN : RULE_APPLIES, by);
	case RULE_SOFTDEP:
	case RULE_WEAKDEP:
		by = replacing(conf, c, rule);
		return add_rule(c, rule, by ? RULE_REPLACED : RULE_APPLIES, by);
	case RULE_ALIAS:
		return add_rule(c, rule,
				alias_of(c) && str_eq(rule->name, alias_of(c))
					? RULE_APPLIES
					: RULE_OTHER_ALIAS,
				NULL);
	default:
		return 0;
	}
}

static int gather_rules(struct report *r, struct candidate *c)
{
	for (int kind = 0; kind < N_RULE_KINDS_; kind++) {
		const __typeof__(r->ctx->conf->rules[0]) *rules =
			&r->ctx->conf->rules[kind];

		for (size_t i = 0; i < rules->n; i++) {
			int error = is_about(r, c, &rules->at[i])
					    ? tell_rule(r, c, &rules->at[i])
					    : 0;
			if (error < 0)
				return error;
		}
	}
	return 0;
}

/* ---- masked files ---- */

int why_gather_masked(struct report *r)
{
	const struct conf *conf = r->ctx->conf;

	for (size_t i = 0; i < conf->masked.n; i++) {
		const struct conf_masked *masked = &conf->masked.at[i];
		struct masked_file file = { calloc(1, sizeof(*file.rules)), masked->by };
		_cleanup_free_ char *text = NULL;
		size_t len;
		int error = 0;

		if (!file.rules || !vec_push(&r->masked_files, file)) {
			free(file.rules);
			return -ENOMEM;
		}
		if (fs_read_file(AT_FDCWD, masked->path, MASKED_MAX, true, &text, &len) ==
		    0)
			error = conf_parse(r->ctx, file.rules, masked->path,
					   RULE_FROM_FILE, bytes_of(text, len));
		if (error < 0)
			return error;
	}
	return 0;
}

static int gather_masked(struct report *r, struct candidate *c)
{
	for (size_t i = 0; i < r->masked_files.n; i++) {
		const struct conf *file = r->masked_files.at[i].rules;

		for (int kind = 0; kind < N_RULE_KINDS_; kind++) {
			for (size_t j = 0; j < file->rules[kind].n; j++) {
				const struct masked_rule masked = {
					&file->rules[kind].at[j], r->masked_files.at[i].by
				};

				if (is_about(r, c, masked.rule) &&
				    !vec_push(&c->masked, masked))
					return -ENOMEM;
			}
		}
	}
	return 0;
}

/* ---- who else ---- */

struct user_walk {
	struct report *r;
	struct candidate *c;
	const char *path; /* the module's own, as modules.dep has it */
	size_t path_len;
};

static bool lists(const char *line, const char *path, size_t path_len)
{
	struct dep_line parsed;
	struct bytes dep;

	if (!strstr(line, path) || dep_line_parse(line, &parsed) < 0)
		return false;
	while (dep_line_next(&parsed.deps, &dep))
		if (bytes_equal(dep, bytes_of(path, path_len)))
			return true;
	return false;
}

static int add_user(struct report *r, struct candidate *c, const char *name,
		    enum user_role role, const struct rule *rule)
{
	const struct user user = { arena_strdup(&r->arena, name), role, rule };

	return user.name && vec_push(&c->users, user) ? 0 : -ENOMEM;
}

static int take_user(void *data, const struct index_hit *hit)
{
	const struct user_walk *walk = data;

	if (!lists(hit->value, walk->path, walk->path_len))
		return 0;
	return add_user(walk->r, walk->c, hit->pattern, USER_NEEDS, NULL);
}

static int gather_hard_users(struct report *r, struct candidate *c)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	struct user_walk walk = { .r = r, .c = c };
	struct dep_line parsed;
	const char *line;
	int error = mod_dep_line(c->mod, &line);

	if (error <= 0 || dep_line_parse(line, &parsed) < 0)
		return error < 0 ? error : 0;
	walk.path = arena_dup(&r->arena, parsed.path.ptr, parsed.path.len);
	walk.path_len = parsed.path.len;
	if (!walk.path)
		return -ENOMEM;
	error = ctx_index(r->ctx, KMOD_INDEX_MODULES_DEP, &idx);
	return error < 0 || !idx ? error : index_walk(idx, take_user, &walk);
}

/* What a word of a dependency line stands for; looked up once for all candidates. */
static int meaning_of(struct report *r, const char *word, const struct mod_hits **out)
{
	struct map_slot *slot = map_ensure(&r->meanings, word, strlen(word),
					   map_hash(word, strlen(word)));
	int error;

	if (!slot)
		return -ENOMEM;
	if (!slot->value) {
		struct mod_hits *hits = calloc(1, sizeof(*hits));

		if (!hits)
			return -ENOMEM;
		slot->value = hits;
		error = mod_lookup(r->ctx, word, false, hits);
		if (error == -ENOMEM)
			return error;
	}
	*out = slot->value;
	return 0;
}

/* Does it stand for the module? 1, 0, -ENOMEM. */
static int word_means(struct report *r, const char *word, const char *name)
{
	const struct mod_hits *hits;
	char normal[NAME_SIZE];
	int error;

	name_normalise(word, normal);
	if (str_eq(normal, name))
		return 1;
	error = meaning_of(r, word, &hits);
	for (size_t i = 0; error == 0 && i < hits->hits.n; i++)
		if (str_eq(hits->hits.at[i].mod->name, name))
			return 1;
	return error;
}

static int take_words(struct report *r, struct candidate *c, const struct rule *rule,
		      bool post, enum user_role role)
{
	const char *const *words = post ? rule->post : rule->pre;
	unsigned n = post ? rule->n_post : rule->n_pre;
	int error = 0;

	for (unsigned i = 0; error == 0 && i < n; i++)
		error = word_means(r, words[i], c->name);
	return error > 0 ? add_user(r, c, rule->name, role, rule) : error;
}

static int gather_soft_users(struct report *r, struct candidate *c)
{
	const struct conf *conf = r->ctx->conf;

	for (int kind = RULE_SOFTDEP; kind <= RULE_WEAKDEP; kind++) {
		bool weak = kind == RULE_WEAKDEP;

		for (size_t i = 0; i < conf->rules[kind].n; i++) {
			const struct rule *rule = &conf->rules[kind].at[i];
			const struct candidate other = { .name = rule->name };
			int error;

			if (replacing(conf, &other, rule))
				continue;
			error = take_words(r, c, rule, false,
					   weak ? USER_WEAKDEP : USER_PRE_SOFTDEP);
			if (error == 0)
				error = take_words(r, c, rule, true, USER_POST_SOFTDEP);
			if (error < 0)
				return error;
		}
	}
	return 0;
}

/* ---- softdeps that lead back ---- */

/* Does m ask for target as a softdep? 1, 0, -errno. */
static int asks_for(const struct kmod_module *m, const char *target)
{
	_cleanup_(mod_softdeps_fini) struct mod_softdeps pre = { 0 };
	_cleanup_(mod_softdeps_fini) struct mod_softdeps post = { 0 };
	int error = mod_softdeps(m, &pre, &post);

	if (error < 0)
		return error;
	for (size_t i = 0; i < pre.at.n; i++)
		if (str_eq(pre.at.at[i].mod->name, target))
			return 1;
	for (size_t i = 0; i < post.at.n; i++)
		if (str_eq(post.at.at[i].mod->name, target))
			return 1;
	return 0;
}

/* The step that brought a module in, or NULL. */
static const struct kmod_plan_step *step_of(const struct kmod_plan *plan,
					    const struct kmod_module *mod)
{
	for (size_t i = 0; i < kmod_plan_get_n_steps(plan); i++) {
		const struct kmod_plan_step *step = kmod_plan_get_step(plan, i);

		if (kmod_plan_step_get_module(step) == mod)
			return step;
	}
	return NULL;
}

/* "target -> ... -> step's module -> target": by because, from the step to the target. */
static const char *loop_text(struct report *r, const struct candidate *c,
			     const struct kmod_plan_step *step)
{
	const char *text = c->name;
	size_t left = kmod_plan_get_n_steps(c->plan);

	for (; text && step && left > 0; left--) {
		_cleanup_strbuf_ struct strbuf longer = STRBUF_INIT;
		const struct kmod_module *mod = kmod_plan_step_get_module(step);

		strbuf_addf(&longer, "%s -> %s", mod->name, text);
		text = arena_strdup(&r->arena, strbuf_str(&longer));
		mod = kmod_plan_step_get_because(step);
		step = mod ? step_of(c->plan, mod) : NULL;
	}
	return text;
}

static int find_loop(struct report *r, struct candidate *c)
{
	for (size_t i = 0; i < kmod_plan_get_n_steps(c->plan) && !c->loop; i++) {
		const struct kmod_plan_step *step = kmod_plan_get_step(c->plan, i);
		enum kmod_plan_reason role = kmod_plan_step_get_role(step);
		int error;

		if (role != KMOD_PLAN_PRE_SOFTDEP && role != KMOD_PLAN_POST_SOFTDEP)
			continue;
		error = asks_for(kmod_plan_step_get_module(step), c->name);
		if (error < 0)
			return error == -ENOMEM ? error : 0;
		if (error > 0)
			c->loop = loop_text(r, c, step);
	}
	return 0;
}

static int find_skipped(struct report *r, struct candidate *c)
{
	_cleanup_free_ char *function = kernel_lists_skip(&r->kernel, c->mod);

	if (function)
		c->initcall = arena_strdup(&r->arena, function);
	return !function || c->initcall ? 0 : -ENOMEM;
}

int why_gather(struct report *r, struct candidate *c)
{
	int error = gather_rules(r, c);

	if (error == 0)
		error = gather_masked(r, c);
	if (error == 0 && c->mod)
		error = gather_hard_users(r, c);
	if (error == 0)
		error = gather_soft_users(r, c);
	if (error == 0 && c->plan)
		error = find_loop(r, c);
	return error == 0 && c->mod ? find_skipped(r, c) : error;
}

/* ---- nearest ---- */

struct nearest {
	struct report *r;
	const char *name;
	const char *best;
	unsigned distance;
};

static int compare_name(void *data, const struct index_hit *hit)
{
	struct nearest *n = data;
	unsigned distance = str_distance(n->name, hit->pattern, n->distance - 1);

	if (distance < n->distance) {
		n->best = arena_strdup(&n->r->arena, hit->pattern);
		n->distance = distance;
	}
	return n->distance <= 1;
}

const char *why_nearest(struct report *r, const char *name)
{
	static const enum kmod_index types[] = { KMOD_INDEX_MODULES_DEP,
						 KMOD_INDEX_MODULES_BUILTIN };
	/* Of a short name everything is near. */
	size_t len = strlen(name);
	struct nearest n = { .r = r,
			     .name = name,
			     .distance = len / 3 < MAX_DISTANCE ? (unsigned)len / 3 + 1
								: MAX_DISTANCE + 1 };

	for (size_t i = 0; i < ARRAY_SIZE(types) && n.distance > 1; i++) {
		_cleanup_(index_unrefp) struct index *idx = NULL;

		if (ctx_index(r->ctx, types[i], &idx) < 0 || !idx)
			continue;
		if (index_walk(idx, compare_name, &n) < 0)
			break;
	}
	return n.best;
}
