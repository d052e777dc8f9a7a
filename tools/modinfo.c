/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modinfo: operands to modules, one after the other; each is printed (modinfo-print.c)
 * and let go before the next, so any number of operands needs the memory of one.
 */
#include "tools/tool.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "libkmod/module/mod.h"
#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/str.h"
#include "shared/strbuf.h"
#include "tools/modinfo-print.h"

/* From this many operands on, keeping the indexes open pays. */
#define MANY_OPERANDS 4

struct modinfo_request {
	struct modinfo_style style;
	const char *root;    /* -b, or NULL */
	const char *version; /* -k, or NULL */
	bool by_name;        /* -m */
};

enum { OPT_JSON = 256 };

static const struct opt modinfo_opts[] = {
	{ 'a', "author", NULL, 'a', "print only the authors", NULL },
	{ 'd', "description", NULL, 'd', "print only the description", NULL },
	{ 'l', "license", NULL, 'l', "print only the license", NULL },
	{ 'p', "parameters", NULL, 'p', "print only the parameters", NULL },
	{ 'n', "filename", NULL, 'n', "print only the file name", NULL },
	{ 'F', "field", "FIELD", 'F', "print only the values of FIELD", NULL },
	{ '0', "null", NULL, '0', "end records with NUL, not with newline", NULL },
	{ 0, "json", NULL, OPT_JSON, "print JSON, a line for each module", NULL },
	{ 'm', "modname", NULL, 'm', "operands are module names: no files, no aliases", NULL },
	{ 'k', "set-version", "VERSION", 'k', "use VERSION instead of the running kernel's", NULL },
	{ 'b', "basedir", "DIR", 'b', "use DIR as the root of the file system", NULL },
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command modinfo_command = {
	.name = "modinfo",
	.synopsis = { "[options] MODULE|FILE...", NULL },
	.summary = "Show information about kernel modules",
	.opts = modinfo_opts,
};

static const char *field_of(int id)
{
	static const struct {
		int id;
		const char *field;
	} fields[] = {
		{ 'a', "author" }, { 'd', "description" }, { 'l', "license" },
		{ 'p', "parm" },   { 'n', "filename" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].id == id)
			return fields[i].field;
	return NULL;
}

/* -1: go on; else the exit status. */
static int take_option(struct modinfo_request *req, int id, const char *value)
{
	switch (id) {
	case 'F':
		req->style.field = value;
		return -1;
	case '0':
		req->style.end = '\0';
		return -1;
	case OPT_JSON:
		req->style.json = true;
		return -1;
	case 'm':
		req->by_name = true;
		return -1;
	case 'k':
		req->version = value;
		return -1;
	case 'b':
		req->root = value;
		return -1;
	case 'V':
		tool_version();
		return 0;
	case 'h':
		opt_help(&modinfo_command, tool_log.program);
		return 0;
	}
	req->style.field = field_of(id);
	return req->style.field ? -1 : 1;
}

/* A module file by its name, and there: then the operand is no name to look up. */
static bool is_file_operand(const char *operand)
{
	const char *base = str_basename(operand);
	struct stat st;

	/* depmod leaves hidden files alone, but who names one wants it. */
	return name_is_module_file(base + strspn(base, "."), NULL) && stat(operand, &st) == 0 &&
	       S_ISREG(st.st_mode);
}

static int print_module(struct kmod_module *mod, const struct modinfo_request *req)
{
	const char *name = kmod_module_get_name(mod);
	int r;

	if (!kmod_module_get_path(mod) && !mod_is_builtin(mod)) {
		tool_err("Module file %s not found.", name);
		return 1;
	}
	r = req->style.json ? modinfo_json(mod, &req->style) : modinfo_print(mod, &req->style);
	if (r == 0)
		return 0;
	tool_err("could not get modinfo from '%s': %s", name, strerror(-r));
	return 1;
}

static int print_one(struct kmod_module *mod, const struct modinfo_request *req)
{
	int rc = print_module(mod, req);

	kmod_module_unref(mod);
	return rc;
}

static int print_name(struct kmod_ctx *ctx, const struct modinfo_request *req, const char *operand)
{
	struct kmod_module *mod = NULL;
	int r = kmod_module_new_from_name_lookup(ctx, operand, &mod);

	if (r >= 0 && mod)
		return print_one(mod, req);
	tool_err("Module name %s not found.", operand);
	return 1;
}

static int print_file(struct kmod_ctx *ctx, const struct modinfo_request *req, const char *operand)
{
	struct kmod_module *mod = NULL;

	if (kmod_module_new_from_path(ctx, operand, &mod) >= 0)
		return print_one(mod, req);
	tool_err("Module file %s not found.", operand);
	return 1;
}

static int print_lookup(struct kmod_ctx *ctx, const struct modinfo_request *req, const char *operand)
{
	struct kmod_list *list = NULL, *item;
	int rc = 0, r = kmod_module_new_from_lookup(ctx, operand, &list);

	if (r < 0) {
		tool_err("Module alias %s not found.", operand);
		return 1;
	}
	if (!list) {
		tool_err("Module %s not found.", operand);
		return 1;
	}
	kmod_list_foreach(item, list) {
		struct kmod_module *mod = kmod_module_get_module(item);

		rc |= print_one(mod, req);
	}
	kmod_module_unref_list(list);
	return rc;
}

static int print_operand(struct kmod_ctx *ctx, const struct modinfo_request *req, const char *operand)
{
	if (req->by_name)
		return print_name(ctx, req, operand);
	if (is_file_operand(operand))
		return print_file(ctx, req, operand);
	return print_lookup(ctx, req, operand);
}

/* ROOT/lib/modules/VERSION; NULL stays NULL when neither was given. 0 or -errno. */
static int module_dir(const struct modinfo_request *req, char **out)
{
	_cleanup_strbuf_ struct strbuf dir = STRBUF_INIT;
	struct utsname uts;

	if (!req->root && !req->version)
		return 0;
	if (!req->version && uname(&uts) < 0)
		return -errno;
	strbuf_adds(&dir, req->root ? req->root : "");
	strbuf_adds(&dir, MODULE_DIRECTORY "/");
	strbuf_adds(&dir, req->version ? req->version : uts.release);
	*out = strbuf_take(&dir, NULL);
	return *out ? 0 : -ENOMEM;
}

static int modinfo(const struct modinfo_request *req, int n_operands, char **operands)
{
	_cleanup_free_ char *dir = NULL;
	struct ctx_options opt = {
		.no_config = true,
		.log_priority = log_priority_from_env(LOG_ERR),
		.log_fn = tool_log_sink,
	};
	struct kmod_ctx *ctx = NULL;
	int rc = 0, r;

	if (n_operands == 0) {
		tool_err("missing module or filename.");
		return 1;
	}
	/* KMOD_LOG may ask for more of the library, and for less; our own errors stay. */
	if (opt.log_priority > tool_log.priority)
		tool_log.priority = opt.log_priority;
	r = module_dir(req, &dir);
	opt.dirname = dir;
	if (r == 0)
		r = ctx_new(&opt, &ctx);
	if (r < 0)
		return tool_no_context(r);
	if (n_operands >= MANY_OPERANDS)
		(void)kmod_load_resources(ctx);
	for (int i = 0; i < n_operands; i++)
		rc |= print_operand(ctx, req, operands[i]);
	kmod_unref(ctx);
	return rc;
}

static int modinfo_run(int argc, char **argv)
{
	struct modinfo_request req = { .style.end = '\n' };
	struct opt_parser parser;
	int id, first, rc = -1;

	if (opt_begin(&parser, &modinfo_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1)
		rc = take_option(&req, id, parser.value);
	if (rc < 0) {
		first = opt_operands(&parser);
		rc = modinfo(&req, parser.argc - first, parser.argv + first);
	}
	opt_end(&parser);
	return rc;
}

const struct tool tool_modinfo = {
	.name = "modinfo",
	.run = modinfo_run,
	.options = &modinfo_command,
};
