/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One file's text to rules. Each directive has a row in a table; what it cannot use it
 * says with file and line, and parsing goes on.
 */
#include "libkmod/config/conf.h"

#include <errno.h>
#include <string.h>

#include "libkmod/config/conf-build.h"
#include "libkmod/log.h"
#include "libkmod/name.h"
#include "shared/str.h"

struct word_list {
	VEC(const char *) words;
};

struct parser {
	const struct kmod_ctx *ctx;
	struct conf *conf;
	const char *file;      /* as given */
	const char *kept_file; /* the same in conf's arena, once a rule needs it */
	enum rule_origin origin;
	unsigned line;
	struct word_list pre, post; /* of the line being parsed */
};

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

/* A rule for name, which is normalised and in conf's arena; NULL when out of memory. */
static struct rule *new_rule(struct parser *p, enum rule_kind kind, const char *name)
{
	if (!p->kept_file)
		p->kept_file = arena_strdup(&p->conf->arena, p->file);

	struct rule *rule = name && p->kept_file ? conf_add_rule(p->conf, kind, p->origin)
						 : NULL;
	if (!rule)
		return NULL;
	rule->name = name;
	rule->file = p->kept_file;
	rule->line = p->line;
	return rule;
}

/* The same for a name of the line being parsed. text may be NULL. */
static int add_rule(struct parser *p, enum rule_kind kind, const char *name,
		    const char *text)
{
	struct arena *arena = &p->conf->arena;
	const char *kept_text = text ? arena_strdup(arena, text) : NULL;

	if (text && !kept_text)
		return -ENOMEM;
	struct rule *rule = new_rule(p, kind, arena_strdup(arena, name));
	if (!rule)
		return -ENOMEM;
	rule->text = kept_text;
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
	for (; *rest; rest++)
		if (!conf_is_space(*rest))
			return true;
	warn_line(p, "'%s' without %s, ignored", command, what);
	return false;
}

static int parse_alias(struct parser *p, enum rule_kind kind, const char *command,
		       char *rest)
{
	const char *pattern = take_name(p, command, "pattern", &rest);
	const char *module = pattern ? take_name(p, command, "module", &rest) : NULL;

	return module ? add_rule(p, kind, pattern, module) : 0;
}

static int parse_blacklist(struct parser *p, enum rule_kind kind, const char *command,
			   char *rest)
{
	const char *module = take_name(p, command, "module", &rest);

	return module ? add_rule(p, kind, module, NULL) : 0;
}

static int parse_options(struct parser *p, enum rule_kind kind, const char *command,
			 char *rest)
{
	const char *module = take_name(p, command, "module", &rest);

	if (!module || !has_words(p, command, "parameters", rest))
		return 0;
	for (char *tab = rest; (tab = strchr(tab, '\t'));)
		*tab = ' ';
	return add_rule(p, kind, module, rest);
}

static int parse_command(struct parser *p, enum rule_kind kind, const char *command,
			 char *rest)
{
	const char *module = take_name(p, command, "module", &rest);

	if (!module || !has_words(p, command, "a command", rest))
		return 0;
	return add_rule(p, kind, module, rest);
}

/* Cuts the next word of a list off *s; NULL when none is left. */
static char *next_list_word(char **s)
{
	char *word = *s, *end;

	while (conf_is_space(*word))
		word++;
	for (end = word; *end && !conf_is_space(*end);)
		end++;
	*s = end;
	if (end == word)
		return NULL;
	if (*end)
		*(*s)++ = '\0';
	return word;
}

/* What is in list, in conf's arena; NULL when out of memory. */
static const char *const *keep_words(struct parser *p, const struct word_list *list)
{
	size_t size = list->words.n * sizeof(char *);
	const char **kept = arena_alloc(&p->conf->arena, size);

	if (kept && size > 0)
		memcpy(kept, list->words.at, size);
	return kept;
}

/* Words behind "pre:" go to one list, behind "post:" to the other; the markers may repeat. */
static int split_softdep(struct parser *p, char *list)
{
	struct word_list *to = NULL;
	char *word;

	while ((word = next_list_word(&list))) {
		if (str_eq(word, "pre:"))
			to = &p->pre;
		else if (str_eq(word, "post:"))
			to = &p->post;
		else if (to && !vec_push(&to->words, word))
			return -ENOMEM;
		else if (!to && p->origin == RULE_FROM_FILE)
			warn_line(p, "'%s' is behind neither 'pre:' nor 'post:', ignored",
				  word);
	}
	return 0;
}

static int split_weakdep(struct parser *p, char *list)
{
	char *word;

	while ((word = next_list_word(&list)))
		if (!vec_push(&p->pre.words, word))
			return -ENOMEM;
	return 0;
}

