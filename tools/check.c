/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kmod check: would the kernel take these modules?
 *
 *	operands, or all of modules.dep  -->  read: facts, exports into the world
 *	                                      settle the world
 *	                                 -->  judge each, print
 *
 * Every file is read once, before the first is judged, so that files named together may
 * need each other. Of --all only what is not in order is shown.
 */
#include "tools/check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/str.h"
#include "tools/target.h"
#include "tools/tool.h"

enum { OPT_SYMVERS = 256, OPT_JSON };

static const struct opt check_opts[] = {
	{ 'a', "all", NULL, 'a', "check every module of the kernel's directory", NULL },
	{ 'k', "set-version", "VERSION", 'k',
	  "check against VERSION, not the running kernel", NULL },
	{ 'b', "basedir", "DIR", 'b', "use DIR as the root of the file system", NULL },
	{ 0, "symvers", "FILE", OPT_SYMVERS, "the kernel's Module.symvers", NULL },
	{ 'p', "parameters", "TEXT", 'p', "check these parameters, too", NULL },
	{ 'v', "verbose", NULL, 'v',
	  "with --all: show modules that have only warnings, too", NULL },
	{ 0, "json", NULL, OPT_JSON, "print JSON, a line for each module", NULL },
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command check_command = {
	.name = "check",
	.synopsis = { "[options] MODULE|FILE...", "[options] --all", NULL },
	.summary = "Say whether the kernel would take modules, and why not",
	.opts = check_opts,
};

/* A module whose facts are known. mod is let go with --all, and got by name again. */
struct subject {
	const char *name;
	struct kmod_module *mod;
	struct check_facts facts;
	bool is_builtin;
};

struct check {
	bool all, json, verbose;
	const char *symvers, *parameters;
	struct target target;
	struct world world;
	struct target_names names;
	VEC(struct subject) subjects;
	size_t n_refused, n_warned, n_unknown;
	int rc;
};

static int out_of_memory(void)
{
	tool_err("%s", strerror(ENOMEM));
	return 1;
}

/* ---- reading ---- */

/* Takes the reference over. 0 or -errno */
static int add_subject(struct check *c, struct kmod_module *mod, bool keep)
{
	struct subject *s = vec_add(&c->subjects);
	int r = 0;

	if (!s) {
		kmod_module_unref(mod);
		return -ENOMEM;
	}
	s->mod = mod;
	s->name = arena_strdup(&c->world.arena, mod->name);
	s->is_builtin = mod_is_builtin(mod) && !kmod_module_get_path(mod);
	if (!s->is_builtin)
		r = s->name ? check_read(&c->world, mod, &s->facts) : -ENOMEM;
	if (!keep) {
		kmod_module_unref(mod);
		s->mod = NULL;
	}
	return r;
}

static int read_file(struct check *c, const char *operand)
{
	struct kmod_module *mod;
	int r = kmod_module_new_from_path(c->target.ctx, operand, &mod);

	if (r < 0) {
		tool_err("%s: %s", operand, strerror(-r));
		return 1;
	}
	r = add_subject(c, mod, true);
	return r < 0 ? out_of_memory() : 0;
}

static int read_name(struct check *c, const char *operand)
{
	_cleanup_(mod_hits_fini) struct mod_hits hits = { 0 };
	int r = mod_lookup(c->target.ctx, operand, false, &hits);

	if (r < 0 || hits.hits.n == 0) {
		tool_err("module %s not found in directory %s", operand, c->target.dir);
		return 1;
	}
	for (size_t i = 0; r >= 0 && i < hits.hits.n; i++)
		r = add_subject(c, kmod_module_ref(hits.hits.at[i].mod), true);
	return r < 0 ? out_of_memory() : 0;
}

static int read_all(struct check *c)
{
	for (size_t i = 0; i < c->names.at.n; i++) {
		struct kmod_module *mod;
		int r = mod_get(c->target.ctx, c->names.at.at[i], NULL, &mod);

		if (r == 0)
			r = add_subject(c, mod, false);
		if (r < 0)
			return out_of_memory();
	}
	return 0;
}

/* ---- what the kernel's modules are like ---- */

#define N_WITNESSES 8

static bool is_subject(const struct check *c, const char *name)
{
	for (size_t i = 0; i < c->subjects.n; i++)
		if (str_eq(c->subjects.at[i].name, name))
			return true;
	return false;
}

/* Some modules of the directory, spread over it. */
static int ask_witnesses(struct check *c)
{
	size_t n = c->names.at.n, step = n / N_WITNESSES + 1, asked = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n && asked < N_WITNESSES; i += step) {
		const char *name = c->names.at.at[i];
		struct kmod_module *mod;

		if (is_subject(c, name) || mod_get(c->target.ctx, name, NULL, &mod) < 0)
			continue;
		r = check_vote(&c->world, mod);
		kmod_module_unref(mod);
		asked++;
	}
	return r;
}

static int settle(struct check *c)
{
	int r = 0;

	if (!c->all)
		r = ask_witnesses(c);
	for (size_t i = 0; c->all && r == 0 && i < c->subjects.n; i++)
		if (!c->subjects.at[i].facts.damage)
			r = world_vote(&c->world, &c->subjects.at[i].facts.build);
	world_settle(&c->world);
	return r < 0 ? out_of_memory() : 0;
}

/* ---- judging ---- */

static int judge(struct check *c, const struct subject *s, struct kmod_module *mod,
		 struct check_report *report)
{
	const char *configured = kmod_module_get_options(mod);
	_cleanup_free_ char *options = NULL;
	int r;

