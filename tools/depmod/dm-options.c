/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-options.h"

#include <errno.h>
#include <string.h>

#include "shared/str.h"
#include "tools/tool.h"

enum { OPT_NO_SYNC = 256, OPT_STRICT, OPT_NO_PROGRESS, OPT_JSON };

#define MAX_JOBS 1024

static const struct opt options[] = {
	{ 'a', "all", NULL, 'a', "Index all modules (the default without files)", NULL },
	{ 'A', "quick", NULL, 'A', "Do nothing when the indexes are up to date", NULL },
	{ 'b', "basedir", "DIR", 'b', "Use the module tree of the root directory DIR",
	  NULL },
	{ 'm', "moduledir", "DIR", 'm',
	  "Directory of module trees, below the root directory", NULL },
	{ 'o', "outdir", "DIR", 'o', "Write the indexes below DIR instead", NULL },
	{ 'C', "config", "PATH", 'C', "Read this file or directory instead of depmod.d",
	  NULL },
	{ 'E', "symvers", "FILE", 'E', "Kernel symbols and their versions, for -e",
	  NULL },
	{ 'F', "filesyms", "FILE", 'F', "System.map of the kernel, for -e", NULL },
	{ 'e', "errsyms", NULL, 'e', "Report symbols that nobody provides", NULL },
	{ 'P', "symbol-prefix", "CHAR", 'P', "Strip this character from symbols", NULL },
	{ 'n', "show", NULL, 'n', "Print the text indexes, write nothing", NULL },
	{ 0, "dry-run", NULL, 'n', "Same as --show", NULL },
	{ 'j', "jobs", "N", 'j', "Read N modules at a time (default: CPUs it may use)",
	  NULL },
	{ 0, "json", NULL, OPT_JSON, "With -n: print a summary as JSON, not the files", NULL },
	{ 0, "strict", NULL, OPT_STRICT, "Fail when a module cannot be read", NULL },
	{ 0, "no-sync", NULL, OPT_NO_SYNC, "Do not wait for stable storage", NULL },
	{ 'q', "quiet", NULL, 'q', "Show errors only", NULL },
	{ 0, "no-progress", NULL, OPT_NO_PROGRESS, "Show no progress on a terminal",
	  NULL },
	{ 'v', "verbose", NULL, 'v', "Print the dependencies found; repeat for more",
	  NULL },
	{ 'w', "warn", NULL, 'w', "Warn of duplicates", NULL },
	{ 'V', "version", NULL, 'V', "Show the version", NULL },
	{ 'h', "help", NULL, 'h', "Show this help", NULL },
	/* compat: these meant --quick before there was a --quiet. */
	{ 0, "q", NULL, 'A', NULL, NULL },
	{ 0, "qu", NULL, 'A', NULL, NULL },
	{ 0, "qui", NULL, 'A', NULL, NULL },
	{ 0 },
};

const struct opt_command dm_command = {
	.name = "depmod",
	.synopsis = { "[-a|-A] [options] [VERSION]",
		      "[options] VERSION /abs/path/mod.ko..." },
	.summary = "Index a kernel's modules: dependencies, aliases, symbols",
	.opts = options,
};

bool dm_is_release(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && text[n] == '.' && text[n + 1] >= '0' && text[n + 1] <= '9';
}

static int parse_jobs(const char *text, unsigned *jobs)
{
	uint64_t n;

	if (str_to_u64(text, 10, &n) < 0 || n < 1 || n > MAX_JOBS) {
		tool_err("'%s' is no number of jobs (1 to %d)", text, MAX_JOBS);
		return -EINVAL;
	}
	*jobs = (unsigned)n;
	return 0;
}

/* Options with a value. 1 taken, 0 not one of them, -errno said. */
static int set_value(struct dm_options *o, int id, const char *value)
{
	struct {
		int id;
		const char **to;
	} texts[] = {
		{ 'b', &o->base_dir }, { 'm', &o->module_dir }, { 'o', &o->out_dir },
		{ 'E', &o->symvers },  { 'F', &o->system_map },
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (texts[i].id == id) {
			*texts[i].to = value;
			return 1;
		}
	}
	switch (id) {
	case 'C':
		return vec_push(&o->config_paths, value) ? 1 : -ENOMEM;
	case 'j':
		return parse_jobs(value, &o->jobs) < 0 ? -EINVAL : 1;
	case 'P':
		if (strlen(value) != 1) {
			tool_fatal("-P only takes a single char");
			return -EINVAL;
		}
		o->symbol_prefix = *value;
		return 1;
	}
	return 0;
}

static bool set_flag(struct dm_options *o, int id)
{
	struct {
		int id;
		bool *to;
	} flags[] = {
		{ 'a', &o->all },
		{ 'A', &o->quick },
		{ 'n', &o->show },
		{ 'w', &o->warn },
		{ 'q', &o->quiet },
		{ 'e', &o->errsyms },
		{ OPT_JSON, &o->json },
		{ OPT_STRICT, &o->strict },
		{ OPT_NO_SYNC, &o->no_sync },
		{ OPT_NO_PROGRESS, &o->no_progress },
	};

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (flags[i].id == id) {
			*flags[i].to = true;
			return true;
		}
	}
	if (id == 'v')
		o->verbose++;
	return id == 'v';
}

/* 1 go on, 0 done with *status. */
static int take_option(struct dm_options *o, int id, const char *value, int *status)
{
	int r;

	switch (id) {
	case 'h':
		opt_help(&dm_command, tool_log.program);
		*status = tool_finish(0);
		return 0;
	case 'V':
		tool_version();
		*status = tool_finish(0);
		return 0;
	}
	if (set_flag(o, id))
		return 1;
	r = set_value(o, id, value);
	if (r > 0)
		return 1;
	if (r == -ENOMEM)
		tool_fatal("out of memory");
	*status = 1;
	return 0;
}

static int take_operands(struct dm_options *o, int argc, char **argv, int first,
			 int *status)
{
	if (first < argc) {
		if (!dm_is_release(argv[first])) {
			tool_err("Bad version passed %s", argv[first]);
			*status = 1;
			return 0;
		}
		o->release = argv[first++];
	}
	o->files = argv + first;
	o->n_files = o->all ? 0 : (unsigned)(argc - first);
	return 1;
}

static int check_combination(struct dm_options *o, int *status)
{
	if (o->errsyms && !o->symvers && !o->system_map) {
		tool_warn("-e needs -E or -F");
		o->errsyms = false;
	}
	if (o->json && !o->show) {
		tool_fatal("--json goes with -n");
		*status = 1;
		return 0;
	}
	if (o->config_paths.n > 0 && !vec_push(&o->config_paths, NULL)) {
		tool_fatal("out of memory");
		*status = 1;
		return 0;
	}
	return 1;
}

int dm_options_parse(int argc, char **argv, struct dm_options *out, int *status)
{
	struct opt_parser parser;
	int id, r = 1;

	*out = (struct dm_options){ .base_dir = "", .module_dir = MODULE_DIRECTORY };
	*status = 1;
	if (opt_begin(&parser, &dm_command, argc, argv) < 0)
		return 0;
	while (r > 0 && (id = opt_next(&parser)) != -1)
		r = take_option(out, id, parser.value, status);
	if (r > 0) {
		int priority = out->quiet ? LOG_ERR : LOG_WARNING;

		tool_log.priority = priority + out->verbose;
		r = take_operands(out, argc, parser.argv, opt_operands(&parser), status);
	}
	opt_end(&parser);
	return r > 0 ? check_combination(out, status) : r;
}

void dm_options_fini(struct dm_options *o)
{
	vec_fini(&o->config_paths);
}
