/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/module/mod.h"

#include "testsuite/unit/module-tree.h"

static struct kmod_ctx *ctx;

static void setup(void)
{
	mt_tree();
	ctx = mt_ctx();
}

static void teardown(void)
{
	kmod_unref(ctx);
}

/* A fresh context with this configuration. */
static void configure(const char *text)
{
	kmod_unref(ctx);
	ctx = mt_ctx_with_config(text);
}

static const char *deps_of(struct kmod_module *mod)
{
	struct kmod_list *list = kmod_module_get_dependencies(mod);
	const char *names = mt_names(list);

	kmod_module_unref_list(list);
	return names;
}

static const char *deps_of_name(const char *name)
{
	struct kmod_module *mod = mt_mod(ctx, name);
	const char *names = deps_of(mod);

	kmod_module_unref(mod);
	return names;
}

/* ---- hard ---- */

START_TEST(dependencies_come_in_load_order)
{
	ck_assert_str_eq(deps_of_name("a"), "c b");
	ck_assert_str_eq(deps_of_name("b"), "c");
	ck_assert_str_eq(deps_of_name("c"), "");
	ck_assert_str_eq(deps_of_name("unknown"), "");
	ck_assert_ptr_null(kmod_module_get_dependencies(NULL));
}
END_TEST

START_TEST(dependencies_live_as_long_as_their_user)
{
	struct kmod_module *a = mt_mod(ctx, "a"), *b;
	struct kmod_list *list = kmod_module_get_dependencies(a);
	struct kmod_module *c = list->data;

	kmod_module_unref_list(list);
	ck_assert_str_eq(kmod_module_get_path(c), "/" TS_MODULES "/kernel/c.ko");
	ck_assert_uint_eq(ctx->pool.n, 3);
	b = mt_mod(ctx, "b");
	ck_assert_str_eq(deps_of(b), "c");
	kmod_module_unref(a);
	ck_assert_uint_eq(ctx->pool.n, 2);
	kmod_module_unref(b);
	ck_assert_uint_eq(ctx->pool.n, 0);
}
END_TEST

START_TEST(dependencies_are_modules_from_a_path)
{
	struct kmod_module *a, *c;

	mt_index("modules.builtin", "c \n");
	a = mt_mod(ctx, "a");
	c = mt_mod(ctx, "c");
	ck_assert(mod_is_builtin(c));
	ck_assert_str_eq(deps_of(a), "c b");
	ck_assert(!mod_is_builtin(c));
	kmod_module_unref(a);
	kmod_module_unref(c);
}
END_TEST

START_TEST(known_and_unknown_are_told_apart)
{
	struct kmod_module *c = mt_mod(ctx, "c"), *unknown = mt_mod(ctx, "unknown");
	const struct mod_deps *deps = NULL;

	ck_assert_int_eq(mod_dependencies(unknown, &deps, NULL), 0);
	ck_assert_ptr_null(deps);
	ck_assert_int_eq(mod_dependencies(c, &deps, NULL), 1);
	ck_assert_uint_eq(deps->n, 0);
	kmod_module_unref(c);
	kmod_module_unref(unknown);
}
END_TEST

START_TEST(d22_missing_dependency_is_told_with_its_user)
{
	struct kmod_module *mod = mt_mod(ctx, "broken");
	const struct mod_deps *deps = NULL;
	char *missing = NULL;
	struct mt_log log;

	mt_log_to(ctx, &log);
	ck_assert_int_eq(mod_dependencies(mod, &deps, &missing), -ENOENT);
	ck_assert_str_eq(missing, "/" TS_MODULES "/kernel/gone.ko");
	ck_assert_ptr_null(deps);
	ck_assert_int_eq(log.n, 0);
	free(missing);

	ck_assert_ptr_null(kmod_module_get_dependencies(mod));
	ck_assert_int_eq(log.n, 1);
	ck_assert_int_eq(log.last_priority, LOG_ERR);
	ck_assert_ptr_nonnull(strstr(log.text, "kernel/gone.ko"));
	ck_assert_ptr_nonnull(strstr(log.text, "broken"));
	kmod_module_unref(mod);
}
END_TEST

START_TEST(missing_dependency_is_looked_for_again)
{
	struct kmod_module *mod = mt_mod(ctx, "broken");

	kmod_set_log_fn(ctx, NULL, NULL);
	ck_assert_str_eq(deps_of(mod), "");
	mt_file("kernel/gone.ko");
	ck_assert_str_eq(deps_of(mod), "gone c");
	ts_remove(TS_MODULES "/kernel/gone.ko");
	ck_assert_str_eq(deps_of(mod), "gone c"); /* success is remembered */
	kmod_module_unref(mod);
}
END_TEST

START_TEST(clash_with_another_path_empties_the_list)
{
	struct kmod_module *elsewhere = NULL, *a = mt_mod(ctx, "a");
	struct mt_log log;

	ts_write("d/b.ko", "");
	ck_assert_int_eq(kmod_module_new_from_path(ctx, "/d/b.ko", &elsewhere), 0);
	mt_log_to(ctx, &log);
	ck_assert_str_eq(deps_of(a), "");
	ck_assert_ptr_nonnull(strstr(log.text, "/d/b.ko"));
	kmod_module_unref(elsewhere);
	ck_assert_str_eq(deps_of(a), "c b");
	kmod_module_unref(a);
}
END_TEST

