/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What depmod makes of the modules' content: symbols, cycles, texts, damage. */
#include "testsuite/cli/depmod-tree.h"

/* ---- symbols ---- */

START_TEST(dependencies_are_transitive_users_first)
{
	put_build_files("");
	put("a.ko", .imports = FORGE_SYMBOLS({ .name = "c" }, { .name = "b" }));
	put("b.ko", .exports = FORGE_SYMBOLS({ .name = "b", .crc = 1 }),
	    .imports = FORGE_SYMBOLS({ .name = "c" }));
	put("c.ko", .exports = FORGE_SYMBOLS({ .name = "c", .crc = 1 }));
	put("z.ko", .imports = FORGE_SYMBOLS({ .name = ".b", .weak = true }));
	expect(ts_tool("depmod"), 0, "", "");
	expect_file("modules.dep",
		    "a.ko: b.ko c.ko\nb.ko: c.ko\nc.ko:\nz.ko: b.ko c.ko\n");
}
END_TEST

START_TEST(last_ranked_exporter_owns_a_symbol)
{
	put_build_files("second.ko\nfirst.ko\n");
	put("first.ko", .exports = FORGE_SYMBOLS({ .name = "s", .crc = 1 }));
	put("second.ko", .exports = FORGE_SYMBOLS({ .name = "s", .crc = 1 }));
	put("user.ko", .imports = FORGE_SYMBOLS({ .name = "s" }));
	expect(ts_tool("depmod"), 0, "", "");
	expect_file("modules.dep", "second.ko:\nfirst.ko:\nuser.ko: first.ko\n");
	expect_index("modules.symbols.bin", "symbol:s 1 first\n");
}
END_TEST

START_TEST(verbose_prints_each_dependency_with_its_symbol)
{
	put_build_files("");
	put("a.ko", .imports = FORGE_SYMBOLS({ .name = "f1" }, { .name = "f2" }));
	put("b.ko", .exports = FORGE_SYMBOLS({ .name = "f1", .crc = 1 },
					     { .name = "f2", .crc = 1 }));
	expect(ts_tool("depmod", "-v"), 0,
	       "/" TS_MODULES "/a.ko needs \"f1\": /" TS_MODULES "/b.ko\n", "");
}
END_TEST

START_TEST(errsyms_needs_a_list_of_kernel_symbols)
{
	put_build_files("");
	expect(ts_tool("depmod", "-e"), 0, "", "depmod: WARNING: -e needs -E or -F\n");
	expect(ts_tool("depmod", "-e", "-F", "/nope"), 1, "",
	       "depmod: FATAL: could not load /nope: No such file or directory\n");
	expect(ts_tool("depmod", "-E", "/nope"), 1, "",
	       "depmod: FATAL: could not load /nope: No such file or directory\n");
}
END_TEST

START_TEST(system_map_makes_symbols_known)
{
	put_build_files("");
	put("a.ko", .imports = FORGE_SYMBOLS({ .name = "known" }, { .name = "unknown" },
					     { .name = "__this_module" },
					     { .name = "perhaps", .weak = true }));
	ts_write("map", "0000 T known\n0001 r __ksymtab_known\nbroken line\n");
	expect(ts_tool("depmod", "-e", "-F", "/map"), 0, "",
	       "depmod: ERROR: /map:3: invalid line: broken line\n"
	       "depmod: WARNING: /" TS_MODULES "/a.ko needs unknown symbol unknown\n");
}
END_TEST

