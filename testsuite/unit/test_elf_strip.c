/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/elf/elf-strip.h"

#include <errno.h>
#include <string.h>

#include "shared/cleanup.h"
#include "testsuite/unit/forged.h"

#define BOTH (ELF_STRIP_VERMAGIC | ELF_STRIP_MODVERSION)

static const struct forge_module versioned = {
	.name = "m",
	.modinfo = FORGE_STRINGS("description=vermagic=not this"),
	.imports = FORGE_SYMBOLS({ .name = "x", .crc = 1 }),
	.signature = FORGE_PKCS7,
};

/* How many bytes differ from the image. */
static size_t n_changes(const struct forged *f, const unsigned char *copy, size_t len)
{
	size_t n = 0;

	ck_assert_uint_eq(len, f->bytes.len);
	for (size_t i = 0; i < len; i++)
		n += copy[i] != (unsigned char)f->bytes.data[i];
	return n;
}

START_TEST(modversion_clears_one_flag_of_the_section)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		_cleanup_free_ unsigned char *copy = NULL;
		_cleanup_forged_ struct forged f;
		struct forge_module m = versioned;
		struct elf_section s;
		struct image *img;
		struct elf elf;
		size_t len;

		set_layout(&m, layout);
		forged_open(&f, &m);
		ck_assert_int_eq(elf_strip(f.img, ELF_STRIP_MODVERSION, &copy, &len), 0);
		ck_assert_uint_eq(n_changes(&f, copy, len), 1);
		ck_assert_int_eq(image_from_bytes(bytes_of(copy, len), &img), 0);
		ck_assert_int_eq(elf_open(img, &elf), 0);
		ck_assert_int_eq(elf_section_find(&elf, "__versions", &s), 1);
		ck_assert_uint_eq(s.flags, 0);
		image_close(img);
	}
}
END_TEST

START_TEST(d13_modversion_clears_the_extended_pair_too)
{
	_cleanup_free_ unsigned char *copy = NULL;
	_cleanup_forged_ struct forged f;
	struct forge_module m = versioned;
	size_t len;

	m.extended = FORGE_SYMBOLS({ .name = "x", .crc = 1 });
	forged_open(&f, &m);
	ck_assert_int_eq(elf_strip(f.img, ELF_STRIP_MODVERSION, &copy, &len), 0);
	ck_assert_uint_eq(n_changes(&f, copy, len), 3);
}
END_TEST

START_TEST(vermagic_string_is_overwritten_with_nuls)
{
	static const char zeros[sizeof("vermagic=" FORGE_VERMAGIC)];

	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		_cleanup_free_ unsigned char *copy = NULL;
		_cleanup_forged_ struct forged f;
		struct forge_module m = versioned;
		size_t len, at;

		set_layout(&m, layout);
		forged_open(&f, &m);
		ck_assert_int_eq(elf_strip(f.img, ELF_STRIP_VERMAGIC, &copy, &len), 0);
		ck_assert_uint_eq(n_changes(&f, copy, len), sizeof(zeros) - 1);
		at = (size_t)((char *)memmem(f.bytes.data, len, "\0vermagic=", 10) + 1 - f.bytes.data);
		ck_assert(memcmp(copy + at, zeros, sizeof(zeros)) == 0);
	}
}
END_TEST

START_TEST(only_the_first_vermagic_goes)
{
	_cleanup_free_ unsigned char *copy = NULL;
	_cleanup_forged_ struct forged f;
	struct forge_module m = versioned;
	size_t len;

	m.modinfo = FORGE_STRINGS("vermagic=one", "vermagic=second");
	forged_open(&f, &m);
	ck_assert_int_eq(elf_strip(f.img, ELF_STRIP_VERMAGIC, &copy, &len), 0);
	ck_assert_uint_eq(n_changes(&f, copy, len), strlen("vermagic=one"));
	ck_assert_ptr_nonnull(memmem(copy, len, "\0vermagic=second", 17));
}
END_TEST

START_TEST(both_change_both_and_none_changes_nothing)
{
	_cleanup_free_ unsigned char *copy = NULL, *same = NULL;
	_cleanup_forged_ struct forged f;
	size_t len;

	forged_open(&f, &versioned);
	ck_assert_int_eq(elf_strip(f.img, BOTH, &copy, &len), 0);
	ck_assert_uint_eq(n_changes(&f, copy, len), 1 + strlen("vermagic=" FORGE_VERMAGIC));
	ck_assert_int_eq(elf_strip(f.img, 0, &same, &len), 0);
	ck_assert_uint_eq(n_changes(&f, same, len), 0);
}
END_TEST

START_TEST(d29_module_without_vermagic_is_left_as_it_is)
{
	static const unsigned flags[] = {
		FORGE_NO_VERMAGIC, FORGE_NO_MODINFO, FORGE_NO_MODINFO | FORGE_NO_VERSIONS,
		FORGE_NO_VERMAGIC | FORGE_NO_VERSIONS,
	};

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		_cleanup_free_ unsigned char *copy = NULL;
		_cleanup_forged_ struct forged f;
		struct forge_module m = versioned;
		size_t len;

		m.flags = flags[i];
		forged_open(&f, &m);
		ck_assert_int_eq(elf_strip(f.img, BOTH, &copy, &len), 0);
		ck_assert_uint_eq(n_changes(&f, copy, len), flags[i] & FORGE_NO_VERSIONS ? 0 : 1);
	}
}
END_TEST

START_TEST(compressed_module_is_stripped_decompressed)
{
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT, packed = STRBUF_INIT;
	_cleanup_free_ unsigned char *copy = NULL;
	struct image *img;
	size_t len;

	ck_assert_int_eq(forge_build(&versioned, &image), 0);
	ck_assert_int_eq(forge_build(&versioned, &packed), 0);
	if (forge_compress(&packed, IMAGE_XZ) == -ENOSYS)
		return;
	ck_assert_int_eq(image_from_bytes(bytes_of(packed.data, packed.len), &img), 0);
	ck_assert_int_eq(elf_strip(img, BOTH, &copy, &len), 0);
	ck_assert_uint_eq(len, image.len);
	ck_assert_ptr_null(memmem(copy, len, "\0vermagic=", 10));
	image_close(img);
}
END_TEST

START_TEST(what_is_not_a_module_cannot_be_forced)
{
	static const char text[] = "some text that is certainly not an ELF file";
	unsigned char *copy = NULL;
	struct image *img;
	size_t len;

	ck_assert_int_eq(image_from_bytes(bytes_of(text, sizeof(text)), &img), 0);
	ck_assert_int_eq(elf_strip(img, BOTH, &copy, &len), -ENOEXEC);
	ck_assert_ptr_null(copy);
	image_close(img);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		modversion_clears_one_flag_of_the_section,
		d13_modversion_clears_the_extended_pair_too,
		vermagic_string_is_overwritten_with_nuls,
		only_the_first_vermagic_goes,
		both_change_both_and_none_changes_nothing,
		d29_module_without_vermagic_is_left_as_it_is,
		compressed_module_is_stripped_decompressed,
		what_is_not_a_module_cannot_be_forced,
		NULL,
	};

	return ts_run("elf_strip", tests, NULL, NULL);
}
