/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The test library and the traps, tested on /bin/sh and on this process. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "shared/cleanup.h"
#include "testsuite/lib/ts.h"

#define SH(script) ts_tool("/bin/sh", "-c", script)

START_TEST(output_status_and_input_are_captured)
{
	struct ts_result r;

	ts_stdin("hello\n");
	r = SH("cat; echo wrong >&2; exit 3");
	ts_expect(r, 3, "hello\n", "wrong\n");
}
END_TEST

START_TEST(absolute_paths_lie_below_the_root)
{
	struct ts_result r;

	ts_write("etc/modprobe.d/a.conf", "in the root\n");
	r = SH("read line </etc/modprobe.d/a.conf; echo \"$line\"; echo new >/made");
	ts_expect(r, 0, "in the root\n", "");
	ck_assert_str_eq(ts_read("made", NULL), "new\n");
}
END_TEST

START_TEST(tree_is_copied_whole)
{
	struct ts_result r;

	ts_tree("basic");
	ck_assert(ts_exists(TS_MODULES "/modules.order"));
	ck_assert(!ts_exists("README.md"));
	r = ts_tool("/bin/cat", "/etc/modprobe.d/local.conf", "/proc/modules");
	ts_expect(r, 0, "# The administrator has not set anything.\n", "");
}
END_TEST

START_TEST(paths_with_the_root_in_them_are_not_prefixed_twice)
{
	struct ts_result r;

	ts_write("a", "text\n");
	r = ts_tool("/bin/cat", ts_path("a"), "/a");
	ts_expect(r, 0, "text\ntext\n", "");
}
END_TEST

START_TEST(release_is_ours)
{
	struct ts_result r = ts_tool("/bin/uname", "-r");
	struct utsname u;

	ts_expect(r, 0, TS_KERNEL "\n", "");
	ts_release("9.9.9");
	r = ts_tool("/bin/uname", "-r");
	ts_expect(r, 0, "9.9.9\n", "");
	ck_assert_int_eq(uname(&u), 0);
	ck_assert_str_eq(u.release, "9.9.9");
}
END_TEST

START_TEST(environment_is_made_from_nothing)
{
	struct ts_result r;

	setenv("MODPROBE_OPTIONS", "-q", 1);
	ts_env("EXTRA", "1");
	ts_env("EXTRA", "2");
	r = SH("echo \"$MODPROBE_OPTIONS.$EXTRA\"");
	ts_expect(r, 0, ".2\n", "");
}
END_TEST

static int insert(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	return syscall(SYS_finit_module, fd, "a=1", 4) == 0 ? 0 : -errno;
}

int init_module(const void *image, unsigned long len, const char *params);
int delete_module(const char *name, unsigned flags);

START_TEST(module_calls_are_logged_and_answered)
{
	static const char image[] = "xx\0name=from_image\0";

	ts_write("foo-bar.ko", "module");
	ts_module_error("remove", "foo_bar", EBUSY);
	ck_assert_int_eq(insert("/foo-bar.ko"), 0);
	ck_assert_int_eq(init_module("x", 1, ""), 0);
	ck_assert_int_eq(init_module(image, sizeof(image), ""), 0);
	ck_assert_int_eq(delete_module("foo_bar", O_NONBLOCK), -1);
	ck_assert_int_eq(errno, EBUSY);
	ck_assert_str_eq(ts_calls(), "finit_module foo_bar flags=0x4 params=\"a=1\" = 0\n"
				     "init_module foo_bar len=1 params=\"\" = 0\n"
				     "init_module from_image len=20 params=\"\" = 0\n"
				     "delete_module foo_bar flags=0x800 = EBUSY\n");
}
END_TEST

