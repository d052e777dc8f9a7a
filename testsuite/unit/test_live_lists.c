/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/live/live.h"

#include <limits.h>

#include "libkmod/module/mod.h"
#include "testsuite/unit/module-tree.h"

static struct kmod_ctx *ctx;
static struct mt_log log_;

static void setup(void)
{
	ctx = mt_ctx();
	mt_log_to(ctx, &log_);
}

static void teardown(void)
{
	kmod_unref(ctx);
}

/* ---- loaded ---- */

START_TEST(loaded_modules_come_in_file_order)
{
	struct kmod_list *list = (struct kmod_list *)&log_; /* overwritten unseen */

	ts_write("proc/modules", "zz 1 0 - Live 0x0\na-b 2 0\n\ncc\n");
	ck_assert_int_eq(kmod_module_new_from_loaded(ctx, &list), 0);
	ck_assert_str_eq(mt_names(list), "zz a_b cc");
	kmod_module_unref_list(list);
	ck_assert_uint_eq(ctx->pool.n, 0);
}
END_TEST

START_TEST(nothing_loaded_is_the_empty_list)
{
	struct kmod_list *list = (struct kmod_list *)&log_;

	ts_write("proc/modules", "");
	ck_assert_int_eq(kmod_module_new_from_loaded(ctx, &list), 0);
	ck_assert_ptr_null(list);
}
END_TEST

START_TEST(lines_may_have_any_length)
{
	struct kmod_list *list = NULL;
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, "first 1 0 ");
	for (int i = 0; i < 20000; i++)
		strbuf_adds(&text, "user,");
	strbuf_adds(&text, " Live 0x0\nsecond 1 0 - Live 0x0");
	ts_write("proc/modules", text.data);
	ck_assert_int_eq(kmod_module_new_from_loaded(ctx, &list), 0);
	ck_assert_str_eq(mt_names(list), "first second");
	kmod_module_unref_list(list);
	strbuf_fini(&text);
}
END_TEST

START_TEST(unreadable_proc_is_an_error)
{
	struct kmod_list *list = NULL;

	ck_assert_int_eq(kmod_module_new_from_loaded(ctx, &list), -ENOENT);
	ts_mkdir("proc/modules");
	ck_assert_int_eq(kmod_module_new_from_loaded(ctx, &list), -EISDIR);
	ck_assert_ptr_null(list);
	ck_assert_int_eq(kmod_module_new_from_loaded(NULL, &list), -ENOENT);
	ck_assert_int_eq(kmod_module_new_from_loaded(ctx, NULL), -ENOENT);
}
END_TEST

/* ---- holders ---- */

START_TEST(holders_are_the_directorys_entries)
{
	struct kmod_module *mod = mt_mod(ctx, "x");
	struct kmod_list *list;

	ts_write("sys/module/x/holders/snd-one", "");
	list = kmod_module_get_holders(mod);
	ck_assert_str_eq(mt_names(list), "snd_one");
	kmod_module_unref_list(list);

	ts_write("sys/module/x/holders/two", "");
	list = kmod_module_get_holders(mod);
	ck_assert(strcmp(mt_names(list), "snd_one two") == 0 || strcmp(mt_names(list), "two snd_one") == 0);
	kmod_module_unref_list(list);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(no_holders_are_the_empty_list)
{
	struct kmod_module *mod = mt_mod(ctx, "x");

	ts_mkdir("sys/module/x/holders");
	ck_assert_ptr_null(kmod_module_get_holders(mod));
	ck_assert_int_eq(log_.n, 0);
	ts_remove("sys/module/x");
	ck_assert_ptr_null(kmod_module_get_holders(mod));
	ck_assert_int_eq(log_.n, 1);
	ck_assert_ptr_null(kmod_module_get_holders(NULL));
	kmod_module_unref(mod);
}
END_TEST

START_TEST(unsafe_names_have_no_lists)
{
	static const char *const names[] = { "", "a/b", "../module/a" };
	struct live_names found;

	ts_write("sys/module/a/b/holders/h", "");
	ts_write("sys/module/a/b/sections/.text", "0x1\n");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct kmod_module *mod = mt_mod(ctx, names[i]);

		ck_assert_int_eq(live_holders(ctx, names[i], &found), -ENOENT);
		ck_assert_ptr_null(kmod_module_get_holders(mod));
		ck_assert_ptr_null(kmod_module_get_sections(mod));
		kmod_module_unref(mod);
	}
}
END_TEST

/* ---- sections ---- */

static const struct {
	const char *text;
	bool good;
	unsigned long address;
} addresses[] = {
	{ "0x1234\n", true, 0x1234 },
	{ "ab\n", true, 0xab },
	{ "0x0000000000000000\n", true, 0 },
	{ "0xffffffff\n", true, 0xfffffffful },
	{ "0x1234", false, 0 },
	{ "xyz\n", false, 0 },
	{ "", false, 0 },
	{ "0xffffffffffffffffff\n", false, 0 },
};

START_TEST(section_addresses_are_hexadecimal)
{
	struct kmod_module *mod = mt_mod(ctx, "x");

	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		struct kmod_list *list;

		ts_write("sys/module/x/sections/.text", addresses[i].text);
		log_.n = 0;
		list = kmod_module_get_sections(mod);
		ck_assert_msg((list != NULL) == addresses[i].good, "'%s'", addresses[i].text);
		ck_assert_int_eq(log_.n, !addresses[i].good);
		if (!list)
			continue;
		ck_assert_str_eq(kmod_module_section_get_name(list), ".text");
		ck_assert_uint_eq(kmod_module_section_get_address(list), addresses[i].address);
		kmod_module_section_free_list(list);
	}
	kmod_module_unref(mod);
}
END_TEST

START_TEST(one_bad_section_spoils_the_list)
{
	struct kmod_module *mod = mt_mod(ctx, "x");

	ts_write("sys/module/x/sections/.text", "0x1\n");
	ts_write("sys/module/x/sections/.data", "wrong\n");
	ck_assert_ptr_null(kmod_module_get_sections(mod));
	ck_assert_ptr_nonnull(strstr(log_.text, ".data"));
	ts_remove("sys/module/x/sections/.data");
	ts_mkdir("sys/module/x/sections/.data");
	ck_assert_ptr_null(kmod_module_get_sections(mod));
	kmod_module_unref(mod);
}
END_TEST

START_TEST(sections_take_null)
{
	struct kmod_module *mod = mt_mod(ctx, "x");

	ck_assert_ptr_null(kmod_module_get_sections(mod));
	ck_assert_ptr_null(kmod_module_get_sections(NULL));
	ck_assert_uint_eq(kmod_module_section_get_address(NULL), ULONG_MAX);
	ck_assert_ptr_null(kmod_module_section_get_name(NULL));
	kmod_module_section_free_list(NULL);
	kmod_module_unref(mod);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { loaded_modules_come_in_file_order,
				 nothing_loaded_is_the_empty_list,
				 lines_may_have_any_length,
				 unreadable_proc_is_an_error,
				 holders_are_the_directorys_entries,
				 no_holders_are_the_empty_list,
				 unsafe_names_have_no_lists,
				 section_addresses_are_hexadecimal,
				 one_bad_section_spoils_the_list,
				 sections_take_null,
				 NULL };

	return ts_run_trapped("live-lists", tests, setup, teardown);
}
