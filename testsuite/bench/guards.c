/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Work that must not grow unseen, counted, never timed: files opened, index nodes
 * visited, memory asked for, system calls.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libkmod/index/index-read.h"
#include "testsuite/forge/forge.h"
#include "testsuite/unit/module-tree.h"

/* ---- depmod ---- */

static unsigned long opens_of_depmod(unsigned n)
{
	ts_remove(TS_MODULES);
	ck_assert_int_eq(forge_tree(ts_path(TS_MODULES), n, IMAGE_PLAIN), 0);
	ts_fail("open", 0, 0);
	struct ts_result r = ts_tool("depmod", "-j1", TS_KERNEL);

	ck_assert_int_eq(r.status, 0);
	return ts_fail_count("open");
}

START_TEST(depmod_opens_each_module_once)
{
	if (!ts_have_tools())
		return;

	/* Both trees have the same folders: what else is opened is the same. */
	unsigned long few = opens_of_depmod(50), many = opens_of_depmod(150);

	ck_assert_uint_gt(few, 50);
	ck_assert_uint_eq(many - few, 100);
}
END_TEST

/* ---- library ---- */

enum { VENDORS = 400, DEVICES = 10 };

/* A context over an index of 4,000 aliases, loaded. */
static struct kmod_ctx *large_context(void)
{
	struct strbuf text = STRBUF_INIT;

	mt_tree();
	for (unsigned i = 0; i < VENDORS * DEVICES; i++)
		strbuf_adds(&text, ts_fmt("pci:v%08Xd%08Xsv*sd*bc*sc*i* m%u\n",
					  i / DEVICES * 7, i % DEVICES, i));
	mt_index("modules.alias", strbuf_str(&text));
	strbuf_fini(&text);

	struct kmod_ctx *ctx = mt_ctx();

	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	return ctx;
}

/* One lookup of an alias that leads to one module; answers the lookup's result. */
static int look_up(struct kmod_ctx *ctx, unsigned i)
{
	struct kmod_list *list = NULL;
	char alias[80];

	snprintf(alias, sizeof(alias), "pci:v%08Xd%08Xsv00000000sd00000000bc00sc00i00",
		 i / DEVICES * 7, i % DEVICES);
	int r = kmod_module_new_from_lookup(ctx, alias, &list);

	if (r == 0 && !list)
		r = -ENOENT;
	kmod_module_unref_list(list);
	return r;
}

START_TEST(loaded_context_opens_nothing)
{
	struct kmod_ctx *ctx = large_context();
	int r = 0;

	ts_fail("open", 1, EIO);
	for (unsigned i = 0; i < VENDORS * DEVICES && r == 0; i += 7)
		r = look_up(ctx, i);
	bool opened = ts_fail_happened();

	ts_fail_off();
	ck_assert_int_eq(r, 0);
	ck_assert(!opened);
	kmod_unref(ctx);
}
END_TEST

START_TEST(lookup_visits_few_nodes)
{
	struct kmod_ctx *ctx = large_context();
	unsigned long most = 0;

	for (unsigned i = 0; i < VENDORS * DEVICES; i += 7) {
		index_nodes_visited();
		ck_assert_int_eq(look_up(ctx, i), 0);
		unsigned long n = index_nodes_visited();

		most = n > most ? n : most;
	}
	ck_assert_uint_gt(most, 0);
	ck_assert_uint_lt(most, 40);
	kmod_unref(ctx);
}
END_TEST

START_TEST(lookup_asks_for_memory_a_few_times)
{
	if (!ts_can_fail_alloc())
		return;
	struct kmod_ctx *ctx = large_context();

	ck_assert_int_eq(look_up(ctx, 0), 0); /* what is made once is made */
	unsigned n = 0;
	bool more = true;

	while (more && n < 100) {
		ts_fail("alloc", ++n, ENOMEM);
		look_up(ctx, 5);
		more = ts_fail_happened();
		ts_fail_off();
	}
	ck_assert_uint_gt(n, 1);
	ck_assert_uint_le(n - 1, 8);
	kmod_unref(ctx);
}
END_TEST

/* ---- modprobe ---- */

/* Every stop is one end of a system call. -1: tracing is not allowed here. */
static long count_syscalls(char *const argv[])
{
	long stops = 0;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open("/dev/null", O_RDWR);

		dup2(fd, STDOUT_FILENO);
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(125);
		execve(argv[0], argv, (char *[]){ NULL });
		_exit(126);
	}
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		stops++;
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0)
			kill(pid, SIGKILL);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 125)
		return -1;
	ck_assert_int_eq(status, 0);
	return stops / 2;
}

START_TEST(modprobe_makes_few_system_calls)
{
#ifdef TS_SANITIZED
	return; /* their runtime makes hundreds of its own */
#endif
	if (!ts_have_tools() || getenv("TS_VALGRIND"))
		return;
	mt_tree();
	ts_mkdir("empty");
	ts_symlink(TS_KMOD, "modprobe");
	char *const argv[] = {
		(char *)ts_path("modprobe"), (char *)"-C",
		(char *)ts_path("empty"),    (char *)"-d",
		(char *)ts_root(),           (char *)"-S",
		(char *)TS_KERNEL,           (char *)"-n",
		(char *)"pci:v9d2",          NULL,
	};
	long n = count_syscalls(argv);

	if (n < 0)
		return;
	ck_assert_int_gt(n, 10);
	/* Linked libraries are mapped before main(). */
	ck_assert_int_le(n, ENABLE_DLOPEN ? 90 : 130);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		depmod_opens_each_module_once,   loaded_context_opens_nothing,
		lookup_visits_few_nodes,         lookup_asks_for_memory_a_few_times,
		modprobe_makes_few_system_calls, NULL,
	};

	return ts_run_trapped("guards", tests, NULL, NULL);
}
