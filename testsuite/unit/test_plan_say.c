/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/plan/plan.h"

#include "shared/strbuf.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/plans.h"
#include "testsuite/lib/ts.h"

static void setup(void)
{
	indexed_deps("kernel/foo.ko:\n");
	indexed_builtin("bolted\n");
}

static const char *say(const struct plan *plan, bool show_builtin)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	for (size_t i = 0; i < plan->steps.n; i++)
		plan_say_classic(&out, &plan->steps.at[i], show_builtin);
	text = ts_fmt("%s", strbuf_str(&out));
	strbuf_fini(&out);
	return text;
}

static const char *say_load(const char *name, unsigned flags, const char *extra)
{
	struct plan *plan = plans_load(name, flags, extra);
	const char *text = say(plan, true);

	plan_free(plan);
	return text;
}

static const char *say_unload(const char *name)
{
	const struct plan_unload_request req = { 0 };
	struct plan *plan = plans_unload(name, &req);
	const char *text = say(plan, false);

	plan_free(plan);
	return text;
}

START_TEST(line_without_options_ends_in_a_blank)
{
	ck_assert_str_eq(say_load("foo", 0, NULL),
			 "insmod /" TS_MODULES "/kernel/foo.ko \n");
}
END_TEST

START_TEST(options_follow_the_path)
{
	ck_assert_str_eq(say_load("foo", 0, "x=1"),
			 "insmod /" TS_MODULES "/kernel/foo.ko x=1\n");
	ts_write("etc/modprobe.d/a.conf", "options foo y=2\n");
	ck_assert_str_eq(say_load("foo", 0, NULL),
			 "insmod /" TS_MODULES "/kernel/foo.ko y=2 \n");
	ck_assert_str_eq(say_load("foo", 0, "x=1"),
			 "insmod /" TS_MODULES "/kernel/foo.ko y=2 x=1\n");
}
END_TEST

START_TEST(install_command_is_raw)
{
	ts_write("etc/modprobe.d/a.conf",
		 "install foo echo $CMDLINE_OPTS; exit 0\noptions foo y=2\n");
	ck_assert_str_eq(say_load("foo", 0, "x=1"),
			 "install echo $CMDLINE_OPTS; exit 0 y=2 x=1\n");
}
END_TEST

START_TEST(builtin_is_said_only_where_asked_for)
{
	struct plan *plan = plans_load("bolted", KMOD_PROBE_IGNORE_LOADED, "x=1");

	ck_assert_str_eq(say(plan, true), "builtin bolted\n");
	ck_assert_str_eq(say(plan, false), "");
	plan_free(plan);
}
END_TEST

START_TEST(module_without_a_file_has_no_line)
{
	ts_write("etc/modprobe.d/a.conf", "alias nowhere off\n");
	ck_assert_str_eq(say_load("nowhere", 0, NULL), "");
}
END_TEST

START_TEST(removal_names_the_module_or_its_expanded_command)
{
	ts_kernel_load("foo");
	ck_assert_str_eq(say_unload("foo"), "rmmod foo\n");
	ts_write("etc/modprobe.d/a.conf", "remove foo echo [$CMDLINE_OPTS]\n");
	ck_assert_str_eq(say_unload("foo"), "remove echo []\n");
}
END_TEST

START_TEST(d24_options_are_substituted_once)
{
	const struct plan_step step = {
		.op = PLAN_RUN_INSTALL,
		.options = "a=$CMDLINE_OPTS",
		.command = "x $CMDLINE_OPTS y$CMDLINE_OPTS$",
	};
	struct strbuf out = STRBUF_INIT;

	plan_command_text(&out, &step);
	ck_assert_str_eq(strbuf_str(&out), "x a=$CMDLINE_OPTS ya=$CMDLINE_OPTS$");
	strbuf_fini(&out);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		line_without_options_ends_in_a_blank,
		options_follow_the_path,
		install_command_is_raw,
		builtin_is_said_only_where_asked_for,
		module_without_a_file_has_no_line,
		removal_names_the_module_or_its_expanded_command,
		d24_options_are_substituted_once,
		NULL,
	};

	return ts_run_trapped("plan-say", tests, setup, NULL);
}
