/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the rules say about one name. Everything is a walk through the matching rules of
 * one kind in parse order, done by next_rule():
 *
 *	few rules     looks at each
 *	many rules    an index: the rules of each plain name in a chain, and the patterns;
 *	              the next match is the smaller of the next in the chain and the next
 *	              pattern that matches
 */
#include "libkmod/config/conf.h"

#include <errno.h>

#include "libkmod/config/conf-build.h"
#include "libkmod/index/glob.h"
#include "shared/cleanup.h"
#include "shared/map.h"
#include "shared/str.h"

enum {
	MANY_RULES = 256,
	MANY_WORDS = 32,
};

#define NONE UINT32_MAX

struct rule_index {
	struct map first;   /* name to its first rule's number + 1 */
	uint32_t *next;     /* of each rule: the next of the same name, or NONE */
	uint32_t *patterns; /* rules whose name is a pattern, ascending */
	uint32_t n_patterns;
};

/* Blacklist and options lines name modules, the others patterns. */
static bool takes_patterns(enum rule_kind kind)
{
	return kind != RULE_BLACKLIST && kind != RULE_OPTIONS;
}

static bool rule_matches(const struct rule *rule, const char *name)
{
	if (!takes_patterns(rule->kind))
		return str_eq(rule->name, name);
	/* Starts look at every rule for every module. */
	return glob_may_match(rule->name, name) && glob_match(rule->name, name);
}

/* ---- the index ---- */

static void rule_index_free(struct rule_index *index)
{
	if (!index)
		return;
	map_fini(&index->first);
	free(index->next);
	free(index->patterns);
	free(index);
}

/* From the last rule to the first, so that chains come out ascending. */
static int fill_index(struct rule_index *index, const struct rule *rules, uint32_t n,
		      bool patterns)
{
	for (uint32_t i = n; i-- > 0;) {
		const char *name = rules[i].name;
		size_t len = strlen(name);

		index->next[i] = NONE;
		if (patterns && glob_is_pattern(name)) {
			index->patterns[n - ++index->n_patterns] = i;
			continue;
		}
		struct map_slot *slot = map_ensure(&index->first, name, len,
						   map_hash(name, len));
		if (!slot)
			return -ENOMEM;
		if (slot->value)
			index->next[i] = (uint32_t)((uintptr_t)slot->value - 1);
		slot->value = (void *)((uintptr_t)i + 1);
	}
	memmove(index->patterns, index->patterns + n - index->n_patterns,
		index->n_patterns * sizeof(*index->patterns));
	return 0;
}

static struct rule_index *rule_index_new(const struct rule *rules, uint32_t n,
					 bool patterns)
{
	struct rule_index *index = calloc(1, sizeof(*index));

	if (!index)
		return NULL;
	index->next = malloc(n * sizeof(*index->next));
	index->patterns = malloc(n * sizeof(*index->patterns));
	if (!index->next || !index->patterns ||
	    fill_index(index, rules, n, patterns) < 0) {
		rule_index_free(index);
		return NULL;
	}
	return index;
}

int conf_index_rules(struct conf *conf)
{
	conf_index_fini(conf);
	for (int kind = 0; kind < N_RULE_KINDS_; kind++) {
		size_t n = conf->rules[kind].n;

		if (n < MANY_RULES || n >= NONE)
			continue;
		conf->index[kind] = rule_index_new(conf->rules[kind].at, (uint32_t)n,
						   takes_patterns(kind));
		if (!conf->index[kind])
			return -ENOMEM;
		conf->n_indexed[kind] = n;
	}
	return 0;
}

void conf_index_fini(struct conf *conf)
{
	for (int kind = 0; kind < N_RULE_KINDS_; kind++) {
		rule_index_free(conf->index[kind]);
		conf->index[kind] = NULL;
	}
}

/* The first rule of exactly name from number from on. prev is the rule before, or NULL. */
static uint32_t next_in_chain(const struct rule_index *index, const struct rule *prev,
			      uint32_t from, const char *name)
{
	uint32_t i;

	if (prev && str_eq(prev->name, name)) {
		i = index->next[from - 1];
	} else {
		uintptr_t first = (uintptr_t)map_get(&index->first, name);
		i = first ? (uint32_t)(first - 1) : NONE;
	}
	while (i != NONE && i < from)
		i = index->next[i];
	return i;
}

/* The first pattern that matches name among the rules from number from on and before limit. */
static uint32_t next_pattern(const struct rule_index *index, const struct rule *rules,
			     uint32_t from, uint32_t limit, const char *name)
{
	uint32_t lo = 0, hi = index->n_patterns;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (index->patterns[mid] < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < index->n_patterns && index->patterns[lo] < limit; lo++)
		if (glob_match(rules[index->patterns[lo]].name, name))
			return index->patterns[lo];
	return NONE;
}

/* ---- the walk ---- */

/* Rules that were added later, as tests do, are not in the index: it does not count then. */
static bool has_index(const struct conf *conf, enum rule_kind kind)
{
	return conf->index[kind] && conf->n_indexed[kind] == conf->rules[kind].n;
}

/* The first matching rule behind prev (NULL: of all); NULL when there is none. */
static const struct rule *next_rule(const struct conf *conf, enum rule_kind kind,
				    const struct rule *prev, const char *name)
{
	const struct rule *rules = conf->rules[kind].at;
	size_t n = conf->rules[kind].n, from = prev ? (size_t)(prev - rules) + 1 : 0;

	if (has_index(conf, kind)) {
		const struct rule_index *index = conf->index[kind];
		uint32_t i = next_in_chain(index, prev, (uint32_t)from, name);
		uint32_t j = next_pattern(index, rules, (uint32_t)from, i, name);

		i = i < j ? i : j;
		return i != NONE ? &rules[i] : NULL;
	}
	for (size_t i = from; i < n; i++)
		if (rule_matches(&rules[i], name))
			return &rules[i];
	return NULL;
}

