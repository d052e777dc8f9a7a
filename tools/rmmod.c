/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rmmod: modules out of the kernel by name, nothing else with them. What the kernel
 * would refuse is said here in better words; --force leaves the judgement to the kernel.
 */
#include "tools/tool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/live/live.h"
#include "libkmod/module/mod.h"
#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/strbuf.h"

static const struct opt rmmod_opts[] = {
	{ 'f', "force", NULL, 'f', "remove even what is in use, if the kernel allows it",
	  NULL },
	{ 's', "syslog", NULL, 's',
	  "send messages to the system log, not to standard error", NULL },
	{ 'v', "verbose", NULL, 'v', "show more messages", NULL },
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command rmmod_command = {
	.name = "rmmod",
	.synopsis = { "[options] MODULE...", NULL },
	.summary = "Remove modules from the kernel",
	.opts = rmmod_opts,
};

/* Names who uses it; false when nobody does. */
static bool has_holders(const struct kmod_ctx *ctx, const char *name)
{
	_cleanup_(live_names_fini) struct live_names holders = { 0 };
	_cleanup_strbuf_ struct strbuf list = STRBUF_INIT;

	if (live_holders(ctx, name, &holders) < 0 || holders.names.n == 0)
		return false;
	for (size_t i = 0; i < holders.names.n; i++) {
		strbuf_addc(&list, ' ');
		strbuf_adds(&list, holders.names.at[i]);
	}
	tool_err("Module %s is in use by:%s", name, strbuf_str(&list));
	return true;
}

static bool can_be_removed(const struct kmod_module *mod)
{
	const char *name = kmod_module_get_name(mod);
	int refcnt;

	if (mod_is_builtin(mod)) {
		tool_err("Module %s is builtin.", name);
		return false;
	}
	if (!name_is_safe(name) || live_initstate(mod->ctx, name) == -ENOENT) {
		tool_err("Module %s is not currently loaded", name);
		return false;
	}
	if (has_holders(mod->ctx, name))
		return false;
	refcnt = live_refcnt(mod->ctx, name);
	if (refcnt == -ENOENT) {
		tool_err("Module unloading is not supported");
		return false;
	}
	if (refcnt > 0) {
		tool_err("Module %s is in use", name);
		return false;
	}
	return true;
}

static int remove_operand(struct kmod_ctx *ctx, const char *operand, bool force)
{
	unsigned flags = KMOD_REMOVE_NOLOG | (force ? (unsigned)KMOD_REMOVE_FORCE : 0);
	char name[NAME_SIZE];
	struct kmod_module *mod;
	int rc = 1, r;

	if (access(operand, F_OK) == 0)
		name_from_path(operand, name);
	else
		name_normalise(operand, name);
	r = mod_get(ctx, name, NULL, &mod);
	if (r < 0) {
		tool_err("could not use module %s: %s", operand, strerror(-r));
		return 1;
	}
	if (force || can_be_removed(mod)) {
		r = kmod_module_remove_module(mod, flags);
		if (r < 0)
			tool_err("could not remove module %s: %s", operand, strerror(-r));
		rc = r < 0;
	}
	kmod_module_unref(mod);
	return rc;
}

static int rmmod(char *const *operands, int n, bool force)
{
	const struct ctx_options options = {
		.no_config = true,
		.log_priority = tool_log.priority,
		.log_fn = tool_log_sink,
	};
	struct kmod_ctx *ctx;
	int rc = 0, r;

	if (n == 0) {
		tool_err("missing module name.");
		return 1;
	}
	r = ctx_new(&options, &ctx);
	if (r < 0)
		return tool_no_context(r);
	/* What is begun is done, whoever stops listening. */
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < n; i++)
		rc |= remove_operand(ctx, operands[i], force);
	kmod_unref(ctx);
	return rc;
}

static int rmmod_run(int argc, char **argv)
{
	struct opt_parser parser;
	bool force = false;
	int rc = -1, id, first;

	if (opt_begin(&parser, &rmmod_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1) {
		if (id == 'f')
			force = true;
		else
			rc = tool_take_option(&rmmod_command, id);
	}
	first = opt_operands(&parser);
	opt_end(&parser);
	if (rc < 0)
		rc = rmmod(argv + first, argc - first, force);
	return tool_finish(rc);
}

const struct tool tool_rmmod = {
	.name = "rmmod",
	.run = rmmod_run,
	.options = &rmmod_command,
};
