/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kmod lint from outside: one mistake a test. */
#include <string.h>
#include <sys/stat.h>

#include "shared/strbuf.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

static void setup(void)
{
	const struct forge_module foo = {
		.name = "foo",
		.modinfo = FORGE_STRINGS("parmtype=level:int", "parmtype=color:charp"),
	};

	ck_assert_int_eq(
		forge_write(&foo, IMAGE_PLAIN, ts_path(TS_MODULES "/kernel/foo.ko")), 0);
	indexed_deps("kernel/foo.ko: kernel/bar.ko\nkernel/bar.ko:\nkernel/snd-hda.ko: "
		     "kernel/bar.ko\n");
	indexed_builtin("i8042\n");
	ts_mkdir("etc/modprobe.d");
	ts_mkdir("etc/depmod.d");
}

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)

/* What x.conf with that text gives. */
#define expect_conf(text, status, out)                                \
	do {                                                          \
		ts_write("etc/modprobe.d/x.conf", (text));            \
		expect(ts_tool("kmod", "lint"), (status), (out), ""); \
	} while (0)

#define AT(line) "/etc/modprobe.d/x.conf:" #line ": "

START_TEST(sound_configuration_says_nothing)
{
	expect_conf(
		"# words\nalias my-* foo\nblacklist foo\noptions foo level=3 color=red\n"
		"softdep foo pre: bar\ninstall foo /bin/true\nblacklist snd-hda\n",
		0, "");
}
END_TEST

START_TEST(unknown_command)
{
	expect_conf("blacklist foo\nblaklist bar\n", 3,
		    AT(2) "warning: unknown command 'blaklist', ignored\n");
}
END_TEST

START_TEST(module_that_does_not_exist_has_a_nearest_name)
{
	expect_conf("blacklist fop\nblacklist nowhere-near\n", 3,
		    AT(1) "warning: there is no module 'fop' in /" TS_MODULES
			  "; did you mean 'foo'?\n" AT(2) "warning: there is no module "
							  "'nowhere_near' in /" TS_MODULES
							  "\n");
}
END_TEST

START_TEST(words_of_a_softdep_are_modules)
{
	expect_conf("softdep foo pre: barr post: pci:v1 snd-hda\n", 3,
		    AT(1) "warning: there is no module 'barr' in /" TS_MODULES
			  "; did you mean 'bar'?\n");
}
END_TEST

START_TEST(parameters_are_checked)
{
	expect_conf(
		"options foo level=high colour=red\n", 3,
		AT(1) "error: parameter 'level' of foo takes a 32-bit number, not "
		      "'high'\n" AT(
			      1) "warning: foo has no parameter 'colour', but 'color'\n");
}
END_TEST

START_TEST(parameters_of_an_alias_are_those_of_its_module)
{
	expect_conf("alias my foo\noptions my level=high\n", 3,
		    AT(2) "error: parameter 'level' of foo takes a 32-bit number, not "
			  "'high'\n");
}
END_TEST

START_TEST(parameter_that_is_set_again)
{
	ts_write("etc/modprobe.d/z.conf", "options foo level=2\n");
	expect_conf("options foo level=1 color=red\n", 3,
		    AT(1) "warning: parameter 'level' of foo is set again by "
			  "/etc/modprobe.d/z.conf:1, which counts\n");
}
END_TEST

START_TEST(second_install_command_never_takes_effect)
{
	expect_conf(
		"install f* true\ninstall foo true\nremove foo true\nremove foo false\n",
		3,
		AT(2) "warning: never takes effect: /etc/modprobe.d/x.conf:1 comes first "
		      "for 'f*'\n" AT(
			      4) "warning: never takes effect: /etc/modprobe.d/x.conf:3 "
				 "comes first for 'foo'\n");
}
END_TEST

START_TEST(repeated_pattern_never_takes_effect)
{
	expect_conf(
		"remove f* true\ninstall f* true\ninstall f? true\ninstall f* false\n", 3,
		AT(4) "warning: never takes effect: /etc/modprobe.d/x.conf:2 comes first "
		      "for 'f*'\n");
}
END_TEST

