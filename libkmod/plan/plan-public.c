/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libkmod-plan.h: the public names of what is here already. A struct kmod_plan is a
 * struct plan, a struct kmod_plan_step one of its steps, the matches are mod_lookup()'s
 * hits; the enums are the internal ones, which the assertions below keep so.
 */
#include "libkmod/libkmod-plan.h"

#include <errno.h>

#include "libkmod/plan/plan-build.h"
#include "libkmod/plan/why-failed.h"

#define SAME(public, internal) \
	_Static_assert((int)(public) == (int)(internal), #public " is " #internal)
#define SAME_REASON_(id, text) SAME(KMOD_PLAN_##id, PLAN_WHY_##id);
PLAN_WHYS(SAME_REASON_)
#undef SAME_REASON_
SAME(KMOD_PLAN_INSERT, PLAN_INSERT);
SAME(KMOD_PLAN_RUN_INSTALL, PLAN_RUN_INSTALL);
SAME(KMOD_PLAN_REMOVE, PLAN_REMOVE);
SAME(KMOD_PLAN_RUN_REMOVE, PLAN_RUN_REMOVE);
SAME(KMOD_PLAN_SKIP, PLAN_SKIP);
SAME(KMOD_PLAN_BY_CONFIG_ALIAS, MOD_BY_CONFIG_ALIAS);
SAME(KMOD_PLAN_BY_NAME, MOD_BY_NAME);
SAME(KMOD_PLAN_BY_SYMBOL, MOD_BY_SYMBOL);
SAME(KMOD_PLAN_BY_COMMAND, MOD_BY_COMMAND);
SAME(KMOD_PLAN_BY_ALIAS, MOD_BY_ALIAS);
SAME(KMOD_PLAN_BY_BUILTIN, MOD_BY_BUILTIN);
SAME(KMOD_PLAN_BY_BUILTIN_ALIAS, MOD_BY_BUILTIN_ALIAS);
SAME(KMOD_PLAN_BY_PATH, MOD_BY_PATH);
_Static_assert(KMOD_PLAN_BY_PATH + 1 == N_MOD_STAGES_, "no stage is missing");

static const struct plan *plan_of(const struct kmod_plan *plan)
{
	return (const struct plan *)plan;
}

static const struct plan_step *step_of(const struct kmod_plan_step *step)
{
	return (const struct plan_step *)step;
}

/* ---- the request ---- */

struct kmod_plan_matches {
	struct mod_hits found;
};

static bool is_path(const char *spelling)
{
	return spelling[0] == '/' || (spelling[0] == '.' && spelling[1] == '/');
}

static int find_file(struct kmod_ctx *ctx, const char *path, struct mod_hits *out)
{
	struct mod_hit hit = { .stage = MOD_BY_PATH };
	int r = kmod_module_new_from_path(ctx, path, &hit.mod);

	if (r < 0)
		return r;
	if (vec_push(&out->hits, hit))
		return 0;
	kmod_module_unref(hit.mod);
	return -ENOMEM;
}

int kmod_plan_lookup(struct kmod_ctx *ctx, const char *spelling,
		     struct kmod_plan_matches **matches)
{
	_cleanup_free_ struct kmod_plan_matches *found = NULL;
	int r;

	if (!ctx || !spelling || !matches)
		return -ENOENT;
	found = calloc(1, sizeof(*found));
	if (!found)
		return -ENOMEM;
	r = is_path(spelling) ? find_file(ctx, spelling, &found->found)
			      : mod_lookup(ctx, spelling, true, &found->found);
	if (r < 0)
		return r;
	r = (int)found->found.hits.n;
	*matches = TAKE_PTR(found);
	return r;
}

static const struct mod_hit *match_at(const struct kmod_plan_matches *matches, size_t i)
{
	return matches && i < matches->found.hits.n ? &matches->found.hits.at[i] : NULL;
}

struct kmod_module *kmod_plan_matches_get_module(const struct kmod_plan_matches *matches,
						 size_t i)
{
	const struct mod_hit *hit = match_at(matches, i);

	return hit ? hit->mod : NULL;
}

int kmod_plan_matches_get_stage(const struct kmod_plan_matches *matches, size_t i)
{
	const struct mod_hit *hit = match_at(matches, i);

	return hit ? (int)hit->stage : -ENOENT;
}

const char *kmod_plan_matches_get_pattern(const struct kmod_plan_matches *matches,
					  size_t i)
{
	const struct mod_hit *hit = match_at(matches, i);

	return hit ? hit->pattern : NULL;
}

const char *kmod_plan_matches_get_file(const struct kmod_plan_matches *matches, size_t i)
{
	const struct mod_hit *hit = match_at(matches, i);

	if (!hit)
		return NULL;
	return hit->rule ? hit->rule->file : mod_stage_name(hit->stage);
}

unsigned int kmod_plan_matches_get_line(const struct kmod_plan_matches *matches, size_t i)
{
	const struct mod_hit *hit = match_at(matches, i);

	return hit && hit->rule ? hit->rule->line : 0;
}

void kmod_plan_matches_free(struct kmod_plan_matches *matches)
{
	if (!matches)
		return;
	mod_hits_fini(&matches->found);
	free(matches);
}

/* ---- planning ---- */

int kmod_plan_load(struct kmod_module *mod, unsigned int flags, const char *options,
		   struct kmod_plan **plan)
{
	const struct plan_load_request request = { .flags = flags,
						   .extra_options = options };

	if (!mod || !plan)
		return -ENOENT;
	return plan_load(mod, &request, (struct plan **)plan);
}

int kmod_plan_unload(struct kmod_module *mod, unsigned int flags, struct kmod_plan **plan)
{
	const struct plan_unload_request request = {
		.ignore_commands = flags & KMOD_PLAN_UNLOAD_IGNORE_COMMAND,
		.remove_holders = flags & KMOD_PLAN_UNLOAD_HOLDERS,
		.ignore_loaded = flags & KMOD_PLAN_UNLOAD_IGNORE_LOADED,
		.first_time = flags & KMOD_PLAN_UNLOAD_FIRST_TIME,
		.wait = flags & KMOD_PLAN_UNLOAD_WAIT,
	};

	if (!mod || !plan)
		return -ENOENT;
	return plan_unload(mod, &request, (struct plan **)plan);
}

void kmod_plan_free(struct kmod_plan *plan)
{
	plan_free((struct plan *)plan);
}

struct kmod_module *kmod_plan_get_module(const struct kmod_plan *plan)
{
	return plan ? plan_of(plan)->target : NULL;
}

int kmod_plan_get_verdict(const struct kmod_plan *plan)
{
	return plan ? plan_of(plan)->verdict : -EINVAL;
}

const char *kmod_plan_get_missing_path(const struct kmod_plan *plan)
{
	return plan ? plan_of(plan)->missing_path : NULL;
}

struct kmod_module *kmod_plan_get_missing_for(const struct kmod_plan *plan)
{
	return plan ? plan_of(plan)->missing_for : NULL;
}

/* ---- steps ---- */

size_t kmod_plan_get_n_steps(const struct kmod_plan *plan)
{
	return plan ? plan_of(plan)->steps.n : 0;
}

const struct kmod_plan_step *kmod_plan_get_step(const struct kmod_plan *plan, size_t i)
{
	if (i >= kmod_plan_get_n_steps(plan))
		return NULL;
	return (const struct kmod_plan_step *)&plan_of(plan)->steps.at[i];
}

enum kmod_plan_op kmod_plan_step_get_op(const struct kmod_plan_step *step)
{
	return step ? (enum kmod_plan_op)step_of(step)->op : KMOD_PLAN_SKIP;
}

enum kmod_plan_reason kmod_plan_step_get_reason(const struct kmod_plan_step *step)
{
	return step ? (enum kmod_plan_reason)step_of(step)->why : KMOD_PLAN_REQUESTED;
}

enum kmod_plan_reason kmod_plan_step_get_role(const struct kmod_plan_step *step)
{
	return step ? (enum kmod_plan_reason)step_of(step)->role : KMOD_PLAN_REQUESTED;
}

struct kmod_module *kmod_plan_step_get_module(const struct kmod_plan_step *step)
{
	return step ? step_of(step)->mod : NULL;
}

struct kmod_module *kmod_plan_step_get_because(const struct kmod_plan_step *step)
{
	return step ? step_of(step)->because : NULL;
}

const char *kmod_plan_step_get_options(const struct kmod_plan_step *step)
{
	return step ? step_of(step)->options : NULL;
}

const char *kmod_plan_step_get_command(const struct kmod_plan_step *step)
{
	return step ? step_of(step)->command : NULL;
}

const char *kmod_plan_step_get_rule_file(const struct kmod_plan_step *step)
{
	return step && step_of(step)->rule ? step_of(step)->rule->file : NULL;
}

unsigned int kmod_plan_step_get_rule_line(const struct kmod_plan_step *step)
{
	return step && step_of(step)->rule ? step_of(step)->rule->line : 0;
}

/* Hands text out, "" when nothing was added. */
static char *take_text(struct strbuf *text)
{
	strbuf_add(text, "", 0);
	return strbuf_take(text, NULL);
}

char *kmod_plan_step_dup_rule(const struct kmod_plan_step *step)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (!step || !step_of(step)->rule)
		return NULL;
	conf_print_rule(&text, step_of(step)->rule);
	return take_text(&text);
}

