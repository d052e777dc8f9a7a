/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A defect is one row: which field of which part gets which value. A row whose part
 * is not in the image changes nothing.
 */
#include "testsuite/forge/forge.h"

#include "shared/str.h"

enum part {
	IN_HEADER,
	IN_SECTION_HEADER,
	IN_SECTION,     /* offset from its start; END counts from its end */
	IN_LAST_SYMBOL,
	IN_FIRST_CRC,
	IN_TRAILER,
	CUT,            /* the file in half */
};

/* A field of a header or a record: offset and size in both classes. */
struct field {
	unsigned off[2];  /* [bits32] */
	unsigned size[2];
};

#define FIELD(off64, size64, off32, size32) { { (off64), (off32) }, { (size64), (size32) } }
#define BYTES(off, n) FIELD(off, n, off, n)
#define LAST_BYTE FIELD(UINT32_MAX, 1, UINT32_MAX, 1)

#define E_SHOFF FIELD(0x28, 8, 0x20, 4)
#define E_SHENTSIZE FIELD(0x3a, 2, 0x2e, 2)
#define E_SHNUM FIELD(0x3c, 2, 0x30, 2)
#define E_SHSTRNDX FIELD(0x3e, 2, 0x32, 2)
#define SH_NAME BYTES(0, 4)
#define SH_OFFSET FIELD(24, 8, 16, 4)
#define SH_SIZE FIELD(32, 8, 20, 4)
#define ST_NAME BYTES(0, 4)
#define ST_VALUE FIELD(8, 8, 4, 4)
#define VERSION_NAME FIELD(8, 56, 4, 60)
#define ONES UINT64_MAX
#define FAR 0x7ffffff0u

static const struct defect {
	enum part part;
	const char *section;
	struct field field;
	uint64_t value;
} defects[N_FORGE_DEFECTS_] = {
	[FORGE_TRUNCATED] = { CUT, NULL, BYTES(0, 0), 0 },
	[FORGE_BAD_MAGIC] = { IN_HEADER, NULL, BYTES(1, 1), 'e' },
	[FORGE_BAD_CLASS] = { IN_HEADER, NULL, BYTES(4, 1), 3 },
	[FORGE_BAD_BYTE_ORDER] = { IN_HEADER, NULL, BYTES(5, 1), 0 },
	[FORGE_BAD_SHENTSIZE] = { IN_HEADER, NULL, E_SHENTSIZE, 41 },
	[FORGE_SHNUM_0] = { IN_HEADER, NULL, E_SHNUM, 0 },
	[FORGE_SHNUM_TOO_BIG] = { IN_HEADER, NULL, E_SHNUM, 0xffff },
	[FORGE_SHSTRNDX_0] = { IN_HEADER, NULL, E_SHSTRNDX, 0 },
	[FORGE_SHSTRNDX_TOO_BIG] = { IN_HEADER, NULL, E_SHSTRNDX, 0xff00 },
	[FORGE_SHOFF_OUTSIDE] = { IN_HEADER, NULL, E_SHOFF, FAR },
	[FORGE_SHOFF_WRAPS] = { IN_HEADER, NULL, E_SHOFF, ONES },
	[FORGE_NAMES_OUTSIDE] = { IN_SECTION_HEADER, ".shstrtab", SH_OFFSET, FAR },
	[FORGE_NAMES_EMPTY] = { IN_SECTION_HEADER, ".shstrtab", SH_SIZE, 0 },
	[FORGE_NAMES_UNTERMINATED] = { IN_SECTION, ".shstrtab", LAST_BYTE, 'x' },
	[FORGE_SECTION_NAME_OUTSIDE] = { IN_SECTION_HEADER, ".modinfo", SH_NAME, FAR },
	[FORGE_MODINFO_OUTSIDE] = { IN_SECTION_HEADER, ".modinfo", SH_OFFSET, FAR },
	[FORGE_MODINFO_SIZE_WRAPS] = { IN_SECTION_HEADER, ".modinfo", SH_SIZE, ONES },
	[FORGE_MODINFO_OFF_0] = { IN_SECTION_HEADER, ".modinfo", SH_OFFSET, 0 },
	[FORGE_MODINFO_EMPTY] = { IN_SECTION_HEADER, ".modinfo", SH_SIZE, 0 },
	[FORGE_SYMTAB_BAD_SIZE] = { IN_SECTION_HEADER, ".symtab", SH_SIZE, 49 },
	[FORGE_SYMTAB_OUTSIDE] = { IN_SECTION_HEADER, ".symtab", SH_OFFSET, FAR },
	[FORGE_SYMBOL_NAME_OUTSIDE] = { IN_LAST_SYMBOL, ".symtab", ST_NAME, FAR },
	[FORGE_STRTAB_UNTERMINATED] = { IN_SECTION, ".strtab", LAST_BYTE, 'x' },
	[FORGE_STRTAB_OUTSIDE] = { IN_SECTION_HEADER, ".strtab", SH_OFFSET, FAR },
	[FORGE_CRC_OUTSIDE] = { IN_FIRST_CRC, ".symtab", ST_VALUE, FAR },
	[FORGE_STRINGS_UNTERMINATED] = { IN_SECTION, "__ksymtab_strings", LAST_BYTE, 'x' },
	[FORGE_VERSIONS_BAD_SIZE] = { IN_SECTION_HEADER, "__versions", SH_SIZE, 63 },
	[FORGE_VERSION_UNTERMINATED] = { IN_SECTION, "__versions", VERSION_NAME, 'x' },
	[FORGE_EXT_CRCS_BAD_SIZE] = { IN_SECTION_HEADER, "__version_ext_crcs", SH_SIZE, 3 },
	[FORGE_EXT_NAMES_SHORT] = { IN_SECTION_HEADER, "__version_ext_names", SH_SIZE, 1 },
	[FORGE_BUILD_ID_BAD_OWNER] = { IN_SECTION, ".note.gnu.build-id", BYTES(12, 1), 'X' },
	[FORGE_BUILD_ID_TOO_LONG] = { IN_SECTION, ".note.gnu.build-id", BYTES(4, 4), FAR },
	[FORGE_SIG_BAD_ALGORITHM] = { IN_TRAILER, NULL, BYTES(0, 1), 2 },
	[FORGE_SIG_BAD_HASH] = { IN_TRAILER, NULL, BYTES(1, 1), 9 },
	[FORGE_SIG_BAD_ID] = { IN_TRAILER, NULL, BYTES(2, 1), 3 },
	[FORGE_SIG_LEN_0] = { IN_TRAILER, NULL, BYTES(8, 4), 0 },
	[FORGE_SIG_LEN_TOO_BIG] = { IN_TRAILER, NULL, BYTES(8, 4), ONES },
};