START_TEST(symvers_also_compares_versions)
{
	put_build_files("");
	put("a.ko",
	    .imports = FORGE_SYMBOLS({ .name = "same", .crc = 0x10 },
				     { .name = "other", .crc = 0x11 },
				     { .name = "mod", .crc = 0x12 }, { .name = "gone" }));
	put("b.ko", .exports = FORGE_SYMBOLS({ .name = "mod", .crc = 0x13 }));
	ts_write("symvers", "0x10\tsame\tvmlinux\tEXPORT_SYMBOL\n"
			    "0x99\tother\tvmlinux\tEXPORT_SYMBOL\n"
			    "0x99\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\n"
			    "0x99\tgone\tdrivers/x\tEXPORT_SYMBOL\n"
			    "0xzz\tbad\tvmlinux\tEXPORT_SYMBOL\n"
			    "short\n");
	struct ts_result r = ts_tool("depmod", "-e", "-E", "/symvers", "-F", "/nope");

	ts_expect(r, 0, "",
		  "depmod: ERROR: /symvers:5 Invalid symbol version 0xzz: Success\n"
		  "depmod: WARNING: /" TS_MODULES
		  "/a.ko disagrees about version of symbol other\n"
		  "depmod: WARNING: /" TS_MODULES
		  "/a.ko disagrees about version of symbol mod\n"
		  "depmod: WARNING: /" TS_MODULES "/a.ko needs unknown symbol gone\n"
		  "depmod: WARNING: /" TS_MODULES
		  "/a.ko disagrees about version of symbol module_layout\n");
}
END_TEST

START_TEST(symbol_prefix_is_one_character)
{
	put_build_files("");
	put("a.ko", .imports = FORGE_SYMBOLS({ .name = "_f" }));
	put("b.ko", .exports = FORGE_SYMBOLS({ .name = "f", .crc = 1 }));
	expect(ts_tool("depmod", "-P", "ab"), 1, "",
	       "depmod: FATAL: -P only takes a single char\n");
	expect(ts_tool("depmod", "-P", "_"), 0, "", "");
	expect_file("modules.dep", "a.ko: b.ko\nb.ko:\n");
}
END_TEST

/* ---- cycles ---- */