char *kmod_plan_step_dup_text(const struct kmod_plan_step *step)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (!step)
		return NULL;
	plan_say_classic(&text, step_of(step), true);
	if (text.len > 0)
		strbuf_truncate(&text, text.len - 1);
	return take_text(&text);
}

bool kmod_plan_step_may_fail(const struct kmod_plan_step *step)
{
	return step && step_of(step)->may_fail;
}

bool kmod_plan_step_is_repeated(const struct kmod_plan_step *step)
{
	return step && step_of(step)->listed_before;
}

const char *kmod_plan_op_str(enum kmod_plan_op op)
{
	static const char *const words[] = {
		[KMOD_PLAN_INSERT] = "insert", [KMOD_PLAN_RUN_INSTALL] = "install",
		[KMOD_PLAN_REMOVE] = "remove", [KMOD_PLAN_RUN_REMOVE] = "uninstall",
		[KMOD_PLAN_SKIP] = "skip",
	};

	return (unsigned)op < ARRAY_SIZE(words) ? words[op] : NULL;
}

const char *kmod_plan_reason_str(enum kmod_plan_reason reason)
{
	return (unsigned)reason < N_PLAN_WHYS_ ? plan_why_text((enum plan_why)reason)
					       : NULL;
}

const char *kmod_plan_stage_str(enum kmod_plan_stage stage)
{
	return mod_stage_name((enum mod_stage)stage);
}

