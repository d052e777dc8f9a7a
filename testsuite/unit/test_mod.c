/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/module/mod.h"

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

/* ---- names ---- */

static const struct {
	const char *spelling, *name;
} spellings[] = {
	{ "snd-timer", "snd_timer" }, { "snd_timer", "snd_timer" }, { "foo.ko", "foo" }, { "", "" },
	{ "a/b", "a/b" },             { "a-[b-c]", "a_[b_c]" },     { "a[b", "a[b" },    { ".x", "" },
};

START_TEST(any_name_is_accepted_and_normalised)
{
	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++) {
		struct kmod_module *mod = mt_mod(ctx, spellings[i].spelling);

		ck_assert_str_eq(kmod_module_get_name(mod), spellings[i].name);
		kmod_module_unref(mod);
	}
	ck_assert_ptr_null(kmod_module_get_name(NULL));
}
END_TEST

START_TEST(long_name_is_cut)
{
	char spelling[5000];
	struct kmod_module *mod;

	memset(spelling, 'x', sizeof(spelling) - 1);
	spelling[sizeof(spelling) - 1] = '\0';
	mod = mt_mod(ctx, spelling);
	ck_assert_uint_eq(strlen(kmod_module_get_name(mod)), 4095);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(name_of_null_is_an_error)
{
	struct kmod_module *mod = NULL;

	ck_assert_int_eq(kmod_module_new_from_name(NULL, "x", &mod), -ENOENT);
	ck_assert_int_eq(kmod_module_new_from_name(ctx, NULL, &mod), -ENOENT);
	ck_assert_int_eq(kmod_module_new_from_name(ctx, "x", NULL), -ENOENT);
	ck_assert_ptr_null(mod);
}
END_TEST

/* ---- pool ---- */

START_TEST(equal_names_are_one_object)
{
	struct kmod_module *a = mt_mod(ctx, "snd-timer"), *b = mt_mod(ctx, "snd_timer");

	ck_assert_ptr_eq(a, b);
	ck_assert_ptr_eq(kmod_module_unref(b), a);
	ck_assert_ptr_null(kmod_module_unref(a));
}
END_TEST

START_TEST(alias_objects_are_others)
{
	struct kmod_module *plain, *alias, *other, *again;

	ck_assert_int_eq(mod_get(ctx, "ext4", NULL, &plain), 0);
	ck_assert_int_eq(mod_get(ctx, "ext4", "fs_ext4", &alias), 0);
	ck_assert_int_eq(mod_get(ctx, "ext4", "fs_ext3", &other), 0);
	ck_assert_int_eq(mod_get(ctx, "ext4", "fs_ext4", &again), 0);
	ck_assert_ptr_ne(plain, alias);
	ck_assert_ptr_ne(alias, other);
	ck_assert_ptr_eq(alias, again);
	ck_assert_str_eq(kmod_module_get_name(alias), "ext4");
	ck_assert(mod_is_alias(alias));
	ck_assert(!mod_is_alias(plain));
	kmod_module_unref(plain);
	kmod_module_unref(alias);
	kmod_module_unref(other);
	kmod_module_unref(again);
}
END_TEST

START_TEST(too_long_alias_is_refused)
{
	char alias[4096];
	struct kmod_module *mod;

	memset(alias, 'x', sizeof(alias) - 1);
	alias[4096 - 3] = '\0'; /* with a name of 1 byte and two more: 4096 */
	ck_assert_int_eq(mod_get(ctx, "m", alias, &mod), 0);
	kmod_module_unref(mod);
	ck_assert_int_eq(mod_get(ctx, "mm", alias, &mod), -ENAMETOOLONG);
}
END_TEST

START_TEST(pool_grows_and_forgets)
{
	struct kmod_module *mods[500];

	for (size_t i = 0; i < ARRAY_SIZE(mods); i++)
		mods[i] = mt_mod(ctx, ts_fmt("m%zu", i));
	for (size_t i = 0; i < ARRAY_SIZE(mods); i++) {
		struct kmod_module *again = mt_mod(ctx, ts_fmt("m%zu", i));

		ck_assert_ptr_eq(again, mods[i]);
		ck_assert_ptr_eq(kmod_module_unref(again), mods[i]);
		ck_assert_ptr_null(kmod_module_unref(mods[i]));
	}
	ck_assert_uint_eq(ctx->pool.n, 0);
}
END_TEST

START_TEST(references_are_counted)
{
	struct kmod_module *mod = mt_mod(ctx, "x");

	ck_assert_ptr_eq(kmod_module_ref(mod), mod);
	ck_assert_ptr_eq(kmod_module_unref(mod), mod);
	ck_assert_ptr_null(kmod_module_unref(mod));
	ck_assert_ptr_null(kmod_module_ref(NULL));
	ck_assert_ptr_null(kmod_module_unref(NULL));
}
END_TEST

/* ---- lists ---- */

START_TEST(list_entry_gives_a_reference)
{
	struct kmod_module *mod = mt_mod(ctx, "x"), *got;
	struct kmod_list *list = NULL;

	ck_assert_int_eq(mod_list_add(&list, mod), 0);
	got = kmod_module_get_module(list);
	ck_assert_ptr_eq(got, mod);
	ck_assert_int_eq(kmod_module_unref_list(list), 0);
	ck_assert_ptr_eq(kmod_module_unref(got), mod);
	ck_assert_ptr_null(kmod_module_unref(mod));
}
END_TEST

START_TEST(list_functions_take_null)
{
	ck_assert_ptr_null(kmod_module_get_module(NULL));
	ck_assert_int_eq(kmod_module_unref_list(NULL), 0);
}
END_TEST

/* ---- paths ---- */

START_TEST(path_comes_from_the_index)
{
	static const struct {
		const char *name, *path;
	} cases[] = {
		{ "a", "/" TS_MODULES "/kernel/a.ko" },
		{ "two-words", "/elsewhere/two-words.ko" },
		{ "vfat", NULL },
		{ "unknown", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kmod_module *mod = mt_mod(ctx, cases[i].name);

		for (int round = 0; round < 2; round++) {
			const char *path = kmod_module_get_path(mod);

			if (cases[i].path)
				ck_assert_pstr_eq(path, cases[i].path);
			else
				ck_assert_ptr_null(path);
		}
		kmod_module_unref(mod);
	}
	ck_assert_ptr_null(kmod_module_get_path(NULL));
}
END_TEST

START_TEST(path_that_was_given_out_never_changes)
{
	struct kmod_module *mod = mt_mod(ctx, "a");
	const char *path = kmod_module_get_path(mod);

	mt_index("modules.dep", "a moved/a.ko:\n");
	ck_assert_ptr_eq(kmod_module_get_path(mod), path);
	kmod_module_unref(mod);
	mod = mt_mod(ctx, "a");
	ck_assert_str_eq(kmod_module_get_path(mod), "/" TS_MODULES "/moved/a.ko");
	kmod_module_unref(mod);
}
END_TEST

static struct kmod_module *from_path(const char *path, int want)
{
	struct kmod_module *mod = NULL;

	ck_assert_int_eq(kmod_module_new_from_path(ctx, path, &mod), want);
	ck_assert(want == 0 ? mod != NULL : mod == NULL);
	return mod;
}

START_TEST(module_from_path_has_name_and_path)
{
	struct kmod_module *mod, *named;

	ts_write("d/x-y.ko.zst", "");
	mod = from_path("/d/x-y.ko.zst", 0);
	named = mt_mod(ctx, "x_y");
	ck_assert_str_eq(kmod_module_get_name(mod), "x_y");
	ck_assert_str_eq(kmod_module_get_path(mod), "/d/x-y.ko.zst");
	ck_assert_ptr_eq(mod, named);
	kmod_module_unref(mod);
	kmod_module_unref(named);
}
END_TEST

START_TEST(relative_path_is_made_absolute)
{
	struct kmod_module *mod;

	ts_write("here.ko", "");
	ck_assert_int_eq(chdir(ts_root()), 0);
	mod = from_path("./here.ko", 0);
	ck_assert_str_eq(kmod_module_get_path(mod), ts_path("./here.ko"));
	kmod_module_unref(mod);
}
END_TEST

START_TEST(path_must_exist_and_have_a_last_part)
{
	ts_mkdir("dir");
	ts_write("file", "");
	from_path("/none.ko", -ENOENT);
	from_path("/file/x.ko", -ENOTDIR);
	from_path("/dir/", -ENOENT);
	from_path("", -ENOENT);
	kmod_module_unref(from_path("/dir", 0));
}
END_TEST

START_TEST(path_of_null_is_an_error)
{
	struct kmod_module *mod = NULL;

	ck_assert_int_eq(kmod_module_new_from_path(NULL, "/x", &mod), -ENOENT);
	ck_assert_int_eq(kmod_module_new_from_path(ctx, NULL, &mod), -ENOENT);
	ck_assert_int_eq(kmod_module_new_from_path(ctx, "/x", NULL), -ENOENT);
}
END_TEST

START_TEST(second_path_of_a_name_is_refused)
{
	struct kmod_module *mod, *same;
	struct mt_log log;

	ts_write("one/m.ko", "");
	ts_write("two/m.ko", "");
	mod = from_path("/one/m.ko", 0);
	mt_log_to(ctx, &log);
	from_path("/two/m.ko", -EEXIST);
	ck_assert_int_eq(log.n, 1);
	ck_assert_ptr_nonnull(strstr(log.text, "/two/m.ko"));
	ck_assert_ptr_nonnull(strstr(log.text, "/one/m.ko"));
	same = from_path("/one/m.ko", 0);
	ck_assert_ptr_eq(same, mod);
	kmod_module_unref(same);
	kmod_module_unref(mod);
	kmod_module_unref(from_path("/two/m.ko", 0));
}
END_TEST

START_TEST(path_goes_to_an_object_without_one)
{
	struct kmod_module *fresh = mt_mod(ctx, "a"), *unknown = mt_mod(ctx, "m"), *mod;

	ts_write("d/a.ko", "");
	ts_write("d/m.ko", "");
	mod = from_path("/d/a.ko", 0); /* nobody asked for the index's path yet */
	ck_assert_ptr_eq(mod, fresh);
	ck_assert_str_eq(kmod_module_get_path(fresh), "/d/a.ko");
	kmod_module_unref(mod);

	ck_assert_ptr_null(kmod_module_get_path(unknown));
	mod = from_path("/d/m.ko", 0);
	ck_assert_ptr_eq(mod, unknown);
	ck_assert_str_eq(kmod_module_get_path(unknown), "/d/m.ko");
	kmod_module_unref(mod);
	kmod_module_unref(fresh);
	kmod_module_unref(unknown);
}
END_TEST

/* ---- built in ---- */

START_TEST(builtin_is_known_by_the_index)
{
	struct kmod_module *vfat = mt_mod(ctx, "vfat"), *a = mt_mod(ctx, "a");

	ck_assert(mod_is_builtin(vfat));
	ck_assert(!mod_is_builtin(a));
	ts_remove(TS_MODULES "/modules.builtin.bin");
	ck_assert(mod_is_builtin(vfat)); /* remembered */
	kmod_module_unref(vfat);
	kmod_module_unref(a);
}
END_TEST

START_TEST(module_from_path_is_never_builtin)
{
	struct kmod_module *vfat = mt_mod(ctx, "vfat"), *mod;

	ck_assert(mod_is_builtin(vfat));
	ts_write("d/vfat.ko", "");
	mod = from_path("/d/vfat.ko", 0);
	ck_assert_ptr_eq(mod, vfat);
	ck_assert(!mod_is_builtin(mod));
	kmod_module_unref(mod);
	kmod_module_unref(vfat);
}
END_TEST

/* ---- file ---- */

START_TEST(module_without_file_cannot_be_opened)
{
	struct kmod_module *mod = mt_mod(ctx, "unknown"), *gone = mt_mod(ctx, "two_words");

	ck_assert_int_eq(mod_file_lock(mod, false, NULL, NULL), -ENOENT);
	ck_assert_int_eq(mod_file_lock(gone, false, NULL, NULL), -ENOENT);
	kmod_module_unref(mod);
	kmod_module_unref(gone);
}
END_TEST

START_TEST(file_that_is_no_elf_opens_only_as_image)
{
	struct kmod_module *mod = mt_mod(ctx, "a");
	struct image *img = NULL, *again = NULL;
	const struct elf *elf;

	ck_assert_int_eq(mod_file_lock(mod, true, &img, &elf), -ENOEXEC);
	ck_assert_int_eq(mod_file_lock(mod, false, &img, NULL), 0);
	mod_file_unlock(mod);
	ts_remove(TS_MODULES "/kernel/a.ko");
	ck_assert_int_eq(mod_file_lock(mod, false, &again, NULL), 0); /* stays open */
	ck_assert_ptr_eq(again, img);
	mod_file_unlock(mod);
	kmod_module_unref(mod);
}
END_TEST

START_TEST(d12_directory_is_not_a_module_file)
{
	struct kmod_module *mod;

	ts_mkdir("dir.ko");
	mod = from_path("/dir.ko", 0);
	ck_assert_int_eq(mod_file_lock(mod, false, NULL, NULL), -EISDIR);
	kmod_module_unref(mod);
}
END_TEST

int main(void)
{
	const TTest *tests[] = { any_name_is_accepted_and_normalised,
				 long_name_is_cut,
				 name_of_null_is_an_error,
				 equal_names_are_one_object,
				 alias_objects_are_others,
				 too_long_alias_is_refused,
				 pool_grows_and_forgets,
				 references_are_counted,
				 list_entry_gives_a_reference,
				 list_functions_take_null,
				 path_comes_from_the_index,
				 path_that_was_given_out_never_changes,
				 module_from_path_has_name_and_path,
				 relative_path_is_made_absolute,
				 path_must_exist_and_have_a_last_part,
				 path_of_null_is_an_error,
				 second_path_of_a_name_is_refused,
				 path_goes_to_an_object_without_one,
				 builtin_is_known_by_the_index,
				 module_from_path_is_never_builtin,
				 module_without_file_cannot_be_opened,
				 file_that_is_no_elf_opens_only_as_image,
				 d12_directory_is_not_a_module_file,
				 NULL };

	return ts_run_trapped("mod", tests, setup, teardown);
}
