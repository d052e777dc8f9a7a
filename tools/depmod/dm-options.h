/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* depmod's command line as one struct. */
#pragma once

#include <stdbool.h>

#include "shared/vec.h"
#include "tools/opt.h"

extern const struct opt_command dm_command;

struct dm_options {
	bool all;     /* a scan, whatever files are named */
	bool quick;   /* -A */
	bool show;    /* -n */
	bool json;    /* with -n */
	bool warn;    /* -w */
	bool quiet;   /* -q */
	bool errsyms; /* -e, only together with -E or -F */
	bool no_sync;
	bool strict;
	bool no_progress;
	int verbose;        /* -v, counted */
	char symbol_prefix; /* -P; 0: none */
	unsigned jobs;      /* -j; 0: not given */
	const char *base_dir;
	const char *module_dir;
	const char *out_dir;            /* NULL: as base_dir */
	const char *symvers;            /* -E */
	const char *system_map;         /* -F */
	VEC(const char *) config_paths; /* -C, NULL-terminated; empty: defaults */

	/* operands */
	const char *release; /* NULL: the running kernel's */
	char *const *files;
	unsigned n_files;
};

/*
 * 1: go on with *out. 0: everything is done, or an error was said, and *status is the
 * exit status. The caller calls dm_options_fini in any case.
 */
int dm_options_parse(int argc, char **argv, struct dm_options *out,
		     int *status) _must_check_;
void dm_options_fini(struct dm_options *o);
/* Does text begin <digits>.<digits>? */
bool dm_is_release(const char *text) _pure_;
