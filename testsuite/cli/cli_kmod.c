/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The frame around all tools: names, options, version, help, standard output. getopt's
 * own texts differ between C libraries; only what we and it agree on is compared.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "shared/str.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

static const char *const programs[] = { "lsmod",   "rmmod",    "insmod",
					"modinfo", "modprobe", "depmod" };
static const char *const verbs[] = { "list",   "info",   "load",  "unload",
				     "insert", "remove", "index", "static-nodes" };

#define FEATURE(on, name) ((on) ? "+" name : "-" name)

static const char *version_text(void)
{
	return ts_fmt("kmod version " PACKAGE_VERSION "\n%s %s %s %s -MBEDTLS\n",
		      FEATURE(ENABLE_ZSTD, "ZSTD"), FEATURE(ENABLE_XZ, "XZ"),
		      FEATURE(ENABLE_ZLIB, "ZLIB"), FEATURE(ENABLE_OPENSSL, "OPENSSL"));
}

#define expect(run, ...)                             \
	do {                                         \
		struct ts_result run_ = (run);       \
		ts_expect(run_, __VA_ARGS__);        \
	} while (0)

static void expect_start(const char *text, const char *start)
{
	ck_assert_msg(str_starts_with(text, start), "'%s' does not start with '%s'", text, start);
}

/* A name of the binary's own, outside the directory of the real ones. */
static const char *binary_called(const char *name)
{
	ts_no_traps();
	struct ts_result r = ts_tool("/bin/sh", "-c", "command -v kmod");

	r.out[strcspn(r.out, "\n")] = '\0';
	ts_mkdir("bin");
	ts_symlink(r.out, ts_fmt("bin/%s", name));
	return ts_path("bin/%s", name);
}

START_TEST(version_is_the_same_two_lines_of_every_tool)
{
	const char *want = version_text();

	expect(ts_tool("kmod", "-V"), 0, want, "");
	expect(ts_tool("kmod", "--version", "anything"), 0, want, "");
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		expect(ts_tool(programs[i], "-V"), 0, want, "");
		expect(ts_tool(programs[i], "--version"), 0, want, "");
	}
}
END_TEST

START_TEST(d39_version_follows_the_interface_level)
{
	expect_start(ts_tool("kmod", "--version").out, "kmod version 34.");
}
END_TEST

START_TEST(no_command_is_an_error_with_help)
{
	const char *help = ts_tool("kmod", "help").out;

	expect(ts_tool("kmod"), 1, help, "missing command\n");
	expect(ts_tool("kmod", "bogus"), 1, help, "invalid command 'bogus'\n");
	expect(ts_tool("kmod", ""), 1, help, "invalid command ''\n");
	expect(ts_tool("kmod", "kmod", "list"), 1, help, "invalid command 'kmod'\n");
}
END_TEST

START_TEST(help_has_several_spellings_and_one_text)
{
	struct ts_result r = ts_tool("kmod", "help");

	expect(r, 0, NULL, "");
	expect_start(r.out, "kmod - ");
	ck_assert_ptr_nonnull(strstr(r.out, "\nUsage: kmod [options] COMMAND [ARGS]\n"));
	expect(ts_tool("kmod", "--help"), 0, r.out, "");
	expect(ts_tool("kmod", "-h"), 0, r.out, "");
	expect(ts_tool("kmod", "--h"), 0, r.out, "");
}
END_TEST

START_TEST(help_lists_every_command_programs_last)
{
	const char *at = ts_tool("kmod", "help").out;

	at = strstr(at, "\n  help         ");
	ck_assert_ptr_nonnull(at);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		ck_assert_msg(strstr(at, ts_fmt("\n  %-12s ", verbs[i])), "%s", verbs[i]);
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		at = strstr(at, ts_fmt("\n  %-12s ", programs[i]));
		ck_assert_msg(at, "%s", programs[i]);
	}
}
END_TEST

START_TEST(an_unknown_option_of_kmod_is_getopts_error)
{
	struct ts_result r = ts_tool("kmod", "-x", "list");

	expect(r, 1, "", NULL);
	ck_assert_ptr_nonnull(strstr(r.err, "/kmod: "));
}
END_TEST

