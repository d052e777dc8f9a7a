/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/sys.h"

#include <errno.h>
#include <fcntl.h>

#include "testsuite/lib/ts.h"

static int open_module(void)
{
	int fd;

	ts_write("foo.ko", "no module at all\n");
	fd = open("/foo.ko", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

START_TEST(calls_reach_the_kernel_with_their_arguments)
{
	int fd = open_module();

	ck_assert_int_eq(sys_finit_module(fd, "a=1", SYS_IGNORE_VERMAGIC), 0);
	ck_assert_int_eq(sys_init_module("bytes!", 6, "b=2"), 0);
	ck_assert_int_eq(sys_delete_module("bar", 0x800), 0);
	ck_assert_str_eq(ts_calls(), "finit_module foo flags=0x2 params=\"a=1\" = 0\n"
				     "init_module foo len=6 params=\"b=2\" = 0\n"
				     "delete_module bar flags=0x800 = 0\n");
	close(fd);
}
END_TEST

START_TEST(failures_come_back_as_negative_errno)
{
	int fd = open_module();

	ts_module_error("finit", "foo", ENOSYS);
	ts_module_error("init", "foo", ENOEXEC);
	ts_module_error("remove", "bar", EAGAIN);
	ck_assert_int_eq(sys_finit_module(fd, "", 0), -ENOSYS);
	ck_assert_int_eq(sys_init_module("bytes!", 6, ""), -ENOEXEC);
	ck_assert_int_eq(sys_delete_module("bar", 0), -EAGAIN);
	close(fd);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		calls_reach_the_kernel_with_their_arguments,
		failures_come_back_as_negative_errno,
		NULL,
	};

	return ts_run_trapped("sys", tests, NULL, NULL);
}
