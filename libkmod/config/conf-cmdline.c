/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel command line: words that look like a module's parameter become options.
 *
 *	snd.index=1          options snd index=1
 *	usbcore.nousb        options usbcore nousb
 *	foo.x="a b"          options foo x="a b"
 *	"foo.x=a b"          options foo x="a b"      the kernel's other spelling
 *	modprobe.blacklist=a-b,c        blacklist a_b, blacklist c
 *	root=UUID=x.y  a.b.c=1          no parameters
 *	--                              no parameters from here on
 *
 * Blanks between two double quotes do not end a word, wherever the quotes are; a quote
 * without its partner spoils the rest.
 */
#include "libkmod/config/conf.h"

#include <errno.h>

#include "libkmod/config/conf-build.h"
#include "libkmod/log.h"
#include "libkmod/name.h"
#include "shared/str.h"
#include "shared/strbuf.h"

#define CMDLINE "/proc/cmdline"

enum { CMDLINE_MAX = 4095 }; /* bytes looked at */

/* Cuts the next word off *s; NULL at the end or at an unterminated quote. */
static char *next_word(char **s)
{
	char *word = *s, *end;
	bool quoted = false;

	while (conf_is_space(*word))
		word++;
	for (end = word; *end && (quoted || !conf_is_space(*end)); end++)
		if (*end == '"')
			quoted = !quoted;
	if (end == word || quoted)
		return NULL;
	*s = end;
	if (*end)
		*(*s)++ = '\0';
	return word;
}

static int add(struct conf *conf, enum rule_kind kind, const char *name, const char *text)
{
	const char *kept_name = arena_strdup(&conf->arena, name);
	const char *kept_text = text ? arena_strdup(&conf->arena, text) : NULL;
	struct rule *rule;

	if (!kept_name || (text && !kept_text))
		return -ENOMEM;
	rule = conf_add_rule(conf, kind, RULE_FROM_CMDLINE);
	if (!rule)
		return -ENOMEM;
	rule->name = kept_name;
	rule->text = kept_text;
	rule->file = CMDLINE;
	return 0;
}

static void remove_quotes(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (*s != '"')
			*to++ = *s;
	*to = '\0';
}

/* compat: empty pieces are kept, "a,,b" gives three entries. */
static int add_blacklist(const struct kmod_ctx *ctx, struct conf *conf, char *list)
{
	int r = 0;

	remove_quotes(list);
	for (char *comma; list && r == 0; list = comma) {
		comma = strchr(list, ',');
		if (comma)
			*comma++ = '\0';
		list += strspn(list, " \t\n\v\f\r");
		list[strcspn(list, " \t\n\v\f\r")] = '\0';
		if (name_normalise_alias(list) == 0)
			r = add(conf, RULE_BLACKLIST, list, NULL);
		else
			log_warning(ctx,
				    CMDLINE ": unbalanced brackets in '%s', ignored\n",
				    list);
	}
	return r;
}

/* param is "param" or "param=value"; quote: the word's opening quote, to be put behind the '='. */
static int add_options(struct conf *conf, const char *module, const char *param,
		       bool quote)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	const char *value = strchr(param, '=');

	if (!quote)
		return add(conf, RULE_OPTIONS, module, param);
	strbuf_add(&text, param, (size_t)(value + 1 - param));
	strbuf_addc(&text, '"');
	strbuf_adds(&text, value + 1);
	return strbuf_ok(&text) ? add(conf, RULE_OPTIONS, module, text.data) : -ENOMEM;
}

static int parse_word(const struct kmod_ctx *ctx, struct conf *conf, char *word)
{
	static const char ends_name[] = ".=\" \t\n\v\f\r";
	bool quote = *word == '"';
	char *module = quote ? word + 1 : word;
	char *dot = module + strcspn(module, ends_name);

	if (*dot != '.')
		return 0;

	char *param = dot + 1;
	const char *param_end = param + strcspn(param, ends_name);
	if (*param_end != '=' && *param_end != '\0')
		return 0;

	*dot = '\0';
	if (str_eq(module, "modprobe") && str_starts_with(param, "blacklist="))
		return add_blacklist(ctx, conf, param + strlen("blacklist="));
	if (name_normalise_alias(module) < 0) {
		/* ivrs_acpihid[00:14.5]=... is for the kernel and no mistake. */
		log_info(ctx, CMDLINE ": unbalanced brackets in '%s', ignored\n", module);
		return 0;
	}
	return add_options(conf, module, param, quote);
}

int conf_parse_cmdline(const struct kmod_ctx *ctx, struct conf *conf, struct bytes text)
{
	char line[CMDLINE_MAX + 1], *rest = line, *word;
	size_t len = text.len < CMDLINE_MAX ? text.len : CMDLINE_MAX;
	int r = 0;

	if (len > 0)
		memcpy(line, text.ptr, len);
	line[len] = '\0';
	while (r == 0 && (word = next_word(&rest)) && !str_eq(word, "--"))
		r = parse_word(ctx, conf, word);
	return r;
}
