/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ELF view: every section, modinfo, build-id, forced-load copies. */
#include "testsuite/fuzz/fuzz.h"

#include <stdlib.h>

#include "libkmod/elf/elf-modinfo.h"
#include "libkmod/elf/elf-strip.h"
#include "shared/cleanup.h"

static void touch_sections(const struct elf *elf)
{
	struct elf_section s;
	struct bytes b;

	for (unsigned i = 0; i < elf->n_sections; i++) {
		if (elf_section_at(elf, i, &s) == 1 && elf_section_bytes(elf, &s, &b) == 0)
			fuzz_touch(b);
	}
}

static void touch_modinfo(const struct elf *elf)
{
	struct modinfo_entry e;
	struct bytes b;

	if (elf_modinfo(elf, &b) == 1)
		while (modinfo_next(&b, &e)) {
			fuzz_touch(e.key);
			fuzz_touch(e.value);
		}
	if (elf_build_id(elf, &b) == 1)
		fuzz_touch(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(image_closep) struct image *img = NULL;
	_cleanup_free_ unsigned char *copy = NULL;
	struct elf elf;
	size_t len;

	if (image_from_bytes(bytes_of(data, size), &img) < 0 || elf_open(img, &elf) < 0)
		return 0;
	touch_sections(&elf);
	touch_modinfo(&elf);
	if (elf_strip(img, ELF_STRIP_VERMAGIC | ELF_STRIP_MODVERSION, &copy, &len) == 0)
		fuzz_check(len == elf.size);
	return 0;
}
