/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file libkmod-plan.h
 * @brief What loading or unloading a module would do, and why, before anything is done.
 *
 * A **plan** is the decision as data: the steps in order, each with its reason, the module
 * because of which it is there, and the configuration line behind it. What is left out
 * (loaded already, blacklisted, in use) is a step too. A plan can be read, printed, run,
 * or thrown away; making one changes nothing.
 *
 *     kmod_plan_lookup()   what a name, alias or path stands for, and how that was found
 *     kmod_plan_load()     a module to the steps that load it
 *     kmod_plan_unload()   a module to the steps that remove it
 *     kmod_plan_run()      the steps, done
 *     kmod_plan_explain()  after a failure: the causes that can be checked
 *
 * Ownership and errors are as in libkmod.h. Matches and plans belong to the caller, who
 * releases them with their free function; everything else, modules too, is borrowed from
 * the object it was asked from and lives as long. A plan holds references to its context
 * and its modules. No accessor crashes for NULL; what it answers is said with each.
 *
 * **Threads.** A plan belongs to one thread at a time. Plans of one context, for equal or
 * for different modules, may be made and run in several threads at once.
 *
 * **Time.** A plan says what holds when it is made. When it runs later, each step follows
 * its own rule for what has changed since; nothing is planned again.
 *
 * Example: show what modprobe would do for a device, and why.
 *
 *     struct kmod_ctx *ctx = kmod_new(NULL, NULL);
 *     struct kmod_plan_matches *found = NULL;
 *     struct kmod_plan *plan = NULL;
 *
 *     if (kmod_plan_lookup(ctx, modalias, &found) > 0 &&
 *         kmod_plan_load(kmod_plan_matches_get_module(found, 0), 0, NULL, &plan) == 0)
 *             for (size_t i = 0; i < kmod_plan_get_n_steps(plan); i++) {
 *                     const struct kmod_plan_step *step = kmod_plan_get_step(plan, i);
 *
 *                     printf("%s %s: %s\n",
 *                            kmod_plan_op_str(kmod_plan_step_get_op(step)),
 *                            kmod_module_get_name(kmod_plan_step_get_module(step)),
 *                            kmod_plan_reason_str(kmod_plan_step_get_reason(step)));
 *             }
 *     kmod_plan_free(plan);
 *     kmod_plan_matches_free(found);
 *     kmod_unref(ctx);
 */
#pragma once
#ifndef _LIBKMOD_PLAN_H_
#define _LIBKMOD_PLAN_H_

#include "libkmod.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a name, alias or path stands for; see kmod_plan_lookup(). */
struct kmod_plan_matches;
/** Steps and a verdict; see kmod_plan_load() and kmod_plan_unload(). */
struct kmod_plan;
/** One step of a plan, owned by it; see kmod_plan_get_step(). */
struct kmod_plan_step;

/** Where a match was found; the first of these that finds anything ends the search. */
enum kmod_plan_stage {
	KMOD_PLAN_BY_CONFIG_ALIAS = 0,  /**< An alias line of the configuration. */
	KMOD_PLAN_BY_NAME = 1,          /**< modules.dep has a module of that name. */
	KMOD_PLAN_BY_SYMBOL = 2,        /**< modules.symbols, for "symbol:NAME". */
	KMOD_PLAN_BY_COMMAND = 3,       /**< An install or remove line for exactly this name. */
	KMOD_PLAN_BY_ALIAS = 4,         /**< modules.alias */
	KMOD_PLAN_BY_BUILTIN = 5,       /**< modules.builtin */
	KMOD_PLAN_BY_BUILTIN_ALIAS = 6, /**< modules.builtin.alias */
	KMOD_PLAN_BY_PATH = 7,          /**< The caller named the file. */
	_KMOD_PLAN_STAGE_PAD = 1U << 31,
};

/** What a step does. More may come. */
enum kmod_plan_op {
	KMOD_PLAN_INSERT = 0,      /**< Insert the module's file. */
	KMOD_PLAN_RUN_INSTALL = 1, /**< Run its install command instead. */
	KMOD_PLAN_REMOVE = 2,      /**< Remove the module. */
	KMOD_PLAN_RUN_REMOVE = 3,  /**< Run its remove command instead. */
	KMOD_PLAN_SKIP = 4,        /**< Nothing; the reason says why. */
	_KMOD_PLAN_OP_PAD = 1U << 31,
};

