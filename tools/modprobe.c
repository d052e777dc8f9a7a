/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modprobe: options to a request; modprobe.h says who acts on it. */
#include "tools/modprobe.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "shared/cleanup.h"
#include "tools/modprobe-env.h"

enum {
	OPT_REMOVE_HOLDERS = 256,
	OPT_FIRST_TIME,
	OPT_SHOW_MODVERSIONS,
	OPT_SHOW_EXPORTS,
	OPT_FORCE_MODVERSION,
	OPT_FORCE_VERMAGIC,
	OPT_JSON,
};

static const struct opt modprobe_opts[] = {
	{ 'a', "all", NULL, 'a', "take every operand as a module, go on after failures",
	  NULL },
	{ 'r', "remove", NULL, 'r', "remove modules instead of inserting", NULL },
	{ 0, "remove-holders", NULL, OPT_REMOVE_HOLDERS,
	  "remove, with the modules that use them", NULL },
	{ 'w', "wait", "MSEC", 'w', "removal: keep trying for MSEC while in use", NULL },
	{ 0, "first-time", NULL, OPT_FIRST_TIME, "fail when there is nothing to do",
	  NULL },
	{ 'i', "ignore-install", NULL, 'i',
	  "ignore install and remove commands of the module", NULL },
	{ 0, "ignore-remove", NULL, 'i', "the same", NULL },
	{ 'b', "use-blacklist", NULL, 'b', "apply the blacklist to module names too",
	  NULL },
	{ 'f', "force", NULL, 'f', "insert in spite of versions, remove in spite of use",
	  NULL },
	{ 0, "force-modversion", NULL, OPT_FORCE_MODVERSION,
	  "insert in spite of symbol versions", NULL },
	{ 0, "force-vermagic", NULL, OPT_FORCE_VERMAGIC,
	  "insert in spite of the version magic", NULL },
	{ 'R', "show-alias", NULL, 'R', "show which modules a name stands for", NULL },
	{ 'D', "show-depends", NULL, 'D', "show the steps, loaded or not, and do nothing",
	  NULL },
	{ 'c', "show-config", NULL, 'c', "show the configuration and all aliases", NULL },
	{ 0, "show-modversions", NULL, OPT_SHOW_MODVERSIONS,
	  "show symbols needed and their versions", NULL },
	{ 0, "show-exports", NULL, OPT_SHOW_EXPORTS,
	  "show symbols exported and their versions", NULL },
	{ 'n', "dry-run", NULL, 'n', "show the steps and do nothing", NULL },
	{ 'C', "config", "PATH", 'C', "read this file or directory instead of modprobe.d",
	  NULL },
	{ 'd', "dirname", "ROOT", 'd', "modules are below ROOT" MODULE_DIRECTORY, NULL },
	{ 'S', "set-version", "VERSION", 'S',
	  "modules of this kernel, not of the running one", NULL },
	{ 's', "syslog", NULL, 's',
	  "send messages to the system log, not to standard error", NULL },
	{ 0, "json", NULL, OPT_JSON, "print JSON, with -n, -D, -c or -R", NULL },
	{ 'q', "quiet", NULL, 'q', "show no messages", NULL },
	{ 'v', "verbose", NULL, 'v', "show the steps as they are done, and more messages",
	  NULL },
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0, "remove-dependencies", NULL, OPT_REMOVE_HOLDERS, NULL, "remove-holders" },
	{ 0, "resolve-alias", NULL, 'R', NULL, "show-alias" },
	{ 0, "showconfig", NULL, 'c', NULL, "show-config" },
	{ 0, "dump-modversions", NULL, OPT_SHOW_MODVERSIONS, NULL, "show-modversions" },
	{ 0, "show", NULL, 'n', NULL, "dry-run" },
	{ 0 },
};

static const struct opt_command modprobe_command = {
	.name = "modprobe",
	.synopsis = {
		"[options] MODULE|PATH [PARAMETER...]",
		"[options] -a MODULE...",
		"[options] -r MODULE...",
		"-c | -R ALIAS | -D MODULE | --show-modversions X | --show-exports X",
	},
	.summary = "Insert modules and what they need into the kernel, or remove them",
	.opts = modprobe_opts,
};

static bool parse_wait(struct modprobe *m, const char *text)
{
	char *end;

	errno = 0;
	unsigned long long msec = strtoull(text, &end, 0);
	if (end == text || *end || errno) {
		tool_err("unexpected wait value '%s'.", text);
		return false;
	}
	m->wait = true;
	m->wait_msec = msec < UINT_MAX ? (unsigned)msec : UINT_MAX;
	return true;
}

