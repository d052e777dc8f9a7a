/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/plan/plan.h"

#include <errno.h>

#include "libkmod/plan/plan-build.h"
#include "shared/strbuf.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/plans.h"
#include "testsuite/lib/ts.h"

static void setup(void)
{
	indexed_deps("kernel/top.ko: kernel/mid.ko kernel/base.ko\n"
		     "kernel/mid.ko: kernel/base.ko\n"
		     "kernel/base.ko:\n"
		     "kernel/wide.ko: kernel/base.ko\n"
		     "kernel/other.ko:\n"
		     "kernel/late.ko:\n");
	indexed_builtin("bolted\n");
	ts_kernel();
}

static const struct plan_unload_request plain;

static void expect_with(const struct plan_unload_request *req, const char *spelling,
			int verdict, const char *text)
{
	struct plan *plan = plans_unload(spelling, req);

	ck_assert_str_eq(plans_text(plan), text);
	ck_assert_int_eq(plan->verdict, verdict);
	plan_free(plan);
}

static void expect(const char *spelling, int verdict, const char *text)
{
	expect_with(&plain, spelling, verdict, text);
}

START_TEST(d26_freed_dependencies_go_users_first)
{
	ts_kernel_load("top");
	expect("top", 0, "remove top\nremove mid ?\nremove base ?\n");
}
END_TEST

START_TEST(d26_order_of_the_line_does_not_matter)
{
	indexed_deps("kernel/top.ko: kernel/base.ko kernel/mid.ko\n"
		     "kernel/mid.ko: kernel/base.ko\n"
		     "kernel/base.ko:\n");
	ts_kernel_load("top");
	expect("top", 0, "remove top\nremove mid ?\nremove base ?\n");
}
END_TEST

START_TEST(dependency_with_another_user_stays)
{
	ts_kernel_load("top");
	ts_kernel_load("wide");
	expect("top", 0, "remove top\nremove mid ?\nskip base in-use ?\n");
}
END_TEST

START_TEST(dependency_in_use_by_itself_stays)
{
	ts_kernel_load("top");
	ts_kernel_use("mid", 1);
	expect("top", 0, "remove top\nskip mid in-use ?\nskip base in-use ?\n");
}
END_TEST

START_TEST(module_in_use_is_the_verdict)
{
	ts_kernel_load("top");
	expect("mid", -EBUSY, "skip mid in-use\n");
	ts_kernel_use("top", 2);
	expect("top", -EBUSY, "skip top in-use\n");
}
END_TEST

START_TEST(waiting_plans_what_is_in_use)
{
	const struct plan_unload_request req = { .wait = true };

	ts_kernel_load("top");
	ts_kernel_use("top", 1);
	expect_with(&req, "top", 0, "remove top\nremove mid ?\nremove base ?\n");
}
END_TEST

START_TEST(module_that_is_not_loaded_is_skipped)
{
	const struct plan_unload_request first_time = { .first_time = true };

	expect("top", 0, "skip top not-loaded\n");
	expect_with(&first_time, "top", -ENOENT, "skip top not-loaded\n");
}
END_TEST

START_TEST(builtin_module_is_the_verdict)
{
	expect("bolted", -EPERM, "skip bolted builtin\n");
}
END_TEST

START_TEST(softdeps_go_in_reverse_around_the_module)
{
	ts_write("etc/modprobe.d/a.conf", "softdep wide pre: top other post: late\n");
	ts_kernel_load("wide");
	ts_kernel_load("other");
	ts_kernel_load("late");
	expect("wide", 0,
	       "remove late ?\nremove wide\nremove base ?\nremove other ?\nskip top "
	       "not-loaded ?\n");
}
END_TEST

START_TEST(d26_busy_or_builtin_softdep_is_skipped_only)
{
	ts_write("etc/modprobe.d/a.conf", "softdep other pre: base bolted post: late\n");
	ts_kernel_load("other");
	ts_kernel_load("late");
	ts_kernel_load("wide");
	ts_kernel_use("late", 1);
	expect("other", 0,
	       "skip late in-use ?\nremove other\nskip bolted builtin ?\nskip base "
	       "in-use ?\n");
}
END_TEST

START_TEST(d26_busy_softdep_keeps_its_own_pre_softdeps)
{
	ts_write("etc/modprobe.d/a.conf",
		 "softdep other post: late\nsoftdep late pre: wide\n");
	ts_kernel_load("other");
	ts_kernel_load("late");
	ts_kernel_load("wide");
	ts_kernel_use("late", 1);
	expect("other", 0, "skip late in-use ?\nremove other\n");
}
END_TEST

START_TEST(softdep_that_is_a_dependency_too_goes_when_freed)
{
	ts_write("etc/modprobe.d/a.conf", "softdep wide post: base\n");
	ts_kernel_load("wide");
	expect("wide", 0, "skip base in-use ?\nremove wide\nremove base ?\n");
}
END_TEST

START_TEST(softdep_loop_ends)
{
	ts_write("etc/modprobe.d/a.conf",
		 "softdep other post: late\nsoftdep late post: other\n");
	ts_kernel_load("other");
	ts_kernel_load("late");
	expect("other", 0, "remove late ?\nremove other\n");
}
END_TEST

