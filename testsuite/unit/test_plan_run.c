/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/plan/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "testsuite/lib/indexed.h"
#include "testsuite/lib/plans.h"
#include "testsuite/lib/ts.h"

static void setup(void)
{
	indexed_deps("kernel/top.ko: kernel/mid.ko kernel/base.ko\n"
		     "kernel/mid.ko: kernel/base.ko\n"
		     "kernel/base.ko:\n"
		     "kernel/soft.ko: kernel/base.ko\n"
		     "kernel/other.ko:\n");
}

/* What the hooks were told, and what they look at meanwhile. */
struct seen {
	const char *text;
};

static void note_before(const struct plan_step *step, void *data)
{
	struct seen *seen = data;

	seen->text = ts_fmt("%sbefore %s\n", seen->text, step->mod->name);
}

static void note_failed(const struct plan_step *step, int error, void *data)
{
	struct seen *seen = data;

	seen->text = ts_fmt("%sfailed %s %d\n", seen->text, step->mod->name, -error);
}

static struct seen seen;

static struct plan_runner hooked(void)
{
	seen.text = "";
	return (struct plan_runner){ .before = note_before,
				     .failed = note_failed,
				     .data = &seen };
}

static int run_load_with(struct plan_runner how, const char *name, unsigned flags)
{
	struct plan *plan = plans_load(name, flags, NULL);
	int r = plan_run(plan, &how);

	plan_free(plan);
	return r;
}

static int run_load(const char *name, unsigned flags)
{
	return run_load_with(hooked(), name, flags);
}

static int run_unload_with(struct plan_runner how, const char *name,
			   struct plan_unload_request req)
{
	struct plan *plan = plans_unload(name, &req);
	int r = plan_run(plan, &how);

	plan_free(plan);
	return r;
}

static int run_unload(const char *name)
{
	return run_unload_with(hooked(), name, (struct plan_unload_request){ 0 });
}

/* ---- inserting ---- */

START_TEST(steps_are_done_in_order_each_announced_before)
{
	ck_assert_int_eq(run_load("top", 0), 0);
	ck_assert_str_eq(ts_calls(), "finit_module base flags=0x0 params=\"\" = 0\n"
				     "finit_module mid flags=0x0 params=\"\" = 0\n"
				     "finit_module top flags=0x0 params=\"\" = 0\n");
	ck_assert_str_eq(seen.text, "before base\nbefore mid\nbefore top\n");
}
END_TEST

START_TEST(dry_run_announces_and_does_nothing)
{
	struct plan_runner how = hooked();

	how.dry_run = true;
	ck_assert_int_eq(run_load_with(how, "top", 0), 0);
	ck_assert_str_eq(ts_calls(), "");
	ck_assert_str_eq(seen.text, "before base\nbefore mid\nbefore top\n");
}
END_TEST

START_TEST(failed_dependency_stops_and_is_returned)
{
	ts_module_error("insert", "mid", ENOEXEC);
	ck_assert_int_eq(run_load("top", 0), -ENOEXEC);
	ck_assert_str_eq(seen.text, "before base\nbefore mid\nfailed mid 8\n");
	ck_assert(!strstr(ts_calls(), "top"));
}
END_TEST

START_TEST(failed_softdep_is_reported_and_passed_over)
{
	ts_write("etc/modprobe.d/a.conf", "softdep other pre: soft\n");
	ts_module_error("insert", "soft", ENOEXEC);
	ck_assert_int_eq(run_load("other", 0), 0);
	ck_assert_str_eq(seen.text,
			 "before base\nbefore soft\nfailed soft 8\nbefore other\n");
}
END_TEST

START_TEST(already_there_is_fine_unless_it_must_be_new)
{
	ts_module_error("insert", "base", EEXIST);
	ts_module_error("insert", "top", EEXIST);
	ck_assert_int_eq(run_load("top", 0), 0);
	ck_assert_str_eq(seen.text, "before base\nbefore mid\nbefore top\n");
	ck_assert_int_eq(run_load("top", KMOD_PROBE_FAIL_ON_LOADED), -EEXIST);
	ck_assert_str_eq(seen.text,
			 "before base\nbefore mid\nbefore top\nfailed top 17\n");
}
END_TEST

