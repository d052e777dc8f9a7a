/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kmod why: for each situation the answer, the exit status, and the line of the report
 * that names the file and line behind it.
 */
#include <errno.h>
#include <string.h>

#include "shared/strbuf.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

/* top needs mid and base, mid needs base; lone stands alone; bolted is built in. */
static void setup(void)
{
	indexed_deps("kernel/top.ko: kernel/mid.ko kernel/base.ko\n"
		     "kernel/mid.ko: kernel/base.ko\n"
		     "kernel/base.ko:\n"
		     "kernel/lone.ko:\n"
		     "kernel/crash-dump.ko:\n");
	indexed_aliases("pci:v1d* lone\nusb:v2* mid\nusb:v2p3* lone\n");
	indexed_builtin("bolted\n");
}

static void conf(const char *text)
{
	ts_write("etc/modprobe.d/x.conf", text);
}

/* Runs it, compares status and first line; the rest is returned. */
static const char *why(const char *request, int status, const char *answer)
{
	struct ts_result r = ts_tool("kmod", "why", request);
	char *end = strchr(r.out, '\n');

	ck_assert_str_eq(r.err, "");
	ck_assert_ptr_nonnull(end);
	*end = '\0';
	ck_assert_str_eq(r.out, answer);
	ck_assert_int_eq(r.status, status);
	return end + 1;
}

/* Is there exactly this line? */
static void expect_line(const char *text, const char *line)
{
	const char *framed = ts_fmt("\n%s\n", line);

	ck_assert_msg(strstr(text, framed) != NULL, "no line '%s' in:\n%s", line, text);
}

/* ---- loads ---- */

START_TEST(module_with_dependencies_is_loaded_after_them)
{
	const char *rest = why("top", 0, "top will be loaded, after base and mid");

	ck_assert_str_eq(rest,
			 "\nrequest:\n"
			 "  top is a name in modules.dep: /" TS_MODULES "/kernel/top.ko\n"
			 "steps:\n"
			 "  1. insert base -- needed by top (modules.dep)\n"
			 "  2. insert mid -- needed by top (modules.dep)\n"
			 "  3. insert top -- requested\n"
			 "users:\n"
			 "  none\n");
}
END_TEST

START_TEST(reverse_dependencies_are_users)
{
	conf("softdep lone pre: base post: mid\nweakdep mid base\n");
	const char *rest = why("base", 0, "base will be loaded");

	expect_line(rest, "  needed by mid, top (modules.dep)");
	expect_line(rest, "  wanted before lone (/etc/modprobe.d/x.conf:1)");
	expect_line(rest, "  maybe asked for by mid (/etc/modprobe.d/x.conf:2)");
	rest = why("mid", 0, "mid will be loaded, after base");
	expect_line(rest, "  wanted after lone (/etc/modprobe.d/x.conf:1)");
}
END_TEST

START_TEST(many_users_are_counted)
{
	_cleanup_strbuf_ struct strbuf deps = STRBUF_INIT;

	strbuf_adds(&deps, "kernel/core.ko:\n");
	for (int i = 10; i < 30; i++)
		strbuf_addf(&deps, "kernel/user%d.ko: kernel/core.ko\n", i);
	indexed_deps(strbuf_str(&deps));
	expect_line(why("core", 0, "core will be loaded"),
		    "  needed by user10, user11, user12, user13, user14, user15, user16, "
		    "user17, user18, user19, user20, user21 and 8 more (modules.dep)");
}
END_TEST

START_TEST(options_are_in_the_answer)
{
	conf("# mine\noptions lone a=1 b=\"2 3\"\n");
	expect_line(why("lone", 0, "lone will be loaded, with a=1 b=\"2 3\""),
		    "  /etc/modprobe.d/x.conf:2: options lone a=1 b=\"2 3\" -- applies");
}
END_TEST

