/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/lib/ts.h"

#include <stdlib.h>

int ts_run(const char *suite, const TTest *const *tests, void (*setup)(void), void (*teardown)(void))
{
	Suite *s = suite_create(suite);
	TCase *tc = tcase_create(suite);
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	for (; *tests; tests++)
		tcase_add_test(tc, *tests);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	if (getenv("TS_TAP"))
		srunner_set_tap(runner, "-");
	srunner_run_all(runner, getenv("TS_TAP") ? CK_SILENT : CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
