/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libkmod-plan.h, as its callers see it: success, failure, NULL. */
#include "libkmod/libkmod-plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

static struct kmod_ctx *ctx;
static struct kmod_plan_matches *matches;
static struct kmod_plan *plan;

static void setup(void)
{
	indexed_deps("kernel/top.ko: kernel/base.ko\n"
		     "kernel/base.ko:\n"
		     "kernel/extra.ko:\n");
	indexed_aliases("pci:v1* top\npci:v[12]* base\n");
	indexed_builtin("bolted\n");
}

static void conf(const char *text)
{
	ts_write("etc/modprobe.d/x.conf", text);
}

static int find(const char *spelling)
{
	ctx = kmod_new(NULL, NULL);
	ck_assert_ptr_nonnull(ctx);
	return kmod_plan_lookup(ctx, spelling, &matches);
}

static void done(void)
{
	kmod_plan_free(plan);
	kmod_plan_matches_free(matches);
	ck_assert_ptr_null(kmod_unref(ctx));
}

static void load(const char *spelling, unsigned flags, const char *options)
{
	ck_assert_int_gt(find(spelling), 0);
	ck_assert_int_eq(kmod_plan_load(kmod_plan_matches_get_module(matches, 0), flags,
					options, &plan),
			 0);
}

static void unload(const char *spelling, unsigned flags)
{
	ck_assert_int_gt(find(spelling), 0);
	ck_assert_int_eq(
		kmod_plan_unload(kmod_plan_matches_get_module(matches, 0), flags, &plan),
		0);
}

static const struct kmod_plan_step *step(size_t i)
{
	const struct kmod_plan_step *s = kmod_plan_get_step(plan, i);

	ck_assert_ptr_nonnull(s);
	return s;
}

/* "insert base needed by top; insert top requested; " */
static const char *steps(void)
{
	const char *text = "";

	for (size_t i = 0; i < kmod_plan_get_n_steps(plan); i++) {
		struct kmod_module *because = kmod_plan_step_get_because(step(i));

		text = ts_fmt("%s%s %s %s%s%s; ", text,
			      kmod_plan_op_str(kmod_plan_step_get_op(step(i))),
			      kmod_module_get_name(kmod_plan_step_get_module(step(i))),
			      kmod_plan_reason_str(kmod_plan_step_get_reason(step(i))),
			      because ? " " : "",
			      because ? kmod_module_get_name(because) : "");
	}
	return text;
}

/* ---- lookup ---- */

START_TEST(matches_say_how_they_were_found)
{
	ck_assert_int_eq(find("pci:v1d2"), 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(kmod_plan_matches_get_stage(matches, i),
				 KMOD_PLAN_BY_ALIAS);
		ck_assert_str_eq(kmod_plan_matches_get_file(matches, i), "modules.alias");
		ck_assert_uint_eq(kmod_plan_matches_get_line(matches, i), 0);
		ck_assert_ptr_nonnull(kmod_plan_matches_get_pattern(matches, i));
	}
	ck_assert_ptr_null(kmod_plan_matches_get_module(matches, 2));
	ck_assert_ptr_null(kmod_plan_matches_get_file(matches, 2));
	ck_assert_int_eq(kmod_plan_matches_get_stage(matches, 2), -ENOENT);
	done();
}
END_TEST

START_TEST(match_of_the_configuration_has_its_line)
{
	conf("\nalias my* top\n");
	ck_assert_int_eq(find("my-card"), 1);
	ck_assert_int_eq(kmod_plan_matches_get_stage(matches, 0),
			 KMOD_PLAN_BY_CONFIG_ALIAS);
	ck_assert_str_eq(kmod_plan_matches_get_file(matches, 0),
			 "/etc/modprobe.d/x.conf");
	ck_assert_uint_eq(kmod_plan_matches_get_line(matches, 0), 2);
	ck_assert_str_eq(kmod_plan_matches_get_pattern(matches, 0), "my*");
	done();
}
END_TEST