const struct rule *conf_blacklisted(const struct conf *conf, const char *name)
{
	return next_rule(conf, RULE_BLACKLIST, NULL, name);
}

const struct rule *conf_command(const struct conf *conf, enum rule_kind kind,
				const char *name)
{
	return next_rule(conf, kind, NULL, name);
}

const struct rule *conf_rule_exact(const struct conf *conf, enum rule_kind kind,
				      const char *name)
{
	const struct rule *rules = conf->rules[kind].at;

	if (has_index(conf, kind) && !glob_is_pattern(name)) {
		uint32_t i = next_in_chain(conf->index[kind], NULL, 0, name);
		return i != NONE ? &rules[i] : NULL;
	}
	for (size_t i = 0; i < conf->rules[kind].n; i++)
		if (str_eq(rules[i].name, name))
			return &rules[i];
	return NULL;
}

const struct rule *conf_next_alias(const struct conf *conf, const struct rule *prev,
				   const char *query)
{
	return next_rule(conf, RULE_ALIAS, prev, query);
}

const struct rule *conf_next_options(const struct conf *conf, const struct rule *prev,
				     const char *name, const char *alias)
{
	const struct rule *by_name = next_rule(conf, RULE_OPTIONS, prev, name);
	const struct rule *by_alias = alias ? next_rule(conf, RULE_OPTIONS, prev, alias)
					    : NULL;

	if (!by_name || !by_alias)
		return by_name ? by_name : by_alias;
	return by_name < by_alias ? by_name : by_alias;
}

/* ---- dependencies ---- */

void conf_words_fini(struct conf_words *w)
{
	vec_fini(&w->words);
	vec_fini(&w->rules);
}

/* Words already in the list, once there are too many to look at each. */
struct seen {
	struct map map;
	struct arena arena; /* the keys: words as names */
};

static char fold(char c)
{
	return c == '-' ? '_' : c;
}

static bool same_name(const char *a, const char *b)
{
	for (; fold(*a) == fold(*b); a++, b++)
		if (*a == '\0')
			return true;
	return false;
}

/* 1 when word was there before, 0 when it is new; -ENOMEM. */
static int seen_add(struct seen *seen, const char *word)
{
	char *key = arena_strdup(&seen->arena, word);
	struct map_slot *slot;
	size_t len;

	if (!key)
		return -ENOMEM;
	for (len = 0; key[len]; len++)
		key[len] = fold(key[len]);
	slot = map_ensure(&seen->map, key, len, map_hash(key, len));
	if (!slot)
		return -ENOMEM;
	if (slot->value)
		return 1;
	slot->value = key;
	return 0;
}

static int is_listed(struct seen *seen, const struct conf_words *out, const char *word)
{
	if (out->words.n < MANY_WORDS) {
		for (size_t i = 0; i < out->words.n; i++)
			if (same_name(out->words.at[i], word))
				return 1;
		return 0;
	}
	for (size_t i = seen->map.n == 0 ? 0 : out->words.n; i < out->words.n; i++) {
		int r = seen_add(seen, out->words.at[i]);
		if (r < 0)
			return r;
	}
	return seen_add(seen, word);
}

static int add_words(struct seen *seen, struct conf_words *out, const struct rule *rule,
		     const char *const *words, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		int r = is_listed(seen, out, words[i]);

		if (r < 0)
			return r;
		if (r == 0 &&
		    (!vec_push(&out->words, words[i]) || !vec_push(&out->rules, rule)))
			return -ENOMEM;
	}
	return 0;
}

static void seen_fini(struct seen *seen)
{
	map_fini(&seen->map);
	arena_fini(&seen->arena);
}

static void drop_words(struct conf_words *words, struct seen *seen)
{
	words->words.n = words->rules.n = 0;
	seen_fini(seen);
}

/* D16: all lines of the configuration together, or else all generated ones. */
static int collect(const struct conf *conf, enum rule_kind kind, const char *name,
		   struct conf_words *pre, struct conf_words *post)
{
	struct seen seen_pre = { 0 }, seen_post = { 0 };
	const struct rule *rule = NULL;
	bool configured = false;
	int r = 0;

	while (r == 0 && (rule = next_rule(conf, kind, rule, name))) {
		bool generated = rule->origin == RULE_FROM_GENERATED;

		if (configured && generated)
			continue;
		if (!configured && !generated) {
			configured = true;
			drop_words(pre, &seen_pre);
			if (post)
				drop_words(post, &seen_post);
		}
		r = add_words(&seen_pre, pre, rule, rule->pre, rule->n_pre);
		if (r == 0 && post)
			r = add_words(&seen_post, post, rule, rule->post, rule->n_post);
	}
	seen_fini(&seen_pre);
	seen_fini(&seen_post);
	return r;
}

int conf_softdeps(const struct conf *conf, const char *name, struct conf_words *pre,
		  struct conf_words *post)
{
	return collect(conf, RULE_SOFTDEP, name, pre, post);
}

int conf_weakdeps(const struct conf *conf, const char *name, struct conf_words *weak)
{
	return collect(conf, RULE_WEAKDEP, name, weak, NULL);
}
