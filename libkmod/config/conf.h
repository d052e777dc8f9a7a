/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Configuration: modprobe.d files, the module directory's generated softdeps and
 * weakdeps, and the kernel command line, as one list of rules.
 *
 *	conf-load.c     all of it, in order
 *	conf-files.c    which files, in what order, who masks whom
 *	conf-lines.c    text to logical lines and words
 *	conf-parse.c    one file's bytes to rules; each rule keeps file:line
 *	conf-cmdline.c  /proc/cmdline to rules
 *	conf-query.c    what the rules say about one module
 *	conf-print.c    rules as text
 *
 * Immutable once built, so threads need no lock. All strings live in one arena.
 * Names are alias-normalised here; texts are verbatim.
 */
#pragma once

#include <stdbool.h>

#include "shared/arena.h"
#include "shared/bytes.h"
#include "shared/strbuf.h"
#include "shared/vec.h"

struct kmod_ctx;
struct rule_index;

enum rule_kind {
	RULE_BLACKLIST,
	RULE_INSTALL,
	RULE_REMOVE,
	RULE_ALIAS,
	RULE_OPTIONS,
	RULE_SOFTDEP,
	RULE_WEAKDEP,
	N_RULE_KINDS_,
};

enum rule_origin {
	RULE_FROM_FILE,      /* a configuration directory or file */
	RULE_FROM_GENERATED, /* modules.softdep, modules.weakdep of the module directory */
	RULE_FROM_CMDLINE,   /* /proc/cmdline */
};

struct rule {
	enum rule_kind kind;
	enum rule_origin origin;
	const char *name; /* module, or pattern; normalised */
	const char *text; /* alias: module; options, commands: text; else NULL */
	const char *file; /* path as opened; "/proc/cmdline" for the kernel's */
	unsigned line;    /* 1-based, last physical line; 0 on the command line */
	/* softdep: pre then post; weakdep: all in pre. Words as written, in order. */
	const char *const *pre, *const *post;
	unsigned n_pre, n_post;
};

/* A configuration file that exists but was not read, and which one hides it. */
struct conf_masked {
	const char *path;
	const char *by;
};

/* A place that was looked at when the configuration was built; for validation (D21). */
struct conf_source {
	const char *path;
	bool exists;
	unsigned long long mtime_usec;
};

struct conf {
	struct arena arena;
	VEC(struct rule) rules[N_RULE_KINDS_]; /* parse order */
	VEC(struct conf_source) sources; /* entries, and every file read from them */
	VEC(struct conf_masked) masked;
	struct rule_index *index[N_RULE_KINDS_]; /* of kinds with many rules, else NULL */
	size_t n_indexed[N_RULE_KINDS_]; /* rules there were when index was made */
};

/* NULL-terminated default list of modprobe.d places, highest precedence first. */
extern const char *const conf_default_paths[];

/*
 * paths as kmod_new's config_paths (NULL: defaults); module_dir holds modules.softdep
 * and modules.weakdep; NULL: files of paths alone, for who asks only what names stand
 * for, which neither these nor the command line change. Unreadable things are logged through ctx, never fatal: only
 * -ENOMEM fails.
 */
int conf_load(const struct kmod_ctx *ctx, const char *module_dir,
	      const char *const *paths, struct conf **out) _must_check_;
void conf_free(struct conf *conf);
/* 0 same as when built, 1 something was added, removed or edited. */
int conf_is_stale(const struct conf *conf);

/*
 * The choice of files, shared with depmod.d: regular choice rules of formats.md 3.1 over
 * a list of files and directories. Result sorted by base name; first of equal names wins.
 */
struct conf_file {
	char *path;
	unsigned long long mtime_usec;
};
struct conf_file_list {
	VEC(struct conf_file) files;
	VEC(struct conf_masked) masked;  /* path and by are malloc'ed here */
	VEC(struct conf_source) sources; /* path malloc'ed */
};
int conf_files_find(const struct kmod_ctx *ctx, const char *const *paths,
		    const char *const *extra_files,
		    struct conf_file_list *out) _must_check_;
void conf_files_fini(struct conf_file_list *list);

/*
 * Logical lines of the shared grammar (formats.md 3.2, D18): joins backslash-newline,
 * drops other backslashes, skips blank and comment lines (indented ones too), drops a
 * CR before the newline. The line is malloc'ed into *line's buffer.
 */
struct conf_lines {
	struct bytes rest;
	unsigned line_no; /* last physical line of the current logical one */
	struct strbuf line;
};
void conf_lines_init(struct conf_lines *it, struct bytes text);
/* The next non-blank, non-comment logical line, writable, owned by it; NULL at the end (or *error set -ENOMEM). */
char *conf_lines_next(struct conf_lines *it, int *error);
void conf_lines_fini(struct conf_lines *it);
/* Cuts the next blank-separated word off *s; NULL when none is left. */
char *conf_next_word(char **s);

/* Parse entry points on bytes, for tests and fuzzing. */
int conf_parse(const struct kmod_ctx *ctx, struct conf *conf, const char *file,
	       enum rule_origin origin, struct bytes text) _must_check_;
int conf_parse_cmdline(const struct kmod_ctx *ctx, struct conf *conf,
		       struct bytes text) _must_check_;

/* Is name blacklisted? The first rule that says so, or NULL. Exact match. */
const struct rule *conf_blacklisted(const struct conf *conf, const char *name);
/* First install/remove rule whose pattern matches name, or NULL. */
const struct rule *conf_command(const struct conf *conf, enum rule_kind kind,
				const char *name);
/* First install/remove/alias rule whose own string is byte-equal to name, or NULL (lookup stage 4). */
const struct rule *conf_rule_exact(const struct conf *conf, enum rule_kind kind,
				      const char *name);
/*
 * Next rule after prev (NULL: first) of kind ALIAS whose pattern matches query, or of kind
 * OPTIONS whose name equals name or alias (alias may be NULL).
 */
const struct rule *conf_next_alias(const struct conf *conf, const struct rule *prev,
				   const char *query);
const struct rule *conf_next_options(const struct conf *conf, const struct rule *prev,
				     const char *name, const char *alias);

/*
 * Soft or weak dependencies of name, D16: all matching lines from configuration add up in
 * order without duplicates; they replace the generated ones. words[i] is owned by conf,
 * rules[i] the line it came from.
 */
struct conf_words {
	VEC(const char *) words;
	VEC(const struct rule *) rules;
};
void conf_words_fini(struct conf_words *w);
int conf_softdeps(const struct conf *conf, const char *name, struct conf_words *pre,
		  struct conf_words *post) _must_check_;
int conf_weakdeps(const struct conf *conf, const char *name,
		  struct conf_words *weak) _must_check_;

/* "pre: a b post: c", "" when both are empty; so that it can be read back (D20). */
void conf_print_deps(struct strbuf *out, const struct rule *rule);
/* One rule as a configuration line without newline. */
void conf_print_rule(struct strbuf *out, const struct rule *rule);
