/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What check, tree and lint are about: a module directory, its kernel, its configuration,
 * chosen by -b and -k.
 */
#pragma once

#include <stdbool.h>

#include "libkmod/ctx.h"

struct target {
	/* options */
	const char *root;                /* -b, or NULL */
	const char *version;             /* -k, or NULL */
	const char *const *config_paths; /* instead of the default places; or NULL */
	log_sink_fn *log_fn; /* instead of the tool's log; gets warnings, too */
	void *log_data;

	/* what target_open() makes of them */
	struct kmod_ctx *ctx;
	char *dir;
	char *release;
	bool is_running; /* neither was given, or they say the same */
};

/*
 * Fills ctx, dir, release, is_running; indexes are kept once read. With a root the
 * configuration below it counts. 0, or 1 after saying what is wrong.
 */
int target_open(struct target *t) _must_check_;
void target_close(struct target *t);

/* The same paths below a root (NULL: the same), for free() each; at most TARGET_MAX_PATHS. */
#define TARGET_MAX_PATHS 15
int target_paths_below(const char *root, const char *const *paths,
		       char *out[TARGET_MAX_PATHS + 1]) _must_check_;

/* Names of all modules of modules.dep, in byte order. */
struct target_names {
	struct arena arena;
	VEC(const char *) at;
};
/* 0 or -errno; -ENOENT: there is no modules.dep.bin. */
int target_module_names(const struct target *t, struct target_names *out) _must_check_;
void target_names_fini(struct target_names *names);

/* Does it name a file, not a module? A path, or a module file that is there. */
bool target_is_file(const char *operand);
