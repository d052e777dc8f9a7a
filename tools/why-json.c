/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The report as one JSON document of kind "why": the same facts as in the text, all of
 * them, with numbers as numbers. What is not known or does not apply is null. A place on
 * the kernel command line has line null.
 */
#include "shared/json.h"
#include "tools/plan-json.h"
#include "tools/why.h"

static const char *const answer_words[] = {
	[ANSWER_LOADS] = "loads",
	[ANSWER_LIVE] = "live",
	[ANSWER_BUILTIN] = "builtin",
	[ANSWER_BLOCKED] = "blocked",
};

static const char *const cause_words[] = {
	[CAUSE_NONE] = NULL,
	[CAUSE_UNKNOWN] = "unknown",
	[CAUSE_BLACKLIST] = "blacklist",
	[CAUSE_MODULE_BLACKLIST] = "module_blacklist",
	[CAUSE_INITCALL] = "initcall_blacklist",
	[CAUSE_COMMAND] = "command",
	[CAUSE_MISSING] = "missing_dependency",
	[CAUSE_NO_FILE] = "no_file",
	[CAUSE_DEPENDENCIES] = "dependencies",
};

static const char *const effect_words[] = {
	[RULE_APPLIES] = "applies",         [RULE_FOR_ALIASES] = "for_aliases",
	[RULE_OVERRIDDEN] = "overridden",   [RULE_SHADOWED] = "shadowed",
	[RULE_REPLACED] = "replaced",       [RULE_REPEATED] = "repeated",
	[RULE_OTHER_ALIAS] = "other_alias",
};

static const char *const user_words[] = {
	[USER_NEEDS] = "needs",
	[USER_PRE_SOFTDEP] = "pre_softdep",
	[USER_POST_SOFTDEP] = "post_softdep",
	[USER_WEAKDEP] = "weakdep",
};

static void add_place(struct json *j, const char *key, const struct rule *rule)
{
	if (!rule) {
		json_null(j, key);
		return;
	}
	json_begin_object(j, key);
	json_string(j, "file", rule->file);
	plan_json_line(j, rule->line);
	json_end_object(j);
}

static void add_rule_text(struct json *j, const struct rule *rule)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	conf_print_rule(&text, rule);
	json_string(j, "text", strbuf_str(&text));
}

static void add_rules(struct json *j, const struct candidate *c)
{
	json_begin_array(j, "rules");
	for (size_t i = 0; i < c->rules.n; i++) {
		const struct told_rule *told = &c->rules.at[i];

		json_begin_object(j, NULL);
		json_string(j, "file", told->rule->file);
		plan_json_line(j, told->rule->line);
		add_rule_text(j, told->rule);
		json_string(j, "effect", effect_words[told->effect]);
		add_place(j, "by", told->by);
		json_end_object(j);
	}
	json_end_array(j);

	json_begin_array(j, "masked");
	for (size_t i = 0; i < c->masked.n; i++) {
		json_begin_object(j, NULL);
		json_string(j, "file", c->masked.at[i].rule->file);
		plan_json_line(j, c->masked.at[i].rule->line);
		add_rule_text(j, c->masked.at[i].rule);
		json_string(j, "by", c->masked.at[i].by);
		json_end_object(j);
	}
	json_end_array(j);
}

static void add_users(struct json *j, const struct candidate *c)
{
	json_begin_array(j, "users");
	for (size_t i = 0; i < c->users.n; i++) {
		const struct user *user = &c->users.at[i];

		json_begin_object(j, NULL);
		json_string(j, "module", user->name);
		json_string(j, "role", user_words[user->role]);
		json_string(j, "file", user->rule ? user->rule->file : "modules.dep");
		plan_json_line(j, user->rule ? user->rule->line : 0);
		json_end_object(j);
	}
	json_end_array(j);
}

static void add_verdict(struct json *j, const char *key, const struct verdict *v)
{
	if (v->cause == CAUSE_NONE) {
		json_null(j, key);
		return;
	}
	json_begin_object(j, key);
	json_string(j, "cause", cause_words[v->cause]);
	json_string(j, "module", v->culprit);
	add_place(j, "rule", v->rule);
	json_string(j, "text", v->text);
	json_end_object(j);
}

static void add_match(struct json *j, const struct report *r, const struct candidate *c)
{
	int stage = kmod_plan_matches_get_stage(r->matches, c->match);

	json_string(j, "found_in", kmod_plan_stage_str((enum kmod_plan_stage)stage));
	json_string(j, "pattern", kmod_plan_matches_get_pattern(r->matches, c->match));
	json_string(j, "file", kmod_plan_matches_get_file(r->matches, c->match));
	plan_json_line(j, kmod_plan_matches_get_line(r->matches, c->match));
	json_string(j, "path", kmod_module_get_path(c->mod));
}

static void add_candidate(struct json *j, const struct report *r,
			  const struct candidate *c)
{
	json_begin_object(j, NULL);
	json_string(j, "module", c->name);
	if (c->mod)
		add_match(j, r, c);
	json_string(j, "answer", answer_words[c->answer]);
	add_verdict(j, "why_not", &c->why_not);
	add_verdict(j, "why_not_by_name", &c->by_name);
	add_rules(j, c);
	json_begin_array(j, "steps");
	for (size_t i = 0; i < kmod_plan_get_n_steps(c->plan); i++)
		plan_json_step(j, kmod_plan_get_step(c->plan, i));
	json_end_array(j);
	json_string(j, "softdep_circle", c->loop);
	add_users(j, c);
	json_end_object(j);
}

void why_print_json(struct strbuf *out, const struct report *r)
{
	_cleanup_strbuf_ struct strbuf answer = STRBUF_INIT;
	struct json j = json_to(out);

	why_say_answer(&answer, r);
	if (answer.len > 0)
		strbuf_truncate(&answer, answer.len - 1);
	json_document(&j, "why");
	json_string(&j, "request", r->spelling);
	json_string(&j, "device", r->device);
	json_string(&j, "modalias", r->device ? r->request : NULL);
	json_string(&j, "driver_module", r->driver);
	json_string(&j, "answer", strbuf_str(&answer));
	json_string(&j, "module_blacklist", r->kernel.module_blacklist);
	json_string(&j, "initcall_blacklist", r->kernel.initcall_blacklist);
	json_begin_array(&j, "candidates");
	for (size_t i = 0; i < r->candidates.n; i++)
		add_candidate(&j, r, &r->candidates.at[i]);
	json_end_array(&j);
	json_end_document(&j);
}
