/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Planning an insertion: which modules, in which order, and what happens to each.
 *
 *	expand(M)   once per module object: for each hard dependency d in load order
 *	            list(d), then list(M)
 *	list(m)     expand(s) for each pre softdep s of m; a step for m; expand(s) for
 *	            each post softdep
 *
 * So a softdep brings its own dependencies and softdeps, and loops end because an
 * object is expanded once. A module may still be listed several times (two softdeps
 * that share a dependency): those lines are part of the printed sequence that scripts
 * compare, and marked listed_before so that they are executed once (D30).
 *
 * What happened to a module object during this build hangs off the loader by the
 * object's address, what holds for a module name (loaded? required? its softdeps) by
 * the name: an object reached through an alias is another object of the same name.
 */
#include <errno.h>
#include <string.h>

#include "libkmod/live/live.h"
#include "libkmod/plan/plan-build.h"
#include "shared/map.h"

enum loaded {
	LOADED_UNKNOWN,
	LOADED_NO,
	LOADED_LIVE,
	LOADED_BUILTIN,
};

struct node {
	struct kmod_module *mod; /* referenced; its address is the key */
	bool expanded;
};

struct name_state {
	enum loaded loaded;
	bool listed;
	bool required; /* the target or one of its hard dependencies */
	bool softdeps_known;
	struct mod_softdeps pre, post;
};

struct loader {
	struct plan *plan;
	const struct plan_load_request *req;
	struct map nodes;
	struct map names;
	unsigned depth;
};

/* Why a module comes into the plan. */
struct reason {
	enum plan_why role;
	struct kmod_module *because;
	const struct rule *rule;
};

static void loader_fini(struct loader *l)
{
	for (struct map_slot *s = map_next(&l->nodes, NULL); s;
	     s = map_next(&l->nodes, s)) {
		struct node *node = s->value;

		if (node)
			kmod_module_unref(node->mod);
	}
	for (struct map_slot *s = map_next(&l->names, NULL); s;
	     s = map_next(&l->names, s)) {
		struct name_state *name = s->value;

		if (!name)
			continue;
		mod_softdeps_fini(&name->pre);
		mod_softdeps_fini(&name->post);
	}
	map_fini(&l->nodes);
	map_fini(&l->names);
}

static struct node *node_of(struct loader *l, struct kmod_module *mod)
{
	uint32_t hash = map_hash(&mod, sizeof(mod));
	struct map_slot *slot = map_find(&l->nodes, (const char *)&mod, sizeof(mod),
					 hash);

	if (slot)
		return slot->value;

	struct node *node = arena_zalloc(&l->plan->arena, sizeof(*node));

	if (!node)
		return NULL;
	node->mod = mod;
	slot = map_ensure(&l->nodes, (const char *)&node->mod, sizeof(node->mod), hash);
	if (!slot)
		return NULL;
	slot->value = node;
	kmod_module_ref(mod);
	return node;
}

/* mod must stay referenced while the plan is built: its name is the key. */
static struct name_state *name_of(struct loader *l, struct kmod_module *mod)
{
	size_t len = strlen(mod->name);
	uint32_t hash = map_hash(mod->name, len);
	struct map_slot *slot = map_find(&l->names, mod->name, len, hash);

	if (slot)
		return slot->value;

	struct name_state *state = arena_zalloc(&l->plan->arena, sizeof(*state));
	char *key = arena_dup(&l->plan->arena, mod->name, len);

	if (!state || !key)
		return NULL;
	slot = map_ensure(&l->names, key, len, hash);
	if (!slot)
		return NULL;
	slot->value = state;
	return state;
}

static enum loaded loaded_state(const struct kmod_module *mod)
{
	if (mod_is_builtin(mod))
		return LOADED_BUILTIN;
	if (live_initstate(mod->ctx, mod->name) == KMOD_MODULE_LIVE)
		return LOADED_LIVE;
	return LOADED_NO;
}

static bool is_target(const struct loader *l, const struct kmod_module *mod)
{
	return mod == l->plan->target;
}

/* "configured", one blank, "extra": the blank is there if anything is configured. */
static const char *step_options(struct loader *l, struct kmod_module *mod)
{
	const char *configured;
	const char *extra = is_target(l, mod) ? l->req->extra_options : NULL;

	if (mod_options(mod, &configured) < 0)
		return NULL;
	if (!configured)
		return extra ? arena_strdup(&l->plan->arena, extra) : "";

	size_t len = strlen(configured), extra_len = extra ? strlen(extra) : 0;
	char *text = arena_alloc(&l->plan->arena, len + 1 + extra_len + 1);

	if (!text)
		return NULL;
	memcpy(text, configured, len);
	text[len] = ' ';
	if (extra_len)
		memcpy(text + len + 1, extra, extra_len);
	text[len + 1 + extra_len] = '\0';
	return text;
}