START_TEST(options_of_kmod_end_at_the_command)
{
	expect(ts_tool("kmod", "bogus", "-V"), 1, NULL, "invalid command 'bogus'\n");
}
END_TEST

START_TEST(every_tool_has_help_that_begins_with_usage)
{
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		struct ts_result r = ts_tool(programs[i], "-h");

		expect(r, 0, NULL, "");
		expect_start(r.out, ts_fmt("Usage: %s ", programs[i]));
		expect(ts_tool(programs[i], "--help"), 0, r.out, "");
	}
}
END_TEST

START_TEST(d33_every_tool_is_a_sub_command)
{
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		expect(ts_tool("kmod", programs[i], "--version"), 0, version_text(), "");
		expect_start(ts_tool("kmod", programs[i], "-h").out,
			     ts_fmt("Usage: kmod %s ", programs[i]));
	}
}
END_TEST

START_TEST(d33_every_verb_is_a_sub_command_and_says_its_name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		struct ts_result r = ts_tool("kmod", verbs[i], "-h");

		expect(r, 0, NULL, "");
		expect_start(r.out, ts_fmt("Usage: kmod %s ", verbs[i]));
	}
}
END_TEST

static void expect_same_behind_prefix(const char *verb, const char *const *as_verb,
				      const char *program, const char *const *as_program)
{
	struct ts_result v = ts_tool_argv(as_verb), p = ts_tool_argv(as_program);

	ck_assert_msg(v.status == p.status && str_eq(v.out, p.out), "%s", verb);
	expect_start(v.err, "kmod: ");
	expect_start(p.err, ts_fmt("%s: ", program));
	ck_assert_str_eq(strchr(v.err, ':'), strchr(p.err, ':'));
}

START_TEST(d33_a_verb_does_what_its_tool_does)
{
	static const struct {
		const char *verb, *program, *option;
	} rows[] = {
		{ "list", "lsmod", NULL },     { "info", "modinfo", NULL },
		{ "load", "modprobe", NULL },  { "unload", "modprobe", "-r" },
		{ "insert", "insmod", NULL },  { "remove", "rmmod", NULL },
	};

	ts_mkdir(TS_MODULES);
	ts_mkdir("sys/module");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *option = rows[i].option;

		expect_same_behind_prefix(
			rows[i].verb,
			(const char *const[]){ "kmod", rows[i].verb, "nosuch", NULL },
			rows[i].program,
			(const char *const[]){ rows[i].program, option ? option : "nosuch",
					       option ? "nosuch" : NULL, NULL });
	}
}
END_TEST

START_TEST(d33_an_unknown_name_says_so_and_fails)
{
	expect(ts_tool(binary_called("foo"), "--help"), 1, "",
		  "foo: ERROR: no tool of kmod has the name 'foo'; see 'kmod help'\n");
	/* Verbs are no names of the binary. */
	expect(ts_tool(binary_called("list"), "-V"), 1, "", NULL);
	expect(ts_tool(binary_called("kmod-static"), "-V"), 1, "", NULL);
}
END_TEST

