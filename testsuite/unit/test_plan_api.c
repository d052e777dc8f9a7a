/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public probe and removal calls, as callers of libkmod.h see them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "testsuite/lib/indexed.h"
#include "testsuite/lib/plans.h"
#include "testsuite/lib/ts.h"

static struct kmod_ctx *ctx;
static const char *printed;

static void setup(void)
{
	indexed_deps("kernel/top.ko: kernel/base.ko\n"
		     "kernel/base.ko:\n"
		     "kernel/other.ko:\n");
	indexed_aliases("any_top top\n");
	indexed_builtin("bolted\n");
	printed = "";
}

static void print_action(struct kmod_module *m, bool install, const char *options)
{
	printed = ts_fmt("%s%s %s [%s]\n", printed, install ? "install" : "insmod",
			 kmod_module_get_name(m), options);
}

static int run_install(struct kmod_module *m, const char *command, void *data)
{
	printed = ts_fmt("%srun %s for %s\n", printed, command, kmod_module_get_name(m));
	return *(int *)data;
}

static int probe_answering(const char *name, unsigned flags, const char *extra,
			   int answer)
{
	struct kmod_module *mod;
	int r;

	ctx = plans_ctx();
	mod = plans_find(ctx, name);
	r = kmod_module_probe_insert_module(mod, flags, extra, run_install, &answer,
					    print_action);
	kmod_module_unref(mod);
	ck_assert_ptr_null(kmod_unref(ctx));
	return r;
}

static int probe(const char *name, unsigned flags, const char *extra)
{
	return probe_answering(name, flags, extra, 0);
}

START_TEST(actions_are_printed_and_done)
{
	ts_write("etc/modprobe.d/a.conf", "options top a=1\n");
	ck_assert_int_eq(probe("top", 0, "b=2"), 0);
	ck_assert_str_eq(printed, "insmod base []\ninsmod top [a=1 b=2]\n");
	ck_assert_str_eq(ts_calls(),
			 "finit_module base flags=0x0 params=\"\" = 0\n"
			 "finit_module top flags=0x0 params=\"a=1 b=2\" = 0\n");
}
END_TEST

START_TEST(no_callbacks_are_needed)
{
	struct kmod_module *mod;

	ctx = plans_ctx();
	mod = plans_find(ctx, "top");
	ck_assert_int_eq(kmod_module_probe_insert_module(mod, 0, NULL, NULL, NULL, NULL),
			 0);
	kmod_module_unref(mod);
	kmod_unref(ctx);
}
END_TEST

START_TEST(dry_run_prints_only)
{
	ck_assert_int_eq(probe("top", KMOD_PROBE_DRY_RUN, NULL), 0);
	ck_assert_str_eq(printed, "insmod base []\ninsmod top []\n");
	ck_assert_str_eq(ts_calls(), "");
}
END_TEST

START_TEST(builtin_is_printed_when_loaded_state_is_ignored)
{
	ck_assert_int_eq(probe("bolted", KMOD_PROBE_DRY_RUN, NULL), 0);
	ck_assert_str_eq(printed, "");
	ck_assert_int_eq(
		probe("bolted", KMOD_PROBE_DRY_RUN | KMOD_PROBE_IGNORE_LOADED, NULL), 0);
	ck_assert_str_eq(printed, "insmod bolted []\n");
}
END_TEST

START_TEST(loaded_module_is_zero_or_eexist)
{
	ts_kernel_load("top");
	ck_assert_int_eq(probe("top", 0, NULL), 0);
	ck_assert_int_eq(probe("top", KMOD_PROBE_FAIL_ON_LOADED, NULL), -EEXIST);
	ck_assert_int_eq(
		probe("bolted", KMOD_PROBE_FAIL_ON_LOADED | KMOD_PROBE_DRY_RUN, NULL),
		-EEXIST);
}
END_TEST

