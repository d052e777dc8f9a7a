/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The report as text: the answer, then what it rests on, a paragraph for each kind of
 * fact. Paragraphs without facts are left out, but for who else would load the module.
 *
 *	foo will be loaded, after bar
 *
 *	request:
 *	  foo is a name in modules.dep: /lib/modules/6.1.0/kernel/foo.ko
 *	rules:
 *	  /etc/modprobe.d/a.conf:1: options foo x=1 -- applies
 *	steps:
 *	  1. insert bar -- needed by foo (modules.dep)
 *	  2. insert foo -- requested, with x=1
 *	users:
 *	  none
 */
#include <string.h>

#include "libkmod/live/live.h"
#include "shared/cleanup.h"
#include "shared/str.h"
#include "tools/why.h"

#define MAX_USERS 12 /* of one kind, by name */

/* ---- request ---- */

static void print_match(struct strbuf *out, const struct report *r,
			const struct candidate *c)
{
	const char *pattern = kmod_plan_matches_get_pattern(r->matches, c->match);
	const char *file = kmod_plan_matches_get_file(r->matches, c->match);
	unsigned line = kmod_plan_matches_get_line(r->matches, c->match);
	const char *path = kmod_module_get_path(c->mod);

	if (kmod_plan_matches_get_stage(r->matches, c->match) == KMOD_PLAN_BY_PATH)
		strbuf_addf(out, "  %s is the module file itself\n", r->request);
	else if (pattern)
		strbuf_addf(out, "  %s is an alias of %s, by %s in %s", r->request,
			    c->name, pattern, file);
	else
		strbuf_addf(out, "  %s is a name in %s", c->name, file);
	if (kmod_plan_matches_get_stage(r->matches, c->match) == KMOD_PLAN_BY_PATH)
		return;
	if (line > 0)
		strbuf_addf(out, ":%u", line);
	if (path)
		strbuf_addf(out, ": %s", path);
	strbuf_addc(out, '\n');
}

static void print_request(struct strbuf *out, const struct report *r)
{
	strbuf_adds(out, "\nrequest:\n");
	if (r->device)
		strbuf_addf(out, "  %s: the device says %s\n", r->device, r->request);
	if (r->driver)
		strbuf_addf(out, "  the driver that it has is of module %s\n", r->driver);
	for (size_t i = 0; i < r->candidates.n; i++)
		if (r->candidates.at[i].mod)
			print_match(out, r, &r->candidates.at[i]);
	if (!r->candidates.at[0].mod)
		strbuf_addf(out, "  nothing matches %s, in the configuration or in %s\n",
			    r->request, kmod_get_dirname(r->ctx));
}

/* ---- rules ---- */

static const char *const effect_words[] = {
	[RULE_APPLIES] = "applies",
	[RULE_FOR_ALIASES] = "its aliases do not load it, its name does",
	[RULE_OVERRIDDEN] = "overridden later, by ",
	[RULE_SHADOWED] = "never used, for there is ",
	[RULE_REPLACED] = "replaced by ",
	[RULE_REPEATED] = "said before by ",
	[RULE_OTHER_ALIAS] = "another name of it",
};

static void print_rule(struct strbuf *out, const struct rule *rule)
{
	strbuf_adds(out, "  ");
	why_say_place(out, rule);
	strbuf_adds(out, ": ");
	conf_print_rule(out, rule);
	strbuf_adds(out, " -- ");
}

/* Parameters of the kernel are told where they are about the module, or may be. */
static bool kernel_refuses(const struct report *r, const struct candidate *c)
{
	return kernel_lists_name(r->kernel.module_blacklist, c->name);
}

static bool kernel_may_skip(const struct report *r, const struct candidate *c)
{
	return r->kernel.initcall_blacklist &&
	       (c->initcall || c->answer == ANSWER_BUILTIN);
}

static void print_kernel_rules(struct strbuf *out, const struct report *r,
			       const struct candidate *c)
{
	if (kernel_refuses(r, c))
		strbuf_addf(out,
			    "  /proc/cmdline: module_blacklist=%s -- the kernel refuses "
			    "it, whoever loads it\n",
			    r->kernel.module_blacklist);
	if (!kernel_may_skip(r, c))
		return;
	strbuf_addf(out, "  /proc/cmdline: initcall_blacklist=%s -- ",
		    r->kernel.initcall_blacklist);
	if (c->initcall)
		strbuf_addf(out, "the kernel does not call its %s\n", c->initcall);
	else
		strbuf_adds(out, "not known of what is built in\n");
}

