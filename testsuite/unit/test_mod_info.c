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

/* "key=value;" of every entry. */
static const char *text_of(const struct kmod_list *list)
{
	const struct kmod_list *entry;
	const char *text = "";

	kmod_list_foreach(entry, list)
		text = ts_fmt("%s%s=%s;", text, kmod_module_info_get_key(entry), kmod_module_info_get_value(entry));
	return text;
}

/* The module's info, or "error N". */
static const char *info_of(struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *entry;
	const char *text;
	int r = kmod_module_get_info(mod, &list), n = 0;

	if (r < 0) {
		ck_assert_ptr_null(list);
		return ts_fmt("error %d", -r);
	}
	kmod_list_foreach(entry, list)
		n++;
	ck_assert_int_eq(r, n);
	text = text_of(list);
	kmod_module_info_free_list(list);
	return text;
}

static struct kmod_module *forged(const struct forge_module *m, enum image_format format)
{
	struct kmod_module *mod = NULL;

	ck_assert_int_eq(forge_write(m, format, ts_path("d/%s.ko", m->name)), 0);
	ck_assert_int_eq(kmod_module_new_from_path(ctx, ts_fmt("/d/%s.ko", m->name), &mod), 0);
	return mod;
}

static const char *info_of_forged(const struct forge_module *m)
{
	struct kmod_module *mod = forged(m, IMAGE_PLAIN);
	const char *text = info_of(mod);

	kmod_module_unref(mod);
	return text;
}

/* ---- module file ---- */

START_TEST(strings_come_in_file_order)
{
	struct forge_module m = { .name = "foo",
				  .flags = FORGE_BARE_MODINFO | FORGE_NO_BUILD_ID,
				  .modinfo = FORGE_STRINGS("b=2", "a=1", "b=2", "none", "=x", "eq=a=b", "empty=") };

	ck_assert_str_eq(info_of_forged(&m), "b=2;a=1;b=2;none=;=x;eq=a=b;empty=;");
}
END_TEST

START_TEST(build_id_comes_behind_the_strings)
{
	struct forge_module m = { .name = "foo", .flags = FORGE_BARE_MODINFO, .modinfo = FORGE_STRINGS("a=1") };
	const char *text = info_of_forged(&m);

	ck_assert_msg(strncmp(text, "a=1;build-id=", 13) == 0, "%s", text);
	ck_assert_uint_eq(strlen(text), 13 + 20 * 3 - 1 + 1); /* one row of twenty bytes */
	m.defect = FORGE_BUILD_ID_BAD_OWNER;
	ck_assert_str_eq(info_of_forged(&m), "a=1;");
}
END_TEST

START_TEST(signed_module_has_five_more)
{
	struct forge_module m = { .name = "foo",
				  .flags = FORGE_BARE_MODINFO | FORGE_NO_BUILD_ID,
				  .modinfo = FORGE_STRINGS("a=1"),
				  .signature = FORGE_X509 };
	const char *text = info_of_forged(&m);
	static const char want[] = "a=1;sig_id=X509;signer=signer;sig_key=AB:CD;sig_hashalgo=sha512;signature=";

	ck_assert_msg(strncmp(text, want, strlen(want)) == 0, "%s", text);
	m.signature = FORGE_PKCS7_GARBAGE;
	ck_assert_str_eq(info_of_forged(&m),
			 "a=1;sig_id=PKCS#7;signer=;sig_key=;sig_hashalgo=unknown;signature=;");
	m.signature = FORGE_X509;
	m.defect = FORGE_SIG_BAD_HASH;
	ck_assert_str_eq(info_of_forged(&m), "a=1;");
}
END_TEST

START_TEST(module_without_strings_has_no_info)
{
	struct forge_module m = { .name = "foo", .flags = FORGE_NO_MODINFO };

	ck_assert_str_eq(info_of_forged(&m), ts_fmt("error %d", ENODATA));
	m = (struct forge_module){ .name = "bar", .flags = FORGE_NO_BUILD_ID, .defect = FORGE_MODINFO_EMPTY };
	ck_assert_str_eq(info_of_forged(&m), "");
}
END_TEST

static const struct {
	enum forge_defect defect;
	int error;
} defects[] = {
	{ FORGE_BAD_MAGIC, ENOEXEC },       { FORGE_BAD_CLASS, EINVAL },      { FORGE_BAD_BYTE_ORDER, EINVAL },
	{ FORGE_BAD_SHENTSIZE, EINVAL },    { FORGE_SHNUM_0, EINVAL },        { FORGE_SHSTRNDX_0, EINVAL },
	{ FORGE_SHSTRNDX_TOO_BIG, EINVAL }, { FORGE_SHOFF_OUTSIDE, EINVAL },  { FORGE_NAMES_UNTERMINATED, EINVAL },
	{ FORGE_TRUNCATED, EINVAL },        { FORGE_MODINFO_OUTSIDE, ENODATA },
};

