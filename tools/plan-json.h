/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every JSON output that shows a plan says of its steps. */
#pragma once

#include "libkmod/libkmod-plan.h"
#include "shared/json.h"

/* Key "line": null for 0, the kernel command line or an index. */
void plan_json_line(struct json *j, unsigned line);
/* One object. */
void plan_json_step(struct json *j, const struct kmod_plan_step *step);
