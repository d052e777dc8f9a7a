/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * --json of all tools: shapes by hand, and every document against the schema by a real
 * validator, with text from hostile modules and files. Without the validator those tests
 * do nothing, unless TS_NEED_VALIDATOR is set, as make check-json does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testsuite/forge/forge.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

#define NASTY "\x01\x1b[31m\"\\\xff\xc3\xbc\xe2\x82"
#define NASTY_JSON "\\u0001\\u001b[31m\\\"\\\\\\ufffd\xc3\xbc\\ufffd\\ufffd"

static void setup(void)
{
	const struct forge_module foo = {
		.name = "foo",
		.flags = FORGE_BARE_MODINFO,
		.modinfo = FORGE_STRINGS(
			"license=GPL", "alias=a", "alias=" NASTY, "x" NASTY "=1",
			"parm=level:How " NASTY, "parmtype=level:int", "parmtype=on:bool",
			"firmware=" NASTY, "vermagic=" TS_KERNEL " " NASTY),
		.imports = FORGE_SYMBOLS({ .name = "bar_get", .crc = 1 },
					 { .name = "no" NASTY }),
	};
	const struct forge_module bar = {
		.name = "bar",
		.exports = FORGE_SYMBOLS({ .name = "bar_get", .crc = 2 }),
	};

	ck_assert_int_eq(
		forge_write(&foo, IMAGE_PLAIN, ts_path(TS_MODULES "/kernel/foo.ko")), 0);
	ck_assert_int_eq(
		forge_write(&bar, IMAGE_PLAIN, ts_path(TS_MODULES "/kernel/bar.ko")), 0);
	indexed_deps("kernel/foo.ko: kernel/bar.ko\nkernel/bar.ko:\n");
	indexed_aliases("pci:v1* foo\nodd\x01\x1b\" bar\n");
	indexed_symbols("bar_get bar\n");
	indexed_builtin("i8042\n");
	ts_write("etc/modprobe.d/x.conf",
		 "alias my foo\noptions foo level=" NASTY "\nblacklist bar\n"
		 "softdep foo pre: bar\nweakdep foo bar\nremove bar x " NASTY "\n"
		 "bogus" NASTY "\n");
}

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)

/* ---- shapes ---- */

START_TEST(lsmod_lists_modules)
{
	ts_kernel_load("foo");
	expect(ts_tool("lsmod", "--json"), 0,
	       "{\"version\":1,\"kind\":\"loaded\",\"modules\":["
	       "{\"name\":\"foo\",\"size\":16384,\"used\":0,\"used_by\":[]},"
	       "{\"name\":\"bar\",\"size\":16384,\"used\":1,\"used_by\":[\"foo\"]}]}\n",
	       "");
}
END_TEST

START_TEST(modinfo_has_arrays_and_parameters)
{
	struct ts_result r = ts_tool("modinfo", "--json", "foo");

	ck_assert_int_eq(r.status, 0);
	ck_assert_ptr_nonnull(strstr(
		r.out, "\"fields\":{\"license\":[\"GPL\"],\"alias\":[\"a\",\"" NASTY_JSON
		       "\"],\"x" NASTY_JSON "\":[\"1\"],"));
	ck_assert_ptr_nonnull(
		strstr(r.out, "\"parameters\":[{\"name\":\"level\",\"type\":\"int\","
			      "\"description\":\"How " NASTY_JSON
			      "\"},{\"name\":\"on\",\"type\":\"bool\","
			      "\"description\":null}]}\n"));
}
END_TEST

START_TEST(modinfo_of_one_field)
{
	expect(ts_tool("modinfo", "--json", "-F", "license", "foo", "i8042"), 0,
	       "{\"version\":1,\"kind\":\"modinfo\",\"name\":\"foo\",\"filename\":"
	       "\"/" TS_MODULES "/kernel/"
	       "foo.ko\",\"builtin\":false,\"fields\":{\"license\":["
	       "\"GPL\"]},\"parameters\":[]}\n"
	       "{\"version\":1,\"kind\":\"modinfo\",\"name\":\"i8042\",\"filename\":null,"
	       "\"builtin\":true,"
	       "\"fields\":{},\"parameters\":[]}\n",
	       "");
}
END_TEST

