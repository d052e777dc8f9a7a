/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/elf/elf-versions.h"

#include <errno.h>

#include "testsuite/unit/forged.h"

static const char *versions(const struct forge_module *m)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_forged_ struct forged f;
	int r;

	forged_open(&f, m);
	r = elf_versions(&f.elf, list_symbol, &text);
	return r == 0 ? ts_fmt("%s", strbuf_str(&text)) : ts_fmt("error %d", -r);
}

START_TEST(records_come_in_file_order_as_stored)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		struct forge_module m = {
			.name = "m",
			.versions = FORGE_SYMBOLS({ .name = "z", .crc = 0x90000001 },
						  { .name = ".dot", .crc = 2 }, { .name = "z", .crc = 3 }),
		};

		set_layout(&m, layout);
		ck_assert_str_eq(versions(&m), "z 90000001 U\n.dot 2 U\nz 3 U\n");
	}
}
END_TEST

START_TEST(upper_half_of_a_64_bit_crc_is_kept)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_forged_ struct forged f;
	struct forge_module m = { .name = "m", .versions = FORGE_SYMBOLS({ .name = "a", .crc = 1 }) };
	struct elf_section s;

	forged_open(&f, &m);
	ck_assert_int_eq(elf_section_find(&f.elf, "__versions", &s), 1);
	f.bytes.data[s.off + 4] = 5;
	ck_assert_int_eq(elf_versions(&f.elf, list_symbol, &text), 0);
	ck_assert_str_eq(strbuf_str(&text), "a 500000001 U\n");
}
END_TEST

START_TEST(longest_name_of_a_record_is_read)
{
	static const char *const name[2] = {
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabc",      /* 55 */
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefg",  /* 59 */
	};

	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		const char *n = name[layout & 1];
		struct forge_module m = {
			.name = "m",
			.versions = FORGE_SYMBOLS({ .name = n, .crc = 1 }),
		};

		set_layout(&m, layout);
		ck_assert_str_eq(versions(&m), ts_fmt("%s 1 U\n", n));
	}
}
END_TEST

START_TEST(no_section_is_no_data)
{
	struct forge_module m = { .name = "m", .imports = FORGE_SYMBOLS({ .name = "x" }) };

	ck_assert_str_eq(versions(&m), ts_fmt("error %d", ENODATA));
}
END_TEST

START_TEST(damaged_records_are_invalid)
{
	static const enum forge_defect defects[] = {
		FORGE_VERSIONS_BAD_SIZE, FORGE_VERSION_UNTERMINATED, FORGE_EXT_CRCS_BAD_SIZE,
		FORGE_EXT_NAMES_SHORT,
	};

	for (size_t i = 0; i < ARRAY_SIZE(defects); i++) {
		for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
			struct forge_module m = {
				.name = "m",
				.versions = FORGE_SYMBOLS({ .name = "a", .crc = 1 }),
				.extended = FORGE_SYMBOLS({ .name = "b", .crc = 2 }),
				.defect = defects[i],
			};

			set_layout(&m, layout);
			ck_assert_msg(strcmp(versions(&m), ts_fmt("error %d", EINVAL)) == 0, "%s: %s",
				      forge_defect_name(m.defect), versions(&m));
		}
	}
}
END_TEST

START_TEST(d13_extended_versions_are_read_alone)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		struct forge_module m = {
			.name = "m",
			.extended = FORGE_SYMBOLS({ .name = "module_layout", .crc = 0xf0000001 },
						  { .name = "b", .crc = 2 }),
		};

		set_layout(&m, layout);
		ck_assert_str_eq(versions(&m), "module_layout f0000001 U\nb 2 U\n");
	}
}
END_TEST

START_TEST(d13_symbol_in_both_is_given_once)
{
	struct forge_module m = {
		.name = "m",
		.versions = FORGE_SYMBOLS({ .name = "a", .crc = 1 }, { .name = "b", .crc = 2 }),
		.extended = FORGE_SYMBOLS({ .name = "b", .crc = 2 }, { .name = "c", .crc = 3 },
					  { .name = "a", .crc = 1 }),
	};

	ck_assert_str_eq(versions(&m), "a 1 U\nb 2 U\nc 3 U\n");
}
END_TEST

static int stop(void *data _unused_, const struct elf_symbol *s _unused_)
{
	return 42;
}

START_TEST(callback_ends_the_walk)
{
	_cleanup_forged_ struct forged f;
	struct forge_module m = { .name = "m", .versions = FORGE_SYMBOLS({ .name = "a", .crc = 1 }) };

	forged_open(&f, &m);
	ck_assert_int_eq(elf_versions(&f.elf, stop, NULL), 42);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		records_come_in_file_order_as_stored,
		upper_half_of_a_64_bit_crc_is_kept,
		longest_name_of_a_record_is_read,
		no_section_is_no_data,
		damaged_records_are_invalid,
		d13_extended_versions_are_read_alone,
		d13_symbol_in_both_is_given_once,
		callback_ends_the_walk,
		NULL,
	};

	return ts_run("elf_versions", tests, NULL, NULL);
}
