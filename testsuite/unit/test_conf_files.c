/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sys/stat.h>

#include "libkmod/config/conf-build.h"
#include "testsuite/unit/conf-test.h"

/* A path below the root as "etc/x.conf". */
static const char *short_path(const char *path)
{
	size_t root_len = strlen(ts_root());

	return strncmp(path, ts_root(), root_len) == 0 ? path + root_len + 1 : path;
}

static const char *describe(const struct conf_file_list *list)
{
	const char *all = "";

	for (size_t i = 0; i < list->files.n; i++)
		all = ts_fmt("%s%s ", all, short_path(list->files.at[i].path));
	for (size_t i = 0; i < list->masked.n; i++)
		all = ts_fmt("%s(%s by %s) ", all, short_path(list->masked.at[i].path),
			     short_path(list->masked.at[i].by));
	return all;
}

/* The files chosen from up to three places, then those masked. Both ways to ask must agree. */
static const char *chosen(const char *a, const char *b, const char *c, const char *extra)
{
	const char *paths[] = { ts_path("%s", a), b ? ts_path("%s", b) : NULL,
				c ? ts_path("%s", c) : NULL, NULL };
	const char *extras[] = { extra ? ts_path("%s", extra) : NULL, NULL };
	struct conf_file_list list = { 0 }, lazy = { 0 };

	ck_assert_int_eq(conf_files_find(ct_ctx(), paths, extra ? extras : NULL, &list),
			 0);
	const char *text = describe(&list), *log = ct_logged();
	ck_assert_int_eq(conf_files_choose(ct_ctx(), paths, extra ? extras : NULL, &lazy),
			 0);
	if (!extra || ts_exists(extra))
		ck_assert_str_eq(describe(&lazy), text);
	ck_assert_str_eq(ct_logged(), log);
	strbuf_adds(&ct_log, log);
	conf_files_fini(&list);
	conf_files_fini(&lazy);
	return text;
}

START_TEST(files_of_all_places_are_sorted_by_base_name)
{
	ts_write("a/z.conf", "");
	ts_write("a/9.conf", "");
	ts_write("b/10.conf", "");
	ts_write("b/Z.conf", "");
	ts_write("single", "");
	ck_assert_str_eq(chosen("a", "b", "single", NULL),
			 "b/10.conf a/9.conf b/Z.conf single a/z.conf ");
}
END_TEST

START_TEST(only_visible_conf_names_count)
{
	ts_write("a/.conf", "");
	ts_write("a/.x.conf", "");
	ts_write("a/x.conf~", "");
	ts_write("a/x.CONF", "");
	ts_write("a/xconf", "");
	ts_write("a/README", "");
	ts_write("a/x.conf", "");
	ck_assert_str_eq(chosen("a", NULL, NULL, NULL), "a/x.conf ");
	ck_assert_str_eq(ct_logged(), "");
}
END_TEST

START_TEST(the_first_of_equal_names_masks_the_others)
{
	ts_write("a/x.conf", "");
	ts_write("b/x.conf", "blacklist y\n");
	ts_write("c/x.conf", "blacklist z\n");
	ck_assert_str_eq(chosen("a", "b", "c", NULL),
			 "a/x.conf (b/x.conf by a/x.conf) (c/x.conf by a/x.conf) ");
	ck_assert_str_eq(chosen("c", "b/x.conf", "a", NULL),
			 "c/x.conf (b/x.conf by c/x.conf) (a/x.conf by c/x.conf) ");
}
END_TEST

START_TEST(a_link_to_dev_null_masks)
{
	ts_mkdir("a");
	ts_symlink("/dev/null", "a/x.conf");
	ts_write("b/x.conf", "blacklist y\n");
	ck_assert_str_eq(chosen("a", "b", NULL, NULL),
			 "a/x.conf (b/x.conf by a/x.conf) ");
}
END_TEST

START_TEST(directories_and_dangling_links_are_named_and_mask_nothing)
{
	ts_mkdir("a/d.conf");
	ts_symlink("nowhere", "a/l.conf");
	ts_write("b/d.conf", "");
	ts_write("b/l.conf", "");
	ck_assert_str_eq(chosen("a", "b", NULL, NULL), "b/d.conf b/l.conf ");

	const char *log = ct_logged();
	ck_assert_ptr_nonnull(
		strstr(log, ts_fmt("ERROR: %s/d.conf: is a directory, skipped\n",
				   ts_path("a"))));
	ck_assert_ptr_nonnull(strstr(
		log, ts_fmt("ERROR: %s/l.conf: No such file or directory, skipped\n",
			    ts_path("a"))));
}
END_TEST