START_TEST(d14_damaged_file_is_an_error)
{
	for (size_t i = 0; i < ARRAY_SIZE(defects); i++) {
		struct forge_module m = { .name = "foo", .defect = defects[i].defect };
		const char *text = info_of_forged(&m);

		ck_assert_msg(strcmp(text, ts_fmt("error %d", defects[i].error)) == 0, "%s: %s",
			      forge_defect_name(m.defect), text);
	}
}
END_TEST

START_TEST(compressed_file_is_read_like_a_plain_one)
{
	struct forge_module m = { .name = "foo",
				  .flags = FORGE_BARE_MODINFO | FORGE_NO_BUILD_ID,
				  .modinfo = FORGE_STRINGS("a=1") };

	for (int format = IMAGE_PLAIN; format < N_IMAGE_FORMATS_; format++) {
		struct kmod_module *mod;

		if (!image_format_built_in(format))
			continue;
		mod = forged(&m, format);
		ck_assert_str_eq(info_of(mod), "a=1;");
		kmod_module_unref(mod);
	}
}
END_TEST

START_TEST(file_is_read_once_and_kept)
{
	struct forge_module m = { .name = "foo",
				  .flags = FORGE_BARE_MODINFO | FORGE_NO_BUILD_ID,
				  .modinfo = FORGE_STRINGS("a=1") };
	struct kmod_module *mod = forged(&m, IMAGE_PLAIN);

	ck_assert_str_eq(info_of(mod), "a=1;");
	ts_remove("d/foo.ko");
	ck_assert_str_eq(info_of(mod), "a=1;");
	kmod_module_unref(mod);
}
END_TEST

START_TEST(corrupt_stream_is_told_with_its_file)
{
	static const char damaged[] = "\xfd\x37zXZ\0garbage, garbage";
	struct kmod_module *mod = NULL;
	struct mt_log log;

	if (!image_format_built_in(IMAGE_XZ))
		return;
	mt_log_to(ctx, &log);
	ts_write_bytes("d/foo.ko.xz", damaged, sizeof(damaged));
	ck_assert_int_eq(kmod_module_new_from_path(ctx, "/d/foo.ko.xz", &mod), 0);
	ck_assert_str_eq(info_of(mod), ts_fmt("error %d", EINVAL));
	ck_assert_ptr_nonnull(strstr(log.text, "/d/foo.ko.xz: "));
	kmod_module_unref(mod);
}
END_TEST

START_TEST(module_without_file_is_an_error)
{
	struct kmod_module *unknown = mt_mod(ctx, "unknown"), *gone = mt_mod(ctx, "two_words");

	ck_assert_str_eq(info_of(unknown), ts_fmt("error %d", ENOENT));
	ck_assert_str_eq(info_of(gone), ts_fmt("error %d", ENOENT));
	kmod_module_unref(unknown);
	kmod_module_unref(gone);
}
END_TEST

/* ---- built in ---- */

static const char *info_of_vfat(const char *data, size_t len)
{
	struct kmod_module *mod = mt_mod(ctx, "vfat");
	const char *text;

	ts_write_bytes(TS_MODULES "/modules.builtin.modinfo", data, len);
	text = info_of(mod);
	kmod_module_unref(mod);
	return text;
}
#define INFO_OF_VFAT(literal) info_of_vfat(literal, sizeof(literal) - 1)

START_TEST(d08_builtin_info_is_read_to_its_end)
{
	ck_assert_str_eq(INFO_OF_VFAT("fat.a=0\0vfat.a=1\0vfat.b=x.y=z\0vfatx.a=3\0fat.b=4\0vfat.c=5\0"),
			 "a=1;b=x.y=z;c=5;");
}
END_TEST

START_TEST(builtin_strings_may_lack_parts)
{
	ck_assert_str_eq(INFO_OF_VFAT("fat.key\0vfat.key\0vfat.\0vfat.=v\0vfat.last=1"), "key=;=;=v;last=1;");
}
END_TEST

START_TEST(builtin_without_strings_has_no_entries)
{
	ck_assert_str_eq(INFO_OF_VFAT("fat.a=0\0"), "");
	ck_assert_str_eq(INFO_OF_VFAT(""), "");
}
END_TEST

