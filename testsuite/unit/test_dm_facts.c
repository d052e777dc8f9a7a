/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-facts.h"

#include <errno.h>
#include <fcntl.h>

#include "testsuite/forge/forge.h"
#include "testsuite/lib/ts.h"

static struct dm_worker *worker;
static struct strbuf bytes;

static void setup(void)
{
	worker = dm_worker_new();
	ck_assert_ptr_nonnull(worker);
	bytes = STRBUF_INIT;
}

static void teardown(void)
{
	dm_worker_free(worker);
	strbuf_fini(&bytes);
}

static struct dm_facts facts_with(struct forge_module m, struct dm_facts_options o)
{
	struct dm_facts f = { 0 };
	struct image *img;

	m.name = "m";
	m.flags |= FORGE_BARE_MODINFO;
	bytes.len = 0;
	ck_assert_int_eq(forge_build(&m, &bytes), 0);
	ck_assert_int_eq(image_from_bytes(bytes_of(bytes.data, bytes.len), &img), 0);
	ck_assert_int_eq(dm_facts_of_image(worker, img, &o, &f), 0);
	image_close(img);
	return f;
}

#define facts(...)                                                     \
	facts_with((struct forge_module){ .padding = 0, __VA_ARGS__ }, \
		   (struct dm_facts_options){ 0 })

START_TEST(symbols_and_texts_are_taken_in_file_order)
{
	struct dm_facts f =
		facts(.modinfo = FORGE_STRINGS("alias=one", "softdep=pre: x", "aliasx=no",
					       "alias=two", "weakdep=w", "alias="),
		      .exports = FORGE_SYMBOLS({ .name = "e1", .crc = 5 },
					       { .name = "e2", .crc = 6 }),
		      .imports = FORGE_SYMBOLS({ .name = "i1" },
					       { .name = "i2", .weak = true }));

	ck_assert_int_eq(f.error, 0);
	ck_assert_uint_eq(f.n_exports, 2);
	ck_assert_str_eq(f.exports[1].sym->name, "e2");
	ck_assert_uint_eq(f.exports[0].crc, 5);
	ck_assert_uint_eq(f.n_imports, 2);
	ck_assert_str_eq(f.imports[0]->name, "i1");
	ck_assert_ptr_null(f.checks);
	ck_assert_uint_eq(f.aliases.n, 3);
	ck_assert_str_eq(f.aliases.at[1], "two");
	ck_assert_str_eq(f.aliases.at[2], "");
	ck_assert_str_eq(f.softdeps.at[0], "pre: x");
	ck_assert_str_eq(f.weakdeps.at[0], "w");
}
END_TEST

START_TEST(every_class_and_byte_order_gives_the_same_facts)
{
	for (unsigned i = 0; i < 4; i++) {
		struct dm_facts f =
			facts(.bits32 = i & 1, .big = i & 2,
			      .modinfo = FORGE_STRINGS("alias=a"),
			      .exports = FORGE_SYMBOLS({ .name = "e", .crc = 0x1234 }),
			      .imports = FORGE_SYMBOLS({ .name = "i" }));

		ck_assert_int_eq(f.error, 0);
		ck_assert_uint_eq(f.exports[0].crc, 0x1234);
		ck_assert_str_eq(f.imports[0]->name, "i");
		ck_assert_str_eq(f.aliases.at[0], "a");
	}
}
END_TEST

START_TEST(checks_tell_weakness_and_version)
{
	struct dm_facts f = facts_with(
		(struct forge_module){
			.imports = FORGE_SYMBOLS({ .name = "a", .crc = 7 },
						 { .name = "b", .weak = true }) },
		(struct dm_facts_options){ .checks = true });

	ck_assert_uint_eq(f.n_imports, 2);
	ck_assert_uint_eq(f.checks[0].crc, 7);
	ck_assert(!f.checks[0].weak);
	ck_assert(f.checks[1].weak);
}
END_TEST

