/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kmod: one table of commands, and the dispatch.
 *
 *	modprobe ARGS        argv[0] names a row that is a program
 *	kmod modprobe ARGS   argv[1] names a row; its arguments begin there
 *	kmod unload ARGS     the same, with the row's own argument put first
 *
 * A new command is one row here and one declaration in tool.h.
 */
#include "tools/tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/str.h"
#include "tools/main.h"

static const struct tool tool_help;

static const struct command {
	const char *name;
	const struct tool *tool;
	bool is_program;     /* also a name of the executable */
	const char *summary; /* NULL: the tool's own */
	const char *first;   /* an argument put before the others, or NULL */
} commands[] = {
	{ .name = "help", .tool = &tool_help },
	{ .name = "list", .tool = &tool_lsmod },
	{ .name = "static-nodes", .tool = &tool_static_nodes },
	{ .name = "why", .tool = &tool_why },
	{ .name = "check", .tool = &tool_check },
	{ .name = "lint", .tool = &tool_lint },
	{ .name = "tree", .tool = &tool_tree },
	{ .name = "info", .tool = &tool_modinfo },
	{ .name = "load", .tool = &tool_modprobe, .summary = "Load modules and what they need" },
	{ .name = "unload", .tool = &tool_modprobe, .first = "-r",
	  .summary = "Unload modules and what only they needed" },
	{ .name = "insert", .tool = &tool_insmod },
	{ .name = "remove", .tool = &tool_rmmod },
	{ .name = "index", .tool = &tool_depmod },
	{ .name = "lsmod", .tool = &tool_lsmod, .is_program = true },
	{ .name = "rmmod", .tool = &tool_rmmod, .is_program = true },
	{ .name = "insmod", .tool = &tool_insmod, .is_program = true },
	{ .name = "modinfo", .tool = &tool_modinfo, .is_program = true },
	{ .name = "modprobe", .tool = &tool_modprobe, .is_program = true },
	{ .name = "depmod", .tool = &tool_depmod, .is_program = true },
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (str_eq(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

static const char *summary_of(const struct command *c)
{
	return c->summary ? c->summary : c->tool->options->summary;
}

/* ---- kmod itself ---- */

static const struct opt kmod_opts[] = {
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command kmod_command = {
	.name = "kmod",
	.synopsis = { "[options] COMMAND [ARGS]", NULL },
	.summary = "Load, unload, list and look into modules of the Linux kernel",
	.opts = kmod_opts,
	.options_first = true,
};

static void kmod_help(void)
{
	opt_usage_name = NULL;
	puts("kmod - kernel modules: load, unload, list and inspect them\n");
	opt_help(&kmod_command, "kmod");
	puts("\nCommands:");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (i > 0 && commands[i].is_program && !commands[i - 1].is_program)
			puts("\nCommands that are also programs of their own:");
		printf("  %-12s %s\n", commands[i].name, summary_of(&commands[i]));
	}
	puts("\n'kmod help COMMAND' shows the options of a command.");
}

static void set_usage_name(const char *command)
{
	static char name[64];

	snprintf(name, sizeof(name), "kmod %s", command);
	opt_usage_name = name;
}

static int invalid_command(const char *name)
{
	fprintf(stderr, "invalid command '%s'\n", name);
	kmod_help();
	return 1;
}

/* ---- kmod help ---- */

enum { HELP_OPTIONS = 256, HELP_COMMANDS };

/*
 * Hidden, for completions and tests: --commands prints NAME TAB SUMMARY of every command,
 * --options [COMMAND] the option table as opt_list() does, without COMMAND kmod's own.
 */
static const struct opt help_opts[] = {
	{ 0, "options", NULL, HELP_OPTIONS, NULL, NULL },
	{ 0, "commands", NULL, HELP_COMMANDS, NULL, NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command help_command = {
	.name = "help",
	.synopsis = { "[COMMAND]", NULL },
	.summary = "Show this help, or the options of a command",
	.opts = help_opts,
};

static void list_commands(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("%s\t%s\n", commands[i].name, summary_of(&commands[i]));
}

static int help_about(const char *name, bool as_list)
{
	const struct command *c = find_command(name);
	if (!c)
		return invalid_command(name);

	if (as_list) {
		opt_list(c->tool->options);
		return 0;
	}
	set_usage_name(c->name);
	opt_help(c->tool->options, c->name);
	return 0;
}

static int help_run(int argc, char **argv)
{
	struct opt_parser parser;
	bool as_list = false;
	int id;

	if (opt_begin(&parser, &help_command, argc, argv) < 0)
		return 1;
	while ((id = opt_next(&parser)) == HELP_OPTIONS)
		as_list = true;
	const char *name = argv[opt_operands(&parser)];
	opt_end(&parser);

	if (id == '?')
		return 1;
	if (id == 'h')
		opt_help(&help_command, "help");
	else if (id == HELP_COMMANDS)
		list_commands();
	else if (name)
		return help_about(name, as_list);
	else if (as_list)
		opt_list(&kmod_command);
	else
		kmod_help();
	return 0;
}

static const struct tool tool_help = {
	.name = "help",
	.run = help_run,
	.options = &help_command,
};

/* ---- dispatch ---- */

/* argv begins with the command's own name, as a program's does. */
static int run_command(const struct command *c, int argc, char **argv)
{
	set_usage_name(c->name);
	/* Messages of a verb come from kmod; those of a program from itself. */
	if (c->is_program)
		tool_log.program = c->name;
	if (!c->first)
		return c->tool->run(argc, argv);

	char **args = calloc((size_t)argc + 2, sizeof(*args));
	_cleanup_free_ char *first = strdup(c->first);
	int rc = 1;

	if (args && first) {
		args[0] = argv[0];
		args[1] = first;
		memcpy(&args[2], &argv[1], (size_t)argc * sizeof(*args));
		rc = c->tool->run(argc + 1, args);
	} else {
		tool_err("%s", strerror(ENOMEM));
	}
	free(args);
	return rc;
}

static int kmod_run(int argc, char **argv)
{
	struct opt_parser parser;

	if (opt_begin(&parser, &kmod_command, argc, argv) < 0)
		return 1;
	int id = opt_next(&parser), operand = opt_operands(&parser);
	opt_end(&parser);

	if (id == '?')
		return 1;
	if (id == 'V') {
		tool_version();
		return 0;
	}
	if (id == 'h') {
		kmod_help();
		return 0;
	}
	if (operand == argc) {
		fputs("missing command\n", stderr);
		kmod_help();
		return 1;
	}

	const struct command *c = find_command(argv[operand]);
	return c ? run_command(c, argc - operand, argv + operand) : invalid_command(argv[operand]);
}

static int run(int argc, char **argv)
{
	const char *name = argc > 0 ? str_basename(argv[0]) : "";

	tool_log_init(name, LOG_ERR);
	if (str_eq(name, "kmod"))
		return kmod_run(argc, argv);

	const struct command *c = find_command(name);
	if (c && c->is_program)
		return c->tool->run(argc, argv);
	tool_err("no tool of kmod has the name '%s'; see 'kmod help'", name);
	return 1;
}

int kmod_main(int argc, char **argv)
{
	tool_guard_stdio();
	return tool_close(run(argc, argv));
}
