/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "libkmod/check/params.h"
#include "libkmod/index/glob.h"
#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/str.h"
#include "tools/lint.h"

/* What modules take, read once each. */
struct known_params {
	struct params params;
	bool readable;
};

struct pass {
	struct lint *l;
	const struct conf *conf;
	struct map params;   /* module to struct known_params */
	struct map settings; /* "MODULE PARAMETER" to the rule that sets it last */
	struct map patterns[N_RULE_KINDS_]; /* of commands, to the first such rule */
	const struct rule *rule;
};

static bool is_ours(const struct rule *rule)
{
	return rule->origin == RULE_FROM_FILE;
}

#define say_of(p, severity, check, rule, ...)                                       \
	lint_say((p)->l, LINT_##severity, LINT_##check, (rule)->file, (rule)->line, \
		 __VA_ARGS__)

/* ---- names ---- */

#define NEAR_ENOUGH 2

/* Names of about the length with the first or the second letter right. */
static const char *nearest_module(const struct lint *l, const char *name)
{
	size_t len = strlen(name);
	unsigned best = NEAR_ENOUGH + 1;
	const char *nearest = NULL;

	for (size_t i = 0; len > 2 && i < l->names.at.n; i++) {
		const char *other = l->names.at.at[i];
		unsigned distance;

		if (other[0] != name[0] && other[1] != name[1])
			continue;
		distance = str_distance(name, other, best - 1);
		if (distance < best) {
			best = distance;
			nearest = other;
		}
	}
	return nearest;
}

static const struct rule *find_alias(const struct conf *conf, const char *name)
{
	return conf_rule_exact(conf, RULE_ALIAS, name);
}

static void say_no_module(struct pass *p, const struct rule *rule, const char *name)
{
	const char *nearest = nearest_module(p->l, name);

	if (nearest)
		say_of(p, WARNING, NO_MODULE, rule,
		       "there is no module '%s' in %s; did you mean '%s'?", name,
		       p->l->target.dir, nearest);
	else
		say_of(p, WARNING, NO_MODULE, rule, "there is no module '%s' in %s", name,
		       p->l->target.dir);
}

/* Is name, which the rule is about or points to, a module? Else it has been said. */
static bool check_name(struct pass *p, const struct rule *rule, const char *name)
{
	if (!p->l->has_names || glob_is_pattern(name))
		return false;
	if (lint_has_module(p->l, name))
		return true;
	if (!lint_is_builtin(p->l, name))
		say_no_module(p, rule, name);
	return false;
}

/* ---- rules that are too late, or for nothing ---- */

static void check_builtin(struct pass *p, const struct rule *rule)
{
	static const char *const advice[N_RULE_KINDS_] = {
		[RULE_BLACKLIST] = "it cannot be blocked here",
		[RULE_INSTALL] = "the command is never run for a device",
		[RULE_REMOVE] = "the command is never run",
		[RULE_OPTIONS] = "its parameters belong on the kernel command line",
		[RULE_SOFTDEP] = "nothing is loaded with it",
		[RULE_WEAKDEP] = "nothing is loaded with it",
	};

	if (advice[rule->kind] && lint_is_builtin(p->l, rule->name))
		say_of(p, WARNING, BUILTIN, rule, "'%s' is built into the kernel: %s",
		       rule->name, advice[rule->kind]);
}

/* The first rule with the same pattern: this one, unless there was one before. */
static const struct rule *first_of_pattern(struct pass *p, const struct rule *rule)
{
	size_t len = strlen(rule->name);
	struct map_slot *slot = map_ensure(&p->patterns[rule->kind], rule->name, len,
					   map_hash(rule->name, len));

	if (!slot) {
		p->l->failed = true;
		return NULL;
	}
	if (!slot->value)
		slot->value = (void *)rule;
	return slot->value;
}

static void check_shadowed_command(struct pass *p, const struct rule *rule)
{
	const struct rule *first = glob_is_pattern(rule->name)
					   ? first_of_pattern(p, rule)
					   : conf_command(p->conf, rule->kind,
							  rule->name);

	if (first && first < rule)
		say_of(p, WARNING, NO_EFFECT, rule,
		       "never takes effect: %s:%u comes first for '%s'", first->file,
		       first->line, first->name);
}

static void check_repeated_blacklist(struct pass *p, const struct rule *rule)
{
	const struct rule *first = conf_blacklisted(p->conf, rule->name);

	if (first && first != rule)
		say_of(p, NOTE, NO_EFFECT, rule, "'%s' is blacklisted by %s:%u already",
		       rule->name, first->file, first->line);
}

/* ---- commands ---- */

