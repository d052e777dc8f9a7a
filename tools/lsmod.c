/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lsmod: names and their order from /proc/modules, everything else from /sys/module.
 *
 * Modules come and go while this reads. One that is gone from /sys/module is left out
 * (D34); a count the kernel does not keep is "-", as in /proc/modules. All rows are
 * written at once. No module objects: rows need only the live room.
 */
#include "tools/tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/ctx.h"
#include "libkmod/live/live.h"
#include "shared/cleanup.h"
#include "shared/strbuf.h"

static const struct opt lsmod_opts[] = {
	{ 's', "syslog", NULL, 's', "send messages to the system log, not to standard error", NULL },
	{ 'v', "verbose", NULL, 'v', "show more messages", NULL },
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command lsmod_command = {
	.name = "lsmod",
	.synopsis = { "[options]", NULL },
	.summary = "Show the modules that are loaded",
	.opts = lsmod_opts,
};

static bool is_gone(const struct kmod_ctx *ctx, const char *name)
{
	return live_initstate(ctx, name) == -ENOENT;
}

static void add_holders(struct strbuf *out, const struct live_names *holders)
{
	for (size_t i = 0; i < holders->names.n; i++) {
		strbuf_addc(out, i == 0 ? ' ' : ',');
		strbuf_adds(out, holders->names.at[i]);
	}
}

/* 1 added, 0 the module is gone, -errno */
static int add_row(struct strbuf *out, const struct kmod_ctx *ctx, const char *name)
{
	_cleanup_(live_names_fini) struct live_names holders = { 0 };
	long size = live_size(ctx, name);
	int refcnt, r;

	if (size < 0)
		return size == -ENOENT ? 0 : (int)size;
	refcnt = live_refcnt(ctx, name);
	if (refcnt == -ENOENT && is_gone(ctx, name))
		return 0;
	r = live_holders(ctx, name, &holders);
	if (r == -ENOENT && is_gone(ctx, name))
		return 0;
	if (r == -ENOMEM)
		return r;

	/* The kernel itself says -1 of a module that is going; less is an errno. */
	if (refcnt >= -1)
		strbuf_addf(out, "%-19s %8ld  %d", name, size, refcnt);
	else
		strbuf_addf(out, "%-19s %8ld  -", name, size);
	add_holders(out, &holders);
	strbuf_addc(out, '\n');
	return strbuf_ok(out) ? 1 : -ENOMEM;
}

/* Exit status. Without /sys/module nothing is known of any module, which is not "gone". */
static int add_rows(struct strbuf *out, const struct kmod_ctx *ctx, const struct live_names *loaded)
{
	int rc = 0;

	for (size_t i = 0; i < loaded->names.n; i++) {
		const char *name = loaded->names.at[i];
		int r = add_row(out, ctx, name);

		if (r == 0 && access("/sys/module", F_OK) < 0) {
			tool_err("could not open /sys/module: %s", strerror(errno));
			return 1;
		}
		if (r < 0) {
			tool_err("could not read the state of module %s: %s", name, strerror(-r));
			rc = 1;
		}
	}
	return rc;
}

static int lsmod(void)
{
	static const char *const no_config[] = { NULL };
	/* No module directory is needed: this one has no configuration to read. */
	const struct ctx_options opt = {
		.dirname = "/sys/module",
		.config_paths = no_config,
		.log_priority = tool_log.priority,
		.log_fn = tool_log_sink,
	};
	_cleanup_(live_names_fini) struct live_names loaded = { 0 };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct kmod_ctx *ctx = NULL;
	int rc, r;

	r = ctx_new(&opt, &ctx);
	if (r < 0) {
		tool_err("could not begin: %s", strerror(-r));
		return 1;
	}
	r = live_loaded(ctx, &loaded);
	if (r < 0) {
		tool_err("could not get list of modules: %s", strerror(-r));
		kmod_unref(ctx);
		return 1;
	}
	strbuf_adds(&out, "Module                  Size  Used by\n");
	rc = add_rows(&out, ctx, &loaded);
	tool_put_value(stdout, strbuf_str(&out));
	kmod_unref(ctx);
	return rc;
}

static int lsmod_run(int argc, char **argv)
{
	struct opt_parser parser;
	int rc = -1, id, n_operands;

	if (opt_begin(&parser, &lsmod_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1) {
		if (id == 's') {
			tool_log_to_syslog();
		} else if (id == 'v') {
			tool_log.priority++;
		} else if (id == 'V') {
			tool_version();
			rc = 0;
		} else if (id == 'h') {
			opt_help(&lsmod_command, tool_log.program);
			rc = 0;
		} else {
			rc = 1;
		}
	}
	n_operands = argc - opt_operands(&parser);
	opt_end(&parser);
	if (rc < 0 && n_operands > 0) {
		tool_err("too many arguments provided.");
		rc = 1;
	}
	return rc < 0 ? lsmod() : rc;
}

const struct tool tool_lsmod = {
	.name = "lsmod",
	.run = lsmod_run,
	.options = &lsmod_command,
};