/*
 * Each number once, between the parts. To look at every line for every other would take
 * longer than a test may.
 */
static void expect_of_many(const char *const *parts, const char *last, int status,
			   const char *out)
{
	struct strbuf text = STRBUF_INIT;

	for (unsigned i = 0; i < 200000; i++) {
		const char *number = ts_fmt("%u", i);

		strbuf_adds(&text, parts[0]);
		for (size_t k = 1; parts[k]; k++) {
			strbuf_adds(&text, number);
			strbuf_adds(&text, parts[k]);
		}
	}
	strbuf_adds(&text, last);
	ck_assert(strbuf_ok(&text));
	expect_conf(strbuf_str(&text), status, out);
	strbuf_fini(&text);
}

START_TEST(many_commands_are_not_compared_with_each_other)
{
	static const char *const parts[] = { "install m", " true\n", NULL };

	expect_of_many(parts, "install m7 false\n", 3,
		       AT(200001) "warning: never takes effect: /etc/modprobe.d/"
				  "x.conf:8 comes first for 'm7'\n");
}
END_TEST

START_TEST(many_patterns_are_not_compared_with_each_other)
{
	static const char *const parts[] = { "remove m", "* true\n", NULL };

	expect_of_many(parts, "remove m7* false\n", 3,
		       AT(200001) "warning: never takes effect: /etc/modprobe.d/"
				  "x.conf:8 comes first for 'm7*'\n");
}
END_TEST

START_TEST(many_aliases_are_not_searched_for_each_options_line)
{
	static const char *const parts[] = { "alias an_alias_of_foo_",
					     " foo\noptions an_alias_of_foo_",
					     " level=3\n", NULL };

	expect_of_many(parts, "alias x an_alias_of_foo_7\n", 3,
		       AT(400001) "error: 'an_alias_of_foo_7' is an alias itself "
				  "(/etc/modprobe.d/x.conf:15): aliases of aliases are "
				  "not followed\n");
}
END_TEST

START_TEST(repeated_blacklist_is_only_a_note)
{
	expect_conf(
		"blacklist foo\nblacklist foo\n", 0,
		AT(2) "note: 'foo' is blacklisted by /etc/modprobe.d/x.conf:1 already\n");
}
END_TEST

START_TEST(masked_file_is_a_note)
{
	ts_write("etc/modprobe.d/x.conf", "");
	ts_write("lib/modprobe.d/x.conf", "blacklist foo\n");
	expect(ts_tool("kmod", "lint"), 0,
	       "/lib/modprobe.d/x.conf:1: note: the file is not read: "
	       "/etc/modprobe.d/x.conf has its "
	       "name and comes first\n",
	       "");
}
END_TEST

START_TEST(alias_of_an_alias)
{
	expect_conf(
		"alias a b\nalias b foo\nalias net-pf-10 off\n", 3,
		AT(1) "error: 'b' is an alias itself (/etc/modprobe.d/x.conf:2): aliases "
		      "of aliases "
		      "are not followed\n" AT(3) "error: 'off' has no meaning: there is "
						 "no module of that name; use blacklist "
						 "or install\n");
}
END_TEST

START_TEST(softdep_loop_is_said_once)
{
	expect_conf("softdep foo pre: bar\nsoftdep bar post: snd-hda\nsoftdep snd-hda "
		    "pre: foo\n",
		    3,
		    AT(3) "error: soft dependencies go round: foo -> bar -> snd_hda -> "
			  "foo\n");
}
END_TEST

START_TEST(softdep_before_what_it_needs_comes_too_late)
{
	expect_conf("softdep bar pre: snd-hda i8042\nsoftdep bar post: foo\n"
		    "softdep foo pre: bar\n",
		    3,
		    AT(1) "warning: 'snd_hda' cannot be loaded before 'bar', which it "
			  "needs\n" AT(3) "error: soft dependencies go round: bar -> foo "
					  "-> bar\n");
}
END_TEST