/* Words that the shell knows itself, or whose first word says nothing about a program. */
static bool is_shell_word(const char *word)
{
	static const char *const words[] = {
		":",      ".",       "!",     "[",     "{",      "alias", "case",
		"cd",     "command", "echo",  "eval",  "exec",   "exit",  "export",
		"false",  "for",     "if",    "kill",  "printf", "read",  "return",
		"set",    "shift",   "test",  "time",  "trap",   "true",  "type",
		"ulimit", "umask",   "unset", "until", "wait",   "while",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(words[i], word))
			return true;
	return false;
}

static bool is_program(const char *root, const char *dir, const char *name)
{
	_cleanup_free_ char *path = NULL;
	char target[1];

	if (asprintf(&path, "%s%s%s", root, dir, name) < 0)
		return true;
	/* A link below another root may point to where only that root makes sense. */
	return access(path, X_OK) == 0 || readlink(path, target, sizeof(target)) > 0;
}

static void check_program(struct pass *p, const struct rule *rule)
{
	static const char *const dirs[] = { "/usr/local/sbin/", "/usr/local/bin/",
					    "/usr/sbin/",       "/usr/bin/",
					    "/sbin/",           "/bin/" };
	const char *root = p->l->target.root ? p->l->target.root : "";
	const char *text = rule->text + strspn(rule->text, " \t(");
	size_t len = strcspn(text, " \t;&|<>()");
	char word[256];

	if (len == 0 || len >= sizeof(word))
		return;
	memcpy(word, text, len);
	word[len] = '\0';
	/* What the shell expands, and assignments, are not looked through. */
	if (word[strcspn(word, "$`'\"\\*?[]=~")] || is_shell_word(word))
		return;
	if (strchr(word, '/')) {
		if (word[0] == '/' && !is_program(root, "", word))
			say_of(p, ERROR, NO_PROGRAM, rule,
			       "program %s of the command is missing", word);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (is_program(root, dirs[i], word))
			return;
	say_of(p, ERROR, NO_PROGRAM, rule,
	       "program '%s' of the command is in none of the usual directories", word);
}

/* ---- aliases ---- */

static void check_alias(struct pass *p, const struct rule *rule)
{
	const struct rule *next;

	if (lint_has_module(p->l, rule->text) || lint_is_builtin(p->l, rule->text))
		return;
	next = find_alias(p->conf, rule->text);
	if (next)
		say_of(p, ERROR, ALIAS_CHAIN, rule,
		       "'%s' is an alias itself (%s:%u): aliases of aliases are not "
		       "followed",
		       rule->text, next->file, next->line);
	else if (str_eq(rule->text, "off"))
		say_of(p, ERROR, NO_MODULE, rule,
		       "'off' has no meaning: there is no module of that name; use "
		       "blacklist or install");
	else if (!conf_rule_exact(p->conf, RULE_INSTALL, rule->text))
		(void)check_name(p, rule, rule->text);
}

/* ---- parameters ---- */

static struct known_params *params_of(struct pass *p, const char *module)
{
	struct known_params *known = map_get(&p->params, module);
	struct kmod_module *mod;
	const struct elf *elf;

	if (known)
		return known;
	known = arena_zalloc(&p->l->arena, sizeof(*known));
	if (!known || map_put(&p->params, module, known) < 0) {
		p->l->failed = true;
		return NULL;
	}
	known->params.arena = ARENA_INIT;
	if (mod_get(p->l->target.ctx, module, NULL, &mod) < 0)
		return known;
	if (mod_file_lock(mod, true, NULL, &elf) >= 0) {
		known->readable = params_read(elf, &known->params) == 0;
		mod_file_unlock(mod);
	}
	kmod_module_unref(mod);
	return known;
}

static void say_parameter(void *data, enum param_problem problem,
			  const char *name _unused_, const char *text)
{
	struct pass *p = data;

	if (problem == PARAM_UNTYPED)
		return;
	if (problem == PARAM_UNKNOWN)
		say_of(p, WARNING, PARAMETER, p->rule, "%s", text);
	else
		say_of(p, ERROR, PARAMETER, p->rule, "%s", text);
}

static void check_parameters(struct pass *p, const struct rule *rule, const char *module)
{
	const struct known_params *known = params_of(p, module);

	p->rule = rule;
	if (known && known->readable &&
	    params_check(&known->params, module, rule->text, say_parameter, p) < 0)
		p->l->failed = true;
}

/* Calls fn for "MODULE PARAMETER" of each word of the rule's text. */
static void each_setting(struct pass *p, const struct rule *rule,
			 void (*fn)(struct pass *p, const struct rule *rule,
				    const char *key, size_t name_at))
{
	const char *text = rule->text;

	for (;;) {
		_cleanup_free_ char *key = NULL;
		size_t name_len, word_len;

		text += strspn(text, " \t");
		word_len = strcspn(text, " \t");
		if (word_len == 0)
			return;
		name_len = strcspn(text, "=");
		name_len = name_len < word_len ? name_len : word_len;
		if (asprintf(&key, "%s %.*s", rule->name, (int)name_len, text) < 0) {
			key = NULL;
			p->l->failed = true;
			return;
		}
		fn(p, rule, key, strlen(rule->name) + 1);
		text += word_len;
	}
}

static void note_setting(struct pass *p, const struct rule *rule, const char *key,
			 size_t name_at _unused_)
{
	size_t len = strlen(key);
	uint32_t hash = map_hash(key, len);
	struct map_slot *slot = map_find(&p->settings, key, len, hash);

	if (!slot) {
		const char *kept = arena_strdup(&p->l->arena, key);

		slot = kept ? map_ensure(&p->settings, kept, len, hash) : NULL;
	}
	if (slot)
		slot->value = (void *)rule;
	else
		p->l->failed = true;
}

static void check_setting(struct pass *p, const struct rule *rule, const char *key,
			  size_t name_at)
{
	const struct rule *last = map_get(&p->settings, key);

	if (last && last != rule && is_ours(rule))
		say_of(p, WARNING, NO_EFFECT, rule,
		       "parameter '%s' of %s is set again by %s:%u, which counts",
		       key + name_at, rule->name, last->file, last->line);
}

/* Parameters may be given for an alias, too. */
static void check_options(struct pass *p, const struct rule *rule)
{
	const struct rule *alias;

	if (lint_has_module(p->l, rule->name)) {
		check_parameters(p, rule, rule->name);
		return;
	}
	alias = find_alias(p->conf, rule->name);
	if (alias && lint_has_module(p->l, alias->text))
		check_parameters(p, rule, alias->text);
	else if (!alias)
		(void)check_name(p, rule, rule->name);
}

/* ---- all of them ---- */

static void check_words(struct pass *p, const struct rule *rule)
{
	const char *const *lists[] = { rule->pre, rule->post };
	const unsigned n[] = { rule->n_pre, rule->n_post };
	char name[NAME_SIZE];

	for (size_t k = 0; k < ARRAY_SIZE(lists); k++) {
		for (unsigned i = 0; i < n[k]; i++) {
			/* A word may be an alias, which only a lookup can tell. */
			if (strchr(lists[k][i], ':') || find_alias(p->conf, lists[k][i]))
				continue;
			name_normalise(lists[k][i], name);
			(void)check_name(p, rule, name);
		}
	}
}

static void check_rule(struct pass *p, const struct rule *rule)
{
	check_builtin(p, rule);
	switch (rule->kind) {
	case RULE_BLACKLIST:
		(void)check_name(p, rule, rule->name);
		check_repeated_blacklist(p, rule);
		break;
	case RULE_INSTALL:
	case RULE_REMOVE:
		check_shadowed_command(p, rule);
		check_program(p, rule);
		break;
	case RULE_ALIAS:
		check_alias(p, rule);
		break;
	case RULE_OPTIONS:
		check_options(p, rule);
		each_setting(p, rule, check_setting);
		break;
	case RULE_SOFTDEP:
	case RULE_WEAKDEP:
		(void)check_name(p, rule, rule->name);
		check_words(p, rule);
		break;
	case N_RULE_KINDS_:
		break;
	}
}

static void pass_fini(struct pass *p)
{
	for (struct map_slot *s = map_next(&p->params, NULL); s;
	     s = map_next(&p->params, s)) {
		struct known_params *known = s->value;

		params_fini(&known->params);
	}
	map_fini(&p->params);
	map_fini(&p->settings);
	for (size_t kind = 0; kind < N_RULE_KINDS_; kind++)
		map_fini(&p->patterns[kind]);
}

void lint_rules(struct lint *l)
{
	struct pass p = { .l = l, .conf = l->target.ctx->conf };
	const __typeof__(p.conf->rules[0]) *options = &p.conf->rules[RULE_OPTIONS];

	for (size_t i = 0; i < options->n; i++)
		each_setting(&p, &options->at[i], note_setting);
	for (size_t kind = 0; kind < N_RULE_KINDS_; kind++)
		for (size_t i = 0; i < p.conf->rules[kind].n; i++)
			if (is_ours(&p.conf->rules[kind].at[i]))
				check_rule(&p, &p.conf->rules[kind].at[i]);
	for (size_t i = 0; i < p.conf->masked.n; i++)
		lint_say(l, LINT_NOTE, LINT_MASKED, p.conf->masked.at[i].path, 1,
			 "the file is not read: %s has its name and comes first",
			 p.conf->masked.at[i].by);
	pass_fini(&p);
}