static int status_of(const char *path, char *const *argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		close(STDERR_FILENO);
		execv(path, argv);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(d33_an_empty_argv_is_survived)
{
	static char empty[] = "";
	char *const nothing[] = { NULL }, *const empty_name[] = { empty, NULL };
	const char *path = binary_called("lsmod");

	if (getenv("TS_VALGRIND")) {
		printf("# not tested: valgrind starts no program without a name\n");
		return;
	}
	ck_assert_int_eq(status_of(path, nothing), 1);
	ck_assert_int_eq(status_of(path, empty_name), 1);
}
END_TEST

START_TEST(a_programs_messages_have_its_name_a_verbs_that_of_kmod)
{
	expect(ts_tool("lsmod", "x"), 1, "", "lsmod: ERROR: too many arguments provided.\n");
	expect(ts_tool("kmod", "list", "x"), 1, "",
		  "kmod: ERROR: too many arguments provided.\n");
	expect(ts_tool("kmod", "lsmod", "x"), 1, "",
		  "lsmod: ERROR: too many arguments provided.\n");
}
END_TEST

START_TEST(getopts_messages_have_the_name_as_typed)
{
	struct ts_result r = ts_tool("kmod", "list", "-Z");

	expect(r, 1, "", NULL);
	expect_start(r.err, "list: ");
	r = ts_tool("lsmod", "-Z");
	expect(r, 1, "", NULL);
	ck_assert_msg(r.err[0] == '/' && strstr(r.err, "/lsmod: "), "%s", r.err);
}
END_TEST

START_TEST(options_are_parsed_the_gnu_way)
{
	static const char *const good[][4] = {
		{ "lsmod", "operand", "-V" }, { "lsmod", "-vV" }, { "lsmod", "--vers" },
		{ "modprobe", "-w5", "-V" },  { "modprobe", "--wait=5", "-V" },
		{ "modprobe", "--wait", "5", "-V" }, { "kmod", "--vers" },
		/* kmod's own strict order ends with its own options. */
		{ "kmod", "lsmod", "operand", "-V" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		const char *argv[] = { good[i][0], good[i][1], good[i][2], good[i][3], NULL };
		struct ts_result r = ts_tool_argv(argv);

		ck_assert_msg(r.status == 0 && str_eq(r.out, version_text()), "row %zu", i);
	}
}
END_TEST

START_TEST(a_double_dash_ends_the_options)
{
	expect(ts_tool("lsmod", "--", "-V"), 1, "", NULL);
}
END_TEST

START_TEST(posixly_correct_ends_the_options_at_the_first_operand)
{
	ts_env("POSIXLY_CORRECT", "1");
	expect(ts_tool("lsmod", "operand", "-V"), 1, "", NULL);
}
END_TEST

START_TEST(what_getopt_refuses_ends_the_tool)
{
	static const char *const bad[][3] = {
		{ "modprobe", "-Z" },          { "modprobe", "--bogus" },
		{ "modprobe", "-w" },          { "modprobe", "--wait" },
		{ "modprobe", "--version=1" }, { "modprobe", "--sh" },
		{ "lsmod", "-Z", "-h" },       { "depmod", "-Z", "-V" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *argv[] = { bad[i][0], bad[i][1], bad[i][2], NULL };
		struct ts_result r = ts_tool_argv(argv);

		ck_assert_msg(r.status == 1 && r.out_len == 0, "row %zu", i);
		ck_assert_msg(strstr(r.err, ts_fmt("/%s: ", bad[i][0])), "row %zu", i);
		ck_assert_msg(strchr(r.err, '\n') == r.err + r.err_len - 1, "row %zu", i);
	}
}
END_TEST

START_TEST(a_deprecated_option_warns_even_when_quiet)
{
	static const char *const rows[][2] = {
		{ "remove-dependencies", "remove-holders" }, { "resolve-alias", "show-alias" },
		{ "showconfig", "show-config" }, { "dump-modversions", "show-modversions" },
		{ "show", "dry-run" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect(ts_tool("modprobe", "-q", ts_fmt("--%s", rows[i][0]), "-V"), 0, version_text(),
			  ts_fmt("modprobe: WARNING: --%s is deprecated and scheduled for removal; "
				 "use --%s\n", rows[i][0], rows[i][1]));
	expect(ts_tool("modprobe", "--showc", "-V"), 0, version_text(),
		  "modprobe: WARNING: --showconfig is deprecated and scheduled for removal; "
		  "use --show-config\n");
}
END_TEST

START_TEST(d32_a_failed_write_to_standard_output_is_an_error)
{
	static const char *const rows[][3] = {
		{ "kmod", "-V" }, { "kmod", "help" }, { "kmod", "help", "--commands" }, { "lsmod", "-h" },
		{ "modprobe", "-V" }, { "depmod", "-h" }, { "modinfo", "-V" }, { "rmmod", "-h" },
	};

	ts_stdout_to("/dev/full");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *argv[] = { rows[i][0], rows[i][1], rows[i][2], NULL };

		expect(ts_tool_argv(argv), 1, "",
			  ts_fmt("%s: ERROR: could not write to standard output: "
				 "No space left on device\n", rows[i][0]));
	}
}
END_TEST

START_TEST(d32_a_closed_standard_output_is_one_too)
{
	ts_no_fake_root();
	expect(ts_tool("/bin/sh", "-c", "kmod -V >&-"), 1, "",
		  "kmod: ERROR: could not write to standard output: Bad file descriptor\n");
	/* No output, no error. */
	expect(ts_tool("/bin/sh", "-c", "lsmod x 2>&1 >&-"), 1,
		  "lsmod: ERROR: too many arguments provided.\n", "");
}
END_TEST

START_TEST(closed_standard_streams_are_given_to_no_file_or_command)
{
	ts_no_fake_root();
	ts_mkdir(TS_MODULES);
	ts_write("x.conf", "install foo cd /proc/$PPID/fd && readlink 0 1 2 > $OLDPWD/out\n");
	expect(ts_tool("/bin/sh", "-c",
		       "modprobe -C x.conf -d . -S " TS_KERNEL " foo <&- >&- 2>&-"),
	       0, "", "");
	ck_assert_str_eq(ts_read("out", NULL), "/dev/null\n/dev/null\n/dev/null\n");
}
END_TEST

/* Holders are names as the kernel has them. */
static void stranger_module(void)
{
	ts_write("proc/modules", "good 16384 1 - Live 0x0\n");
	ts_write("sys/module/good/coresize", "16384\n");
	ts_write("sys/module/good/refcnt", "1\n");
	ts_write("sys/module/good/initstate", "live\n");
	ts_write("sys/module/good/holders/evil\x1b[2J", "");
}

#define STRANGER_HEAD "Module                  Size  Used by"
#define STRANGER_ROW "good                   16384  1 "

START_TEST(a_strangers_text_passes_a_pipe_unchanged)
{
	stranger_module();
	expect(ts_tool("lsmod"), 0, STRANGER_HEAD "\n" STRANGER_ROW "evil\x1b[2J\n", "");
}
END_TEST

/* A terminal whose other end we hold, so that it keeps what was written to it. */
static int open_terminal(int *other_end)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	ck_assert(fd >= 0 && grantpt(fd) == 0 && unlockpt(fd) == 0);
	*other_end = open(ptsname(fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(*other_end, 0);
	return fd;
}

START_TEST(a_strangers_text_is_made_harmless_on_a_terminal)
{
	int other_end, terminal = open_terminal(&other_end);
	char text[256] = "";

	stranger_module();
	ts_stdout_to(ptsname(terminal));
	expect(ts_tool("lsmod"), 0, "", "");
	ck_assert_int_gt(read(terminal, text, sizeof(text) - 1), 0);
	ck_assert_str_eq(text, STRANGER_HEAD "\r\n" STRANGER_ROW "evil\\x1B[2J\r\n");
	close(other_end);
	close(terminal);
}
END_TEST

/* piped: what goes to a pipe, as it is; shown: to a terminal. */
static void expect_harmless(const char *const *argv, const char *piped, const char *shown)
{
	int other_end, terminal = open_terminal(&other_end);
	char text[1024] = "";

	expect(ts_tool_argv(argv), 0, piped, "");
	ts_stdout_to(ptsname(terminal));
	expect(ts_tool_argv(argv), 0, "", "");
	ts_stdout_to(NULL);
	ck_assert_int_gt(read(terminal, text, sizeof(text) - 1), 0);
	ck_assert_str_eq(text, shown);
	close(other_end);
	close(terminal);
}

#define STRANGER_FILE TS_MODULES "/kernel/foo.ko"

START_TEST(so_are_lines_of_modprobe)
{
	indexed_deps("kernel/foo.ko:\n");
	ts_write("etc/modprobe.d/x.conf", "options foo x=\x1b[2Jy\n");
	expect_harmless((const char *const[]){ "modprobe", "-n", "foo", NULL },
			"insmod /" STRANGER_FILE " x=\x1b[2Jy \n",
			"insmod /" STRANGER_FILE " x=\\x1B[2Jy \r\n");
	expect_harmless((const char *const[]){ "modprobe", "-v", "foo", NULL },
			"insmod /" STRANGER_FILE " x=\x1b[2Jy \n",
			"insmod /" STRANGER_FILE " x=\\x1B[2Jy \r\n");
}
END_TEST

START_TEST(so_is_the_configuration)
{
	static const char rest[] = "\n# End of configuration files. Dumping indexes now:"
				   "\n\n";

	ts_mkdir(TS_MODULES);
	ts_write("etc/modprobe.d/x.conf", "options foo x=\x1b[2Jy\n");
	expect_harmless(
		(const char *const[]){ "modprobe", "-c", NULL },
		ts_fmt("options foo x=\x1b[2Jy\n%s", rest),
		"options foo x=\\x1B[2Jy\r\n\r\n# End of configuration files. Dumping "
		"indexes now:\r\n\r\n");
}
END_TEST

START_TEST(so_are_symbols_of_a_module)
{
	const struct forge_module foo = {
		.name = "foo",
		.exports = FORGE_SYMBOLS({ .name = "a\x1b[2J", .crc = 1 }),
	};

	ck_assert_int_eq(forge_write(&foo, IMAGE_PLAIN, ts_path(STRANGER_FILE)), 0);
	indexed_deps("kernel/foo.ko:\n");
	expect_harmless(
		(const char *const[]){ "modprobe", "--show-exports", "foo", NULL },
		"0x00000001\ta\x1b[2J\n", "0x00000001\ta\\x1B[2J\r\n");
}
END_TEST

START_TEST(so_are_messages)
{
	int other_end, terminal = open_terminal(&other_end);
	char text[256] = "";

	ts_no_fake_root();
	ts_mkdir(TS_MODULES);
	expect(ts_tool("/bin/sh", "-c",
		       ts_fmt("modprobe -d . -S " TS_KERNEL " 'a\x1b[2Jb' 2>%s", ptsname(terminal))),
	       1, "", "");
	ck_assert_int_gt(read(terminal, text, sizeof(text) - 1), 0);
	ck_assert_msg(strstr(text, "a\\x1B[2J") && !strchr(text, '\x1b'), "%s", text);
	close(other_end);
	close(terminal);
}
END_TEST

START_TEST(help_of_a_command_is_the_commands_own)
{
	const char *want = ts_tool("kmod", "modprobe", "-h").out;

	expect(ts_tool("kmod", "help", "modprobe"), 0, want, "");
	expect(ts_tool("kmod", "help", "modprobe", "more"), 0, want, "");
	expect_start(ts_tool("kmod", "help", "help").out, "Usage: kmod help ");
	expect(ts_tool("kmod", "help", "bogus"), 1, ts_tool("kmod", "help").out,
		  "invalid command 'bogus'\n");
}
END_TEST

START_TEST(option_tables_are_four_columns)
{
	const char *text = ts_tool("kmod", "help", "--options", "modprobe").out;

	ck_assert_ptr_nonnull(strstr(text, "\n-r\t--remove\t\t"));
	ck_assert_ptr_nonnull(strstr(text, "\n-w\t--wait\tMSEC\t"));
	ck_assert_ptr_nonnull(strstr(text, "\n\t--first-time\t\t"));
	/* Deprecated: no help. */
	ck_assert_ptr_nonnull(strstr(text, "\n\t--showconfig\t\t\n"));
	expect_start(ts_tool("kmod", "help", "--options").out, "-V\t--version\t\t");
}
END_TEST

/* One line of the table of an option, against the help for people. */
static void expect_in_help(const char *command, char *line, const char *help)
{
	char *fields[4];

	for (size_t i = 0; i < 4; i++) {
		fields[i] = strsep(&line, "\t");
		ck_assert_msg(fields[i], "%s: too few columns", command);
	}
	ck_assert_msg(!line, "%s %s: too many columns", command, fields[1]);
	ck_assert_msg(*fields[0] || *fields[1], "%s: an option without a name", command);

	const char *name = *fields[1] ? fields[1] : fields[0];
	const char *behind = *fields[2] ? *fields[1] ? "=" : " " : "";
	const char *shown = strstr(help, ts_fmt("%s%s%s ", name, behind, fields[2]));
	ck_assert_msg(*fields[3] ? shown && strstr(shown, fields[3]) : !shown, "%s %s", command,
		      name);
}

START_TEST(help_shows_every_option_of_every_command_but_hidden_ones)
{
	char *commands = ts_tool("kmod", "help", "--commands").out;
	size_t n = 0;

	for (char *command; (command = strsep(&commands, "\n")) && *command; n++) {
		command[strcspn(command, "\t")] = '\0';
		const char *help = ts_tool("kmod", "help", command).out;
		char *table = ts_tool("kmod", "help", "--options", command).out;

		for (char *line; (line = strsep(&table, "\n")) && *line;)
			expect_in_help(command, line, help);
	}
	ck_assert_uint_ge(n, 1 + ARRAY_SIZE(verbs) + ARRAY_SIZE(programs));
}
END_TEST

static const struct {
	const char *command, *program;
} below_here[] = {
	{ "modprobe -d x -S 1.0 -D loop", "modprobe" },
	{ "modprobe -d x -R loop", "modprobe" },
	{ "modinfo -b x loop", "modinfo" },
	{ "kmod why -d x loop", "kmod" },
	{ "kmod check -b x loop", "kmod" },
	{ "kmod tree -b x loop", "kmod" },
	{ "kmod lint -b x", "kmod" },
};

START_TEST(relative_root_in_a_deleted_directory_has_a_cause)
{
	for (size_t i = 0; i < ARRAY_SIZE(below_here); i++) {
		struct ts_result r = ts_tool(
			"/bin/sh", "-c",
			ts_fmt("mkdir gone && cd gone && rmdir ../gone && exec %s",
			       below_here[i].command));

		ts_expect(r, 1, "",
			  ts_fmt("%s: ERROR: could not find the module directory: No "
				 "such file or directory\n",
				 below_here[i].program));
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		version_is_the_same_two_lines_of_every_tool,
		d39_version_follows_the_interface_level,
		no_command_is_an_error_with_help,
		help_has_several_spellings_and_one_text,
		help_lists_every_command_programs_last,
		an_unknown_option_of_kmod_is_getopts_error,
		options_of_kmod_end_at_the_command,
		every_tool_has_help_that_begins_with_usage,
		d33_every_tool_is_a_sub_command,
		d33_every_verb_is_a_sub_command_and_says_its_name,
		d33_a_verb_does_what_its_tool_does,
		d33_an_unknown_name_says_so_and_fails,
		d33_an_empty_argv_is_survived,
		a_programs_messages_have_its_name_a_verbs_that_of_kmod,
		getopts_messages_have_the_name_as_typed,
		options_are_parsed_the_gnu_way,
		a_double_dash_ends_the_options,
		posixly_correct_ends_the_options_at_the_first_operand,
		what_getopt_refuses_ends_the_tool,
		a_deprecated_option_warns_even_when_quiet,
		d32_a_failed_write_to_standard_output_is_an_error,
		d32_a_closed_standard_output_is_one_too,
		closed_standard_streams_are_given_to_no_file_or_command,
		a_strangers_text_passes_a_pipe_unchanged,
		a_strangers_text_is_made_harmless_on_a_terminal,
		so_are_lines_of_modprobe,
		so_is_the_configuration,
		so_are_symbols_of_a_module,
		so_are_messages,
		relative_root_in_a_deleted_directory_has_a_cause,
		help_of_a_command_is_the_commands_own,
		option_tables_are_four_columns,
		help_shows_every_option_of_every_command_but_hidden_ones,
		NULL,
	};
	return ts_run("kmod", tests, NULL, NULL);
}
