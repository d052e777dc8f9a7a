/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kmod tree from outside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

/* a needs b and c, which both need d; x stands alone. Files are of 7 bytes. */
static void setup(void)
{
	static const char *const names[] = { "a", "b-1", "c", "d", "x" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ts_write(ts_fmt(TS_MODULES "/kernel/%s.ko", names[i]), "1234567");
	indexed_deps("kernel/a.ko: kernel/b-1.ko kernel/c.ko kernel/d.ko\n"
		     "kernel/b-1.ko: kernel/d.ko\nkernel/c.ko: kernel/d.ko\n"
		     "kernel/d.ko:\nkernel/x.ko:\n");
	indexed_aliases("my_alias c\n");
}

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)

START_TEST(only_direct_needs_are_branches)
{
	expect(ts_tool("kmod", "tree", "a"), 0,
	       "MODULE SIZE STATE\n"
	       "a         7 -\n"
	       "|-b_1     7 -\n"
	       "| `-d     7 -\n"
	       "`-c       7 -\n"
	       "  `-d     7 -\n",
	       "");
}
END_TEST

START_TEST(branches_are_shown_once)
{
	indexed_deps("kernel/a.ko: kernel/b-1.ko kernel/d.ko\nkernel/c.ko: kernel/b-1.ko "
		     "kernel/d.ko\n"
		     "kernel/b-1.ko: kernel/d.ko\nkernel/d.ko:\n");
	expect(ts_tool("kmod", "tree"), 0,
	       "MODULE    SIZE STATE\n"
	       "a            7 -\n"
	       "`-b_1        7 -\n"
	       "  `-d        7 -\n"
	       "c            7 -\n"
	       "`-b_1 (*)    7 -\n",
	       "");
}
END_TEST

START_TEST(reverse_shows_users)
{
	expect(ts_tool("kmod", "tree", "--reverse", "d"), 0,
	       "MODULE SIZE STATE\n"
	       "d         7 -\n"
	       "|-b_1     7 -\n"
	       "| `-a     7 -\n"
	       "`-c       7 -\n"
	       "  `-a     7 -\n",
	       "");
}
END_TEST

START_TEST(depth_cuts_branches)
{
	expect(ts_tool("kmod", "tree", "--depth", "1", "a"), 0,
	       "MODULE SIZE STATE\na         7 -\n|-b_1     7 -\n`-c       7 -\n", "");
	expect(ts_tool("kmod", "tree", "-d0", "a"), 0,
	       "MODULE SIZE STATE\na         7 -\n", "");
	expect(ts_tool("kmod", "tree", "-dx", "a"), 1, "",
	       "kmod: ERROR: 'x' is no depth\n");
}
END_TEST

START_TEST(state_and_size_of_what_is_loaded)
{
	ts_kernel_load("c");
	ts_write("sys/module/d/coresize", "4096\n");
	expect(ts_tool("kmod", "tree", "my-alias", "x"), 0,
	       "MODULE  SIZE STATE\n"
	       "c      16384 live\n"
	       "`-d     4096 live\n"
	       "x          7 -\n",
	       "");
}
END_TEST

START_TEST(loaded_is_what_the_kernel_tells)
{
	ts_kernel_load("c");
	ts_remove(TS_MODULES "/modules.dep.bin");
	expect(ts_tool("kmod", "tree", "--loaded"), 0,
	       "MODULE  SIZE STATE\n"
	       "c      16384 live\n"
	       "`-d    16384 live\n",
	       "");
}
END_TEST

START_TEST(loaded_leaves_out_what_is_not)
{
	ts_kernel_load("c");
	expect(ts_tool("kmod", "tree", "--loaded", "x"), 1, "",
	       "kmod: ERROR: module x is not loaded\n");
	expect(ts_tool("kmod", "tree", "--loaded", "-k", "9.9"), 1, "",
	       "kmod: ERROR: --loaded is about the running kernel\n");
}
END_TEST

START_TEST(loaded_without_the_kernel_telling_is_an_error)
{
	ts_kernel_load("c");
	ts_remove("sys/module");
	expect(ts_tool("kmod", "tree", "--loaded"), 1, "",
	       "kmod: ERROR: could not read /sys/module: No such file or directory\n");
	ts_remove("proc/modules");
	expect(ts_tool("kmod", "tree", "--loaded", "--json"), 1, "",
	       "kmod: ERROR: could not read /proc/modules: No such file or directory\n");
}
END_TEST

START_TEST(module_that_is_gone_meanwhile_is_left_out)
{
	ts_kernel_load("c");
	ts_remove("sys/module/c");
	ts_remove("sys/module/d/holders/c");
	expect(ts_tool("kmod", "tree", "--loaded"), 0,
	       "MODULE  SIZE STATE\nd      16384 live\n", "");
}
END_TEST

