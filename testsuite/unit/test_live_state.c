/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/live/live.h"

#include <limits.h>

#include "libkmod/module/mod.h"
#include "testsuite/unit/module-tree.h"

static struct kmod_ctx *ctx;
static struct mt_log log_;

static void setup(void)
{
	mt_tree();
	ctx = mt_ctx();
	mt_log_to(ctx, &log_);
}

static void teardown(void)
{
	kmod_unref(ctx);
}

/* ---- state ---- */

static const struct {
	const char *text;
	int state;
} states[] = {
	{ "live\n", KMOD_MODULE_LIVE },
	{ "coming\n", KMOD_MODULE_COMING },
	{ "going\n", KMOD_MODULE_GOING },
	{ "live", -EINVAL },
	{ "live\n\n", -EINVAL },
	{ "alive\n", -EINVAL },
	{ "builtin\n", -EINVAL },
	{ "", -EINVAL },
	{ "livelivelivelivelivelivelivelivelivelive\n", -EINVAL },
};

START_TEST(state_is_an_exact_word)
{
	struct kmod_module *mod = mt_mod(ctx, "a-b");

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		int before = log_.n;

		ts_write("sys/module/a_b/initstate", states[i].text);
		ck_assert_msg(kmod_module_get_initstate(mod) == states[i].state, "'%s'", states[i].text);
		ck_assert_int_eq(log_.n - before, states[i].state < 0);
	}
	kmod_module_unref(mod);
}
END_TEST

START_TEST(unknown_state_is_shown)
{
	struct kmod_module *mod = mt_mod(ctx, "x");

	ts_write("sys/module/x/initstate", "half alive\nand more\n");
	ck_assert_int_eq(kmod_module_get_initstate(mod), -EINVAL);
	ck_assert_ptr_nonnull(
		strstr(log_.text, "unknown /sys/module/x/initstate: 'half alive'\n"));
	kmod_module_unref(mod);
}
END_TEST

