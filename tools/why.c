/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kmod why: options and the request. The answer is the first line; the exit status is
 * 0 when a module would be loaded or is in the kernel already, 3 when not, 1 when the
 * question could not be answered.
 */
#include "tools/why.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "tools/tool.h"

#define EXIT_BLOCKED 3
#define MODALIAS_MAX 4096

struct why_options {
	const char *root, *release;
	bool json;
	VEC(const char *) config_paths; /* ends with NULL when there is any */
};

enum { OPT_JSON = 256 };

static const struct opt why_opts[] = {
	{ 0, "json", NULL, OPT_JSON, "print the report as JSON", NULL },
	{ 'C', "config", "PATH", 'C', "read this file or directory instead of modprobe.d",
	  NULL },
	{ 'd', "dirname", "ROOT", 'd', "modules are below ROOT" MODULE_DIRECTORY, NULL },
	{ 'S', "set-version", "VERSION", 'S',
	  "modules of this kernel, not of the running one", NULL },
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command why_command = {
	.name = "why",
	.synopsis = { "[options] NAME|MODALIAS|FILE|/sys/.../DEVICE", NULL },
	.summary = "Say whether and how a module would be loaded, and why",
	.opts = why_opts,
};

/* ---- the report ---- */

static void report_fini(struct report *r)
{
	for (size_t i = 0; i < r->candidates.n; i++) {
		struct candidate *c = &r->candidates.at[i];

		kmod_plan_free(c->plan);
		vec_fini(&c->rules);
		vec_fini(&c->users);
		vec_fini(&c->masked);
	}
	vec_fini(&r->candidates);
	for (size_t i = 0; i < r->masked_files.n; i++)
		conf_free(r->masked_files.at[i].rules);
	vec_fini(&r->masked_files);
	for (struct map_slot *s = map_next(&r->meanings, NULL); s;
	     s = map_next(&r->meanings, s)) {
		if (s->value)
			mod_hits_fini(s->value);
		free(s->value);
	}
	map_fini(&r->meanings);
	kernel_lists_fini(&r->kernel);
	kmod_plan_matches_free(r->matches);
	arena_fini(&r->arena);
	kmod_unref(r->ctx);
}

/* ---- the request ---- */

static const char *kept_line(struct report *r, const char *path)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (fs_read_file(AT_FDCWD, path, MODALIAS_MAX, true, &text, &len) < 0)
		return NULL;
	return arena_dup(&r->arena, text, strcspn(text, "\n"));
}

/* The module of the driver that a device is bound to. */
static const char *driver_of(struct report *r, const char *device)
{
	char path[PATH_MAX], target[PATH_MAX], name[NAME_SIZE];
	ssize_t len;

	if (snprintf(path, sizeof(path), "%s/driver/module", device) >= PATH_MAX)
		return NULL;
	len = readlink(path, target, sizeof(target) - 1);
	if (len <= 0)
		return NULL;
	target[len] = '\0';
	name_normalise(str_basename(target), name);
	return arena_strdup(&r->arena, name);
}

/* A folder of a device, or its modalias file. */
static int take_device(struct report *r)
{
	static const char file[] = "/modalias";
	size_t len = strlen(r->spelling);
	char path[PATH_MAX];

	if (str_ends_with(r->spelling, file))
		len -= strlen(file);
	while (len > 1 && r->spelling[len - 1] == '/')
		len--;
	r->device = arena_dup(&r->arena, r->spelling, len);
	if (!r->device)
		return -ENOMEM;
	if (snprintf(path, sizeof(path), "%s%s", r->device, file) >= PATH_MAX)
		return -ENAMETOOLONG;
	r->request = kept_line(r, path);
	if (!r->request || !*r->request) {
		tool_err("%s has no modalias", r->device);
		return -ENODATA;
	}
	r->driver = driver_of(r, r->device);
	return 0;
}

static int take_request(struct report *r)
{
	r->request = r->spelling;
	return str_starts_with(r->spelling, "/sys/") ? take_device(r) : 0;
}

