/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Planning a removal, users before what they use (tools.md 6.9):
 *
 *	unload(M)   the post softdeps of M, last first: unload(s)
 *	            with --remove-holders: unload(h) for each direct holder, last first
 *	            M itself: its remove command, or the system call
 *	            after the system call: M's hard dependencies that nothing uses any more
 *	            the pre softdeps of M, last first: unload(s)
 *
 * Nothing is removed while this plans, so use counts are predicted: what the kernel says
 * now, less the holders that the plan removes before. The runner looks again before it
 * removes a freed dependency. A softdep that is busy or built in is a skipped step; for
 * the target or a holder it is the verdict.
 *
 * Some users show only in the count, not as holders: libcrc32c uses crc32c_intel through
 * the crypto API. Nothing can tell whether they go with the plan, so a softdep or freed
 * dependency that looks busy is marked for the runner to look again.
 */
#include <errno.h>
#include <string.h>

#include "libkmod/live/live.h"
#include "libkmod/plan/plan-build.h"
#include "shared/map.h"

struct unload_state {
	bool counted; /* refcnt and holders were read */
	bool begun;   /* had its own unload() */
	bool active;  /* is in it right now: not to be taken as a freed dependency */
	bool removed; /* a step before this one removes it */
	int refcnt;   /* or -errno */
	struct live_names holders;
};

struct unloader {
	struct plan *plan;
	const struct plan_unload_request *req;
	struct map states; /* module name to struct unload_state */
	unsigned depth;
};

struct reason {
	enum plan_why role;
	struct kmod_module *because;
	const struct rule *rule;
};

static void unloader_fini(struct unloader *u)
{
	for (struct map_slot *s = map_next(&u->states, NULL); s;
	     s = map_next(&u->states, s)) {
		struct unload_state *state = s->value;

		if (state)
			live_names_fini(&state->holders);
	}
	map_fini(&u->states);
}

static struct unload_state *state_of(struct unloader *u, const char *name)
{
	size_t len = strlen(name);
	uint32_t hash = map_hash(name, len);
	struct map_slot *slot = map_find(&u->states, name, len, hash);

	if (slot)
		return slot->value;

	struct unload_state *state = arena_zalloc(&u->plan->arena, sizeof(*state));
	char *key = arena_dup(&u->plan->arena, name, len);

	if (!state || !key)
		return NULL;
	slot = map_ensure(&u->states, key, len, hash);
	if (!slot)
		return NULL;
	slot->value = state;
	return state;
}