/* module and list are in conf's arena. */
static int add_deps(struct parser *p, enum rule_kind kind, const char *module, char *list)
{
	p->pre.words.n = p->post.words.n = 0;
	int r = kind == RULE_SOFTDEP ? split_softdep(p, list) : split_weakdep(p, list);
	if (r < 0)
		return r;

	const char *const *pre = keep_words(p, &p->pre), *const *post =
								 keep_words(p, &p->post);
	struct rule *rule = pre && post ? new_rule(p, kind, module) : NULL;
	if (!rule)
		return -ENOMEM;
	rule->pre = pre;
	rule->n_pre = (unsigned)p->pre.words.n;
	rule->post = post;
	rule->n_post = (unsigned)p->post.words.n;
	return 0;
}

static int parse_deps(struct parser *p, enum rule_kind kind, const char *command,
		      char *rest)
{
	const char *module = take_name(p, command, "module", &rest);

	if (!module || !has_words(p, command, "modules", rest))
		return 0;

	module = arena_strdup(&p->conf->arena, module);
	char *list = arena_strdup(&p->conf->arena, rest);
	return module && list ? add_deps(p, kind, module, list) : -ENOMEM;
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
	{ "softdep", RULE_SOFTDEP, parse_deps },
	{ "weakdep", RULE_WEAKDEP, parse_deps },
	{ "include", N_RULE_KINDS_, parse_deprecated },
	{ "config", N_RULE_KINDS_, parse_deprecated },
};

static int parse_line(struct parser *p, char *line)
{
	const char *command = conf_next_word(&line);

	for (size_t i = 0; i < ARRAY_SIZE(directives); i++) {
		const struct directive *d = &directives[i];

		if (*d->command == *command && str_eq(d->command, command))
			return d->parse(p, d->kind, command, line);
	}
	warn_line(p, "unknown command '%.64s', ignored", command);
	return 0;
}

/* ---- generated files ---- */

/* The length of a module's name that is normalised and ends in one blank, or 0. */
static size_t plain_name(const char *s)
{
	size_t n = 0;

	while ((s[n] >= 'a' && s[n] <= 'z') || s[n] == '_' ||
	       (s[n] >= '0' && s[n] <= '9') || (s[n] >= 'A' && s[n] <= 'Z'))
		n++;
	return s[n] == ' ' && s[n + 1] > ' ' ? n : 0;
}

/* 1: "softdep NAME WORD..." and taken in, or a comment; 0: something else. */
static int take_plain_line(struct parser *p, char *line)
{
	static const char soft[] = "softdep ", weak[] = "weakdep ";
	bool is_soft = strncmp(line, soft, sizeof(soft) - 1) == 0;
	size_t name_len;
	int r;

	if (*line == '#')
		return 1;
	if (!is_soft && strncmp(line, weak, sizeof(weak) - 1) != 0)
		return 0;
	line += sizeof(soft) - 1;
	name_len = plain_name(line);
	if (name_len == 0)
		return 0;
	line[name_len] = '\0';
	r = add_deps(p, is_soft ? RULE_SOFTDEP : RULE_WEAKDEP, line, line + name_len + 1);
	return r < 0 ? r : 1;
}

/*
 * depmod writes one form of line only, and every start reads them all: one copy of the
 * text is cut up in place. Stops at the first line that wants the whole grammar; what is
 * left of it and how many lines were taken go to it.
 */
static int take_plain_lines(struct parser *p, struct conf_lines *it)
{
	char *copy = arena_dup(&p->conf->arena, it->rest.ptr, it->rest.len);
	size_t len = it->rest.len;

	if (!copy)
		return -ENOMEM;
	for (char *newline; len > 0 && (newline = memchr(copy, '\n', len));) {
		size_t size = (size_t)(newline + 1 - copy);

		if (memchr(copy, '\\', size))
			return 0;
		*newline = '\0';
		p->line = it->line_no + 1;
		int r = take_plain_line(p, copy);
		if (r <= 0)
			return r;
		copy += size;
		len -= size;
		it->line_no++;
		it->rest = bytes_of(it->rest.ptr + size, len);
	}
	return 0;
}

/* ---- files ---- */

int conf_parse(const struct kmod_ctx *ctx, struct conf *conf, const char *file,
	       enum rule_origin origin, struct bytes text)
{
	struct parser p = { .ctx = ctx, .conf = conf, .file = file, .origin = origin };
	struct conf_lines lines;
	int r = 0, error = 0;
	char *line;

	conf_lines_init(&lines, text);
	if (origin == RULE_FROM_GENERATED)
		r = take_plain_lines(&p, &lines);
	while (r == 0 && (line = conf_lines_next(&lines, &error))) {
		p.line = lines.line_no;
		r = parse_line(&p, line);
	}
	conf_lines_fini(&lines);
	vec_fini(&p.pre.words);
	vec_fini(&p.post.words);
	return r < 0 ? r : error;
}
