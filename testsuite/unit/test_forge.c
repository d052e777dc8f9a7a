/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/forge/forge.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "libkmod/elf/elf-modinfo.h"
#include "shared/cleanup.h"
#include "shared/str.h"
#include "testsuite/unit/forged.h"

static const struct forge_module full = {
	.name = "full",
	.modinfo = FORGE_STRINGS("alias=a"),
	.exports = FORGE_SYMBOLS({ .name = "one", .crc = 1 }),
	.imports = FORGE_SYMBOLS({ .name = "three", .crc = 3 }),
	.extended = FORGE_SYMBOLS({ .name = "five", .crc = 5 }),
	.signature = FORGE_PKCS7,
};

START_TEST(same_module_gives_the_same_bytes)
{
	_cleanup_strbuf_ struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;

	ck_assert_int_eq(forge_build(&full, &a), 0);
	ck_assert_int_eq(forge_build(&full, &b), 0);
	ck_assert_uint_eq(a.len, b.len);
	ck_assert(memcmp(a.data, b.data, a.len) == 0);
}
END_TEST

START_TEST(every_defect_changes_something_and_has_its_own_name)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		_cleanup_strbuf_ struct strbuf sound = STRBUF_INIT;
		struct forge_module m = full;

		set_layout(&m, layout);
		ck_assert_int_eq(forge_build(&m, &sound), 0);
		for (unsigned d = 1; d < N_FORGE_DEFECTS_; d++) {
			_cleanup_strbuf_ struct strbuf broken = STRBUF_INIT;

			m.defect = (enum forge_defect)d;
			ck_assert_int_eq(forge_build(&m, &broken), 0);
			ck_assert_msg(broken.len != sound.len ||
					      memcmp(broken.data, sound.data, sound.len) != 0,
				      "%s", forge_defect_name(m.defect));
			for (unsigned e = 0; e < d; e++)
				ck_assert_str_ne(forge_defect_name(m.defect),
						 forge_defect_name((enum forge_defect)e));
		}
	}
}
END_TEST

START_TEST(defect_of_an_absent_part_changes_nothing)
{
	_cleanup_strbuf_ struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	struct forge_module m = { .name = "m" };

	ck_assert_int_eq(forge_build(&m, &a), 0);
	m.defect = FORGE_VERSIONS_BAD_SIZE;
	ck_assert_int_eq(forge_build(&m, &b), 0);
	ck_assert_uint_eq(a.len, b.len);
	ck_assert(memcmp(a.data, b.data, a.len) == 0);
}
END_TEST

START_TEST(written_file_is_the_module_in_each_format)
{
	for (int format = 0; format < N_IMAGE_FORMATS_; format++) {
		enum image_format want = (enum image_format)format;
		const char *path = ts_path("a/b/m%d.ko", format);
		_cleanup_(image_closep) struct image *img = NULL;
		struct elf elf;
		struct bytes b;

		if (!image_format_built_in(want))
			continue;
		ck_assert_int_eq(forge_write(&full, want, path), 0);
		ck_assert_int_eq(image_open(AT_FDCWD, path, NULL, &img), 0);
		ck_assert_int_eq(image_format(img), want);
		ck_assert_int_eq(elf_open(img, &elf), 0);
		ck_assert_int_eq(elf_modinfo_value(&elf, "name", &b), 1);
		ck_assert_bytes(b, "full");
	}
}
END_TEST

START_TEST(usual_strings_give_way_to_given_ones)
{
	_cleanup_forged_ struct forged f;
	struct forge_module m = {
		.name = "m",
		.modinfo = FORGE_STRINGS("license=MIT", "vermagic=other "),
	};
	struct bytes b;

	forged_open(&f, &m);
	ck_assert_int_eq(elf_modinfo_value(&f.elf, "license", &b), 1);
	ck_assert_bytes(b, "MIT");
	ck_assert_int_eq(elf_modinfo_value(&f.elf, "vermagic", &b), 1);
	ck_assert_bytes(b, "other ");
}
END_TEST

START_TEST(padding_makes_a_large_module)
{
	_cleanup_forged_ struct forged f;
	struct forge_module m = { .name = "m", .padding = 1000000 };

	forged_open(&f, &m);
	ck_assert_uint_gt(f.bytes.len, 1000000);
	ck_assert_uint_lt(f.bytes.len, 1010000);
}
END_TEST

START_TEST(tree_has_its_modules_and_lists)
{
	char *order;
	unsigned n = 0;

	ck_assert_int_eq(forge_tree(ts_path("tree"), 30, IMAGE_PLAIN), 0);
	order = ts_read("tree/modules.order", NULL);
	for (char *line = strtok(order, "\n"); line; line = strtok(NULL, "\n"), n++)
		ck_assert_msg(ts_exists(ts_fmt("tree/%s", line)), "%s", line);
	ck_assert_uint_eq(n, 30);
	ck_assert(ts_exists("tree/modules.builtin"));
	ck_assert(ts_exists("tree/modules.builtin.modinfo"));
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		same_module_gives_the_same_bytes,
		every_defect_changes_something_and_has_its_own_name,
		defect_of_an_absent_part_changes_nothing,
		written_file_is_the_module_in_each_format,
		usual_strings_give_way_to_given_ones,
		padding_makes_a_large_module,
		tree_has_its_modules_and_lists,
		NULL,
	};

	return ts_run("forge", tests, NULL, NULL);
}
