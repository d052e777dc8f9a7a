/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two places where a module describes itself: .modinfo and its build-id note. */
#include "libkmod/elf/elf-modinfo.h"

#include <string.h>

#define NOTE_HEADER_SIZE 12 /* name size, id size, type */
#define NOTE_TYPE_BUILD_ID 3

int elf_modinfo(const struct elf *elf, struct bytes *section)
{
	return elf_known_read(elf, ELF_MODINFO, section);
}

bool modinfo_next(struct bytes *rest, struct modinfo_entry *out)
{
	struct bytes string;
	const unsigned char *equals;
	size_t key_len;

	if (!bytes_next_string(rest, &string))
		return false;
	equals = memchr(string.ptr, '=', string.len);
	key_len = equals ? (size_t)(equals - string.ptr) : string.len;
	out->key = bytes_of(string.ptr, key_len);
	if (!equals || !bytes_sub(string, key_len + 1, string.len - key_len - 1, &out->value))
		out->value = bytes_of(string.ptr + string.len, 0);
	return true;
}

int elf_modinfo_value(const struct elf *elf, const char *key, struct bytes *value)
{
	struct bytes wanted = bytes_of(key, strlen(key));
	struct modinfo_entry entry;
	struct bytes rest;
	int r;

	r = elf_modinfo(elf, &rest);
	if (r <= 0)
		return r;
	while (modinfo_next(&rest, &entry)) {
		if (bytes_equal(entry.key, wanted)) {
			*value = entry.value;
			return 1;
		}
	}
	return 0;
}

int elf_build_id(const struct elf *elf, struct bytes *id)
{
	static const char owner[] = "GNU";
	uint32_t name_size, id_size, type;
	struct bytes note, name;
	int r;

	r = elf_known_read(elf, ELF_BUILD_ID, &note);
	if (r <= 0)
		return r;
	if (!bytes_u32(note, 0, elf->big, &name_size) || !bytes_u32(note, 4, elf->big, &id_size) ||
	    !bytes_u32(note, 8, elf->big, &type))
		return 0;
	if (type != NOTE_TYPE_BUILD_ID || name_size != sizeof(owner))
		return 0;
	if (!bytes_sub(note, NOTE_HEADER_SIZE, name_size, &name) ||
	    !bytes_equal(name, bytes_of(owner, sizeof(owner))))
		return 0;
	return bytes_sub(note, NOTE_HEADER_SIZE + name_size, id_size, id);
}
