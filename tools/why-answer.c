/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From facts to an answer, in the order in which they would stop a module:
 *
 *	in the kernel already     nothing is left to do
 *	module_blacklist=         nobody can load it
 *	blacklist                 its aliases do not load it; its name may
 *	a missing file, a command that loads nothing, module_blacklist= of one that it needs
 *	initcall_blacklist=       the kernel refuses it at the end
 *
 * What modprobe does with the name is judged by the plan's steps. One that may fail, a
 * softdep, stops nothing.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/cleanup.h"
#include "shared/str.h"
#include "tools/why.h"

#define MAX_NAMES 3

/* ---- judging ---- */

/* A command that is sure to load nothing: true, false, ":" and "exit", alone. */
static bool loads_nothing(const char *command)
{
	static const char *const words[] = { "true", "false", ":", "exit" };
	const char *word = command + strspn(command, " \t"), *base = word;
	size_t len = strcspn(word, " \t");

	if (word[strcspn(word, ";&|`$\n")])
		return false;
	for (const char *slash; (slash = memchr(base, '/', (size_t)(word + len - base)));)
		base = slash + 1;
	len = (size_t)(word + len - base);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == len && memcmp(words[i], base, len) == 0)
			return true;
	return false;
}

static struct verdict stopped(enum cause cause, const struct kmod_module *mod)
{
	return (struct verdict){ .cause = cause, .culprit = mod->name };
}

static bool is_regular_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static struct verdict judge_insert(const struct report *r, struct kmod_module *mod)
{
	const char *path = kmod_module_get_path(mod);
	struct verdict v = stopped(CAUSE_NO_FILE, mod);

	if (kernel_lists_name(r->kernel.module_blacklist, mod->name))
		return stopped(CAUSE_MODULE_BLACKLIST, mod);
	v.text = path;
	return path && is_regular_file(path) ? (struct verdict){ 0 } : v;
}

static struct verdict judge_step(const struct report *r,
				 const struct kmod_plan_step *step)
{
	struct kmod_module *mod = kmod_plan_step_get_module(step);
	struct verdict v = stopped(CAUSE_COMMAND, mod);

	if (kmod_plan_step_get_op(step) == KMOD_PLAN_INSERT)
		return judge_insert(r, mod);
	if (kmod_plan_step_get_op(step) != KMOD_PLAN_RUN_INSTALL ||
	    !loads_nothing(kmod_plan_step_get_command(step)))
		return (struct verdict){ 0 };
	v.rule = mod_install_rule(mod);
	v.text = kmod_plan_step_get_command(step);
	return v;
}

/* What stops modprobe NAME, or CAUSE_NONE. */
static struct verdict judge_plan(const struct report *r, const struct candidate *c)
{
	struct verdict v = { 0 };

	if (kmod_plan_get_missing_path(c->plan)) {
		v = stopped(CAUSE_MISSING, kmod_plan_get_missing_for(c->plan));
		v.text = kmod_plan_get_missing_path(c->plan);
		return v;
	}
	if (kmod_plan_get_verdict(c->plan) < 0) {
		v = stopped(CAUSE_DEPENDENCIES, c->mod);
		v.text = strerror(-kmod_plan_get_verdict(c->plan));
		return v;
	}
	for (size_t i = 0; !v.cause && i < kmod_plan_get_n_steps(c->plan); i++) {
		const struct kmod_plan_step *step = kmod_plan_get_step(c->plan, i);

		if (!kmod_plan_step_may_fail(step))
			v = judge_step(r, step);
	}
	if (v.cause)
		return v;
	v.text = c->initcall;
	if (v.text) {
		v.cause = CAUSE_INITCALL;
		v.culprit = c->name;
	}
	return v;
}

/* The step of the module that was asked for; NULL when the plan did not come so far. */
static const struct kmod_plan_step *target_step(const struct candidate *c)
{
	for (size_t i = kmod_plan_get_n_steps(c->plan); i-- > 0;) {
		const struct kmod_plan_step *step = kmod_plan_get_step(c->plan, i);

		if (kmod_plan_step_get_role(step) == KMOD_PLAN_REQUESTED)
			return step;
	}
	return NULL;
}

void why_judge(struct report *r, struct candidate *c)
{
	const struct kmod_plan_step *step = target_step(c);
	const struct rule *rule;

	c->answer = ANSWER_BLOCKED;
	if (!c->mod) {
		c->why_not.cause = CAUSE_UNKNOWN;
		c->why_not.culprit = c->name;
		c->why_not.text = why_nearest(r, c->name);
		return;
	}
	if (step && kmod_plan_step_get_reason(step) == KMOD_PLAN_BUILTIN) {
		c->answer = ANSWER_BUILTIN;
		return;
	}
	if (step && kmod_plan_step_get_reason(step) == KMOD_PLAN_LIVE) {
		c->answer = ANSWER_LIVE;
		return;
	}
	c->why_not = judge_plan(r, c);
	rule = mod_blacklist_rule(c->mod);
	if (rule && !(c->why_not.cause == CAUSE_MODULE_BLACKLIST &&
		      str_eq(c->why_not.culprit, c->name))) {
		c->by_name = c->why_not;
		c->why_not = stopped(CAUSE_BLACKLIST, c->mod);
		c->why_not.rule = rule;
	}
	if (!c->why_not.cause)
		c->answer = ANSWER_LOADS;
}

