/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modprobe inserting: an operand, the modules it stands for, a plan for each, shown
 * (-n, -D) or run. All modules of an alias are tried; one failure makes the exit
 * status 1 (D25).
 */
#include "tools/modprobe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/plan/why-failed.h"
#include "shared/cleanup.h"
#include "tools/params.h"

struct loading {
	struct modprobe *m;
	const struct plan_step *failed; /* the last step that failed */
};

static unsigned probe_flags(const struct modprobe *m)
{
	unsigned flags = KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY;

	if (m->use_blacklist)
		flags |= KMOD_PROBE_APPLY_BLACKLIST;
	if (m->ignore_commands)
		flags |= KMOD_PROBE_IGNORE_COMMAND;
	if (m->show_depends)
		flags |= KMOD_PROBE_IGNORE_LOADED;
	else if (m->first_time)
		flags |= KMOD_PROBE_FAIL_ON_LOADED;
	return flags;
}

static void before_step(const struct plan_step *step, void *data)
{
	struct loading *loading = data;

	if (loading->m->verbose == 0 || loading->m->quiet)
		return;
	modprobe_print_step(loading->m, step);
	fflush(stdout);
}

static void step_failed(const struct plan_step *step, int error, void *data)
{
	struct loading *loading = data;

	loading->failed = step;
	if (step->may_fail)
		tool_say(LOG_INFO, "soft dependency %s could not be inserted: %s",
			 step->mod->name, strerror(-error));
}

static void say_why(void *data _unused_, const char *line)
{
	tool_err("%s", line);
}

/* ENOENT: the kernel's word for unknown symbols, and ours for an absent file (D23). */
static const char *reason_of(const struct plan_step *step, int error)
{
	const char *path = step ? kmod_module_get_path(step->mod) : NULL;

	if (error == -EEXIST)
		return "Module already in kernel";
	if (error == -ENOENT && path && access(path, F_OK) == 0)
		return "Unknown symbol in module, or unknown parameter (see dmesg)";
	return strerror(-error);
}

static void report_failure(const struct plan *plan, const struct plan_step *step,
			   int error)
{
	const char *name = plan->target->name;

	if (plan->missing_path) {
		tool_err("could not insert '%s': %s needs %s, which does not exist", name,
			 plan->missing_for->name, plan->missing_path);
		return;
	}
	tool_err("could not insert '%s': %s", name, reason_of(step, error));
	if (!step || step->op != PLAN_INSERT || error == -EEXIST)
		return;
	if (step->mod != plan->target)
		tool_err("it needs module %s, which could not be inserted",
			 step->mod->name);
	if (tool_log.priority >= LOG_ERR)
		why_failed(step->mod, error, step->options, say_why, NULL);
}

static void show_plan(const struct modprobe *m, const struct plan *plan)
{
	for (size_t i = 0; i < plan->steps.n; i++)
		modprobe_print_step(m, &plan->steps.at[i]);
}

static int load_module(struct modprobe *m, struct kmod_module *mod, const char *params)
{
	const struct plan_load_request request = {
		.flags = probe_flags(m),
		.extra_options = params,
	};
	struct loading loading = { .m = m };
	const struct plan_runner how = {
		.insert_flags = m->insert_flags,
		.before = before_step,
		.failed = step_failed,
		.data = &loading,
	};
	struct plan *plan;
	int r = plan_load(mod, &request, &plan);

	if (r < 0) {
		tool_err("could not plan the insertion of '%s': %s", mod->name,
			 strerror(-r));
		return 1;
	}
	if (m->dry_run || m->show_depends) {
		show_plan(m, plan);
		r = plan->verdict;
	} else {
		r = plan_run(plan, &how);
	}
	/* A positive verdict: blacklisted, which is no failure. */
	if (r < 0)
		report_failure(plan, loading.failed, r);
	plan_free(plan);
	return r < 0;
}

static int load_operand(struct modprobe *m, const char *operand, const char *params)
{
	_cleanup_(mod_hits_fini) struct mod_hits hits = { 0 };
	int rc = modprobe_resolve(m, operand, &hits);

	for (size_t i = 0; rc == 0 && m->show_alias && i < hits.hits.n; i++)
		printf("%s\n", hits.hits.at[i].mod->name);
	if (rc != 0 || m->show_alias)
		return rc;
	for (size_t i = 0; i < hits.hits.n; i++)
		rc |= load_module(m, hits.hits.at[i].mod, params);
	return rc;
}

int modprobe_load(struct modprobe *m, char *const *operands, int n)
{
	_cleanup_free_ char *params = NULL;
	int rc = 0;

	if (m->all) {
		for (int i = 0; i < n; i++)
			rc |= load_operand(m, operands[i], NULL);
		return rc;
	}
	params = params_join(operands + 1, n - 1);
	if (!params) {
		tool_err("%s", strerror(ENOMEM));
		return 1;
	}
	return load_operand(m, operands[0], *params ? params : NULL);
}
