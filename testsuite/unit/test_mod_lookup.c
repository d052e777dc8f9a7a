/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/module/mod.h"

#include "testsuite/unit/module-tree.h"

static struct kmod_ctx *ctx;

static void setup(void)
{
	mt_tree();
	ctx = mt_ctx_with_config("alias cfg-* a\n"
				 "alias cfg-two c\n"
				 "alias b target-of-b\n"
				 "install cmd-only /bin/true\n"
				 "remove rm-only /bin/true\n"
				 "install a* /bin/star\n"
				 "install ab /bin/exact\n"
				 "options cfg-* o=1\n");
}

static void teardown(void)
{
	kmod_unref(ctx);
}

/* ---- the search ---- */

static const struct {
	const char *alias, *names;
	enum mod_stage stage;
} searches[] = {
	{ "cfg-x", "a", MOD_BY_CONFIG_ALIAS },
	{ "cfg_two", "a c", MOD_BY_CONFIG_ALIAS },
	{ "b", "target_of_b", MOD_BY_CONFIG_ALIAS },
	{ "a", "a", MOD_BY_NAME },
	{ "two-words", "two_words", MOD_BY_NAME },
	{ "symbol:b_fn", "b", MOD_BY_SYMBOL },
	{ "cmd-only", "cmd_only", MOD_BY_COMMAND },
	{ "rm_only", "rm_only", MOD_BY_COMMAND },
	{ "pci:v1d2", "a b c", MOD_BY_ALIAS },
	{ "pci:v1d3", "a", MOD_BY_ALIAS },
	{ "fs-b", "b", MOD_BY_ALIAS },
	{ "vfat", "vfat", MOD_BY_BUILTIN },
	{ "fs-vfat", "vfat", MOD_BY_BUILTIN_ALIAS },
	{ "serio:anything", "serial", MOD_BY_BUILTIN_ALIAS },
	{ "nothing", "", N_MOD_STAGES_ },
	{ "symbol:none", "", N_MOD_STAGES_ },
	{ "a.ko", "", N_MOD_STAGES_ }, /* a '.' does not end a lookup's name */
	{ "", "", N_MOD_STAGES_ },
};

static void check_searches(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(searches); i++) {
		struct mod_hits hits;

		ck_assert_msg(strcmp(mt_lookup(ctx, searches[i].alias), searches[i].names) == 0, "%s: %s",
			      searches[i].alias, mt_lookup(ctx, searches[i].alias));
		ck_assert_int_eq(mod_lookup(ctx, searches[i].alias, false, &hits), 0);
		for (size_t j = 0; j < hits.hits.n; j++)
			ck_assert_msg(hits.hits.at[j].stage == searches[i].stage, "%s: %s", searches[i].alias,
				      mod_stage_name(hits.hits.at[j].stage));
		mod_hits_fini(&hits);
	}
}

START_TEST(first_stage_that_finds_anything_ends_the_search)
{
	check_searches();
}
END_TEST

START_TEST(loaded_resources_give_the_same_answers)
{
	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	check_searches();
}
END_TEST

START_TEST(colon_skips_the_names)
{
	mt_index("modules.dep", "x:y kernel/x.ko:\n");
	ck_assert_str_eq(mt_lookup(ctx, "x:y"), "");
}
END_TEST

START_TEST(no_indexes_find_nothing)
{
	ts_remove(TS_MODULES);
	ck_assert_str_eq(mt_lookup(ctx, "a"), "");
	ck_assert_str_eq(mt_lookup(ctx, "cfg-x"), "a");
}
END_TEST

static const char *const bad_brackets[] = { "a[b", "a]b", "[", "]", "x[a]]" };

START_TEST(unbalanced_brackets_are_an_error)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad_brackets); i++)
		ck_assert_str_eq(mt_lookup(ctx, bad_brackets[i]), ts_fmt("error %d", EINVAL));
	ck_assert_str_eq(mt_lookup(ctx, "[a-b]"), "");
}
END_TEST

