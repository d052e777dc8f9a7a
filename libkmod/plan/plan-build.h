/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the two planners share: making a plan and adding steps to it. */
#pragma once

#include "libkmod/plan/plan.h"
#include "shared/cleanup.h"

/* How deep softdeps of softdeps are followed; beyond, a chain is cut with a warning. */
#define PLAN_MAX_DEPTH 256

struct plan *plan_new(struct kmod_module *target) _must_check_;
static inline void plan_freep(struct plan **plan)
{
	if (*plan)
		plan_free(*plan);
}
#define _cleanup_plan_ __attribute__((cleanup(plan_freep)))

/* A copy of step at the end of the plan, with its own references. 0 or -ENOMEM. */
int plan_add_step(struct plan *plan, const struct plan_step *step) _must_check_;
