/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/name.h"

#include <errno.h>
#include <string.h>

#include "testsuite/lib/ts.h"

START_TEST(a_module_name_ends_at_its_first_dot)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "snd-timer", "snd_timer" },
		{ "foo.bar.ko", "foo" },
		{ ".x.ko", "" },
		{ "", "" },
		{ "a/b-c", "a/b_c" },
		{ "a-[b-c]", "a_[b_c]" },
		{ "a_b", "a_b" },
	};
	char out[NAME_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_uint_eq(name_normalise(rows[i].in, out), strlen(rows[i].out));
		ck_assert_msg(strcmp(out, rows[i].out) == 0, "%s gives %s", rows[i].in,
			      out);
	}
}
END_TEST

START_TEST(a_path_gives_the_name_of_its_last_component)
{
	char out[NAME_SIZE];

	ck_assert_uint_eq(name_from_path("/lib/x.y/snd-pcm.ko.zst", out), 7);
	ck_assert_str_eq(out, "snd_pcm");
	ck_assert_uint_eq(name_from_path("plain", out), 5);
	ck_assert_uint_eq(name_from_path("dir/", out), 0);
}
END_TEST

START_TEST(names_are_cut_at_4095_bytes)
{
	char in[5000], out[NAME_SIZE];

	memset(in, 'a', sizeof(in));
	in[sizeof(in) - 1] = '\0';
	ck_assert_uint_eq(name_normalise(in, out), 4095);
	ck_assert_uint_eq(strlen(out), 4095);
	ck_assert_int_eq(name_normalise_lookup(in, out), 0);
	ck_assert_uint_eq(strlen(out), 4095);
}
END_TEST

START_TEST(an_alias_keeps_what_is_in_brackets)
{
	static const struct {
		const char *in, *out; /* out NULL: refused */
	} rows[] = {
		{ "a-b", "a_b" },
		{ "usb:v0-[0-9]-x", "usb:v0_[0-9]_x" },
		{ "a-b.c-d", "a_b.c_d" },
		{ "[a-[b-c]-d", "[a-[b-c]_d" }, /* the first ] closes */
		{ "[]", "[]" },
		{ "[a-b", NULL },
		{ "a]", NULL },
		{ "[a]]", NULL },
		{ "", "" },
	};
	char out[NAME_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int r = name_normalise_lookup(rows[i].in, out);

		ck_assert_msg(r == (rows[i].out ? 0 : -EINVAL), "%s gives %d", rows[i].in,
			      r);
		if (rows[i].out)
			ck_assert_str_eq(out, rows[i].out);
	}
}
END_TEST

START_TEST(a_bracket_open_at_the_cut_is_an_error)
{
	char in[5000], out[NAME_SIZE];

	memset(in, 'a', sizeof(in));
	in[4090] = '[';
	in[4100] = ']';
	in[sizeof(in) - 1] = '\0';
	ck_assert_int_eq(name_normalise_lookup(in, out), -EINVAL);
	ck_assert_int_eq(name_normalise_alias(in), 0);
}
END_TEST

START_TEST(unsafe_names_never_become_paths)
{
	char longest[257];
	static const char *const unsafe[] = { "",  ".",    "..",    "a/b",
					      "/", "a\nb", "a\x7f", "\x1b[m" };

	for (size_t i = 0; i < ARRAY_SIZE(unsafe); i++)
		ck_assert_msg(!name_is_safe(unsafe[i]), "row %zu", i);
	ck_assert(name_is_safe("ext4"));
	ck_assert(name_is_safe("..."));
	memset(longest, 'a', 256);
	longest[256] = '\0';
	ck_assert(!name_is_safe(longest));
	longest[255] = '\0';
	ck_assert(name_is_safe(longest));
}
END_TEST

START_TEST(d5_hidden_files_are_not_modules)
{
	size_t len = 0;

	ck_assert(!name_is_module_file(".x.ko", NULL));
	ck_assert(!name_is_module_file(".ko", NULL));
	ck_assert(!name_is_module_file("", NULL));
	ck_assert(!name_is_module_file("x.KO", NULL));
	ck_assert(!name_is_module_file("x.ko.bz2", NULL));
	ck_assert(!name_is_module_file("xko", NULL));
	ck_assert(name_is_module_file("a.b.ko", &len));
	ck_assert_uint_eq(len, 3);
}
END_TEST

START_TEST(a_compressed_suffix_counts_with_its_decompressor)
{
	size_t len = 0;

	ck_assert_int_eq(name_is_module_file("x.ko.gz", &len), ENABLE_ZLIB);
	ck_assert_int_eq(name_is_module_file("x.ko.xz", &len), ENABLE_XZ);
	ck_assert_int_eq(name_is_module_file("x.ko.zst", &len), ENABLE_ZSTD);
	ck_assert_uint_eq(len, ENABLE_ZLIB || ENABLE_XZ || ENABLE_ZSTD ? 1 : 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		a_module_name_ends_at_its_first_dot,
		a_path_gives_the_name_of_its_last_component,
		names_are_cut_at_4095_bytes,
		an_alias_keeps_what_is_in_brackets,
		a_bracket_open_at_the_cut_is_an_error,
		unsafe_names_never_become_paths,
		d5_hidden_files_are_not_modules,
		a_compressed_suffix_counts_with_its_decompressor,
		NULL,
	};
	return ts_run("name", tests, NULL, NULL);
}