START_TEST(d41_circle_in_a_damaged_index_leaks_nothing)
{
	struct kmod_module *a, *b, *c;
	struct mt_log log;

	mt_index("modules.dep", "a kernel/a.ko: kernel/b.ko\nb kernel/b.ko: kernel/c.ko\nc kernel/c.ko: kernel/a.ko\n");
	mt_log_to(ctx, &log);
	a = mt_mod(ctx, "a");
	b = mt_mod(ctx, "b");
	c = mt_mod(ctx, "c");
	ck_assert_str_eq(deps_of(a), "b");
	ck_assert_str_eq(deps_of(b), "c");
	ck_assert_int_eq(log.n, 0);
	ck_assert_str_eq(deps_of(c), "");
	ck_assert_int_eq(log.n, 1);
	kmod_module_unref(c);
	kmod_module_unref(b);
	ck_assert_uint_eq(ctx->pool.n, 3);
	kmod_module_unref(a);
	ck_assert_uint_eq(ctx->pool.n, 0);
}
END_TEST

START_TEST(d41_module_that_lists_itself_is_left_out)
{
	mt_index("modules.dep", "a kernel/a.ko: kernel/a.ko kernel/c.ko\n");
	kmod_set_log_fn(ctx, NULL, NULL);
	ck_assert_str_eq(deps_of_name("a"), "c");
	ck_assert_uint_eq(ctx->pool.n, 0);
}
END_TEST

START_TEST(long_chain_is_released_without_recursion)
{
	enum { LENGTH = 3000 };
	struct kmod_module *mod = NULL;
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < LENGTH; i++)
		strbuf_addf(&text, "m%d /m%d.ko: /m%d.ko\n", i, i, i + 1);
	mt_index("modules.dep", text.data);
	strbuf_fini(&text);
	ck_assert_int_eq(kmod_load_resources(ctx), 0);
	for (int i = 0; i <= LENGTH; i++)
		ts_write(ts_fmt("m%d.ko", i), "");
	mod = mt_mod(ctx, "m0");
	for (struct kmod_module *m = mod; m;) {
		const struct mod_deps *deps;

		m = mod_dependencies(m, &deps, NULL) > 0 ? deps->at[0] : NULL;
	}
	ck_assert_uint_eq(ctx->pool.n, LENGTH + 1);
	kmod_module_unref(mod);
	ck_assert_uint_eq(ctx->pool.n, 0);
}
END_TEST

START_TEST(damaged_line_is_like_no_line)
{
	static const char *const lines[] = { "a no-colon-here\n", "a :\n", "a \n" };

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct kmod_module *mod;

		mt_index("modules.dep", lines[i]);
		mod = mt_mod(ctx, "a");
		ck_assert_ptr_null(kmod_module_get_path(mod));
		ck_assert_str_eq(deps_of(mod), "");
		kmod_module_unref(mod);
	}
}
END_TEST

START_TEST(too_long_path_empties_the_list)
{
	char name[4000];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	mt_index("modules.dep", ts_fmt("a kernel/a.ko: kernel/%s/%s.ko\n", name, name));
	kmod_set_log_fn(ctx, NULL, NULL);
	ck_assert_str_eq(deps_of_name("a"), "");
}
END_TEST

/* ---- soft and weak ---- */

static const char *softdeps_of(const char *name)
{
	struct kmod_module *mod = mt_mod(ctx, name);
	struct kmod_list *pre = NULL, *post = NULL;
	const char *text;

	ck_assert_int_eq(kmod_module_get_softdeps(mod, &pre, &post), 0);
	text = ts_fmt("%s / %s", mt_names(pre), mt_names(post));
	kmod_module_unref_list(pre);
	kmod_module_unref_list(post);
	kmod_module_unref(mod);
	return text;
}

START_TEST(softdep_words_are_looked_up)
{
	configure("softdep x pre: b pci:v1d2 nothing vfat post: fs-b\n");
	ck_assert_str_eq(softdeps_of("x"), "b a b c vfat / b");
	ck_assert_str_eq(softdeps_of("y"), " / ");
}
END_TEST

START_TEST(d16_softdep_lines_add_up)
{
	configure("softdep x pre: b\nsoftdep x pre: c b post: a\n");
	ck_assert_str_eq(softdeps_of("x"), "b c / a");
}
END_TEST

START_TEST(d16_configuration_replaces_generated_softdeps)
{
	ts_write(TS_MODULES "/modules.softdep", "softdep x pre: b\nsoftdep y pre: c\n");
	configure("softdep x pre: a\n");
	ck_assert_str_eq(softdeps_of("x"), "a / ");
	ck_assert_str_eq(softdeps_of("y"), "c / ");
}
END_TEST

