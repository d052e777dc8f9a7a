/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/dep-line.h"

#include <errno.h>
#include <string.h>

#include "testsuite/lib/ts.h"

/* "path|dep|dep", or "-" when it does not parse. */
static const char *parsed(const char *line)
{
	struct dep_line d;
	struct bytes dep;
	const char *text;

	if (dep_line_parse(line, &d) < 0)
		return "-";
	text = ts_fmt("%.*s", (int)d.path.len, (const char *)d.path.ptr);
	while (dep_line_next(&d.deps, &dep))
		text = ts_fmt("%s|%.*s", text, (int)dep.len, (const char *)dep.ptr);
	return text;
}

START_TEST(a_line_is_a_path_and_its_dependencies)
{
	static const struct {
		const char *line, *parsed;
	} rows[] = {
		{ "kernel/a.ko: kernel/b.ko kernel/c.ko",
		  "kernel/a.ko|kernel/b.ko|kernel/c.ko" },
		{ "kernel/a.ko:", "kernel/a.ko" },
		{ "a.ko: \t b.ko\t\tc.ko  ", "a.ko|b.ko|c.ko" },
		{ "/abs/a.ko:/abs/b.ko", "/abs/a.ko|/abs/b.ko" },
		{ "a.ko: b:c.ko", "a.ko|b:c.ko" },
		{ "a.ko: b.ko\n", "a.ko|b.ko" },
		{ "a.ko b.ko", "-" },
		{ ": b.ko", "-" },
		{ "", "-" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ck_assert_str_eq(parsed(rows[i].line), rows[i].parsed);
}
END_TEST

START_TEST(a_bad_line_leaves_the_output_alone)
{
	struct dep_line d = { .path = bytes_of("x", 1) };

	ck_assert_int_eq(dep_line_parse("nothing", &d), -EINVAL);
	ck_assert_uint_eq(d.path.len, 1);
}
END_TEST

START_TEST(a_printed_line_has_single_blanks_and_none_at_the_end)
{
	static const char *const deps[] = { "b.ko", "c.ko" };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	dep_line_print(&out, "a.ko", deps, 2);
	ck_assert_str_eq(strbuf_str(&out), "a.ko: b.ko c.ko");
	ck_assert_str_eq(parsed(strbuf_str(&out)), "a.ko|b.ko|c.ko");
	strbuf_truncate(&out, 0);
	dep_line_print(&out, "a.ko", NULL, 0);
	ck_assert_str_eq(strbuf_str(&out), "a.ko:");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		a_line_is_a_path_and_its_dependencies,
		a_bad_line_leaves_the_output_alone,
		a_printed_line_has_single_blanks_and_none_at_the_end,
		NULL,
	};
	return ts_run("dep_line", tests, NULL, NULL);
}
