/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * For the tests of image/ and elf/: a forged module opened from memory, and the four
 * layouts a module can have.
 */
#pragma once

#include "libkmod/elf/elf-symbols.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/ts.h"

/* 64 and 32 bit, little and big endian: set_layout(&m, 0 .. N_LAYOUTS - 1) */
#define N_LAYOUTS 4u

static inline void set_layout(struct forge_module *m, unsigned layout)
{
	m->bits32 = layout & 1;
	m->big = layout & 2;
}

struct forged {
	struct strbuf bytes;
	struct image *img;
	struct elf elf;
};

static inline void forged_close(struct forged *f)
{
	image_closep(&f->img);
	strbuf_fini(&f->bytes);
}
#define _cleanup_forged_ __attribute__((cleanup(forged_close)))

/* Returns what elf_open() said. */
static inline int forged_try(struct forged *f, const struct forge_module *m)
{
	*f = (struct forged){ .bytes = STRBUF_INIT };
	ck_assert_int_eq(forge_build(m, &f->bytes), 0);
	ck_assert_int_eq(image_from_bytes(bytes_of(f->bytes.data, f->bytes.len), &f->img), 0);
	return elf_open(f->img, &f->elf);
}

static inline void forged_open(struct forged *f, const struct forge_module *m)
{
	ck_assert_int_eq(forged_try(f, m), 0);
}

/* Symbols as text, one line each: "name crc bind", bind '-' for none. */
static inline int list_symbol(void *text, const struct elf_symbol *s)
{
	ck_assert_uint_eq(strlen(s->name), s->name_len);
	strbuf_addf(text, "%s %llx %c\n", s->name, (unsigned long long)s->crc,
		    s->bind ? s->bind : '-');
	return 0;
}

#define ck_assert_bytes(b, want)                                                      \
	do {                                                                          \
		struct bytes b_ = (b);                                                \
		ck_assert_msg(b_.len == strlen(want) && memcmp(b_.ptr, want, b_.len) == 0, \
			      "\"%.*s\" instead of \"%s\"", (int)b_.len, b_.ptr, want);   \
	} while (0)
