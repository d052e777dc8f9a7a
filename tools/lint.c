/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/lint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/json.h"
#include "shared/str.h"
#include "tools/depmod/dm-config.h"
#include "tools/tool.h"

enum { OPT_JSON = 256 };

static const struct opt lint_opts[] = {
	{ 'k', "set-version", "VERSION", 'k',
	  "use the modules of VERSION, not of the running kernel", NULL },
	{ 'b', "basedir", "DIR", 'b', "use DIR as the root of the file system", NULL },
	{ 0, "json", NULL, OPT_JSON, "print JSON, a line for each finding", NULL },
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command lint_command = {
	.name = "lint",
	.synopsis = { "[options] [DIR...]", NULL },
	.summary = "Find what is wrong in modprobe.d and depmod.d",
	.opts = lint_opts,
};

static const char *const severity_names[] = { "error", "warning", "note" };

static const char *check_name(enum lint_check check)
{
	static const char *const names[] = {
#define CHECK_NAME(id, text) [LINT_##id] = text,
		LINT_CHECKS(CHECK_NAME)
#undef CHECK_NAME
	};

	return names[check];
}

/* ---- collecting ---- */

static void add(struct lint *l, enum lint_severity severity, enum lint_check check,
		const char *file, size_t file_len, unsigned line, const char *text)
{
	struct lint_finding finding = {
		.severity = severity,
		.check = check,
		.file = arena_dup(&l->arena, file, file_len),
		.line = line,
		.text = arena_strdup(&l->arena, text),
	};

	if (!finding.file || !finding.text || !vec_push(&l->findings, finding))
		l->failed = true;
}

void lint_say(struct lint *l, enum lint_severity severity, enum lint_check check,
	      const char *file, unsigned line, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0) {
		text = NULL;
		l->failed = true;
	}
	va_end(ap);
	if (text)
		add(l, severity, check, file, strlen(file), line, text);
}

void lint_say_logged(struct lint *l, enum lint_severity severity, const char *text)
{
	static const char unreadable[] = "could not read ";
	const char *colon, *end;
	unsigned line = 0, factor = 1;

	if (str_starts_with(text, unreadable))
		text += strlen(unreadable);
	colon = strstr(text, ": ");
	if (!colon) {
		add(l, severity, LINT_SYNTAX, "-", 1, 1, text);
		return;
	}
	for (end = colon; end > text && end[-1] >= '0' && end[-1] <= '9'; end--) {
		line += (unsigned)(end[-1] - '0') * factor;
		factor *= 10;
	}
	if (end == colon || end == text || end[-1] != ':') {
		end = colon + 1;
		line = 1;
	}
	add(l, severity, LINT_SYNTAX, text, (size_t)(end - 1 - text), line, colon + 2);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void take_log(void *data, int priority, const char *file _unused_,
		     int line _unused_, const char *fn _unused_, const char *format,
		     va_list args)
{
	_cleanup_free_ char *text = NULL;
	struct lint *l = data;

	if (vasprintf(&text, format, args) < 0) {
		text = NULL;
		l->failed = true;
		return;
	}
	text[strcspn(text, "\n")] = '\0';
	lint_say_logged(l, priority <= LOG_ERR ? LINT_ERROR : LINT_WARNING, text);
}
#pragma GCC diagnostic pop

/* ---- modules ---- */

bool lint_has_module(const struct lint *l, const char *name)
{
	return map_get(&l->by_name, name);
}

bool lint_is_builtin(const struct lint *l, const char *name)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	const char *value;

	return ctx_index(l->target.ctx, KMOD_INDEX_MODULES_BUILTIN, &idx) == 0 && idx &&
	       index_find(idx, name, &value) == 1;
}

static int read_names(struct lint *l)
{
	int r = target_module_names(&l->target, &l->names);

	if (r == 0)
		r = map_reserve(&l->by_name, l->names.at.n);
	for (size_t i = 0; r == 0 && i < l->names.at.n; i++)
		r = map_put(&l->by_name, l->names.at.at[i], (void *)l->names.at.at[i]);
	if (r == -ENOMEM)
		return r;
	l->has_names = r == 0;
	if (!l->has_names)
		lint_say(l, LINT_NOTE, LINT_NOT_CHECKED, l->target.dir, 1,
			 "there is no modules.dep.bin: names and parameters are not "
			 "checked");
	return 0;
}

/* ---- output ---- */

static int compare(const void *a, const void *b)
{
	const struct lint_finding *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	if (order == 0)
		order = (x->line > y->line) - (x->line < y->line);
	if (order == 0)
		order = (int)x->severity - (int)y->severity;
	return order ? order : strcmp(x->text, y->text);
}

static void put_json(const struct lint_finding *f, struct strbuf *out)
{
	struct json j = json_to(out);

	json_document(&j, "lint");
	json_string(&j, "file", f->file);
	json_u64(&j, "line", f->line);
	json_string(&j, "severity", severity_names[f->severity]);
	json_string(&j, "check", check_name(f->check));
	json_string(&j, "text", f->text);
	json_end_document(&j);
}

