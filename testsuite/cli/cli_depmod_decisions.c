/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where depmod deliberately differs from the existing one; by number. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testsuite/cli/depmod-tree.h"

static const char *const outputs[] = {
	"modules.dep",         "modules.dep.bin",
	"modules.alias",       "modules.alias.bin",
	"modules.softdep",     "modules.weakdep",
	"modules.symbols",     "modules.symbols.bin",
	"modules.builtin.bin", "modules.builtin.alias.bin",
	"modules.devname",
};

/* Every output replaced by a mark, to see later whether it was touched. */
static void put_old_set(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++)
		ts_write(in_tree(outputs[i]), "old\n");
}

static void expect_old_set(void)
{
	struct ts_result r = ts_tool("/bin/ls", "-A", "/" TS_MODULES);

	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++)
		ck_assert_msg(str_eq(ts_read(in_tree(outputs[i]), NULL), "old\n"), "%s",
			      outputs[i]);
	ck_assert_msg(!strstr(r.out, "kmod-new"), "%s", r.out);
}

START_TEST(d1_order_is_the_build_s_then_that_of_paths)
{
	put_build_files("z/last.ko\n");
	put("b/usb.ko", .flags = 0);
	put("B/upper.ko", .flags = 0);
	put("z/last.ko", .flags = 0);
	put("a.ko", .flags = 0);
	put("b-c/x.ko", .flags = 0);
	expect(ts_tool("depmod"), 0, "", "");
	expect_file("modules.dep",
		    "z/last.ko:\nB/upper.ko:\na.ko:\nb-c/x.ko:\nb/usb.ko:\n");
}
END_TEST

START_TEST(d1_symbols_are_by_owner_then_name)
{
	put_build_files("b.ko\na.ko\n");
	put("a.ko", .exports = FORGE_SYMBOLS({ .name = "z", .crc = 1 },
					     { .name = "m", .crc = 1 }));
	put("b.ko", .exports = FORGE_SYMBOLS({ .name = "y", .crc = 1 },
					     { .name = "n", .crc = 1 }));
	expect(ts_tool("depmod"), 0, "", "");
	expect_file("modules.symbols",
		    "# Aliases for symbols, used by symbol_request().\n"
		    "alias symbol:n b\nalias symbol:y b\n"
		    "alias symbol:m a\nalias symbol:z a\n");
}
END_TEST

START_TEST(d2_missing_input_makes_a_valid_empty_index)
{
	static const char *const names[] = { "modules.builtin.bin",
					     "modules.builtin.alias.bin" };
	static const char empty[] = "\xb0\x07\xf4\x57\0\2\0\1\0\0\0\x0c";

	ts_mkdir(TS_MODULES);
	expect(ts_tool("depmod"), 0, "", NO_ORDER NO_BUILTIN);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t len;
		char *data = ts_read(in_tree(names[i]), &len);

		ck_assert_uint_eq(len, 12);
		ck_assert_mem_eq(data, empty, 12);
	}
}
END_TEST

START_TEST(d3_any_failed_write_leaves_the_old_set)
{
	static const struct {
		const char *kind;
		int error;
	} rows[] = {
		{ "write", ENOSPC }, { "write", TS_SHORT }, { "close", EIO },
		{ "fsync", EIO },    { "rename", EACCES },
	};

	put_build_files("");
	put("a.ko", .flags = 0);
	/* The first of each kind; short writes are finished by a second one. */
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool may_work = rows[i].error == TS_SHORT ||
				str_eq(rows[i].kind, "close");
		struct ts_result r;

		put_old_set();
		ts_fail(rows[i].kind, 1, rows[i].error);
		r = ts_tool("depmod", "-j1");
		ts_fail_off();
		if (may_work && r.status == 0)
			continue;
		ck_assert_msg(r.status == 1, "%s: %d", rows[i].kind, r.status);
		ck_assert_ptr_nonnull(strstr(r.err,
					     "depmod: ERROR: could not write /" TS_MODULES
					     "/modules."));
		ck_assert_ptr_nonnull(strstr(r.err, strerror(rows[i].error)));
		expect_old_set();
	}
}
END_TEST

START_TEST(d3_a_rename_that_fails_late_leaves_the_old_set)
{
	put_old_set();
	ts_fail("rename", 7, EPERM);
	struct ts_result r = ts_tool("depmod");
	bool happened = ts_fail_happened();
	ts_fail_off();

	ck_assert(happened && r.status == 1);
	ck_assert_ptr_nonnull(strstr(r.err, ": Operation not permitted\n"));
	expect_old_set();
}
END_TEST

