/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plan object itself: memory, references and the words for its reasons. */
#include "libkmod/plan/plan.h"

#include <errno.h>

#include "libkmod/plan/plan-build.h"

const char *plan_why_text(enum plan_why why)
{
	static const char *const texts[] = {
#define PLAN_WHY_TEXT_(id, text) [PLAN_WHY_##id] = text,
		PLAN_WHYS(PLAN_WHY_TEXT_)
#undef PLAN_WHY_TEXT_
	};

	return (size_t)why < ARRAY_SIZE(texts) ? texts[why] : "";
}

struct plan *plan_new(struct kmod_module *target)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	if (!plan)
		return NULL;
	plan->ctx = kmod_ref(target->ctx);
	plan->target = kmod_module_ref(target);
	return plan;
}

int plan_add_step(struct plan *plan, const struct plan_step *step)
{
	if (!vec_push(&plan->steps, *step))
		return -ENOMEM;
	kmod_module_ref(step->mod);
	kmod_module_ref(step->because);
	return 0;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->steps.n; i++) {
		kmod_module_unref(plan->steps.at[i].mod);
		kmod_module_unref(plan->steps.at[i].because);
	}
	vec_fini(&plan->steps);
	arena_fini(&plan->arena);
	free(plan->missing_path);
	kmod_module_unref(plan->missing_for);
	kmod_module_unref(plan->target);
	kmod_unref(plan->ctx);
	free(plan);
}