/* ---- saying ---- */

void why_say_place(struct strbuf *out, const struct rule *rule)
{
	strbuf_adds(out, rule->file);
	if (rule->line > 0)
		strbuf_addf(out, ":%u", rule->line);
}

static void say_place_in_brackets(struct strbuf *out, const struct rule *rule)
{
	strbuf_adds(out, " (");
	why_say_place(out, rule);
	strbuf_addc(out, ')');
}

/* What stops one that it needs. */
static void say_cause_elsewhere(struct strbuf *out, const struct verdict *v)
{
	switch (v->cause) {
	case CAUSE_MODULE_BLACKLIST:
		strbuf_addf(out,
			    "it needs %s, and the kernel refuses that by "
			    "module_blacklist= (/proc/cmdline)",
			    v->culprit);
		break;
	case CAUSE_COMMAND:
		strbuf_addf(out, "it needs %s, whose install command is '%s'", v->culprit,
			    v->text);
		say_place_in_brackets(out, v->rule);
		break;
	case CAUSE_MISSING:
		strbuf_addf(out, "%s needs %s, which does not exist", v->culprit,
			    v->text);
		break;
	default:
		strbuf_addf(out, "it needs %s, which has no file", v->culprit);
		break;
	}
}

/* The words behind the colon: about the module itself, or one that it needs. */
static void say_cause(struct strbuf *out, const struct candidate *c,
		      const struct verdict *v)
{
	if (!str_eq(v->culprit, c->name)) {
		say_cause_elsewhere(out, v);
		return;
	}
	switch (v->cause) {
	case CAUSE_NONE:
	case CAUSE_UNKNOWN:
		break;
	case CAUSE_BLACKLIST:
		strbuf_adds(out, "blacklisted by ");
		why_say_place(out, v->rule);
		break;
	case CAUSE_MODULE_BLACKLIST:
		strbuf_adds(out, "the kernel refuses it by module_blacklist= "
				 "(/proc/cmdline)");
		break;
	case CAUSE_INITCALL:
		strbuf_addf(out,
			    "the kernel does not call its function %s by "
			    "initcall_blacklist= (/proc/cmdline)",
			    v->text);
		break;
	case CAUSE_COMMAND:
		strbuf_addf(out, "its install command is '%s'", v->text);
		say_place_in_brackets(out, v->rule);
		break;
	case CAUSE_MISSING:
		strbuf_addf(out, "it needs %s, which does not exist", v->text);
		break;
	case CAUSE_NO_FILE:
		if (v->text)
			strbuf_addf(out, "its file %s %s", v->text,
				    access(v->text, F_OK) == 0 ? "is not a regular file"
							       : "does not exist");
		else
			strbuf_adds(out, "there is no module file of that name");
		break;
	case CAUSE_DEPENDENCIES:
		strbuf_addf(out, "what it needs cannot be found out: %s", v->text);
		break;
	}
}

