/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/dlib.h"

#include <errno.h>
#include <string.h>

#include "testsuite/lib/ts.h"

#if ENABLE_DLOPEN
static double (*dlib_cos)(double);
static int (*dlib_nonesuch)(void);

static const struct dlib_symbol good[] = { { "cos", &dlib_cos } };
static const struct dlib_symbol bad[] = { { "cos", &dlib_cos }, { "no_such_function", &dlib_nonesuch } };

START_TEST(library_is_loaded_once_and_its_functions_can_be_called)
{
	static struct dlib lib = DLIB_INIT("libm.so.6", good);

	if (dlib_load(&lib) < 0) /* a C library without a libm of that name */
		return;
	ck_assert(dlib_cos(0) == 1);
	ck_assert_int_eq(lib.state, 1);
	dlib_cos = NULL;
	ck_assert_int_eq(dlib_load(&lib), 0);
	ck_assert_ptr_null(dlib_cos);
}
END_TEST

START_TEST(missing_library_is_enoent_with_words)
{
	static struct dlib lib = DLIB_INIT("libno-such-library.so.0", good);

	for (unsigned i = 0; i < 2; i++) {
		ck_assert_int_eq(dlib_load(&lib), -ENOENT);
		ck_assert_ptr_nonnull(strstr(dlib_error(&lib), "libno-such-library.so.0"));
	}
}
END_TEST

START_TEST(library_without_a_wanted_function_is_enosys)
{
	static struct dlib lib = DLIB_INIT("libm.so.6", bad);
	int r = dlib_load(&lib);

	ck_assert(r == -ENOSYS || r == -ENOENT);
	if (r == -ENOSYS)
		ck_assert_ptr_nonnull(strstr(dlib_error(&lib), "no_such_function"));
	ck_assert_ptr_null(dlib_nonesuch);
}
END_TEST
#else
START_TEST(linked_library_needs_no_loading)
{
	static const struct dlib_symbol none[] = { { "any", NULL } };
	static struct dlib lib = DLIB_INIT("libno-such-library.so.0", none);

	ck_assert_int_eq(dlib_load(&lib), 0);
}
END_TEST
#endif

int main(void)
{
	const TTest *tests[] = {
#if ENABLE_DLOPEN
		library_is_loaded_once_and_its_functions_can_be_called,
		missing_library_is_enoent_with_words,
		library_without_a_wanted_function_is_enosys,
#else
		linked_library_needs_no_loading,
#endif
		NULL,
	};

	return ts_run("dlib", tests, NULL, NULL);
}
