/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modprobe -r: an operand, the modules it stands for, a removal plan for each. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "shared/cleanup.h"
#include "tools/modprobe.h"

static bool is_softdep(const struct plan_step *step)
{
	return step->role == PLAN_WHY_PRE_SOFTDEP || step->role == PLAN_WHY_POST_SOFTDEP;
}

/* What a skipped step says when it matters; NULL when it does not. */
static const char *words_for(enum plan_why why)
{
	switch (why) {
	case PLAN_WHY_NOT_LOADED:
		return "Module %s is not in kernel.";
	case PLAN_WHY_BUILTIN:
		return "Module %s is builtin.";
	case PLAN_WHY_IN_USE:
		return "Module %s is in use.";
	case PLAN_WHY_NO_UNLOAD:
		return "Module %s cannot be removed: Module unloading is not supported";
	default:
		return NULL;
	}
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void say_verdict(struct modprobe *m, const struct plan *plan)
{
	const struct plan_step *last = plan->steps.n ? &plan->steps.at[plan->steps.n - 1]
						     : NULL;
	const char *words = last ? words_for(last->why) : NULL;

	if (words)
		modprobe_fatal(m, words, last->mod->name);
	else
		modprobe_fatal(m, "Module %s cannot be removed: %s", plan->target->name,
			       strerror(-plan->verdict));
}

/* A softdep that stays is worth a warning, unless it is just not there. */
static void warn_of_skipped(const struct plan_step *step)
{
	const char *words = words_for(step->why);

	if (step->op == PLAN_SKIP && is_softdep(step) &&
	    step->why != PLAN_WHY_NOT_LOADED && words)
		tool_warn(words, step->mod->name);
}
#pragma GCC diagnostic pop

static void before_step(const struct plan_step *step, void *data)
{
	struct modprobe *m = data;

	warn_of_skipped(step);
	if (m->verbose == 0 || m->quiet)
		return;
	modprobe_print_step(m, step);
	fflush(stdout);
}

static void step_failed(const struct plan_step *step, int error, void *data)
{
	struct modprobe *m = data;

	if (step->op == PLAN_RUN_REMOVE && !is_softdep(step))
		modprobe_fatal(m, "Error running remove command for %s", step->mod->name);
	else if (step->op == PLAN_RUN_REMOVE)
		tool_warn("Error running remove command for %s", step->mod->name);
	else
		tool_say(is_softdep(step) ? LOG_WARNING : LOG_ERR,
			 "could not remove '%s': %s", step->mod->name, strerror(-error));
}

static int run_plan(struct modprobe *m, struct plan *plan)
{
	const struct plan_runner how = {
		.remove_flags = m->remove_flags,
		.wait_msec = m->wait_msec,
		.before = before_step,
		.failed = step_failed,
		.data = m,
	};
	int r = plan_run(plan, &how);

	return r == -EEXIST && !m->first_time ? 0 : r;
}

static void show_plan(const struct modprobe *m, const struct plan *plan)
{
	for (size_t i = 0; i < plan->steps.n; i++) {
		warn_of_skipped(&plan->steps.at[i]);
		modprobe_print_step(m, &plan->steps.at[i]);
	}
}

static int unload_module(struct modprobe *m, struct kmod_module *mod)
{
	const struct plan_unload_request request = {
		.ignore_commands = m->ignore_commands,
		.remove_holders = m->remove_holders,
		.ignore_loaded = m->show_depends,
		.first_time = m->first_time,
		.wait = m->wait,
	};
	struct plan *plan;
	int r = plan_unload(mod, &request, &plan);

	if (r < 0) {
		tool_err("could not plan the removal of '%s': %s", mod->name,
			 strerror(-r));
		return 1;
	}
	if (plan->verdict) {
		say_verdict(m, plan);
		r = plan->verdict;
	} else if (m->dry_run || m->show_depends) {
		show_plan(m, plan);
	} else {
		r = run_plan(m, plan);
	}
	plan_free(plan);
	return r < 0;
}

static int unload_operand(struct modprobe *m, const char *operand)
{
	_cleanup_(mod_hits_fini) struct mod_hits hits = { 0 };
	int r = mod_lookup(m->ctx, operand, false, &hits);
	int rc = 0;

	if (r < 0 && r != -EINVAL) {
		modprobe_fatal(m, "Could not look up module %s: %s", operand,
			       strerror(-r));
		return 1;
	}
	if (hits.hits.n == 0) {
		modprobe_fatal(m, "Module %s not found.", operand);
		return 1;
	}
	for (size_t i = 0; i < hits.hits.n && !m->stopped; i++)
		rc |= unload_module(m, hits.hits.at[i].mod);
	return rc;
}

int modprobe_unload(struct modprobe *m, char *const *operands, int n)
{
	int rc = 0;

	for (int i = 0; i < n && !m->stopped; i++)
		rc |= unload_operand(m, operands[i]);
	return rc;
}
