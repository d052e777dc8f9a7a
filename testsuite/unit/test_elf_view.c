/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/elf/elf-view.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libkmod/elf/elf-modinfo.h"
#include "libkmod/elf/elf-versions.h"
#include "libkmod/elf/sig.h"
#include "shared/cleanup.h"
#include "testsuite/unit/forged.h"

static const struct forge_module full = {
	.name = "full",
	.modinfo = FORGE_STRINGS("alias=a", "alias=b"),
	.exports = FORGE_SYMBOLS({ .name = "one", .crc = 1 }, { .name = "two", .crc = 2 }),
	.imports = FORGE_SYMBOLS({ .name = "three", .crc = 3 }, { .name = "four", .weak = true }),
	.extended = FORGE_SYMBOLS({ .name = "five", .crc = 5 }),
	.signature = FORGE_PKCS7,
};

START_TEST(all_classes_and_byte_orders_are_read)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		_cleanup_forged_ struct forged f;
		struct forge_module m = full;
		struct elf_section s;
		struct bytes b;

		set_layout(&m, layout);
		forged_open(&f, &m);
		ck_assert_int_eq(f.elf.is64, !m.bits32);
		ck_assert_int_eq(f.elf.big, m.big);
		ck_assert_int_eq(f.elf.machine, m.bits32 ? 3 : 62);
		ck_assert_uint_eq(f.elf.n_sections, 14);
		ck_assert_int_eq(elf_section_find(&f.elf, ".modinfo", &s), 1);
		ck_assert_str_eq(s.name, ".modinfo");
		ck_assert_uint_eq(s.flags, 2);
		ck_assert_uint_eq(s.type, 1);
		ck_assert_int_eq(elf_section_bytes(&f.elf, &s, &b), 0);
		ck_assert(bytes_starts_with(b, "alias=a\0alias=b\0license=GPL\0", 28));
	}
}
END_TEST

START_TEST(machine_is_told_not_judged)
{
	_cleanup_forged_ struct forged f;
	struct forge_module m = { .name = "a", .machine = 183 };

	forged_open(&f, &m);
	ck_assert_int_eq(f.elf.machine, 183);
	ck_assert_str_eq(elf_machine_name(183), "AArch64");
	ck_assert_str_eq(elf_machine_name(62), "x86-64");
	ck_assert_ptr_null(elf_machine_name(0x1234));
}
END_TEST

START_TEST(defects_of_header_and_tables_are_refused)
{
	static const struct {
		enum forge_defect defect;
		int error;
	} rows[] = {
		{ FORGE_SOUND, 0 },
		{ FORGE_TRUNCATED, -EINVAL },
		{ FORGE_BAD_MAGIC, -ENOEXEC },
		{ FORGE_BAD_CLASS, -EINVAL },
		{ FORGE_BAD_BYTE_ORDER, -EINVAL },
		{ FORGE_BAD_SHENTSIZE, -EINVAL },
		{ FORGE_SHNUM_0, -EINVAL },
		{ FORGE_SHNUM_TOO_BIG, -EINVAL },
		{ FORGE_SHSTRNDX_0, -EINVAL },
		{ FORGE_SHSTRNDX_TOO_BIG, -EINVAL },
		{ FORGE_SHOFF_OUTSIDE, -EINVAL },
		{ FORGE_SHOFF_WRAPS, -EINVAL },
		{ FORGE_NAMES_OUTSIDE, -EINVAL },
		{ FORGE_NAMES_EMPTY, -EINVAL },
		{ FORGE_NAMES_UNTERMINATED, -EINVAL },
		{ FORGE_MODINFO_OUTSIDE, 0 },
		{ FORGE_SYMTAB_BAD_SIZE, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
			_cleanup_forged_ struct forged f;
			struct forge_module m = full;
			int r;

			m.defect = rows[i].defect;
			set_layout(&m, layout);
			r = forged_try(&f, &m);
			ck_assert_msg(r == rows[i].error, "%s gives %d",
				      forge_defect_name(rows[i].defect), r);
		}
	}
}
END_TEST

START_TEST(d14_bad_name_index_is_invalid_never_an_abort)
{
	_cleanup_forged_ struct forged zero, large;
	struct forge_module m = full;

	m.defect = FORGE_SHSTRNDX_0;
	ck_assert_int_eq(forged_try(&zero, &m), -EINVAL);
	m.defect = FORGE_SHSTRNDX_TOO_BIG;
	ck_assert_int_eq(forged_try(&large, &m), -EINVAL);
}
END_TEST

