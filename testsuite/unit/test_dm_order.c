/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-order.h"

#include <string.h>

#include "shared/strbuf.h"
#include "testsuite/lib/ts.h"

static struct dm_modules modules;
static struct dm_diags diags;

static void setup(void)
{
	static const char *const paths[] = { "k/c.ko", "k/b.x.ko.xz", "k/a-b.ko",
					     "Z.ko" };

	modules = (struct dm_modules){ 0 };
	diags = DM_DIAGS_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct dm_module m = { .path = paths[i], .name = "" };

		ck_assert(vec_push(&modules.list, m));
	}
}

static void teardown(void)
{
	vec_fini(&modules.list);
	dm_diags_fini(&diags);
}

static const char *sorted_by(const char *order, size_t len)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	ck_assert_int_eq(dm_order_sort(&modules, "o", bytes_of(order, len), &diags), 0);
	for (size_t i = 0; i < modules.list.n; i++)
		strbuf_addf(&text, "%s ", modules.list.at[i].path);
	copy = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return copy;
}

#define sorted(text) sorted_by((text), strlen(text))

START_TEST(without_an_order_paths_decide)
{
	ck_assert_str_eq(sorted(""), "Z.ko k/a-b.ko k/b.x.ko.xz k/c.ko ");
}
END_TEST

START_TEST(listed_modules_come_first_by_first_mention)
{
	ck_assert_str_eq(sorted("k/c.ko\nunknown.ko\nk/b.ko\nk/c.ko\n"),
			 "k/c.ko k/b.x.ko.xz Z.ko k/a-b.ko ");
	ck_assert_uint_eq(diags.list.n, 0);
}
END_TEST

START_TEST(lines_are_not_trimmed_or_folded)
{
	ck_assert_str_eq(sorted(" k/c.ko\nk/c.ko \nk/a_b.ko\n#\n\n"),
			 "Z.ko k/a-b.ko k/b.x.ko.xz k/c.ko ");
}
END_TEST

START_TEST(unended_last_line_spoils_the_order)
{
	ck_assert_str_eq(sorted("k/c.ko\nk/b.ko"), "Z.ko k/a-b.ko k/b.x.ko.xz k/c.ko ");
	ck_assert_str_eq(diags.list.at[0].text, "o:2 corrupted line misses '\\n'");
}
END_TEST

START_TEST(overlong_line_spoils_the_order)
{
	char text[4200];

	memset(text, 'x', sizeof(text));
	memcpy(text, "k/c.ko\n", 7);
	text[sizeof(text) - 1] = '\n';
	ck_assert_str_eq(sorted_by(text, sizeof(text)),
			 "Z.ko k/a-b.ko k/b.x.ko.xz k/c.ko ");
	ck_assert_uint_eq(diags.list.n, 1);
}
END_TEST

START_TEST(nul_bytes_are_ordinary)
{
	ck_assert_str_eq(sorted_by("k/c.ko\0\nk/b.ko\n", 15),
			 "k/b.x.ko.xz Z.ko k/a-b.ko k/c.ko ");
}
END_TEST

START_TEST(no_modules_are_fine)
{
	modules.list.n = 0;
	ck_assert_str_eq(sorted("a.ko\n"), "");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		without_an_order_paths_decide,
		listed_modules_come_first_by_first_mention,
		lines_are_not_trimmed_or_folded,
		unended_last_line_spoils_the_order,
		overlong_line_spoils_the_order,
		nul_bytes_are_ordinary,
		no_modules_are_fine,
		NULL,
	};

	return ts_run("dm_order", tests, setup, teardown);
}