/* Exit status. */
static int print(struct lint *l)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	size_t n = l->findings.n, n_bad = 0;

	if (n > 0)
		qsort(l->findings.at, n, sizeof(*l->findings.at), compare);
	for (size_t i = 0; i < n; i++) {
		const struct lint_finding *f = &l->findings.at[i];

		n_bad += f->severity != LINT_NOTE;
		if (l->json)
			put_json(f, &out);
		else
			strbuf_addf(&out, "%s:%u: %s: %s\n", f->file, f->line,
				    severity_names[f->severity], f->text);
	}
	if (l->failed || !strbuf_ok(&out)) {
		tool_err("%s", strerror(ENOMEM));
		return 1;
	}
	tool_put_value(stdout, strbuf_str(&out));
	return n_bad > 0 ? 3 : 0;
}

/* ---- */

/*
 * The last component of the first *len bytes of path, other than "."; *len is then what
 * stands before.
 */
static const char *last_component(const char *path, size_t *len)
{
	size_t end;

	do {
		while (*len > 0 && path[*len - 1] == '/')
			(*len)--;
		end = *len;
		while (*len > 0 && path[*len - 1] != '/')
			(*len)--;
	} while (*len > 0 && end - *len == 1 && path[*len] == '.');
	return path + *len;
}

/* Which operands are of depmod.d: by the name, and a file first by its directory's. */
static bool is_depmod_place(const char *operand)
{
	_cleanup_free_ char *absolute = fs_absolute(operand);
	const char *path = absolute ? absolute : operand, *name, *parent;
	size_t len = strlen(path);
	struct stat st;

	name = last_component(path, &len);
	if (stat(operand, &st) == 0 && !S_ISDIR(st.st_mode)) {
		parent = last_component(path, &len);
		if (str_starts_with(parent, "depmod"))
			return true;
		if (str_starts_with(parent, "modprobe"))
			return false;
	}
	return str_starts_with(name, "depmod");
}

struct places {
	VEC(const char *) modprobe, depmod;
};

static bool split(struct places *p, int n, char *const *operands)
{
	bool good = true;

	for (int i = 0; good && i < n; i++)
		good = is_depmod_place(operands[i]) ? vec_push(&p->depmod, operands[i])
						    : vec_push(&p->modprobe, operands[i]);
	return good && vec_push(&p->depmod, NULL) && vec_push(&p->modprobe, NULL);
}

static int lint_places(struct lint *l, const char *const *depmod)
{
	if (target_open(&l->target) != 0)
		return 1;
	if (read_names(l) < 0)
		l->failed = true;
	lint_rules(l);
	lint_deps(l);
	lint_depmod(l, depmod);
	return print(l);
}

static int lint_default(struct lint *l)
{
	char *paths[TARGET_MAX_PATHS + 1] = { NULL };
	int rc = 1;

	if (target_paths_below(l->target.root, dm_config_default_paths, paths) == 0)
		rc = lint_places(l, (const char *const *)paths);
	else
		tool_err("%s", strerror(ENOMEM));
	for (size_t i = 0; paths[i]; i++)
		free(paths[i]);
	return rc;
}

/* A link to /dev/null is how a file of configuration is masked. */
static bool is_null_device(const struct stat *st)
{
	struct stat null;

	return S_ISCHR(st->st_mode) && stat("/dev/null", &null) == 0 &&
	       S_ISCHR(null.st_mode) && st->st_rdev == null.st_rdev;
}

static int unusable_operands(int n, char *const *operands)
{
	struct stat st;
	int rc = 0;

	for (int i = 0; i < n; i++) {
		if (stat(operands[i], &st) < 0)
			tool_err("%s: %s", operands[i], strerror(errno));
		else if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) &&
			 !is_null_device(&st))
			tool_err("%s is neither a file nor a directory", operands[i]);
		else
			continue;
		rc = 1;
	}
	return rc;
}

static int lint(struct lint *l, int n, char *const *operands)
{
	struct places places = { 0 };
	int rc = 1;

	if (n == 0)
		return lint_default(l);
	if (unusable_operands(n, operands) != 0)
		return 1;
	if (split(&places, n, operands)) {
		l->target.config_paths = places.modprobe.at;
		rc = lint_places(l, places.depmod.at);
	} else {
		tool_err("%s", strerror(ENOMEM));
	}
	vec_fini(&places.modprobe);
	vec_fini(&places.depmod);
	return rc;
}

static int lint_run(int argc, char **argv)
{
	struct lint l = { .arena = ARENA_INIT, .names.arena = ARENA_INIT };
	struct opt_parser parser;
	int id, first, rc = -1;

	l.target.log_fn = take_log;
	l.target.log_data = &l;
	if (opt_begin(&parser, &lint_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1) {
		if (id == 'k') {
			l.target.version = parser.value;
		} else if (id == 'b') {
			l.target.root = parser.value;
		} else if (id == OPT_JSON) {
			l.json = true;
		} else if (id == 'V') {
			tool_version();
			rc = 0;
		} else if (id == 'h') {
			opt_help(&lint_command, "lint");
			rc = 0;
		} else {
			rc = 1;
		}
	}
	if (rc < 0) {
		first = opt_operands(&parser);
		rc = lint(&l, parser.argc - first, parser.argv + first);
	}
	opt_end(&parser);
	target_close(&l.target);
	map_fini(&l.by_name);
	target_names_fini(&l.names);
	vec_fini(&l.findings);
	arena_fini(&l.arena);
	return rc;
}

const struct tool tool_lint = {
	.name = "lint",
	.run = lint_run,
	.options = &lint_command,
};
