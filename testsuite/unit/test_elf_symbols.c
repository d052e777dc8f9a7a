/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/elf/elf-symbols.h"

#include <errno.h>
#include <string.h>

#include "testsuite/unit/forged.h"

#define ALL (ELF_IMPORTS_CRC | ELF_IMPORTS_LEFTOVER)

/* The list as text, or the error as "-EINVAL" does not read well: "error N". */
static const char *exports(const struct forge_module *m)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_forged_ struct forged f;
	int r;

	forged_open(&f, m);
	r = elf_exports(&f.elf, list_symbol, &text);
	return r == 0 ? ts_fmt("%s", strbuf_str(&text)) : ts_fmt("error %d", -r);
}

static const char *imports(const struct forge_module *m, unsigned flags)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_forged_ struct forged f;
	int r;

	forged_open(&f, m);
	r = elf_imports(&f.elf, flags, list_symbol, &text);
	return r == 0 ? ts_fmt("%s", strbuf_str(&text)) : ts_fmt("error %d", -r);
}

START_TEST(exports_have_their_crc_in_every_layout)
{
	static const unsigned kinds[] = { 0, FORGE_CRC_ABSOLUTE };

	for (unsigned i = 0; i < N_LAYOUTS * ARRAY_SIZE(kinds); i++) {
		struct forge_module m = {
			.name = "m",
			.exports = FORGE_SYMBOLS({ .name = "zed", .crc = 0x80000001 },
						 { .name = "abc", .crc = 2 }),
			.flags = kinds[i / N_LAYOUTS],
		};

		set_layout(&m, i % N_LAYOUTS);
		ck_assert_str_eq(exports(&m), "zed 80000001 -\nabc 2 -\n");
	}
}
END_TEST

START_TEST(with_any_crc_only_those_are_exports)
{
	struct forge_module m = {
		.name = "m",
		.exports = FORGE_SYMBOLS({ .name = "plain" }, { .name = "with", .crc = 7 }),
	};

	ck_assert_str_eq(exports(&m), "with 7 -\n");
}
END_TEST

START_TEST(d8_exports_without_crc_come_from_ksymtab_symbols)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		struct forge_module m = {
			.name = "m",
			.exports = FORGE_SYMBOLS({ .name = "b", .ns = "NAMESPACE" }, { .name = "a" }),
		};

		set_layout(&m, layout);
		ck_assert_str_eq(exports(&m), "b 0 -\na 0 -\n");
	}
}
END_TEST

START_TEST(d8_wanted_ksymtab_symbol_is_no_export)
{
	struct forge_module m = {
		.name = "m",
		.imports = FORGE_SYMBOLS({ .name = "__ksymtab_x" }),
	};

	ck_assert_str_eq(exports(&m), ts_fmt("error %d", ENODATA));
	m.exports = FORGE_SYMBOLS({ .name = "a" });
	ck_assert_str_eq(exports(&m), "a 0 -\n");
}
END_TEST

START_TEST(without_symbols_the_strings_are_the_exports)
{
	struct forge_module m = {
		.name = "m",
		.exports = FORGE_SYMBOLS({ .name = "b" }, { .name = "a" }, { .name = "b" }),
		.flags = FORGE_NO_SYMTAB,
	};

	ck_assert_str_eq(exports(&m), "b 0 -\na 0 -\nb 0 -\n");
	m.flags = FORGE_NO_KSYMTAB;
	ck_assert_str_eq(exports(&m), "b 0 -\na 0 -\nb 0 -\n");
	m.flags = FORGE_NO_KSYMTAB | FORGE_NO_STRINGS;
	ck_assert_str_eq(exports(&m), ts_fmt("error %d", ENODATA));
}
END_TEST

START_TEST(module_that_exports_nothing_says_no_data)
{
	struct forge_module m = { .name = "m", .imports = FORGE_SYMBOLS({ .name = "x" }) };

	ck_assert_str_eq(exports(&m), ts_fmt("error %d", ENODATA));
	m.flags = FORGE_NO_SYMTAB;
	ck_assert_str_eq(exports(&m), ts_fmt("error %d", ENODATA));
}
END_TEST

