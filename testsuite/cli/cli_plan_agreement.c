/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What -n says is what is done: the lines of a dry run against the system calls of the
 * real one, over a forged tree and a kernel that honours dependencies and use counts.
 * Nothing is loaded when all is removed again.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/strbuf.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/agreement.h"
#include "testsuite/lib/ts.h"

#define N_MODULES 120
#define N_CHOSEN 40

static const char *names[N_MODULES];
static size_t n_names;

static void collect_names(void)
{
	n_names = 0;
	for (char *p = ts_read(TS_MODULES "/modules.dep", NULL);
	     *p && n_names < N_MODULES; p = strchr(p, '\n') + 1)
		names[n_names++] = module_name_of(p, strcspn(p, ":"));
	ck_assert_uint_eq(n_names, N_MODULES);
}

static void setup(void)
{
	random_seed(20240229);
	ck_assert_int_eq(forge_tree(ts_path(TS_MODULES), N_MODULES, IMAGE_PLAIN), 0);
	struct ts_result r = ts_tool("depmod", TS_KERNEL);
	ts_expect(r, 0, "", NULL);
	collect_names();
	ts_kernel();
}

/* Random softdeps among the modules, loops included, and a few commands. */
static void write_softdeps(void)
{
	struct strbuf conf = STRBUF_INIT;

	for (size_t i = 0; i < n_names; i += 3)
		strbuf_addf(&conf, "softdep %s pre: %s post: %s\n", names[i],
			    names[random_below(N_MODULES)],
			    names[random_below(N_MODULES)]);
	strbuf_addf(&conf, "install %s true\ninstall %s true $CMDLINE_OPTS\n", names[5],
		    names[50]);
	ts_write("etc/modprobe.d/softdeps.conf", strbuf_str(&conf));
	strbuf_fini(&conf);
}

/* Removes in random order until nothing is left; users hold what they use for a while. */
static void unload_all(const char **list, size_t n)
{
	for (int pass = 0; *loaded_modules() && pass < 20; pass++) {
		random_shuffle(list, n);
		for (size_t i = 0; i < n; i++)
			if (ts_kernel_has(list[i]))
				remove_and_compare("-r", list[i]);
	}
	ck_assert_str_eq(loaded_modules(), "");
}

START_TEST(dry_run_and_real_run_agree_and_leave_nothing)
{
	random_shuffle(names, n_names);
	for (size_t i = 0; i < N_CHOSEN; i++)
		load_and_compare(names[i]);
	ck_assert_str_ne(loaded_modules(), "");
	unload_all(names, N_CHOSEN);
}
END_TEST

START_TEST(they_agree_with_softdeps_and_commands_too)
{
	write_softdeps();
	random_shuffle(names, n_names);
	for (size_t i = 0; i < N_CHOSEN; i++)
		load_and_compare(names[i]);
	unload_all(names, n_names);
}
END_TEST

START_TEST(removing_right_after_loading_leaves_nothing)
{
	for (size_t i = 0; i < n_names; i += 2) {
		load_and_compare(names[i]);
		remove_and_compare("-r", names[i]);
		ck_assert_msg(*loaded_modules() == '\0', "after %s: %s", names[i],
			      loaded_modules());
	}
}
END_TEST

START_TEST(holders_go_as_planned)
{
	for (size_t i = 0; i < n_names; i++)
		load_and_compare(names[i]);
	for (size_t i = 0; i < n_names; i++)
		remove_and_compare("--remove-holders", names[i]);
	unload_all(names, n_names);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		dry_run_and_real_run_agree_and_leave_nothing,
		they_agree_with_softdeps_and_commands_too,
		removing_right_after_loading_leaves_nothing,
		holders_go_as_planned,
		NULL,
	};

	return ts_run("plan-agreement", tests, setup, NULL);
}