START_TEST(names_and_files_are_matches_too)
{
	ck_assert_int_eq(find("top"), 1);
	ck_assert_int_eq(kmod_plan_matches_get_stage(matches, 0), KMOD_PLAN_BY_NAME);
	ck_assert_ptr_null(kmod_plan_matches_get_pattern(matches, 0));
	done();
	ck_assert_int_eq(find("/" TS_MODULES "/kernel/extra.ko"), 1);
	ck_assert_int_eq(kmod_plan_matches_get_stage(matches, 0), KMOD_PLAN_BY_PATH);
	ck_assert_str_eq(kmod_plan_matches_get_file(matches, 0), "path");
	ck_assert_str_eq(kmod_module_get_name(kmod_plan_matches_get_module(matches, 0)),
			 "extra");
	done();
}
END_TEST

START_TEST(nothing_found_is_an_empty_answer)
{
	ck_assert_int_eq(find("nowhere"), 0);
	ck_assert_ptr_nonnull(matches);
	ck_assert_ptr_null(kmod_plan_matches_get_module(matches, 0));
	done();
}
END_TEST

START_TEST(lookup_errors_leave_the_output_alone)
{
	struct kmod_plan_matches *before = (struct kmod_plan_matches *)&ctx;

	matches = before;
	ck_assert_int_eq(find("pci:["), -EINVAL);
	ck_assert_int_eq(kmod_plan_lookup(ctx, "./absent.ko", &matches), -ENOENT);
	ck_assert_int_eq(kmod_plan_lookup(ctx, NULL, &matches), -ENOENT);
	ck_assert_int_eq(kmod_plan_lookup(NULL, "x", &matches), -ENOENT);
	ck_assert_int_eq(kmod_plan_lookup(ctx, "x", NULL), -ENOENT);
	ck_assert_ptr_eq(matches, before);
	matches = NULL;
	done();
}
END_TEST

/* ---- plans ---- */

START_TEST(plan_of_a_load_has_steps_with_reasons)
{
	conf("options top a=1\nsoftdep top post: extra\n");
	load("top", 0, "b=2");
	ck_assert_str_eq(steps(), "insert base needed by top; insert top requested; "
				  "insert extra soft dependency after top; ");
	ck_assert_int_eq(kmod_plan_get_verdict(plan), 0);
	ck_assert_str_eq(kmod_module_get_name(kmod_plan_get_module(plan)), "top");
	ck_assert_str_eq(kmod_plan_step_get_options(step(1)), "a=1 b=2");
	ck_assert(!kmod_plan_step_may_fail(step(0)));
	ck_assert(kmod_plan_step_may_fail(step(2)));
	ck_assert(!kmod_plan_step_is_repeated(step(2)));
	done();
}
END_TEST

START_TEST(step_names_the_line_behind_it)
{
	conf("# one\nsoftdep top pre: extra\n");
	load("top", 0, NULL);
	char *rule = kmod_plan_step_dup_rule(step(1));

	ck_assert_str_eq(kmod_plan_step_get_rule_file(step(1)), "/etc/modprobe.d/x.conf");
	ck_assert_uint_eq(kmod_plan_step_get_rule_line(step(1)), 2);
	ck_assert_str_eq(rule, "softdep top pre: extra");
	free(rule);
	ck_assert_ptr_null(kmod_plan_step_dup_rule(step(0)));
	ck_assert_ptr_null(kmod_plan_step_get_rule_file(step(0)));
	ck_assert_uint_eq(kmod_plan_step_get_rule_line(step(0)), 0);
	done();
}
END_TEST

START_TEST(step_as_modprobe_shows_it)
{
	conf("install base do it\n");
	load("top", 0, "a=1");
	char *first = kmod_plan_step_dup_text(step(0));
	char *second = kmod_plan_step_dup_text(step(1));

	ck_assert_str_eq(first, "install do it ");
	ck_assert_str_eq(second, "insmod /" TS_MODULES "/kernel/top.ko a=1");
	ck_assert_str_eq(kmod_plan_step_get_command(step(0)), "do it");
	ck_assert_ptr_null(kmod_plan_step_get_command(step(1)));
	free(first);
	free(second);
	done();
}
END_TEST

