/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testsuite/unit/conf-test.h"

static struct conf *load(const char *a, const char *b)
{
	const char *paths[] = { ts_path("%s", a), b ? ts_path("%s", b) : NULL, NULL };
	struct conf *conf = NULL;

	ck_assert_int_eq(conf_load(ct_ctx(), ts_path("mod"), paths, &conf), 0);
	return conf;
}

START_TEST(files_are_parsed_in_the_order_of_their_names)
{
	ts_write("a/2.conf", "blacklist second\n");
	ts_write("b/1.conf", "blacklist first\n");
	ts_write("b/2.conf", "blacklist masked\n");
	_cleanup_conf_ struct conf *conf = load("a", "b");

	ck_assert_str_eq(ct_rules(conf), "blacklist first\nblacklist second\n");
	ck_assert_str_eq(conf->rules[RULE_BLACKLIST].at[0].file, ts_path("b/1.conf"));
	ck_assert_uint_eq(conf->masked.n, 1);
	ck_assert_str_eq(conf->masked.at[0].path, ts_path("b/2.conf"));
	ck_assert_str_eq(conf->masked.at[0].by, ts_path("a/2.conf"));
}
END_TEST

START_TEST(generated_files_join_under_their_names)
{
	ts_write("mod/modules.softdep", "softdep m pre: g\nblacklist any_directive\n");
	ts_write("mod/modules.weakdep", "weakdep m w\n");
	ts_write("a/m.conf", "softdep m pre: x\n");
	ts_write("a/n.conf", "softdep m pre: y\n");
	_cleanup_conf_ struct conf *conf = load("a", NULL);
	const struct rule *rules = conf->rules[RULE_SOFTDEP].at;

	ck_assert_str_eq(ct_rules(conf),
			 "blacklist any_directive\nsoftdep m pre: x\nsoftdep m pre: g\n"
			 "softdep m pre: y\nweakdep m w\n");
	ck_assert_int_eq(rules[0].origin, RULE_FROM_FILE);
	ck_assert_int_eq(rules[1].origin, RULE_FROM_GENERATED);
	ck_assert_int_eq(conf->rules[RULE_WEAKDEP].at[0].origin, RULE_FROM_GENERATED);
}
END_TEST

START_TEST(nothing_there_is_no_error)
{
	const char *none[] = { NULL };
	struct conf *conf = NULL;

	ck_assert_int_eq(conf_load(ct_ctx(), "/nonexistent", none, &conf), 0);
	ck_assert_str_eq(ct_rules(conf), "");
	ck_assert_str_eq(ct_logged(), "");
	ck_assert_uint_eq(conf->sources.n, 0);
	conf_free(conf);
	conf_free(NULL);
}
END_TEST

START_TEST(d19_messages_name_the_file_as_opened)
{
	ts_write("a/x.conf", "\n\noptoins m a=1\n");
	_cleanup_conf_ struct conf *conf _unused_ = load("a", NULL);

	ck_assert_str_eq(
		ct_logged(),
		ts_fmt("WARNING: %s/x.conf:3: unknown command 'optoins', ignored\n",
		       ts_path("a")));
}
END_TEST

START_TEST(a_fifo_nobody_writes_to_reads_as_empty)
{
	ts_mkdir("a");
	ck_assert_int_eq(mkfifo(ts_path("a/x.conf"), 0600), 0);
	ts_write("a/y.conf", "blacklist y\n");
	_cleanup_conf_ struct conf *conf = load("a", NULL);

	ck_assert_str_eq(ct_rules(conf), "blacklist y\n");
}
END_TEST

START_TEST(a_pipe_is_read_to_its_end)
{
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "blacklist piped\n", 16), 16);
	close(fds[1]);

	const char *paths[] = { ts_fmt("/dev/fd/%d", fds[0]), NULL };
	_cleanup_conf_ struct conf *conf = NULL;
	ck_assert_int_eq(conf_load(ct_ctx(), "/nonexistent", paths, &conf), 0);
	ck_assert_str_eq(ct_rules(conf), "blacklist piped\n");
	close(fds[0]);
}
END_TEST

