/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kmod why: for each situation the answer, the exit status, and the line of the report
 * that names the file and line behind it.
 */
#include <string.h>

#include "shared/strbuf.h"
#include "testsuite/cli/why-fixture.h"
#include "testsuite/forge/forge.h"

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

START_TEST(several_aliases_of_one_module_are_answered_once)
{
	conf("alias my-* lone\nalias my-net lone\noptions my-net a=1\nalias m* lone\n"
	     "alias *net mid\nalias *t lone\n");
	const char *rest = why("my-net", 0,
			       "my-net: lone will be loaded; lone will be loaded, with a=1; "
			       "lone will be loaded; mid will be loaded, after base; lone "
			       "will be loaded");

	expect_line(rest, "  my-net is an alias of lone, by m* in "
			  "/etc/modprobe.d/x.conf:4: /" TS_MODULES "/kernel/lone.ko");
	conf("alias my-* lone\nalias my-net lone\nalias m* lone\n");
	rest = why("my-net", 0, "my-net: lone will be loaded");
	expect_line(rest, "  my-net is an alias of lone, by m* in "
			  "/etc/modprobe.d/x.conf:3: /" TS_MODULES "/kernel/lone.ko");
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

START_TEST(loaded_module_has_an_install_command)
{
	conf("install lone /bin/false\ninstall base /sbin/setup\nblacklist base\n");
	ts_kernel_load("lone");
	ts_kernel_load("base");
	expect_line(
		why("lone", 0,
		    "lone is loaded already; 'modprobe lone' would not load it again: "
		    "its install command is '/bin/false' (/etc/modprobe.d/x.conf:1)"),
		"  /etc/modprobe.d/x.conf:1: install lone /bin/false -- applies");
	why("base", 0,
	    "base is loaded already; its aliases would not load it again: blacklisted by "
	    "/etc/modprobe.d/x.conf:3; loading it again would be left to its install "
	    "command '/sbin/setup' (/etc/modprobe.d/x.conf:2)");
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
	ck_assert_ptr_null(strstr(rest, "/proc/cmdline"));
	ck_assert_ptr_null(strstr(rest, "rules:"));
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
	ck_assert_ptr_null(strstr(why("lone", 0, "lone will be loaded"), "rules:"));
	expect_line(
		why("bolted", 0,
		    "bolted is built into the kernel: nothing has to be loaded"),
		"  /proc/cmdline: initcall_blacklist=other_init,ext_init -- not known "
		"of what is built in");
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

START_TEST(what_is_no_regular_file_is_not_loaded)
{
	ts_remove(TS_MODULES "/kernel/lone.ko");
	ts_mkdir(TS_MODULES "/kernel/lone.ko");
	why("lone", 3,
	    "lone will not be loaded: its file /" TS_MODULES
	    "/kernel/lone.ko is not a regular file");
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
	ts_write(DISTCONFDIR "/modprobe.d/x.conf",
		 "options other a=1\nblacklist lone\noptions lone a=1\n");
	const char *rest = why("lone", 0, "lone will be loaded");

	expect_line(rest, "not read:");
	expect_line(rest, "  " DISTCONFDIR
			  "/modprobe.d/x.conf:2: blacklist lone -- the file is "
			  "masked by /etc/modprobe.d/x.conf");
	expect_line(rest, "  " DISTCONFDIR
			  "/modprobe.d/x.conf:3: options lone a=1 -- the file is "
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
		several_aliases_of_one_module_are_answered_once,
		path_is_taken_as_it_is,
		loaded_module_is_loaded_already,
		loaded_module_has_an_install_command,
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
		what_is_no_regular_file_is_not_loaded,
		alias_to_nowhere_is_the_lines_fault,
		unknown_name_has_a_nearest,
		unknown_modalias_has_no_module,
		masked_file_would_have_said_otherwise,
		masked_alias_explains_an_unknown_name,
		NULL,
	};

	return ts_run("why", tests, setup, NULL);
}
