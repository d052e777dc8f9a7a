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

/* Takes from rest what the environment has given, which stands before the command line's. */
static int drop_given(const char *text, struct env_inherit *rest)
{
	/* An option at the end of text may have its value on the command line. */
	char *const argv[] = { (char *)rest->command->name, (char *)"", NULL };
	struct opt_parser parser;
	struct env_args args;
	int id, r = env_args_build(&args, text, 2, argv);

	if (r < 0)
		return r;
	r = opt_begin(&parser, rest->command, (int)args.argv.n - 1, args.argv.at);
	parser.silent = true;
	while (r == 0 && (id = opt_next(&parser)) != -1) {
		if (id == 'C' && rest->config_paths && *rest->config_paths)
			rest->config_paths++;
		rest->syslog = rest->syslog && id != 's';
		rest->quiet = rest->quiet && id != 'q';
		rest->verbose -= id == 'v';
	}
	if (r == 0)
		opt_end(&parser);
	env_args_fini(&args);
	return r;
}

int env_export(const struct env_inherit *inherit)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf word = STRBUF_INIT;
	struct env_inherit rest = *inherit;
	const char *old = env_options();
	int r = old ? drop_given(old, &rest) : 0;

	while (old && next_word(&old, &word))
		add_word(&text, strbuf_str(&word));
	for (const char *const *path = rest.config_paths; path && *path; path++) {
		add_word(&text, "-C");
		add_word(&text, *path);
	}
	if (rest.syslog)
		add_word(&text, "-s");
	if (rest.quiet)
		add_word(&text, "-q");
	for (int i = 0; i < rest.verbose; i++)
		add_word(&text, "-v");
	if (r < 0 || !strbuf_ok(&text) || !strbuf_ok(&word))
		return -ENOMEM;
	if (text.len == 0)
		return 0;
	return setenv(variable, strbuf_str(&text), 1) < 0 ? -errno : 0;
}