START_TEST(untrusted_symbol_table_falls_back_to_the_strings)
{
	static const enum forge_defect defects[] = {
		FORGE_SYMTAB_BAD_SIZE, FORGE_SYMTAB_OUTSIDE, FORGE_SYMBOL_NAME_OUTSIDE,
		FORGE_STRTAB_OUTSIDE, FORGE_STRTAB_UNTERMINATED,
	};

	for (size_t i = 0; i < ARRAY_SIZE(defects); i++) {
		for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
			struct forge_module m = {
				.name = "m",
				.exports = FORGE_SYMBOLS({ .name = "a", .crc = 1 }),
				.imports = FORGE_SYMBOLS({ .name = "x" }),
				.defect = defects[i],
			};

			set_layout(&m, layout);
			ck_assert_msg(strcmp(exports(&m), "a 0 -\n") == 0, "%s: %s",
				      forge_defect_name(m.defect), exports(&m));
		}
	}
}
END_TEST

START_TEST(unterminated_strings_are_invalid)
{
	struct forge_module m = {
		.name = "m",
		.exports = FORGE_SYMBOLS({ .name = "a" }),
		.flags = FORGE_NO_SYMTAB,
		.defect = FORGE_STRINGS_UNTERMINATED,
	};

	ck_assert_str_eq(exports(&m), ts_fmt("error %d", EINVAL));
}
END_TEST

START_TEST(crc_outside_its_section_is_all_ones)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		struct forge_module m = {
			.name = "m",
			.exports = FORGE_SYMBOLS({ .name = "a", .crc = 1 }, { .name = "b", .crc = 2 }),
			.defect = FORGE_CRC_OUTSIDE,
		};

		set_layout(&m, layout);
		ck_assert_str_eq(exports(&m), "a ffffffffffffffff -\nb 2 -\n");
	}
}
END_TEST

/* Gives the symbol another value, least significant byte only. */
static void set_value(struct forged *f, const char *crc_symbol, unsigned char value)
{
	struct elf_section symtab, strtab;
	size_t entry = f->elf.is64 ? 24 : 16;

	ck_assert_int_eq(elf_section_find(&f->elf, ".symtab", &symtab), 1);
	ck_assert_int_eq(elf_section_find(&f->elf, ".strtab", &strtab), 1);
	for (size_t at = symtab.off; at < symtab.off + symtab.size; at += entry) {
		size_t size = f->elf.is64 ? 8 : 4;
		uint32_t name;

		ck_assert(bytes_u32(bytes_of(f->bytes.data, f->bytes.len), at, f->elf.big, &name));
		if (strcmp(f->bytes.data + strtab.off + name, crc_symbol) == 0)
			f->bytes.data[at + size + (f->elf.big ? size - 1 : 0)] = (char)value;
	}
}

START_TEST(crc_that_reaches_out_of_its_section_is_all_ones)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
		_cleanup_forged_ struct forged f;
		struct forge_module m = {
			.name = "m",
			.exports = FORGE_SYMBOLS({ .name = "a", .crc = 1 }, { .name = "b", .crc = 2 }),
		};

		set_layout(&m, layout);
		forged_open(&f, &m);
		set_value(&f, "__crc_a", 4); /* the last one that fits */
		set_value(&f, "__crc_b", 5);
		ck_assert_int_eq(elf_exports(&f.elf, list_symbol, &text), 0);
		ck_assert_str_eq(strbuf_str(&text), "a 2 -\nb ffffffffffffffff -\n");
	}
}
END_TEST

START_TEST(imports_are_undefined_symbols_in_table_order)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		struct forge_module m = {
			.name = "m",
			.exports = FORGE_SYMBOLS({ .name = "mine", .crc = 9 }),
			.imports = FORGE_SYMBOLS({ .name = "z", .crc = 1 }, { .name = "a", .weak = true },
						 { .name = ".TOC." }),
		};

		set_layout(&m, layout);
		ck_assert_str_eq(imports(&m, 0), "z 0 U\na 0 W\n.TOC. 0 U\n");
	}
}
END_TEST

