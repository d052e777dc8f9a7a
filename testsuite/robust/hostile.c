/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strangers: environment of a set-user-ID run, open files of commands, names, indexes. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/fsio.h"
#include "libkmod/libkmod.h"
#include "shared/str.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

static void setup(void)
{
	indexed_deps("kernel/a.ko: kernel/b.ko\nkernel/b.ko:\n");
	indexed_aliases("x a\n");
	indexed_symbols("s a\n");
	indexed_builtin("i8042\n");
}

/* "modprobe -n a" with an environment that makes it fail, if it listens. Exit status. */
static int status_of_setuid_run(uid_t uid)
{
	const char *program = ts_path("modprobe"), *out = ts_path("out");
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		const char *const env[] = { "MODPROBE_OPTIONS=--no-such-option", "KMOD_LOG=debug", NULL };
		int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

		dup2(fd, 1);
		dup2(fd, 2);
		if (setuid(uid) < 0)
			_exit(1);
		execle(program, "modprobe", "-d", ts_root(), "-S", TS_KERNEL, "-n", "a", NULL, env);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(a_secure_process_does_not_listen_to_the_environment)
{
	size_t len;
	const char *program;
	char *copy;

	if (geteuid() != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0 ||
	    getenv("TS_VALGRIND")) {
		printf("# not tested: set-user-ID programs need root, to be allowed, and no "
		       "valgrind\n");
		return;
	}
	ts_cwd("/");
	copy = realpath(TS_KMOD, NULL);
	char *bytes = NULL;
	ck_assert_int_eq(fs_read_file(AT_FDCWD, copy, 0, false, &bytes, &len), 0);
	ts_write_bytes("modprobe", bytes, len);
	free(bytes);
	free(copy);
	program = ts_path("modprobe");
	ck_assert_int_eq(chmod(program, 04755), 0);
	/* The test's directories are its own; others must reach the program. */
	ck_assert_int_eq(chmod(ts_root(), 0755), 0);
	ck_assert_int_eq(chmod(ts_path(".."), 0755), 0);
	ck_assert_int_eq(status_of_setuid_run(0), 1);
	ck_assert_ptr_nonnull(strstr(ts_read("out", NULL), "no-such-option"));
	ck_assert_int_eq(status_of_setuid_run(65534), 0);
	ck_assert_ptr_nonnull(strstr(ts_read("out", NULL), "/kernel/a.ko"));
}
END_TEST

START_TEST(a_command_inherits_no_open_file)
{
	ts_write("etc/modprobe.d/x.conf", "install a ls /proc/self/fd\n");
	/* What whoever started the test left open is not modprobe's. */
	for (int fd = 3; fd < 1024; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	struct ts_result r = ts_tool("modprobe", "a");

	/* 3 is the folder that ls itself reads. */
	ts_expect(r, 0, "0\n1\n2\n3\n", "");
}
END_TEST

START_TEST(a_command_starts_with_plain_signals)
{
	ts_write("etc/modprobe.d/x.conf", "install a grep -E '^Sig(Blk|Ign)' /proc/self/status\n");
	/* The C library's own two, 32 and 33, are nobody's to change. */
	const unsigned long long ours = ~(3ULL << 31);
	unsigned long long blocked = ours, ignored = ours;
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGTERM, SIG_IGN);
	struct ts_result r = ts_tool("modprobe", "a");
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	signal(SIGTERM, SIG_DFL);
	ck_assert_int_eq(sscanf(r.out, "SigBlk: %llx SigIgn: %llx", &blocked, &ignored), 2);
	ck_assert_uint_eq(blocked & ours, 0);
	ck_assert_uint_eq(ignored & ours, 0);
}
END_TEST

START_TEST(names_that_would_leave_their_folder_are_refused)
{
	static const char *const names[] = { "../etc", "a/../b", "/", ".", "..", "x/y",
					     "a\nb", "\033[31m" };
	struct kmod_ctx *ctx = kmod_new(ts_path(TS_MODULES), (const char *const[]){ NULL });

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct ts_result r = ts_tool("rmmod", names[i]);
		struct kmod_module *mod = NULL;

		ck_assert_msg(r.status == 1, "%s", names[i]);
		if (kmod_module_new_from_name(ctx, names[i], &mod) == 0)
			ck_assert_msg(kmod_module_get_initstate(mod) < 0, "%s", names[i]);
		kmod_module_unref(mod);
	}
	ck_assert_str_eq(ts_calls(), "");
	kmod_unref(ctx);
}
END_TEST

START_TEST(an_index_that_shrinks_in_use_harms_nobody)
{
	struct kmod_ctx *ctx = kmod_new(ts_path(TS_MODULES), (const char *const[]){ NULL });
	struct kmod_list *list = NULL;

	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	ck_assert_int_eq(truncate(ts_path(TS_MODULES "/modules.dep.bin"), 0), 0);
	ck_assert_int_ge(kmod_module_new_from_lookup(ctx, "a", &list), 0);
	ck_assert_ptr_nonnull(list);
	kmod_module_unref_list(list);
	kmod_unref(ctx);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		a_secure_process_does_not_listen_to_the_environment,
		a_command_inherits_no_open_file,
		a_command_starts_with_plain_signals,
		names_that_would_leave_their_folder_are_refused,
		an_index_that_shrinks_in_use_harms_nobody,
		NULL,
	};
	return ts_run("hostile", tests, setup, NULL);
}
