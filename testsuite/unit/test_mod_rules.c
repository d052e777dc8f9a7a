/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/module/mod.h"

#include "testsuite/unit/module-tree.h"

static struct kmod_ctx *ctx;

static void setup(void)
{
	mt_tree();
	ts_write("proc/cmdline", "a.late=1 modprobe.blacklist=c\n");
	ctx = mt_ctx_with_config("options a x=1  y=2\n"
				 "options fs-b by-alias=1\n"
				 "options a z=3\n"
				 "options b* never=1\n"
				 "install a /bin/one\n"
				 "install a /bin/two\n"
				 "install b* /bin/b\n"
				 "remove [bc] rm it\n"
				 "blacklist b\n"
				 "blacklist two*\n");
}

static void teardown(void)
{
	kmod_unref(ctx);
}

/* ---- options ---- */

START_TEST(options_are_joined_in_order)
{
	struct kmod_module *a = mt_mod(ctx, "a");
	const char *options = kmod_module_get_options(a);

	ck_assert_str_eq(options, "x=1  y=2 z=3 late=1");
	ck_assert_ptr_eq(kmod_module_get_options(a), options);
	kmod_module_unref(a);
}
END_TEST

START_TEST(options_match_names_exactly)
{
	struct kmod_module *b = mt_mod(ctx, "b"), *none = mt_mod(ctx, "c");

	ck_assert_ptr_null(kmod_module_get_options(b));
	ck_assert_ptr_null(kmod_module_get_options(none));
	ck_assert_ptr_null(kmod_module_get_options(none));
	ck_assert_ptr_null(kmod_module_get_options(NULL));
	kmod_module_unref(b);
	kmod_module_unref(none);
}
END_TEST

START_TEST(options_of_the_alias_count)
{
	struct kmod_list *list = NULL;

	ck_assert_int_eq(kmod_module_new_from_lookup(ctx, "fs-b", &list), 0);
	ck_assert_str_eq(kmod_module_get_options(list->data), "by-alias=1");
	kmod_module_unref_list(list);
}
END_TEST

/* ---- commands ---- */

START_TEST(first_matching_command_counts)
{
	static const struct {
		const char *name, *install, *remove;
	} cases[] = {
		{ "a", "/bin/one", NULL },
		{ "b", "/bin/b", "rm it" },
		{ "bb", "/bin/b", NULL },
		{ "c", NULL, "rm it" },
		{ "d", NULL, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kmod_module *mod = mt_mod(ctx, cases[i].name);

		ck_assert_pstr_eq(kmod_module_get_install_commands(mod), cases[i].install);
		ck_assert_pstr_eq(kmod_module_get_remove_commands(mod), cases[i].remove);
		kmod_module_unref(mod);
	}
	ck_assert_ptr_null(kmod_module_get_install_commands(NULL));
	ck_assert_ptr_null(kmod_module_get_remove_commands(NULL));
}
END_TEST

START_TEST(command_rules_tell_their_line)
{
	struct kmod_module *a = mt_mod(ctx, "a"), *c = mt_mod(ctx, "c");

	ck_assert_uint_eq(mod_install_rule(a)->line, 5);
	ck_assert_ptr_null(mod_remove_rule(a));
	ck_assert_uint_eq(mod_remove_rule(c)->line, 8);
	kmod_module_unref(a);
	kmod_module_unref(c);
}
END_TEST

/* ---- blacklist and filters ---- */

START_TEST(blacklist_matches_names_exactly)
{
	static const struct {
		const char *name;
		bool listed;
	} cases[] = { { "a", false }, { "b", true }, { "c", true }, { "two_words", false }, { "bb", false } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kmod_module *mod = mt_mod(ctx, cases[i].name);

		ck_assert_msg((mod_blacklist_rule(mod) != NULL) == cases[i].listed, "%s", cases[i].name);
		kmod_module_unref(mod);
	}
}
END_TEST

static struct kmod_list *list_of(const char *const *names)
{
	struct kmod_list *list = NULL;

	for (; *names; names++) {
		struct kmod_module *mod = mt_mod(ctx, *names);

		ck_assert_int_eq(mod_list_add(&list, mod), 0);
		kmod_module_unref(mod);
	}
	return list;
}

static const struct {
	unsigned filter;
	const char *kept;
} filters[] = {
	{ 0, "a b vfat a" },
	{ KMOD_FILTER_BLACKLIST, "a vfat a" },
	{ KMOD_FILTER_BUILTIN, "a b a" },
	{ KMOD_FILTER_BLACKLIST | KMOD_FILTER_BUILTIN, "a a" },
	{ 0x100 | KMOD_FILTER_BUILTIN, "a b a" },
};

START_TEST(filters_copy_the_rest_in_order)
{
	struct kmod_list *input = list_of((const char *const[]){ "a", "b", "vfat", "a", NULL });

	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		struct kmod_list *output = (struct kmod_list *)&filters;

		ck_assert_int_eq(kmod_module_apply_filter(ctx, filters[i].filter, input, &output), 0);
		ck_assert_str_eq(mt_names(output), filters[i].kept);
		ck_assert_str_eq(mt_names(input), "a b vfat a");
		kmod_module_unref_list(output);
	}
	kmod_module_unref_list(input);
	ck_assert_uint_eq(ctx->pool.n, 0);
}
END_TEST

START_TEST(deprecated_filter_is_the_blacklist)
{
	struct kmod_list *input = list_of((const char *const[]){ "a", "b", NULL }), *output = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
	ck_assert_int_eq(kmod_module_get_filtered_blacklist(ctx, input, &output), 0);
	ck_assert_int_eq(kmod_module_get_filtered_blacklist(NULL, input, &output), -ENOENT);
#pragma GCC diagnostic pop
	ck_assert_str_eq(mt_names(output), "a");
	kmod_module_unref_list(input);
	kmod_module_unref_list(output);
}
END_TEST

START_TEST(filters_take_null)
{
	struct kmod_list *input = list_of((const char *const[]){ "a", NULL }), *output = input;

	ck_assert_int_eq(kmod_module_apply_filter(NULL, 0, input, &output), -ENOENT);
	ck_assert_int_eq(kmod_module_apply_filter(ctx, 0, input, NULL), -ENOENT);
	ck_assert_ptr_eq(output, input);
	ck_assert_int_eq(kmod_module_apply_filter(ctx, 0, NULL, &output), 0);
	ck_assert_ptr_null(output);
	kmod_module_unref_list(input);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { options_are_joined_in_order,
				 options_match_names_exactly,
				 options_of_the_alias_count,
				 first_matching_command_counts,
				 command_rules_tell_their_line,
				 blacklist_matches_names_exactly,
				 filters_copy_the_rest_in_order,
				 deprecated_filter_is_the_blacklist,
				 filters_take_null,
				 NULL };

	return ts_run_trapped("mod-rules", tests, setup, teardown);
}