START_TEST(option_that_is_set_again_later_is_overridden)
{
	conf("options lone a=1\n");
	ts_write("etc/modprobe.d/y.conf", "options lone b=2\n\noptions lone b=4 a=3\n");
	const char *rest = why("lone", 0, "lone will be loaded, with a=1 b=2 b=4 a=3");

	expect_line(rest, "  /etc/modprobe.d/x.conf:1: options lone a=1 -- overridden "
			  "later, by /etc/modprobe.d/y.conf:3");
	expect_line(rest, "  /etc/modprobe.d/y.conf:1: options lone b=2 -- overridden "
			  "later, by /etc/modprobe.d/y.conf:3");
	expect_line(rest, "  /etc/modprobe.d/y.conf:3: options lone b=4 a=3 -- applies");
}
END_TEST

START_TEST(option_of_the_kernel_command_line_has_the_last_word)
{
	conf("options lone debug-level=1\n");
	ts_write("proc/cmdline", "quiet lone.debug_level=2\n");
	const char *rest = why("lone", 0,
			       "lone will be loaded, with debug-level=1 debug_level=2");

	expect_line(rest, "  /etc/modprobe.d/x.conf:1: options lone debug-level=1 -- "
			  "overridden later, by /proc/cmdline");
	expect_line(rest, "  /proc/cmdline: options lone debug_level=2 -- applies");
}
END_TEST

START_TEST(softdep_brings_its_chain)
{
	conf("softdep lone pre: mid post: crash-dump\n");
	const char *rest = why("lone", 0, "lone will be loaded, after base and mid");

	expect_line(rest, "  1. insert base -- needed by mid (modules.dep)");
	expect_line(rest, "  2. insert mid -- soft dependency before lone "
			  "(/etc/modprobe.d/x.conf:1)");
	expect_line(rest, "  3. insert lone -- requested");
	expect_line(rest, "  4. insert crash_dump -- soft dependency after lone "
			  "(/etc/modprobe.d/x.conf:1)");
}
END_TEST

START_TEST(softdep_of_the_configuration_replaces_the_generated_one)
{
	ts_write(TS_MODULES "/modules.softdep", "# made\nsoftdep lone pre: base\n");
	conf("softdep lone pre: crash-dump\n");
	expect_line(why("lone", 0, "lone will be loaded, after crash_dump"),
		    "  /" TS_MODULES
		    "/modules.softdep:2: softdep lone pre: base -- replaced "
		    "by /etc/modprobe.d/x.conf:1");
}
END_TEST

START_TEST(circle_of_softdeps_is_named)
{
	conf("softdep lone pre: base\nsoftdep base pre: crash-dump\n"
	     "softdep crash_dump post: lone\n");
	expect_line(
		why("lone", 0, "lone will be loaded, after crash_dump and base"),
		"  softdeps make a circle, which is cut: lone -> base -> crash_dump -> "
		"lone");
}
END_TEST

START_TEST(weakdep_loads_nothing)
{
	conf("weakdep lone base\n");
	expect_line(why("lone", 0, "lone will be loaded"),
		    "  /etc/modprobe.d/x.conf:1: weakdep lone base -- loads nothing, the "
		    "module asks for them itself");
}
END_TEST

START_TEST(install_command_may_load_it)
{
	conf("\ninstall lone /sbin/setup; modprobe -i lone\n");
	const char *rest = why("lone", 0,
			       "lone will be left to its install command '/sbin/setup; "
			       "modprobe -i lone' "
			       "(/etc/modprobe.d/x.conf:2)");

	expect_line(rest,
		    "  1. install lone -- requested (/etc/modprobe.d/x.conf:2), runs "
		    "/sbin/setup; modprobe -i lone");
}
END_TEST

START_TEST(second_install_command_is_never_used)
{
	conf("install lone one\ninstall lo* two\nremove lone three\n");
	const char *rest = why("lone", 0,
			       "lone will be left to its install command 'one' "
			       "(/etc/modprobe.d/x.conf:1)");

	expect_line(rest,
		    "  /etc/modprobe.d/x.conf:2: install lo* two -- never used, for "
		    "there is /etc/modprobe.d/x.conf:1");
	expect_line(rest, "  /etc/modprobe.d/x.conf:3: remove lone three -- applies");
}
END_TEST

START_TEST(alias_of_an_index_shows_its_pattern)
{
	expect_line(why("pci:v1d7", 0, "pci:v1d7: lone will be loaded"),
		    "  pci:v1d7 is an alias of lone, by pci:v1d* in modules.alias: "
		    "/" TS_MODULES "/kernel/lone.ko");
}
END_TEST