START_TEST(modprobe_shows_a_plan)
{
	struct ts_result r = ts_tool("modprobe", "-q", "-n", "--json", "bar");

	ts_expect(
		r, 0,
		"{\"version\":1,\"kind\":\"plan\",\"action\":\"insert\",\"module\":"
		"\"bar\","
		"\"possible\":true,\"blacklisted\":false,\"error\":null,\"missing_path\":"
		"null,"
		"\"steps\":[{\"op\":\"insert\",\"module\":\"bar\",\"path\":\"/" TS_MODULES
		"/kernel/"
		"bar.ko\",\"reason\":\"requested\",\"role\":\"requested\",\"because\":"
		"null,"
		"\"options\":\"\",\"command\":null,\"file\":null,\"line\":null,\"may_"
		"fail\":false,"
		"\"repeated\":false}]}\n",
		"");
	ck_assert_str_eq(ts_calls(), "");
}
END_TEST

START_TEST(modprobe_resolves)
{
	expect(ts_tool("modprobe", "-q", "-R", "--json", "pci:v12"), 0,
	       "{\"version\":1,\"kind\":\"resolve\",\"request\":\"pci:v12\",\"matches\":["
	       "{\"module\":\"foo\","
	       "\"found_in\":\"modules.alias\",\"pattern\":\"pci:v1*\",\"file\":"
	       "\"modules.alias\","
	       "\"line\":null}]}\n",
	       "");
}
END_TEST

START_TEST(modprobe_streams_the_configuration)
{
	struct ts_result r = ts_tool("modprobe", "-q", "-c", "--json");

	ck_assert_int_eq(r.status, 0);
	ck_assert_ptr_nonnull(strstr(
		r.out, "{\"version\":1,\"kind\":\"rule\",\"rule\":\"blacklist\","
		       "\"name\":\"bar\",\"text\":null,\"origin\":\"configuration\","
		       "\"file\":\"/etc/modprobe.d/x.conf\",\"line\":3}\n"));
	ck_assert_ptr_nonnull(strstr(
		r.out, "{\"version\":1,\"kind\":\"alias\",\"index\":\"modules.alias\","
		       "\"pattern\":\"pci:v1*\",\"module\":\"foo\"}\n"));
}
END_TEST

START_TEST(modprobe_that_acts_has_no_json)
{
	expect(ts_tool("modprobe", "-q", "--json", "bar"), 1, "", NULL);
	ck_assert_str_eq(ts_calls(), "");
}
END_TEST

START_TEST(depmod_sums_up)
{
	struct ts_result r = ts_tool("depmod", "-q", "-n", "--json");

	ck_assert_int_eq(r.status, 0);
	ck_assert_ptr_nonnull(
		strstr(r.out, "{\"version\":1,\"kind\":\"depmod\",\"kernel\":\"" TS_KERNEL
			      "\",\"directory\":\"/" TS_MODULES
			      "\",\"modules\":2,\"damaged\":0,\"files\":["
			      "{\"name\":\"modules.dep\",\"entries\":2,\"bytes\":44}"));
	expect(ts_tool("depmod", "--json"), 1, "",
	       "depmod: FATAL: --json goes with -n\n");
}
END_TEST

/* ---- the schema ---- */

/* make check does without; make check-json needs it. */
static bool is_missing(const char *program)
{
	if (access(program, X_OK) == 0 || getenv("TS_NEED_VALIDATOR"))
		return false;
	printf("# not tested: there is no %s\n", program);
	return true;
}

/* What it says of documents: kinds and numbers; NULL when it is not there. */
static const char *validate(const char *documents)
{
	struct ts_result r;

	if (is_missing("/usr/bin/python3"))
		return NULL;
	ts_no_traps();
	ts_stdin(documents);
	r = ts_tool("/usr/bin/python3", ts_source("testsuite/cli/validate-json.py"),
		    ts_source("doc/schema/kmod.schema.json"));
	if (r.status == 77 && !getenv("TS_NEED_VALIDATOR"))
		return NULL;
	ck_assert_msg(r.status == 0, "status %d\n%s%s\n%s", r.status, r.out, r.err,
		      documents);
	return r.out;
}