START_TEST(d3_a_lock_that_cannot_be_taken_is_named)
{
	put_old_set();
	ts_symlink("elsewhere", TS_MODULES "/.kmod-lock");
	struct ts_result r = ts_tool("depmod");

	ts_expect(r, 1, "",
		  "depmod: FATAL: could not lock /" TS_MODULES
		  "/.kmod-lock: Too many levels of symbolic links\n");
	expect_old_set();
}
END_TEST

START_TEST(d3_full_disk_at_any_write_leaves_the_old_set)
{
	put_build_files("");
	put("a.ko", .modinfo = FORGE_STRINGS("alias=x"));
	for (unsigned long nth = 1;; nth++) {
		struct ts_result r;

		put_old_set();
		ts_fail("write", nth, ENOSPC);
		r = ts_tool("depmod", "-j1");
		if (!ts_fail_happened())
			break;
		/* The last write may be that of the message. */
		if (r.status == 0)
			continue;
		ck_assert_int_eq(r.status, 1);
		expect_old_set();
	}
	ts_fail_off();
	expect_file("modules.dep", "a.ko:\n");
}
END_TEST

START_TEST(d3_limit_on_file_sizes_leaves_the_old_set)
{
	put_build_files("k/b.ko\n");
	put("k/a.ko", .modinfo = FORGE_STRINGS("alias=x-y"));
	put_old_set();
	/* Through a pipe: the limit is on the file that catches messages, too. */
	struct ts_result r = ts_tool("/bin/sh", "-c",
				     "m=$( (ulimit -f 0; exec depmod -j1) 2>&1); r=$?; "
				     "echo \"$m\" >&2; exit $r");

	ck_assert_msg(r.status == 1 && strstr(r.err, "File too large"), "%d: %s",
		      r.status, r.err);
	expect_old_set();
}
END_TEST

START_TEST(d3_short_memory_leaves_the_old_set)
{
	if (!ts_can_fail_alloc())
		return;
	put_build_files("k/b.ko\n");
	ts_write("etc/depmod.d/a.conf", "search extra\noverride a * k\n");
	put("k/a.ko", .modinfo = FORGE_STRINGS("alias=x-y", "softdep=pre: z"),
	    .imports = FORGE_SYMBOLS({ .name = "f" }));
	put("k/b.ko", .exports = FORGE_SYMBOLS({ .name = "f", .crc = 1 }));
	put_old_set();
	for (unsigned long nth = 1;; nth++) {
		struct ts_result r;

		ts_fail("alloc", nth, ENOMEM);
		r = ts_tool("depmod", "-j2", "--no-sync");
		if (!ts_fail_happened())
			break;
		if (r.status == 0) {
			put_old_set();
			continue;
		}
		ck_assert_int_eq(r.status, 1);
		ck_assert_msg(r.err_len > 0, "allocation %lu", nth);
		expect_old_set();
	}
	ts_fail_off();
	expect_file("modules.dep", "k/b.ko:\nk/a.ko: k/b.ko\n");
}
END_TEST

START_TEST(d3_no_sync_skips_the_flushing)
{
	put_build_files("");
	put("a.ko", .flags = 0);
	ts_fail("fsync", 1, EIO);
	expect(ts_tool("depmod", "--no-sync"), 0, "", "");
	ck_assert(!ts_fail_happened());
	ts_fail_off();
	expect_file("modules.dep", "a.ko:\n");
}
END_TEST

START_TEST(d3_litter_of_a_killed_run_goes_away)
{
	put_build_files("");
	ts_write(in_tree(".modules.dep.kmod-new"), "half a fi");
	expect(ts_tool("depmod"), 0, "", "");
	ck_assert(!ts_exists(in_tree(".modules.dep.kmod-new")));
}
END_TEST

START_TEST(d3_two_runs_take_turns)
{
	ck_assert_int_eq(forge_tree(ts_path(TS_MODULES), 60, IMAGE_PLAIN), 0);
	expect(ts_tool("/bin/sh", "-c", "depmod & depmod & depmod; r=$?; wait; exit $r"),
	       0, "", "");
	ck_assert_ptr_nonnull(strchr(ts_read(in_tree("modules.dep"), NULL), '\n'));
	struct ts_result r = ts_tool("/bin/ls", "-A", "/" TS_MODULES);
	ck_assert_ptr_null(strstr(r.out, "kmod-new"));
}
END_TEST