static unsigned find_section(const struct forge_layout *l, const char *name)
{
	for (unsigned i = 1; name && i < l->n_sections; i++)
		if (str_eq(l->sections[i].name, name))
			return i;
	return 0;
}

/* Where the part begins; false when it is not there. */
static bool find_part(const struct forge_layout *l, const struct defect *d, uint64_t *out)
{
	const struct forge_place *place;
	unsigned index = find_section(l, d->section);
	unsigned symbol_size = l->bits32 ? 16 : 24;

	if (d->section && index == 0)
		return false;
	place = &l->sections[index];
	switch (d->part) {
	case IN_SECTION_HEADER:
		*out = l->table_off + index * (l->bits32 ? 40 : 64);
		return true;
	case IN_SECTION:
		*out = place->off;
		return true;
	case IN_LAST_SYMBOL:
		*out = place->off + place->size - symbol_size;
		return true;
	case IN_FIRST_CRC:
		*out = place->off + l->first_crc * symbol_size;
		return l->first_crc != 0;
	case IN_TRAILER:
		*out = l->trailer_off;
		return l->trailer_off != 0;
	default:
		*out = 0;
		return true;
	}
}

void forge_break(struct strbuf *image, const struct forge_layout *l, enum forge_defect defect)
{
	const struct defect *d = &defects[defect];
	unsigned off = d->field.off[l->bits32];
	unsigned size = d->field.size[l->bits32];
	uint64_t at;

	if (defect == FORGE_SOUND || !find_part(l, d, &at))
		return;
	if (d->part == CUT)
		strbuf_truncate(image, image->len / 2);
	if (off == UINT32_MAX)
		at += l->sections[find_section(l, d->section)].size - 1;
	else
		at += off;
	for (unsigned i = 0; i < size; i++) {
		unsigned shift = 8 * (l->big ? size - 1 - i : i);
		uint64_t byte = size > 8 ? d->value : d->value >> shift;

		image->data[at + i] = (char)byte;
	}
}
