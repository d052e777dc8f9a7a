/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * depmod under every single fault: the old set stands, or the new one, whole; what was
 * not right was said; nothing temporary remains.
 */
#include <errno.h>
#include <fcntl.h>

#include "shared/fsio.h"
#include "testsuite/cli/depmod-tree.h"
#include "testsuite/lib/sweep.h"
#include "tools/depmod/dm-emit.h"

/* After an undisturbed run. */
static const char *wanted[DM_N_OUTPUTS];
static size_t wanted_len[DM_N_OUTPUTS];
static const char *const *options;

static const char *old_text(size_t i)
{
	return ts_fmt("old %s\n", dm_output_names[i]);
}

static void setup(void)
{
	put("kernel/a.ko", .modinfo = FORGE_STRINGS("alias=pci:v*", "softdep=pre: c"),
	    .imports = FORGE_SYMBOLS({ .name = "fb" }));
	put("kernel/b.ko", .exports = FORGE_SYMBOLS({ .name = "fb", .crc = 1 }));
	put_as("kernel/c.ko", forge_readable(IMAGE_ZSTD),
	       (struct forge_module){ .exports = FORGE_SYMBOLS({ .name = "fc" }) });
	put_as("kernel/large.ko", IMAGE_PLAIN,
	       (struct forge_module){ .padding = 100000, .modinfo = FORGE_STRINGS(
			"alias=devname:x", "alias=char-major-1-2") });
	put_build_files("kernel/b.ko\n");
	ts_write("etc/depmod.d/x.conf", "search updates built-in\n");
}

static void learn(void)
{
	const char *const *o = options;
	struct ts_result r = ts_tool("depmod", o[0], o[1], o[2]);

	ts_expect(r, 0, "", "");
	for (size_t i = 0; i < DM_N_OUTPUTS; i++)
		wanted[i] = ts_read(in_tree(dm_output_names[i]), &wanted_len[i]);
}

enum state { OLD, NEW, OTHER };

static enum state state_of(size_t i)
{
	size_t len;
	const char *text = ts_read(in_tree(dm_output_names[i]), &len);

	if (str_eq(text, old_text(i)))
		return OLD;
	return len == wanted_len[i] && memcmp(text, wanted[i], len) == 0 ? NEW : OTHER;
}

static void no_litter(const char *name)
{
	struct fs_names list;

	ck_assert_int_eq(fs_list_dir(AT_FDCWD, ts_path(TS_MODULES), &list), 0);
	for (size_t i = 0; i < list.names.n; i++)
		ck_assert_msg(list.names.at[i][0] != '.', "%s left %s", name, list.names.at[i]);
	fs_names_fini(&list);
}

/* Closing standard output is too late for the old set. */
static bool is_late(const struct sweep_fault *f)
{
	return str_eq(f->kind, "close");
}

static void look(const struct sweep_fault *f, bool happened, const struct ts_result *r)
{
	const char *name = sweep_name(f);
	size_t n[3] = { 0 };

	ck_assert_msg(r->status == 0 || r->status == 1, "%s: status %d", name, r->status);
	for (size_t i = 0; i < DM_N_OUTPUTS; i++)
		n[state_of(i)]++;
	no_litter(name);
	if (!happened || f->harmless)
		ck_assert_msg(r->status == 0 && n[NEW] == DM_N_OUTPUTS && r->err_len == 0,
			      "%s: status %d, %zu new, %s", name, r->status, n[NEW], r->err);
	else if (r->status == 0)
		/* What it could do without, it did without, and said so. */
		ck_assert_msg(n[OLD] == 0 && (n[OTHER] == 0 || r->err_len > 0),
			      "%s: %zu old, %zu other, %s", name, n[OLD], n[OTHER], r->err);
	else
		ck_assert_msg(r->err_len > 0 && n[OTHER] == 0 && (n[NEW] == 0 || is_late(f)),
			      "%s: %zu new, %zu other, %s", name, n[NEW], n[OTHER], r->err);
}

static void run(const struct sweep_fault *f)
{
	for (size_t i = 0; i < DM_N_OUTPUTS; i++)
		ts_write(in_tree(dm_output_names[i]), old_text(i));
	struct ts_result r = ts_tool("depmod", options[0], options[1], options[2]);
	bool happened = sweep_end();

	look(f, happened, &r);
}

START_TEST(any_fault_leaves_a_whole_set)
{
	options = (const char *const[]){ "-j1", "-a", TS_KERNEL };
	learn();
	sweep("depmod", run);
}
END_TEST

START_TEST(any_fault_of_parallel_runs_leaves_a_whole_set)
{
	options = (const char *const[]){ "-j4", "--no-sync", TS_KERNEL };
	learn();
	sweep("depmod -j4 --no-sync", run);
}
END_TEST

/* The file that could not be written is named, with the cause. */
START_TEST(a_failed_write_names_file_and_cause)
{
	for (unsigned long n = 1; n <= DM_N_OUTPUTS; n++) {
		ts_fail("write", n, ENOSPC);
		struct ts_result r = ts_tool("depmod", "-j1");

		ck_assert(ts_fail_happened());
		ts_expect(r, 1, "",
			  ts_fmt("depmod: ERROR: could not write /" TS_MODULES
				 "/%s: No space left on device\n", dm_output_names[n - 1]));
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		any_fault_leaves_a_whole_set,
		any_fault_of_parallel_runs_leaves_a_whole_set,
		a_failed_write_names_file_and_cause,
		NULL,
	};
	return ts_run("sweep_depmod", tests, setup, NULL);
}