START_TEST(built_in_module_has_no_branches)
{
	indexed_builtin("i8042\n");
	expect(ts_tool("kmod", "tree", "i8042"), 0,
	       "MODULE SIZE STATE\ni8042     - builtin\n", "");
}
END_TEST

START_TEST(circle_in_modules_dep_ends)
{
	indexed_deps("kernel/a.ko: kernel/b-1.ko\nkernel/b-1.ko: kernel/a.ko\n");
	expect(ts_tool("kmod", "tree", "a"), 0,
	       "MODULE    SIZE STATE\n"
	       "a            7 -\n"
	       "`-b_1        7 -\n"
	       "  `-a (*)    7 -\n",
	       "");
}
END_TEST

START_TEST(dot_is_a_graph_that_graphviz_draws)
{
	struct ts_result r = ts_tool("kmod", "tree", "--dot", "b-1");

	ts_expect(r, 0,
		  "digraph modules {\n\trankdir=LR;\n\tnode "
		  "[shape=box];\n\t\"b_1\";\n\t\"d\";\n"
		  "\t\"b_1\" -> \"d\";\n}\n",
		  "");
	if (system("command -v dot >/dev/null 2>&1") != 0)
		return;
	ts_write("graph.dot", r.out);
	ck_assert_int_eq(system(ts_fmt("dot -Tpng -o '%s' '%s'", ts_path("graph.png"),
				       ts_path("graph.dot"))),
			 0);
	ck_assert_int_eq(memcmp(ts_read("graph.png", NULL), "\x89PNG", 4), 0);
}
END_TEST

START_TEST(reverse_graph_has_the_same_arrows)
{
	struct ts_result r = ts_tool("kmod", "tree", "--dot", "-r", "d");

	ck_assert_ptr_nonnull(strstr(r.out, "\"b_1\" -> \"d\";\n"));
	ck_assert_ptr_nonnull(strstr(r.out, "\"a\" -> \"c\";\n"));
}
END_TEST

START_TEST(json_names_each_module_once)
{
	expect(ts_tool("kmod", "tree", "--json", "b-1", "c"), 0,
	       "{\"version\":1,\"kind\":\"tree\",\"kernel\":\"" TS_KERNEL
	       "\",\"reverse\":false,\"roots\":[\"b_1\",\"c\"],\"modules\":["
	       "{\"name\":\"b_1\",\"path\":\"/" TS_MODULES
	       "/kernel/"
	       "b-1.ko\",\"state\":null,\"size\":7,\"needs\":[\"d\"],\"users\":[\"a\"]},"
	       "{\"name\":\"d\",\"path\":\"/" TS_MODULES
	       "/kernel/"
	       "d.ko\",\"state\":null,\"size\":7,\"needs\":[],\"users\":[\"b_1\",\"c\"]},"
	       "{\"name\":\"c\",\"path\":\"/" TS_MODULES
	       "/kernel/"
	       "c.ko\",\"state\":null,\"size\":7,\"needs\":[\"d\"],\"users\":[\"a\"]}]}"
	       "\n",
	       "");
}
END_TEST

START_TEST(options_that_exclude_each_other_are_refused)
{
	static const char words[] = "kmod: ERROR: --dot and --json exclude each other\n";

	expect(ts_tool("kmod", "tree", "--dot", "--json", "a"), 1, "", words);
	expect(ts_tool("kmod", "tree", "--json", "--dot"), 1, "", words);
	expect(ts_tool("kmod", "tree", "--loaded", "-b", "/other"), 1, "",
	       "kmod: ERROR: --loaded is about the running kernel\n");
	expect(ts_tool("kmod", "tree", "-d0", "--dot", "--dot", "x"), 0, NULL, "");
}
END_TEST

START_TEST(errors_are_status_1)
{
	expect(ts_tool("kmod", "tree", "nosuch"), 1, "",
	       "kmod: ERROR: module nosuch not found in directory /" TS_MODULES "\n");
	ts_release("9.9");
	expect(ts_tool("kmod", "tree"), 1, "",
	       "kmod: ERROR: could not read /lib/modules/9.9/modules.dep.bin: No such "
	       "file or directory\n");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		only_direct_needs_are_branches,
		branches_are_shown_once,
		reverse_shows_users,
		depth_cuts_branches,
		state_and_size_of_what_is_loaded,
		loaded_is_what_the_kernel_tells,
		loaded_leaves_out_what_is_not,
		loaded_without_the_kernel_telling_is_an_error,
		module_that_is_gone_meanwhile_is_left_out,
		built_in_module_has_no_branches,
		circle_in_modules_dep_ends,
		dot_is_a_graph_that_graphviz_draws,
		reverse_graph_has_the_same_arrows,
		json_names_each_module_once,
		options_that_exclude_each_other_are_refused,
		errors_are_status_1,
		NULL,
	};

	return ts_run("tree", tests, setup, NULL);
}
