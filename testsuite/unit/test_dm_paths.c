/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-paths.h"

#include <sys/utsname.h>

#include "testsuite/lib/ts.h"

START_TEST(directories_are_put_together)
{
	static const struct {
		const char *base, *module_dir, *out, *dir, *out_dir;
	} rows[] = {
		{ "", "/lib/modules", NULL, "/lib/modules/6.1", "/lib/modules/6.1" },
		{ "/", "/lib/modules", NULL, "/lib/modules/6.1", "/lib/modules/6.1" },
		{ "/a/", "/lib/modules", NULL, "/a/lib/modules/6.1",
		  "/a/lib/modules/6.1" },
		{ "/a", "//mods", "/b", "/a/mods/6.1", "/b/mods/6.1" },
		{ "", "rel/mods", "/", "/rel/mods/6.1", "/rel/mods/6.1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct dm_options o = { .base_dir = rows[i].base,
					.module_dir = rows[i].module_dir,
					.out_dir = rows[i].out,
					.release = "6.1" };
		struct dm_paths p;

		ck_assert_int_eq(dm_paths_init(&o, &p), 0);
		ck_assert_str_eq(p.dir, rows[i].dir);
		ck_assert_str_eq(p.out_dir, rows[i].out_dir);
		dm_paths_fini(&p);
	}
}
END_TEST

START_TEST(relative_root_is_below_the_current_directory)
{
	struct dm_options o = { .base_dir = "img", .module_dir = "/m", .release = "6.1" };
	struct dm_paths p;

	ck_assert_int_eq(chdir(ts_root()), 0);
	ck_assert_int_eq(dm_paths_init(&o, &p), 0);
	ck_assert_str_eq(p.dir, ts_path("img/m/6.1"));
	dm_paths_fini(&p);
}
END_TEST

START_TEST(default_release_is_the_running_one)
{
	struct dm_options o = { .base_dir = "", .module_dir = "/m" };
	struct utsname running;
	struct dm_paths p;

	ck_assert_int_eq(uname(&running), 0);
	ck_assert_int_eq(dm_paths_init(&o, &p), 0);
	ck_assert_str_eq(p.release, running.release);
	dm_paths_fini(&p);
}
END_TEST

START_TEST(paths_inside_the_tree_are_shown_relative)
{
	struct dm_paths p = { .dir = (char *)"/lib/modules/6.1" };

	ck_assert_str_eq(dm_paths_shown(&p, "/lib/modules/6.1/k/a.ko"), "k/a.ko");
	ck_assert_str_eq(dm_paths_shown(&p, "/lib/modules/6.1//a.ko"), "a.ko");
	ck_assert_str_eq(dm_paths_shown(&p, "/lib/modules/6.10/a.ko"),
			 "/lib/modules/6.10/a.ko");
	ck_assert_str_eq(dm_paths_shown(&p, "/opt/a.ko"), "/opt/a.ko");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		directories_are_put_together,
		relative_root_is_below_the_current_directory,
		default_release_is_the_running_one,
		paths_inside_the_tree_are_shown_relative,
		NULL,
	};

	return ts_run("dm_paths", tests, NULL, NULL);
}