START_TEST(program_of_a_command_is_missing)
{
	ts_write("opt/tool", "#!/bin/sh\n");
	ck_assert_int_eq(chmod(ts_path("opt/tool"), 0755), 0);
	expect_conf("install foo /sbin/nosuch -x\nremove foo nosuch-tool\n"
		    "install bar /opt/tool && $X\nremove bar echo; nosuch\n",
		    3,
		    AT(1) "error: program /sbin/nosuch of the command is missing\n" AT(
			    2) "error: program 'nosuch-tool' of the command is in none "
			       "of the usual "
			       "directories\n");
}
END_TEST

START_TEST(blocked_module_is_still_reachable)
{
	expect_conf("blacklist bar\n", 3,
		    AT(1) "warning: 'bar' is still loaded with foo and 1 other, which "
			  "need it\n");
	expect_conf("blacklist bar\nsoftdep i8042 post: bar\n", 3,
		    AT(1) "warning: 'bar' is still loaded with foo and 2 others, which "
			  "need it\n" AT(
				  2) "warning: 'i8042' is built into the kernel: nothing "
				     "is loaded with it\n");
	expect_conf("blacklist bar\ninstall bar /bin/false\n", 0, "");
}
END_TEST

START_TEST(softdeps_make_a_blocked_module_reachable)
{
	expect_conf(
		"blacklist snd-hda\nsoftdep foo post: snd_hda\n", 3,
		AT(1) "warning: 'snd_hda' is still loaded with foo, which needs it\n");
}
END_TEST

START_TEST(built_in_module_cannot_be_blocked)
{
	expect_conf(
		"blacklist i8042\noptions i8042 nomux\n", 3,
		AT(1) "warning: 'i8042' is built into the kernel: it cannot be blocked "
		      "here\n" AT(2) "warning: 'i8042' is built into the kernel: its "
				     "parameters belong on the kernel "
				     "command line\n");
}
END_TEST

START_TEST(depmod_d_is_checked)
{
	ts_write("etc/depmod.d/d.conf",
		 "search updates built-in\noverride foo * weak\n"
		 "external * /opt/mods\nserch x\noverride foo ( kernel\n");
	expect(ts_tool("kmod", "lint"), 3,
	       "/etc/depmod.d/d.conf:1: note: there is no directory /" TS_MODULES
	       "/updates\n"
	       "/etc/depmod.d/d.conf:2: warning: there is no directory /" TS_MODULES
	       "/weak: foo is not overridden\n"
	       "/etc/depmod.d/d.conf:3: warning: there is no directory /opt/mods\n"
	       "/etc/depmod.d/d.conf:4: error: ignoring bad line starting with 'serch'\n"
	       "/etc/depmod.d/d.conf:5: error: '(' is no regular expression: the line "
	       "matches no kernel\n",
	       "");
}
END_TEST

START_TEST(directories_can_be_named)
{
	ts_write("etc/modprobe.d/x.conf", "bogus\n");
	ts_write("a/modprobe.d/y.conf", "blacklist fop\n");
	ts_write("a/depmod.d/z.conf", "bogus\n");
	expect(ts_tool("kmod", "lint", "/a/modprobe.d", "/a/depmod.d/"), 3,
	       "/a/depmod.d//z.conf:1: error: ignoring bad line starting with 'bogus'\n"
	       "/a/modprobe.d/y.conf:1: warning: there is no module 'fop' in /" TS_MODULES
	       "; did you mean 'foo'?\n",
	       "");
	expect(ts_tool("kmod", "lint", "/none"), 1, "",
	       "kmod: ERROR: /none: No such file or directory\n");
}
END_TEST

