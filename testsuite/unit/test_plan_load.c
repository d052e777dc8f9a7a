/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/plan/plan.h"

#include <errno.h>

#include "libkmod/plan/plan-build.h"
#include "shared/strbuf.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/plans.h"
#include "testsuite/lib/ts.h"

/* top needs mid and base, mid needs base; the others stand alone. */
static void setup(void)
{
	indexed_deps("kernel/top.ko: kernel/mid.ko kernel/base.ko\n"
		     "kernel/mid.ko: kernel/base.ko\n"
		     "kernel/base.ko:\n"
		     "kernel/soft.ko: kernel/base.ko\n"
		     "kernel/other.ko:\n"
		     "kernel/late.ko:\n");
	indexed_aliases("fs_top top\n");
	indexed_builtin("bolted\n");
}

static void expect(const char *spelling, unsigned flags, const char *text)
{
	struct plan *plan = plans_load(spelling, flags, NULL);

	ck_assert_str_eq(plans_text(plan), text);
	ck_assert_int_eq(plan->verdict, 0);
	plan_free(plan);
}

static void expect_verdict(const char *spelling, unsigned flags, int verdict,
			   const char *text)
{
	struct plan *plan = plans_load(spelling, flags, NULL);

	ck_assert_int_eq(plan->verdict, verdict);
	ck_assert_str_eq(plans_text(plan), text);
	plan_free(plan);
}

START_TEST(dependencies_come_deepest_first)
{
	expect("top", 0, "insert base\ninsert mid\ninsert top\n");
}
END_TEST

START_TEST(softdeps_stand_around_their_module)
{
	ts_write("etc/modprobe.d/a.conf", "softdep mid pre: other post: late\n");
	expect("top", 0,
	       "insert base\ninsert other ?\ninsert mid\ninsert late ?\ninsert top\n");
}
END_TEST

START_TEST(softdep_brings_its_own_dependencies)
{
	ts_write("etc/modprobe.d/a.conf", "softdep other pre: top\n");
	expect("other", 0, "insert base ?\ninsert mid ?\ninsert top ?\ninsert other\n");
}
END_TEST

START_TEST(d30_repeated_lines_are_kept_and_marked)
{
	ts_write("etc/modprobe.d/a.conf", "softdep top pre: soft\n");
	expect("top", 0,
	       "insert base\ninsert mid\ninsert base again\ninsert soft ?\ninsert top\n");
}
END_TEST

START_TEST(softdep_loop_ends)
{
	ts_write("etc/modprobe.d/a.conf",
		 "softdep other pre: late\nsoftdep late pre: other\n");
	expect("other", 0, "insert late ?\ninsert other\n");
	ts_write("etc/modprobe.d/a.conf", "softdep other pre: other post: other\n");
	expect("other", 0, "insert other\n");
}
END_TEST

START_TEST(object_of_an_alias_is_expanded_once_more)
{
	/* As scripts know it: the same module, reached in two ways, is two lines. */
	ts_write("etc/modprobe.d/a.conf",
		 "alias one late\nalias two late\nsoftdep other pre: one two late\n");
	expect("other", 0,
	       "insert late ?\ninsert late ? again\ninsert late ? again\ninsert other\n");
}
END_TEST

START_TEST(hard_dependency_stays_required_as_a_softdep)
{
	ts_write("etc/modprobe.d/a.conf", "softdep base pre: mid\n");
	expect("top", 0,
	       "insert base\ninsert mid\ninsert base again\ninsert mid again\ninsert "
	       "top\n");
}
END_TEST

START_TEST(d16_softdep_lines_add_up)
{
	ts_write("etc/modprobe.d/a.conf",
		 "softdep other pre: base\nsoftdep other pre: late\n");
	expect("other", 0, "insert base ?\ninsert late ?\ninsert other\n");
}
END_TEST

START_TEST(long_softdep_chain_is_cut)
{
	struct strbuf deps = STRBUF_INIT, conf = STRBUF_INIT;
	struct plan *plan;

	for (int i = 0; i < PLAN_MAX_DEPTH + 100; i++) {
		strbuf_addf(&deps, "kernel/m%d.ko:\n", i);
		strbuf_addf(&conf, "softdep m%d pre: m%d\n", i, i + 1);
	}
	indexed_deps(strbuf_str(&deps));
	ts_write("etc/modprobe.d/a.conf", strbuf_str(&conf));
	plan = plans_load("m0", 0, NULL);
	ck_assert_uint_eq(plan->steps.n, PLAN_MAX_DEPTH);
	ck_assert_str_eq(plan->steps.at[plan->steps.n - 1].mod->name, "m0");
	plan_free(plan);
	strbuf_fini(&deps);
	strbuf_fini(&conf);
}
END_TEST