START_TEST(d30_repeated_step_is_announced_again_and_done_once)
{
	ts_write("etc/modprobe.d/a.conf", "softdep top pre: soft\n");
	ck_assert_int_eq(run_load("top", 0), 0);
	ck_assert_str_eq(
		seen.text,
		"before base\nbefore mid\nbefore base\nbefore soft\nbefore top\n");
	ck_assert_str_eq(ts_calls(), "finit_module base flags=0x0 params=\"\" = 0\n"
				     "finit_module mid flags=0x0 params=\"\" = 0\n"
				     "finit_module soft flags=0x0 params=\"\" = 0\n"
				     "finit_module top flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(negative_verdict_runs_nothing)
{
	ts_remove(TS_MODULES "/kernel/base.ko");
	ck_assert_int_eq(run_load("top", 0), -ENOENT);
	ck_assert_str_eq(ts_calls(), "");
	ck_assert_str_eq(seen.text, "");
}
END_TEST

START_TEST(d22_dry_run_shows_what_is_known_before_it_fails)
{
	struct plan_runner how = hooked();

	how.dry_run = true;
	ts_remove(TS_MODULES "/kernel/base.ko");
	ck_assert_int_eq(run_load_with(how, "top", 0), -ENOENT);
	ck_assert_str_eq(seen.text, "before top\n");
}
END_TEST

START_TEST(force_flags_reach_every_insertion)
{
	struct plan_runner how = hooked();

	how.insert_flags = KMOD_INSERT_FORCE_VERMAGIC | KMOD_INSERT_FORCE_MODVERSION;
	ck_assert_int_eq(run_load_with(how, "mid", 0), 0);
	ck_assert_str_eq(ts_calls(), "finit_module base flags=0x3 params=\"\" = 0\n"
				     "finit_module mid flags=0x3 params=\"\" = 0\n");
}
END_TEST

/* ---- commands ---- */

START_TEST(install_command_gets_options_and_the_modules_name)
{
	ts_write("etc/modprobe.d/a.conf", ts_fmt("options other x=1\ninstall other echo "
						 "$MODPROBE_MODULE:$CMDLINE_OPTS >%s\n",
						 ts_path("out")));
	ck_assert_int_eq(run_load("other", 0), 0);
	ck_assert_str_eq(ts_read("out", NULL), "other:x=1\n");
	ck_assert_str_eq(ts_calls(), "");
	ck_assert_ptr_null(getenv("MODPROBE_MODULE"));
}
END_TEST

START_TEST(callers_module_variable_is_kept_and_replaced_in_the_child)
{
	setenv("MODPROBE_MODULE", "mine", 1);
	ts_write(
		"etc/modprobe.d/a.conf",
		ts_fmt("install other env | grep MODPROBE_MODULE >%s\n", ts_path("out")));
	ck_assert_int_eq(run_load("other", 0), 0);
	ck_assert_str_eq(ts_read("out", NULL), "MODPROBE_MODULE=other\n");
	ck_assert_str_eq(getenv("MODPROBE_MODULE"), "mine");
}
END_TEST

START_TEST(failed_install_command_is_einval)
{
	ts_write("etc/modprobe.d/a.conf", "install other exit 3\n");
	ck_assert_int_eq(run_load("other", 0), -EINVAL);
	ck_assert_str_eq(seen.text, "before other\nfailed other 22\n");
}
END_TEST

START_TEST(d24_command_killed_by_a_signal_failed)
{
	ts_write("etc/modprobe.d/a.conf", "install other kill -9 $$\n");
	ck_assert_int_eq(run_load("other", 0), -EINVAL);
}
END_TEST

START_TEST(child_has_clean_signals)
{
	sigset_t all;

	/* With TERM blocked or ignored the shell would survive it. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGTERM, SIG_IGN);
	ts_write("etc/modprobe.d/a.conf",
		 ts_fmt("install other kill $$; echo alive >%s\n", ts_path("out")));
	ck_assert_int_eq(run_load("other", 0), -EINVAL);
	ck_assert(!ts_exists("out"));
}
END_TEST

static int answer_seven(struct kmod_module *mod, const char *command, void *data)
{
	struct seen *s = data;

	s->text = ts_fmt("%srun %s for %s\n", s->text, command,
			 kmod_module_get_name(mod));
	return 7;
}

START_TEST(callers_own_way_to_run_commands_is_used)
{
	struct plan_runner how = hooked();

	how.run_install = answer_seven;
	ts_write("etc/modprobe.d/a.conf", "install other hello\ninstall base hi\n");
	ck_assert_int_eq(run_load_with(how, "other", 0), 7);
	ck_assert_str_eq(seen.text, "before other\nrun hello for other\n");
	/* Only the last step's answer is given back. */
	ck_assert_int_eq(run_load_with(how, "mid", 0), 0);
}
END_TEST

START_TEST(command_of_a_module_that_came_meanwhile_is_not_run)
{
	struct plan *plan;
	struct plan_runner how = hooked();

	ts_write("etc/modprobe.d/a.conf", "install other exit 1\n");
	plan = plans_load("other", 0, NULL);
	ts_kernel_load("other");
	ck_assert_int_eq(plan_run(plan, &how), 0);
	ck_assert_str_eq(seen.text, "");
	plan_free(plan);
}
END_TEST

/* ---- removing ---- */

START_TEST(removal_frees_dependencies_one_by_one)
{
	ts_kernel_load("top");
	ck_assert_int_eq(run_unload("top"), 0);
	ck_assert_str_eq(ts_calls(), "delete_module top flags=0x800 = 0\n"
				     "delete_module mid flags=0x800 = 0\n"
				     "delete_module base flags=0x800 = 0\n");
	ck_assert(!ts_kernel_has("base"));
}
END_TEST

START_TEST(force_becomes_a_flag)
{
	struct plan_runner how = hooked();

	how.remove_flags = KMOD_REMOVE_FORCE;
	ts_kernel_load("other");
	ck_assert_int_eq(run_unload_with(how, "other", (struct plan_unload_request){ 0 }),
			 0);
	ck_assert_str_eq(ts_calls(), "delete_module other flags=0xa00 = 0\n");
}
END_TEST

START_TEST(freed_dependency_is_looked_at_again)
{
	const struct plan_unload_request req = { 0 };
	struct plan_runner how = hooked();
	struct plan *plan;

	ts_kernel_load("top");
	plan = plans_unload("top", &req);
	ts_kernel_use("mid", 1);
	ck_assert_int_eq(plan_run(plan, &how), 0);
	ck_assert_str_eq(seen.text, "before top\n");
	ck_assert_str_eq(ts_calls(), "delete_module top flags=0x800 = 0\n");
	plan_free(plan);
}
END_TEST

/* What uses a dependency through the crypto API shows in its count only. */
START_TEST(d26_dependency_that_looked_busy_is_looked_at_again)
{
	const struct plan_unload_request req = { 0 };
	struct plan_runner how = hooked();
	struct plan *plan;

	ts_kernel_load("top");
	ts_kernel_use("mid", 1);
	plan = plans_unload("top", &req);
	ts_kernel_use("mid", -1);
	ck_assert_int_eq(plan_run(plan, &how), 0);
	ck_assert_str_eq(ts_calls(), "delete_module top flags=0x800 = 0\n"
				     "delete_module mid flags=0x800 = 0\n"
				     "delete_module base flags=0x800 = 0\n");
	plan_free(plan);
}
END_TEST

START_TEST(failed_removal_stops_unless_it_may_fail)
{
	ts_kernel_load("top");
	ts_module_error("remove", "mid", EBUSY);
	ck_assert_int_eq(run_unload("top"), 0);
	ck_assert_str_eq(seen.text, "before top\nbefore mid\nfailed mid 16\n");
	ts_kernel_load("other");
	ts_module_error("remove", "other", EBUSY);
	ck_assert_int_eq(run_unload("other"), -EBUSY);
}
END_TEST

static long long now_msec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

START_TEST(waiting_tries_again_until_the_budget_is_spent)
{
	struct plan_runner how = hooked();
	long long begin = now_msec();
	size_t tries = 0;

	how.wait_msec = 100;
	ts_kernel_load("other");
	ts_kernel_use("other", 1);
	ck_assert_int_eq(run_unload_with(how, "other",
					 (struct plan_unload_request){ .wait = true }),
			 -EAGAIN);
	ck_assert_int_ge(now_msec() - begin, 100);
	for (const char *p = ts_calls(); (p = strchr(p, '\n')); p++)
		tries++;
	/* At 0, 10, 30, 70 and 100 ms, fewer on a busy machine. */
	ck_assert_msg(tries >= 2 && tries <= 6, "%zu tries", tries);
	ck_assert_str_eq(seen.text, "before other\nfailed other 11\n");
}
END_TEST

START_TEST(only_eagain_is_worth_waiting)
{
	struct plan_runner how = hooked();

	how.wait_msec = 60000;
	ts_kernel_load("other");
	ts_module_error("remove", "other", EBUSY);
	ck_assert_int_eq(run_unload_with(how, "other",
					 (struct plan_unload_request){ .wait = true }),
			 -EBUSY);
}
END_TEST

START_TEST(d24_failed_remove_command_stops)
{
	ts_write("etc/modprobe.d/a.conf", "remove other kill -9 $$\n");
	ck_assert_int_eq(run_unload("other"), -EINVAL);
	ck_assert_str_eq(seen.text, "before other\nfailed other 22\n");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		steps_are_done_in_order_each_announced_before,
		dry_run_announces_and_does_nothing,
		failed_dependency_stops_and_is_returned,
		failed_softdep_is_reported_and_passed_over,
		already_there_is_fine_unless_it_must_be_new,
		d30_repeated_step_is_announced_again_and_done_once,
		negative_verdict_runs_nothing,
		d22_dry_run_shows_what_is_known_before_it_fails,
		force_flags_reach_every_insertion,
		install_command_gets_options_and_the_modules_name,
		callers_module_variable_is_kept_and_replaced_in_the_child,
		failed_install_command_is_einval,
		d24_command_killed_by_a_signal_failed,
		child_has_clean_signals,
		callers_own_way_to_run_commands_is_used,
		command_of_a_module_that_came_meanwhile_is_not_run,
		removal_frees_dependencies_one_by_one,
		force_becomes_a_flag,
		freed_dependency_is_looked_at_again,
		d26_dependency_that_looked_busy_is_looked_at_again,
		failed_removal_stops_unless_it_may_fail,
		waiting_tries_again_until_the_budget_is_spent,
		only_eagain_is_worth_waiting,
		d24_failed_remove_command_stops,
		NULL,
	};

	return ts_run_trapped("plan-run", tests, setup, NULL);
}