/* The two parsers word their complaints differently. */
START_TEST(file_is_read_as_its_directory_is)
{
	static const char of_modprobe[] = "warning: unknown command 'bogus', ignored\n";
	static const char of_depmod[] =
		"error: ignoring bad line starting with 'bogus'\n";
	static const struct {
		const char *file, *text;
	} cases[] = {
		{ "/a/depmod.d/z.conf", of_depmod },
		{ "/a/modprobe.d/depmod.conf", of_modprobe },
		{ "/a/depmod.conf", of_depmod },
		{ "/a/z.conf", of_modprobe },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ts_write(cases[i].file, "bogus\n");
		expect(ts_tool("kmod", "lint", cases[i].file), 3,
		       ts_fmt("%s:1: %s", cases[i].file, cases[i].text), "");
	}
	ts_cwd("a/depmod.d");
	expect(ts_tool("kmod", "lint", "z.conf"), 3, ts_fmt("z.conf:1: %s", of_depmod),
	       "");
	expect(ts_tool("kmod", "lint", "././z.conf"), 3,
	       ts_fmt("././z.conf:1: %s", of_depmod), "");
	expect(ts_tool("kmod", "lint", "."), 3, ts_fmt("./z.conf:1: %s", of_depmod), "");
	ck_assert_int_eq(ts_tool("kmod", "lint", "/./").status, 0);
}
END_TEST

START_TEST(operand_that_is_no_file_is_an_error)
{
	ck_assert_int_eq(mkfifo(ts_path("fifo"), 0600), 0);
	ts_symlink("../../fifo", "etc/modprobe.d/fifo.conf");
	ts_symlink("/dev/null", "etc/modprobe.d/masked.conf");
	expect(ts_tool("kmod", "lint", "/fifo", "/etc/modprobe.d/fifo.conf"), 1, "",
	       "kmod: ERROR: /fifo is neither a file nor a directory\n"
	       "kmod: ERROR: /etc/modprobe.d/fifo.conf is neither a file nor a "
	       "directory\n");
	expect(ts_tool("kmod", "lint", "/etc/modprobe.d/masked.conf"), 0, "", "");
}
END_TEST

START_TEST(without_a_module_directory_names_are_not_checked)
{
	ts_release("9.9.9");
	expect_conf("blacklist fop\n", 0,
		    "/lib/modules/9.9.9:1: note: there is no modules.dep.bin: names and "
		    "parameters are not "
		    "checked\n");
}
END_TEST

START_TEST(json_is_one_line_per_finding)
{
	ts_write("etc/modprobe.d/x.conf", "b\xff\x1b\n");
	expect(ts_tool("kmod", "lint", "--json"), 3,
	       "{\"version\":1,\"kind\":\"lint\",\"file\":\"/etc/modprobe.d/"
	       "x.conf\",\"line\":1,"
	       "\"severity\":\"warning\",\"check\":\"syntax\",\"text\":\"unknown command "
	       "'b\\ufffd\\u001b', ignored\"}\n",
	       "");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		sound_configuration_says_nothing,
		unknown_command,
		module_that_does_not_exist_has_a_nearest_name,
		words_of_a_softdep_are_modules,
		parameters_are_checked,
		parameters_of_an_alias_are_those_of_its_module,
		parameter_that_is_set_again,
		second_install_command_never_takes_effect,
		repeated_pattern_never_takes_effect,
		many_commands_are_not_compared_with_each_other,
		many_patterns_are_not_compared_with_each_other,
		many_aliases_are_not_searched_for_each_options_line,
		repeated_blacklist_is_only_a_note,
		masked_file_is_a_note,
		alias_of_an_alias,
		softdep_loop_is_said_once,
		softdep_before_what_it_needs_comes_too_late,
		program_of_a_command_is_missing,
		blocked_module_is_still_reachable,
		softdeps_make_a_blocked_module_reachable,
		built_in_module_cannot_be_blocked,
		depmod_d_is_checked,
		directories_can_be_named,
		file_is_read_as_its_directory_is,
		operand_that_is_no_file_is_an_error,
		without_a_module_directory_names_are_not_checked,
		json_is_one_line_per_finding,
		NULL,
	};

	return ts_run("lint", tests, setup, NULL);
}