static void skip(struct plan_step *step, enum plan_why why)
{
	step->op = PLAN_SKIP;
	step->why = why;
	step->command = NULL;
}

/* Fills in what is done with step->mod: the first thing that applies. */
static void decide(struct loader *l, struct name_state *name, struct plan_step *step)
{
	struct kmod_module *mod = step->mod;
	bool ignore_loaded = l->req->flags & KMOD_PROBE_IGNORE_LOADED;
	const struct rule *rule;

	if (l->req->flags & KMOD_PROBE_APPLY_BLACKLIST_ALL) {
		rule = mod_blacklist_rule(mod);
		if (rule) {
			skip(step, PLAN_WHY_BLACKLISTED);
			step->rule = rule;
			return;
		}
	}
	if (!ignore_loaded) {
		if (name->loaded == LOADED_UNKNOWN)
			name->loaded = loaded_state(mod);
		if (name->loaded != LOADED_NO) {
			skip(step, name->loaded == LOADED_LIVE ? PLAN_WHY_LIVE
							       : PLAN_WHY_BUILTIN);
			return;
		}
	}
	if (!is_target(l, mod) || !(l->req->flags & KMOD_PROBE_IGNORE_COMMAND)) {
		rule = mod_install_rule(mod);
		if (rule) {
			step->op = PLAN_RUN_INSTALL;
			step->command = rule->text;
			step->rule = rule;
			return;
		}
	}
	if (ignore_loaded && !kmod_module_get_path(mod) && mod_is_builtin(mod)) {
		skip(step, PLAN_WHY_BUILTIN);
		return;
	}
	step->op = PLAN_INSERT;
}

static int add_module(struct loader *l, struct kmod_module *mod,
		      const struct reason *reason)
{
	struct name_state *name = name_of(l, mod);
	struct plan_step step = {
		.why = reason->role,
		.role = reason->role,
		.mod = mod,
		.because = reason->because,
		.options = step_options(l, mod),
		.rule = reason->rule,
	};

	if (!name || !step.options)
		return -ENOMEM;
	step.may_fail = !name->required;
	step.listed_before = name->listed;
	step.ignore_loaded = l->req->flags & KMOD_PROBE_IGNORE_LOADED;
	step.must_be_new = is_target(l, mod) &&
			   (l->req->flags & KMOD_PROBE_FAIL_ON_LOADED);
	name->listed = true;
	decide(l, name, &step);
	return plan_add_step(l->plan, &step);
}

static int expand(struct loader *l, struct kmod_module *mod, const struct reason *reason);

static int expand_softdeps(struct loader *l, struct kmod_module *mod,
			   const struct mod_softdeps *list, enum plan_why role)
{
	for (size_t i = 0; i < list->at.n; i++) {
		const struct mod_softdep *dep = &list->at.at[i];
		struct reason reason = { role, mod, dep->rule };
		int r = expand(l, dep->mod, &reason);

		if (r < 0)
			return r;
	}
	return 0;
}

static int find_softdeps(struct kmod_module *mod, struct name_state *name)
{
	if (name->softdeps_known)
		return 0;
	name->softdeps_known = true;
	return mod_softdeps(mod, &name->pre, &name->post);
}

static int list_module(struct loader *l, struct kmod_module *mod,
		       const struct reason *reason)
{
	bool alone = is_target(l, mod) && (l->req->flags & KMOD_PROBE_IGNORE_COMMAND);
	struct name_state *name = name_of(l, mod);
	int r;

	if (!name)
		return -ENOMEM;
	if (alone)
		return add_module(l, mod, reason);
	r = find_softdeps(mod, name);
	if (r < 0)
		return r;
	r = expand_softdeps(l, mod, &name->pre, PLAN_WHY_PRE_SOFTDEP);
	if (r < 0)
		return r;
	r = add_module(l, mod, reason);
	if (r < 0)
		return r;
	return expand_softdeps(l, mod, &name->post, PLAN_WHY_POST_SOFTDEP);
}

/* A softdep that lacks a dependency's file is left out, and said so. */
static int leave_out(struct loader *l, struct kmod_module *mod,
		     const struct reason *reason, const char *missing)
{
	struct plan_step step = {
		.op = PLAN_SKIP,
		.why = PLAN_WHY_NO_FILE,
		.role = reason->role,
		.mod = mod,
		.because = reason->because,
		.options = "",
		.rule = reason->rule,
		.may_fail = true,
	};

	log_warning(
		l->plan->ctx,
		"soft dependency %s of %s is left out: its dependency %s is missing\n",
		mod->name, reason->because->name, missing ? missing : "list");
	return plan_add_step(l->plan, &step);
}

