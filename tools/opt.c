/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A row of the option table becomes a row of getopt_long's. getopt answers with the
 * letter, or with FIRST_ROW plus the row's number for a long name; either way we are
 * back at the row, which has the id.
 */
#include "tools/opt.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "shared/str.h"

enum { FIRST_ROW = 0x1000 };

const char *opt_usage_name;

static bool is_end(const struct opt *o)
{
	return !o->letter && !o->name;
}

static size_t count(const struct opt *opts)
{
	size_t n = 0;

	while (!is_end(&opts[n]))
		n++;
	return n;
}

static char *put_letter(char *to, const struct opt *o)
{
	if (!o->letter)
		return to;
	*to++ = o->letter;
	if (o->arg)
		*to++ = ':';
	return to;
}

int opt_begin(struct opt_parser *p, const struct opt_command *cmd, int argc, char **argv)
{
	size_t n = count(cmd->opts);
	struct option *longs = calloc(n + 1, sizeof(*longs));
	/* '+', a letter and a colon per option, NUL */
	char *shorts = malloc(1 + 2 * n + 1);

	if (!longs || !shorts) {
		fprintf(stderr, "%s: ERROR: %s\n", cmd->name, strerror(ENOMEM));
		free(longs);
		free(shorts);
		return -ENOMEM;
	}

	char *to = shorts;
	struct option *next_long = longs;
	if (cmd->options_first)
		*to++ = '+';
	for (size_t i = 0; i < n; i++) {
		const struct opt *o = &cmd->opts[i];

		to = put_letter(to, o);
		if (o->name)
			*next_long++ = (struct option){
				.name = o->name,
				.has_arg = o->arg ? required_argument : no_argument,
				.val = FIRST_ROW + (int)i,
			};
	}
	*to = '\0';

	*p = (struct opt_parser){
		.cmd = cmd, .argc = argc, .argv = argv, .impl = { longs, shorts },
	};
	/* 0, not 1: both C libraries then forget a parse that came before. */
	optind = 0;
	return 0;
}

static const struct opt *find_row(const struct opt_command *cmd, int answer)
{
	if (answer >= FIRST_ROW)
		return &cmd->opts[answer - FIRST_ROW];
	for (const struct opt *o = cmd->opts; !is_end(o); o++) {
		if (o->letter && o->letter == answer)
			return o;
	}
	return NULL;
}

int opt_next(struct opt_parser *p)
{
	int answer = getopt_long(p->argc, p->argv, p->impl[1], p->impl[0], NULL);
	if (answer == -1)
		return -1;

	const struct opt *o = find_row(p->cmd, answer);
	if (!o)
		return '?';
	p->value = o->arg ? optarg : NULL;
	if (o->instead && !p->silent)
		fprintf(stderr,
			"%s: WARNING: --%s is deprecated and scheduled for removal; use --%s\n",
			str_basename(p->argv[0]), o->name, o->instead);
	return o->id;
}

/* An empty argv leaves getopt nothing to count. */
int opt_operands(const struct opt_parser *p)
{
	return optind < p->argc ? optind : p->argc;
}

void opt_end(struct opt_parser *p)
{
	free(p->impl[0]);
	free(p->impl[1]);
	p->impl[0] = p->impl[1] = NULL;
}

/* "-C, --config=PATH", "    --first-time", "-m DIR": what stands in the left column. */
static int format_left(const struct opt *o, char *text, size_t size)
{
	const char *arg = o->arg ? o->arg : "";
	char letter[8] = "   ";

	if (!o->name)
		return snprintf(text, size, "-%c%s%s", o->letter, o->arg ? " " : "", arg);
	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c,", o->letter);
	return snprintf(text, size, "%s --%s%s%s", letter, o->name, o->arg ? "=" : "", arg);
}

void opt_help(const struct opt_command *cmd, const char *program)
{
	const char *name = opt_usage_name ? opt_usage_name : program;
	char left[80];
	int width = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cmd->synopsis) && cmd->synopsis[i]; i++)
		printf("%s %s %s\n", i == 0 ? "Usage:" : "      ", name, cmd->synopsis[i]);
	printf("\n%s.\n", cmd->summary);

	for (const struct opt *o = cmd->opts; !is_end(o); o++) {
		int len = o->help ? format_left(o, left, sizeof(left)) : 0;

		if (len > width)
			width = len;
	}
	if (width > 0)
		puts("\nOptions:");
	for (const struct opt *o = cmd->opts; !is_end(o); o++) {
		if (!o->help)
			continue;
		format_left(o, left, sizeof(left));
		printf("  %-*s  %s\n", width, left, o->help);
	}
}

void opt_list(const struct opt_command *cmd)
{
	for (const struct opt *o = cmd->opts; !is_end(o); o++) {
		char letter[] = { '-', o->letter, '\0' };

		printf("%s\t%s%s\t%s\t%s\n", o->letter ? letter : "", o->name ? "--" : "",
		       o->name ? o->name : "", o->arg ? o->arg : "", o->help ? o->help : "");
	}
}