START_TEST(d4_path_that_sorts_first_wins_and_warn_names_all)
{
	put_build_files("");
	put("c/m.ko", .flags = 0);
	put("a/m.ko", .flags = 0);
	put("b/m.ko", .flags = 0);
	expect(ts_tool("depmod", "-w"), 0, "",
	       "depmod: WARNING: duplicate module m: a/m.ko wins over b/m.ko\n"
	       "depmod: WARNING: duplicate module m: a/m.ko wins over c/m.ko\n");
	expect_file("modules.dep", "a/m.ko:\n");
}
END_TEST

START_TEST(d5_hidden_files_are_no_modules)
{
	put_build_files("");
	put(".x.ko", .flags = 0);
	put("k/.ko", .flags = 0);
	put("k/a.ko", .flags = 0);
	expect(ts_tool("depmod"), 0, "", "");
	expect_file("modules.dep", "k/a.ko:\n");
}
END_TEST

START_TEST(d5_directory_loops_are_named_once)
{
	put_build_files("");
	put("k/a.ko", .flags = 0);
	ts_symlink("..", in_tree("k/up"));
	ts_symlink(".", in_tree("k/self"));
	expect(ts_tool("depmod"), 0, "",
	       "depmod: ERROR: /" TS_MODULES "/k/self: directory loop, not followed\n"
	       "depmod: ERROR: /" TS_MODULES "/k/up: directory loop, not followed\n");
	expect_file("modules.dep", "k/a.ko:\n");
}
END_TEST

START_TEST(d5_links_in_all_directions_end)
{
	put_build_files("");
	for (int i = 0; i < 12; i++) {
		put(ts_fmt("d%02d/m%d.ko", i, i), .flags = 0);
		for (int j = 0; j < 12; j++)
			ts_symlink(ts_fmt("../d%02d", j),
				   in_tree(ts_fmt("d%02d/to%d", i, j)));
	}
	struct ts_result r = ts_tool("depmod");

	ts_expect(r, 0, "", NULL);
	ck_assert_uint_lt(r.err_len, 20000);
	ck_assert(str_starts_with(ts_read(in_tree("modules.dep"), NULL), "d00/m0.ko:\n"));
}
END_TEST

/* ---- -A ---- */

static void put_fresh_tree(void)
{
	put("k/a.ko", .flags = 0);
	put("k/b.ko", .flags = 0);
	put_build_files("");
	expect(ts_tool("depmod"), 0, "", "");
	expect(ts_tool("depmod", "-A"), 0, "", "");
}

/* Did -A find something to do? Shown by a mark that a run wipes out. */
static bool quick_runs(void)
{
	static const char mark[] = "# mark\n";

	ts_write(in_tree("modules.alias"), mark);
	expect(ts_tool("depmod", "-A"), 0, "", NULL);
	return !str_eq(ts_read(in_tree("modules.alias"), NULL), mark);
}

START_TEST(d6_nothing_new_means_nothing_to_do)
{
	put_fresh_tree();
	ck_assert(!quick_runs());
}
END_TEST

START_TEST(d6_quick_notices_removed_and_added_modules)
{
	put_fresh_tree();
	ts_remove(in_tree("k/b.ko"));
	ck_assert(quick_runs());
	expect_file("modules.dep", "k/a.ko:\n");
	put("k/old.ko", .flags = 0);
	ts_set_mtime(in_tree("k/old.ko"), 1000000000);
	ck_assert(quick_runs());
	expect_file("modules.dep", "k/a.ko:\nk/old.ko:\n");
}
END_TEST

START_TEST(d6_quick_notices_newer_inputs)
{
	static const char *const inputs[] = {
		TS_MODULES "/k/a.ko",          TS_MODULES "/modules.order",
		TS_MODULES "/modules.builtin", TS_MODULES "/modules.builtin.modinfo",
		"etc/depmod.d/x.conf",
	};

	ts_write("etc/depmod.d/x.conf", "");
	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++) {
		put_fresh_tree();
		ck_assert_msg(!quick_runs(), "%s", inputs[i]);
		ts_set_mtime(inputs[i], 4000000000LL);
		ck_assert_msg(quick_runs(), "%s", inputs[i]);
		ts_set_mtime(inputs[i], 1000000000);
	}
}
END_TEST