START_TEST(softdeps_know_word_and_rule)
{
	struct mod_softdeps pre, post;
	struct kmod_module *mod;

	configure("\nsoftdep x pre: fs-b post: c\n");
	mod = mt_mod(ctx, "x");
	ck_assert_int_eq(mod_softdeps(mod, &pre, &post), 0);
	ck_assert_uint_eq(pre.at.n, 1);
	ck_assert_str_eq(pre.at.at[0].word, "fs-b");
	ck_assert_uint_eq(pre.at.at[0].rule->line, 2);
	ck_assert_uint_eq(post.at.n, 1);
	mod_softdeps_fini(&pre);
	mod_softdeps_fini(&post);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(word_that_cannot_be_looked_up_is_logged_and_skipped)
{
	struct mt_log log;

	configure("softdep x pre: b[ c\n");
	mt_log_to(ctx, &log);
	ck_assert_str_eq(softdeps_of("x"), "c / ");
	ck_assert_int_eq(log.n, 1);
	ck_assert_ptr_nonnull(strstr(log.text, "/etc/modprobe.d/test.conf:1: "));
}
END_TEST

START_TEST(softdeps_of_null_are_an_error)
{
	struct kmod_module *mod = mt_mod(ctx, "x");
	struct kmod_list *pre = NULL, *post = NULL;

	ck_assert_int_eq(kmod_module_get_softdeps(NULL, &pre, &post), -ENOENT);
	ck_assert_int_eq(kmod_module_get_softdeps(mod, NULL, &post), -ENOENT);
	ck_assert_int_eq(kmod_module_get_softdeps(mod, &pre, NULL), -ENOENT);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(d37_used_softdep_output_is_an_error)
{
	struct kmod_module *mod = mt_mod(ctx, "x");
	struct kmod_list *empty = NULL, *full = (struct kmod_list *)&empty;

	ck_assert_int_eq(kmod_module_get_softdeps(mod, &full, &empty), -EINVAL);
	ck_assert_int_eq(kmod_module_get_softdeps(mod, &empty, &full), -EINVAL);
	ck_assert_int_eq(kmod_module_get_weakdeps(mod, &full), -EINVAL);
	ck_assert_ptr_eq(full, (struct kmod_list *)&empty);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(weakdeps_are_looked_up)
{
	struct kmod_module *mod;
	struct kmod_list *weak = NULL;

	configure("weakdep x b nothing fs-vfat\nweakdep x c\n");
	mod = mt_mod(ctx, "x");
	ck_assert_int_eq(kmod_module_get_weakdeps(mod, &weak), 0);
	ck_assert_str_eq(mt_names(weak), "b vfat c");
	kmod_module_unref_list(weak);
	kmod_module_unref(mod);

	weak = NULL;
	mod = mt_mod(ctx, "y");
	ck_assert_int_eq(kmod_module_get_weakdeps(mod, &weak), 0);
	ck_assert_ptr_null(weak);
	ck_assert_int_eq(kmod_module_get_weakdeps(NULL, &weak), -ENOENT);
	ck_assert_int_eq(kmod_module_get_weakdeps(mod, NULL), -ENOENT);
	kmod_module_unref(mod);
}
END_TEST

static int ask_for_all(void *data)
{
	const struct mod_deps *deps;
	struct mod_softdeps pre, post;
	struct kmod_module *mod;
	int r = kmod_module_new_from_name(ctx, data, &mod);

	if (r < 0)
		return r;
	r = mod_dependencies(mod, &deps, NULL);
	if (r >= 0)
		r = mod_softdeps(mod, &pre, &post);
	if (r >= 0) {
		mod_softdeps_fini(&pre);
		mod_softdeps_fini(&post);
	}
	kmod_module_unref(mod);
	return r;
}

START_TEST(failed_allocation_leaves_nothing_behind)
{
	configure("softdep a pre: pci:v1d2 post: vfat\n");
	mt_fail_each_alloc(ask_for_all, (void *)"a");
	ck_assert_uint_eq(ctx->pool.n, 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { dependencies_come_in_load_order,
				 dependencies_live_as_long_as_their_user,
				 dependencies_are_modules_from_a_path,
				 known_and_unknown_are_told_apart,
				 d22_missing_dependency_is_told_with_its_user,
				 missing_dependency_is_looked_for_again,
				 clash_with_another_path_empties_the_list,
				 d41_circle_in_a_damaged_index_leaks_nothing,
				 d41_module_that_lists_itself_is_left_out,
				 long_chain_is_released_without_recursion,
				 damaged_line_is_like_no_line,
				 too_long_path_empties_the_list,
				 softdep_words_are_looked_up,
				 d16_softdep_lines_add_up,
				 d16_configuration_replaces_generated_softdeps,
				 softdeps_know_word_and_rule,
				 word_that_cannot_be_looked_up_is_logged_and_skipped,
				 softdeps_of_null_are_an_error,
				 d37_used_softdep_output_is_an_error,
				 weakdeps_are_looked_up,
				 failed_allocation_leaves_nothing_behind,
				 NULL };

	return ts_run_trapped("mod-deps", tests, setup, teardown);
}
