/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What -n says is what is done: the lines of a dry run against the system calls of the
 * real one, over a forged tree and a kernel that honours dependencies and use counts.
 * Nothing is loaded when all is removed again.
 */
#include <stdlib.h>
#include <string.h>

#include "libkmod/name.h"
#include "shared/strbuf.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/ts.h"

#define N_MODULES 120
#define N_CHOSEN 40

static const char *names[N_MODULES];
static size_t n_names;
static uint32_t seed;

static uint32_t below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % n;
}

static void shuffle(const char **list, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = below((uint32_t)i);
		const char *kept = list[i - 1];

		list[i - 1] = list[j];
		list[j] = kept;
	}
}

static const char *name_of(const char *path, size_t len)
{
	char name[NAME_SIZE];

	name_from_path(ts_fmt("%.*s", (int)len, path), name);
	return ts_fmt("%s", name);
}

static void collect_names(void)
{
	n_names = 0;
	for (char *p = ts_read(TS_MODULES "/modules.dep", NULL);
	     *p && n_names < N_MODULES; p = strchr(p, '\n') + 1)
		names[n_names++] = name_of(p, strcspn(p, ":"));
	ck_assert_uint_eq(n_names, N_MODULES);
}

static void setup(void)
{
	seed = 20240229;
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
			    names[below(N_MODULES)], names[below(N_MODULES)]);
	strbuf_addf(&conf, "install %s true\ninstall %s true $CMDLINE_OPTS\n", names[5],
		    names[50]);
	ts_write("etc/modprobe.d/softdeps.conf", strbuf_str(&conf));
	strbuf_fini(&conf);
}

static bool has_line(const struct strbuf *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *p = strbuf_str(text); (p = strstr(p, line)); p++)
		if ((p == text->data || p[-1] == '\n') && p[len] == '\n')
			return true;
	return false;
}

/* "VERB what" lines as names, each once (D30); other lines are left out. */
static const char *planned(const char *out, const char *verb)
{
	struct strbuf text = STRBUF_INIT;
	size_t verb_len = strlen(verb);
	const char *result;

	for (const char *p = out; *p; p += strcspn(p, "\n") + 1) {
		const char *name;

		if (strncmp(p, verb, verb_len) != 0)
			continue;
		name = name_of(p + verb_len, strcspn(p + verb_len, " \n"));
		if (!has_line(&text, name))
			strbuf_addf(&text, "%s\n", name);
	}
	result = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return result;
}

/* Names of the calls so far, all of which must have succeeded. */
static const char *done(const char *call)
{
	struct strbuf text = STRBUF_INIT;
	size_t call_len = strlen(call);
	const char *result;

	for (const char *p = ts_calls(); *p; p += strcspn(p, "\n") + 1) {
		size_t len = strcspn(p, "\n");

		ck_assert_msg(strncmp(p, call, call_len) == 0 &&
				      strncmp(p + len - 4, " = 0", 4) == 0,
			      "unexpected call: %.*s", (int)len, p);
		p += call_len;
		strbuf_addf(&text, "%.*s\n", (int)strcspn(p, " "), p);
	}
	result = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return result;
}

static void load_and_compare(const char *name)
{
	struct ts_result plan = ts_tool("modprobe", "-n", name);
	struct ts_result real;

	ts_expect(plan, 0, NULL, "");
	ts_calls_clear();
	real = ts_tool("modprobe", name);
	ts_expect(real, 0, "", "");
	ck_assert_str_eq(done("finit_module "), planned(plan.out, "insmod "));
}

/* Compares, whether the module can be removed now or not. */
static void unload_and_compare(const char *name)
{
	struct ts_result plan = ts_tool("modprobe", "-r", "-n", name);
	struct ts_result real;

	ts_calls_clear();
	real = ts_tool("modprobe", "-r", name);
	ts_expect(real, plan.status, "", plan.err);
	ck_assert_str_eq(done("delete_module "), planned(plan.out, "rmmod "));
}

static const char *loaded(void)
{
	return ts_exists("proc/modules") ? ts_read("proc/modules", NULL) : "";
}

/* Removes in random order until nothing is left; users hold what they use for a while. */
static void unload_all(const char **list, size_t n)
{
	for (int pass = 0; *loaded() && pass < 20; pass++) {
		shuffle(list, n);
		for (size_t i = 0; i < n; i++)
			if (ts_kernel_has(list[i]))
				unload_and_compare(list[i]);
	}
	ck_assert_str_eq(loaded(), "");
}

START_TEST(dry_run_and_real_run_agree_and_leave_nothing)
{
	shuffle(names, n_names);
	for (size_t i = 0; i < N_CHOSEN; i++)
		load_and_compare(names[i]);
	ck_assert_str_ne(loaded(), "");
	unload_all(names, N_CHOSEN);
}
END_TEST

START_TEST(they_agree_with_softdeps_and_commands_too)
{
	write_softdeps();
	shuffle(names, n_names);
	for (size_t i = 0; i < N_CHOSEN; i++)
		load_and_compare(names[i]);
	unload_all(names, n_names);
}
END_TEST

START_TEST(removing_right_after_loading_leaves_nothing)
{
	for (size_t i = 0; i < n_names; i += 2) {
		load_and_compare(names[i]);
		unload_and_compare(names[i]);
		ck_assert_msg(*loaded() == '\0', "after %s: %s", names[i], loaded());
	}
}
END_TEST

START_TEST(holders_go_as_planned)
{
	for (size_t i = 0; i < n_names; i++)
		load_and_compare(names[i]);
	for (size_t i = 0; i < n_names; i++) {
		struct ts_result plan = ts_tool("modprobe", "-n", "--remove-holders",
						names[i]);
		struct ts_result real;

		ts_calls_clear();
		real = ts_tool("modprobe", "--remove-holders", names[i]);
		ts_expect(real, plan.status, "", plan.err);
		ck_assert_str_eq(done("delete_module "), planned(plan.out, "rmmod "));
	}
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
