/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One file's text to rules. Each directive has a row in a table; what it cannot use it
 * says with file and line, and parsing goes on.
 */
#include "libkmod/config/conf.h"

#include <errno.h>

#include "libkmod/config/conf-build.h"
#include "libkmod/log.h"
#include "libkmod/name.h"
#include "shared/str.h"

struct parser {
	const struct kmod_ctx *ctx;
	struct conf *conf;
	const char *file;      /* as given */
	const char *kept_file; /* the same in conf's arena, once a rule needs it */
	enum rule_origin origin;
	unsigned line;
};

static const char white_space[] = " \t\n\v\f\r";

#define warn_line(p, fmt, ...) \
	log_warning((p)->ctx, "%s:%u: " fmt "\n", (p)->file, (p)->line, __VA_ARGS__)

struct rule *conf_add_rule(struct conf *conf, enum rule_kind kind,
			   enum rule_origin origin)
{
	struct rule *rule = vec_add(&conf->rules[kind]);

	if (rule) {
		rule->kind = kind;
		rule->origin = origin;
	}
	return rule;
}

/* A rule for name, which is normalised. text, and the words of rest, may be NULL. */
static int add_rule(struct parser *p, enum rule_kind kind, const char *name,
		    const char *text, struct rule **out)
{
	struct arena *arena = &p->conf->arena;
	const char *kept_name = arena_strdup(arena, name);
	const char *kept_text = text ? arena_strdup(arena, text) : NULL;

	if (!p->kept_file)
		p->kept_file = arena_strdup(arena, p->file);
	if (!kept_name || !p->kept_file || (text && !kept_text))
		return -ENOMEM;

	struct rule *rule = conf_add_rule(p->conf, kind, p->origin);
	if (!rule)
		return -ENOMEM;
	rule->name = kept_name;
	rule->text = kept_text;
	rule->file = p->kept_file;
	rule->line = p->line;
	if (out)
		*out = rule;
	return 0;
}

/* Takes a word and normalises it; NULL with a message when that cannot be. */
static char *take_name(struct parser *p, const char *command, const char *what,
		       char **rest)
{
	char *name = conf_next_word(rest);

	if (!name) {
		warn_line(p, "'%s' without a %s, ignored", command, what);
		return NULL;
	}
	if (name_normalise_alias(name) < 0) {
		warn_line(p, "unbalanced brackets in '%s', ignored", name);
		return NULL;
	}
	return name;
}

/* Is there more than blanks? */
static bool has_words(struct parser *p, const char *command, const char *what,
		      const char *rest)
{
	if (rest[strspn(rest, white_space)] != '\0')
		return true;
	warn_line(p, "'%s' without %s, ignored", command, what);
	return false;
}

static int parse_alias(struct parser *p, enum rule_kind kind, const char *command,
		       char *rest)
{
	const char *pattern = take_name(p, command, "pattern", &rest);
	const char *module = pattern ? take_name(p, command, "module", &rest) : NULL;

	return module ? add_rule(p, kind, pattern, module, NULL) : 0;
}

static int parse_blacklist(struct parser *p, enum rule_kind kind, const char *command,
			   char *rest)
{
	const char *module = take_name(p, command, "module", &rest);

	return module ? add_rule(p, kind, module, NULL, NULL) : 0;
}

static int parse_options(struct parser *p, enum rule_kind kind, const char *command,
			 char *rest)
{
	const char *module = take_name(p, command, "module", &rest);

	if (!module || !has_words(p, command, "parameters", rest))
		return 0;
	for (char *tab = rest; (tab = strchr(tab, '\t'));)
		*tab = ' ';
	return add_rule(p, kind, module, rest, NULL);
}

static int parse_command(struct parser *p, enum rule_kind kind, const char *command,
			 char *rest)
{
	const char *module = take_name(p, command, "module", &rest);

	if (!module || !has_words(p, command, "a command", rest))
		return 0;
	return add_rule(p, kind, module, rest, NULL);
}

/* Cuts the next word of a list off *s; NULL when none is left. */
static char *next_list_word(char **s)
{
	char *word = *s + strspn(*s, white_space);
	size_t len = strcspn(word, white_space);

	*s = word + len;
	if (len == 0)
		return NULL;
	if (**s != '\0')
		*(*s)++ = '\0';
	return word;
}

static size_t count_words(const char *list)
{
	size_t n = 0;

	for (list += strspn(list, white_space); *list;
	     list += strspn(list, white_space)) {
		list += strcspn(list, white_space);
		n++;
	}
	return n;
}