START_TEST(versions_without_a_symbol_are_checked_only)
{
	struct forge_module m = {
		.imports = FORGE_SYMBOLS({ .name = "a", .crc = 7 }),
	};
	struct dm_facts f = facts_with(m, (struct dm_facts_options){ .checks = true });

	ck_assert_uint_eq(f.n_imports, 1);
	ck_assert_uint_eq(f.n_checks, 2);
	ck_assert_str_eq(f.imports[1]->name, "module_layout");
	ck_assert_uint_eq(f.checks[1].crc, FORGE_MODULE_LAYOUT_CRC);
	f = facts_with(m, (struct dm_facts_options){ 0 });
	ck_assert_uint_eq(f.n_imports, 1);
	ck_assert_uint_eq(f.n_checks, 0);
}
END_TEST

START_TEST(one_dot_and_one_prefix_character_are_dropped)
{
	struct dm_facts f = facts_with(
		(struct forge_module){
			.exports = FORGE_SYMBOLS({ .name = "_e", .crc = 1 },
						 { .name = ".d", .crc = 1 }),
			.imports = FORGE_SYMBOLS({ .name = "._i" }, { .name = "..j" },
						 { .name = "__k" }) },
		(struct dm_facts_options){ .symbol_prefix = '_' });

	ck_assert_str_eq(f.exports[0].sym->name, "e");
	ck_assert_str_eq(f.exports[1].sym->name, ".d");
	ck_assert_str_eq(f.imports[0]->name, "i");
	ck_assert_str_eq(f.imports[1]->name, ".j");
	ck_assert_str_eq(f.imports[2]->name, "_k");
}
END_TEST

START_TEST(names_are_shared_between_modules)
{
	struct dm_facts a = facts(.imports = FORGE_SYMBOLS({ .name = "printk" }));
	struct dm_facts b =
		facts(.exports = FORGE_SYMBOLS({ .name = "printk", .crc = 1 }));

	ck_assert_ptr_eq(a.imports[0], b.exports[0].sym);
	ck_assert_uint_eq(dm_worker_symbols(worker)->map.n, 1);
}
END_TEST

START_TEST(damaged_symbols_leave_the_texts)
{
	struct dm_facts f = facts(.defect = FORGE_SYMTAB_BAD_SIZE,
				  .modinfo = FORGE_STRINGS("alias=a"),
				  .flags = FORGE_NO_STRINGS,
				  .imports = FORGE_SYMBOLS({ .name = "i" }),
				  .exports = FORGE_SYMBOLS({ .name = "e", .crc = 1 }));

	ck_assert_int_lt(f.error, 0);
	ck_assert_uint_eq(f.n_exports, 0);
	ck_assert_uint_eq(f.n_imports, 0);
	ck_assert_uint_eq(f.aliases.n, 1);
}
END_TEST

START_TEST(no_defect_is_a_failure_of_the_run)
{
	for (int d = 0; d < N_FORGE_DEFECTS_; d++) {
		struct dm_facts f =
			facts(.defect = (enum forge_defect)d, .signature = FORGE_PKCS7,
			      .modinfo = FORGE_STRINGS("alias=a"),
			      .imports = FORGE_SYMBOLS({ .name = "i", .crc = 1 }),
			      .exports = FORGE_SYMBOLS({ .name = "e", .crc = 1 }));

		ck_assert_msg(f.error <= 0, "%s",
			      forge_defect_name((enum forge_defect)d));
	}
}
END_TEST

START_TEST(file_that_is_not_there_is_a_fact_too)
{
	struct dm_facts f = { 0 };
	struct dm_facts_options o = { 0 };

	ck_assert_int_eq(dm_facts_read(worker, AT_FDCWD, ts_path("none.ko"), &o, &f), 0);
	ck_assert_int_eq(f.error, -ENOENT);
	ts_write("text.ko", "something else entirely");
	ck_assert_int_eq(dm_facts_read(worker, AT_FDCWD, ts_path("text.ko"), &o, &f), 0);
	ck_assert_int_eq(f.error, -ENOEXEC);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		symbols_and_texts_are_taken_in_file_order,
		every_class_and_byte_order_gives_the_same_facts,
		checks_tell_weakness_and_version,
		versions_without_a_symbol_are_checked_only,
		one_dot_and_one_prefix_character_are_dropped,
		names_are_shared_between_modules,
		damaged_symbols_leave_the_texts,
		no_defect_is_a_failure_of_the_run,
		file_that_is_not_there_is_a_fact_too,
		NULL,
	};

	return ts_run("dm_facts", tests, setup, teardown);
}
