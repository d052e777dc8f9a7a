/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Modules made in memory: small valid ELF relocatables with what the tools look at,
 * and the same with one chosen field broken. No compiler, no kernel, and the same
 * bytes every time.
 *
 *	struct strbuf image = STRBUF_INIT;
 *	struct forge_module m = {
 *		.name = "foo",
 *		.modinfo = FORGE_STRINGS("alias=pci:v*", "softdep=pre: bar"),
 *		.exports = FORGE_SYMBOLS({ .name = "foo_open", .crc = 0x1234 }),
 *		.imports = FORGE_SYMBOLS({ .name = "bar_get", .crc = 5 }, { .name = "baz", .weak = true }),
 *	};
 *	forge_build(&m, &image);               or forge_write(&m, IMAGE_ZSTD, path)
 *
 * Sections, in file order, where there is something to put in:
 *
 *	.note.gnu.build-id .text __ksymtab __kcrctab __ksymtab_strings .modinfo __versions
 *	__version_ext_crcs __version_ext_names .gnu.linkonce.this_module .symtab .strtab
 *	.shstrtab [section headers] [signature]
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "libkmod/image/image.h"
#include "shared/strbuf.h"

#define FORGE_VERMAGIC "6.1.0-test SMP preempt mod_unload modversions "
#define FORGE_MODULE_LAYOUT_CRC 0x10203040u
#define FORGE_SIGNER "Forge signing key"
#define FORGE_PADDING_MAX (64u << 20)

#define FORGE_STRINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define FORGE_SYMBOLS(...) ((const struct forge_symbol[]){ __VA_ARGS__, { .name = NULL } })

/* An export, an import, or a version record; arrays end with name NULL. */
struct forge_symbol {
	const char *name;
	uint32_t crc;   /* 0: an export or import without CRC */
	bool weak;      /* imports */
	const char *ns; /* exports: the namespace, stored among __ksymtab_strings */
};

enum forge_signature {
	FORGE_UNSIGNED,
	FORGE_PKCS7,         /* signer FORGE_SIGNER, sha256, serial 01:02:...:14 */
	FORGE_PKCS7_GARBAGE, /* a trailer that says PKCS#7 before bytes that are not */
	FORGE_X509,          /* old kind: signer "signer", key id AB:CD, sha512 */
	FORGE_PGP,           /* old kind: the same with sha1 */
};

enum forge_flags {
	FORGE_BARE_MODINFO = 1 << 0,  /* only the given strings: no license, name, vermagic ... */
	FORGE_NO_MODINFO = 1 << 1,    /* no .modinfo section at all */
	FORGE_NO_VERMAGIC = 1 << 2,
	FORGE_NO_SYMTAB = 1 << 3,     /* neither .symtab nor .strtab */
	FORGE_NO_VERSIONS = 1 << 4,   /* no __versions, whatever CRCs the imports have */
	FORGE_NO_BUILD_ID = 1 << 5,
	FORGE_NO_STRINGS = 1 << 6,    /* no __ksymtab_strings */
	FORGE_NO_KSYMTAB = 1 << 7,    /* no __ksymtab_* symbols */
	FORGE_CRC_ABSOLUTE = 1 << 8,  /* old kernels: CRCs are symbol values */
};