static bool add_config_path(struct modprobe *m, const char *path)
{
	/* Room for the NULL behind it. */
	if (vec_reserve(&m->config_paths, m->config_paths.n + 2) &&
	    vec_push(&m->config_paths, path)) {
		m->config_paths.at[m->config_paths.n] = NULL;
		return true;
	}
	tool_err("%s", strerror(ENOMEM));
	return false;
}

static void set_force(struct modprobe *m)
{
	m->run_flags |= KMOD_PLAN_RUN_FORCE_VERMAGIC | KMOD_PLAN_RUN_FORCE_MODVERSION |
			KMOD_PLAN_RUN_FORCE_REMOVE;
}

/* Options that only set a flag. */
static bool *flag_of(struct modprobe *m, int id)
{
	switch (id) {
	case 'a':
		return &m->all;
	case 'r':
		return &m->remove;
	case OPT_FIRST_TIME:
		return &m->first_time;
	case 'i':
		return &m->ignore_commands;
	case 'b':
		return &m->use_blacklist;
	case 'R':
		return &m->show_alias;
	case 'D':
		return &m->show_depends;
	case 'c':
		return &m->show_config;
	case OPT_SHOW_MODVERSIONS:
		return &m->show_modversions;
	case OPT_SHOW_EXPORTS:
		return &m->show_exports;
	case OPT_JSON:
		return &m->json;
	case 'n':
		return &m->dry_run;
	case 'q':
		return &m->quiet;
	default:
		return NULL;
	}
}

/* -1: go on; else the exit status. */
static int take_option(struct modprobe *m, int id, const char *value)
{
	bool *flag = flag_of(m, id);

	if (flag) {
		*flag = true;
		return -1;
	}
	switch (id) {
	case OPT_REMOVE_HOLDERS:
		m->remove = m->remove_holders = true;
		return -1;
	case 'w':
		return parse_wait(m, value) ? -1 : 1;
	case 'f':
		set_force(m);
		return -1;
	case OPT_FORCE_MODVERSION:
		m->run_flags |= KMOD_PLAN_RUN_FORCE_MODVERSION;
		return -1;
	case OPT_FORCE_VERMAGIC:
		m->run_flags |= KMOD_PLAN_RUN_FORCE_VERMAGIC;
		return -1;
	case 'C':
		return add_config_path(m, value) ? -1 : 1;
	case 'd':
		m->root = value;
		return -1;
	case 'S':
		m->release = value;
		return -1;
	case 's':
		tool_log_to_syslog();
		return -1;
	case 'v':
		m->verbose++;
		return -1;
	case 'V':
		tool_version();
		return 0;
	case 'h':
		opt_help(&modprobe_command, tool_log.program);
		return 0;
	default:
		return 1;
	}
}