START_TEST(blacklisted_alias_is_the_verdict)
{
	conf("blacklist top\n");
	load("pci:v1", KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL);
	ck_assert_int_eq(kmod_plan_get_verdict(plan),
			 KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY);
	ck_assert_str_eq(steps(), "skip top blacklisted; ");
	ck_assert_int_eq(kmod_plan_step_get_role(step(0)), KMOD_PLAN_REQUESTED);
	char *text = kmod_plan_step_dup_text(step(0));
	ck_assert_str_eq(text, "");
	free(text);
	ck_assert_int_eq(kmod_plan_run(plan, 0, 0, NULL, NULL),
			 KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY);
	ck_assert_str_eq(ts_calls(), "");
	done();
}
END_TEST

START_TEST(missing_dependency_is_the_verdict)
{
	ts_remove(TS_MODULES "/kernel/base.ko");
	load("top", 0, NULL);
	ck_assert_int_eq(kmod_plan_get_verdict(plan), -ENOENT);
	ck_assert_str_eq(kmod_plan_get_missing_path(plan),
			 "/" TS_MODULES "/kernel/base.ko");
	ck_assert_str_eq(kmod_module_get_name(kmod_plan_get_missing_for(plan)), "top");
	done();
}
END_TEST

START_TEST(plan_outlives_what_it_was_made_from)
{
	load("top", 0, NULL);
	kmod_plan_matches_free(matches);
	matches = NULL;
	ck_assert_ptr_nonnull(kmod_unref(ctx));
	ck_assert_str_eq(steps(), "insert base needed by top; insert top requested; ");
	ck_assert_int_eq(kmod_plan_run(plan, 0, 0, NULL, NULL), 0);
	kmod_plan_free(plan);
}
END_TEST

START_TEST(plan_of_a_removal)
{
	ts_kernel_load("top");
	unload("top", 0);
	ck_assert_str_eq(steps(),
			 "remove top requested; remove base no longer used by top; ");
	ck_assert_int_eq(kmod_plan_run(plan, KMOD_PLAN_RUN_FORCE_REMOVE, 0, NULL, NULL),
			 0);
	ck_assert_str_eq(ts_calls(), "delete_module top flags=0xa00 = 0\n"
				     "delete_module base flags=0xa00 = 0\n");
	done();
}
END_TEST

START_TEST(flags_of_a_removal)
{
	conf("remove base do it\n");
	ts_kernel_load("top");
	unload("base", 0);
	ck_assert_str_eq(steps(), "uninstall base requested; ");
	done();
	unload("base", KMOD_PLAN_UNLOAD_IGNORE_COMMAND);
	ck_assert_int_eq(kmod_plan_get_verdict(plan), -EBUSY);
	ck_assert_str_eq(steps(), "skip base in use; ");
	done();
	unload("base", KMOD_PLAN_UNLOAD_IGNORE_COMMAND | KMOD_PLAN_UNLOAD_WAIT);
	ck_assert_str_eq(steps(), "remove base requested; ");
	done();
	unload("base", KMOD_PLAN_UNLOAD_IGNORE_COMMAND | KMOD_PLAN_UNLOAD_HOLDERS);
	ck_assert_str_eq(steps(), "remove top uses base; remove base requested; ");
	done();
	unload("extra", KMOD_PLAN_UNLOAD_FIRST_TIME);
	ck_assert_int_eq(kmod_plan_get_verdict(plan), -ENOENT);
	done();
	unload("extra", KMOD_PLAN_UNLOAD_IGNORE_LOADED);
	ck_assert_str_eq(steps(), "remove extra requested; ");
	done();
}
END_TEST

/* ---- running ---- */

static const char *heard;