START_TEST(too_long_name_and_alias_are_an_error)
{
	char alias[4096] = "cfg-";

	memset(alias + 4, 'x', 4090);
	ck_assert_str_eq(mt_lookup(ctx, alias), "a"); /* the pattern is the alias */
	memcpy(alias, "serio:", 6);
	ck_assert_str_eq(mt_lookup(ctx, alias), ts_fmt("error %d", ENAMETOOLONG));
}
END_TEST

START_TEST(lookup_of_null_is_an_error)
{
	struct kmod_list *list = NULL, *full = (struct kmod_list *)&list;

	kmod_set_log_fn(ctx, NULL, NULL);
	ck_assert_int_eq(kmod_module_new_from_lookup(NULL, "a", &list), -ENOENT);
	ck_assert_int_eq(kmod_module_new_from_lookup(ctx, NULL, &list), -ENOENT);
	ck_assert_int_eq(kmod_module_new_from_lookup(ctx, "a", NULL), -ENOSYS);
	ck_assert_int_eq(kmod_module_new_from_lookup(ctx, "a", &full), -ENOSYS);
	ck_assert_ptr_null(list);
}
END_TEST

/* ---- objects ---- */

static struct kmod_module *only_hit(const char *alias)
{
	struct kmod_list *list = NULL;
	struct kmod_module *mod;

	ck_assert_int_eq(kmod_module_new_from_lookup(ctx, alias, &list), 0);
	ck_assert_ptr_nonnull(list);
	ck_assert_ptr_eq(kmod_list_last(list), list);
	mod = kmod_module_get_module(list);
	kmod_module_unref_list(list);
	return mod;
}

START_TEST(one_pattern_is_one_object)
{
	struct kmod_module *x = only_hit("cfg-x"), *y = only_hit("cfg-y"), *plain = only_hit("a");

	ck_assert_ptr_eq(x, y);
	ck_assert_ptr_ne(x, plain);
	ck_assert_str_eq(kmod_module_get_options(x), "o=1");
	ck_assert_ptr_null(kmod_module_get_options(plain));
	kmod_module_unref(x);
	kmod_module_unref(y);
	kmod_module_unref(plain);
}
END_TEST

START_TEST(one_index_query_is_one_object)
{
	struct kmod_module *x = only_hit("pci:v1d3"), *same = only_hit("pci:v1d3"), *other = only_hit("pci:v1d4");

	ck_assert_ptr_eq(x, same);
	ck_assert_ptr_ne(x, other);
	kmod_module_unref(x);
	kmod_module_unref(same);
	kmod_module_unref(other);
}
END_TEST

START_TEST(hit_by_name_has_its_path_already)
{
	struct kmod_module *mod = only_hit("a");

	ts_remove(TS_MODULES "/modules.dep.bin");
	ck_assert_str_eq(kmod_module_get_path(mod), "/" TS_MODULES "/kernel/a.ko");
	kmod_module_unref(mod);
}
END_TEST

START_TEST(builtin_hits_are_flagged)
{
	struct kmod_module *named = only_hit("vfat"), *alias = only_hit("fs-vfat");

	ts_remove(TS_MODULES "/modules.builtin.bin");
	ck_assert(mod_is_builtin(named));
	ck_assert(mod_is_builtin(alias));
	ck_assert(mod_is_alias(alias));
	kmod_module_unref(named);
	kmod_module_unref(alias);
}
END_TEST

START_TEST(exact_command_overrides_an_earlier_pattern)
{
	struct kmod_module *mod = mt_mod(ctx, "ab"), *hit;

	ck_assert_str_eq(kmod_module_get_install_commands(mod), "/bin/star");
	hit = only_hit("ab");
	ck_assert_ptr_eq(hit, mod);
	ck_assert_str_eq(kmod_module_get_install_commands(mod), "/bin/exact");
	kmod_module_unref(mod);
	kmod_module_unref(hit);
}
END_TEST

/* ---- reasons ---- */