START_TEST(kernel_honours_dependencies_and_users)
{
	ts_write(TS_MODULES "/modules.dep", "a.ko: b.ko c.ko\nb.ko: c.ko\nc.ko:\n");
	ts_write("a.ko", "a");
	ts_write("b.ko", "b");
	ts_write("c.ko", "c");
	ts_kernel();
	ck_assert_int_eq(insert("/b.ko"), -ENOENT);
	ck_assert_int_eq(insert("/c.ko"), 0);
	ck_assert_int_eq(insert("/b.ko"), 0);
	ck_assert_int_eq(insert("/a.ko"), 0);
	ck_assert_int_eq(insert("/a.ko"), -EEXIST);
	ck_assert_str_eq(ts_read("proc/modules", NULL),
			 "a 1 0 - Live 0x0000000000000000\n"
			 "b 1 1 a, Live 0x0000000000000000\n"
			 "c 1 1 b, Live 0x0000000000000000\n");
	ck_assert_int_eq(delete_module("b", O_NONBLOCK), -1);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_int_eq(delete_module("a", O_NONBLOCK), 0);
	ck_assert_int_eq(delete_module("b", O_NONBLOCK), 0);
	ck_assert_str_eq(ts_read("proc/modules", NULL),
			 "c 1 0 - Live 0x0000000000000000\n");
}
END_TEST

START_TEST(loaded_modules_come_with_what_they_need)
{
	ts_write(TS_MODULES "/modules.dep", "a.ko: b.ko\nb.ko:\n");
	ts_kernel_load("a");
	ts_kernel_use("a", 2);
	ck_assert(ts_kernel_has("b"));
	ck_assert_str_eq(ts_read("sys/module/a/refcnt", NULL), "2\n");
	ck_assert_str_eq(ts_read("sys/module/b/refcnt", NULL), "1\n");
}
END_TEST

START_TEST(nth_call_fails_here_and_in_tools)
{
	_cleanup_close_ int fd = -1;
	struct ts_result r;

	ts_write("a", "text");
	ts_fail("open", 2, EIO);
	fd = open("/a", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(open("/a", O_RDONLY | O_CLOEXEC), -1);
	ck_assert_int_eq(errno, EIO);
	ck_assert(ts_fail_happened());

	ts_fail("write", 1, ENOSPC);
	r = ts_tool("/bin/echo", "x");
	ck_assert_int_eq(r.status, 0); /* stdio's own writes are not seen */
	ck_assert(!ts_fail_happened());
	r = SH("echo x");
	ck_assert_int_ne(r.status, 0);
	ck_assert_str_eq(r.out, "");
	ck_assert(ts_fail_happened());

	ts_fail("open", 0, 0); /* only counts */
	r = ts_tool("/bin/cat", "/a");
	ts_expect(r, 0, "text", "");
	ck_assert_uint_ge(ts_fail_count("open"), 1);
	ck_assert(!ts_fail_happened());
}
END_TEST

START_TEST(short_read_gives_half)
{
	_cleanup_close_ int fd = -1;
	char buf[8];

	ts_write("a", "12345678");
	fd = open("/a", O_RDONLY | O_CLOEXEC);
	ts_fail("read", 1, TS_SHORT);
	ck_assert_int_eq(read(fd, buf, sizeof(buf)), 4);
	ck_assert_int_eq(read(fd, buf, sizeof(buf)), 4);
}
END_TEST

START_TEST(nth_allocation_fails)
{
	_cleanup_free_ char *one = NULL, *two = NULL;
	bool happened;

	if (!ts_can_fail_alloc())
		return;
	ts_fail("alloc", 2, ENOMEM); /* no ck_assert before ts_fail_off: it allocates */
	one = strdup("one");
	two = strdup("two");
	happened = ts_fail_happened();
	ts_fail_off();
	ck_assert_ptr_nonnull(one);
	ck_assert_ptr_null(two);
	ck_assert(happened);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		output_status_and_input_are_captured,
		absolute_paths_lie_below_the_root,
		tree_is_copied_whole,
		paths_with_the_root_in_them_are_not_prefixed_twice,
		release_is_ours,
		environment_is_made_from_nothing,
		module_calls_are_logged_and_answered,
		kernel_honours_dependencies_and_users,
		loaded_modules_come_with_what_they_need,
		nth_call_fails_here_and_in_tools,
		short_read_gives_half,
		nth_allocation_fails,
		NULL,
	};

	return ts_run_trapped("ts", tests, NULL, NULL);
}
