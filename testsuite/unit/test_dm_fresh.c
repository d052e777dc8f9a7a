/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-fresh.h"

#include <string.h>

#include "testsuite/lib/ts.h"
#include "tools/depmod/dm-emit.h"

static struct dm_module modules[] = { { .path = "a.ko" }, { .path = "k/b.ko" } };
static struct dm_modules list = { .list = { .at = modules, .n = 2 } };
static struct dm_diags diags;

/* A directory in which everything is as it should be. */
static void setup(void)
{
	static const char empty[] = "\xb0\x07\xf4\x57\0\2\0\1\0\0\0\x0c";

	diags = DM_DIAGS_INIT;
	ts_write("a.ko", "");
	ts_write("k/b.ko", "");
	ts_write("modules.order", "");
	for (size_t i = 0; i < DM_N_OUTPUTS; i++) {
		if (dm_output_is_text(i))
			ts_write(dm_output_names[i], "# heading\n");
		else
			ts_write_bytes(dm_output_names[i], empty, 12);
	}
	ts_write("modules.dep", "a.ko: k/b.ko\nk/b.ko:\n");
	ts_set_mtime("a.ko", 1000);
	ts_set_mtime("k/b.ko", 1000);
	ts_set_mtime("modules.order", 1000);
	ts_set_mtime("modules.dep", 2000);
}

static void teardown(void)
{
	dm_diags_fini(&diags);
}

static int fresh(unsigned long long config_sec)
{
	return dm_fresh(ts_root(), ts_root(), &list, config_sec * 1000000, &diags);
}

START_TEST(older_inputs_are_fresh)
{
	ck_assert_int_eq(fresh(2000), 1);
	ck_assert_uint_eq(diags.list.n, 0);
}
END_TEST

START_TEST(newer_configuration_is_not)
{
	ck_assert_int_eq(fresh(2001), 0);
}
END_TEST

START_TEST(newer_module_is_not)
{
	ts_set_mtime("k/b.ko", 2001);
	ck_assert_int_eq(fresh(0), 0);
}
END_TEST

START_TEST(lists_must_agree)
{
	static const char *const texts[] = {
		"a.ko: k/b.ko\n",
		"a.ko:\nk/b.ko:\nc.ko:\n",
		"a.ko:\nc.ko:\n",
		"a.ko:\nk/b.ko\n",
		"",
		"a.ko:\nk/b.ko:\nk/b.ko:\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		ts_write("modules.dep", texts[i]);
		ts_set_mtime("modules.dep", 2000);
		ck_assert_msg(fresh(0) == 0, "%s", texts[i]);
	}
}
END_TEST

START_TEST(damaged_outputs_are_not)
{
	for (size_t i = 1; i < DM_N_OUTPUTS; i++) {
		setup();
		ts_write(dm_output_names[i], "no end of line");
		ck_assert_msg(fresh(0) == 0, "%s", dm_output_names[i]);
		ts_remove(dm_output_names[i]);
		ck_assert_msg(fresh(0) == 0, "%s", dm_output_names[i]);
	}
}
END_TEST

START_TEST(indexes_that_were_cut_off_are_not)
{
	static const char cut[] = "\xb0\x07\xf4\x57\0\2\0\1\x20\0\0\x0c";

	for (size_t i = 0; i < DM_N_OUTPUTS; i++) {
		if (dm_output_is_text(i))
			continue;
		setup();
		ts_write_bytes(dm_output_names[i], cut, 12);
		ck_assert_msg(fresh(0) == 0, "%s", dm_output_names[i]);
	}
}
END_TEST

START_TEST(only_texts_without_a_heading_may_be_empty)
{
	static const char *const with_heading[] = {
		"modules.alias",
		"modules.softdep",
		"modules.weakdep",
		"modules.symbols",
	};

	ts_write("modules.devname", "");
	ck_assert_int_eq(fresh(0), 1);
	for (size_t i = 0; i < ARRAY_SIZE(with_heading); i++) {
		setup();
		ts_write(with_heading[i], "");
		ck_assert_msg(fresh(0) == 0, "%s", with_heading[i]);
	}
}
END_TEST

START_TEST(missing_list_is_said)
{
	ts_remove("modules.dep");
	ck_assert_int_eq(fresh(0), 0);
	ck_assert_str_eq(
		diags.list.at[0].text,
		ts_fmt("could not fstatat(%s, modules.dep): No such file or directory",
		       ts_root()));
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		older_inputs_are_fresh,
		newer_configuration_is_not,
		newer_module_is_not,
		lists_must_agree,
		damaged_outputs_are_not,
		indexes_that_were_cut_off_are_not,
		only_texts_without_a_heading_may_be_empty,
		missing_list_is_said,
		NULL,
	};

	return ts_run("dm_fresh", tests, setup, teardown);
}