START_TEST(absent_places_are_skipped_silently)
{
	ts_write("file", "");
	ck_assert_str_eq(chosen("absent", "file/below", NULL, NULL), "");
	ck_assert_str_eq(ct_logged(), "");
}
END_TEST

START_TEST(extra_files_come_first_but_sort_by_name)
{
	ts_write("mod/modules.softdep", "");
	ts_write("a/m.conf", "");
	ts_write("a/n.conf", "");
	ts_write("modules.softdep", "");
	ck_assert_str_eq(chosen("a", "modules.softdep", NULL, "mod/modules.softdep"),
			 "a/m.conf mod/modules.softdep a/n.conf (modules.softdep by "
			 "mod/modules.softdep) ");
}
END_TEST

START_TEST(an_absent_extra_file_masks_nothing)
{
	const char *paths[] = { ts_path("modules.softdep"), NULL };
	const char *extra[] = { ts_path("absent/modules.softdep"), NULL };
	struct conf_file_list list = { 0 };

	ts_write("modules.softdep", "");
	ck_assert_str_eq(chosen("modules.softdep", NULL, NULL, "absent/modules.softdep"),
			 "modules.softdep ");
	ck_assert_int_eq(conf_files_choose(ct_ctx(), paths, extra, &list), 0);
	ck_assert_str_eq(describe(&list), "modules.softdep ");
	conf_files_fini(&list);
}
END_TEST

START_TEST(one_directory_under_two_names_is_read_once)
{
	ts_write("usr/lib/modprobe.d/x.conf", "");
	ts_symlink("usr/lib", "lib");
	ck_assert_str_eq(chosen("usr/lib/modprobe.d", "lib/modprobe.d",
				"usr/lib/modprobe.d", NULL),
			 "usr/lib/modprobe.d/x.conf ");
}
END_TEST

START_TEST(an_unreadable_directory_is_named)
{
	ts_symlink("loop", "loop");
	ck_assert_str_eq(chosen("loop", NULL, NULL, NULL), "");
	ck_assert_str_eq(
		ct_logged(),
		ts_fmt("ERROR: could not read %s: Too many levels of symbolic links\n",
		       ts_path("loop")));
}
END_TEST

START_TEST(sources_are_the_places_and_the_files_read)
{
	const char *paths[] = { ts_path("a"), ts_path("absent"), ts_path("single"),
				NULL };
	struct conf_file_list list = { 0 };
	const char *all = "";

	ts_write("a/x.conf", "");
	ts_write("single", "");
	ts_set_mtime("a/x.conf", 100);
	ts_set_mtime("a", 200);
	ts_set_mtime("single", 300);
	ck_assert_int_eq(conf_files_find(ct_ctx(), paths, NULL, &list), 0);
	for (size_t i = 0; i < list.sources.n; i++)
		all = ts_fmt("%s%s:%d:%llu ", all, short_path(list.sources.at[i].path),
			     list.sources.at[i].exists,
			     list.sources.at[i].mtime_usec / 1000000);
	ck_assert_str_eq(all,
			 "a:1:200 absent:0:0 single:1:300 single:1:300 a/x.conf:1:100 ");
	ck_assert(list.files.at[1].mtime_usec == 100000000ull);
	conf_files_fini(&list);
}
END_TEST

START_TEST(no_places_are_no_files)
{
	const char *none[] = { NULL };
	struct conf_file_list list = { 0 };

	ck_assert_int_eq(conf_files_find(ct_ctx(), none, NULL, &list), 0);
	ck_assert_uint_eq(list.files.n + list.masked.n + list.sources.n, 0);
	ck_assert_int_eq(conf_files_find(ct_ctx(), NULL, NULL, &list), 0);
	conf_files_fini(&list);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		files_of_all_places_are_sorted_by_base_name,
		only_visible_conf_names_count,
		the_first_of_equal_names_masks_the_others,
		a_link_to_dev_null_masks,
		directories_and_dangling_links_are_named_and_mask_nothing,
		absent_places_are_skipped_silently,
		extra_files_come_first_but_sort_by_name,
		an_absent_extra_file_masks_nothing,
		one_directory_under_two_names_is_read_once,
		an_unreadable_directory_is_named,
		sources_are_the_places_and_the_files_read,
		no_places_are_no_files,
		NULL,
	};
	return ts_run("conf_files", tests, NULL, NULL);
}