START_TEST(text_is_not_elf)
{
	static const char text[] = "this is not a module, only some text of a fair length";
	struct image *img;
	struct elf elf;

	ck_assert_int_eq(image_from_bytes(bytes_of(text, sizeof(text)), &img), 0);
	ck_assert_int_eq(elf_open(img, &elf), -ENOEXEC);
	image_close(img);
	ck_assert_int_eq(image_from_bytes(bytes_of("\x7f" "ELF\2\1\1", 7), &img), 0);
	ck_assert_int_eq(elf_open(img, &elf), -ENOEXEC);
	image_close(img);
}
END_TEST

START_TEST(section_index_0_and_beyond_are_absent)
{
	_cleanup_forged_ struct forged f;
	struct elf_section s = { .index = 77 };

	forged_open(&f, &full);
	ck_assert_int_eq(elf_section_at(&f.elf, 0, &s), 0);
	ck_assert_int_eq(elf_section_at(&f.elf, f.elf.n_sections, &s), 0);
	ck_assert_int_eq(elf_section_at(&f.elf, 0xfff1, &s), 0);
	ck_assert_uint_eq(s.index, 77);
	ck_assert_int_eq(elf_section_at(&f.elf, 1, &s), 1);
	ck_assert_str_eq(s.name, ".note.gnu.build-id");
}
END_TEST

START_TEST(single_bad_section_is_absent)
{
	static const enum forge_defect defects[] = {
		FORGE_SECTION_NAME_OUTSIDE, FORGE_MODINFO_OUTSIDE, FORGE_MODINFO_SIZE_WRAPS,
		FORGE_MODINFO_OFF_0,
	};

	for (size_t i = 0; i < ARRAY_SIZE(defects); i++) {
		for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
			_cleanup_forged_ struct forged f;
			struct forge_module m = full;
			struct bytes b;

			m.defect = defects[i];
			set_layout(&m, layout);
			forged_open(&f, &m);
			ck_assert_int_eq(elf_section_read(&f.elf, ".modinfo", &b), 0);
			ck_assert_int_eq(elf_known_read(&f.elf, ELF_MODINFO, &b), 0);
			ck_assert_int_eq(elf_section_read(&f.elf, "__versions", &b), 1);
		}
	}
}
END_TEST

START_TEST(many_names_are_found_in_one_pass)
{
	static const char *const names[] = { ".symtab", ".nonesuch", ".modinfo", "__versions" };
	_cleanup_forged_ struct forged f;
	struct elf_section s[ARRAY_SIZE(names)];

	forged_open(&f, &full);
	elf_sections_find(&f.elf, names, ARRAY_SIZE(names), s);
	ck_assert_ptr_null(s[1].name);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (i != 1)
			ck_assert_str_eq(s[i].name, names[i]);
}
END_TEST

/* Renames a section in the image by pointing its header at another one's name. */
static void copy_name(struct forged *f, unsigned to, unsigned from)
{
	size_t size = f->elf.is64 ? 64 : 40;

	memcpy(f->bytes.data + f->elf.table_off + to * size,
	       f->bytes.data + f->elf.table_off + from * size, 4);
}

START_TEST(first_section_of_a_name_wins)
{
	_cleanup_forged_ struct forged f;
	struct elf_section s, text;
	struct bytes b;

	forged_open(&f, &full);
	ck_assert_int_eq(elf_section_find(&f.elf, ".modinfo", &s), 1);
	ck_assert_int_eq(elf_section_find(&f.elf, ".text", &text), 1);
	copy_name(&f, text.index, s.index);
	ck_assert_int_eq(elf_open(f.img, &f.elf), 0);
	ck_assert_int_eq(elf_section_find(&f.elf, ".modinfo", &s), 1);
	ck_assert_uint_eq(s.index, text.index);
	ck_assert_int_eq(elf_known_read(&f.elf, ELF_MODINFO, &b), 1);
	ck_assert_uint_eq(b.len, text.size);
}
END_TEST

START_TEST(known_sections_are_those_found_by_name)
{
	static const char *const names[N_ELF_KNOWN_] = {
		[ELF_MODINFO] = ".modinfo",
		[ELF_SYMTAB] = ".symtab",
		[ELF_STRTAB] = ".strtab",
		[ELF_KSYMTAB_STRINGS] = "__ksymtab_strings",
		[ELF_VERSIONS] = "__versions",
		[ELF_VERSION_EXT_CRCS] = "__version_ext_crcs",
		[ELF_VERSION_EXT_NAMES] = "__version_ext_names",
		[ELF_BUILD_ID] = ".note.gnu.build-id",
	};
	_cleanup_forged_ struct forged f;

	forged_open(&f, &full);
	for (unsigned k = 0; k < N_ELF_KNOWN_; k++) {
		struct elf_section s;

		ck_assert_msg(elf_section_find(&f.elf, names[k], &s) == 1, "%s", names[k]);
		ck_assert_uint_eq(f.elf.known[k], s.index);
	}
}
END_TEST