/** Why a step is in a plan, or why it does nothing. More may come. */
enum kmod_plan_reason {
	KMOD_PLAN_REQUESTED = 0,    /**< It is what was asked for. */
	KMOD_PLAN_HARD_DEP = 1,     /**< modules.dep: another module needs it. */
	KMOD_PLAN_PRE_SOFTDEP = 2,  /**< A softdep line wants it before another. */
	KMOD_PLAN_POST_SOFTDEP = 3, /**< A softdep line wants it after another. */
	KMOD_PLAN_HOLDER = 4,       /**< It uses the one that is to be removed. */
	KMOD_PLAN_FREED_DEP = 5,    /**< Only the removed one needed it. */
	KMOD_PLAN_LIVE = 6,         /**< Skipped: loaded already. */
	KMOD_PLAN_BUILTIN = 7,      /**< Skipped: part of the kernel image. */
	KMOD_PLAN_BLACKLISTED = 8,  /**< Skipped: a blacklist line. */
	KMOD_PLAN_REPEATED = 9,     /**< Skipped: listed before. */
	KMOD_PLAN_NO_FILE = 10,     /**< Skipped: a file that it needs is missing. */
	KMOD_PLAN_NOT_LOADED = 11,  /**< Skipped: not loaded. */
	KMOD_PLAN_IN_USE = 12,      /**< Skipped: in use. */
	KMOD_PLAN_NO_UNLOAD = 13,   /**< Skipped: this kernel cannot remove modules. */
	_KMOD_PLAN_REASON_PAD = 1U << 31,
};

/** Flags of kmod_plan_unload(). */
enum kmod_plan_unload {
	KMOD_PLAN_UNLOAD_IGNORE_COMMAND = 0x1, /**< Neither softdeps nor remove command of the module. */
	KMOD_PLAN_UNLOAD_HOLDERS = 0x2,        /**< Remove the modules that use it first. */
	KMOD_PLAN_UNLOAD_IGNORE_LOADED = 0x4,  /**< Do not look what is loaded. */
	KMOD_PLAN_UNLOAD_FIRST_TIME = 0x8,     /**< -ENOENT when it is not loaded. */
	KMOD_PLAN_UNLOAD_WAIT = 0x10,          /**< In use is no obstacle: kmod_plan_run() will wait. */
};

/** Flags of kmod_plan_run(). */
enum kmod_plan_run {
	KMOD_PLAN_RUN_FORCE_VERMAGIC = 0x1,   /**< Insert in spite of the version magic. */
	KMOD_PLAN_RUN_FORCE_MODVERSION = 0x2, /**< Insert in spite of symbol versions. */
	KMOD_PLAN_RUN_FORCE_REMOVE = 0x4,     /**< Remove in spite of use; may crash the system. */
	KMOD_PLAN_RUN_DRY = 0x8,              /**< Only call before(). */
};

/** The caller's part in kmod_plan_run(). Zero what is not used; each may be NULL. */
struct kmod_plan_hooks {
	/** Before each step, skipped ones too. */
	void (*before)(const struct kmod_plan_step *step, void *data);
	/** After each step that failed, with its negative errno, also when it may fail. */
	void (*failed)(const struct kmod_plan_step *step, int error, void *data);
	/**
	 * Runs an install command in the place of /bin/sh -c. A negative result is a
	 * failure; a positive one of the last step is what kmod_plan_run() returns.
	 */
	int (*run_install)(struct kmod_module *mod, const char *command, void *data);
	void *reserved[5]; /**< NULL: for hooks to come. */
};

/* --------------------------------------------------------------- the request */

/**
 * Finds what a spelling stands for, as kmod_module_new_from_lookup() does, and keeps how.
 * @param spelling a module name, an alias such as a device's modalias, or the path of a
 *        module file: one that begins with '/' or "./".
 * @param matches where the matches go; released by kmod_plan_matches_free(). Also made
 *        when nothing was found.
 * @return the number of matches, 0 for none; -ENOENT when an argument is NULL or the file
 *         does not exist; -EINVAL for unbalanced brackets.
 * Since: 34
 */
