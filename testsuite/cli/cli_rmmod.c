/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rmmod: what it refuses itself, and what the kernel answers. */
#include <errno.h>
#include <string.h>

#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

static void setup(void)
{
	indexed_deps("kernel/user.ko: kernel/snd-pcm.ko\n"
		     "kernel/snd-pcm.ko:\n"
		     "kernel/loop.ko:\n");
	indexed_builtin("i8042\n");
	ts_kernel();
}

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)

#define expect_calls(want) ck_assert_str_eq(ts_calls(), (want))

START_TEST(module_is_removed_alone)
{
	ts_kernel_load("user");
	expect(ts_tool("rmmod", "user"), 0, "", "");
	expect_calls("delete_module user flags=0x800 = 0\n");
	ck_assert(ts_kernel_has("snd_pcm"));
}
END_TEST

START_TEST(names_and_files_are_normalised)
{
	ts_kernel_load("snd_pcm");
	expect(ts_tool("rmmod", "snd-pcm"), 0, "", "");
	ts_kernel_load("snd_pcm");
	expect(ts_tool("rmmod", "snd-pcm.ko"), 0, "", "");
	ts_kernel_load("snd_pcm");
	expect(ts_tool("rmmod", "/" TS_MODULES "/kernel/snd-pcm.ko"), 0, "", "");
	expect_calls("delete_module snd_pcm flags=0x800 = 0\n"
		     "delete_module snd_pcm flags=0x800 = 0\n"
		     "delete_module snd_pcm flags=0x800 = 0\n");
}
END_TEST

START_TEST(what_cannot_be_removed_is_refused_with_its_reason)
{
	ts_kernel_load("user");
	ts_kernel_load("loop");
	ts_kernel_use("loop", 1);
	expect(ts_tool("rmmod", "i8042"), 1, "",
	       "rmmod: ERROR: Module i8042 is builtin.\n");
	expect(ts_tool("rmmod", "nosuch"), 1, "",
	       "rmmod: ERROR: Module nosuch is not currently loaded\n");
	expect(ts_tool("rmmod", ""), 1, "",
	       "rmmod: ERROR: Module  is not currently loaded\n");
	expect(ts_tool("rmmod", "snd-pcm"), 1, "",
	       "rmmod: ERROR: Module snd_pcm is in use by: user\n");
	expect(ts_tool("rmmod", "loop"), 1, "", "rmmod: ERROR: Module loop is in use\n");
	expect_calls("");
}
END_TEST

START_TEST(kernel_without_unloading_is_said)
{
	ts_kernel_load("loop");
	ts_remove("sys/module/loop/refcnt");
	expect(ts_tool("rmmod", "loop"), 1, "",
	       "rmmod: ERROR: Module unloading is not supported\n");
}
END_TEST

START_TEST(force_leaves_the_judgement_to_the_kernel)
{
	ts_kernel_load("loop");
	ts_kernel_use("loop", 1);
	expect(ts_tool("rmmod", "-f", "loop"), 0, "", "");
	expect(ts_tool("rmmod", "--force", "i8042"), 1, "",
	       "rmmod: ERROR: could not remove module i8042: No such file or "
	       "directory\n");
	expect_calls("delete_module loop flags=0xa00 = 0\n"
		     "delete_module i8042 flags=0xa00 = ENOENT\n");
}
END_TEST

START_TEST(d34_failure_is_one_line_with_the_operand_as_typed)
{
	ts_kernel_load("snd_pcm");
	ts_module_error("remove", "snd_pcm", EAGAIN);
	expect(ts_tool("rmmod", "snd-pcm"), 1, "",
	       "rmmod: ERROR: could not remove module snd-pcm: Resource temporarily "
	       "unavailable\n");
}
END_TEST

START_TEST(operands_after_a_failure_are_still_done)
{
	ts_kernel_load("loop");
	expect(ts_tool("rmmod", "nosuch", "loop"), 1, "",
	       "rmmod: ERROR: Module nosuch is not currently loaded\n");
	ck_assert(!ts_kernel_has("loop"));
}
END_TEST

START_TEST(no_operand_is_an_error)
{
	expect(ts_tool("rmmod"), 1, "", "rmmod: ERROR: missing module name.\n");
}
END_TEST

START_TEST(configuration_is_not_for_rmmod)
{
	ts_write("etc/modprobe.d/a.conf",
		 "remove loop false\nsoftdep loop post: snd-pcm\nrubbish\n");
	ts_kernel_load("loop");
	ts_kernel_load("snd_pcm");
	expect(ts_tool("rmmod", "loop"), 0, "", "");
	ck_assert(ts_kernel_has("snd_pcm"));
}
END_TEST

START_TEST(options_of_other_tools_are_unknown)
{
	static const char *const options[] = { "-w", "-a", "--wait" };

	ts_kernel_load("loop");
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		struct ts_result r = ts_tool("rmmod", options[i], "loop");

		ck_assert_int_eq(r.status, 1);
		ck_assert_str_ne(r.err, "");
	}
	ck_assert(ts_kernel_has("loop"));
}
END_TEST

START_TEST(syslog_takes_messages_from_stderr)
{
	expect(ts_tool("rmmod", "-s", "nosuch"), 1, "", "");
}
END_TEST

START_TEST(help_and_version)
{
	struct ts_result r = ts_tool("rmmod", "-h");

	ck_assert_int_eq(r.status, 0);
	ck_assert_ptr_nonnull(strstr(r.out, "Usage: rmmod"));
	r = ts_tool("rmmod", "-V");
	ck_assert(r.status == 0 && strncmp(r.out, "kmod version ", 13) == 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		module_is_removed_alone,
		names_and_files_are_normalised,
		what_cannot_be_removed_is_refused_with_its_reason,
		kernel_without_unloading_is_said,
		force_leaves_the_judgement_to_the_kernel,
		d34_failure_is_one_line_with_the_operand_as_typed,
		operands_after_a_failure_are_still_done,
		no_operand_is_an_error,
		configuration_is_not_for_rmmod,
		options_of_other_tools_are_unknown,
		syslog_takes_messages_from_stderr,
		help_and_version,
		NULL,
	};

	return ts_run("rmmod", tests, setup, NULL);
}
