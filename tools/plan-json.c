/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/plan-json.h"

static const char *const reason_words[] = {
	[KMOD_PLAN_REQUESTED] = "requested",
	[KMOD_PLAN_HARD_DEP] = "dependency",
	[KMOD_PLAN_PRE_SOFTDEP] = "pre_softdep",
	[KMOD_PLAN_POST_SOFTDEP] = "post_softdep",
	[KMOD_PLAN_HOLDER] = "holder",
	[KMOD_PLAN_FREED_DEP] = "freed_dependency",
	[KMOD_PLAN_LIVE] = "live",
	[KMOD_PLAN_BUILTIN] = "builtin",
	[KMOD_PLAN_BLACKLISTED] = "blacklisted",
	[KMOD_PLAN_REPEATED] = "repeated",
	[KMOD_PLAN_NO_FILE] = "no_file",
	[KMOD_PLAN_NOT_LOADED] = "not_loaded",
	[KMOD_PLAN_IN_USE] = "in_use",
	[KMOD_PLAN_NO_UNLOAD] = "no_unload",
};

void plan_json_line(struct json *j, unsigned line)
{
	if (line > 0)
		json_u64(j, "line", line);
	else
		json_null(j, "line");
}

void plan_json_step(struct json *j, const struct kmod_plan_step *step)
{
	json_begin_object(j, NULL);
	json_string(j, "op", kmod_plan_op_str(kmod_plan_step_get_op(step)));
	json_string(j, "module", kmod_module_get_name(kmod_plan_step_get_module(step)));
	json_string(j, "path", kmod_module_get_path(kmod_plan_step_get_module(step)));
	json_string(j, "reason", reason_words[kmod_plan_step_get_reason(step)]);
	json_string(j, "role", reason_words[kmod_plan_step_get_role(step)]);
	json_string(j, "because", kmod_module_get_name(kmod_plan_step_get_because(step)));
	json_string(j, "options", kmod_plan_step_get_options(step));
	json_string(j, "command", kmod_plan_step_get_command(step));
	json_string(j, "file", kmod_plan_step_get_rule_file(step));
	plan_json_line(j, kmod_plan_step_get_rule_line(step));
	json_bool(j, "may_fail", kmod_plan_step_may_fail(step));
	json_bool(j, "repeated", kmod_plan_step_is_repeated(step));
	json_end_object(j);
}
