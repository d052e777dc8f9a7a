/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * MODPROBE_OPTIONS (tools.md 6.2): words that stand before the command line's own, and
 * what is handed on to modprobes that install and remove commands call.
 *
 *	words are separated by blanks (0x20, any number of them); ' and " group and may
 *	stand inside a word; there is no escape. A word whose quote never ends is taken
 *	as it stands, quote included.
 */
#pragma once

#include "shared/arena.h"
#include "shared/vec.h"
#include "tools/opt.h"

struct env_args {
	struct arena arena;
	VEC(char *) argv; /* argv[0], the words of the environment, the rest; then NULL */
	size_t n_env;     /* how many came from the environment */
};

/* text NULL: none. 0 or -ENOMEM. */
int env_args_build(struct env_args *out, const char *text, int argc,
		   char *const *argv) _must_check_;
void env_args_fini(struct env_args *args);
/* MODPROBE_OPTIONS, NULL when unset or when the process must not trust it. */
const char *env_options(void);

/* What the options that were read ask for, those of the environment, then the line's. */
struct env_inherit {
	const struct opt_command *command; /* by which they were read */
	const char *const *config_paths;   /* NULL-terminated, or NULL */
	bool syslog, quiet;
	int verbose; /* how often */
};
/*
 * Sets MODPROBE_OPTIONS to what it was plus what did not come from it, quoted so that it
 * is read back as it is (D28): nested modprobes inherit it. 0 or -errno.
 */
int env_export(const struct env_inherit *inherit) _must_check_;