START_TEST(alias_of_the_configuration_shows_its_line)
{
	conf("\n\nalias my-* lone\nalias other lone\n");
	const char *rest = why("my-net", 0, "my-net: lone will be loaded");

	expect_line(rest, "  my-net is an alias of lone, by my_* in "
			  "/etc/modprobe.d/x.conf:3: /" TS_MODULES "/kernel/lone.ko");
	expect_line(rest, "  /etc/modprobe.d/x.conf:3: alias my_* lone -- applies");
	expect_line(rest,
		    "  /etc/modprobe.d/x.conf:4: alias other lone -- another name of "
		    "it");
}
END_TEST

START_TEST(all_modules_of_an_alias_are_answered)
{
	conf("blacklist mid\n");
	why("usb:v2p3", 0,
	    "usb:v2p3: mid will not be loaded: blacklisted by /etc/modprobe.d/x.conf:1; "
	    "'modprobe mid' still loads it; top loads it all the same; lone will be "
	    "loaded");
}
END_TEST

START_TEST(path_is_taken_as_it_is)
{
	const char *path = "/" TS_MODULES "/kernel/lone.ko";

	expect_line(why(path, 0, "lone will be loaded"),
		    ts_fmt("  %s is the module file itself", path));
}
END_TEST

/* ---- is there ---- */

START_TEST(loaded_module_is_loaded_already)
{
	conf("blacklist lone\n");
	ts_kernel_load("lone");
	expect_line(why("lone", 0,
			"lone is loaded already; its aliases would not load it again: "
			"blacklisted by /etc/modprobe.d/x.conf:1"),
		    "  1. skip lone -- already live; requested");
}
END_TEST

START_TEST(loaded_dependency_is_skipped)
{
	ts_kernel_load("base");
	expect_line(why("mid", 0, "mid will be loaded"),
		    "  1. skip base -- already live; needed by mid (modules.dep)");
}
END_TEST

START_TEST(builtin_needs_nothing)
{
	expect_line(why("bolted", 0,
			"bolted is built into the kernel: nothing has to be loaded"),
		    "  bolted is a name in modules.builtin");
}
END_TEST

/* ---- does not load ---- */

START_TEST(blacklist_stops_aliases_not_the_name)
{
	conf("# no\n\nblacklist lone\nblacklist lone\n");
	const char *rest =
		why("lone", 3,
		    "lone will not be loaded by its aliases: blacklisted by "
		    "/etc/modprobe.d/x.conf:3; 'modprobe lone' still loads it; "
		    "nothing depends on it");

	expect_line(rest,
		    "  /etc/modprobe.d/x.conf:3: blacklist lone -- its aliases do not "
		    "load it, its name does");
	expect_line(rest, "  /etc/modprobe.d/x.conf:4: blacklist lone -- said before by "
			  "/etc/modprobe.d/x.conf:3");
	expect_line(rest, "steps of 'modprobe lone':");
}
END_TEST

START_TEST(blacklisted_alias_is_not_loaded)
{
	conf("blacklist lone\n");
	why("pci:v1d7", 3,
	    "pci:v1d7: lone will not be loaded: blacklisted by /etc/modprobe.d/x.conf:1; "
	    "'modprobe lone' still loads it; nothing depends on it");
}
END_TEST

START_TEST(blacklisted_dependency_is_loaded_all_the_same)
{
	conf("blacklist base\n");
	why("base", 3,
	    "base will not be loaded by its aliases: blacklisted by "
	    "/etc/modprobe.d/x.conf:1; 'modprobe base' still loads it; mid and top load "
	    "it "
	    "all the same");
	why("mid", 0, "mid will be loaded, after base");
}
END_TEST

START_TEST(blacklist_of_the_kernel_command_line_counts)
{
	ts_write("proc/cmdline", "quiet modprobe.blacklist=base,lone\n");
	expect_line(
		why("lone", 3,
		    "lone will not be loaded by its aliases: blacklisted by "
		    "/proc/cmdline; 'modprobe lone' still loads it; nothing depends on "
		    "it"),
		"  /proc/cmdline: blacklist lone -- its aliases do not load it, its "
		"name does");
}
END_TEST

