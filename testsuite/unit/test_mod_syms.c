/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/module/mod.h"

#include "testsuite/forge/forge.h"
#include "testsuite/unit/module-tree.h"

static struct kmod_ctx *ctx;

static void setup(void)
{
	mt_tree();
	ctx = mt_ctx();
}

static void teardown(void)
{
	kmod_unref(ctx);
}

/* What the three kinds of lists have in common, for tests. */
struct kind {
	int (*get)(const struct kmod_module *mod, struct kmod_list **list);
	const char *(*symbol)(const struct kmod_list *entry);
	uint64_t (*crc)(const struct kmod_list *entry);
	int (*bind)(const struct kmod_list *entry);
	void (*free)(struct kmod_list *list);
};
static const struct kind versions = { kmod_module_get_versions, kmod_module_version_get_symbol,
				      kmod_module_version_get_crc, NULL, kmod_module_versions_free_list };
static const struct kind symbols = { kmod_module_get_symbols, kmod_module_symbol_get_symbol,
				     kmod_module_symbol_get_crc, NULL, kmod_module_symbols_free_list };
static const struct kind wanted = { kmod_module_get_dependency_symbols, kmod_module_dependency_symbol_get_symbol,
				    kmod_module_dependency_symbol_get_crc,
				    kmod_module_dependency_symbol_get_bind,
				    kmod_module_dependency_symbols_free_list };

/* "name:crc" or "name:crc:B", joined by blanks; or "error N". */
static const char *text_of(const struct kind *kind, const struct forge_module *m)
{
	struct kmod_list *list = NULL, *entry;
	struct kmod_module *mod;
	const char *text = "";
	int r, n = 0;

	ck_assert_int_eq(forge_write(m, IMAGE_PLAIN, ts_path("d/%s.ko", m->name)), 0);
	ck_assert_int_eq(kmod_module_new_from_path(ctx, ts_fmt("/d/%s.ko", m->name), &mod), 0);
	r = kind->get(mod, &list);
	kmod_module_unref(mod); /* lists own their text */
	if (r < 0) {
		ck_assert_ptr_null(list);
		return ts_fmt("error %d", -r);
	}
	kmod_list_foreach(entry, list) {
		text = ts_fmt("%s%s%s:%" PRIx64, text, n ? " " : "", kind->symbol(entry), kind->crc(entry));
		if (kind->bind)
			text = ts_fmt("%s:%c", text, kind->bind(entry));
		n++;
	}
	ck_assert_int_eq(r, n);
	kind->free(list);
	return text;
}

/* ---- versions ---- */

START_TEST(versions_come_in_file_order)
{
	struct forge_module m = { .name = "foo",
				  .versions = FORGE_SYMBOLS({ .name = "zz", .crc = 0xffffffff },
							    { .name = ".dot", .crc = 1 },
							    { .name = "..dots", .crc = 2 }) };
	const char *text;

	for (int variant = 0; variant < 4; variant++) {
		m.bits32 = variant & 1;
		m.big = variant & 2;
		text = text_of(&versions, &m);
		ck_assert_msg(strstr(text, "zz:ffffffff dot:1 .dots:2") != NULL, "%d: %s", variant, text);
	}
}
END_TEST

START_TEST(d13_extended_versions_are_shown)
{
	static const char long_name[] = "_RNvCs1234567890_a_name_that_needs_far_more_than_fifty_six_bytes_to_store";
	struct forge_module m = { .name = "foo",
				  .flags = FORGE_NO_VERSIONS,
				  .extended = FORGE_SYMBOLS({ .name = long_name, .crc = 0xabc }) };

	ck_assert_str_eq(text_of(&versions, &m), ts_fmt("%s:abc", long_name));
}
END_TEST

START_TEST(module_without_versions_says_so)
{
	struct forge_module m = { .name = "foo", .flags = FORGE_NO_VERSIONS };

	ck_assert_str_eq(text_of(&versions, &m), ts_fmt("error %d", ENODATA));
}
END_TEST

START_TEST(damaged_versions_are_an_error)
{
	struct forge_module m = { .name = "foo",
				  .versions = FORGE_SYMBOLS({ .name = "a", .crc = 1 }),
				  .defect = FORGE_VERSIONS_BAD_SIZE };

	ck_assert_str_eq(text_of(&versions, &m), ts_fmt("error %d", EINVAL));
	m.defect = FORGE_VERSION_UNTERMINATED;
	ck_assert_str_eq(text_of(&versions, &m), ts_fmt("error %d", EINVAL));
}
END_TEST

