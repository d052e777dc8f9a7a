/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kmod lint: configuration that is not what it seems.
 *
 *	lint.c         options, order, output
 *	lint-rules.c   each rule of modprobe.d against modules, parameters and other rules
 *	lint-deps.c    soft dependencies in a circle or too late; what a blacklist does not stop
 *	lint-depmod.c  depmod.d
 *
 * What the parsers complain about comes by the log. A finding is one line: where, how
 * bad, what.
 */
#pragma once

#include <stdarg.h>

#include "shared/map.h"
#include "tools/target.h"

enum lint_severity { LINT_ERROR, LINT_WARNING, LINT_NOTE, N_LINT_SEVERITIES_ };

/* One list makes the enum and the words of --json. */
#define LINT_CHECKS(X)                        \
	X(SYNTAX, "syntax")                   \
	X(NO_MODULE, "no-module")             \
	X(PARAMETER, "parameter")             \
	X(NO_EFFECT, "no-effect")             \
	X(MASKED, "masked")                   \
	X(ALIAS_CHAIN, "alias-chain")         \
	X(SOFTDEP_LOOP, "softdep-loop")       \
	X(NO_PROGRAM, "no-program")           \
	X(STILL_REACHABLE, "still-reachable") \
	X(BUILTIN, "builtin")                 \
	X(NO_DIRECTORY, "no-directory")       \
	X(NOT_CHECKED, "not-checked")

enum lint_check {
#define LINT_CHECK_ENUM_(id, text) LINT_##id,
	LINT_CHECKS(LINT_CHECK_ENUM_)
#undef LINT_CHECK_ENUM_
		N_LINT_CHECKS_
};

struct lint_finding {
	enum lint_severity severity;
	enum lint_check check;
	const char *file;
	unsigned line;
	const char *text;
};

struct lint {
	struct target target;
	bool json;
	struct arena arena;
	VEC(struct lint_finding) findings;
	bool failed; /* out of memory */

	struct target_names names; /* modules of modules.dep ... */
	struct map by_name;        /* ... to themselves */
	bool has_names;
};

void lint_say(struct lint *l, enum lint_severity severity, enum lint_check check,
	      const char *file, unsigned line, const char *fmt, ...) _printf_(6, 7);
/* "FILE:LINE: TEXT" of a parser. */
void lint_say_logged(struct lint *l, enum lint_severity severity, const char *text);

/* Parts of modules.dep, or built in? */
bool lint_has_module(const struct lint *l, const char *name);
bool lint_is_builtin(const struct lint *l, const char *name);

void lint_rules(struct lint *l);
void lint_deps(struct lint *l);
/* paths as conf_files_find() takes them. */
void lint_depmod(struct lint *l, const char *const *paths);