START_TEST(loaded_and_builtin_modules_are_skipped)
{
	ts_kernel_load("mid");
	ts_write("etc/modprobe.d/a.conf", "softdep top pre: bolted\n");
	expect("top", 0,
	       "skip base live\nskip mid live\nskip bolted builtin ?\ninsert top\n");
}
END_TEST

START_TEST(module_that_is_coming_is_tried)
{
	ts_write("sys/module/base/initstate", "coming\n");
	expect("base", 0, "insert base\n");
}
END_TEST

START_TEST(loaded_target_is_all_there_is)
{
	ts_kernel_load("top");
	expect("top", 0, "skip top live\n");
	expect_verdict("top", KMOD_PROBE_FAIL_ON_LOADED, -EEXIST, "skip top live\n");
	expect("bolted", 0, "skip bolted builtin\n");
}
END_TEST

START_TEST(loaded_state_can_be_ignored)
{
	ts_kernel_load("top");
	expect("top", KMOD_PROBE_IGNORE_LOADED, "insert base\ninsert mid\ninsert top\n");
	expect("bolted", KMOD_PROBE_IGNORE_LOADED, "skip bolted builtin\n");
}
END_TEST

START_TEST(blacklist_verdict_depends_on_how_it_was_reached)
{
	const unsigned alias_only = KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY;
	const unsigned by_name = KMOD_PROBE_APPLY_BLACKLIST;

	ts_write("etc/modprobe.d/a.conf", "blacklist top\n");
	expect_verdict("top", 0, 0, "insert base\ninsert mid\ninsert top\n");
	expect_verdict("top", alias_only, 0, "insert base\ninsert mid\ninsert top\n");
	expect_verdict("fs-top", alias_only, (int)alias_only, "skip top blacklisted\n");
	expect_verdict("top", alias_only | by_name, (int)by_name,
		       "skip top blacklisted\n");
	expect_verdict("top", KMOD_PROBE_APPLY_BLACKLIST_ALL | by_name,
		       KMOD_PROBE_APPLY_BLACKLIST_ALL, "skip top blacklisted\n");
}
END_TEST

START_TEST(blacklist_skip_names_its_line)
{
	struct plan *plan;

	ts_write("etc/modprobe.d/a.conf", "\nblacklist top\n");
	plan = plans_load("top", KMOD_PROBE_APPLY_BLACKLIST, NULL);
	ck_assert_ptr_nonnull(plan->steps.at[0].rule);
	ck_assert_uint_eq(plan->steps.at[0].rule->line, 2);
	plan_free(plan);
}
END_TEST

START_TEST(blacklist_all_takes_dependencies_out)
{
	ts_write("etc/modprobe.d/a.conf", "blacklist base\n");
	expect("top", KMOD_PROBE_APPLY_BLACKLIST,
	       "insert base\ninsert mid\ninsert top\n");
	expect("top", KMOD_PROBE_APPLY_BLACKLIST_ALL,
	       "skip base blacklisted\ninsert mid\ninsert top\n");
}
END_TEST

START_TEST(loaded_comes_before_blacklisted)
{
	ts_kernel_load("top");
	ts_write("etc/modprobe.d/a.conf", "blacklist top\n");
	expect("top", KMOD_PROBE_APPLY_BLACKLIST, "skip top live\n");
}
END_TEST

START_TEST(d15_install_command_holds_with_softdeps)
{
	ts_write("etc/modprobe.d/a.conf",
		 "install other /bin/false\nsoftdep other pre: base post: late\n");
	expect("other", 0, "insert base ?\ninstall other\ninsert late ?\n");
}
END_TEST

START_TEST(ignored_commands_are_the_targets_only)
{
	ts_write("etc/modprobe.d/a.conf",
		 "install top /bin/false\nsoftdep top pre: other\n"
		 "install mid echo\nsoftdep mid pre: late\n");
	expect("top", KMOD_PROBE_IGNORE_COMMAND,
	       "insert base\ninsert late ?\ninstall mid\ninsert top\n");
}
END_TEST

START_TEST(options_end_in_a_blank_unless_extra_ones_follow)
{
	struct plan *plan;

	ts_write("etc/modprobe.d/a.conf",
		 "options base a=1\noptions base b=2\noptions top c=3\n");
	plan = plans_load("top", 0, "d=4");
	ck_assert_str_eq(plan->steps.at[0].options, "a=1 b=2 ");
	ck_assert_str_eq(plan->steps.at[1].options, "");
	ck_assert_str_eq(plan->steps.at[2].options, "c=3 d=4");
	plan_free(plan);
	plan = plans_load("mid", 0, "d=4");
	ck_assert_str_eq(plan->steps.at[1].options, "d=4");
	plan_free(plan);
}
END_TEST