START_TEST(blacklist_codes_come_back_positive)
{
	ts_write("etc/modprobe.d/a.conf", "blacklist top\n");
	ck_assert_int_eq(probe("top", KMOD_PROBE_APPLY_BLACKLIST, NULL),
			 KMOD_PROBE_APPLY_BLACKLIST);
	ck_assert_int_eq(probe("top", KMOD_PROBE_APPLY_BLACKLIST_ALL, NULL),
			 KMOD_PROBE_APPLY_BLACKLIST_ALL);
	ck_assert_int_eq(probe("any-top", KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL),
			 KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY);
	ck_assert_str_eq(printed, "");
	ck_assert_int_eq(probe("top", KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL), 0);
}
END_TEST

START_TEST(commands_go_to_the_caller_and_the_last_answer_comes_back)
{
	ts_write("etc/modprobe.d/a.conf",
		 "install top do it $CMDLINE_OPTS\noptions top a=1\n");
	ck_assert_int_eq(probe_answering("top", 0, "b=2", 5), 5);
	ck_assert_str_eq(
		printed,
		"insmod base []\ninstall top [a=1 b=2]\nrun do it a=1 b=2 for top\n");
	ck_assert_int_eq(probe_answering("top", 0, NULL, -EPERM), -EPERM);
}
END_TEST

START_TEST(force_bits_reach_the_kernel)
{
	ck_assert_int_eq(probe("other",
			       KMOD_PROBE_FORCE_VERMAGIC | KMOD_PROBE_FORCE_MODVERSION,
			       NULL),
			 0);
	ck_assert_str_eq(ts_calls(), "finit_module other flags=0x3 params=\"\" = 0\n");
}
END_TEST

static int remove_one(const char *name, unsigned flags)
{
	struct kmod_module *mod;
	int r;

	ctx = plans_ctx();
	kmod_set_log_fn(ctx, NULL, NULL);
	ck_assert_int_eq(kmod_module_new_from_name(ctx, name, &mod), 0);
	r = kmod_module_remove_module(mod, flags);
	kmod_module_unref(mod);
	ck_assert_ptr_null(kmod_unref(ctx));
	return r;
}

START_TEST(removal_never_waits_and_passes_only_force)
{
	ts_kernel();
	ck_assert_int_eq(remove_one("foo-bar", 0), -ENOENT);
	ck_assert_int_eq(remove_one("foo-bar", ~0u), -ENOENT);
	ck_assert_str_eq(ts_calls(), "delete_module foo_bar flags=0x800 = ENOENT\n"
				     "delete_module foo_bar flags=0xa00 = ENOENT\n");
}
END_TEST

static int n_logged;

static void count_log(void *data _unused_, int priority, const char *file _unused_,
		      int line _unused_, const char *fn _unused_,
		      const char *format _unused_, va_list args _unused_)
{
	n_logged += priority == LOG_ERR;
}

START_TEST(failed_removal_is_logged_unless_not_wanted)
{
	struct kmod_module *mod;

	ts_kernel();
	ctx = plans_ctx();
	kmod_set_log_fn(ctx, count_log, NULL);
	ck_assert_int_eq(kmod_module_new_from_name(ctx, "foo", &mod), 0);
	ck_assert_int_eq(kmod_module_remove_module(mod, KMOD_REMOVE_NOLOG), -ENOENT);
	ck_assert_int_eq(n_logged, 0);
	ck_assert_int_eq(kmod_module_remove_module(mod, 0), -ENOENT);
	ck_assert_int_eq(n_logged, 1);
	kmod_module_unref(mod);
	kmod_unref(ctx);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		actions_are_printed_and_done,
		no_callbacks_are_needed,
		dry_run_prints_only,
		builtin_is_printed_when_loaded_state_is_ignored,
		loaded_module_is_zero_or_eexist,
		blacklist_codes_come_back_positive,
		commands_go_to_the_caller_and_the_last_answer_comes_back,
		force_bits_reach_the_kernel,
		removal_never_waits_and_passes_only_force,
		failed_removal_is_logged_unless_not_wanted,
		NULL,
	};

	return ts_run_trapped("plan-api", tests, setup, NULL);
}