static int touch(void *sum, const struct elf_symbol *s)
{
	*(unsigned *)sum += (unsigned)strlen(s->name);
	return 0;
}

/* Asks everything that can be asked. */
static unsigned read_all(struct bytes bytes)
{
	_cleanup_(image_closep) struct image *img = NULL;
	unsigned sum = 0, flags = ELF_IMPORTS_CRC | ELF_IMPORTS_LEFTOVER;
	struct modinfo_entry e;
	struct bytes b;
	struct elf elf;
	struct sig sig;

	if (image_from_bytes(bytes, &img) < 0)
		return 0;
	if (sig_read(img, &sig) > 0)
		sig_fini(&sig);
	if (elf_open(img, &elf) < 0)
		return 0;
	if (elf_modinfo(&elf, &b) > 0)
		while (modinfo_next(&b, &e))
			sum += (unsigned)(e.key.len + e.value.len);
	sum += (unsigned)elf_build_id(&elf, &b);
	sum += (unsigned)elf_exports(&elf, touch, &sum);
	sum += (unsigned)elf_imports(&elf, flags, touch, &sum);
	sum += (unsigned)elf_versions(&elf, touch, &sum);
	return sum;
}

/* Each length in memory of exactly that size, so that a checker sees a step beyond. */
START_TEST(truncation_at_every_byte_is_survived)
{
	for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
		_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;
		struct forge_module m = full;

		set_layout(&m, layout);
		ck_assert_int_eq(forge_build(&m, &image), 0);
		for (size_t len = 0; len < image.len; len++) {
			unsigned char *cut = malloc(len ? len : 1);

			memcpy(cut, image.data, len);
			read_all(bytes_of(cut, len));
			free(cut);
		}
	}
}
END_TEST

START_TEST(every_defect_is_survived_by_every_reader)
{
	for (unsigned d = 0; d < N_FORGE_DEFECTS_; d++) {
		for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
			_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;
			struct forge_module m = full;

			m.defect = (enum forge_defect)d;
			set_layout(&m, layout);
			ck_assert_int_eq(forge_build(&m, &image), 0);
			read_all(bytes_of(image.data, image.len));
		}
	}
}
END_TEST

/* The file's bytes, with what no process may read right behind the last. */
static struct bytes before_a_wall(const void *data, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (len + page - 1) / page * page;
	char *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(map, MAP_FAILED);
	ck_assert_int_eq(mprotect(map + room, page, PROT_NONE), 0);
	return bytes_of(memcpy(map + room - len, data, len), len);
}

START_TEST(short_name_at_the_very_end_is_not_read_beyond)
{
	/* ELF64: header, two section headers, and a table of names that is the last 3 bytes. */
	static const unsigned char header[] = {
		0x7f, 'E', 'L', 'F', 2, 1, 1, [18] = 62, [0x28] = 64, [0x3a] = 64,
		[0x3c] = 2, [0x3e] = 1,
	};
	static const unsigned char names[] = { 0, '_', 0 };
	unsigned char image[64 + 2 * 64 + sizeof(names)] = { 0 };
	unsigned char *section = image + 2 * 64;
	struct image *img;
	struct elf elf;

	memcpy(image, header, sizeof(header));
	section[0] = 1; /* "_" */
	section[24] = 64 + 2 * 64;
	section[32] = sizeof(names);
	memcpy(image + 64 + 2 * 64, names, sizeof(names));
	ck_assert_int_eq(image_from_bytes(before_a_wall(image, sizeof(image)), &img), 0);
	ck_assert_int_eq(elf_open(img, &elf), 0);
	ck_assert_uint_eq(elf.n_sections, 2);
	image_close(img);
}
END_TEST

START_TEST(any_changed_byte_is_survived)
{
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;

	ck_assert_int_eq(forge_build(&full, &image), 0);
	for (size_t i = 0; i < image.len; i++) {
		char was = image.data[i];

		image.data[i] = (char)0xff;
		read_all(bytes_of(image.data, image.len));
		image.data[i] = (char)(was + 1);
		read_all(bytes_of(image.data, image.len));
		image.data[i] = was;
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		all_classes_and_byte_orders_are_read,
		machine_is_told_not_judged,
		defects_of_header_and_tables_are_refused,
		d14_bad_name_index_is_invalid_never_an_abort,
		text_is_not_elf,
		section_index_0_and_beyond_are_absent,
		single_bad_section_is_absent,
		many_names_are_found_in_one_pass,
		first_section_of_a_name_wins,
		known_sections_are_those_found_by_name,
		truncation_at_every_byte_is_survived,
		every_defect_is_survived_by_every_reader,
		short_name_at_the_very_end_is_not_read_beyond,
		any_changed_byte_is_survived,
		NULL,
	};

	return ts_run("elf_view", tests, NULL, NULL);
}