/* Room for as many words as list has, in conf's arena. */
static const char **room_for_words(struct parser *p, const char *list)
{
	return arena_alloc(&p->conf->arena, count_words(list) * sizeof(char *));
}

/* Words behind "pre:" go to one list, behind "post:" to the other; the markers may repeat. */
static int split_softdep(struct parser *p, const char *list, struct rule *rule)
{
	char *copy = arena_strdup(&p->conf->arena, list), *word;
	const char **lists[2] = { room_for_words(p, list), room_for_words(p, list) };
	unsigned n[2] = { 0, 0 };
	int at = -1;

	if (!copy || !lists[0] || !lists[1])
		return -ENOMEM;
	while ((word = next_list_word(&copy))) {
		if (str_eq(word, "pre:"))
			at = 0;
		else if (str_eq(word, "post:"))
			at = 1;
		else if (at >= 0)
			lists[at][n[at]++] = word;
		else if (p->origin == RULE_FROM_FILE)
			warn_line(p,
				  "'%s' is neither behind 'pre:' nor behind 'post:', "
				  "ignored",
				  word);
	}
	rule->pre = lists[0];
	rule->n_pre = n[0];
	rule->post = lists[1];
	rule->n_post = n[1];
	return 0;
}

static int parse_softdep(struct parser *p, enum rule_kind kind, const char *command,
			 char *rest)
{
	const char *module = take_name(p, command, "module", &rest);
	struct rule *rule, lists = { 0 };
	int r;

	if (!module || !has_words(p, command, "modules", rest))
		return 0;
	r = split_softdep(p, rest, &lists);
	if (r == 0)
		r = add_rule(p, kind, module, NULL, &rule);
	if (r < 0)
		return r;
	rule->pre = lists.pre;
	rule->n_pre = lists.n_pre;
	rule->post = lists.post;
	rule->n_post = lists.n_post;
	return 0;
}

static int parse_weakdep(struct parser *p, enum rule_kind kind, const char *command,
			 char *rest)
{
	const char *module = take_name(p, command, "module", &rest);
	struct rule *rule;
	char *word;

	if (!module || !has_words(p, command, "modules", rest))
		return 0;

	char *copy = arena_strdup(&p->conf->arena, rest);
	const char **words = room_for_words(p, rest);
	if (!copy || !words)
		return -ENOMEM;
	int r = add_rule(p, kind, module, NULL, &rule);
	if (r < 0)
		return r;
	rule->pre = words;
	while ((word = next_list_word(&copy)))
		words[rule->n_pre++] = word;
	return 0;
}

static int parse_deprecated(struct parser *p, enum rule_kind kind _unused_,
			    const char *command, char *rest _unused_)
{
	warn_line(p, "command '%s' is deprecated and not parsed any more, ignored",
		  command);
	return 0;
}

static const struct directive {
	const char *command;
	enum rule_kind kind;
	int (*parse)(struct parser *p, enum rule_kind kind, const char *command,
		     char *rest);
} directives[] = {
	{ "alias", RULE_ALIAS, parse_alias },
	{ "blacklist", RULE_BLACKLIST, parse_blacklist },
	{ "options", RULE_OPTIONS, parse_options },
	{ "install", RULE_INSTALL, parse_command },
	{ "remove", RULE_REMOVE, parse_command },
	{ "softdep", RULE_SOFTDEP, parse_softdep },
	{ "weakdep", RULE_WEAKDEP, parse_weakdep },
	{ "include", N_RULE_KINDS_, parse_deprecated },
	{ "config", N_RULE_KINDS_, parse_deprecated },
};

static int parse_line(struct parser *p, char *line)
{
	const char *command = conf_next_word(&line);

	for (size_t i = 0; i < ARRAY_SIZE(directives); i++) {
		const struct directive *d = &directives[i];

		if (str_eq(d->command, command))
			return d->parse(p, d->kind, command, line);
	}
	warn_line(p, "unknown command '%s', ignored", command);
	return 0;
}

int conf_parse(const struct kmod_ctx *ctx, struct conf *conf, const char *file,
	       enum rule_origin origin, struct bytes text)
{
	struct parser p = { .ctx = ctx, .conf = conf, .file = file, .origin = origin };
	struct conf_lines lines;
	int r = 0, error = 0;
	char *line;

	conf_lines_init(&lines, text);
	while (r == 0 && (line = conf_lines_next(&lines, &error))) {
		p.line = lines.line_no;
		r = parse_line(&p, line);
	}
	conf_lines_fini(&lines);
	return r < 0 ? r : error;
}