START_TEST(a_module_directory_with_a_long_name_has_no_generated_files)
{
	const char *none[] = { NULL };
	_cleanup_conf_ struct conf *conf = NULL;
	char dir[5000];

	memset(dir, 'd', sizeof(dir));
	dir[sizeof(dir) - 1] = '\0';
	ck_assert_int_eq(conf_load(ct_ctx(), dir, none, &conf), 0);
	ck_assert_str_eq(ct_rules(conf), "");
}
END_TEST

START_TEST(without_a_module_directory_only_files_are_read)
{
	const char *paths[] = { ts_path("a"), NULL };
	_cleanup_conf_ struct conf *conf = NULL;

	ts_write("a/x.conf", "alias x y\n");
	ck_assert_int_eq(conf_load(ct_ctx(), NULL, paths, &conf), 0);
	ck_assert_str_eq(ct_rules(conf), "alias x y\n");
	ck_assert_uint_eq(conf->rules[RULE_OPTIONS].n, 0);
}
END_TEST

START_TEST(a_fresh_configuration_is_not_stale)
{
	ts_write("a/x.conf", "blacklist x\n");
	ts_write("b", "blacklist y\n");
	_cleanup_conf_ struct conf *conf = load("a", "b");
	_cleanup_conf_ struct conf *empty = load("absent", NULL);

	ck_assert_int_eq(conf_is_stale(conf), 0);
	ck_assert_int_eq(conf_is_stale(empty), 0);
}
END_TEST

START_TEST(d21_a_file_edited_in_place_is_noticed)
{
	ts_write("a/x.conf", "blacklist x\n");
	ts_set_mtime("a/x.conf", 1000);
	_cleanup_conf_ struct conf *conf = load("a", NULL);

	ts_set_mtime("a/x.conf", 1001);
	ck_assert_int_eq(conf_is_stale(conf), 1);
	ts_set_mtime("a/x.conf", 1000);
	ck_assert_int_eq(conf_is_stale(conf), 0);
}
END_TEST

START_TEST(d21_a_place_that_appears_later_is_noticed)
{
	_cleanup_conf_ struct conf *conf = load("absent", NULL);

	ts_mkdir("absent");
	ck_assert_int_eq(conf_is_stale(conf), 1);
}
END_TEST

START_TEST(an_added_or_removed_file_is_noticed)
{
	ts_write("a/x.conf", "");
	ts_set_mtime("a", 1000);
	_cleanup_conf_ struct conf *conf = load("a", NULL);

	ts_write("a/y.conf", "");
	ck_assert_int_eq(conf_is_stale(conf), 1);
	ts_remove("a/y.conf");
	ts_set_mtime("a", 1000);
	ck_assert_int_eq(conf_is_stale(conf), 0);
	ts_remove("a/x.conf");
	ck_assert_int_eq(conf_is_stale(conf), 1);
}
END_TEST

START_TEST(generated_files_are_not_watched)
{
	ts_write("mod/modules.softdep", "");
	_cleanup_conf_ struct conf *conf = load("absent", NULL);

	ts_set_mtime("mod/modules.softdep", 1);
	ck_assert_int_eq(conf_is_stale(conf), 0);
}
END_TEST

START_TEST(the_default_places_are_in_their_order)
{
	static const char *const want[] = {
		SYSCONFDIR "/modprobe.d",  "/run/modprobe.d", "/usr/local/lib/modprobe.d",
		DISTCONFDIR "/modprobe.d", "/lib/modprobe.d",
	};

	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		ck_assert_str_eq(conf_default_paths[i], want[i]);
	ck_assert_ptr_null(conf_default_paths[ARRAY_SIZE(want)]);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		files_are_parsed_in_the_order_of_their_names,
		generated_files_join_under_their_names,
		nothing_there_is_no_error,
		d19_messages_name_the_file_as_opened,
		a_fifo_nobody_writes_to_reads_as_empty,
		a_pipe_is_read_to_its_end,
		a_module_directory_with_a_long_name_has_no_generated_files,
		without_a_module_directory_only_files_are_read,
		a_fresh_configuration_is_not_stale,
		d21_a_file_edited_in_place_is_noticed,
		d21_a_place_that_appears_later_is_noticed,
		an_added_or_removed_file_is_noticed,
		generated_files_are_not_watched,
		the_default_places_are_in_their_order,
		NULL,
	};
	return ts_run("conf_load", tests, NULL, NULL);
}