START_TEST(kernel_refuses_what_its_module_blacklist_names)
{
	ts_write("proc/cmdline",
		 "module-blacklist=lone module_blacklist=base,crash_dump\n");
	const char *rest = why("crash-dump", 3,
			       "crash_dump will not be loaded: the kernel refuses it by "
			       "module_blacklist= (/proc/cmdline)");

	expect_line(rest,
		    "  /proc/cmdline: module_blacklist=base,crash_dump -- the kernel "
		    "refuses it, whoever loads it");
	why("top", 3,
	    "top will not be loaded: it needs base, and the kernel refuses that by "
	    "module_blacklist= (/proc/cmdline)");
	rest = why("lone", 0, "lone will be loaded");
	expect_line(rest,
		    "  /proc/cmdline: module_blacklist=base,crash_dump -- not about "
		    "this module");
}
END_TEST

START_TEST(kernel_skips_functions_of_its_initcall_blacklist)
{
	const struct forge_module ext = {
		.name = "ext",
		.exports = FORGE_SYMBOLS({ .name = "ext_init", .crc = 1 }),
	};

	ck_assert_int_eq(
		forge_write(&ext, IMAGE_PLAIN, ts_path(TS_MODULES "/kernel/ext.ko")), 0);
	indexed_deps("kernel/ext.ko:\nkernel/lone.ko:\n");
	ts_write("proc/cmdline", "initcall_blacklist=other_init,ext_init\n");
	expect_line(
		why("ext", 3,
		    "ext will not be loaded: the kernel does not call its function "
		    "ext_init by initcall_blacklist= (/proc/cmdline)"),
		"  /proc/cmdline: initcall_blacklist=other_init,ext_init -- the kernel "
		"does not call its ext_init");
	expect_line(
		why("lone", 0, "lone will be loaded"),
		"  /proc/cmdline: initcall_blacklist=other_init,ext_init -- not about "
		"this module");
}
END_TEST

START_TEST(install_false_loads_nothing)
{
	conf("install lone /bin/false\ninstall base true\n");
	expect_line(why("lone", 3,
			"lone will not be loaded: its install command is '/bin/false' "
			"(/etc/modprobe.d/x.conf:1)"),
		    "  /etc/modprobe.d/x.conf:1: install lone /bin/false -- applies");
	why("top", 3,
	    "top will not be loaded: it needs base, whose install command is 'true' "
	    "(/etc/modprobe.d/x.conf:2)");
}
END_TEST

START_TEST(blacklist_and_install_false_are_both_told)
{
	conf("blacklist lone\ninstall lone /bin/false\n");
	why("lone", 3,
	    "lone will not be loaded by its aliases: blacklisted by "
	    "/etc/modprobe.d/x.conf:1; 'modprobe lone' fails too: its install command is "
	    "'/bin/false' (/etc/modprobe.d/x.conf:2)");
}
END_TEST

START_TEST(missing_dependency_is_named)
{
	ts_remove(TS_MODULES "/kernel/base.ko");
	why("top", 3,
	    "top will not be loaded: it needs /" TS_MODULES
	    "/kernel/base.ko, which does not exist");
}
END_TEST

START_TEST(missing_file_is_named)
{
	ts_remove(TS_MODULES "/kernel/lone.ko");
	why("lone", 3,
	    "lone will not be loaded: its file /" TS_MODULES
	    "/kernel/lone.ko does not exist");
}
END_TEST

START_TEST(alias_to_nowhere_is_the_lines_fault)
{
	conf("alias eth0 nowhere\n");
	why("eth0", 3,
	    "eth0: nowhere will not be loaded: there is no module file of that name; "
	    "/etc/modprobe.d/x.conf:1 leads there");
}
END_TEST

START_TEST(unknown_name_has_a_nearest)
{
	expect_line(
		why("crash_dunp", 3,
		    "crash_dunp will not be loaded: no module, alias or built-in has "
		    "that name; did you mean crash_dump?"),
		"  nothing matches crash_dunp, in the configuration or in /" TS_MODULES);
	why("boltde", 3,
	    "boltde will not be loaded: no module, alias or built-in has that name; did "
	    "you "
	    "mean bolted?");
	why("zzz", 3,
	    "zzz will not be loaded: no module, alias or built-in has that name");
}
END_TEST