START_TEST(long_softdep_chain_is_cut)
{
	struct strbuf deps = STRBUF_INIT, conf = STRBUF_INIT;
	struct plan *plan;

	for (int i = 0; i < PLAN_MAX_DEPTH + 10; i++) {
		strbuf_addf(&deps, "kernel/m%d.ko:\n", i);
		strbuf_addf(&conf, "softdep m%d post: m%d\nremove m%d true\n", i, i + 1,
			    i);
	}
	indexed_deps(strbuf_str(&deps));
	ts_write("etc/modprobe.d/a.conf", strbuf_str(&conf));
	plan = plans_unload("m0", &plain);
	ck_assert_uint_eq(plan->steps.n, PLAN_MAX_DEPTH);
	ck_assert_str_eq(plan->steps.at[plan->steps.n - 1].mod->name, "m0");
	plan_free(plan);
	strbuf_fini(&deps);
	strbuf_fini(&conf);
}
END_TEST

START_TEST(d15_remove_command_holds_with_softdeps_and_frees_nothing)
{
	ts_write("etc/modprobe.d/a.conf", "remove wide echo\nsoftdep wide post: late\n");
	ts_kernel_load("wide");
	ts_kernel_load("late");
	ts_kernel_use("wide", 1);
	expect("wide", 0, "remove late ?\nrun-remove wide\n");
}
END_TEST

START_TEST(remove_command_runs_for_what_is_not_loaded)
{
	ts_write("etc/modprobe.d/a.conf", "remove other echo\n");
	expect("other", 0, "run-remove other\n");
}
END_TEST

START_TEST(ignored_commands_leave_softdeps_out_too)
{
	const struct plan_unload_request req = { .ignore_commands = true };

	ts_write("etc/modprobe.d/a.conf", "remove wide echo\nsoftdep wide post: late\n");
	ts_kernel_load("wide");
	ts_kernel_load("late");
	expect_with(&req, "wide", 0, "remove wide\nremove base ?\n");
}
END_TEST

START_TEST(holders_go_first_when_asked_for)
{
	const struct plan_unload_request req = { .remove_holders = true };

	ts_kernel_load("wide");
	expect_with(&req, "base", 0, "remove wide\nremove base\n");
}
END_TEST

START_TEST(holders_of_holders_are_left_alone)
{
	const struct plan_unload_request req = { .remove_holders = true };

	ts_kernel_load("top");
	ts_kernel_load("wide");
	expect_with(&req, "mid", 0,
		    "remove top\nskip base in-use ?\nremove mid\nskip base in-use ?\n");
	/* base is used by wide and by mid, and mid by top. */
	struct plan *plan = plans_unload("base", &req);
	ck_assert_int_eq(plan->verdict, -EBUSY);
	ck_assert_str_eq(plan->steps.at[plan->steps.n - 1].mod->name, "mid");
	plan_free(plan);
}
END_TEST

START_TEST(target_with_a_remove_command_is_not_taken_as_freed)
{
	const struct plan_unload_request req = { .remove_holders = true };

	ts_write("etc/modprobe.d/a.conf", "remove base echo\n");
	ts_kernel_load("wide");
	expect_with(&req, "base", 0, "remove wide\nrun-remove base\n");
}
END_TEST

START_TEST(d26_kernel_without_unloading_is_an_error)
{
	ts_kernel_load("other");
	ts_remove("sys/module/other/refcnt");
	expect("other", -ENOSYS, "skip other no-unload\n");
}
END_TEST

START_TEST(loaded_state_can_be_ignored)
{
	const struct plan_unload_request req = { .ignore_loaded = true };

	expect_with(&req, "top", 0, "remove top\n");
	ts_kernel_load("top");
	ts_kernel_use("top", 1);
	expect_with(&req, "top", 0, "remove top\nremove mid ?\nremove base ?\n");
}
END_TEST

START_TEST(missing_file_of_a_dependency_does_not_hinder)
{
	ts_kernel_load("wide");
	ts_remove(TS_MODULES "/kernel/base.ko");
	expect("wide", 0, "remove wide\n");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		d26_freed_dependencies_go_users_first,
		d26_order_of_the_line_does_not_matter,
		dependency_with_another_user_stays,
		dependency_in_use_by_itself_stays,
		module_in_use_is_the_verdict,
		waiting_plans_what_is_in_use,
		module_that_is_not_loaded_is_skipped,
		builtin_module_is_the_verdict,
		softdeps_go_in_reverse_around_the_module,
		d26_busy_or_builtin_softdep_is_skipped_only,
		d26_busy_softdep_keeps_its_own_pre_softdeps,
		softdep_that_is_a_dependency_too_goes_when_freed,
		softdep_loop_ends,
		long_softdep_chain_is_cut,
		d15_remove_command_holds_with_softdeps_and_frees_nothing,
		remove_command_runs_for_what_is_not_loaded,
		ignored_commands_leave_softdeps_out_too,
		holders_go_first_when_asked_for,
		holders_of_holders_are_left_alone,
		target_with_a_remove_command_is_not_taken_as_freed,
		d26_kernel_without_unloading_is_an_error,
		loaded_state_can_be_ignored,
		missing_file_of_a_dependency_does_not_hinder,
		NULL,
	};

	return ts_run_trapped("plan-unload", tests, setup, NULL);
}