/* "a", "a and b", "a, b and c", "5 modules" */
static void say_names(struct strbuf *out, const char *const *names, size_t n)
{
	if (n > MAX_NAMES) {
		strbuf_addf(out, "%zu modules", n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			strbuf_adds(out, i + 1 < n ? ", " : " and ");
		strbuf_adds(out, names[i]);
	}
}

/* The modules that really have to be loaded first. */
static size_t loaded_before(const struct candidate *c, const char *names[MAX_NAMES])
{
	size_t n = 0;

	for (size_t i = 0; i < kmod_plan_get_n_steps(c->plan); i++) {
		const struct kmod_plan_step *step = kmod_plan_get_step(c->plan, i);

		if (kmod_plan_step_get_role(step) == KMOD_PLAN_REQUESTED)
			break;
		if (kmod_plan_step_get_op(step) == KMOD_PLAN_SKIP ||
		    kmod_plan_step_is_repeated(step))
			continue;
		if (n < MAX_NAMES)
			names[n] = kmod_plan_step_get_module(step)->name;
		n++;
	}
	return n;
}

void why_say_options(struct strbuf *out, const struct kmod_plan_step *step)
{
	const char *options = kmod_plan_step_get_options(step);
	size_t len = options ? strlen(options) : 0;

	while (len > 0 && options[len - 1] == ' ')
		len--;
	if (len > 0)
		strbuf_addf(out, ", with %.*s", (int)len, options);
}

static void say_loads(struct strbuf *out, const struct candidate *c)
{
	const struct kmod_plan_step *step = target_step(c);
	const char *names[MAX_NAMES];
	size_t n = loaded_before(c, names);

	if (kmod_plan_step_get_op(step) == KMOD_PLAN_RUN_INSTALL) {
		strbuf_addf(out, "%s will be left to its install command '%s'", c->name,
			    kmod_plan_step_get_command(step));
		say_place_in_brackets(out, mod_install_rule(c->mod));
	} else {
		strbuf_addf(out, "%s will be loaded", c->name);
	}
	if (n > 0) {
		strbuf_adds(out, ", after ");
		say_names(out, names, n);
	}
	why_say_options(out, step);
}

static void say_users(struct strbuf *out, const struct candidate *c)
{
	const char *names[MAX_NAMES];
	size_t n = 0;

	for (size_t i = 0; i < c->users.n; i++) {
		if (c->users.at[i].role == USER_WEAKDEP)
			continue;
		if (n < MAX_NAMES)
			names[n] = c->users.at[i].name;
		n++;
	}
	if (n == 0) {
		strbuf_adds(out, "; nothing depends on it");
		return;
	}
	strbuf_adds(out, "; ");
	say_names(out, names, n);
	strbuf_adds(out, n == 1 ? " loads it all the same" : " load it all the same");
}

static void say_blacklisted(struct strbuf *out, const struct candidate *c)
{
	strbuf_addf(out, "%s will not be loaded%s: ", c->name,
		    mod_is_alias(c->mod) ? "" : " by its aliases");
	say_cause(out, c, &c->why_not);
	if (c->by_name.cause) {
		strbuf_addf(out, "; 'modprobe %s' fails too: ", c->name);
		say_cause(out, c, &c->by_name);
		return;
	}
	strbuf_addf(out, "; 'modprobe %s' still loads it", c->name);
	say_users(out, c);
}

static void say_unknown(struct strbuf *out, const struct report *r,
			const struct candidate *c)
{
	if (strchr(r->request, ':'))
		strbuf_addf(out, "nothing will be loaded: no module serves %s",
			    r->request);
	else
		strbuf_addf(out,
			    "%s will not be loaded: no module, alias or built-in has "
			    "that name",
			    r->spelling);
	if (c->why_not.text)
		strbuf_addf(out, "; did you mean %s?", c->why_not.text);
}

/* An alias of the configuration that leads nowhere is the line's fault. */
static void say_alias_line(struct strbuf *out, const struct report *r,
			   const struct candidate *c)
{
	if (c->why_not.cause == CAUSE_NO_FILE &&
	    kmod_plan_matches_get_stage(r->matches, c->match) ==
		    KMOD_PLAN_BY_CONFIG_ALIAS)
		strbuf_addf(out, "; %s:%u leads there",
			    kmod_plan_matches_get_file(r->matches, c->match),
			    kmod_plan_matches_get_line(r->matches, c->match));
}

/* It is there; but would it come again? */
static void say_live(struct strbuf *out, const struct candidate *c)
{
	const struct rule *blacklist = mod_blacklist_rule(c->mod);
	const struct rule *install = mod_install_rule(c->mod);

	strbuf_addf(out, "%s is loaded already", c->name);
	if (blacklist) {
		strbuf_adds(out,
			    "; its aliases would not load it again: blacklisted by ");
		why_say_place(out, blacklist);
	}
	if (!install)
		return;
	if (loads_nothing(install->text))
		strbuf_addf(out,
			    "; 'modprobe %s' would not load it again: its install "
			    "command is '%s'",
			    c->name, install->text);
	else
		strbuf_addf(out,
			    "; loading it again would be left to its install command "
			    "'%s'",
			    install->text);
	say_place_in_brackets(out, install);
}

static void say_candidate(struct strbuf *out, const struct report *r,
			  const struct candidate *c)
{

	switch (c->answer) {
	case ANSWER_LOADS:
		say_loads(out, c);
		break;
	case ANSWER_BUILTIN:
		strbuf_addf(out, "%s is built into the kernel: nothing has to be loaded",
			    c->name);
		break;
	case ANSWER_LIVE:
		say_live(out, c);
		break;
	case ANSWER_BLOCKED:
		if (c->why_not.cause == CAUSE_UNKNOWN) {
			say_unknown(out, r, c);
		} else if (c->why_not.cause == CAUSE_BLACKLIST) {
			say_blacklisted(out, c);
		} else {
			strbuf_addf(out, "%s will not be loaded: ", c->name);
			say_cause(out, c, &c->why_not);
			say_alias_line(out, r, c);
		}
		break;
	}
}

void why_say_answer(struct strbuf *out, const struct report *r)
{
	const struct kmod_module *mod = r->candidates.at[0].mod;
	size_t last = 0, last_len = 0;

	if (r->device || (mod && mod_is_alias(mod)))
		strbuf_addf(out, "%s: ", r->spelling);
	for (size_t i = 0; i < r->candidates.n; i++) {
		size_t before = out->len, at, len;

		if (i > 0)
			strbuf_adds(out, "; ");
		at = out->len;
		say_candidate(out, r, &r->candidates.at[i]);
		len = out->len - at;
		/* Several aliases of one module match: once is enough. */
		if (last_len > 0 && len == last_len &&
		    memcmp(out->data + at, out->data + last, len) == 0) {
			strbuf_truncate(out, before);
			continue;
		}
		last = at;
		last_len = len;
	}
	strbuf_addc(out, '\n');
}
