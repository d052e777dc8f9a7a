/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* insmod: one file, its parameters, the kernel's answer in words. */
#include <errno.h>
#include <string.h>

#include "testsuite/forge/forge.h"
#include "testsuite/lib/ts.h"

static void setup(void)
{
	ts_write("tmp/foo-bar.ko", "no module at all\n");
}

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)

#define expect_calls(want) ck_assert_str_eq(ts_calls(), (want))

START_TEST(file_goes_to_the_kernel_as_it_is)
{
	expect(ts_tool("insmod", "/tmp/foo-bar.ko"), 0, "", "");
	expect_calls("finit_module foo_bar flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(relative_name_is_a_path)
{
	ts_cwd("tmp");
	expect(ts_tool("insmod", "foo-bar.ko"), 0, "", "");
	expect(ts_tool("insmod", "foo-bar"), 1, "",
	       "insmod: ERROR: could not load module foo-bar: No such file or "
	       "directory\n");
}
END_TEST

START_TEST(parameters_are_joined_and_quoted)
{
	expect(ts_tool("insmod", "/tmp/foo-bar.ko", "b=x y", "c='q r'", "flag"), 0, "",
	       "");
	expect_calls(
		"finit_module foo_bar flags=0x0 params=\"b=\"x y\" c='q r' flag\" = 0\n");
}
END_TEST

START_TEST(configuration_is_not_for_insmod)
{
	ts_write("etc/modprobe.d/a.conf", "options foo_bar a=1\nblacklist "
					  "foo_bar\ninstall foo_bar false\nrubbish\n");
	ts_write("proc/cmdline", "foo_bar.b=2\n");
	expect(ts_tool("insmod", "/tmp/foo-bar.ko"), 0, "", "");
	expect_calls("finit_module foo_bar flags=0x0 params=\"\" = 0\n");
}
END_TEST

START_TEST(force_options_are_flags)
{
	expect(ts_tool("insmod", "-f", "/tmp/foo-bar.ko"), 0, "", "");
	expect(ts_tool("insmod", "--force-modversion", "/tmp/foo-bar.ko"), 0, "", "");
	expect(ts_tool("insmod", "--force-vermagic", "/tmp/foo-bar.ko"), 0, "", "");
	expect_calls("finit_module foo_bar flags=0x3 params=\"\" = 0\n"
		     "finit_module foo_bar flags=0x1 params=\"\" = 0\n"
		     "finit_module foo_bar flags=0x2 params=\"\" = 0\n");
}
END_TEST

START_TEST(missing_or_refused_operands)
{
	expect(ts_tool("insmod"), 1, "", "insmod: ERROR: missing filename.\n");
	expect(ts_tool("insmod", "-"), 1, "",
	       "insmod: ERROR: this tool does not support loading from stdin!\n");
	expect(ts_tool("insmod", "/nope.ko"), 1, "",
	       "insmod: ERROR: could not load module /nope.ko: No such file or "
	       "directory\n");
}
END_TEST

START_TEST(errors_of_the_kernel_have_their_words)
{
	static const struct {
		int error;
		const char *words;
	} rows[] = {
		{ ENOEXEC, "Invalid module format" },
		{ ENOENT, "Unknown symbol in module" },
		{ ESRCH, "Module has wrong symbol version" },
		{ EINVAL, "Invalid parameters" },
		{ EEXIST, "File exists" },
		{ EPERM, "Operation not permitted" },
		{ ENOKEY, "Required key not available" },
		{ EKEYREJECTED, "Key was rejected by service" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *file = ts_fmt("/tmp/m%zu.ko", i);
		const char *line =
			ts_fmt("insmod: ERROR: could not insert module %s: %s\n", file,
			       rows[i].words);
		struct ts_result r;

		ts_write(file, "no module at all\n");
		ts_module_error("insert", ts_fmt("m%zu", i), rows[i].error);
		r = ts_tool("insmod", file);
		ck_assert_int_eq(r.status, 1);
		ck_assert_str_eq(r.out, "");
		ck_assert_msg(strncmp(r.err, line, strlen(line)) == 0, "%s", r.err);
	}
}
END_TEST

START_TEST(already_loaded_needs_no_explanation)
{
	ts_module_error("insert", "foo_bar", EEXIST);
	expect(ts_tool("insmod", "/tmp/foo-bar.ko"), 1, "",
	       "insmod: ERROR: could not insert module /tmp/foo-bar.ko: File exists\n");
}
END_TEST

START_TEST(empty_file_or_directory_never_reaches_the_kernel)
{
	ts_write("tmp/empty.ko", "");
	ts_mkdir("tmp/dir.ko");
	expect(ts_tool("insmod", "/tmp/empty.ko"), 1, "",
	       "insmod: ERROR: could not insert module /tmp/empty.ko: Invalid "
	       "parameters\n"
	       "insmod: ERROR: module file /tmp/empty.ko has only 0 bytes\n");
	expect(ts_tool("insmod", "/tmp/dir.ko"), 1, "",
	       "insmod: ERROR: could not insert module /tmp/dir.ko: Is a directory\n"
	       "insmod: ERROR: module file /tmp/dir.ko is not a regular file\n");
	expect_calls("");
}
END_TEST

static void write_compressed(const char *path, enum image_format format)
{
	const struct forge_module m = { .name = "foo" };

	ck_assert_int_eq(forge_write(&m, format, ts_path("%s", path)), 0);
}

/* The size of the same module, plain. */
static size_t plain_size(void)
{
	struct strbuf image = STRBUF_INIT;
	const struct forge_module m = { .name = "foo" };
	size_t len;

	ck_assert_int_eq(forge_build(&m, &image), 0);
	len = image.len;
	strbuf_fini(&image);
	return len;
}

START_TEST(compressed_file_is_decompressed_here_or_by_a_kernel_that_can)
{
	if (!image_format_built_in(IMAGE_XZ))
		return;
	write_compressed("tmp/foo.ko.xz", IMAGE_XZ);
	expect(ts_tool("insmod", "/tmp/foo.ko.xz"), 0, "", "");
	ts_write("sys/module/compression", "zstd\n");
	expect(ts_tool("insmod", "/tmp/foo.ko.xz"), 0, "", "");
	ts_write("sys/module/compression", "xz\n");
	expect(ts_tool("insmod", "/tmp/foo.ko.xz"), 0, "", "");
	expect_calls(ts_fmt("init_module foo len=%zu params=\"\" = 0\n"
			    "init_module foo len=%zu params=\"\" = 0\n"
			    "finit_module foo flags=0x4 params=\"\" = 0\n",
			    plain_size(), plain_size()));
}
END_TEST

START_TEST(corrupt_stream_is_named)
{
	if (!image_format_built_in(IMAGE_XZ))
		return;
	ts_write_bytes("tmp/bad.ko",
		       "\xfd"
		       "7zXZ\0rubbish rubbish rubbish",
		       30);
	struct ts_result r = ts_tool("insmod", "/tmp/bad.ko");
	ck_assert_int_eq(r.status, 1);
	ck_assert(strncmp(r.err, "insmod: ERROR: xz: ", 19) == 0);
	ck_assert_ptr_nonnull(strstr(r.err, "insmod: ERROR: could not insert module "
					    "/tmp/bad.ko: Invalid parameters\n"));
}
END_TEST

START_TEST(d29_force_without_vermagic_goes_on)
{
	const struct forge_module m = { .name = "foo", .flags = FORGE_NO_VERMAGIC };

	ck_assert_int_eq(forge_write(&m, IMAGE_PLAIN, ts_path("tmp/foo.ko")), 0);
	ts_module_error("finit", "foo", ENOSYS);
	expect(ts_tool("insmod", "-f", "/tmp/foo.ko"), 0, "", "");
	ck_assert_ptr_nonnull(strstr(ts_calls(), "init_module foo len="));
}
END_TEST

START_TEST(syslog_takes_messages_from_stderr)
{
	expect(ts_tool("insmod", "-s", "/nope.ko"), 1, "", "");
}
END_TEST

START_TEST(old_options_are_unknown)
{
	struct ts_result r = ts_tool("insmod", "-p", "/tmp/foo-bar.ko");

	ck_assert_int_eq(r.status, 1);
	ck_assert_str_ne(r.err, "");
	expect_calls("");
}
END_TEST

START_TEST(help_names_its_options)
{
	struct ts_result r = ts_tool("insmod", "--help");

	ck_assert_int_eq(r.status, 0);
	ck_assert_ptr_nonnull(strstr(r.out, "Usage: insmod"));
	ck_assert_ptr_nonnull(strstr(r.out, "--force-vermagic"));
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		file_goes_to_the_kernel_as_it_is,
		relative_name_is_a_path,
		parameters_are_joined_and_quoted,
		configuration_is_not_for_insmod,
		force_options_are_flags,
		missing_or_refused_operands,
		errors_of_the_kernel_have_their_words,
		already_loaded_needs_no_explanation,
		empty_file_or_directory_never_reaches_the_kernel,
		compressed_file_is_decompressed_here_or_by_a_kernel_that_can,
		corrupt_stream_is_named,
		d29_force_without_vermagic_goes_on,
		syslog_takes_messages_from_stderr,
		old_options_are_unknown,
		help_names_its_options,
		NULL,
	};

	return ts_run("insmod", tests, setup, NULL);
}