/* ---- running ---- */

/* The caller's functions, behind the runner's one data pointer. */
struct caller {
	const struct kmod_plan_hooks *hooks;
	void *data;
};

static void call_before(const struct plan_step *step, void *data)
{
	const struct caller *caller = data;

	caller->hooks->before((const struct kmod_plan_step *)step, caller->data);
}

static void call_failed(const struct plan_step *step, int error, void *data)
{
	const struct caller *caller = data;

	caller->hooks->failed((const struct kmod_plan_step *)step, error, caller->data);
}

static int call_run_install(struct kmod_module *mod, const char *command, void *data)
{
	const struct caller *caller = data;

	return caller->hooks->run_install(mod, command, caller->data);
}

static unsigned insert_flags(unsigned flags)
{
	return (flags & KMOD_PLAN_RUN_FORCE_VERMAGIC ? KMOD_INSERT_FORCE_VERMAGIC : 0) |
	       (flags & KMOD_PLAN_RUN_FORCE_MODVERSION ? KMOD_INSERT_FORCE_MODVERSION
						       : 0);
}

int kmod_plan_run(struct kmod_plan *plan, unsigned int flags, unsigned int wait_msec,
		  const struct kmod_plan_hooks *hooks, void *data)
{
	static const struct kmod_plan_hooks none;
	struct caller caller = { hooks ? hooks : &none, data };
	const struct plan_runner how = {
		.insert_flags = insert_flags(flags),
		.remove_flags = flags & KMOD_PLAN_RUN_FORCE_REMOVE ? KMOD_REMOVE_FORCE
								   : 0,
		.wait_msec = wait_msec,
		.dry_run = flags & KMOD_PLAN_RUN_DRY,
		.before = caller.hooks->before ? call_before : NULL,
		.failed = caller.hooks->failed ? call_failed : NULL,
		.run_install = caller.hooks->run_install ? call_run_install : NULL,
		.data = &caller,
	};

	return plan ? plan_run((struct plan *)plan, &how) : -ENOENT;
}

struct listener {
	void (*say)(const char *line, void *data);
	void *data;
	int n_lines;
};

static void hear(void *data, const char *line)
{
	struct listener *listener = data;

	listener->n_lines++;
	listener->say(line, listener->data);
}

int kmod_plan_explain(struct kmod_module *mod, int error, const char *options,
		      void (*say)(const char *line, void *data), void *data)
{
	struct listener listener = { say, data, 0 };

	if (!mod || !say)
		return -ENOENT;
	why_failed(mod, error, options, hear, &listener);
	return listener.n_lines;
}
