/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Plan, then execute: the decision as data.
 *
 *	request --plan-load.c / plan-unload.c--> struct plan --plan-run.c--> system calls
 *	                                             |--------plan-say.c--> lines
 *
 * -n, -D, -v, real insertion, removal and explanation are the same plan with another
 * consumer. What is skipped is a step too, with its reason. "Visited" belongs to the
 * plan being built, never to the module objects. The runner follows each step's policy
 * when the world has moved; it never re-plans.
 */
#pragma once

#include "libkmod/module/mod.h"

enum plan_op {
	PLAN_INSERT,      /* finit_module / init_module */
	PLAN_RUN_INSTALL, /* text is the raw install command */
	PLAN_REMOVE,      /* delete_module */
	PLAN_RUN_REMOVE,  /* text is the raw remove command */
	PLAN_SKIP,        /* nothing to do; why says why */
};

/* One list makes the enum, its text and the manual's table. */
#define PLAN_WHYS(X)                             \
	X(REQUESTED, "requested")                \
	X(HARD_DEP, "needed by")                 \
	X(PRE_SOFTDEP, "soft dependency before") \
	X(POST_SOFTDEP, "soft dependency after") \
	X(HOLDER, "uses")                        \
	X(FREED_DEP, "no longer used by")        \
	X(LIVE, "already live")                  \
	X(BUILTIN, "built into the kernel")      \
	X(BLACKLISTED, "blacklisted")            \
	X(REPEATED, "listed before")             \
	X(NO_FILE, "no module file")             \
	X(NOT_LOADED, "not loaded")              \
	X(IN_USE, "in use")                      \
	X(NO_UNLOAD, "the kernel cannot unload modules")

enum plan_why {
#define PLAN_WHY_ENUM_(id, text) PLAN_WHY_##id,
	PLAN_WHYS(PLAN_WHY_ENUM_)
#undef PLAN_WHY_ENUM_
		N_PLAN_WHYS_
};
const char *plan_why_text(enum plan_why why);

struct plan_step {
	enum plan_op op;
	enum plan_why why;       /* it is in the plan; for PLAN_SKIP: nothing is done */
	enum plan_why role;      /* REQUESTED, HARD_DEP ...: also of skipped ones */
	struct kmod_module *mod; /* referenced by the plan */
	struct kmod_module *because; /* who needs it; NULL for the requested one */
	const char *options;         /* exactly as the kernel gets them; never NULL */
	const char *command;         /* raw command, NULL unless RUN_* */
	const struct rule *rule;     /* softdep, command, blacklist line; or NULL */
	bool may_fail;               /* its failure does not stop the rest */
	bool listed_before;          /* printed again by -n/-D, executed once (D30) */
	bool ignore_loaded;          /* done whether or not it is in the kernel already */
	bool must_be_new; /* finding it already there is a failure (--first-time) */
	bool look_again;  /* PLAN_SKIP, in use: removed if unused when its turn comes */
};

struct plan {
	struct kmod_ctx *ctx;       /* referenced */
	struct kmod_module *target; /* referenced */
	struct arena arena;
	VEC(struct plan_step) steps;
	char *missing_path; /* D22: a dependency that is listed but absent ... */
	struct kmod_module *missing_for; /* ... and who needs it */
	/*
	 * 0; >0 a KMOD_PROBE_APPLY_* code (blacklisted); -errno decided while planning,
	 * then missing_path or else the last step, a PLAN_SKIP, says why.
	 */
	int verdict;
};

struct plan_load_request {
	unsigned flags; /* enum kmod_probe */
	const char *extra_options;
};
struct plan_unload_request {
	bool ignore_commands; /* and the target's softdeps */
	bool remove_holders;
	bool ignore_loaded; /* -D */
	bool first_time;
	bool wait; /* skip the refcount check: the runner waits */
};

/*
 * Both always give a plan when they return 0, even one whose verdict is an error, so that
 * it can be shown. -ENOMEM and the like: no plan.
 */
int plan_load(struct kmod_module *mod, const struct plan_load_request *req,
	      struct plan **out) _must_check_;
int plan_unload(struct kmod_module *mod, const struct plan_unload_request *req,
		struct plan **out) _must_check_;
void plan_free(struct plan *plan);

struct plan_runner {
	unsigned insert_flags; /* enum kmod_insert for every insertion */
	unsigned remove_flags; /* enum kmod_remove */
	unsigned wait_msec;
	bool dry_run;
	/* Before each step, skipped ones too, also in a dry run. May be NULL. */
	void (*before)(const struct plan_step *step, void *data);
	/* After each action that failed, before policy is applied. May be NULL. */
	void (*failed)(const struct plan_step *step, int error, void *data);
	/* Runs an install command; NULL: /bin/sh -c with MODPROBE_MODULE set. */
	int (*run_install)(struct kmod_module *mod, const char *command, void *data);
	void *data;
};
/* 0, a positive run_install result of the last step, or the -errno that stopped it. */
int plan_run(struct plan *plan, const struct plan_runner *how);

/* One module's file into the kernel (libkmod.md 8.1); flags are enum kmod_insert. */
int plan_insert_file(struct kmod_module *mod, unsigned flags,
		     const char *options) _must_check_;

/* Appends a step's command with every $CMDLINE_OPTS replaced once (D24). */
void plan_command_text(struct strbuf *out, const struct plan_step *step);

/* Appends the line of modprobe -n/-D/-v for one step, if it has one, with newline. */
void plan_say_classic(struct strbuf *out, const struct plan_step *step,
		      bool show_builtin);
