/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One option table per command: drives the parser, --help and the completions, and is
 * what the agreement test reads.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "shared/macro.h"

struct opt {
	char letter;             /* 0: long only */
	const char *name;        /* long name, or NULL */
	const char *arg;         /* metavariable, or NULL: takes no argument */
	int id;                  /* what opt_next returns; use the letter where there is one, else >= 256 */
	const char *help;        /* NULL: hidden (deprecated synonym) */
	const char *instead;     /* deprecated: the name to use */
};

struct opt_command {
	const char *name;        /* "modprobe" */
	const char *synopsis[4]; /* without the program name, NULL-terminated */
	const char *summary;     /* one line */
	const struct opt *opts;  /* ends with a zeroed entry */
	bool options_first;      /* stop at the first operand (kmod's strict ordering) */
};

struct opt_parser {
	const struct opt_command *cmd;
	int argc;
	char **argv;
	bool silent;             /* set behind opt_begin(): no word of deprecated names */
	void *impl[4];           /* long options, short options, unused */
	const char *value;       /* argument of the option just returned */
};

/*
 * Options come in GNU fashion through getopt_long. Fails only when memory is short,
 * and says so itself.
 */
int opt_begin(struct opt_parser *p, const struct opt_command *cmd, int argc,
	      char **argv) _must_check_;
/*
 * The option's id, -1 at the end, '?' after getopt has printed its own complaint. A
 * deprecated name is warned about here, on stderr, whatever -q and -s say.
 */
int opt_next(struct opt_parser *p);
/* Index of the first operand in p->argv; after opt_next gave -1. */
int opt_operands(const struct opt_parser *p);
void opt_end(struct opt_parser *p);

/* What was typed to get to a sub-command, "kmod list"; NULL: nothing but its program. */
extern const char *opt_usage_name;
/* Usage: text on stdout. */
void opt_help(const struct opt_command *cmd, const char *program);
/*
 * The table on stdout for programs: a line per option, -x TAB --long TAB ARG TAB help.
 * What an option does not have is empty; hidden and deprecated ones have no help.
 */
void opt_list(const struct opt_command *cmd);