/* ---- exports ---- */

START_TEST(exports_have_their_crcs)
{
	struct forge_module m = { .name = "foo",
				  .exports = FORGE_SYMBOLS({ .name = "b_fn", .crc = 0x12345678 },
							   { .name = "a_fn", .crc = 2 }) };

	ck_assert_str_eq(text_of(&symbols, &m), "b_fn:12345678 a_fn:2");
	m.big = true;
	ck_assert_str_eq(text_of(&symbols, &m), "b_fn:12345678 a_fn:2");
}
END_TEST

START_TEST(d08_exports_without_crcs_leave_out_namespaces)
{
	struct forge_module m = { .name = "foo",
				  .exports = FORGE_SYMBOLS({ .name = "b_fn", .ns = "SPACE" }, { .name = "a_fn" }) };

	ck_assert_str_eq(text_of(&symbols, &m), "b_fn:0 a_fn:0");
}
END_TEST

START_TEST(module_without_exports_says_so)
{
	struct forge_module m = { .name = "foo", .flags = FORGE_NO_STRINGS | FORGE_NO_KSYMTAB };

	ck_assert_str_eq(text_of(&symbols, &m), ts_fmt("error %d", ENODATA));
}
END_TEST

START_TEST(crc_outside_its_section_is_all_ones)
{
	struct forge_module m = { .name = "foo",
				  .exports = FORGE_SYMBOLS({ .name = "b_fn", .crc = 1 }),
				  .defect = FORGE_CRC_OUTSIDE };

	ck_assert_str_eq(text_of(&symbols, &m), "b_fn:ffffffffffffffff");
}
END_TEST

/* ---- imports ---- */

START_TEST(imports_have_crc_and_bind)
{
	struct forge_module m = { .name = "foo",
				  .imports = FORGE_SYMBOLS({ .name = "strong", .crc = 0xa },
							   { .name = "maybe", .crc = 0xb, .weak = true },
							   { .name = "bare" }) };
	const char *text = text_of(&wanted, &m);
	static const char want[] = "strong:a:U maybe:b:W bare:0:U";

	ck_assert_msg(strncmp(text, want, strlen(want)) == 0, "%s", text);
	ck_assert_ptr_nonnull(strstr(text, ts_fmt(" module_layout:%x:U", FORGE_MODULE_LAYOUT_CRC)));
}
END_TEST

START_TEST(unused_versions_keep_their_dot)
{
	struct forge_module m = { .name = "foo", .versions = FORGE_SYMBOLS({ .name = ".left", .crc = 7 }) };

	ck_assert_ptr_nonnull(strstr(text_of(&wanted, &m), ".left:7:U"));
}
END_TEST

START_TEST(module_without_symbols_cannot_tell_what_it_needs)
{
	struct forge_module m = { .name = "foo", .flags = FORGE_NO_SYMTAB };

	ck_assert_str_eq(text_of(&wanted, &m), ts_fmt("error %d", EINVAL));
}
END_TEST

/* ---- arguments ---- */

START_TEST(symbol_lists_take_null)
{
	const struct kind *const kinds[] = { &versions, &symbols, &wanted };
	struct kmod_module *mod = mt_mod(ctx, "a"), *vfat = mt_mod(ctx, "vfat");

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct kmod_list *list = NULL;

		ck_assert_int_eq(kinds[i]->get(NULL, &list), -ENOENT);
		ck_assert_int_eq(kinds[i]->get(mod, NULL), -ENOENT);
		ck_assert_int_eq(kinds[i]->get(vfat, &list), -ENOENT);
		ck_assert_ptr_null(kinds[i]->symbol(NULL));
		ck_assert_uint_eq(kinds[i]->crc(NULL), 0);
		kinds[i]->free(NULL);
	}
	ck_assert_int_eq(kmod_module_dependency_symbol_get_bind(NULL), KMOD_SYMBOL_NONE);
	kmod_module_unref(mod);
	kmod_module_unref(vfat);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { versions_come_in_file_order,
				 d13_extended_versions_are_shown,
				 module_without_versions_says_so,
				 damaged_versions_are_an_error,
				 exports_have_their_crcs,
				 d08_exports_without_crcs_leave_out_namespaces,
				 module_without_exports_says_so,
				 crc_outside_its_section_is_all_ones,
				 imports_have_crc_and_bind,
				 unused_versions_keep_their_dot,
				 module_without_symbols_cannot_tell_what_it_needs,
				 symbol_lists_take_null,
				 NULL };

	return ts_run_trapped("mod-syms", tests, setup, teardown);
}