static void before(const struct kmod_plan_step *s, void *data)
{
	heard = ts_fmt("%s%s%s; ", heard, (const char *)data,
		       kmod_module_get_name(kmod_plan_step_get_module(s)));
}

static void failed(const struct kmod_plan_step *s, int error, void *data _unused_)
{
	heard = ts_fmt("%s%s failed %d; ", heard,
		       kmod_module_get_name(kmod_plan_step_get_module(s)), error);
}

static int run_install(struct kmod_module *mod, const char *command, void *data _unused_)
{
	heard = ts_fmt("%s%s runs %s; ", heard, kmod_module_get_name(mod), command);
	return 7;
}

START_TEST(hooks_are_called)
{
	const struct kmod_plan_hooks hooks = { .before = before,
					       .failed = failed,
					       .run_install = run_install };
	char data[] = "do ";

	heard = "";
	conf("install top do it\n");
	load("top", 0, NULL);
	ck_assert_int_eq(kmod_plan_run(plan, 0, 0, &hooks, data), 7);
	ck_assert_str_eq(heard, "do base; do top; top runs do it; ");
	done();
}
END_TEST

START_TEST(failed_step_ends_the_run_and_is_told)
{
	const struct kmod_plan_hooks hooks = { .failed = failed };

	heard = "";
	ts_module_error("insert", "base", EPERM);
	load("top", 0, NULL);
	ck_assert_int_eq(kmod_plan_run(plan, 0, 0, &hooks, NULL), -EPERM);
	ck_assert_str_eq(heard, ts_fmt("base failed %d; ", -EPERM));
	done();
}
END_TEST

START_TEST(dry_run_does_nothing)
{
	const struct kmod_plan_hooks hooks = { .before = before };
	char data[] = "";

	heard = "";
	load("top", 0, NULL);
	ck_assert_int_eq(kmod_plan_run(plan, KMOD_PLAN_RUN_DRY, 0, &hooks, data), 0);
	ck_assert_str_eq(heard, "base; top; ");
	ck_assert_str_eq(ts_calls(), "");
	done();
}
END_TEST

START_TEST(force_flags_reach_the_kernel)
{
	load("extra", 0, NULL);
	ck_assert_int_eq(kmod_plan_run(plan,
				       KMOD_PLAN_RUN_FORCE_VERMAGIC |
					       KMOD_PLAN_RUN_FORCE_MODVERSION,
				       0, NULL, NULL),
			 0);
	ck_assert_str_eq(ts_calls(), "finit_module extra flags=0x3 params=\"\" = 0\n");
	done();
}
END_TEST

static void say(const char *line, void *data)
{
	*(const char **)data = ts_fmt("%s%s\n", *(const char **)data, line);
}

START_TEST(failure_is_explained)
{
	const char *lines = "";

	ck_assert_int_eq(find("extra"), 1);
	int n = kmod_plan_explain(kmod_plan_matches_get_module(matches, 0), -ENOEXEC,
				  NULL, say, &lines);
	ck_assert_int_gt(n, 0);
	ck_assert_ptr_nonnull(strstr(lines, "extra.ko"));
	done();
}
END_TEST

/* ---- NULL ---- */

