/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-symbols.h"

#include <string.h>

#include "testsuite/unit/dm-forge-graph.h"

static struct dm_intern table;
static struct dm_diags diags;

static void setup(void)
{
	table = DM_INTERN_INIT;
	diags = DM_DIAGS_INIT;
}

static void teardown(void)
{
	dm_intern_fini(&table);
	dm_diags_fini(&diags);
}

static struct dm_sym *sym(const char *name)
{
	return dm_intern(&table, name, strlen(name));
}

static bool known(const char *name)
{
	return sym(name)->owner == DM_KERNEL;
}

static void read_symvers(const char *text)
{
	ck_assert_int_eq(dm_symbols_from_symvers(&table, "f",
						 bytes_of(text, strlen(text)), 0, &diags),
			 0);
}

static void read_map(const char *text, char prefix)
{
	ck_assert_int_eq(dm_symbols_from_system_map(&table, "f",
						    bytes_of(text, strlen(text)), prefix,
						    &diags),
			 0);
}

START_TEST(three_names_are_always_there)
{
	read_symvers("");
	ck_assert(known("__this_module"));
	ck_assert(known("_GLOBAL_OFFSET_TABLE_"));
	ck_assert(known("TOC."));
	ck_assert(!known("printk"));
}
END_TEST

START_TEST(symvers_takes_lines_of_the_kernel_only)
{
	read_symvers("0x1f\ta\tvmlinux\tEXPORT_SYMBOL\n"
		     "2a b  vmlinux X NS\n"
		     "0x1\tc\tvmlinux2\tX\n"
		     "0x1\td\tvmlinux\n"
		     "0x1 e\n\n"
		     "0x1\tf\tvmlinux\t");
	ck_assert(known("a") && known("b") && known("f"));
	ck_assert(!known("c") && !known("d") && !known("e"));
	ck_assert_uint_eq(sym("a")->crc, 0x1f);
	ck_assert_uint_eq(sym("b")->crc, 0x2a);
	ck_assert_uint_eq(diags.list.n, 0);
}
END_TEST

START_TEST(bad_version_is_named_with_its_line)
{
	read_symvers("0x1\ta\tvmlinux\tX\n0xzz\tb\tvmlinux\tX\n");
	ck_assert(!known("b"));
	ck_assert_str_eq(diags.list.at[0].text,
			 "f:2 Invalid symbol version 0xzz: Success");
}
END_TEST

START_TEST(system_map_takes_ksymtab_entries)
{
	read_map("00 r __ksymtab_a\n00 T b\n00 ? __ksymtab_c d\nff  __ksymtab_e", 0);
	ck_assert(known("a") && known("c d") && known("e"));
	ck_assert(!known("b"));
}
END_TEST

START_TEST(system_map_may_carry_the_prefix_character)
{
	read_map("00 r ___ksymtab_a\n00 r __ksymtab__b\n", '_');
	ck_assert(known("a"));
}
END_TEST

START_TEST(line_without_two_blanks_is_named)
{
	read_map("00 r __ksymtab_a\nnonsense\n\n", 0);
	ck_assert_uint_eq(diags.list.n, 2);
	ck_assert_str_eq(diags.list.at[0].text, "f:2: invalid line: nonsense");
	ck_assert_str_eq(diags.list.at[1].text, "f:3: invalid line: ");
}
END_TEST

START_TEST(later_module_replaces_earlier_and_the_kernel)
{
	struct hand hand;

	hand_init(&hand, "a: a:");
	ck_assert_uint_eq(hand.exports[0].sym->owner, 1);
	hand.exports[0].sym->owner = DM_KERNEL;
	dm_symbols_settle(hand.facts, 1);
	ck_assert_uint_eq(hand.exports[0].sym->owner, 0);
	hand_fini(&hand);
}
END_TEST

START_TEST(check_is_silent_about_weak_references)
{
	struct dm_import_check checks[] = { { 0, true }, { 0, false }, { 5, false } };
	struct hand hand;

	hand_init(&hand, "m:w,u,m");
	hand.facts[0].checks = checks;
	hand.facts[0].n_checks = 3;
	dm_symbols_check(&hand.list, hand.facts, "/dir", true, &diags);
	ck_assert_uint_eq(diags.list.n, 2);
	ck_assert_str_eq(diags.list.at[0].text, "/dir/m needs unknown symbol u");
	ck_assert_str_eq(diags.list.at[1].text,
			 "/dir/m disagrees about version of symbol m");
	hand_fini(&hand);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		three_names_are_always_there,
		symvers_takes_lines_of_the_kernel_only,
		bad_version_is_named_with_its_line,
		system_map_takes_ksymtab_entries,
		system_map_may_carry_the_prefix_character,
		line_without_two_blanks_is_named,
		later_module_replaces_earlier_and_the_kernel,
		check_is_silent_about_weak_references,
		NULL,
	};

	return ts_run("dm_symbols", tests, setup, teardown);
}