	report->module = s->name;
	report->release = c->target.release;
	if (s->is_builtin)
		return 0;
	report->path = kmod_module_get_path(mod);
	if (asprintf(&options, "%s %s", configured ? configured : "",
		     c->parameters ? c->parameters : "") < 0) {
		options = NULL;
		return -ENOMEM;
	}
	r = check_judge(&c->world, mod, &s->facts, options, check_report_add, report);
	return r < 0 ? r : report->error;
}

static void count(struct check *c, const struct check_report *report)
{
	c->n_refused += report->n[CHECK_PROBLEM] > 0;
	c->n_warned += report->n[CHECK_PROBLEM] == 0 && report->n[CHECK_WARNING] > 0;
	c->n_unknown += report->n[CHECK_PROBLEM] == 0 && report->n[CHECK_UNKNOWN] > 0;
}

static bool is_shown(const struct check *c, const struct check_report *report)
{
	return !c->all || report->n[CHECK_PROBLEM] > 0 ||
	       (c->verbose && report->n[CHECK_WARNING] + report->n[CHECK_UNKNOWN] > 0);
}

static int judge_one(struct check *c, const struct subject *s)
{
	struct check_report report = { .arena = ARENA_INIT };
	_cleanup_strbuf_ struct strbuf json = STRBUF_INIT;
	struct kmod_module *mod = s->mod ? kmod_module_ref(s->mod) : NULL;
	int r = mod ? 0 : mod_get(c->target.ctx, s->name, NULL, &mod);

	if (r == 0)
		r = judge(c, s, mod, &report);
	if (r == 0) {
		count(c, &report);
		if (c->json) {
			check_report_json(&report, &json);
			fwrite(strbuf_str(&json), 1, json.len, stdout);
			r = strbuf_ok(&json) ? 0 : -ENOMEM;
		} else if (is_shown(c, &report)) {
			check_report_print(&report);
		}
	}
	check_report_fini(&report);
	if (mod)
		kmod_module_unref(mod);
	return r < 0 ? out_of_memory() : 0;
}

static void print_summary(const struct check *c)
{
	printf("%zu modules checked against kernel %s: %zu would be refused, %zu have "
	       "warnings, "
	       "of %zu not all could be known\n",
	       c->subjects.n, c->target.release, c->n_refused, c->n_warned, c->n_unknown);
}

static int open_world(struct check *c)
{
	const struct world_options opt = {
		.ctx = c->target.ctx,
		.root = c->target.root ? c->target.root : "",
		.release = c->target.release,
		.symvers = c->symvers,
		.is_running = c->target.is_running,
	};
	int r = world_open(&opt, &c->world);

	if (r == 0)
		return 0;
	if (r == -EINVAL && c->symvers)
		tool_err("%s: not a Module.symvers of a kernel", c->symvers);
	else
		tool_err("%s: %s", c->symvers ? c->symvers : "could not begin",
			 strerror(-r));
	return 1;
}

static int read_names(struct check *c)
{
	int r = target_module_names(&c->target, &c->names);

	if (r == -ENOMEM)
		return out_of_memory();
	if (r < 0 && c->all) {
		tool_err("could not read %s/modules.dep.bin: %s", c->target.dir,
			 strerror(-r));
		return 1;
	}
	return 0;
}

static int read_subjects(struct check *c, int n, char *const *operands)
{
	int rc = 0;

	if (c->all)
		return read_all(c);
	for (int i = 0; i < n; i++)
		rc |= target_is_file(operands[i]) ? read_file(c, operands[i])
						  : read_name(c, operands[i]);
	return rc;
}

static void check_fini(struct check *c)
{
	for (size_t i = 0; i < c->subjects.n; i++) {
		check_facts_fini(&c->subjects.at[i].facts);
		if (c->subjects.at[i].mod)
			kmod_module_unref(c->subjects.at[i].mod);
	}
	vec_fini(&c->subjects);
	target_names_fini(&c->names);
	world_close(&c->world);
	target_close(&c->target);
}

static int check(struct check *c, int n, char *const *operands)
{
	int rc;

	if (c->all ? n > 0 : n == 0) {
		tool_err(c->all ? "--all takes no module"
				: "missing module or file, or --all");
		return 1;
	}
	if (target_open(&c->target) != 0 || open_world(c) != 0 || read_names(c) != 0)
		return 1;
	rc = read_subjects(c, n, operands);
	if (settle(c) != 0)
		return 1;
	for (size_t i = 0; i < c->subjects.n; i++)
		rc |= judge_one(c, &c->subjects.at[i]);
	if (c->all && !c->json)
		print_summary(c);
	if (rc == 0 && c->n_refused > 0)
		rc = 3;
	return rc;
}

/* -1: go on; else the exit status. */
static int take_option(struct check *c, int id, const char *value)
{
	switch (id) {
	case 'a':
		c->all = true;
		return -1;
	case 'k':
		c->target.version = value;
		return -1;
	case 'b':
		c->target.root = value;
		return -1;
	case OPT_SYMVERS:
		c->symvers = value;
		return -1;
	case 'p':
		c->parameters = value;
		return -1;
	case 'v':
		c->verbose = true;
		return -1;
	case OPT_JSON:
		c->json = true;
		return -1;
	case 'V':
		tool_version();
		return 0;
	case 'h':
		opt_help(&check_command, "check");
		return 0;
	}
	return 1;
}

static int check_run(int argc, char **argv)
{
	struct check c = { .world.arena = ARENA_INIT, .names.arena = ARENA_INIT };
	struct opt_parser parser;
	int id, first, rc = -1;

	if (opt_begin(&parser, &check_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1)
		rc = take_option(&c, id, parser.value);
	if (rc < 0) {
		first = opt_operands(&parser);
		rc = check(&c, parser.argc - first, parser.argv + first);
	}
	opt_end(&parser);
	check_fini(&c);
	return rc;
}

const struct tool tool_check = {
	.name = "check",
	.run = check_run,
	.options = &check_command,
};
