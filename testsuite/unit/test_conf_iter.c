/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/conf-iter.h"

#include "testsuite/unit/module-tree.h"

static const char config[] = "blacklist bad-one\n"
			     "install a /bin/true a\n"
			     "remove b rm b\n"
			     "alias pat-* mod-ule\n"
			     "options a x=1  y=2\n"
			     "options a z=3\n"
			     "softdep s1 pre: a b post: c\n"
			     "softdep s2 post: p-1 pre: d c post: s\n"
			     "softdep s3 pre:\n"
			     "weakdep w x y-1  z\n"
			     "blacklist other\n";

/* "key=value;" of every entry, "key;" without a value. */
static const char *walk(struct kmod_config_iter *iter)
{
	const char *text = "";

	while (kmod_config_iter_next(iter)) {
		const char *value = kmod_config_iter_get_value(iter);

		text = ts_fmt("%s%s%s%s;", text, kmod_config_iter_get_key(iter), value ? "=" : "",
			      value ? value : "");
	}
	return text;
}

static const struct {
	struct kmod_config_iter *(*get)(const struct kmod_ctx *ctx);
	const char *want;
} kinds[] = {
	{ kmod_config_get_blacklists, "bad_one;other;" },
	{ kmod_config_get_install_commands, "a=/bin/true a;" },
	{ kmod_config_get_remove_commands, "b=rm b;" },
	{ kmod_config_get_aliases, "pat_*=mod_ule;" },
	{ kmod_config_get_options, "a=x=1  y=2;a=z=3;" },
	{ kmod_config_get_weakdeps, "w=x y-1 z;" },
};

START_TEST(every_kind_gives_its_keys_and_values)
{
	struct kmod_ctx *ctx = mt_ctx_with_config(config);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct kmod_config_iter *iter = kinds[i].get(ctx);

		ck_assert_str_eq(walk(iter), kinds[i].want);
		kmod_config_iter_free_iter(iter);
	}
	kmod_unref(ctx);
}
END_TEST

START_TEST(d20_softdep_values_can_be_read_back)
{
	struct kmod_ctx *ctx = mt_ctx_with_config(config);
	struct kmod_config_iter *iter = kmod_config_get_softdeps(ctx);

	ck_assert_str_eq(walk(iter), "s1=pre: a b post: c;s2=pre: d c post: p-1 s;s3=;");
	kmod_config_iter_free_iter(iter);
	kmod_unref(ctx);
}
END_TEST

START_TEST(walk_starts_over_after_its_end)
{
	struct kmod_ctx *ctx = mt_ctx_with_config(config);
	struct kmod_config_iter *iter = kmod_config_get_blacklists(ctx);

	for (int round = 0; round < 2; round++) {
		ck_assert_ptr_null(kmod_config_iter_get_key(iter));
		ck_assert_ptr_null(kmod_config_iter_get_value(iter));
		ck_assert_str_eq(walk(iter), "bad_one;other;");
	}
	kmod_config_iter_free_iter(iter);
	kmod_unref(ctx);
}
END_TEST

START_TEST(empty_configuration_has_no_entries)
{
	struct kmod_ctx *ctx = mt_ctx();

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct kmod_config_iter *iter = kinds[i].get(ctx);

		ck_assert_ptr_nonnull(iter);
		ck_assert(!kmod_config_iter_next(iter));
		ck_assert(!kmod_config_iter_next(iter));
		ck_assert_ptr_null(kmod_config_iter_get_key(iter));
		kmod_config_iter_free_iter(iter);
	}
	kmod_unref(ctx);
}
END_TEST

START_TEST(kernel_command_line_comes_last)
{
	struct kmod_ctx *ctx;
	struct kmod_config_iter *iter;

	ts_write("proc/cmdline", "quiet a.late=1\n");
	ctx = mt_ctx_with_config("options a early=1\n");
	iter = kmod_config_get_options(ctx);
	ck_assert_str_eq(walk(iter), "a=early=1;a=late=1;");
	kmod_config_iter_free_iter(iter);
	kmod_unref(ctx);
}
END_TEST

START_TEST(null_is_an_empty_walk)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		ck_assert_ptr_null(kinds[i].get(NULL));
	ck_assert_ptr_null(kmod_config_get_softdeps(NULL));
	ck_assert(!kmod_config_iter_next(NULL));
	ck_assert_ptr_null(kmod_config_iter_get_key(NULL));
	ck_assert_ptr_null(kmod_config_iter_get_value(NULL));
	kmod_config_iter_free_iter(NULL);
}
END_TEST

START_TEST(rule_tells_file_and_line)
{
	struct kmod_ctx *ctx = mt_ctx_with_config(config);
	struct kmod_config_iter *iter = kmod_config_get_aliases(ctx);

	ck_assert_ptr_null(conf_iter_rule(iter));
	ck_assert(kmod_config_iter_next(iter));
	ck_assert_uint_eq(conf_iter_rule(iter)->line, 4);
	ck_assert_str_eq(conf_iter_rule(iter)->file, "/etc/modprobe.d/test.conf");
	kmod_config_iter_free_iter(iter);
	kmod_unref(ctx);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { every_kind_gives_its_keys_and_values,
				 d20_softdep_values_can_be_read_back,
				 walk_starts_over_after_its_end,
				 empty_configuration_has_no_entries,
				 kernel_command_line_comes_last,
				 null_is_an_empty_walk,
				 rule_tells_file_and_line,
				 NULL };

	return ts_run_trapped("conf-iter", tests, NULL, NULL);
}
