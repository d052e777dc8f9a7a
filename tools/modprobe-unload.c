/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modprobe -r: an operand, the modules it stands for, a removal plan for each. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "shared/cleanup.h"
#include "tools/modprobe.h"

static bool is_softdep(const struct kmod_plan_step *step)
{
	enum kmod_plan_reason role = kmod_plan_step_get_role(step);

	return role == KMOD_PLAN_PRE_SOFTDEP || role == KMOD_PLAN_POST_SOFTDEP;
}

static const char *name_of(const struct kmod_plan_step *step)
{
	return kmod_module_get_name(kmod_plan_step_get_module(step));
}

/* What a skipped step says when it matters; NULL when it does not. */
static const char *words_for(enum kmod_plan_reason reason)
{
	switch (reason) {
	case KMOD_PLAN_NOT_LOADED:
		return "Module %s is not in kernel.";
	case KMOD_PLAN_BUILTIN:
		return "Module %s is builtin.";
	case KMOD_PLAN_IN_USE:
		return "Module %s is in use.";
	case KMOD_PLAN_NO_UNLOAD:
		return "Module %s cannot be removed: Module unloading is not supported";
	default:
		return NULL;
	}
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void say_verdict(struct modprobe *m, const struct kmod_plan *plan)
{
	size_t n = kmod_plan_get_n_steps(plan);
	const struct kmod_plan_step *last = n ? kmod_plan_get_step(plan, n - 1) : NULL;
	const char *words = last ? words_for(kmod_plan_step_get_reason(last)) : NULL;

	if (words)
		modprobe_fatal(m, words, name_of(last));
	else
		modprobe_fatal(m, "Module %s cannot be removed: %s",
			       kmod_module_get_name(kmod_plan_get_module(plan)),
			       strerror(-kmod_plan_get_verdict(plan)));
}

/* A softdep that stays is worth a warning, unless it is just not there. */
static void warn_of_skipped(const struct kmod_plan_step *step)
{
	enum kmod_plan_reason reason = kmod_plan_step_get_reason(step);
	const char *words = words_for(reason);

	if (kmod_plan_step_get_op(step) == KMOD_PLAN_SKIP && is_softdep(step) &&
	    reason != KMOD_PLAN_NOT_LOADED && words)
		tool_warn(words, name_of(step));
}
#pragma GCC diagnostic pop

static void before_step(const struct kmod_plan_step *step, void *data)
{
	struct modprobe *m = data;

	warn_of_skipped(step);
	if (m->verbose == 0 || m->quiet)
		return;
	modprobe_print_step(m, step);
	fflush(stdout);
}

static void step_failed(const struct kmod_plan_step *step, int error, void *data)
{
	bool is_command = kmod_plan_step_get_op(step) == KMOD_PLAN_RUN_REMOVE;
	struct modprobe *m = data;

	if (is_command && !is_softdep(step))
		modprobe_fatal(m, "Error running remove command for %s", name_of(step));
	else if (is_command)
		tool_warn("Error running remove command for %s", name_of(step));
	else
		tool_say(is_softdep(step) ? LOG_WARNING : LOG_ERR,
			 "could not remove '%s': %s", name_of(step), strerror(-error));
}

static int run_plan(struct modprobe *m, struct kmod_plan *plan)
{
	static const struct kmod_plan_hooks hooks = { .before = before_step,
						      .failed = step_failed };
	int r = kmod_plan_run(plan, m->run_flags, m->wait_msec, &hooks, m);

	return r == -EEXIST && !m->first_time ? 0 : r;
}

static void show_plan(const struct modprobe *m, const struct kmod_plan *plan)
{
	for (size_t i = 0; i < kmod_plan_get_n_steps(plan); i++) {
		warn_of_skipped(kmod_plan_get_step(plan, i));
		modprobe_print_step(m, kmod_plan_get_step(plan, i));
	}
}

static unsigned unload_flags(const struct modprobe *m)
{
	return (m->ignore_commands ? KMOD_PLAN_UNLOAD_IGNORE_COMMAND : 0) |
	       (m->remove_holders ? KMOD_PLAN_UNLOAD_HOLDERS : 0) |
	       (m->show_depends ? KMOD_PLAN_UNLOAD_IGNORE_LOADED : 0) |
	       (m->first_time ? KMOD_PLAN_UNLOAD_FIRST_TIME : 0) |
	       (m->wait ? KMOD_PLAN_UNLOAD_WAIT : 0);
}

static int unload_module(struct modprobe *m, struct kmod_module *mod)
{
	struct kmod_plan *plan;
	int r = kmod_plan_unload(mod, unload_flags(m), &plan);

	if (r < 0) {
		tool_err("could not plan the removal of '%s': %s",
			 kmod_module_get_name(mod), strerror(-r));
		return 1;
	}
	if (m->json)
		modprobe_json_plan(plan, true);
	if (kmod_plan_get_verdict(plan)) {
		say_verdict(m, plan);
		r = kmod_plan_get_verdict(plan);
	} else if (m->dry_run || m->show_depends) {
		if (!m->json)
			show_plan(m, plan);
	} else {
		r = run_plan(m, plan);
	}
	kmod_plan_free(plan);
	return r < 0;
}

/* Files are no operands here, so this is not modprobe_resolve(). */
static int unload_operand(struct modprobe *m, const char *operand)
{
	struct kmod_list *list = NULL, *entry;
	int r = kmod_module_new_from_lookup(m->ctx, operand, &list);
	int rc = 0;

	if (r < 0 && r != -EINVAL) {
		modprobe_fatal(m, "Could not look up module %s: %s", operand,
			       strerror(-r));
		return 1;
	}
	if (!list) {
		modprobe_fatal(m, "Module %s not found.", operand);
		return 1;
	}
	kmod_list_foreach(entry, list) {
		struct kmod_module *mod = kmod_module_get_module(entry);

		/* One that stays is no reason to spare the others (D25). */
		rc |= unload_module(m, mod);
		kmod_module_unref(mod);
	}
	kmod_module_unref_list(list);
	return rc;
}

int modprobe_unload(struct modprobe *m, char *const *operands, int n)
{
	int rc = 0;

	for (int i = 0; i < n && !m->stopped; i++)
		rc |= unload_operand(m, operands[i]);
	return rc;
}