/* -1: parsed; else the exit status. Operands begin at *first. */
static int parse(struct modprobe *m, int argc, char **argv, int *first)
{
	struct opt_parser parser;
	int rc = -1, id;

	if (opt_begin(&parser, &modprobe_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1)
		rc = take_option(m, id, parser.value);
	*first = opt_operands(&parser);
	opt_end(&parser);
	return rc;
}

/* The module directory that -d and -S ask for, NULL in *out when they do not. */
static int module_dir(const struct modprobe *m, char **out)
{
	struct utsname uts;
	const char *release = m->release;

	*out = NULL;
	if (!m->root && !release)
		return 0;
	if (!release) {
		if (uname(&uts) < 0)
			return -errno;
		release = uts.release;
	}
	if (asprintf(out, "%s" MODULE_DIRECTORY "/%s", m->root ? m->root : "", release) <
	    0) {
		*out = NULL;
		return -ENOMEM;
	}
	return 0;
}

static int open_context(struct modprobe *m)
{
	_cleanup_free_ char *dirname = NULL;
	int r = module_dir(m, &dirname);

	if (r == 0 && dirname && strlen(dirname) >= PATH_MAX) {
		tool_err("bad directory %s: path too long", dirname);
		return 1;
	}

	const struct ctx_options options = {
		.dirname = dirname,
		.config_paths = m->config_paths.n ? m->config_paths.at : NULL,
		.log_priority = tool_log.priority,
		.log_fn = tool_log_sink,
		.keep_indexes = true,
		.names_only = m->show_alias,
	};

	tool_check_config_paths(options.config_paths);
	if (r == 0)
		r = ctx_new(&options, &m->ctx);
	return r == 0 ? 0 : tool_no_context(r);
}

/*
 * What is begun is done, whoever stops listening. Modprobes that commands call inherit what
 * concerns messages and configuration.
 */
static int prepare_to_act(const struct modprobe *m)
{
	const struct env_inherit inherit = {
		.command = &modprobe_command,
		.config_paths = m->config_paths.n ? m->config_paths.at : NULL,
		.syslog = tool_log.use_syslog && !tool_log.no_stderr,
		.quiet = m->quiet,
		.verbose = m->verbose,
	};

	signal(SIGPIPE, SIG_IGN);
	/* Who started us may ignore it; then nobody could wait for a command's status. */
	signal(SIGCHLD, SIG_DFL);
	return env_export(&inherit);
}

static int act(struct modprobe *m, char *const *operands, int n)
{
	if (m->show_config)
		return m->json ? modprobe_json_config(m) : modprobe_show_config(m);
	if (m->show_modversions || m->show_exports)
		return modprobe_show_symbols(m, operands[0]);
	if (!m->dry_run && !m->show_depends && !m->show_alias) {
		int r = prepare_to_act(m);

		if (r < 0) {
			tool_err("could not set MODPROBE_OPTIONS: %s", strerror(-r));
			return 1;
		}
	}
	return m->remove ? modprobe_unload(m, operands, n)
			 : modprobe_load(m, operands, n);
}

static int modprobe(struct modprobe *m, int argc, char **argv)
{
	int first, rc = parse(m, argc, argv, &first);

	if (rc >= 0)
		return rc;
	tool_log.priority = m->quiet ? 0 : LOG_WARNING + m->verbose;
	if (tool_log.no_stderr)
		tool_log_to_syslog();
	if (first == argc && !m->show_config) {
		tool_err("missing parameters. See -h.");
		return 1;
	}
	if (m->json && !m->dry_run && !m->show_depends && !m->show_alias && !m->show_config) {
		tool_err("--json goes with -n, -D, -R or -c.");
		return 1;
	}
	rc = open_context(m);
	if (rc == 0)
		rc = act(m, argv + first, argc - first);
	kmod_unref(m->ctx);
	return rc;
}

static int modprobe_run(int argc, char **argv)
{
	struct modprobe m = { 0 };
	struct env_args args = { 0 };
	const char *env = env_options();
	int rc;

	tool_log_init(argv[0], LOG_WARNING);
	if (!env) {
		rc = modprobe(&m, argc, argv);
	} else if (env_args_build(&args, env, argc, argv) < 0) {
		tool_err("%s", strerror(ENOMEM));
		rc = 1;
	} else {
		rc = modprobe(&m, (int)args.argv.n - 1, args.argv.at);
	}
	vec_fini(&m.config_paths);
	env_args_fini(&args);
	return tool_finish(rc);
}

const struct tool tool_modprobe = {
	.name = "modprobe",
	.run = modprobe_run,
	.options = &modprobe_command,
};

void modprobe_fatal(struct modprobe *m, const char *fmt, ...)
{
	int priority = m->all ? LOG_WARNING : LOG_CRIT;
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	tool_say(priority, "%s", text ? text : strerror(ENOMEM));
	if (priority == LOG_CRIT && tool_log.priority >= LOG_CRIT)
		m->stopped = true;
}

void modprobe_print_line(const char *text)
{
	tool_put_value(stdout, text);
	putchar('\n');
}

void modprobe_print_step(const struct modprobe *m, const struct kmod_plan_step *step)
{
	_cleanup_free_ char *line = NULL;

	/* Of what is skipped -D shows what is built in. */
	if (kmod_plan_step_get_op(step) == KMOD_PLAN_SKIP && !m->show_depends)
		return;
	line = kmod_plan_step_dup_text(step);
	if (!line)
		tool_err("could not show a step: %s", strerror(ENOMEM));
	else if (*line)
		modprobe_print_line(line);
}

static bool is_path(const char *operand)
{
	return operand[0] == '/' || (operand[0] == '.' && operand[1] == '/');
}

int modprobe_resolve(struct modprobe *m, const char *operand,
		     struct kmod_plan_matches **matches)
{
	int r = kmod_plan_lookup(m->ctx, operand, matches);

	if (r > 0)
		return 0;
	if (r < 0 && is_path(operand))
		modprobe_fatal(m, "Failed to get module from path %s: %s", operand,
			       strerror(-r));
	else if (r == 0 || r == -EINVAL)
		modprobe_fatal(m, "Module %s not found in directory %s", operand,
			       kmod_get_dirname(m->ctx));
	else
		modprobe_fatal(m, "Could not look up module %s: %s", operand,
			       strerror(-r));
	return 1;
}