START_TEST(imports_find_their_crc_and_leave_the_others)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		struct forge_module m = {
			.name = "m",
			.imports = FORGE_SYMBOLS({ .name = "z", .crc = 1 },
						 { .name = "w", .crc = 0xfffffffe, .weak = true },
						 { .name = "none" }),
			.versions = FORGE_SYMBOLS({ .name = ".dot", .crc = 3 }, { .name = "z", .crc = 4 }),
		};

		set_layout(&m, layout);
		ck_assert_str_eq(imports(&m, ELF_IMPORTS_CRC), "z 1 U\nw fffffffe W\nnone 0 U\n");
		ck_assert_str_eq(imports(&m, ALL), "z 1 U\nw fffffffe W\nnone 0 U\n"
						   "module_layout 10203040 U\n.dot 3 U\nz 4 U\n");
	}
}
END_TEST

START_TEST(dotted_and_plain_names_do_not_match)
{
	struct forge_module m = {
		.name = "m",
		.imports = FORGE_SYMBOLS({ .name = ".x" }, { .name = "y" }),
		.versions = FORGE_SYMBOLS({ .name = "x", .crc = 1 }, { .name = ".y", .crc = 2 }),
	};

	ck_assert_str_eq(imports(&m, ALL), ".x 0 U\ny 0 U\nx 1 U\n.y 2 U\n");
}
END_TEST

START_TEST(d13_extended_versions_give_crcs_too)
{
	static const char *const long_name =
		"_RNvNtCs_a_name_of_a_rust_function_that_is_much_longer_than_the_56_bytes_of_a_record";

	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		struct forge_module m = {
			.name = "m",
			.imports = FORGE_SYMBOLS({ .name = long_name }, { .name = "x", .crc = 1 }),
			.extended = FORGE_SYMBOLS({ .name = "x", .crc = 5 }, { .name = long_name, .crc = 6 },
						  { .name = "only", .crc = 7 }),
		};

		set_layout(&m, layout);
		ck_assert_str_eq(imports(&m, ALL),
				 ts_fmt("%s 6 U\nx 1 U\nmodule_layout 10203040 U\nonly 7 U\n", long_name));
		m.flags = FORGE_NO_VERSIONS;
		ck_assert_str_eq(imports(&m, ALL), ts_fmt("%s 6 U\nx 5 U\nonly 7 U\n", long_name));
	}
}
END_TEST

START_TEST(versions_of_bad_size_count_as_absent)
{
	struct forge_module m = {
		.name = "m",
		.imports = FORGE_SYMBOLS({ .name = "x", .crc = 1 }),
		.defect = FORGE_VERSIONS_BAD_SIZE,
	};

	ck_assert_str_eq(imports(&m, ALL), "x 0 U\n");
}
END_TEST

START_TEST(unterminated_version_is_invalid_only_for_who_wants_it)
{
	struct forge_module m = {
		.name = "m",
		.imports = FORGE_SYMBOLS({ .name = "x", .crc = 1 }),
		.defect = FORGE_VERSION_UNTERMINATED,
	};

	ck_assert_str_eq(imports(&m, 0), "x 0 U\n");
	ck_assert_str_eq(imports(&m, ELF_IMPORTS_CRC), "x 1 U\n");
	ck_assert_str_eq(imports(&m, ALL), ts_fmt("error %d", EINVAL));
}
END_TEST