static void print_rules(struct strbuf *out, const struct report *r,
			const struct candidate *c)
{
	if (c->rules.n == 0 && !kernel_refuses(r, c) && !kernel_may_skip(r, c))
		return;
	strbuf_adds(out, "rules:\n");
	for (size_t i = 0; i < c->rules.n; i++) {
		const struct told_rule *told = &c->rules.at[i];

		print_rule(out, told->rule);
		if (told->effect == RULE_APPLIES && told->rule->kind == RULE_WEAKDEP)
			strbuf_adds(out,
				    "loads nothing, the module asks for them itself");
		else
			strbuf_adds(out, effect_words[told->effect]);
		if (told->by)
			why_say_place(out, told->by);
		strbuf_addc(out, '\n');
	}
	print_kernel_rules(out, r, c);
}

static void print_masked(struct strbuf *out, const struct candidate *c)
{
	if (c->masked.n == 0)
		return;
	strbuf_adds(out, "not read:\n");
	for (size_t i = 0; i < c->masked.n; i++) {
		print_rule(out, c->masked.at[i].rule);
		strbuf_addf(out, "the file is masked by %s\n", c->masked.at[i].by);
	}
}

/* ---- steps ---- */

static void print_step_reason(struct strbuf *out, const struct kmod_plan_step *step)
{
	enum kmod_plan_reason reason = kmod_plan_step_get_reason(step);
	enum kmod_plan_reason role = kmod_plan_step_get_role(step);
	const struct kmod_module *because = kmod_plan_step_get_because(step);
	const char *file = kmod_plan_step_get_rule_file(step);

	if (reason != role)
		strbuf_addf(out, "%s; ", kmod_plan_reason_str(reason));
	strbuf_adds(out, kmod_plan_reason_str(role));
	if (because)
		strbuf_addf(out, " %s", because->name);
	if (file)
		strbuf_addf(out, " (%s:%u)", file, kmod_plan_step_get_rule_line(step));
	else if (role == KMOD_PLAN_HARD_DEP)
		strbuf_adds(out, " (modules.dep)");
	if (kmod_plan_step_is_repeated(step))
		strbuf_adds(out, ", listed before");
}

static void print_step(struct strbuf *out, size_t number,
		       const struct kmod_plan_step *step)
{
	strbuf_addf(out, "  %zu. %s %s -- ", number,
		    kmod_plan_op_str(kmod_plan_step_get_op(step)),
		    kmod_module_get_name(kmod_plan_step_get_module(step)));
	print_step_reason(out, step);
	why_say_options(out, step);
	if (kmod_plan_step_get_command(step))
		strbuf_addf(out, ", runs %s", kmod_plan_step_get_command(step));
	strbuf_addc(out, '\n');
}

static void print_steps(struct strbuf *out, const struct candidate *c)
{
	if (c->answer == ANSWER_BLOCKED)
		strbuf_addf(out, "steps of 'modprobe %s':\n", c->name);
	else
		strbuf_adds(out, "steps:\n");
	for (size_t i = 0; i < kmod_plan_get_n_steps(c->plan); i++)
		print_step(out, i + 1, kmod_plan_get_step(c->plan, i));
	if (kmod_plan_get_n_steps(c->plan) == 0)
		strbuf_adds(out, "  none\n");
	if (c->loop)
		strbuf_addf(out, "  softdeps make a circle, which is cut: %s\n", c->loop);
}

/* ---- users ---- */

static const char *const user_words[] = {
	[USER_NEEDS] = "needed by",
	[USER_PRE_SOFTDEP] = "wanted before",
	[USER_POST_SOFTDEP] = "wanted after",
	[USER_WEAKDEP] = "maybe asked for by",
};

static void print_needed_by(struct strbuf *out, const struct candidate *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->users.n; i++) {
		if (c->users.at[i].role != USER_NEEDS)
			continue;
		if (n < MAX_USERS)
			strbuf_addf(out, "%s%s", n == 0 ? "  needed by " : ", ",
				    c->users.at[i].name);
		n++;
	}
	if (n > MAX_USERS)
		strbuf_addf(out, " and %zu more", n - MAX_USERS);
	if (n > 0)
		strbuf_adds(out, " (modules.dep)\n");
}

static void print_users(struct strbuf *out, const struct candidate *c)
{
	strbuf_adds(out, "users:\n");
	print_needed_by(out, c);
	for (size_t i = 0; i < c->users.n; i++) {
		const struct user *user = &c->users.at[i];

		if (user->role == USER_NEEDS)
			continue;
		strbuf_addf(out, "  %s %s (", user_words[user->role], user->name);
		why_say_place(out, user->rule);
		strbuf_adds(out, ")\n");
	}
	if (c->users.n == 0)
		strbuf_adds(out, "  none\n");
}

void why_print(struct strbuf *out, const struct report *r)
{
	why_say_answer(out, r);
	print_request(out, r);
	for (size_t i = 0; i < r->candidates.n; i++) {
		const struct candidate *c = &r->candidates.at[i];

		if (r->candidates.n > 1)
			strbuf_addf(out, "\n%s\n", c->name);
		print_rules(out, r, c);
		print_masked(out, c);
		if (!c->mod)
			continue;
		print_steps(out, c);
		print_users(out, c);
	}
}