/* Reads what the kernel says about name, once per plan. */
static int count(struct unloader *u, const char *name, struct unload_state *state)
{
	if (state->counted)
		return 0;
	state->counted = true;
	state->refcnt = live_refcnt(u->plan->ctx, name);
	if (state->refcnt > 0 || u->req->remove_holders) {
		int r = live_holders(u->plan->ctx, name, &state->holders);

		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

/* How many users name will have when the steps so far are done; -errno. */
static int predicted_refcnt(struct unloader *u, const char *name,
			    struct unload_state *state)
{
	int r = count(u, name, state);
	int refcnt = state->refcnt;

	if (r < 0)
		return r;
	for (size_t i = 0; refcnt > 0 && i < state->holders.names.n; i++) {
		const char *holder = state->holders.names.at[i];
		struct map_slot *slot = map_find(&u->states, holder, strlen(holder),
						 map_hash(holder, strlen(holder)));

		if (slot && ((struct unload_state *)slot->value)->removed)
			refcnt--;
	}
	return refcnt;
}

static bool is_softdep_role(enum plan_why role)
{
	return role == PLAN_WHY_PRE_SOFTDEP || role == PLAN_WHY_POST_SOFTDEP;
}

static int add(struct unloader *u, enum plan_op op, enum plan_why why,
	       struct kmod_module *mod, const struct reason *reason,
	       const struct rule *command)
{
	struct plan_step step = {
		.op = op,
		.why = why,
		.role = reason->role,
		.mod = mod,
		.because = reason->because,
		.options = "",
		.command = command ? command->text : NULL,
		.rule = command ? command : reason->rule,
		.may_fail = is_softdep_role(reason->role) ||
			    reason->role == PLAN_WHY_FREED_DEP,
	};

	step.look_again = why == PLAN_WHY_IN_USE && step.may_fail;
	return plan_add_step(u->plan, &step);
}

/* A module that stays: the plan's verdict, or just a skipped step for a softdep. */
static int stays(struct unloader *u, enum plan_why why, int error,
		 struct kmod_module *mod, const struct reason *reason)
{
	if (!is_softdep_role(reason->role))
		u->plan->verdict = error;
	return add(u, PLAN_SKIP, why, mod, reason, NULL);
}

static int unload(struct unloader *u, struct kmod_module *mod,
		  const struct reason *reason);

static int unload_softdeps(struct unloader *u, struct kmod_module *mod,
			   const struct mod_softdeps *list, enum plan_why role)
{
	for (size_t i = list->at.n; i-- > 0;) {
		const struct mod_softdep *dep = &list->at.at[i];
		struct reason reason = { role, mod, dep->rule };
		int r = unload(u, dep->mod, &reason);

		if (r < 0)
			return r;
	}
	return 0;
}

static int unload_holders(struct unloader *u, struct kmod_module *mod,
			  struct unload_state *state)
{
	struct reason reason = { PLAN_WHY_HOLDER, mod, NULL };
	int r = count(u, mod->name, state);

	for (size_t i = state->holders.names.n; r == 0 && !u->plan->verdict && i-- > 0;) {
		struct kmod_module *holder;

		r = mod_get(u->plan->ctx, state->holders.names.at[i], NULL, &holder);
		if (r < 0)
			return r;
		r = unload(u, holder, &reason);
		kmod_module_unref(holder);
	}
	return r;
}

/* Adds those of deps that are unused now; 1 when there was one, 0, -errno. */
static int unload_freed_once(struct unloader *u, struct kmod_module *mod,
			     const struct mod_deps *deps)
{
	struct reason reason = { PLAN_WHY_FREED_DEP, mod, NULL };
	int found = 0;

	/* Users stand behind what they use in load order. */
	for (size_t i = deps->n; i-- > 0;) {
		struct kmod_module *dep = deps->at[i];
		struct unload_state *state = state_of(u, dep->name);
		int r;

		if (!state)
			return -ENOMEM;
		if (state->removed || state->active)
			continue;
		r = predicted_refcnt(u, dep->name, state);
		if (r == -ENOMEM)
			return r;
		if (r != 0)
			continue;
		state->removed = true;
		found = 1;
		r = add(u, PLAN_REMOVE, PLAN_WHY_FREED_DEP, dep, &reason, NULL);
		if (r < 0)
			return r;
	}
	return found;
}

/* Those that still look used have their turn behind what was freed. */
static int look_again_at_deps(struct unloader *u, struct kmod_module *mod,
			      const struct mod_deps *deps)
{
	struct reason reason = { PLAN_WHY_FREED_DEP, mod, NULL };

	for (size_t i = deps->n; i-- > 0;) {
		struct unload_state *state = state_of(u, deps->at[i]->name);
		int r;

		if (!state)
			return -ENOMEM;
		if (state->removed || state->active ||
		    predicted_refcnt(u, deps->at[i]->name, state) <= 0)
			continue;
		r = add(u, PLAN_SKIP, PLAN_WHY_IN_USE, deps->at[i], &reason, NULL);
		if (r < 0)
			return r;
	}
	return 0;
}

static int unload_freed(struct unloader *u, struct kmod_module *mod)
{
	const struct mod_deps *deps;
	_cleanup_free_ char *missing = NULL;
	int r = mod_dependencies(mod, &deps, &missing);

	if (r == -ENOMEM)
		return r;
	if (r <= 0)
		return 0;
	do
		r = unload_freed_once(u, mod, deps);
	while (r > 0);
	return r < 0 ? r : look_again_at_deps(u, mod, deps);
}

/* 1 when mod is to be removed; 0 when a step says why not; -errno. */
static int is_wanted(struct unloader *u, struct kmod_module *mod,
		     const struct reason *reason)
{
	if (u->req->ignore_loaded)
		return 1;
	if (mod_is_builtin(mod))
		return stays(u, PLAN_WHY_BUILTIN, -EPERM, mod, reason);
	if (live_initstate(u->plan->ctx, mod->name) != -ENOENT)
		return 1;
	if (reason->role == PLAN_WHY_REQUESTED && u->req->first_time)
		u->plan->verdict = -ENOENT;
	return add(u, PLAN_SKIP, PLAN_WHY_NOT_LOADED, mod, reason, NULL);
}

/* The module itself and what it frees: 1 when it goes; 0 when a step says why not; -errno. */
static int unload_self(struct unloader *u, struct kmod_module *mod,
		       struct unload_state *state, const struct reason *reason,
		       const struct rule *command)
{
	int r;

	if (command) {
		state->removed = true;
		r = add(u, PLAN_RUN_REMOVE, reason->role, mod, reason, command);
		return r < 0 ? r : 1;
	}
	if (!u->req->ignore_loaded) {
		r = predicted_refcnt(u, mod->name, state);
		if (r == -ENOMEM)
			return r;
		if (r == -ENOENT)
			return stays(u, PLAN_WHY_NO_UNLOAD, -ENOSYS, mod, reason);
		if (r > 0 && !u->req->wait)
			return stays(u, PLAN_WHY_IN_USE, -EBUSY, mod, reason);
	}
	state->removed = true;
	r = add(u, PLAN_REMOVE, reason->role, mod, reason, NULL);
	if (r == 0)
		r = unload_freed(u, mod);
	return r < 0 ? r : 1;
}

static int unload_around(struct unloader *u, struct kmod_module *mod,
			 struct unload_state *state, const struct reason *reason,
			 const struct rule *command, bool with_softdeps)
{
	_cleanup_(mod_softdeps_fini) struct mod_softdeps pre = { 0 };
	_cleanup_(mod_softdeps_fini) struct mod_softdeps post = { 0 };
	int r = with_softdeps ? mod_softdeps(mod, &pre, &post) : 0;

	if (r < 0)
		return r;
	r = unload_softdeps(u, mod, &post, PLAN_WHY_POST_SOFTDEP);
	if (r == 0 && u->req->remove_holders && reason->role == PLAN_WHY_REQUESTED)
		r = unload_holders(u, mod, state);
	if (r < 0 || u->plan->verdict)
		return r;
	/* What stays keeps what it wanted loaded before it. */
	r = unload_self(u, mod, state, reason, command);
	return r <= 0 ? r : unload_softdeps(u, mod, &pre, PLAN_WHY_PRE_SOFTDEP);
}

static int unload(struct unloader *u, struct kmod_module *mod,
		  const struct reason *reason)
{
	struct unload_state *state = state_of(u, mod->name);
	bool ignored = u->req->ignore_commands;
	const struct rule *command = ignored ? NULL : mod_remove_rule(mod);
	int r;

	if (!state)
		return -ENOMEM;
	if (state->begun || state->removed)
		return 0;
	state->begun = true;
	if (u->depth >= PLAN_MAX_DEPTH) {
		log_warning(u->plan->ctx,
			    "soft dependencies nest too deep at %s, cut there\n",
			    mod->name);
		return 0;
	}
	r = command ? 1 : is_wanted(u, mod, reason);
	if (r <= 0)
		return r;
	u->depth++;
	state->active = true;
	r = unload_around(u, mod, state, reason, command, !ignored);
	state->active = false;
	u->depth--;
	return r;
}

int plan_unload(struct kmod_module *mod, const struct plan_unload_request *req,
		struct plan **out)
{
	_cleanup_plan_ struct plan *plan = plan_new(mod);
	struct reason requested = { PLAN_WHY_REQUESTED, NULL, NULL };

	if (!plan)
		return -ENOMEM;

	struct unloader u = { .plan = plan, .req = req };
	int r = unload(&u, mod, &requested);

	unloader_fini(&u);
	if (r < 0)
		return r;
	*out = TAKE_PTR(plan);
	return 0;
}
