/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modprobe: the command line as a struct, and what acts on it.
 *
 *	modprobe.c         options to request, and the choice of what to do
 *	modprobe-env.c     MODPROBE_OPTIONS, in and out
 *	modprobe-load.c    operand to modules to plan, then shown or run
 *	modprobe-unload.c  the same for -r
 *	modprobe-show.c    -c, --show-modversions, --show-exports
 *	modprobe-json.c    the same and -n, -D, -R as JSON
 *
 * Planning and running are those of libkmod-plan.h. From inside the library come the
 * context, so that messages about the configuration are said in the tool's words (D19) and
 * an index is read only once, and what -c shows.
 */
#pragma once

#include "libkmod/libkmod-plan.h"
#include "libkmod/module/mod.h"
#include "tools/tool.h"

struct modprobe {
	bool all;
	bool remove;
	bool remove_holders;
	bool first_time;
	bool ignore_commands;
	bool use_blacklist;
	bool show_alias;
	bool show_depends;
	bool show_config;
	bool show_modversions;
	bool show_exports;
	bool dry_run;
	bool json;
	bool wait;
	unsigned wait_msec;
	unsigned run_flags; /* enum kmod_plan_run */
	int verbose;
	bool quiet;
	const char *root, *release;
	VEC(const char *) config_paths; /* ends with NULL when there is any */

	struct kmod_ctx *ctx;
	/* A FATAL was printed: nothing more is done. One that -q hid does not count. */
	bool stopped;
};

/* Each takes operands and returns the exit status. */
int modprobe_load(struct modprobe *m, char *const *operands, int n);
int modprobe_unload(struct modprobe *m, char *const *operands, int n);
int modprobe_show_config(struct modprobe *m);
int modprobe_show_symbols(struct modprobe *m, const char *operand);

void modprobe_json_plan(const struct kmod_plan *plan, bool remove);
/* Each prints, and returns the exit status. */
int modprobe_json_matches(const char *request, const struct kmod_plan_matches *matches);
int modprobe_json_config(struct modprobe *m);

/* "FATAL", with -a "WARNING", then on to the next. */
void modprobe_fatal(struct modprobe *m, const char *fmt, ...) _printf_(2, 3);
/* A file or something to look up, to modules. 0, or 1 after saying what is wrong. */
int modprobe_resolve(struct modprobe *m, const char *operand,
		     struct kmod_plan_matches **matches);
static inline void modprobe_matches_free(struct kmod_plan_matches **matches)
{
	kmod_plan_matches_free(*matches);
}
/* A line on standard output, harmless on a terminal. */
void modprobe_print_line(const char *text);
/* The lines of -n, -D and -v. */
void modprobe_print_step(const struct modprobe *m, const struct kmod_plan_step *step);