/* What is broken: enum constant, name for the command line. */
#define FORGE_DEFECTS(X)                                          \
	X(FORGE_SOUND, "none")                                    \
	X(FORGE_TRUNCATED, "truncated")                           \
	X(FORGE_BAD_MAGIC, "bad-magic")                           \
	X(FORGE_BAD_CLASS, "bad-class")                           \
	X(FORGE_BAD_BYTE_ORDER, "bad-byte-order")                 \
	X(FORGE_BAD_SHENTSIZE, "bad-shentsize")                   \
	X(FORGE_SHNUM_0, "shnum-0")                               \
	X(FORGE_SHNUM_TOO_BIG, "shnum-too-big")                   \
	X(FORGE_SHSTRNDX_0, "shstrndx-0")                         \
	X(FORGE_SHSTRNDX_TOO_BIG, "shstrndx-too-big")             \
	X(FORGE_SHOFF_OUTSIDE, "shoff-outside")                   \
	X(FORGE_SHOFF_WRAPS, "shoff-wraps")                       \
	X(FORGE_NAMES_OUTSIDE, "names-outside")                   \
	X(FORGE_NAMES_EMPTY, "names-empty")                       \
	X(FORGE_NAMES_UNTERMINATED, "names-unterminated")         \
	X(FORGE_SECTION_NAME_OUTSIDE, "section-name-outside")     \
	X(FORGE_MODINFO_OUTSIDE, "modinfo-outside")               \
	X(FORGE_MODINFO_SIZE_WRAPS, "modinfo-size-wraps")         \
	X(FORGE_MODINFO_OFF_0, "modinfo-off-0")                   \
	X(FORGE_MODINFO_EMPTY, "modinfo-empty")                   \
	X(FORGE_SYMTAB_BAD_SIZE, "symtab-bad-size")               \
	X(FORGE_SYMTAB_OUTSIDE, "symtab-outside")                 \
	X(FORGE_SYMBOL_NAME_OUTSIDE, "symbol-name-outside")       \
	X(FORGE_STRTAB_UNTERMINATED, "strtab-unterminated")       \
	X(FORGE_STRTAB_OUTSIDE, "strtab-outside")                 \
	X(FORGE_CRC_OUTSIDE, "crc-outside")                       \
	X(FORGE_STRINGS_UNTERMINATED, "strings-unterminated")     \
	X(FORGE_VERSIONS_BAD_SIZE, "versions-bad-size")           \
	X(FORGE_VERSION_UNTERMINATED, "version-unterminated")     \
	X(FORGE_EXT_CRCS_BAD_SIZE, "ext-crcs-bad-size")           \
	X(FORGE_EXT_NAMES_SHORT, "ext-names-short")               \
	X(FORGE_BUILD_ID_BAD_OWNER, "build-id-bad-owner")         \
	X(FORGE_BUILD_ID_TOO_LONG, "build-id-too-long")           \
	X(FORGE_SIG_BAD_ALGORITHM, "sig-bad-algorithm")           \
	X(FORGE_SIG_BAD_HASH, "sig-bad-hash")                     \
	X(FORGE_SIG_BAD_ID, "sig-bad-id")                         \
	X(FORGE_SIG_LEN_0, "sig-len-0")                           \
	X(FORGE_SIG_LEN_TOO_BIG, "sig-len-too-big")

enum forge_defect {
#define FORGE_DEFECT_CONSTANT(constant, name) constant,
	FORGE_DEFECTS(FORGE_DEFECT_CONSTANT)
#undef FORGE_DEFECT_CONSTANT
	N_FORGE_DEFECTS_,
};

struct forge_module {
	const char *name;
	bool bits32;
	bool big;         /* byte order */
	uint16_t machine; /* 0: x86-64, i386 with bits32 */
	unsigned flags;   /* enum forge_flags */

	const char *const *modinfo; /* "key=value" ..., before the usual ones */
	const struct forge_symbol *exports;
	const struct forge_symbol *imports;  /* those with a CRC also get a version record */
	const struct forge_symbol *versions; /* further records of __versions */
	const struct forge_symbol *extended; /* records of the extended pair */

	enum forge_signature signature;
	enum forge_defect defect; /* of a part that is there; else nothing happens */
	size_t padding;           /* bytes of .text, at most FORGE_PADDING_MAX */
};

/* format, or plain where this build cannot read it. */
static inline enum image_format forge_readable(enum image_format format)
{
	return image_format_built_in(format) ? format : IMAGE_PLAIN;
}

/* Adds the module's bytes to out. 0 or -ENOMEM. */
int forge_build(const struct forge_module *m, struct strbuf *out) _must_check_;
/* Replaces image by its compressed form. 0, -ENOSYS without the library, -ENOMEM. */
int forge_compress(struct strbuf *image, enum image_format format) _must_check_;
/* Both, into a file; its folders are made. 0 or -errno. */
int forge_write(const struct forge_module *m, enum image_format format, const char *path) _must_check_;

/*
 * A module directory with n modules in kernel/, modules.order, modules.builtin and
 * modules.builtin.modinfo; aliases, symbols, sizes and dependencies are shared out
 * about as in a distribution's kernel.
 */
int forge_tree(const char *dir, unsigned n, enum image_format format) _must_check_;

const char *forge_defect_name(enum forge_defect defect);

/* What forge_build() knows of a finished image, for forge-defect.c. */
struct forge_layout {
	bool bits32;
	bool big;
	uint64_t table_off;
	unsigned n_sections;
	struct forge_place {
		const char *name;
		uint64_t off;
		uint64_t size;
	} sections[16];
	unsigned first_crc; /* index of the first __crc_ symbol, 0 none */
	uint64_t trailer_off; /* 0 unsigned */
};
void forge_break(struct strbuf *image, const struct forge_layout *layout, enum forge_defect defect);

/* The stored PKCS#7 signature. */
extern const unsigned char forge_pkcs7[];
extern const size_t forge_pkcs7_len;
