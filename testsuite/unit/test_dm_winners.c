/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-winners.h"

#include <string.h>

#include "testsuite/lib/ts.h"

static struct dm_config config;
static struct dm_diags diags;

static void configure(const char *text)
{
	config = (struct dm_config){ .arena = ARENA_INIT };
	diags = DM_DIAGS_INIT;
	ck_assert_int_eq(dm_config_parse(&config, "f", bytes_of(text, strlen(text)),
					 "6.1", &diags),
			 0);
	ck_assert_int_eq(dm_config_complete(&config), 0);
}

static void teardown(void)
{
	dm_config_fini(&config);
	dm_diags_fini(&diags);
}

#define MODULE(p, ...)                                               \
	{                                                            \
		.path = (p), .name = "m", .name_len = 1, __VA_ARGS__ \
	}

/* A compressed suffix counts only where it can be read. */
#if ENABLE_XZ
#define XZ_SUFFIX ".ko.xz"
#else
#define XZ_SUFFIX ".ko"
#endif

/* rows name the better path first; both orders must agree. */
START_TEST(better_is_the_same_whoever_comes_first)
{
	static const struct {
		const char *config;
		struct dm_module better, worse;
	} rows[] = {
		{ "", MODULE("updates/m.ko"), MODULE("a/m.ko") },
		{ "", MODULE("a/m.ko"), MODULE("b/m.ko") },
		{ "", MODULE("foo/m.ko"), MODULE("foo/sub/m.ko") },
		{ "", MODULE("m.ko"), MODULE("m.ko.xz") },
		{ "", MODULE("z/m.ko"), MODULE("/ext/m.ko", .source = 1) },
		{ "", MODULE("/z/m.ko", .source = 1), MODULE("/a/m.ko", .source = 2) },
		{ "search foo\n", MODULE("foo/m.ko"), MODULE("foobar/m.ko") },
		{ "search b a\n", MODULE("b/m.ko"), MODULE("a/m.ko") },
		{ "search a/b a\n", MODULE("a/b/m.ko"), MODULE("a/a/m.ko") },
		{ "search b built-in a\n", MODULE("c/m.ko"), MODULE("a/m.ko") },
		{ "search b\n", MODULE("b/m.ko"), MODULE("a/m.ko") },
		{ "search external a\n", MODULE("/e/m.ko", .source = 1),
		  MODULE("a/m.ko") },
		{ "search a external\n", MODULE("a/m.ko"),
		  MODULE("/e/m.ko", .source = 1) },
		{ "search /e built-in\n", MODULE("a/m.ko"),
		  MODULE("/e/m.ko", .source = 1) },
		{ "search a\noverride m * z\n", MODULE("z/m.ko"), MODULE("a/m.ko") },
		{ "override m * a\noverride m * z\n", MODULE("z/m.ko"),
		  MODULE("a/m.ko") },
		{ "override m * z\n", MODULE("z/m" XZ_SUFFIX), MODULE("a/m.ko") },
		{ "override m * z\n", MODULE("a/m.ko"), MODULE("z/y/m.ko") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		configure(rows[i].config);
		ck_assert_msg(
			dm_winners_compare(&config, &rows[i].better, &rows[i].worse) < 0,
			"row %zu", i);
		ck_assert_msg(
			dm_winners_compare(&config, &rows[i].worse, &rows[i].better) > 0,
			"row %zu reversed", i);
		teardown();
	}
	configure("");
}
END_TEST

static void add(struct dm_modules *list, const char *path, const char *name)
{
	struct dm_module m = { .path = path,
			       .name = name,
			       .name_len = (uint32_t)strlen(name) };

	ck_assert(vec_push(&list->list, m));
}

START_TEST(one_file_per_name_stays)
{
	struct dm_modules all = { 0 }, winners = { 0 };

	configure("");
	add(&all, "b/n-x.ko", "n_x");
	add(&all, "other.ko", "other");
	add(&all, "a/n_x.ko", "n_x");
	add(&all, "updates/n_x.ko", "n_x");
	ck_assert_int_eq(dm_winners_choose(&all, &config, true, &winners, &diags), 0);
	ck_assert_uint_eq(winners.list.n, 2);
	ck_assert_str_eq(winners.list.at[0].path, "updates/n_x.ko");
	ck_assert_str_eq(winners.list.at[1].path, "other.ko");
	ck_assert_uint_eq(diags.list.n, 2);
	ck_assert_str_eq(diags.list.at[0].text,
			 "duplicate module n_x: updates/n_x.ko wins over b/n-x.ko");
	vec_fini(&all.list);
	vec_fini(&winners.list);
}
END_TEST

START_TEST(losers_are_not_named_unless_asked_for)
{
	struct dm_modules all = { 0 }, winners = { 0 };

	configure("");
	add(&all, "b/x.ko", "x");
	add(&all, "a/x.ko", "x");
	ck_assert_int_eq(dm_winners_choose(&all, &config, false, &winners, &diags), 0);
	ck_assert_uint_eq(winners.list.n, 1);
	ck_assert_uint_eq(diags.list.n, 0);
	vec_fini(&all.list);
	vec_fini(&winners.list);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		better_is_the_same_whoever_comes_first,
		one_file_per_name_stays,
		losers_are_not_named_unless_asked_for,
		NULL,
	};

	return ts_run("dm_winners", tests, NULL, teardown);
}