/* And after that there is nothing to do again. */
static void expect_notices_without(const char *input)
{
	put("k/b.ko", .modinfo = FORGE_STRINGS("alias=char-major-10-7", "alias=devname:b"));
	put("k/a.ko", .flags = 0);
	put_build_files("k/b.ko\nk/a.ko\n");
	ts_write(in_tree("modules.builtin"), "kernel/x.ko\n");
	ts_write_bytes(in_tree("modules.builtin.modinfo"), "x.alias=y", 10);
	expect(ts_tool("depmod"), 0, "", "");
	expect(ts_tool("depmod", "-A"), 0, "", "");
	ck_assert_msg(!quick_runs(), "%s", input);
	expect(ts_tool("depmod"), 0, "", "");
	ts_remove(in_tree(input));
	ck_assert_msg(quick_runs(), "%s", input);
	ck_assert_msg(!quick_runs(), "%s", input);
}

START_TEST(d6_quick_notices_removed_lists)
{
	expect_notices_without("modules.builtin");
	expect_notices_without("modules.builtin.modinfo");
	expect_notices_without("modules.order");
	expect_file("modules.dep", "k/a.ko:\nk/b.ko:\n");
}
END_TEST

START_TEST(d6_quick_notices_an_empty_devname_list)
{
	put("b.ko", .modinfo = FORGE_STRINGS("alias=char-major-10-7", "alias=devname:b"));
	put_build_files("");
	expect(ts_tool("depmod"), 0, "", "");
	ts_write(in_tree("modules.devname"), "");
	expect(ts_tool("depmod", "-A"), 0, "", "");
	ck_assert_ptr_nonnull(strstr(ts_read(in_tree("modules.devname"), NULL), "b b c10:7\n"));
}
END_TEST

START_TEST(d6_quick_notices_missing_and_damaged_outputs)
{
	put_fresh_tree();
	for (size_t i = 1; i < ARRAY_SIZE(outputs); i++) {
		if (str_eq(outputs[i], "modules.alias"))
			continue;
		ts_remove(in_tree(outputs[i]));
		ck_assert_msg(quick_runs(), "without %s", outputs[i]);
		ts_write(in_tree(outputs[i]), "cut off");
		ck_assert_msg(quick_runs(), "damaged %s", outputs[i]);
		ck_assert_msg(!quick_runs(), "%s", outputs[i]);
	}
}
END_TEST

START_TEST(d6_first_quick_run_says_what_is_missing)
{
	put("a.ko", .flags = 0);
	put_build_files("");
	expect(ts_tool("depmod", "-A"), 0, "",
	       "depmod: ERROR: could not fstatat(/" TS_MODULES
	       ", modules.dep): No such file or directory\n");
	expect_file("modules.dep", "a.ko:\n");
	expect(ts_tool("depmod", "-A", "-n"), 0, "", "");
}
END_TEST

/* ---- content ---- */

START_TEST(d7_alias_that_is_not_ascii_is_left_out_of_the_index)
{
	put_build_files("");
	put("a.ko", .modinfo = FORGE_STRINGS("alias=caf\xc3\xa9", "alias=tea"));
	expect(ts_tool("depmod"), 0, "",
	       "depmod: WARNING: module a: the binary index cannot hold 'caf\xc3\xa9', "
	       "left out\n");
	expect_index("modules.alias.bin", "tea 0 a\n");
	expect_file("modules.alias", "# Aliases extracted from modules themselves.\n"
				     "alias caf\xc3\xa9 a\nalias tea a\n");
}
END_TEST

START_TEST(d8_exports_without_crcs_leave_out_namespaces)
{
	put_build_files("");
	put("a.ko", .exports = FORGE_SYMBOLS({ .name = "one", .ns = "LIBETH" },
					     { .name = "two" }));
	put("b.ko", .imports = FORGE_SYMBOLS({ .name = "two" }));
	expect(ts_tool("depmod"), 0, "", "");
	expect_index("modules.symbols.bin", "symbol:one 0 a\nsymbol:two 0 a\n");
	expect_file("modules.dep", "a.ko:\nb.ko: a.ko\n");
}
END_TEST

START_TEST(d9_named_files_are_warned_of)
{
	put_build_files("");
	put("a.ko", .flags = 0);
	put("b.ko", .flags = 0);
	expect(ts_tool("depmod", TS_KERNEL, "/" TS_MODULES "/b.ko"), 0, "",
	       "depmod: WARNING: the indexes will hold only the 1 module named\n");
	expect_file("modules.dep", "b.ko:\n");
}
END_TEST

