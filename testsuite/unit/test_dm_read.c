/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-read.h"

#include "testsuite/forge/forge.h"
#include "testsuite/lib/ts.h"

#define N 40

static struct dm_module modules[N];
static struct dm_modules list = { .list = { .at = modules, .n = N } };
static struct dm_reading reading;

static void put_modules(void)
{
	for (unsigned i = 0; i < N; i++) {
		struct forge_module m = {
			.name = "m",
			.exports = FORGE_SYMBOLS({ .name = ts_fmt("e%u", i), .crc = 1 }),
			.imports = FORGE_SYMBOLS({ .name = "common" }),
		};

		modules[i].path = ts_fmt("m%u.ko", i);
		modules[i].size = (i * 7) % 11;
		ck_assert_int_eq(
			forge_write(&m, IMAGE_PLAIN, ts_path("%s", modules[i].path)), 0);
	}
}

static void teardown(void)
{
	dm_reading_fini(&reading);
}

START_TEST(facts_stand_at_their_module_whoever_read_them)
{
	struct dm_facts_options options = { 0 };

	put_modules();
	for (unsigned jobs = 1; jobs <= 5; jobs += 2) {
		dm_reading_fini(&reading);
		ck_assert_int_eq(dm_read_modules(&list, ts_root(), &options, jobs, NULL,
						 NULL, &reading),
				 0);
		ck_assert_uint_eq(reading.n_workers, jobs);
		for (unsigned i = 0; i < N; i++) {
			ck_assert_int_eq(reading.facts[i].error, 0);
			ck_assert_str_eq(reading.facts[i].exports[0].sym->name,
					 ts_fmt("e%u", i));
			ck_assert_str_eq(reading.facts[i].imports[0]->name, "common");
		}
	}
}
END_TEST

START_TEST(missing_directory_makes_every_module_a_fact)
{
	struct dm_facts_options options = { 0 };

	put_modules();
	modules[5].path = ts_path("m5.ko");
	ck_assert_int_eq(dm_read_modules(&list, ts_path("none"), &options, 2, NULL, NULL,
					 &reading),
			 0);
	ck_assert_int_lt(reading.facts[0].error, 0);
	ck_assert_int_eq(reading.facts[5].error, 0);
}
END_TEST

START_TEST(a_file_is_no_directory)
{
	struct dm_facts_options options = { 0 };

	put_modules();
	ck_assert_int_lt(dm_read_modules(&list, ts_path("m0.ko"), &options, 2, NULL, NULL,
					 &reading),
			 0);
}
END_TEST

START_TEST(vanished_module_is_a_fact)
{
	struct dm_facts_options options = { 0 };

	put_modules();
	ts_remove("m3.ko");
	ck_assert_int_eq(
		dm_read_modules(&list, ts_root(), &options, 2, NULL, NULL, &reading), 0);
	ck_assert_int_lt(reading.facts[3].error, 0);
	ck_assert_int_eq(reading.facts[4].error, 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		facts_stand_at_their_module_whoever_read_them,
		missing_directory_makes_every_module_a_fact,
		a_file_is_no_directory,
		vanished_module_is_a_fact,
		NULL,
	};

	return ts_run("dm_read", tests, NULL, teardown);
}
