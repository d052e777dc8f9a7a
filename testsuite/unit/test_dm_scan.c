/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-scan.h"

#include <errno.h>
#include <string.h>

#include "shared/strbuf.h"
#include "testsuite/lib/ts.h"

static struct dm_config config;
static struct dm_scan scan;
static struct dm_diags diags;

static void setup(void)
{
	config = (struct dm_config){ .arena = ARENA_INIT };
	scan = DM_SCAN_INIT;
	diags = DM_DIAGS_INIT;
}

static void teardown(void)
{
	dm_config_fini(&config);
	dm_scan_fini(&scan);
	dm_diags_fini(&diags);
}

/* What was found, in order: "path=name ". */
static const char *found(uint32_t source)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	ck_assert_int_eq(dm_scan_dir(&scan, ts_root(), source, &config, true, &diags), 0);
	for (size_t i = 0; i < scan.candidates.list.n; i++)
		strbuf_addf(&text, "%s=%s ", scan.candidates.list.at[i].path,
			    scan.candidates.list.at[i].name);
	copy = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return copy;
}

START_TEST(candidates_come_in_byte_order)
{
	ts_write("z-z.ko", "");
	ts_write("a/b.ko", "");
	ts_write("A.ko", "");
	ts_write("a.ko", "");
	ck_assert_str_eq(found(0), "A.ko=A a/b.ko=b a.ko=a z-z.ko=z_z ");
}
END_TEST

START_TEST(external_candidates_are_absolute)
{
	ts_write("a/b.ko", "");
	ck_assert_str_eq(found(2), ts_fmt("%s/a/b.ko=b ", ts_root()));
	ck_assert_uint_eq(scan.candidates.list.at[0].source, 2);
}
END_TEST

START_TEST(sizes_are_known_of_compressed_files_and_links)
{
	ts_write("a.ko", "12345678");
	ts_write("b.ko.xz", "1234567");
	ts_symlink("a.ko", "c.ko");
	found(0);
	if (!ENABLE_XZ)
		return;
	ck_assert_uint_eq(scan.candidates.list.at[0].size, 0);
	ck_assert_uint_eq(scan.candidates.list.at[1].size, 7);
	ck_assert_uint_eq(scan.candidates.list.at[2].size, 8);
}
END_TEST

START_TEST(missing_directory_is_an_error_for_the_caller)
{
	ck_assert_int_eq(dm_scan_dir(&scan, ts_path("none"), 0, &config, false, &diags),
			 -ENOENT);
	ck_assert_uint_eq(diags.list.n, 0);
}
END_TEST

START_TEST(very_deep_tree_ends)
{
	struct strbuf path = STRBUF_INIT;

	for (int i = 0; i < 150; i++)
		strbuf_adds(&path, "d/");
	strbuf_adds(&path, "m.ko");
	ts_write(strbuf_str(&path), "");
	strbuf_fini(&path);
	ts_write("a.ko", "");
	ck_assert_str_eq(found(0), "a.ko=a ");
	ck_assert_uint_eq(diags.list.n, 1);
	ck_assert_ptr_nonnull(strstr(diags.list.at[0].text, "nested too deeply"));
}
END_TEST

START_TEST(name_with_a_newline_is_no_module)
{
	ts_write("a\nb.ko", "");
	ck_assert_str_eq(found(0), "");
	ck_assert_uint_eq(diags.list.n, 1);
}
END_TEST

START_TEST(a_link_to_a_neighbour_is_no_loop)
{
	ts_write("k/a.ko", "");
	ts_symlink("k", "l");
	ck_assert_str_eq(found(0), "k/a.ko=a l/a.ko=a ");
	ck_assert_uint_eq(diags.list.n, 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		candidates_come_in_byte_order,
		external_candidates_are_absolute,
		sizes_are_known_of_compressed_files_and_links,
		missing_directory_is_an_error_for_the_caller,
		very_deep_tree_ends,
		name_with_a_newline_is_no_module,
		a_link_to_a_neighbour_is_no_loop,
		NULL,
	};

	return ts_run("dm_scan", tests, setup, teardown);
}
