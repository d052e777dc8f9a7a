/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/elf/elf-modinfo.h"

#include <errno.h>
#include <string.h>

#include "testsuite/unit/forged.h"

/* Entries as "key|value\n" */
static const char *entries(struct bytes section)
{
	struct modinfo_entry e;
	const char *text = "";

	while (modinfo_next(&section, &e))
		text = ts_fmt("%s%.*s|%.*s\n", text, (int)e.key.len, (const char *)e.key.ptr,
			      (int)e.value.len, (const char *)e.value.ptr);
	return text;
}

#define LITERAL(s) bytes_of(s, sizeof(s) - 1)

START_TEST(strings_come_in_file_order_with_duplicates)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		_cleanup_forged_ struct forged f;
		struct forge_module m = {
			.name = "m",
			.modinfo = FORGE_STRINGS("alias=b", "author=x", "alias=a", "alias=b"),
			.flags = FORGE_BARE_MODINFO,
		};
		struct bytes b;

		set_layout(&m, layout);
		forged_open(&f, &m);
		ck_assert_int_eq(elf_modinfo(&f.elf, &b), 1);
		ck_assert_str_eq(entries(b), "alias|b\nauthor|x\nalias|a\nalias|b\n");
	}
}
END_TEST

START_TEST(string_is_split_at_its_first_equals)
{
	ck_assert_str_eq(entries(LITERAL("a=b=c\0")), "a|b=c\n");
	ck_assert_str_eq(entries(LITERAL("a=\0")), "a|\n");
	ck_assert_str_eq(entries(LITERAL("=b\0")), "|b\n");
	ck_assert_str_eq(entries(LITERAL("word\0")), "word|\n");
	ck_assert_str_eq(entries(LITERAL("=\0")), "|\n");
}
END_TEST

START_TEST(nuls_are_skipped_and_the_last_may_be_missing)
{
	ck_assert_str_eq(entries(LITERAL("\0\0a=1\0\0\0b=2")), "a|1\nb|2\n");
	ck_assert_str_eq(entries(LITERAL("\0\0\0")), "");
	ck_assert_str_eq(entries(BYTES_NONE), "");
}
END_TEST

START_TEST(empty_section_differs_from_no_section)
{
	_cleanup_forged_ struct forged with, without;
	struct forge_module m = { .name = "m", .flags = FORGE_BARE_MODINFO };
	struct bytes b;

	m.defect = FORGE_MODINFO_EMPTY;
	forged_open(&with, &m);
	ck_assert_int_eq(elf_modinfo(&with.elf, &b), 1);
	ck_assert_uint_eq(b.len, 0);
	m.flags = FORGE_NO_MODINFO;
	forged_open(&without, &m);
	ck_assert_int_eq(elf_modinfo(&without.elf, &b), 0);
}
END_TEST

START_TEST(value_is_the_first_of_that_key)
{
	_cleanup_forged_ struct forged f;
	struct forge_module m = {
		.name = "m",
		.modinfo = FORGE_STRINGS("aliases=no", "alias=first", "alias=second", "lonely"),
	};
	struct bytes b;

	forged_open(&f, &m);
	ck_assert_int_eq(elf_modinfo_value(&f.elf, "alias", &b), 1);
	ck_assert_bytes(b, "first");
	ck_assert_int_eq(elf_modinfo_value(&f.elf, "lonely", &b), 1);
	ck_assert_bytes(b, "");
	ck_assert_int_eq(elf_modinfo_value(&f.elf, "vermagic", &b), 1);
	ck_assert_bytes(b, FORGE_VERMAGIC);
	ck_assert_int_eq(elf_modinfo_value(&f.elf, "ali", &b), 0);
	ck_assert_bytes(b, FORGE_VERMAGIC);
}
END_TEST

START_TEST(build_id_is_read_in_every_layout)
{
	struct bytes first = BYTES_NONE;
	unsigned char copy[20];

	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		_cleanup_forged_ struct forged f;
		struct forge_module m = { .name = "m" };
		struct bytes b;

		set_layout(&m, layout);
		forged_open(&f, &m);
		ck_assert_int_eq(elf_build_id(&f.elf, &b), 1);
		ck_assert_uint_eq(b.len, 20);
		if (layout == 0)
			first = bytes_of(memcpy(copy, b.ptr, 20), 20);
		ck_assert(bytes_equal(b, first));
	}
}
END_TEST

START_TEST(wrong_build_id_is_no_build_id)
{
	static const struct {
		enum forge_defect defect;
		unsigned flags;
	} rows[] = {
		{ FORGE_BUILD_ID_BAD_OWNER, 0 },
		{ FORGE_BUILD_ID_TOO_LONG, 0 },
		{ FORGE_SOUND, FORGE_NO_BUILD_ID },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_forged_ struct forged f;
		struct forge_module m = { .name = "m", .flags = rows[i].flags };
		struct bytes b;

		m.defect = rows[i].defect;
		forged_open(&f, &m);
		ck_assert_msg(elf_build_id(&f.elf, &b) == 0, "row %zu", i);
	}
}
END_TEST

START_TEST(note_of_another_type_is_no_build_id)
{
	_cleanup_forged_ struct forged f;
	struct forge_module m = { .name = "m" };
	struct elf_section s;
	struct bytes b;

	forged_open(&f, &m);
	ck_assert_int_eq(elf_section_find(&f.elf, ".note.gnu.build-id", &s), 1);
	f.bytes.data[s.off + 8] = 1;
	ck_assert_int_eq(elf_build_id(&f.elf, &b), 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		strings_come_in_file_order_with_duplicates,
		string_is_split_at_its_first_equals,
		nuls_are_skipped_and_the_last_may_be_missing,
		empty_section_differs_from_no_section,
		value_is_the_first_of_that_key,
		build_id_is_read_in_every_layout,
		wrong_build_id_is_no_build_id,
		note_of_another_type_is_no_build_id,
		NULL,
	};

	return ts_run("elf_modinfo", tests, NULL, NULL);
}