START_TEST(null_answers_as_documented)
{
	ck_assert_int_eq(kmod_plan_load(NULL, 0, NULL, &plan), -ENOENT);
	ck_assert_int_eq(kmod_plan_unload(NULL, 0, &plan), -ENOENT);
	ck_assert_int_eq(kmod_plan_run(NULL, 0, 0, NULL, NULL), -ENOENT);
	ck_assert_int_eq(kmod_plan_explain(NULL, -1, NULL, say, NULL), -ENOENT);
	ck_assert_int_eq(kmod_plan_get_verdict(NULL), -EINVAL);
	ck_assert_uint_eq(kmod_plan_get_n_steps(NULL), 0);
	ck_assert_ptr_null(kmod_plan_get_step(NULL, 0));
	ck_assert_ptr_null(kmod_plan_get_module(NULL));
	ck_assert_ptr_null(kmod_plan_get_missing_path(NULL));
	ck_assert_ptr_null(kmod_plan_get_missing_for(NULL));
	ck_assert_int_eq(kmod_plan_step_get_op(NULL), KMOD_PLAN_SKIP);
	ck_assert_int_eq(kmod_plan_step_get_reason(NULL), KMOD_PLAN_REQUESTED);
	ck_assert_int_eq(kmod_plan_step_get_role(NULL), KMOD_PLAN_REQUESTED);
	ck_assert_ptr_null(kmod_plan_step_get_module(NULL));
	ck_assert_ptr_null(kmod_plan_step_get_because(NULL));
	ck_assert_ptr_null(kmod_plan_step_get_options(NULL));
	ck_assert_ptr_null(kmod_plan_step_get_command(NULL));
	ck_assert_ptr_null(kmod_plan_step_get_rule_file(NULL));
	ck_assert_uint_eq(kmod_plan_step_get_rule_line(NULL), 0);
	ck_assert_ptr_null(kmod_plan_step_dup_rule(NULL));
	ck_assert_ptr_null(kmod_plan_step_dup_text(NULL));
	ck_assert(!kmod_plan_step_may_fail(NULL));
	ck_assert(!kmod_plan_step_is_repeated(NULL));
	ck_assert_ptr_null(kmod_plan_matches_get_module(NULL, 0));
	ck_assert_ptr_null(kmod_plan_matches_get_pattern(NULL, 0));
	ck_assert_ptr_null(kmod_plan_matches_get_file(NULL, 0));
	ck_assert_uint_eq(kmod_plan_matches_get_line(NULL, 0), 0);
	ck_assert_int_eq(kmod_plan_matches_get_stage(NULL, 0), -ENOENT);
	kmod_plan_free(NULL);
	kmod_plan_matches_free(NULL);
}
END_TEST

START_TEST(unknown_numbers_have_no_words)
{
	ck_assert_ptr_null(kmod_plan_op_str((enum kmod_plan_op)99));
	ck_assert_ptr_null(kmod_plan_reason_str((enum kmod_plan_reason)99));
	ck_assert_ptr_null(kmod_plan_stage_str((enum kmod_plan_stage)99));
	ck_assert_str_eq(kmod_plan_stage_str(KMOD_PLAN_BY_COMMAND), "configuration");
}
END_TEST

START_TEST(without_memory_there_is_no_answer)
{
	int r = -ENOMEM;

	for (unsigned long n = 1; ts_can_fail_alloc() && r == -ENOMEM; n++) {
		ctx = kmod_new(NULL, NULL);
		matches = NULL;
		ts_fail("alloc", n, ENOMEM);
		r = kmod_plan_lookup(ctx, "pci:v1", &matches);
		ts_fail_off();
		ck_assert(r == -ENOMEM || r == 2);
		ck_assert_int_eq(r == -ENOMEM, matches == NULL);
		done();
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		matches_say_how_they_were_found,
		match_of_the_configuration_has_its_line,
		names_and_files_are_matches_too,
		nothing_found_is_an_empty_answer,
		lookup_errors_leave_the_output_alone,
		plan_of_a_load_has_steps_with_reasons,
		step_names_the_line_behind_it,
		step_as_modprobe_shows_it,
		blacklisted_alias_is_the_verdict,
		missing_dependency_is_the_verdict,
		plan_outlives_what_it_was_made_from,
		plan_of_a_removal,
		flags_of_a_removal,
		hooks_are_called,
		failed_step_ends_the_run_and_is_told,
		dry_run_does_nothing,
		force_flags_reach_the_kernel,
		failure_is_explained,
		null_answers_as_documented,
		unknown_numbers_have_no_words,
		without_memory_there_is_no_answer,
		NULL,
	};

	return ts_run_trapped("plan-public", tests, setup, NULL);
}
