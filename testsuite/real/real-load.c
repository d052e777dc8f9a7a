/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * 200 random modules of a real kernel into the mock kernel and out again, without one
 * error:
 *
 *	real-load TREE KERNEL      TREE/lib/modules/KERNEL, which is only read
 *
 * Every dry run is compared with the calls of the real one. A module goes when nothing
 * uses it any more; first those that were asked for, then what a dependency's softdeps
 * brought, which no removal of its users takes along.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/macro.h"
#include "shared/vec.h"
#include "testsuite/lib/agreement.h"
#include "testsuite/lib/ts.h"

#define N_CHOSEN 200

static const char *tree, *kernel;
static VEC(const char *) names;

static void setup(void)
{
	const char *const files[] = { "kernel", "modules.order", "modules.builtin",
				      "modules.builtin.modinfo" };
	const char *dir = ts_fmt("lib/modules/%s", kernel);

	random_seed(20240229);
	ts_release(kernel);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		ts_symlink(ts_fmt("%s/%s/%s", tree, dir, files[i]),
			   ts_fmt("%s/%s", dir, files[i]));
	struct ts_result r = ts_tool("depmod", kernel);
	ts_expect(r, 0, "", "");
	for (char *p = ts_read(ts_fmt("%s/modules.dep", dir), NULL); *p;
	     p = strchr(p, '\n') + 1)
		ck_assert(vec_push(&names, module_name_of(p, strcspn(p, ":"))));
	ck_assert_uint_gt(names.n, N_CHOSEN);
	ts_kernel();
}

static size_t count_loaded(void)
{
	size_t n = 0;

	for (const char *p = loaded_modules(); *p; p = strchr(p, '\n') + 1)
		n++;
	return n;
}

static bool is_unused(const char *name)
{
	return ts_kernel_has(name) &&
	       atol(ts_read(ts_fmt("sys/module/%s/refcnt", name), NULL)) == 0;
}

/* Users first, until no pass over the list finds one that can go. */
static void remove_unused(const char **list, size_t n)
{
	size_t before;

	do {
		before = count_loaded();
		for (size_t i = 0; i < n; i++)
			if (is_unused(list[i]))
				remove_and_compare("-r", list[i]);
	} while (count_loaded() < before);
}

START_TEST(two_hundred_random_modules_in_and_out)
{
	size_t loaded, left;

	random_shuffle(names.at, names.n);
	for (size_t i = 0; i < N_CHOSEN; i++)
		load_and_compare(names.at[i]);
	loaded = count_loaded();
	ck_assert_uint_gt(loaded, N_CHOSEN);

	random_shuffle(names.at, N_CHOSEN);
	remove_unused(names.at, N_CHOSEN);
	left = count_loaded();
	remove_unused(names.at, names.n);
	ck_assert_str_eq(loaded_modules(), "");
	printf("%d of %zu modules asked for, %zu loaded, %zu left for removal by name\n",
	       N_CHOSEN, names.n, loaded, left);
}
END_TEST

int main(int argc, char **argv)
{
	const TTest *tests[] = { two_hundred_random_modules_in_and_out, NULL };

	if (argc != 3)
		return EXIT_FAILURE;
	tree = argv[1];
	kernel = argv[2];
	return ts_run("real-load", tests, setup, NULL);
}