START_TEST(d10_strict_makes_a_damaged_module_a_failure)
{
	static const char complaint[] =
		"depmod: ERROR: failed to load symbols from /" TS_MODULES
		"/bad.ko: Exec format error\n";

	put_build_files("");
	ts_write(in_tree("bad.ko"), "no module, but long enough\n");
	expect(ts_tool("depmod"), 0, "", complaint);
	expect(ts_tool("depmod", "--strict"), 1, "", complaint);
	expect_file("modules.dep", "bad.ko:\n");
}
END_TEST

START_TEST(d10_output_that_cannot_be_written_is_a_failure)
{
	unsigned refused = 0;

	put_build_files("");
	put_old_set();
	for (unsigned long nth = 1;; nth++) {
		struct ts_result r;

		ts_fail("open", nth, EACCES);
		r = ts_tool("depmod", "-j1");
		if (!ts_fail_happened())
			break;
		if (!strstr(r.err, "could not write"))
			continue;
		ck_assert_int_eq(r.status, 1);
		ck_assert_ptr_nonnull(strstr(r.err, ": Permission denied\n"));
		refused++;
		put_old_set();
	}
	ts_fail_off();
	ck_assert_uint_ge(refused, ARRAY_SIZE(outputs));
}
END_TEST

START_TEST(d12_only_regular_files_are_modules)
{
	put_build_files("");
	put("a.ko", .flags = 0);
	ts_mkdir(in_tree("dir.ko"));
	ck_assert_int_eq(mkfifo(ts_path(TS_MODULES "/fifo.ko"), 0644), 0);
	expect(ts_tool("depmod"), 0, "",
	       "depmod: ERROR: unsupported file type /" TS_MODULES "/fifo.ko: 10000\n");
	expect_file("modules.dep", "a.ko:\n");
}
END_TEST

START_TEST(d12_named_files_must_be_regular)
{
	static const char *const paths[] = { "/dir.ko", "/fifo.ko", "/dev/null" };

	ts_mkdir("dir.ko");
	ck_assert_int_eq(mkfifo(ts_path("fifo.ko"), 0644), 0);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		expect(ts_tool("depmod", "-n", TS_KERNEL, paths[i]), 1, "",
		       ts_fmt("depmod: WARNING: the indexes will hold only the 1 module "
			      "named\ndepmod: FATAL: could not create module %s: not a "
			      "regular file\n",
			      paths[i]));
	put("/opt/a.ko", .flags = 0);
	ts_symlink("a.ko", "opt/link.ko");
	struct ts_result r = ts_tool("depmod", "-n", TS_KERNEL, "/opt/link.ko");
	ck_assert_int_eq(r.status, 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		d1_order_is_the_build_s_then_that_of_paths,
		d1_symbols_are_by_owner_then_name,
		d2_missing_input_makes_a_valid_empty_index,
		d3_any_failed_write_leaves_the_old_set,
		d3_a_rename_that_fails_late_leaves_the_old_set,
		d3_a_lock_that_cannot_be_taken_is_named,
		d3_full_disk_at_any_write_leaves_the_old_set,
		d3_limit_on_file_sizes_leaves_the_old_set,
		d3_short_memory_leaves_the_old_set,
		d3_no_sync_skips_the_flushing,
		d3_litter_of_a_killed_run_goes_away,
		d3_two_runs_take_turns,
		d4_path_that_sorts_first_wins_and_warn_names_all,
		d5_hidden_files_are_no_modules,
		d5_directory_loops_are_named_once,
		d5_links_in_all_directions_end,
		d6_nothing_new_means_nothing_to_do,
		d6_quick_notices_removed_and_added_modules,
		d6_quick_notices_newer_inputs,
		d6_quick_notices_removed_lists,
		d6_quick_notices_an_empty_devname_list,
		d6_quick_notices_missing_and_damaged_outputs,
		d6_first_quick_run_says_what_is_missing,
		d7_alias_that_is_not_ascii_is_left_out_of_the_index,
		d8_exports_without_crcs_leave_out_namespaces,
		d9_named_files_are_warned_of,
		d10_strict_makes_a_damaged_module_a_failure,
		d10_output_that_cannot_be_written_is_a_failure,
		d12_only_regular_files_are_modules,
		d12_named_files_must_be_regular,
		NULL,
	};

	return ts_run("cli_depmod_decisions", tests, NULL, NULL);
}