START_TEST(every_output_fits_the_schema)
{
	static const char *const runs[][8] = {
		{ "lsmod", "--json" },
		{ "modinfo", "--json", "foo", "bar", "i8042" },
		{ "modinfo", "--json", "-F", "parm", "foo" },
		{ "modprobe", "-q", "-n", "--json", "foo", NASTY },
		{ "modprobe", "-q", "-D", "--json", "my" },
		{ "modprobe", "-q", "-D", "-b", "--json", "bar" },
		{ "modprobe", "-q", "-n", "-r", "--json", "bar" },
		{ "modprobe", "-q", "-R", "--json", "odd\x01\x1b\"" },
		{ "modprobe", "-q", "-R", "--json", "my" },
		{ "modprobe", "-q", "-c", "--json" },
		{ "depmod", "-q", "-n", "--json" },
		{ "kmod", "check", "--json", "foo", "bar", "i8042" },
		{ "kmod", "check", "--json", "--all" },
		{ "kmod", "tree", "--json" },
		{ "kmod", "tree", "--json", "-r", "bar", "i8042" },
		{ "kmod", "tree", "--json", "--loaded" },
		{ "kmod", "lint", "--json" },
		{ "kmod", "why", "--json", "foo" },
	};
	const char *all = "", *kinds;

	ts_kernel_load("bar");
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		struct ts_result r = ts_tool_argv(runs[i]);

		ck_assert_msg(r.out_len > 0, "%s %s gives nothing: %s", runs[i][0],
			      runs[i][1], r.err);
		all = ts_fmt("%s%s", all, r.out);
	}
	kinds = validate(all);
	if (kinds)
		ck_assert_str_eq(kinds, "alias 3\ncheck 5\ndepmod 1\nlint 4\nloaded "
					"1\nmodinfo 4\nplan 4\n"
					"resolve 2\nrule 6\ntree 3\nwhy 1\n");
}
END_TEST

START_TEST(schema_refuses_what_is_none_of_it)
{
	struct ts_result r;

	if (!validate("{\"version\":1,\"kind\":\"loaded\",\"modules\":[]}\n"))
		return;
	ts_stdin("{\"version\":2,\"kind\":\"loaded\",\"modules\":[]}\n");
	r = ts_tool("/usr/bin/python3", ts_source("testsuite/cli/validate-json.py"),
		    ts_source("doc/schema/kmod.schema.json"));
	ck_assert_int_eq(r.status, 1);
}
END_TEST

/* ---- the manual ---- */

/* roff writes a backslash as "\\e". */
static void undo_roff(char *s)
{
	char *to = s;

	for (; *s; s++) {
		*to++ = *s;
		if (s[0] == '\\' && s[1] == 'e')
			s++;
	}
	*to = '\0';
}

/* "COMMAND | jq [-r] 'FILTER'" */
static void run_example(char *line)
{
	char *filter = strchr(line, '\''), *end = filter ? strrchr(line, '\'') : NULL;
	char *pipe = strstr(line, " | jq "), *word, *rest = NULL;
	const char *argv[16] = { NULL };
	struct ts_result r;
	size_t n = 0;

	ck_assert_msg(filter && end > filter && pipe && pipe < filter, "%s", line);
	*end = *pipe = '\0';
	undo_roff(filter);
	for (word = strtok_r(line, " ", &rest); word && n < 15;
	     word = strtok_r(NULL, " ", &rest))
		argv[n++] = word;
	r = ts_tool_argv(argv);
	ck_assert_msg(r.out_len > 0, "%s gives nothing: %s", argv[0], r.err);
	ts_stdin(r.out);
	r = ts_tool("/usr/bin/jq", "-r", filter + 1);
	ck_assert_msg(r.status == 0 && r.out_len > 0, "jq '%s': status %d, %s",
		      filter + 1, r.status, r.err);
}

START_TEST(examples_of_the_manual_work)
{
	static const char mark[] = "\n$ ";
	char *text = NULL;
	size_t size = 0, n = 0;
	FILE *page;

	if (is_missing("/usr/bin/jq"))
		return;
	page = fopen(ts_source("man/kmod.8.in"), "re");
	ck_assert_ptr_nonnull(page);
	ck_assert_int_gt(getdelim(&text, &size, '\0', page), 0);
	fclose(page);
	ts_kernel_load("foo");
	for (char *next = strstr(text, mark); next; next = strstr(next, mark)) {
		char *begin = next + sizeof(mark) - 1, *end = strchr(begin, '\n');

		next = end;
		*end = '\0';
		if (strstr(begin, " | jq ")) {
			run_example(begin);
			n++;
		}
		*end = '\n';
	}
	free(text);
	ck_assert_uint_ge(n, 3);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		lsmod_lists_modules,
		modinfo_has_arrays_and_parameters,
		modinfo_of_one_field,
		modprobe_shows_a_plan,
		modprobe_resolves,
		modprobe_streams_the_configuration,
		modprobe_that_acts_has_no_json,
		depmod_sums_up,
		every_output_fits_the_schema,
		schema_refuses_what_is_none_of_it,
		examples_of_the_manual_work,
		NULL,
	};

	return ts_run("json", tests, setup, NULL);
}