START_TEST(damage_before_the_first_match_fails)
{
	ck_assert_str_eq(INFO_OF_VFAT("damage\0vfat.a=1\0"), ts_fmt("error %d", EINVAL));
	ck_assert_str_eq(INFO_OF_VFAT("vfat.a=1\0damage\0vfat.b=2\0"), "a=1;b=2;");
}
END_TEST

START_TEST(builtin_without_modinfo_file_is_an_error)
{
	struct kmod_module *mod = mt_mod(ctx, "vfat");

	ck_assert_str_eq(info_of(mod), ts_fmt("error %d", ENOENT));
	kmod_module_unref(mod);
}
END_TEST

/* ---- arguments ---- */

START_TEST(info_takes_null)
{
	struct kmod_module *mod = mt_mod(ctx, "a");
	struct kmod_list *list = NULL;

	ck_assert_int_eq(kmod_module_get_info(NULL, &list), -ENOENT);
	ck_assert_int_eq(kmod_module_get_info(mod, NULL), -ENOENT);
	ck_assert_ptr_null(kmod_module_info_get_key(NULL));
	ck_assert_ptr_null(kmod_module_info_get_value(NULL));
	kmod_module_info_free_list(NULL);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(d37_used_output_is_an_error)
{
	struct forge_module m = { .name = "foo" };
	struct kmod_module *mod = forged(&m, IMAGE_PLAIN);
	struct kmod_list *list = NULL;

	ck_assert_int_gt(kmod_module_get_info(mod, &list), 0);
	ck_assert_int_eq(kmod_module_get_info(mod, &list), -EINVAL);
	ck_assert_int_eq(kmod_module_get_versions(mod, &list), -EINVAL);
	ck_assert_int_eq(kmod_module_get_symbols(mod, &list), -EINVAL);
	ck_assert_int_eq(kmod_module_get_dependency_symbols(mod, &list), -EINVAL);
	kmod_module_info_free_list(list);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(d37_entries_of_another_list_answer_like_null)
{
	struct forge_module m = { .name = "foo" };
	struct kmod_module *mod = forged(&m, IMAGE_PLAIN);
	struct kmod_list *info = NULL, *mods = NULL;

	ck_assert_int_gt(kmod_module_get_info(mod, &info), 0);
	ck_assert_int_eq(mod_list_add(&mods, mod), 0);
	ck_assert_ptr_null(kmod_module_get_module(info));
	ck_assert_ptr_null(kmod_module_version_get_symbol(info));
	ck_assert_ptr_null(kmod_module_info_get_key(mods));
	kmod_module_info_free_list(mods);
	kmod_module_unref_list(info);
	ck_assert_str_eq(mt_names(mods), "foo");
	ck_assert_ptr_nonnull(kmod_module_info_get_key(info));
	kmod_module_info_free_list(info);
	kmod_module_unref_list(mods);
	kmod_module_unref(mod);
}
END_TEST

static int read_info(void *data)
{
	struct kmod_list *list = NULL;
	struct kmod_module *mod;
	int r = kmod_module_new_from_path(ctx, data, &mod);

	if (r < 0)
		return r;
	r = kmod_module_get_info(mod, &list);
	kmod_module_info_free_list(list);
	kmod_module_unref(mod);
	return r;
}

START_TEST(failed_allocation_is_told)
{
	struct forge_module m = { .name = "foo", .signature = FORGE_X509 };

	kmod_module_unref(forged(&m, IMAGE_PLAIN));
	mt_fail_each_alloc(read_info, (void *)"/d/foo.ko");
	ck_assert_uint_eq(ctx->pool.n, 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { strings_come_in_file_order,
				 build_id_comes_behind_the_strings,
				 signed_module_has_five_more,
				 module_without_strings_has_no_info,
				 d14_damaged_file_is_an_error,
				 compressed_file_is_read_like_a_plain_one,
				 file_is_read_once_and_kept,
				 corrupt_stream_is_told_with_its_file,
				 module_without_file_is_an_error,
				 d08_builtin_info_is_read_to_its_end,
				 builtin_strings_may_lack_parts,
				 builtin_without_strings_has_no_entries,
				 damage_before_the_first_match_fails,
				 builtin_without_modinfo_file_is_an_error,
				 info_takes_null,
				 d37_used_output_is_an_error,
				 d37_entries_of_another_list_answer_like_null,
				 failed_allocation_is_told,
				 NULL };

	return ts_run_trapped("mod-info", tests, setup, teardown);
}
