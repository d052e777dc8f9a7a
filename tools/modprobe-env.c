/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/modprobe-env.h"

#include <errno.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/str.h"
#include "shared/strbuf.h"

static const char variable[] = "MODPROBE_OPTIONS";

/* Cuts the next word off *text into word (unquoted); false when none is left. */
static bool next_word(const char **text, struct strbuf *word)
{
	const char *p = *text + strspn(*text, " ");
	const char *begin = p;

	strbuf_truncate(word, 0);
	if (*p == '\0')
		return false;
	while (*p && *p != ' ') {
		if (*p == '\'' || *p == '"') {
			const char *end = strchr(p + 1, *p);

			if (!end) {
				/* The rest is one word, as it stands. */
				strbuf_truncate(word, 0);
				strbuf_adds(word, begin);
				*text = p + strlen(p);
				return true;
			}
			strbuf_add(word, p + 1, (size_t)(end - p - 1));
			p = end + 1;
		} else {
			strbuf_addc(word, *p++);
		}
	}
	*text = p;
	return true;
}

static bool push_copy(struct env_args *out, const char *word)
{
	char *copy = arena_strdup(&out->arena, word);

	return copy && vec_push(&out->argv, copy);
}

static int add_env_words(struct env_args *out, const char *text)
{
	_cleanup_strbuf_ struct strbuf word = STRBUF_INIT;

	while (next_word(&text, &word)) {
		if (!strbuf_ok(&word) || !push_copy(out, strbuf_str(&word)))
			return -ENOMEM;
		out->n_env++;
	}
	return 0;
}

int env_args_build(struct env_args *out, const char *text, int argc, char *const *argv)
{
	struct env_args args = { 0 };
	bool ok = argc == 0 || vec_push(&args.argv, argv[0]);

	if (ok && text)
		ok = add_env_words(&args, text) == 0;
	for (int i = 1; ok && i < argc; i++)
		ok = vec_push(&args.argv, argv[i]);
	ok = ok && vec_push(&args.argv, NULL);
	if (!ok) {
		env_args_fini(&args);
		return -ENOMEM;
	}
	*out = args;
	return 0;
}

void env_args_fini(struct env_args *args)
{
	vec_fini(&args->argv);
	arena_fini(&args->arena);
}

const char *env_options(void)
{
	return secure_getenv(variable);
}

/* Is option in text already, with value behind it when there is one? */
static bool has_word(const char *text, const char *option, const char *value)
{
	_cleanup_strbuf_ struct strbuf word = STRBUF_INIT;
	bool after_option = false;

	while (next_word(&text, &word)) {
		const char *w = strbuf_str(&word);

		if (!value ? str_eq(w, option) : after_option && str_eq(w, value))
			return true;
		after_option = value && str_eq(w, option);
	}
	return false;
}

/* Runs without ' go into '...', the ' themselves into "...". */
static void add_quoted(struct strbuf *out, const char *value)
{
	if (*value == '\0')
		strbuf_adds(out, "''");
	while (*value) {
		char quote = *value == '\'' ? '"' : '\'';
		size_t len = quote == '"' ? strspn(value, "'") : strcspn(value, "'");

		strbuf_addc(out, quote);
		strbuf_add(out, value, len);
		strbuf_addc(out, quote);
		value += len;
	}
}

static void add_word(struct strbuf *out, const char *word)
{
	if (out->len > 0)
		strbuf_addc(out, ' ');
	if (*word && word[strcspn(word, " '\"")] == '\0')
		strbuf_adds(out, word);
	else
		add_quoted(out, word);
}

static void add_option(struct strbuf *out, const char *option, const char *value)
{
	if (has_word(strbuf_str(out), option, value))
		return;
	add_word(out, option);
	if (value)
		add_word(out, value);
}

int env_export(const struct env_inherit *inherit)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf word = STRBUF_INIT;
	const char *old = env_options();

	while (old && next_word(&old, &word))
		add_word(&text, strbuf_str(&word));
	for (const char *const *path = inherit->config_paths; path && *path; path++)
		add_option(&text, "-C", *path);
	if (inherit->syslog)
		add_option(&text, "-s", NULL);
	if (inherit->quiet)
		add_option(&text, "-q", NULL);
	if (inherit->verbose)
		add_option(&text, "-v", NULL);
	if (!strbuf_ok(&text) || !strbuf_ok(&word))
		return -ENOMEM;
	if (text.len == 0)
		return 0;
	return setenv(variable, strbuf_str(&text), 1) < 0 ? -errno : 0;
}
