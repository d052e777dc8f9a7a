/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Executing a plan, step by step and never re-planning. The world may have moved since it
 * was made, so each kind of step has its policy:
 *
 *	insert            already there: fine, unless the step must be new
 *	install command   already there: nothing to do
 *	freed dependency  gone, or used again: left alone
 *	any removal       in use: tried again until the wait is over
 *	looked busy       removed if nothing uses it by now
 *	a step that may fail never stops the rest
 */
#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "libkmod/live/live.h"
#include "libkmod/plan/plan-shell.h"
#include "libkmod/plan/plan.h"
#include "libkmod/sys.h"

#define FIRST_SLEEP_MSEC 10
#define LONGEST_SLEEP_MSEC 1000

struct run {
	const struct plan *plan;
	const struct plan_runner *how;
	bool ran_commands; /* they may have loaded anything */
};

static uint64_t now_msec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void sleep_msec(uint64_t msec)
{
	struct timespec pause = { .tv_sec = (time_t)(msec / 1000),
				  .tv_nsec = (long)(msec % 1000) * 1000000 };

	nanosleep(&pause, NULL);
}

static int remove_module(const struct plan_runner *how, const char *name)
{
	unsigned flags = O_NONBLOCK | (how->remove_flags & KMOD_REMOVE_FORCE);
	int r = sys_delete_module(name, flags);

	if (r != -EAGAIN || how->wait_msec == 0)
		return r;

	uint64_t end = now_msec() + how->wait_msec;
	uint64_t pause = FIRST_SLEEP_MSEC;

	for (uint64_t now = now_msec(); r == -EAGAIN && now < end; now = now_msec()) {
		sleep_msec(pause < end - now ? pause : end - now);
		pause = pause * 2 < LONGEST_SLEEP_MSEC ? pause * 2 : LONGEST_SLEEP_MSEC;
		r = sys_delete_module(name, flags);
	}
	return r;
}

static void log_command_failure(const struct plan *plan, const struct plan_step *step,
				const char *command, int error,
				const struct plan_shell_result *result)
{
	const char *kind = step->op == PLAN_RUN_INSTALL ? "install" : "remove";
	/* The caller of a removal says it in its own words. */
	int priority = step->op == PLAN_RUN_INSTALL ? LOG_ERR : LOG_NOTICE;

	if (error < 0) {
		errno = -error;
		log_at(plan->ctx, priority,
		       "Error running %s command '%s' for module %s: %m\n", kind, command,
		       step->mod->name);
	} else if (result->signal) {
		log_at(plan->ctx, priority,
		       "Error running %s command '%s' for module %s: killed by signal "
		       "%d\n",
		       kind, command, step->mod->name, result->signal);
	} else {
		log_at(plan->ctx, priority,
		       "Error running %s command '%s' for module %s: retcode %d\n", kind,
		       command, step->mod->name, result->status);
	}
}

static int run_command(struct run *run, const struct plan_step *step)
{
	_cleanup_strbuf_ struct strbuf command = STRBUF_INIT;
	struct plan_shell_result result = { 0 };
	int r;

	plan_command_text(&command, step);
	if (!strbuf_ok(&command))
		return -ENOMEM;
	run->ran_commands = true;
	if (step->op == PLAN_RUN_INSTALL && run->how->run_install)
		return run->how->run_install(step->mod, strbuf_str(&command),
					     run->how->data);

	r = plan_shell_run(strbuf_str(&command), step->mod->name, &result);
	if (r == 0 && result.status == 0)
		return 0;
	log_command_failure(run->plan, step, strbuf_str(&command), r, &result);
	return -EINVAL;
}

static int act(struct run *run, const struct plan_step *step)
{
	switch (step->op) {
	case PLAN_INSERT:
		return plan_insert_file(step->mod, run->how->insert_flags, step->options);
	case PLAN_REMOVE:
		return remove_module(run->how, step->mod->name);
	case PLAN_RUN_INSTALL:
	case PLAN_RUN_REMOVE:
		return run_command(run, step);
	case PLAN_SKIP:
		break;
	}
	return 0;
}

/* Has what the step is for come about since it was planned? */
static bool is_settled(const struct run *run, const struct plan_step *step)
{
	const struct plan *plan = run->plan;

	if (run->how->dry_run)
		return false;
	if (step->op == PLAN_RUN_INSTALL ||
	    (step->op == PLAN_INSERT && run->ran_commands))
		return !step->ignore_loaded && !step->must_be_new &&
		       live_initstate(plan->ctx, step->mod->name) == KMOD_MODULE_LIVE;
	if (step->op == PLAN_REMOVE && step->role == PLAN_WHY_FREED_DEP)
		return live_refcnt(plan->ctx, step->mod->name) != 0;
	return false;
}

static int run_step(struct run *run, const struct plan_step *planned)
{
	const struct plan_runner *how = run->how;
	const struct plan_step *step = planned;
	struct plan_step now;
	int r;

	if (planned->look_again && !how->dry_run &&
	    live_refcnt(run->plan->ctx, planned->mod->name) == 0) {
		now = *planned;
		now.op = PLAN_REMOVE;
		now.why = planned->role;
		step = &now;
	}

	if (is_settled(run, step))
		return 0;
	if (how->before)
		how->before(step, how->data);
	if (how->dry_run || step->listed_before)
		return 0;
	r = act(run, step);
	if (r >= 0)
		return r;
	if (r == -EEXIST && !step->must_be_new &&
	    (step->op == PLAN_INSERT || step->op == PLAN_RUN_INSTALL))
		return 0;
	if (how->failed)
		how->failed(step, r, how->data);
	return step->may_fail ? 0 : r;
}

int plan_run(struct plan *plan, const struct plan_runner *how)
{
	struct run run = { .plan = plan, .how = how };
	int r = 0;

	if (plan->verdict && !how->dry_run)
		return plan->verdict;
	for (size_t i = 0; i < plan->steps.n; i++) {
		r = run_step(&run, &plan->steps.at[i]);
		if (r < 0)
			return r;
	}
	return plan->verdict ? plan->verdict : r;
}