START_TEST(unknown_modalias_has_no_module)
{
	why("acpi:PNP0000:", 3, "nothing will be loaded: no module serves acpi:PNP0000:");
}
END_TEST

/* ---- masked files ---- */

START_TEST(masked_file_would_have_said_otherwise)
{
	conf("# nothing any more\n");
	ts_write("usr/lib/modprobe.d/x.conf",
		 "options other a=1\nblacklist lone\noptions lone a=1\n");
	const char *rest = why("lone", 0, "lone will be loaded");

	expect_line(rest, "not read:");
	expect_line(rest, "  /usr/lib/modprobe.d/x.conf:2: blacklist lone -- the file is "
			  "masked by /etc/modprobe.d/x.conf");
	expect_line(rest,
		    "  /usr/lib/modprobe.d/x.conf:3: options lone a=1 -- the file is "
		    "masked by /etc/modprobe.d/x.conf");
	ck_assert_ptr_null(strstr(rest, "other"));
}
END_TEST

START_TEST(masked_alias_explains_an_unknown_name)
{
	ts_symlink("/dev/null", "etc/modprobe.d/net.conf");
	ts_write("lib/modprobe.d/net.conf", "bad line\nalias eth0 lone\n");
	expect_line(
		why("eth0", 3,
		    "eth0 will not be loaded: no module, alias or built-in has that "
		    "name"),
		"  /lib/modprobe.d/net.conf:2: alias eth0 lone -- the file is masked by "
		"/etc/modprobe.d/net.conf");
}
END_TEST

/* ---- devices ---- */

START_TEST(device_is_asked_for_its_modalias)
{
	ts_write("sys/devices/pci0/modalias", "pci:v1d7\n");
	ts_symlink("../../../module/other_one", "sys/devices/pci0/driver/module");
	const char *rest = why("/sys/devices/pci0/", 0,
			       "/sys/devices/pci0/: lone will be loaded");

	expect_line(rest, "  /sys/devices/pci0: the device says pci:v1d7");
	expect_line(rest, "  the driver that it has is of module other_one");
	why("/sys/devices/pci0/modalias", 0,
	    "/sys/devices/pci0/modalias: lone will be loaded");
}
END_TEST

START_TEST(device_without_modalias_is_an_error)
{
	ts_mkdir("sys/devices/virtual");
	struct ts_result r = ts_tool("kmod", "why", "/sys/devices/virtual");

	ts_expect(r, 1, "", "kmod: ERROR: /sys/devices/virtual has no modalias\n");
}
END_TEST

/* ---- options of the command ---- */

START_TEST(other_kernel_root_and_configuration)
{
	ts_write("elsewhere.conf", "options lone here=1\n");
	struct ts_result r = ts_tool("kmod", "why", "-S", TS_KERNEL, "-d", "/", "-C",
				     "/elsewhere.conf", "lone");

	ck_assert_ptr_nonnull(strstr(r.out, "lone will be loaded, with here=1\n"));
	ck_assert_int_eq(ts_tool("kmod", "why", "-S", "9.9", "lone").status, 3);
}
END_TEST

