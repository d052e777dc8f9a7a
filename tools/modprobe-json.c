/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modprobe --json: what -n, -D, -c and -R show, a line for each plan, each rule and
 * entry, each answer.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "shared/cleanup.h"
#include "tools/modprobe.h"
#include "tools/plan-json.h"

/* Prints and empties the text. 0 or 1 */
static int flush(struct strbuf *out)
{
	if (!strbuf_ok(out)) {
		tool_err("%s", strerror(ENOMEM));
		return 1;
	}
	fwrite(strbuf_str(out), 1, out->len, stdout);
	strbuf_truncate(out, 0);
	return 0;
}

/* ---- -n, -D ---- */

void modprobe_json_plan(const struct kmod_plan *plan, bool remove)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct json j = json_to(&out);
	int verdict = kmod_plan_get_verdict(plan);

	json_document(&j, "plan");
	json_string(&j, "action", remove ? "remove" : "insert");
	json_string(&j, "module", kmod_module_get_name(kmod_plan_get_module(plan)));
	json_bool(&j, "possible", verdict == 0);
	json_bool(&j, "blacklisted", verdict > 0);
	json_string(&j, "error", verdict < 0 ? strerror(-verdict) : NULL);
	json_string(&j, "missing_path", kmod_plan_get_missing_path(plan));
	json_begin_array(&j, "steps");
	for (size_t i = 0; i < kmod_plan_get_n_steps(plan); i++)
		plan_json_step(&j, kmod_plan_get_step(plan, i));
	json_end_array(&j);
	json_end_document(&j);
	(void)flush(&out);
}

/* ---- -R ---- */

int modprobe_json_matches(const char *request, const struct kmod_plan_matches *matches)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct json j = json_to(&out);
	struct kmod_module *mod;

	json_document(&j, "resolve");
	json_string(&j, "request", request);
	json_begin_array(&j, "matches");
	for (size_t i = 0; (mod = kmod_plan_matches_get_module(matches, i)); i++) {
		json_begin_object(&j, NULL);
		json_string(&j, "module", kmod_module_get_name(mod));
		json_string(&j, "found_in",
			    kmod_plan_stage_str(
				    (enum kmod_plan_stage)kmod_plan_matches_get_stage(
					    matches, i)));
		json_string(&j, "pattern", kmod_plan_matches_get_pattern(matches, i));
		json_string(&j, "file", kmod_plan_matches_get_file(matches, i));
		plan_json_line(&j, kmod_plan_matches_get_line(matches, i));
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_document(&j);
	return flush(&out);
}

/* ---- -c ---- */

static const char *const rule_words[] = {
	[RULE_BLACKLIST] = "blacklist", [RULE_INSTALL] = "install",
	[RULE_REMOVE] = "remove",       [RULE_ALIAS] = "alias",
	[RULE_OPTIONS] = "options",     [RULE_SOFTDEP] = "softdep",
	[RULE_WEAKDEP] = "weakdep",
};

static const char *const origin_words[] = {
	[RULE_FROM_FILE] = "configuration",
	[RULE_FROM_GENERATED] = "module_directory",
	[RULE_FROM_CMDLINE] = "kernel_command_line",
};

static void put_words(struct json *j, const char *key, const char *const *words,
		      unsigned n)
{
	json_begin_array(j, key);
	for (unsigned i = 0; i < n; i++)
		json_string(j, NULL, words[i]);
	json_end_array(j);
}

static void put_rule(struct json *j, const struct rule *rule)
{
	json_document(j, "rule");
	json_string(j, "rule", rule_words[rule->kind]);
	json_string(j, "name", rule->name);
	json_string(j, "text", rule->text);
	if (rule->kind == RULE_SOFTDEP) {
		put_words(j, "pre", rule->pre, rule->n_pre);
		put_words(j, "post", rule->post, rule->n_post);
	} else if (rule->kind == RULE_WEAKDEP) {
		put_words(j, "weak", rule->pre, rule->n_pre);
	}
	json_string(j, "origin", origin_words[rule->origin]);
	json_string(j, "file", rule->file);
	plan_json_line(j, rule->line);
	json_end_document(j);
}

struct index_view {
	struct json json;
	const char *name;
};

static int put_entry(void *data, const struct index_hit *hit)
{
	struct index_view *v = data;

	json_document(&v->json, "alias");
	json_string(&v->json, "index", v->name);
	json_string(&v->json, "pattern", hit->pattern);
	json_string(&v->json, "module", hit->value);
	json_end_document(&v->json);
	return strbuf_ok(v->json.out) ? 0 : -ENOMEM;
}

static int put_index(struct kmod_ctx *ctx, enum kmod_index type, struct strbuf *out)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	struct index_view v = { json_to(out), ctx_index_name(type) };
	int r = ctx_index(ctx, type, &idx);

	return r < 0 || !idx ? r : index_walk(idx, put_entry, &v);
}

int modprobe_json_config(struct modprobe *m)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct json j = json_to(&out);
	int r;

	for (size_t kind = 0; kind < N_RULE_KINDS_; kind++)
		for (size_t i = 0; i < m->ctx->conf->rules[kind].n; i++)
			put_rule(&j, &m->ctx->conf->rules[kind].at[i]);
	r = put_index(m->ctx, KMOD_INDEX_MODULES_ALIAS, &out);
	if (r == 0)
		r = put_index(m->ctx, KMOD_INDEX_MODULES_SYMBOL, &out);
	if (r == 0)
		return flush(&out);
	tool_err("could not show the configuration: %s", strerror(-r));
	return 1;
}