START_TEST(imports_need_a_symbol_table)
{
	static const enum forge_defect defects[] = {
		FORGE_SYMTAB_BAD_SIZE, FORGE_SYMTAB_OUTSIDE, FORGE_SYMBOL_NAME_OUTSIDE,
		FORGE_STRTAB_OUTSIDE, FORGE_STRTAB_UNTERMINATED,
	};
	struct forge_module m = { .name = "m", .flags = FORGE_NO_SYMTAB };

	ck_assert_str_eq(imports(&m, ALL), ts_fmt("error %d", EINVAL));
	m.flags = 0;
	m.imports = FORGE_SYMBOLS({ .name = "x" });
	for (size_t i = 0; i < ARRAY_SIZE(defects); i++) {
		m.defect = defects[i];
		ck_assert_msg(strcmp(imports(&m, ALL), ts_fmt("error %d", EINVAL)) == 0, "%s",
			      forge_defect_name(m.defect));
	}
}
END_TEST

/* Gives the last symbol another st_info. */
static void set_last_info(struct forged *f, unsigned char info)
{
	struct elf_section s;

	ck_assert_int_eq(elf_section_find(&f->elf, ".symtab", &s), 1);
	f->bytes.data[s.off + s.size - (f->elf.is64 ? 20 : 4)] = (char)info;
}

START_TEST(sparc_registers_are_no_imports)
{
	static const struct {
		uint16_t machine;
		const char *want;
	} rows[] = {
		{ 2, "x 0 U\n" }, { 43, "x 0 U\n" }, { 18, "x 0 U\ng1 0 U\n" }, { 62, "x 0 U\ng1 0 U\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows) * N_LAYOUTS; i++) {
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
		_cleanup_forged_ struct forged f;
		struct forge_module m = {
			.name = "m",
			.machine = rows[i / N_LAYOUTS].machine,
			.imports = FORGE_SYMBOLS({ .name = "x" }, { .name = "g1" }),
		};

		set_layout(&m, i % N_LAYOUTS);
		forged_open(&f, &m);
		set_last_info(&f, 1 << 4 | 13);
		ck_assert_int_eq(elf_imports(&f.elf, 0, list_symbol, &text), 0);
		ck_assert_str_eq(strbuf_str(&text), rows[i / N_LAYOUTS].want);
	}
}
END_TEST

static int stop_at_second(void *n, const struct elf_symbol *s _unused_)
{
	return ++*(int *)n == 2 ? 42 : 0;
}

START_TEST(callback_ends_the_walk)
{
	_cleanup_forged_ struct forged f;
	struct forge_module m = {
		.name = "m",
		.exports = FORGE_SYMBOLS({ .name = "a", .crc = 1 }, { .name = "b", .crc = 2 },
					 { .name = "c", .crc = 3 }),
		.imports = FORGE_SYMBOLS({ .name = "x" }, { .name = "y" }, { .name = "z" }),
	};
	int n = 0;

	forged_open(&f, &m);
	ck_assert_int_eq(elf_exports(&f.elf, stop_at_second, &n), 42);
	ck_assert_int_eq(n, 2);
	n = 0;
	ck_assert_int_eq(elf_imports(&f.elf, ALL, stop_at_second, &n), 42);
	ck_assert_int_eq(n, 2);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		exports_have_their_crc_in_every_layout,
		with_any_crc_only_those_are_exports,
		d8_exports_without_crc_come_from_ksymtab_symbols,
		d8_wanted_ksymtab_symbol_is_no_export,
		without_symbols_the_strings_are_the_exports,
		module_that_exports_nothing_says_no_data,
		untrusted_symbol_table_falls_back_to_the_strings,
		unterminated_strings_are_invalid,
		crc_outside_its_section_is_all_ones,
		crc_that_reaches_out_of_its_section_is_all_ones,
		imports_are_undefined_symbols_in_table_order,
		imports_find_their_crc_and_leave_the_others,
		dotted_and_plain_names_do_not_match,
		d13_extended_versions_give_crcs_too,
		versions_of_bad_size_count_as_absent,
		unterminated_version_is_invalid_only_for_who_wants_it,
		imports_need_a_symbol_table,
		sparc_registers_are_no_imports,
		callback_ends_the_walk,
		NULL,
	};

	return ts_run("elf_symbols", tests, NULL, NULL);
}