START_TEST(d22_missing_dependency_is_the_verdict_and_named)
{
	struct plan *plan;

	ts_remove(TS_MODULES "/kernel/base.ko");
	plan = plans_load("top", 0, NULL);
	ck_assert_int_eq(plan->verdict, -ENOENT);
	ck_assert_str_eq(plan->missing_path, "/" TS_MODULES "/kernel/base.ko");
	ck_assert_str_eq(plan->missing_for->name, "top");
	ck_assert_str_eq(plans_text(plan), "insert top\n");
	plan_free(plan);
}
END_TEST

START_TEST(d22_softdep_without_its_dependency_is_left_out)
{
	ts_write("etc/modprobe.d/a.conf", "softdep other pre: soft\n");
	ts_remove(TS_MODULES "/kernel/base.ko");
	expect("other", 0, "skip soft no-file ?\ninsert other\n");
}
END_TEST

START_TEST(every_step_says_who_needs_it)
{
	struct plan *plan;

	ts_write("etc/modprobe.d/a.conf", "softdep mid pre: other\n");
	plan = plans_load("top", 0, NULL);
	ck_assert_str_eq(plan->steps.at[0].because->name, "top");
	ck_assert_int_eq(plan->steps.at[0].role, PLAN_WHY_HARD_DEP);
	ck_assert_str_eq(plan->steps.at[1].because->name, "mid");
	ck_assert_int_eq(plan->steps.at[1].role, PLAN_WHY_PRE_SOFTDEP);
	ck_assert_ptr_nonnull(plan->steps.at[1].rule);
	ck_assert_ptr_null(plan->steps.at[3].because);
	ck_assert_int_eq(plan->steps.at[3].role, PLAN_WHY_REQUESTED);
	plan_free(plan);
}
END_TEST

START_TEST(plan_of_many_dependencies_reads_each_state_once)
{
	struct strbuf deps = STRBUF_INIT, line = STRBUF_INIT;
	struct plan *plan;

	for (int i = 0; i < 200; i++) {
		strbuf_addf(&deps, "kernel/d%d.ko:\n", i);
		strbuf_addf(&line, " kernel/d%d.ko", i);
	}
	strbuf_addf(&deps, "kernel/big.ko:%s\nkernel/twin.ko:%s\n", strbuf_str(&line),
		    strbuf_str(&line));
	indexed_deps(strbuf_str(&deps));
	ts_write("etc/modprobe.d/a.conf", "softdep big pre: twin\n");
	ts_fail("open", 100000, EIO);
	plan = plans_load("big", 0, NULL);
	ck_assert_uint_eq(plan->steps.n, 402);
	ck_assert_msg(ts_fail_count("open") < 300, "%lu opens", ts_fail_count("open"));
	plan_free(plan);
	strbuf_fini(&deps);
	strbuf_fini(&line);
}
END_TEST

START_TEST(two_plans_do_not_disturb_each_other)
{
	const struct plan_load_request req = { 0 };
	struct kmod_ctx *ctx = plans_ctx();
	struct kmod_module *mod = plans_find(ctx, "top");
	struct plan *one, *two;

	ck_assert_int_eq(plan_load(mod, &req, &one), 0);
	ck_assert_int_eq(plan_load(mod, &req, &two), 0);
	ck_assert_str_eq(plans_text(one), plans_text(two));
	plan_free(one);
	ck_assert_str_eq(plans_text(two), "insert base\ninsert mid\ninsert top\n");
	plan_free(two);
	kmod_module_unref(mod);
	ck_assert_ptr_null(kmod_unref(ctx));
}
END_TEST

START_TEST(every_reason_has_words)
{
	for (int why = 0; why < N_PLAN_WHYS_; why++)
		ck_assert_str_ne(plan_why_text((enum plan_why)why), "");
	ck_assert_str_eq(plan_why_text(N_PLAN_WHYS_), "");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		dependencies_come_deepest_first,
		softdeps_stand_around_their_module,
		softdep_brings_its_own_dependencies,
		d30_repeated_lines_are_kept_and_marked,
		softdep_loop_ends,
		object_of_an_alias_is_expanded_once_more,
		hard_dependency_stays_required_as_a_softdep,
		d16_softdep_lines_add_up,
		long_softdep_chain_is_cut,
		loaded_and_builtin_modules_are_skipped,
		module_that_is_coming_is_tried,
		loaded_target_is_all_there_is,
		loaded_state_can_be_ignored,
		blacklist_verdict_depends_on_how_it_was_reached,
		blacklist_skip_names_its_line,
		blacklist_all_takes_dependencies_out,
		loaded_comes_before_blacklisted,
		d15_install_command_holds_with_softdeps,
		ignored_commands_are_the_targets_only,
		options_end_in_a_blank_unless_extra_ones_follow,
		d22_missing_dependency_is_the_verdict_and_named,
		d22_softdep_without_its_dependency_is_left_out,
		every_step_says_who_needs_it,
		plan_of_many_dependencies_reads_each_state_once,
		two_plans_do_not_disturb_each_other,
		every_reason_has_words,
		NULL,
	};

	return ts_run_trapped("plan-load", tests, setup, NULL);
}
