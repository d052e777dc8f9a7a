/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/live/live.h"

#include "libkmod/module/mod.h"
#include "testsuite/unit/module-tree.h"

static struct kmod_ctx *ctx;

static void setup(void)
{
	ctx = mt_ctx();
	kmod_set_log_fn(ctx, NULL, NULL);
}

static void teardown(void)
{
	kmod_unref(ctx);
}

static void load(const char *name, const char *refcnt)
{
	ts_write(ts_fmt("sys/module/%s/initstate", name), "live\n");
	ts_write(ts_fmt("sys/module/%s/coresize", name), "4096\n");
	if (refcnt)
		ts_write(ts_fmt("sys/module/%s/refcnt", name), refcnt);
	ts_mkdir(ts_fmt("sys/module/%s/holders", name));
}

START_TEST(three_facts_come_at_once)
{
	struct live_usage usage = { 0 };

	load("x", "2\n");
	ts_write("sys/module/x/holders/snd-one", "");
	ck_assert_int_eq(live_usage(ctx, "x", &usage), 1);
	ck_assert_int_eq(usage.size, 4096);
	ck_assert_int_eq(usage.refcnt, 2);
	ck_assert_uint_eq(usage.n_holders, 1);
	ck_assert_str_eq(usage.holders.data, "snd_one");

	load("y", "0\n"); /* the buffer is used again */
	ck_assert_int_eq(live_usage(ctx, "y", &usage), 1);
	ck_assert_uint_eq(usage.n_holders, 0);
	strbuf_fini(&usage.holders);
}
END_TEST

START_TEST(d34_module_that_is_gone_is_told)
{
	struct live_usage usage = { 0 };

	ck_assert_int_eq(live_usage(ctx, "x", &usage), 0);
	ck_assert_int_eq(live_usage(ctx, "../x", &usage), 0);
}
END_TEST

START_TEST(kernel_without_counts_is_told)
{
	struct live_usage usage = { 0 };

	load("x", NULL);
	ck_assert_int_eq(live_usage(ctx, "x", &usage), 1);
	ck_assert_int_eq(usage.refcnt, LIVE_NOT_COUNTED);
	load("x", "-1\n");
	ck_assert_int_eq(live_usage(ctx, "x", &usage), 1);
	ck_assert_int_eq(usage.refcnt, -1);
	strbuf_fini(&usage.holders);
}
END_TEST

START_TEST(size_comes_from_proc_without_coresize)
{
	struct live_usage usage = { 0 };

	load("x", "1\n");
	ts_remove("sys/module/x/coresize");
	ts_write("proc/modules", "x 512 1 - Live 0x0\n");
	ck_assert_int_eq(live_usage(ctx, "x", &usage), 1);
	ck_assert_int_eq(usage.size, 512);
	strbuf_fini(&usage.holders);
}
END_TEST

START_TEST(many_holders_are_all_listed)
{
	struct live_usage usage = { 0 };
	struct live_names names = { 0 };
	size_t off = 0;

	load("x", "300\n");
	for (int i = 0; i < 300; i++)
		ts_write(ts_fmt("sys/module/x/holders/a_rather_long_module_name_%d", i), "");
	ck_assert_int_eq(live_usage(ctx, "x", &usage), 1);
	ck_assert_uint_eq(usage.n_holders, 300);
	ck_assert_int_eq(live_holders(ctx, "x", &names), 0);
	ck_assert_uint_eq(names.names.n, 300);
	for (size_t i = 0; i < 300; i++) {
		ck_assert_str_eq(usage.holders.data + off, names.names.at[i]);
		off += strlen(names.names.at[i]) + 1;
	}
	live_names_fini(&names);
	strbuf_fini(&usage.holders);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { three_facts_come_at_once,
				 d34_module_that_is_gone_is_told,
				 kernel_without_counts_is_told,
				 size_comes_from_proc_without_coresize,
				 many_holders_are_all_listed,
				 NULL };

	return ts_run_trapped("live-usage", tests, setup, teardown);
}
