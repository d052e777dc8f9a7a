/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exports, imports, both kinds of versions. */
#include "testsuite/fuzz/fuzz.h"

#include <string.h>

#include "libkmod/elf/elf-versions.h"
#include "shared/cleanup.h"

static int touch(void *data _unused_, const struct elf_symbol *sym)
{
	fuzz_check(strlen(sym->name) == sym->name_len);
	fuzz_touch(bytes_of(sym->name, sym->name_len + 1));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(image_closep) struct image *img = NULL;
	struct elf elf;
	int r;

	if (image_from_bytes(bytes_of(data, size), &img) < 0 || elf_open(img, &elf) < 0)
		return 0;
	r = elf_exports(&elf, touch, NULL);
	fuzz_check(r <= 0);
	r = elf_imports(&elf, 0, touch, NULL);
	fuzz_check(r <= 0);
	r = elf_imports(&elf, ELF_IMPORTS_CRC | ELF_IMPORTS_LEFTOVER, touch, NULL);
	fuzz_check(r <= 0);
	r = elf_versions(&elf, touch, NULL);
	fuzz_check(r <= 0);
	return 0;
}