START_TEST(directory_without_state_is_coming)
{
	struct kmod_module *mod = mt_mod(ctx, "x");

	ck_assert_int_eq(kmod_module_get_initstate(mod), -ENOENT);
	ts_mkdir("sys/module/x");
	ck_assert_int_eq(kmod_module_get_initstate(mod), KMOD_MODULE_COMING);
	ts_remove("sys/module/x");
	ts_write("sys/module/x", "a file");
	ck_assert_int_eq(kmod_module_get_initstate(mod), -ENOTDIR);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(builtin_is_known_without_the_kernel)
{
	struct kmod_module *mod = mt_mod(ctx, "vfat"), *from_path;

	ck_assert_int_eq(kmod_module_get_initstate(mod), KMOD_MODULE_BUILTIN);
	kmod_module_unref(mod);
	ts_write("d/vfat.ko", "");
	ck_assert_int_eq(kmod_module_new_from_path(ctx, "/d/vfat.ko", &from_path), 0);
	ck_assert_int_eq(kmod_module_get_initstate(from_path), -ENOENT);
	kmod_module_unref(from_path);
}
END_TEST

START_TEST(states_have_names)
{
	ck_assert_str_eq(kmod_module_initstate_str(KMOD_MODULE_BUILTIN), "builtin");
	ck_assert_str_eq(kmod_module_initstate_str(KMOD_MODULE_LIVE), "live");
	ck_assert_str_eq(kmod_module_initstate_str(KMOD_MODULE_COMING), "coming");
	ck_assert_str_eq(kmod_module_initstate_str(KMOD_MODULE_GOING), "going");
	ck_assert_ptr_null(kmod_module_initstate_str(4));
	ck_assert_ptr_null(kmod_module_initstate_str(_KMOD_MODULE_PAD));
}
END_TEST

START_TEST(questions_about_null_are_errors)
{
	ck_assert_int_eq(kmod_module_get_initstate(NULL), -ENOENT);
	ck_assert_int_eq(kmod_module_get_size(NULL), -ENOENT);
	ck_assert_int_eq(kmod_module_get_refcnt(NULL), -ENOENT);
}
END_TEST

static const char *const unsafe_names[] = { "", "../etc", "a/b", "/", "x\ny" };

START_TEST(d43_names_cannot_leave_sys_module)
{
	ts_write("sys/module/initstate", "live\n");
	ts_write("sys/etc/initstate", "live\n");
	ts_write("sys/module/a/b/initstate", "live\n");
	for (size_t i = 0; i < ARRAY_SIZE(unsafe_names); i++) {
		ck_assert_int_eq(live_initstate(ctx, unsafe_names[i]), -ENOENT);
		ck_assert_int_eq(live_refcnt(ctx, unsafe_names[i]), -ENOENT);
		ck_assert_int_eq(live_size(ctx, unsafe_names[i]), -ENOENT);
	}
}
END_TEST

START_TEST(too_long_name_is_told)
{
	char name[4096];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(live_initstate(ctx, name), -ENAMETOOLONG);
	name[256] = '\0';
	ck_assert_int_eq(live_initstate(ctx, name), -ENAMETOOLONG);
	name[255] = '\0';
	ck_assert_int_eq(live_initstate(ctx, name), -ENOENT);
}
END_TEST

/* ---- numbers ---- */

static const struct {
	const char *text;
	long size;
	int refcnt;
} numbers[] = {
	{ "123\n", 123, 123 },
	{ "0\n", 0, 0 },
	{ " 7 x", 7, 7 },
	{ "-1\n", -1, -1 },
	{ "123", 0, -EINVAL },      /* nothing follows */
	{ "12x\n", 0, -EINVAL },
	{ "0x10\n", 0, -EINVAL },   /* decimal only */
	{ "", 0, -EINVAL },
	{ "\n", 0, -EINVAL },
	{ "99999999999999999999999\n", 0, -EINVAL },
	{ "1111111111111111111111111111111111\n", 0, -EINVAL }, /* over 31 bytes */
};

START_TEST(numbers_are_decimal_and_end_in_white_space)
{
	struct kmod_module *mod = mt_mod(ctx, "x");

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		ts_write("sys/module/x/coresize", numbers[i].text);
		ts_write("sys/module/x/refcnt", numbers[i].text);
		log_.n = 0;
		ck_assert_msg(kmod_module_get_size(mod) == numbers[i].size, "'%s'", numbers[i].text);
		ck_assert_msg(kmod_module_get_refcnt(mod) == numbers[i].refcnt, "'%s'", numbers[i].text);
		ck_assert_int_eq(log_.n, numbers[i].refcnt == -EINVAL ? 2 : 0);
	}
	kmod_module_unref(mod);
}
END_TEST

START_TEST(module_that_is_not_loaded_has_no_numbers)
{
	struct kmod_module *mod = mt_mod(ctx, "x");

	ts_write("proc/modules", "x 100 0 - Live 0x0\n");
	ck_assert_int_eq(kmod_module_get_size(mod), -ENOENT);
	ck_assert_int_eq(kmod_module_get_refcnt(mod), -ENOENT);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(size_comes_from_proc_without_coresize)
{
	struct kmod_module *mod = mt_mod(ctx, "x");

	ts_mkdir("sys/module/x");
	ck_assert_int_eq(kmod_module_get_size(mod), -ENOENT);
	ts_write("proc/modules", "xx 1 0 - Live 0x0\nx 4096 0 - Live 0x0\nx 2 0 - Live 0x0\n");
	ck_assert_int_eq(kmod_module_get_size(mod), 4096);
	ts_write("proc/modules", "xx 1 0\ny 2 0\n");
	ck_assert_int_eq(kmod_module_get_size(mod), -ENOENT);
	ts_write("proc/modules", "x many 0\n");
	ck_assert_int_eq(kmod_module_get_size(mod), -ENOENT);
	ts_write("proc/modules", "x");
	ck_assert_int_eq(kmod_module_get_size(mod), -ENOENT);
	kmod_module_unref(mod);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { state_is_an_exact_word,
				 unknown_state_is_shown,
				 directory_without_state_is_coming,
				 builtin_is_known_without_the_kernel,
				 states_have_names,
				 questions_about_null_are_errors,
				 d43_names_cannot_leave_sys_module,
				 too_long_name_is_told,
				 numbers_are_decimal_and_end_in_white_space,
				 module_that_is_not_loaded_has_no_numbers,
				 size_comes_from_proc_without_coresize,
				 NULL };

	return ts_run_trapped("live-state", tests, setup, teardown);
}
