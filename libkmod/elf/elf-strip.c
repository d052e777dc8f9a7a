/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel's "ignore" flags do for finit_module, done to the bytes for
 * init_module: a section that is not SHF_ALLOC is not seen by the kernel, and a
 * .modinfo without vermagic makes it skip the comparison.
 */
#include "libkmod/elf/elf-strip.h"

#include <errno.h>
#include <string.h>

#include "libkmod/elf/elf-modinfo.h"
#include "shared/cleanup.h"

#define SHF_ALLOC 0x2
#define VERMAGIC "vermagic="

static void clear_alloc(const struct elf *elf, enum elf_known which, unsigned char *copy)
{
	unsigned index = elf->known[which];
	uint64_t off;
	unsigned size;

	if (index == 0)
		return;
	elf_section_flags_at(elf, index, &off, &size);
	copy[elf->big ? off + size - 1 : off] &= (unsigned char)~SHF_ALLOC;
}

static int clear_vermagic(const struct elf *elf, struct bytes image, unsigned char *copy)
{
	struct bytes rest, string;
	int r;

	r = elf_modinfo(elf, &rest);
	if (r <= 0)
		return r;
	while (bytes_next_string(&rest, &string)) {
		if (bytes_starts_with(string, VERMAGIC, strlen(VERMAGIC))) {
			memset(copy + (string.ptr - image.ptr), 0, string.len);
			break;
		}
	}
	return 0;
}

int elf_strip(struct image *img, unsigned flags, unsigned char **out, size_t *len)
{
	_cleanup_free_ unsigned char *copy = NULL;
	struct bytes image;
	struct elf elf;
	int r;

	r = image_whole(img, &image);
	if (r == 0)
		r = elf_open(img, &elf);
	if (r < 0)
		return r;
	copy = malloc(image.len);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, image.ptr, image.len);
	if (flags & ELF_STRIP_MODVERSION) {
		clear_alloc(&elf, ELF_VERSIONS, copy);
		clear_alloc(&elf, ELF_VERSION_EXT_CRCS, copy);
		clear_alloc(&elf, ELF_VERSION_EXT_NAMES, copy);
	}
	if (flags & ELF_STRIP_VERMAGIC) {
		r = clear_vermagic(&elf, image, copy);
		if (r < 0)
			return r;
	}
	*out = TAKE_PTR(copy);
	*len = image.len;
	return 0;
}