#define IMPORTS(...) .imports = FORGE_SYMBOLS(__VA_ARGS__)
#define LOOP(letter, ...)             \
	put("mod-loop-" letter ".ko", \
	    .exports = FORGE_SYMBOLS({ .name = letter, .crc = 1 }), ##__VA_ARGS__)

START_TEST(cycles_are_printed_and_nothing_is_written)
{
	put_build_files("");
	LOOP("a", IMPORTS({ .name = "b" }, { .name = "f" }, { .name = "g" }));
	LOOP("b", IMPORTS({ .name = "c" }, { .name = "f" }, { .name = "g" }));
	LOOP("c", IMPORTS({ .name = "a" }));
	LOOP("d", IMPORTS({ .name = "e" }));
	LOOP("e", IMPORTS({ .name = "d" }));
	LOOP("f");
	LOOP("g");
	LOOP("h", IMPORTS({ .name = "i" }));
	LOOP("i", IMPORTS({ .name = "j" }));
	LOOP("j", IMPORTS({ .name = "h" }, { .name = "k" }));
	LOOP("k", IMPORTS({ .name = "h" }));
	struct ts_result r = ts_tool("depmod");

	ts_expect(
		r, 1, "",
		"depmod: ERROR: Cycle detected: mod_loop_d -> mod_loop_e -> mod_loop_d\n"
		"depmod: ERROR: Cycle detected: mod_loop_i -> mod_loop_j -> mod_loop_k "
		"-> mod_loop_h -> mod_loop_i\n"
		"depmod: ERROR: Cycle detected: mod_loop_i -> mod_loop_j -> mod_loop_h "
		"-> mod_loop_i\n"
		"depmod: ERROR: Cycle detected: mod_loop_c -> mod_loop_a -> mod_loop_b "
		"-> mod_loop_c\n"
		"depmod: ERROR: Found 9 modules in dependency cycles!\n");
	ck_assert(!ts_exists(in_tree("modules.dep")));
	ck_assert(!ts_exists(in_tree("modules.devname")));
	expect(ts_tool("depmod", "-n"), 1, "", r.err);
}
END_TEST

START_TEST(a_module_that_needs_itself_is_a_cycle)
{
	put_build_files("");
	put("a.ko", .exports = FORGE_SYMBOLS({ .name = "f", .crc = 1 }),
	    IMPORTS({ .name = "f" }));
	expect(ts_tool("depmod"), 1, "",
	       "depmod: ERROR: Cycle detected: a -> a\n"
	       "depmod: ERROR: Found 1 modules in dependency cycles!\n");
}
END_TEST

/* ---- what modules say ---- */

START_TEST(unbalanced_alias_stays_in_the_text_only)
{
	put_build_files("");
	put("a.ko", .modinfo = FORGE_STRINGS("alias=bad[x", "alias=good"));
	expect(ts_tool("depmod"), 0, "", "depmod: WARNING: Unmatched bracket in bad[x\n");
	expect_file("modules.alias", "# Aliases extracted from modules themselves.\n"
				     "alias bad[x a\nalias good a\n");
	expect_index("modules.alias.bin", "good 0 a\n");
}
END_TEST

START_TEST(warn_names_identical_aliases)
{
	put_build_files("");
	put("a.ko", .modinfo = FORGE_STRINGS("alias=x-y", "alias=x_y", "alias=z"));
	put("b.ko", .modinfo = FORGE_STRINGS("alias=z"));
	expect(ts_tool("depmod"), 0, "", "");
	expect(ts_tool("depmod", "-w"), 0, "",
	       "depmod: WARNING: duplicate module alias:\nx_y a\n");
	expect_index("modules.alias.bin", "x_y 0 a\nx_y 0 a\nz 0 a\nz 1 b\n");
}
END_TEST

START_TEST(devname_without_numbers_is_an_error)
{
	put_build_files("");
	put("d.ko",
	    .modinfo = FORGE_STRINGS("alias=devname:foo", "alias=char-major-10-*"));
	put("e.ko",
	    .modinfo = FORGE_STRINGS("alias=block-major-7-0-x", "alias=devname:e"));
	expect(ts_tool("depmod"), 0, "",
	       "depmod: ERROR: Module 'd' has devname (foo) but lacks major and minor "
	       "information. Ignoring.\n");
	expect_file("modules.devname",
		    "# Device nodes to trigger on-demand module loading.\ne e b7:0\n");
}
END_TEST

START_TEST(built_in_names_and_aliases_are_indexed)
{
	static const char modinfo[] =
		"x.license=GPL\0x.alias=pci:v*\0y-z.alias=y-*\0x.alias=\0"
		"other.parm=a\0x.alias=late";

	put_build_files("");
	ts_write(in_tree("modules.builtin"), "kernel/fs/x.ko\n9/bad.ko\nkernel/y-z.ko\n");
	ts_write_bytes(in_tree("modules.builtin.modinfo"), modinfo, sizeof(modinfo));
	expect(ts_tool("depmod"), 0, "",
	       "depmod: ERROR: Invalid modules.builtin line: 9/bad.ko\n");
	expect_index("modules.builtin.bin", "x 0 \ny_z 0 \n");
	expect_index("modules.builtin.alias.bin", "late 0 x\npci:v* 0 x\ny_* 0 y-z\n");
}
END_TEST

START_TEST(newline_in_a_text_cannot_make_a_line)
{
	put_build_files("");
	put("a.ko", .modinfo = FORGE_STRINGS("softdep=pre: b\nsoftdep c pre: evil"));
	expect(ts_tool("depmod"), 0, "",
	       "depmod: WARNING: module a: softdep with a newline in it, left out\n");
	expect_file("modules.softdep",
		    "# Soft dependencies extracted from modules themselves.\n");
}
END_TEST

/* ---- damaged modules ---- */

START_TEST(damaged_modules_are_named_and_stay_listed)
{
	put_build_files("");
	ts_write(in_tree("empty.ko"), "");
	ts_write(in_tree("text.ko"), "this is no module at all\n");
	put("good.ko", .flags = 0);
	put("index.ko", .defect = FORGE_SHSTRNDX_TOO_BIG);
	expect(ts_tool("depmod"), 0, "",
	       "depmod: ERROR: failed to load symbols from /" TS_MODULES
	       "/empty.ko: Invalid argument\n"
	       "depmod: ERROR: failed to load symbols from /" TS_MODULES
	       "/index.ko: Invalid argument\n"
	       "depmod: ERROR: failed to load symbols from /" TS_MODULES
	       "/text.ko: Exec format error\n");
	expect_file("modules.dep", "empty.ko:\ngood.ko:\nindex.ko:\ntext.ko:\n");
}
END_TEST

START_TEST(no_defect_stops_the_run)
{
	put_build_files("");
	for (int i = 0; i < N_FORGE_DEFECTS_; i++)
		put(ts_fmt("m%02d.ko", i), .defect = (enum forge_defect)i,
		    .signature = FORGE_PKCS7, .modinfo = FORGE_STRINGS("alias=x"),
		    .exports = FORGE_SYMBOLS({ .name = ts_fmt("s%d", i), .crc = 1 }),
		    IMPORTS({ .name = "a", .crc = 2 }));
	struct ts_result r = ts_tool("depmod", "-E", ts_root(), "-q");

	ck_assert_int_eq(r.status, 1); /* a directory is no list of symbols */
	ts_write("symvers", "");
	r = ts_tool("depmod", "-e", "-E", "/symvers");
	ck_assert_int_eq(r.status, 0);
	ck_assert_ptr_nonnull(strstr(ts_read(in_tree("modules.dep"), NULL), "m37.ko:\n"));
}
END_TEST

START_TEST(stripped_module_is_no_error)
{
	put_build_files("");
	put("a.ko", .flags = FORGE_NO_SYMTAB | FORGE_NO_STRINGS,
	    .modinfo = FORGE_STRINGS("alias=x"));
	expect(ts_tool("depmod", "--strict"), 0, "", "");
	expect_index("modules.alias.bin", "x 0 a\n");
}
END_TEST

#if ENABLE_XZ
START_TEST(bad_xz_says_what_is_wrong)
{
	put_build_files("");
	ts_write_bytes(in_tree("a.ko.xz"),
		       "\xfd"
		       "7zXZ\0not xz at all",
		       20);
	struct ts_result r = ts_tool("depmod");

	ts_expect(r, 0, "", NULL);
	ck_assert_ptr_nonnull(strstr(r.err, "depmod: ERROR: xz: "));
	ck_assert_ptr_nonnull(strstr(r.err, "failed to load symbols from /" TS_MODULES
					    "/a.ko.xz: Invalid argument\n"));
}
END_TEST
#endif

START_TEST(compressed_modules_are_read_like_plain_ones)
{
	static const struct {
		const char *path;
		enum image_format format;
	} rows[] = {
		{ "p.ko", IMAGE_PLAIN },
		{ "g.ko.gz", IMAGE_GZIP },
		{ "x.ko.xz", IMAGE_XZ },
		{ "z.ko.zst", IMAGE_ZSTD },
	};

	put_build_files("");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!image_format_built_in(rows[i].format))
			continue;
		put_as(rows[i].path, rows[i].format,
		       (struct forge_module){
			       .modinfo = FORGE_STRINGS("alias=same"),
			       .exports = FORGE_SYMBOLS({ .name = "s", .crc = 1 }) });
	}
	expect(ts_tool("depmod"), 0, "", "");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *line = ts_fmt("alias same %c\n", rows[i].path[0]);

		if (image_format_built_in(rows[i].format))
			ck_assert_ptr_nonnull(
				strstr(ts_read(in_tree("modules.alias"), NULL), line));
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		dependencies_are_transitive_users_first,
		last_ranked_exporter_owns_a_symbol,
		verbose_prints_each_dependency_with_its_symbol,
		errsyms_needs_a_list_of_kernel_symbols,
		system_map_makes_symbols_known,
		symvers_also_compares_versions,
		symbol_prefix_is_one_character,
		cycles_are_printed_and_nothing_is_written,
		a_module_that_needs_itself_is_a_cycle,
		unbalanced_alias_stays_in_the_text_only,
		warn_names_identical_aliases,
		devname_without_numbers_is_an_error,
		built_in_names_and_aliases_are_indexed,
		newline_in_a_text_cannot_make_a_line,
		damaged_modules_are_named_and_stay_listed,
		no_defect_stops_the_run,
		stripped_module_is_no_error,
#if ENABLE_XZ
		bad_xz_says_what_is_wrong,
#endif
		compressed_modules_are_read_like_plain_ones,
		NULL,
	};

	return ts_run("cli_depmod_content", tests, NULL, NULL);
}
