/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules as text that can be read back as configuration. */
#include "libkmod/config/conf.h"

#include <string.h>

static const char *const commands[N_RULE_KINDS_] = {
	[RULE_BLACKLIST] = "blacklist", [RULE_INSTALL] = "install",
	[RULE_REMOVE] = "remove",       [RULE_ALIAS] = "alias",
	[RULE_OPTIONS] = "options",     [RULE_SOFTDEP] = "softdep",
	[RULE_WEAKDEP] = "weakdep",
};

/* escape: conf_parse is to read it, and would take single backslashes away. */
static void add_text(struct strbuf *out, const char *text, bool escape)
{
	for (;;) {
		size_t len = escape ? strcspn(text, "\\") : strlen(text);

		strbuf_add(out, text, len);
		text += len;
		if (*text == '\0')
			return;
		strbuf_adds(out, "\\\\");
		text++;
	}
}

static void add_words(struct strbuf *out, const char *const *words, unsigned n,
		      bool escape)
{
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			strbuf_addc(out, ' ');
		add_text(out, words[i], escape);
	}
}

static void add_deps(struct strbuf *out, const struct rule *rule, bool escape)
{
	if (rule->kind == RULE_WEAKDEP) {
		add_words(out, rule->pre, rule->n_pre, escape);
		return;
	}
	if (rule->n_pre > 0) {
		strbuf_adds(out, "pre: ");
		add_words(out, rule->pre, rule->n_pre, escape);
	}
	if (rule->n_post > 0) {
		strbuf_adds(out, rule->n_pre > 0 ? " post: " : "post: ");
		add_words(out, rule->post, rule->n_post, escape);
	}
}

void conf_print_deps(struct strbuf *out, const struct rule *rule)
{
	add_deps(out, rule, false);
}

void conf_print_rule(struct strbuf *out, const struct rule *rule)
{
	strbuf_adds(out, commands[rule->kind]);
	strbuf_addc(out, ' ');
	add_text(out, rule->name, true);
	if (rule->kind == RULE_BLACKLIST)
		return;
	strbuf_addc(out, ' ');
	if (rule->text)
		add_text(out, rule->text, true);
	else if (rule->kind == RULE_SOFTDEP && rule->n_pre == 0 && rule->n_post == 0)
		strbuf_adds(out,
			    "pre:"); /* a line without words would not be a softdep */
	else
		add_deps(out, rule, true);
}
