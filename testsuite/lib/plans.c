/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/lib/plans.h"

#include <stdio.h>

#include "testsuite/lib/ts.h"

struct kmod_ctx *plans_ctx(void)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);

	ck_assert_ptr_nonnull(ctx);
	return ctx;
}

struct kmod_module *plans_find(struct kmod_ctx *ctx, const char *spelling)
{
	struct mod_hits hits = { 0 };
	struct kmod_module *mod;

	ck_assert_int_eq(mod_lookup(ctx, spelling, false, &hits), 0);
	ck_assert_msg(hits.hits.n > 0, "nothing found for %s", spelling);
	mod = kmod_module_ref(hits.hits.at[0].mod);
	mod_hits_fini(&hits);
	return mod;
}

struct plan *plans_load(const char *spelling, unsigned flags, const char *extra_options)
{
	const struct plan_load_request req = { .flags = flags,
					       .extra_options = extra_options };
	struct kmod_ctx *ctx = plans_ctx();
	struct kmod_module *mod = plans_find(ctx, spelling);
	struct plan *plan;

	ck_assert_int_eq(plan_load(mod, &req, &plan), 0);
	kmod_module_unref(mod);
	kmod_unref(ctx);
	return plan;
}

struct plan *plans_unload(const char *spelling, const struct plan_unload_request *req)
{
	struct kmod_ctx *ctx = plans_ctx();
	struct kmod_module *mod = plans_find(ctx, spelling);
	struct plan *plan;

	ck_assert_int_eq(plan_unload(mod, req, &plan), 0);
	kmod_module_unref(mod);
	kmod_unref(ctx);
	return plan;
}

static const char *skip_reason(enum plan_why why)
{
	switch (why) {
	case PLAN_WHY_LIVE:
		return " live";
	case PLAN_WHY_BUILTIN:
		return " builtin";
	case PLAN_WHY_BLACKLISTED:
		return " blacklisted";
	case PLAN_WHY_NO_FILE:
		return " no-file";
	case PLAN_WHY_NOT_LOADED:
		return " not-loaded";
	case PLAN_WHY_IN_USE:
		return " in-use";
	case PLAN_WHY_NO_UNLOAD:
		return " no-unload";
	default:
		return " ?why";
	}
}

const char *plans_text(const struct plan *plan)
{
	static const char *const ops[] = {
		[PLAN_INSERT] = "insert", [PLAN_RUN_INSTALL] = "install",
		[PLAN_REMOVE] = "remove", [PLAN_RUN_REMOVE] = "run-remove",
		[PLAN_SKIP] = "skip",
	};
	const char *text = "";

	for (size_t i = 0; i < plan->steps.n; i++) {
		const struct plan_step *step = &plan->steps.at[i];

		text = ts_fmt("%s%s %s%s%s%s\n", text, ops[step->op], step->mod->name,
			      step->op == PLAN_SKIP ? skip_reason(step->why) : "",
			      step->may_fail ? " ?" : "",
			      step->listed_before ? " again" : "");
	}
	return text;
}