/* What is built in is known from the indexes; what is loaded, of the running kernel only. */
static unsigned plan_flags(const struct report *r, const struct kmod_module *mod)
{
	return r->is_running || mod_is_builtin(mod) ? 0 : KMOD_PROBE_IGNORE_LOADED;
}

/* An index may hold the same alias of the same module more than once. */
static bool is_candidate(const struct report *r, const struct kmod_module *mod)
{
	for (size_t i = 0; i < r->candidates.n; i++)
		if (r->candidates.at[i].mod == mod)
			return true;
	return false;
}

static int add_candidate(struct report *r, size_t match)
{
	struct kmod_module *mod = kmod_plan_matches_get_module(r->matches, match);
	struct candidate *c;
	char name[NAME_SIZE];

	if (is_candidate(r, mod))
		return 0;
	c = vec_add(&r->candidates);
	if (!c)
		return -ENOMEM;
	c->match = match;
	c->mod = mod;
	if (c->mod) {
		c->name = c->mod->name;
		return kmod_plan_load(c->mod, plan_flags(r, c->mod), NULL, &c->plan);
	}
	name_normalise(r->request, name);
	c->name = arena_strdup(&r->arena, name);
	return c->name ? 0 : -ENOMEM;
}

static int open_index(const struct report *r, enum kmod_index type, char **path,
		      struct index **idx)
{
	*path = ctx_index_path(r->ctx, type);
	return *path ? index_open_briefly(*path, idx) : -ENOMEM;
}

/* Returns error. */
static int say_unreadable(const char *path, int error)
{
	tool_err("could not read %s: %s", path ? path : "an index", index_open_error(error));
	return error;
}

/*
 * Without modules.dep.bin a name would be unknown for no reason of its own. A damaged one
 * finds less, and is logged when it is used.
 */
static int require_indexes(const struct report *r)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	_cleanup_free_ char *path = NULL;
	int error = open_index(r, KMOD_INDEX_MODULES_DEP, &path, &idx);

	return error == 0 || error == -EINVAL ? 0 : say_unreadable(path, error);
}

/* compat: older depmods leave a file of 0 bytes where an index has no input. */
static bool is_empty(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size == 0;
}

/* When nothing was found: it may be in the part of an index that is damaged. */
static int require_whole_indexes(const struct report *r)
{
	for (enum kmod_index type = 0; type < N_INDEXES; type++) {
		_cleanup_(index_unrefp) struct index *idx = NULL;
		_cleanup_free_ char *path = NULL;
		int error = open_index(r, type, &path, &idx);
		int is_whole = error == 0 ? index_is_whole(idx) : 0;

		if (is_whole < 0)
			return is_whole;
		if (error < 0 && error != -EINVAL && error != -ENOENT)
			return say_unreadable(path, error);
		if (is_whole || error == -ENOENT || is_empty(path))
			continue;
		tool_err("nothing matches %s, but %s is damaged; depmod makes it anew",
			 r->request, path);
		return -EBADMSG;
	}
	return 0;
}

static bool is_path(const char *request)
{
	return str_starts_with(request, "/") || str_starts_with(request, "./");
}

static int examine(struct report *r)
{
	int n, error = is_path(r->request) ? 0 : require_indexes(r);

	if (error < 0)
		return error;
	n = kmod_plan_lookup(r->ctx, r->request, &r->matches);
	if (n == -EINVAL)
		tool_err("unbalanced brackets in '%s'", r->request);
	else if (n < 0)
		tool_err("could not look up %s: %s", r->request, strerror(-n));
	else if (n == 0)
		n = require_whole_indexes(r);
	if (n < 0)
		return n;
	/* What is wrong in files that are not read is nobody's concern. */
	kmod_set_log_priority(r->ctx, LOG_CRIT);
	error = why_gather_masked(r);
	for (int i = 0; error == 0 && i < (n > 0 ? n : 1); i++)
		error = add_candidate(r, (size_t)i);
	kernel_lists_read(&r->kernel);
	for (size_t i = 0; error == 0 && i < r->candidates.n; i++) {
		error = why_gather(r, &r->candidates.at[i]);
		if (error == 0)
			why_judge(r, &r->candidates.at[i]);
	}
	if (error < 0)
		tool_err("could not examine %s: %s", r->request, strerror(-error));
	return error;
}

