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

#include "shared/cleanup.h"
#include "tools/params.h"

struct loading {
	struct modprobe *m;
	const struct kmod_plan_step *failed; /* the last step that failed */
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

static void before_step(const struct kmod_plan_step *step, void *data)
{
	struct loading *loading = data;

	if (loading->m->verbose == 0 || loading->m->quiet)
		return;
	modprobe_print_step(loading->m, step);
	fflush(stdout);
}

static void step_failed(const struct kmod_plan_step *step, int error, void *data)
{
	struct loading *loading = data;

	loading->failed = step;
	if (kmod_plan_step_may_fail(step))
		tool_say(LOG_INFO, "soft dependency %s could not be inserted: %s",
			 kmod_module_get_name(kmod_plan_step_get_module(step)),
			 strerror(-error));
}

static void say_why(const char *line, void *data _unused_)
{
	tool_err("%s", line);
}

/* ENOENT: the kernel's word for unknown symbols, and ours for an absent file (D23). */
static const char *reason_of(const struct kmod_plan_step *step, int error)
{
	const char *path = kmod_module_get_path(kmod_plan_step_get_module(step));

	if (error == -EEXIST)
		return "Module already in kernel";
	if (error == -ENOENT && path && access(path, F_OK) == 0)
		return "Unknown symbol in module, or unknown parameter (see dmesg)";
	return strerror(-error);
}

static void report_failure(const struct kmod_plan *plan,
			   const struct kmod_plan_step *step, int error)
{
	const char *name = kmod_module_get_name(kmod_plan_get_module(plan));
	struct kmod_module *mod = kmod_plan_step_get_module(step);

	if (kmod_plan_get_missing_path(plan)) {
		tool_err("could not insert '%s': %s needs %s, which does not exist", name,
			 kmod_module_get_name(kmod_plan_get_missing_for(plan)),
			 kmod_plan_get_missing_path(plan));
		return;
	}
	tool_err("could not insert '%s': %s", name, reason_of(step, error));
	if (!step || kmod_plan_step_get_op(step) != KMOD_PLAN_INSERT || error == -EEXIST)
		return;
	if (mod != kmod_plan_get_module(plan))
		tool_err("it needs module %s, which could not be inserted",
			 kmod_module_get_name(mod));
	if (tool_log.priority >= LOG_ERR)
		kmod_plan_explain(mod, error, kmod_plan_step_get_options(step), say_why,
				  NULL);
}

static void show_plan(const struct modprobe *m, const struct kmod_plan *plan)
{
	for (size_t i = 0; i < kmod_plan_get_n_steps(plan); i++)
		modprobe_print_step(m, kmod_plan_get_step(plan, i));
}

static int load_module(struct modprobe *m, struct kmod_module *mod, const char *params)
{
	static const struct kmod_plan_hooks hooks = { .before = before_step,
						      .failed = step_failed };
	struct loading loading = { .m = m };
	struct kmod_plan *plan;
	int r = kmod_plan_load(mod, probe_flags(m), params, &plan);

	if (r < 0) {
		tool_err("could not plan the insertion of '%s': %s",
			 kmod_module_get_name(mod), strerror(-r));
		return 1;
	}
	if (m->dry_run || m->show_depends) {
		if (!m->json)
			show_plan(m, plan);
		else
			modprobe_json_plan(plan, false);
		r = kmod_plan_get_verdict(plan);
	} else {
		r = kmod_plan_run(plan, m->run_flags, 0, &hooks, &loading);
	}
	/* A positive verdict: blacklisted, which is no failure. */
	if (r < 0)
		report_failure(plan, loading.failed, r);
	kmod_plan_free(plan);
	return r < 0;
}

static int load_operand(struct modprobe *m, const char *operand, const char *params)
{
	_cleanup_(modprobe_matches_free) struct kmod_plan_matches *matches = NULL;
	struct kmod_module *mod;
	int rc = modprobe_resolve(m, operand, &matches);

	if (rc != 0)
		return rc;
	if (m->show_alias && m->json)
		return modprobe_json_matches(operand, matches);
	for (size_t i = 0; (mod = kmod_plan_matches_get_module(matches, i)); i++) {
		if (m->show_alias)
			modprobe_print_line(kmod_module_get_name(mod));
		else
			rc |= load_module(m, mod, params);
	}
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
