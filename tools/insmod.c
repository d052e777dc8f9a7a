/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * insmod: one file into the kernel, as it stands. No dependencies, no configuration;
 * the module directory matters only for explaining a failure.
 */
#include "tools/tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/ctx.h"
#include "libkmod/libkmod-plan.h"
#include "shared/cleanup.h"
#include "tools/params.h"

enum {
	OPT_FORCE_MODVERSION = 256,
	OPT_FORCE_VERMAGIC,
};

static const struct opt insmod_opts[] = {
	{ 'f', "force", NULL, 'f', "ignore symbol versions and the version magic", NULL },
	{ 0, "force-modversion", NULL, OPT_FORCE_MODVERSION, "ignore symbol versions",
	  NULL },
	{ 0, "force-vermagic", NULL, OPT_FORCE_VERMAGIC, "ignore the version magic",
	  NULL },
	{ 's', "syslog", NULL, 's',
	  "send messages to the system log, not to standard error", NULL },
	{ 'v', "verbose", NULL, 'v', "show more messages", NULL },
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command insmod_command = {
	.name = "insmod",
	.synopsis = { "[options] FILE [PARAMETER...]", NULL },
	.summary = "Insert a module file into the kernel",
	.opts = insmod_opts,
};

static const char *reason_of(int error)
{
	switch (error) {
	case -ENOEXEC:
		return "Invalid module format";
	case -ENOENT:
		return "Unknown symbol in module";
	case -ESRCH:
		return "Module has wrong symbol version";
	case -EINVAL:
		return "Invalid parameters";
	default:
		return strerror(-error);
	}
}

static void say_why(const char *line, void *data _unused_)
{
	tool_err("%s", line);
}

static int insert(struct kmod_ctx *ctx, const char *file, unsigned flags,
		  const char *params)
{
	struct kmod_module *mod;
	int r = kmod_module_new_from_path(ctx, file, &mod);

	if (r < 0) {
		tool_err("could not load module %s: %s", file, strerror(-r));
		return 1;
	}
	r = kmod_module_insert_module(mod, flags, params);
	if (r < 0) {
		tool_err("could not insert module %s: %s", file, reason_of(r));
		if (r != -EEXIST && tool_log.priority >= LOG_ERR)
			kmod_plan_explain(mod, r, params, say_why, NULL);
	}
	kmod_module_unref(mod);
	return r < 0;
}

static int insmod(char *const *operands, int n, unsigned flags)
{
	const struct ctx_options options = {
		.no_config = true,
		.log_priority = tool_log.priority,
		.log_fn = tool_log_sink,
	};
	_cleanup_free_ char *params = NULL;
	struct kmod_ctx *ctx;
	int rc, r;

	if (n == 0) {
		tool_err("missing filename.");
		return 1;
	}
	if (strcmp(operands[0], "-") == 0) {
		tool_err("this tool does not support loading from stdin!");
		return 1;
	}
	params = params_join(operands + 1, n - 1);
	r = params ? ctx_new(&options, &ctx) : -ENOMEM;
	if (r < 0)
		return tool_no_context(r);
	rc = insert(ctx, operands[0], flags, params);
	kmod_unref(ctx);
	return rc;
}

/* -1: go on; else the exit status. */
static int take_option(int id, unsigned *flags)
{
	switch (id) {
	case 'f':
		*flags |= KMOD_INSERT_FORCE_MODVERSION | KMOD_INSERT_FORCE_VERMAGIC;
		return -1;
	case OPT_FORCE_MODVERSION:
		*flags |= KMOD_INSERT_FORCE_MODVERSION;
		return -1;
	case OPT_FORCE_VERMAGIC:
		*flags |= KMOD_INSERT_FORCE_VERMAGIC;
		return -1;
	default:
		return tool_take_option(&insmod_command, id);
	}
}

static int insmod_run(int argc, char **argv)
{
	struct opt_parser parser;
	unsigned flags = 0;
	int rc = -1, id, first;

	if (opt_begin(&parser, &insmod_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1)
		rc = take_option(id, &flags);
	first = opt_operands(&parser);
	opt_end(&parser);
	if (rc < 0)
		rc = insmod(argv + first, argc - first, flags);
	return tool_finish(rc);
}

const struct tool tool_insmod = {
	.name = "insmod",
	.run = insmod_run,
	.options = &insmod_command,
};
