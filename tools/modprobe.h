/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modprobe: the command line as a struct, and what acts on it.
 *
 *	modprobe.c         options to request, and the choice of what to do
 *	modprobe-env.c     MODPROBE_OPTIONS, in and out
 *	modprobe-load.c    operand to modules to plan, then shown or run
 *	modprobe-unload.c  the same for -r
 *	modprobe-show.c    -c, --show-modversions, --show-exports
 */
#pragma once

#include "libkmod/module/mod.h"
#include "libkmod/plan/plan.h"
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
	bool wait;
	unsigned wait_msec;
	unsigned insert_flags; /* enum kmod_insert */
	unsigned remove_flags; /* enum kmod_remove */
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

/* "FATAL", with -a "WARNING", then on to the next. */
void modprobe_fatal(struct modprobe *m, const char *fmt, ...) _printf_(2, 3);
/* A file or something to look up, to modules. 0, or 1 after saying what is wrong. */
int modprobe_resolve(struct modprobe *m, const char *operand, struct mod_hits *hits);
/* The lines of -n, -D and -v on standard output. */
void modprobe_print_step(const struct modprobe *m, const struct plan_step *step);