/* 0 when at least one of them loads, or is there. */
static int exit_status(const struct report *r)
{
	for (size_t i = 0; i < r->candidates.n; i++)
		if (r->candidates.at[i].answer != ANSWER_BLOCKED)
			return 0;
	return EXIT_BLOCKED;
}

static int why(struct report *r, bool json)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (take_request(r) < 0 || examine(r) < 0)
		return 1;
	if (json)
		why_print_json(&text, r);
	else
		why_print(&text, r);
	if (!strbuf_ok(&text)) {
		tool_err("%s", strerror(ENOMEM));
		return 1;
	}
	tool_put_value(stdout, strbuf_str(&text));
	return exit_status(r);
}

/* ---- options ---- */

/*
 * The module directory that -d and -S ask for, NULL when they do not; and is it that of
 * the running kernel?
 */
static int module_dir(const struct why_options *o, bool *is_running, char **out)
{
	const char *release = o->release;
	struct utsname uts;

	*out = NULL;
	*is_running = true;
	if (!o->root && !release)
		return 0;
	if (uname(&uts) < 0)
		return -errno;
	if (!release)
		release = uts.release;
	*is_running = !o->root && str_eq(release, uts.release);
	if (asprintf(out, "%s" MODULE_DIRECTORY "/%s", o->root ? o->root : "", release) <
	    0) {
		*out = NULL;
		return -ENOMEM;
	}
	return 0;
}

/* ctx_new() rather than kmod_new(): what the configuration has wrong is said in our words. */
static int begin(struct report *r, const struct why_options *o)
{
	_cleanup_free_ char *dirname = NULL;
	int error = module_dir(o, &r->is_running, &dirname);

	const struct ctx_options options = {
		.dirname = dirname,
		.config_paths = o->config_paths.n ? o->config_paths.at : NULL,
		.log_priority = tool_log.priority,
		.log_fn = tool_log_sink,
		.keep_indexes = true,
	};

	tool_check_config_paths(options.config_paths);
	if (error == 0)
		error = ctx_new(&options, &r->ctx);
	if (error < 0)
		tool_no_context(error);
	return error;
}

static bool add_config_path(struct why_options *o, const char *path)
{
	/* Room for the NULL behind it. */
	if (vec_reserve(&o->config_paths, o->config_paths.n + 2) &&
	    vec_push(&o->config_paths, path)) {
		o->config_paths.at[o->config_paths.n] = NULL;
		return true;
	}
	tool_err("%s", strerror(ENOMEM));
	return false;
}

/* -1: go on; else the exit status. */
static int take_option(struct why_options *o, int id, const char *value)
{
	switch (id) {
	case OPT_JSON:
		o->json = true;
		return -1;
	case 'C':
		return add_config_path(o, value) ? -1 : 1;
	case 'd':
		o->root = value;
		return -1;
	case 'S':
		o->release = value;
		return -1;
	case 'V':
		tool_version();
		return 0;
	case 'h':
		opt_help(&why_command, tool_log.program);
		return 0;
	default:
		return 1;
	}
}

static int why_run(int argc, char **argv)
{
	struct why_options o = { 0 };
	struct report r = { 0 };
	struct opt_parser parser;
	int rc = -1, id, first;

	if (opt_begin(&parser, &why_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1)
		rc = take_option(&o, id, parser.value);
	first = opt_operands(&parser);
	opt_end(&parser);
	if (rc < 0 && first + 1 != argc) {
		tool_err("exactly one name, alias, file or device is needed");
		rc = 1;
	}
	if (rc < 0) {
		tool_log.priority = LOG_WARNING;
		r.spelling = argv[first];
		rc = begin(&r, &o) < 0 ? 1 : why(&r, o.json);
	}
	report_fini(&r);
	vec_fini(&o.config_paths);
	return tool_finish(rc);
}

const struct tool tool_why = {
	.name = "why",
	.run = why_run,
	.options = &why_command,
};