int kmod_plan_lookup(struct kmod_ctx *ctx, const char *spelling,
		     struct kmod_plan_matches **matches);

/** @return the module of match i, from 0; NULL behind the last and for NULL. Since: 34 */
struct kmod_module *kmod_plan_matches_get_module(const struct kmod_plan_matches *matches, size_t i);
/** @return enum kmod_plan_stage of match i; -ENOENT behind the last and for NULL. Since: 34 */
int kmod_plan_matches_get_stage(const struct kmod_plan_matches *matches, size_t i);
/** @return the alias pattern that matched; NULL when it was no alias, and for NULL. Since: 34 */
const char *kmod_plan_matches_get_pattern(const struct kmod_plan_matches *matches, size_t i);
/**
 * @return where it says so: the configuration file, or the index's name ("modules.alias"),
 * or "path"; NULL behind the last and for NULL. Since: 34
 */
const char *kmod_plan_matches_get_file(const struct kmod_plan_matches *matches, size_t i);
/** @return the line in a configuration file, from 1; 0 for an index and for NULL. Since: 34 */
unsigned int kmod_plan_matches_get_line(const struct kmod_plan_matches *matches, size_t i);
/** Releases matches. NULL is fine. Since: 34 */
void kmod_plan_matches_free(struct kmod_plan_matches *matches);

/* ------------------------------------------------------------------ planning */

/**
 * Plans to load a module with what it needs. A plan comes back also when it cannot
 * succeed, so that it can be shown; kmod_plan_get_verdict() says so.
 * @param mod from kmod_plan_lookup() or any function of libkmod.h. Whether it was reached
 *        by an alias matters for the blacklist.
 * @param flags enum kmod_probe; KMOD_PROBE_DRY_RUN and the FORCE flags have no effect here.
 * @param options parameters behind the configured ones; may be NULL.
 * @param plan where the plan goes; released by kmod_plan_free().
 * @return 0; -ENOENT when mod or plan is NULL; another -errno when there is no plan.
 * Since: 34
 */
int kmod_plan_load(struct kmod_module *mod, unsigned int flags, const char *options,
		   struct kmod_plan **plan);

/**
 * Plans to remove a module, and what nothing needs any more without it.
 * @param flags enum kmod_plan_unload.
 * @param plan where the plan goes; released by kmod_plan_free().
 * @return 0; -ENOENT when mod or plan is NULL; another -errno when there is no plan.
 * Since: 34
 */
int kmod_plan_unload(struct kmod_module *mod, unsigned int flags, struct kmod_plan **plan);

/** Releases a plan with its steps. NULL is fine. Since: 34 */
void kmod_plan_free(struct kmod_plan *plan);

/** @return the module that is to be loaded or removed; NULL for NULL. Since: 34 */
struct kmod_module *kmod_plan_get_module(const struct kmod_plan *plan);
/**
 * Can the plan do what was asked for, as far as was known when it was made?
 * @return 0 yes; more than 0: the module is blacklisted, and this is the flag of enum
 *         kmod_probe that let it count; -errno no: kmod_plan_get_missing_path() or else
 *         the last step says why. -EINVAL for NULL.
 * Since: 34
 */
int kmod_plan_get_verdict(const struct kmod_plan *plan);
/** @return the file a dependency should have and has not; NULL when none is missing. Since: 34 */
const char *kmod_plan_get_missing_path(const struct kmod_plan *plan);
/** @return the module that needs the missing file; NULL when none is missing. Since: 34 */
struct kmod_module *kmod_plan_get_missing_for(const struct kmod_plan *plan);

/* --------------------------------------------------------------------- steps */

/** @return the number of steps; 0 for NULL. Since: 34 */
size_t kmod_plan_get_n_steps(const struct kmod_plan *plan);
/** @return step i, from 0, in the order they are done; NULL behind the last and for NULL. Since: 34 */
const struct kmod_plan_step *kmod_plan_get_step(const struct kmod_plan *plan, size_t i);