START_TEST(hits_tell_pattern_and_rule)
{
	struct mod_hits hits;

	ck_assert_int_eq(mod_lookup(ctx, "cfg-x", true, &hits), 0);
	ck_assert_uint_eq(hits.hits.n, 1);
	ck_assert_str_eq(hits.hits.at[0].pattern, "cfg_*");
	ck_assert_uint_eq(hits.hits.at[0].rule->line, 1);
	mod_hits_fini(&hits);

	ck_assert_int_eq(mod_lookup(ctx, "pci:v1d3", true, &hits), 0);
	ck_assert_str_eq(hits.hits.at[0].pattern, "pci:v1d*");
	ck_assert_ptr_null(hits.hits.at[0].rule);
	mod_hits_fini(&hits);

	ck_assert_int_eq(mod_lookup(ctx, "pci:v1d3", false, &hits), 0);
	ck_assert_ptr_null(hits.hits.at[0].pattern);
	mod_hits_fini(&hits);
}
END_TEST

START_TEST(every_stage_has_a_name)
{
	for (int stage = 0; stage < N_MOD_STAGES_; stage++)
		ck_assert_ptr_nonnull(mod_stage_name(stage));
	ck_assert_str_eq(mod_stage_name(MOD_BY_ALIAS), "modules.alias");
	ck_assert_ptr_null(mod_stage_name(N_MOD_STAGES_));
}
END_TEST

/* ---- by name only ---- */

static const struct {
	const char *spelling, *name;
} names[] = {
	{ "a", "a" },       { "a.ko", "a" },      { "two-words.ko.xz", "two_words" },
	{ "vfat", "vfat" }, { "fs-vfat", "vfat" }, { "b", "b" },
	{ "cfg-x", NULL },  { "fs-b", NULL },      { "cmd-only", NULL },
	{ "x[y", NULL },    { "", NULL },
};

START_TEST(name_lookup_knows_files_and_builtins)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct kmod_module *mod = NULL;

		ck_assert_int_eq(kmod_module_new_from_name_lookup(ctx, names[i].spelling, &mod), 0);
		ck_assert_msg((mod != NULL) == (names[i].name != NULL), "%s", names[i].spelling);
		if (mod)
			ck_assert_str_eq(kmod_module_get_name(mod), names[i].name);
		kmod_module_unref(mod);
	}
}
END_TEST

START_TEST(name_lookup_leaves_the_output_alone)
{
	struct kmod_module *mod = (struct kmod_module *)&names;

	ck_assert_int_eq(kmod_module_new_from_name_lookup(ctx, "nothing", &mod), 0);
	ck_assert_ptr_eq(mod, (struct kmod_module *)&names);
	ck_assert_int_eq(kmod_module_new_from_name_lookup(NULL, "a", &mod), -ENOENT);
	ck_assert_int_eq(kmod_module_new_from_name_lookup(ctx, NULL, &mod), -ENOENT);
	ck_assert_int_eq(kmod_module_new_from_name_lookup(ctx, "a", NULL), -ENOENT);
	ck_assert_ptr_eq(mod, (struct kmod_module *)&names);
}
END_TEST

static int look_up(void *data)
{
	struct kmod_list *list = NULL;
	int r = kmod_module_new_from_lookup(ctx, data, &list);

	kmod_module_unref_list(list);
	return r;
}

START_TEST(failed_allocation_leaves_nothing_behind)
{
	static const char *const aliases[] = { "pci:v1d2", "a", "cfg-two", "vfat" };

	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
		mt_fail_each_alloc(look_up, (void *)aliases[i]);
		ck_assert_uint_eq(ctx->pool.n, 0);
	}
	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	mt_fail_each_alloc(look_up, (void *)aliases[0]);
	ck_assert_uint_eq(ctx->pool.n, 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { first_stage_that_finds_anything_ends_the_search,
				 loaded_resources_give_the_same_answers,
				 colon_skips_the_names,
				 no_indexes_find_nothing,
				 unbalanced_brackets_are_an_error,
				 too_long_name_and_alias_are_an_error,
				 lookup_of_null_is_an_error,
				 one_pattern_is_one_object,
				 one_index_query_is_one_object,
				 hit_by_name_has_its_path_already,
				 builtin_hits_are_flagged,
				 exact_command_overrides_an_earlier_pattern,
				 hits_tell_pattern_and_rule,
				 every_stage_has_a_name,
				 name_lookup_knows_files_and_builtins,
				 name_lookup_leaves_the_output_alone,
				 failed_allocation_leaves_nothing_behind,
				 NULL };

	return ts_run_trapped("mod-lookup", tests, setup, teardown);
}