/* The target's dependencies decide whether the plan can hold at all. */
static int target_dependencies(struct loader *l, const struct mod_deps **deps)
{
	struct plan *plan = l->plan;
	struct name_state *name = name_of(l, plan->target);
	int r = mod_dependencies(plan->target, deps, &plan->missing_path);

	if (!name || r == -ENOMEM)
		return -ENOMEM;
	name->required = true;
	if (r < 0) {
		plan->verdict = r;
		if (plan->missing_path)
			plan->missing_for = kmod_module_ref(plan->target);
		*deps = NULL;
		return 0;
	}
	for (size_t i = 0; r > 0 && i < (*deps)->n; i++) {
		name = name_of(l, (*deps)->at[i]);
		if (!name)
			return -ENOMEM;
		name->required = true;
	}
	return r;
}

static int list_dependencies(struct loader *l, struct kmod_module *mod,
			     const struct mod_deps *deps)
{
	struct reason reason = { PLAN_WHY_HARD_DEP, mod, NULL };

	for (size_t i = 0; deps && i < deps->n; i++) {
		int r = list_module(l, deps->at[i], &reason);

		if (r < 0)
			return r;
	}
	return 0;
}

static int expand(struct loader *l, struct kmod_module *mod, const struct reason *reason)
{
	_cleanup_free_ char *missing = NULL;
	const struct mod_deps *deps = NULL;
	struct node *node = node_of(l, mod);
	int r;

	if (!node)
		return -ENOMEM;
	if (node->expanded)
		return 0;
	node->expanded = true;
	if (l->depth >= PLAN_MAX_DEPTH) {
		log_warning(l->plan->ctx,
			    "soft dependencies nest too deep at %s, cut there\n",
			    mod->name);
		return 0;
	}

	if (is_target(l, mod)) {
		r = target_dependencies(l, &deps);
	} else {
		r = mod_dependencies(mod, &deps, &missing);
		if (r < 0 && r != -ENOMEM)
			return leave_out(l, mod, reason, missing);
	}
	if (r < 0)
		return r;

	l->depth++;
	r = list_dependencies(l, mod, r > 0 ? deps : NULL);
	if (r == 0)
		r = list_module(l, mod, reason);
	l->depth--;
	return r;
}

/* The code to return for a blacklisted target, 0 when no flag asks for one. */
static int blacklist_verdict(const struct kmod_module *mod, unsigned flags)
{
	if ((flags & KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY) && mod_is_alias(mod))
		return KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY;
	if (flags & KMOD_PROBE_APPLY_BLACKLIST_ALL)
		return KMOD_PROBE_APPLY_BLACKLIST_ALL;
	if (flags & KMOD_PROBE_APPLY_BLACKLIST)
		return KMOD_PROBE_APPLY_BLACKLIST;
	return 0;
}

/* 1 when the target settles the whole plan: in the kernel already, or blacklisted. */
static int settle_by_target(struct loader *l)
{
	struct plan *plan = l->plan;
	unsigned flags = l->req->flags;
	struct plan_step step = {
		.op = PLAN_SKIP,
		.role = PLAN_WHY_REQUESTED,
		.mod = plan->target,
		.options = "",
	};
	int r;

	if (!(flags & KMOD_PROBE_IGNORE_LOADED)) {
		struct name_state *name = name_of(l, plan->target);

		if (!name)
			return -ENOMEM;
		name->loaded = loaded_state(plan->target);
		if (name->loaded != LOADED_NO) {
			step.why = name->loaded == LOADED_LIVE ? PLAN_WHY_LIVE
							       : PLAN_WHY_BUILTIN;
			plan->verdict = flags & KMOD_PROBE_FAIL_ON_LOADED ? -EEXIST : 0;
			r = plan_add_step(plan, &step);
			return r < 0 ? r : 1;
		}
	}

	step.rule = mod_blacklist_rule(plan->target);
	if (step.rule)
		plan->verdict = blacklist_verdict(plan->target, flags);
	if (!plan->verdict)
		return 0;
	step.why = PLAN_WHY_BLACKLISTED;
	r = plan_add_step(plan, &step);
	return r < 0 ? r : 1;
}

int plan_load(struct kmod_module *mod, const struct plan_load_request *req,
	      struct plan **out)
{
	_cleanup_plan_ struct plan *plan = plan_new(mod);
	struct reason requested = { PLAN_WHY_REQUESTED, NULL, NULL };

	if (!plan)
		return -ENOMEM;

	struct loader l = { .plan = plan, .req = req };
	int r = settle_by_target(&l);

	if (r == 0)
		r = expand(&l, mod, &requested);
	loader_fini(&l);
	if (r < 0)
		return r;
	*out = TAKE_PTR(plan);
	return 0;
}