/** @return what it does; KMOD_PLAN_SKIP for NULL. Since: 34 */
enum kmod_plan_op kmod_plan_step_get_op(const struct kmod_plan_step *step);
/** @return why it is there or why it is skipped; KMOD_PLAN_REQUESTED for NULL. Since: 34 */
enum kmod_plan_reason kmod_plan_step_get_reason(const struct kmod_plan_step *step);
/** @return why it is there, for skipped steps too: KMOD_PLAN_REQUESTED to KMOD_PLAN_FREED_DEP. Since: 34 */
enum kmod_plan_reason kmod_plan_step_get_role(const struct kmod_plan_step *step);
/** @return the step's module; NULL for NULL. Since: 34 */
struct kmod_module *kmod_plan_step_get_module(const struct kmod_plan_step *step);
/** @return the module because of which it is there; NULL for the requested one and for NULL. Since: 34 */
struct kmod_module *kmod_plan_step_get_because(const struct kmod_plan_step *step);
/** @return parameters as the kernel gets them, may be ""; NULL for NULL. Since: 34 */
const char *kmod_plan_step_get_options(const struct kmod_plan_step *step);
/** @return the command as configured; NULL for a step that runs none and for NULL. Since: 34 */
const char *kmod_plan_step_get_command(const struct kmod_plan_step *step);
/** @return the file of the configuration line behind it; NULL when there is none. Since: 34 */
const char *kmod_plan_step_get_rule_file(const struct kmod_plan_step *step);
/** @return the number of that line, from 1; 0 on the kernel command line, and when there is none. Since: 34 */
unsigned int kmod_plan_step_get_rule_line(const struct kmod_plan_step *step);
/**
 * @return that line, written out; the caller frees it. NULL when there is none, when
 * memory is short, and for NULL. Since: 34
 */
char *kmod_plan_step_dup_rule(const struct kmod_plan_step *step);
/**
 * @return the step as modprobe shows it, "insmod PATH OPTIONS", without newline, "" for
 * steps that it does not show; the caller frees it. NULL when memory is short, and for
 * NULL. Since: 34
 */
char *kmod_plan_step_dup_text(const struct kmod_plan_step *step);
/** @return whether the rest is done when it fails; false for NULL. Since: 34 */
bool kmod_plan_step_may_fail(const struct kmod_plan_step *step);
/** @return whether its module was listed before: shown again, done once. False for NULL. Since: 34 */
bool kmod_plan_step_is_repeated(const struct kmod_plan_step *step);

/** @return a word for an operation ("insert"); NULL for an unknown one. Since: 34 */
const char *kmod_plan_op_str(enum kmod_plan_op op);
/** @return words for a reason ("needed by"), for a sentence in English; NULL for an unknown one. Since: 34 */
const char *kmod_plan_reason_str(enum kmod_plan_reason reason);
/** @return the name of a stage's index ("modules.alias"), "configuration" or "path"; NULL for an unknown one. Since: 34 */
const char *kmod_plan_stage_str(enum kmod_plan_stage stage);

/* ------------------------------------------------------------------- running */

/**
 * Carries a plan out, step by step, until one fails that must not.
 * @param flags enum kmod_plan_run.
 * @param wait_msec how long a removal is tried again while the module is in use.
 * @param hooks the caller's functions; may be NULL.
 * @param data handed to them.
 * @return 0; a verdict other than 0, then nothing was done; -errno of the step that ended
 *         it; a positive result of run_install for the last step; -ENOENT for NULL.
 * Since: 34
 */
int kmod_plan_run(struct kmod_plan *plan, unsigned int flags, unsigned int wait_msec,
		  const struct kmod_plan_hooks *hooks, void *data);

/**
 * Says why an insertion failed: the facts that can be checked from outside the kernel
 * (version magic, symbols and who provides them, parameters, signature), never a guess.
 * @param error the negative errno the insertion gave.
 * @param options the parameters it was given; may be NULL.
 * @param say called once per line, without newline.
 * @param data handed to say.
 * @return the number of lines said; -ENOENT when mod or say is NULL.
 * Since: 34
 */
int kmod_plan_explain(struct kmod_module *mod, int error, const char *options,
		      void (*say)(const char *line, void *data), void *data);

#ifdef __cplusplus
}
#endif

#endif