START_TEST(json_says_the_same)
{
	conf("blacklist lone\nsoftdep mid post: lone\n");
	ts_write("usr/lib/modprobe.d/x.conf", "options lone x=\"\xff\"\n");
	struct ts_result r = ts_tool("kmod", "why", "--json", "lone");

	ts_expect(
		r, 3,
		"{\"version\":1,\"kind\":\"why\",\"request\":\"lone\",\"device\":null,"
		"\"modalias\":null,\"driver_module\":null,\"answer\":\"lone will not be "
		"loaded by its aliases: blacklisted by /etc/modprobe.d/x.conf:1; "
		"'modprobe "
		"lone' still loads it; mid loads it all the same\","
		"\"module_blacklist\":null,\"initcall_blacklist\":null,\"candidates\":["
		"{\"module\":\"lone\",\"found_in\":\"modules.dep\",\"pattern\":null,"
		"\"file\":\"modules.dep\",\"line\":null,\"path\":\"/" TS_MODULES
		"/kernel/lone.ko\",\"answer\":\"blocked\",\"why_not\":{\"cause\":"
		"\"blacklist\",\"module\":\"lone\",\"rule\":{\"file\":"
		"\"/etc/modprobe.d/x.conf\",\"line\":1},\"text\":null},"
		"\"why_not_by_name\":null,\"rules\":[{\"file\":\"/etc/modprobe.d/"
		"x.conf\","
		"\"line\":1,\"text\":\"blacklist lone\",\"effect\":\"for_aliases\","
		"\"by\":null}],\"masked\":[{\"file\":\"/usr/lib/modprobe.d/x.conf\","
		"\"line\":1,\"text\":\"options lone x=\\\"\\ufffd\\\"\",\"by\":"
		"\"/etc/modprobe.d/x.conf\"}],\"steps\":[{\"op\":\"insert\",\"module\":"
		"\"lone\",\"path\":\"/" TS_MODULES "/kernel/lone.ko\",\"reason\":"
		"\"requested\",\"role\":\"requested\",\"because\":null,\"options\":\"\","
		"\"command\":null,\"file\":null,\"line\":null,\"may_fail\":false,"
		"\"repeated\":false}],\"softdep_circle\":null,\"users\":[{\"module\":"
		"\"mid\",\"role\":\"post_softdep\",\"file\":\"/etc/modprobe.d/x.conf\","
		"\"line\":2}]}]}\n",
		"");
}
END_TEST

START_TEST(json_of_what_is_not_there)
{
	struct ts_result r = ts_tool("kmod", "why", "--json", "nothing-like-it");

	ck_assert_int_eq(r.status, 3);
	ck_assert_ptr_nonnull(strstr(r.out,
				     "\"answer\":\"blocked\",\"why_not\":{\"cause\":"
				     "\"unknown\""));
	ck_assert_ptr_nonnull(strstr(r.out, "\"steps\":[]"));
}
END_TEST

/* Exit status 77: there is no validator here. */
static const char validate[] =
	"import json, sys\n"
	"try:\n"
	"    import jsonschema\n"
	"except ImportError:\n"
	"    sys.exit(77)\n"
	"schema = json.load(open(sys.argv[1]))\n"
	"jsonschema.Draft202012Validator.check_schema(schema)\n"
	"for line in sys.stdin:\n"
	"    jsonschema.validate(json.loads(line), schema,\n"
	"                        jsonschema.Draft202012Validator)\n";

START_TEST(json_fits_its_schema)
{
	static const char *const requests[] = {
		"top",
		"mid",
		"lone",
		"base",
		"bolted",
		"usb:v2p3",
		"my-net",
		"gone",
		"nothing",
		"/" TS_MODULES "/kernel/lone.ko",
		"/sys/devices/pci0",
		"crash-dump",
	};
	const char *all = "";

	conf("blacklist lone\ninstall lone /bin/false\ninstall base one\n"
	     "softdep mid pre: lone nothing post: bolted\nsoftdep lone post: mid\n"
	     "alias my-net mid\nalias gone away\noptions mid a=\"\x1b\x80\"\n"
	     "options mid a=2\nweakdep base mid\nremove mid x\n");
	ts_write("usr/lib/modprobe.d/x.conf", "blacklist mid\n");
	ts_write("proc/cmdline",
		 "module_blacklist=crash_dump initcall_blacklist=f mid.a=3\n");
	ts_write("sys/devices/pci0/modalias", "pci:v1d7\n");
	ts_symlink("../../../module/lone", "sys/devices/pci0/driver/module");
	ts_kernel_load("base");
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		all = ts_fmt("%s%s", all,
			     ts_tool("kmod", "why", "--json", requests[i]).out);

	if (access("/usr/bin/python3", X_OK) < 0)
		return;
	ts_no_traps();
	ts_stdin(all);
	struct ts_result r = ts_tool("/usr/bin/python3", "-c", validate,
				     ts_source("doc/schema/kmod-why.schema.json"));
	if (r.status != 77)
		ts_expect(r, 0, "", "");
}
END_TEST

