/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Running suites. One directory per test program holds everything its tests make; the
 * parent removes it when all have run, so a test that was killed leaves nothing either.
 * TS_KEEP=1 in the environment keeps it and says where it is.
 */
#include "testsuite/lib/ts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testsuite/lib/ts-internal.h"

struct ts_state ts_state;
static char base[PATH_MAX];

const char *ts_base(void)
{
	return base;
}

bool ts_trapped(void)
{
	return getenv("TS_TRAPPED") != NULL;
}

static const char *ts_trap_library(const char *name)
{
	return ts_fmt("%s/testsuite/trap/.libs/%s.so", TS_BUILDDIR, name);
}

const char *ts_source(const char *path)
{
	return ts_fmt("%s/%s", TS_SRCDIR, path);
}

static int find_runtime(struct dl_phdr_info *info, size_t size, void *found)
{
	static const char *const names[] = { "libasan.so", "libtsan.so", "libubsan.so" };

	(void)size;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strstr(info->dlpi_name, names[i])) {
			*(const char **)found = info->dlpi_name;
			return 1;
		}
	}
	return 0;
}

const char *ts_preload(bool alloc)
{
	const char *runtime = NULL, *trap = ts_trap_library("trap");

	dl_iterate_phdr(find_runtime, &runtime);
	if (alloc)
		trap = ts_fmt("%s:%s", trap, ts_trap_library("trap-alloc"));
	return runtime ? ts_fmt("%s:%s", runtime, trap) : trap;
}

bool ts_can_fail_alloc(void)
{
#ifdef TS_SANITIZED
	return false;
#else
	return !getenv("TS_VALGRIND");
#endif
}

/* Each test begins with nothing; matters when CK_FORK=no shares the process. */
static void reset(void)
{
	ts_fail_off();
	ts_free_kept();
	vec_fini(&ts_state.env);
	strbuf_fini(&ts_state.errors);
	ts_state = (struct ts_state){ 0 };
	ts_release(TS_KERNEL);
	unsetenv("TESTSUITE_ROOT");
	unsetenv("TESTSUITE_ERRORS");
	unsetenv("TESTSUITE_CALLS");
	unsetenv("TESTSUITE_KERNEL");
	if (ts_trapped())
		ts_root();
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int make_readable(const char *path, const struct stat *st, int type,
			 struct FTW *ftw)
{
	(void)ftw;
	if (type == FTW_D || type == FTW_DNR)
		return chmod(path, st->st_mode | 0700);
	return 0;
}

static void end_base(void)
{
	if (getenv("TS_KEEP")) {
		fprintf(stderr, "kept: %s\n", base);
		return;
	}
	nftw(base, make_readable, 16, FTW_PHYS);
	nftw(base, remove_one, 16, FTW_PHYS | FTW_DEPTH);
}

static bool begin_base(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(base, sizeof(base), "%s/kmod-test-XXXXXX",
		 tmp && tmp[0] == '/' ? tmp : "/tmp");
	if (!mkdtemp(base)) {
		perror(base);
		return false;
	}
	setenv("TESTSUITE_PASS", ts_fmt("%s:%s:%s", base, TS_BUILDDIR, TS_SRCDIR), 1);
	return true;
}

int ts_run(const char *suite, const TTest *const *tests, void (*setup)(void),
	   void (*teardown)(void))
{
	Suite *s = suite_create(suite);
	TCase *tc = tcase_create(suite);
	bool tap = getenv("TS_TAP") != NULL;
	SRunner *runner;
	int failed;

	if (!begin_base())
		return EXIT_FAILURE;
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, reset, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	for (; *tests; tests++)
		tcase_add_test(tc, *tests);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	if (tap)
		srunner_set_tap(runner, "-");
	srunner_run_all(runner, tap ? CK_SILENT : CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	end_base();
	/* TAP says itself what failed; the status would count as one more error. */
	return failed && !tap ? EXIT_FAILURE : EXIT_SUCCESS;
}

int ts_run_trapped(const char *suite, const TTest *const *tests, void (*setup)(void),
		   void (*teardown)(void))
{
	char path[PATH_MAX];
	char *argv[] = { path, NULL };
	ssize_t n;

	if (ts_trapped())
		return ts_run(suite, tests, setup, teardown);
	n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (n < 0)
		return EXIT_FAILURE;
	path[n] = '\0';
	setenv("TS_TRAPPED", "1", 1);
	setenv("TESTSUITE_UNAME", TS_KERNEL, 1);
	setenv("LD_PRELOAD", ts_preload(ts_can_fail_alloc()), 1);
	ts_exec(argv, environ);
	perror("exec");
	return EXIT_FAILURE;
}