START_TEST(errors_have_status_1)
{
	struct ts_result r = ts_tool("kmod", "why");

	ts_expect(r, 1, "",
		  "kmod: ERROR: exactly one name, alias, file or device is "
		  "needed\n");
	ck_assert_int_eq(ts_tool("kmod", "why", "a", "b").status, 1);
	ck_assert_int_eq(ts_tool("kmod", "why", "--nonsense", "a").status, 1);
	ck_assert_int_eq(ts_tool("kmod", "why", "./absent.ko").status, 1);
	ck_assert_int_eq(ts_tool("kmod", "why", "pci:[").status, 1);
	ts_stdout_to("/dev/full");
	ck_assert_int_eq(ts_tool("kmod", "why", "lone").status, 1);
}
END_TEST

START_TEST(nothing_is_ever_done)
{
	conf("install lone touch /made\n");
	ts_tool("kmod", "why", "lone");
	ts_tool("kmod", "why", "top");
	ck_assert_str_eq(ts_calls(), "");
	ck_assert(!ts_exists("made"));
}
END_TEST

START_TEST(damaged_indexes_only_find_less)
{
	ts_write(TS_MODULES "/modules.dep.bin", "garbage");
	struct ts_result r = ts_tool("kmod", "why", "lone");

	ck_assert_int_eq(r.status, 3);
	ts_write(TS_MODULES "/modules.softdep", "softdep");
	ck_assert_int_eq(ts_tool("kmod", "why", "bolted").status, 0);
}
END_TEST

START_TEST(too_little_memory_is_an_error_not_a_crash)
{
	conf("blacklist lone\nsoftdep mid pre: lone\noptions lone a=1\n");
	ts_write("usr/lib/modprobe.d/x.conf", "blacklist lone\n");
	for (unsigned long n = 1; ts_can_fail_alloc(); n++) {
		ts_fail("alloc", n, ENOMEM);
		struct ts_result r = ts_tool("kmod", "why", "lone");

		if (!ts_fail_happened())
			break;
		ck_assert_msg(r.status == 1 || r.status == 3, "allocation %lu: %d", n,
			      r.status);
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		module_with_dependencies_is_loaded_after_them,
		reverse_dependencies_are_users,
		many_users_are_counted,
		options_are_in_the_answer,
		option_that_is_set_again_later_is_overridden,
		option_of_the_kernel_command_line_has_the_last_word,
		softdep_brings_its_chain,
		softdep_of_the_configuration_replaces_the_generated_one,
		circle_of_softdeps_is_named,
		weakdep_loads_nothing,
		install_command_may_load_it,
		second_install_command_is_never_used,
		alias_of_an_index_shows_its_pattern,
		alias_of_the_configuration_shows_its_line,
		all_modules_of_an_alias_are_answered,
		path_is_taken_as_it_is,
		loaded_module_is_loaded_already,
		loaded_dependency_is_skipped,
		builtin_needs_nothing,
		blacklist_stops_aliases_not_the_name,
		blacklisted_alias_is_not_loaded,
		blacklisted_dependency_is_loaded_all_the_same,
		blacklist_of_the_kernel_command_line_counts,
		kernel_refuses_what_its_module_blacklist_names,
		kernel_skips_functions_of_its_initcall_blacklist,
		install_false_loads_nothing,
		blacklist_and_install_false_are_both_told,
		missing_dependency_is_named,
		missing_file_is_named,
		alias_to_nowhere_is_the_lines_fault,
		unknown_name_has_a_nearest,
		unknown_modalias_has_no_module,
		masked_file_would_have_said_otherwise,
		masked_alias_explains_an_unknown_name,
		device_is_asked_for_its_modalias,
		device_without_modalias_is_an_error,
		other_kernel_root_and_configuration,
		json_says_the_same,
		json_of_what_is_not_there,
		json_fits_its_schema,
		errors_have_status_1,
		nothing_is_ever_done,
		damaged_indexes_only_find_less,
		too_little_memory_is_an_error_not_a_crash,
		NULL,
	};

	return ts_run("why", tests, setup, NULL);
}
