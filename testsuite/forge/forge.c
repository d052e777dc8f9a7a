/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each section is filled in its own strbuf, then all are laid out one behind the other
 * and the headers written. Symbols are collected in two halves, because ELF wants the
 * local ones first.
 */
#include "testsuite/forge/forge.h"

#include <errno.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"

enum section {
	S_NULL,
	S_BUILD_ID,
	S_TEXT,
	S_KSYMTAB,
	S_KCRCTAB,
	S_KSYMTAB_STRINGS,
	S_MODINFO,
	S_VERSIONS,
	S_EXT_CRCS,
	S_EXT_NAMES,
	S_THIS_MODULE,
	S_SYMTAB,
	S_STRTAB,
	S_SHSTRTAB,
	N_SECTIONS_,
};

enum { SHT_PROGBITS_ = 1, SHT_SYMTAB_ = 2, SHT_STRTAB_ = 3, SHT_NOTE_ = 7 };
enum { FLAG_WRITE = 1, FLAG_ALLOC = 2, FLAG_EXEC = 4 };
enum { LOCAL = 0, GLOBAL = 1 << 4, WEAK = 2 << 4, OBJECT = 1, FUNC = 2 };
enum { EM_386_ = 3, EM_X86_64_ = 62, SHN_ABS_ = 0xfff1 };

#define THIS_MODULE_SIZE 128
#define VERSION_SIZE 64
#define ALIGN 8

static const struct section_kind {
	const char *name;
	uint32_t type;
	uint32_t flags;
} kinds[N_SECTIONS_] = {
	[S_NULL] = { "", 0, 0 },
	[S_BUILD_ID] = { ".note.gnu.build-id", SHT_NOTE_, FLAG_ALLOC },
	[S_TEXT] = { ".text", SHT_PROGBITS_, FLAG_ALLOC | FLAG_EXEC },
	[S_KSYMTAB] = { "__ksymtab", SHT_PROGBITS_, FLAG_ALLOC },
	[S_KCRCTAB] = { "__kcrctab", SHT_PROGBITS_, FLAG_ALLOC },
	[S_KSYMTAB_STRINGS] = { "__ksymtab_strings", SHT_PROGBITS_, FLAG_ALLOC },
	[S_MODINFO] = { ".modinfo", SHT_PROGBITS_, FLAG_ALLOC },
	[S_VERSIONS] = { "__versions", SHT_PROGBITS_, FLAG_ALLOC },
	[S_EXT_CRCS] = { "__version_ext_crcs", SHT_PROGBITS_, FLAG_ALLOC },
	[S_EXT_NAMES] = { "__version_ext_names", SHT_PROGBITS_, FLAG_ALLOC },
	[S_THIS_MODULE] = { ".gnu.linkonce.this_module", SHT_PROGBITS_, FLAG_ALLOC | FLAG_WRITE },
	[S_SYMTAB] = { ".symtab", SHT_SYMTAB_, 0 },
	[S_STRTAB] = { ".strtab", SHT_STRTAB_, 0 },
	[S_SHSTRTAB] = { ".shstrtab", SHT_STRTAB_, 0 },
};

struct work {
	const struct forge_module *m;
	struct strbuf data[N_SECTIONS_];
	bool there[N_SECTIONS_];
	unsigned index[N_SECTIONS_]; /* in the file */
	struct strbuf globals;       /* second half of .symtab */
	unsigned n_locals;
	unsigned first_crc;
};

static void work_fini(struct work *w)
{
	for (unsigned i = 0; i < N_SECTIONS_; i++)
		strbuf_fini(&w->data[i]);
	strbuf_fini(&w->globals);
}

/* A number of so many bytes in the module's byte order. */
static void put(struct strbuf *b, const struct forge_module *m, uint64_t v, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		strbuf_addc(b, (char)(v >> 8 * (m->big ? size - 1 - i : i)));
}

static void put_word(struct strbuf *b, const struct forge_module *m, uint64_t v)
{
	put(b, m, v, m->bits32 ? 4 : 8);
}

static void put_zeros(struct strbuf *b, size_t n)
{
	static const char zeros[4096];

	for (; n > sizeof(zeros); n -= sizeof(zeros))
		strbuf_add(b, zeros, sizeof(zeros));
	strbuf_add(b, zeros, n);
}

static void put_string(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s) + 1);
}

/* Where a name is in the string table, after adding it. */
static uint32_t add_name(struct work *w, enum section table, const char *prefix, const char *name)
{
	size_t off = w->data[table].len;

	strbuf_adds(&w->data[table], prefix);
	put_string(&w->data[table], name);
	return (uint32_t)off;
}

struct symbol {
	const char *prefix;
	const char *name;
	unsigned info;
	unsigned section; /* index in the file */
	uint64_t value;
};

static void add_symbol(struct work *w, const struct symbol *s)
{
	bool local = s->info >> 4 == 0;
	struct strbuf *b = local ? &w->data[S_SYMTAB] : &w->globals;
	uint32_t name = s->name ? add_name(w, S_STRTAB, s->prefix, s->name) : 0;

	w->n_locals += local;
	put(b, w->m, name, 4);
	if (w->m->bits32) {
		put(b, w->m, s->value, 4);
		put(b, w->m, 0, 4);
	}
	put(b, w->m, s->info, 1);
	put(b, w->m, 0, 1);
	put(b, w->m, s->section, 2);
	if (!w->m->bits32) {
		put(b, w->m, s->value, 8);
		put(b, w->m, 0, 8);
	}
}

static bool any(const struct forge_symbol *s)
{
	return s && s->name;
}

static bool any_crc(const struct forge_symbol *s)
{
	while (any(s) && !s->crc)
		s++;
	return any(s);
}

static void choose_sections(struct work *w)
{
	const struct forge_module *m = w->m;
	unsigned n = 0;

	w->there[S_NULL] = w->there[S_TEXT] = w->there[S_THIS_MODULE] = true;
	w->there[S_SHSTRTAB] = true;
	w->there[S_BUILD_ID] = !(m->flags & FORGE_NO_BUILD_ID);
	w->there[S_KSYMTAB] = any(m->exports);
	w->there[S_KCRCTAB] = any_crc(m->exports) && !(m->flags & FORGE_CRC_ABSOLUTE);
	w->there[S_KSYMTAB_STRINGS] = any(m->exports) && !(m->flags & FORGE_NO_STRINGS);
	w->there[S_MODINFO] = !(m->flags & FORGE_NO_MODINFO);
	w->there[S_VERSIONS] = (any_crc(m->imports) || any(m->versions)) &&
			       !(m->flags & FORGE_NO_VERSIONS);
	w->there[S_EXT_CRCS] = w->there[S_EXT_NAMES] = any(m->extended);
	w->there[S_SYMTAB] = w->there[S_STRTAB] = !(m->flags & FORGE_NO_SYMTAB);
	for (unsigned i = 0; i < N_SECTIONS_; i++)
		w->index[i] = w->there[i] ? n++ : 0;
}

static void fill_build_id(struct work *w)
{
	struct strbuf *b = &w->data[S_BUILD_ID];
	uint32_t x = 0x9e3779b9u;

	put(b, w->m, 4, 4);
	put(b, w->m, 20, 4);
	put(b, w->m, 3, 4);
	strbuf_add(b, "GNU", 4);
	for (const char *p = w->m->name; *p; p++)
		x = (x ^ (unsigned char)*p) * 0x01000193u;
	for (unsigned i = 0; i < 20; i++, x = x * 1664525u + 1013904223u)
		strbuf_addc(b, (char)(x >> 24));
}

static bool has_key(const struct forge_module *m, const char *key)
{
	size_t len = strlen(key);

	for (const char *const *s = m->modinfo; s && *s; s++)
		if (strncmp(*s, key, len) == 0 && (*s)[len] == '=')
			return true;
	return false;
}

static void fill_modinfo(struct work *w)
{
	struct strbuf *b = &w->data[S_MODINFO];
	const struct forge_module *m = w->m;

	for (const char *const *s = m->modinfo; s && *s; s++)
		put_string(b, *s);
	if (m->flags & FORGE_BARE_MODINFO)
		return;
	if (!has_key(m, "license"))
		put_string(b, "license=GPL");
	if (!has_key(m, "depends"))
		put_string(b, "depends=");
	strbuf_adds(b, "name=");
	put_string(b, m->name);
	if (!(m->flags & FORGE_NO_VERMAGIC) && !has_key(m, "vermagic"))
		put_string(b, "vermagic=" FORGE_VERMAGIC);
}

static void put_version(struct work *w, const char *name, uint32_t crc)
{
	struct strbuf *b = &w->data[S_VERSIONS];
	size_t room = w->m->bits32 ? VERSION_SIZE - 4 : VERSION_SIZE - 8;
	size_t len = strnlen(name, room - 1);

	put_word(b, w->m, crc);
	strbuf_add(b, name, len);
	put_zeros(b, room - len);
}

static void fill_versions(struct work *w)
{
	const struct forge_module *m = w->m;

	if (any_crc(m->imports))
		put_version(w, "module_layout", FORGE_MODULE_LAYOUT_CRC);
	for (const struct forge_symbol *s = m->imports; any(s); s++)
		if (s->crc)
			put_version(w, s->name, s->crc);
	for (const struct forge_symbol *s = m->versions; any(s); s++)
		put_version(w, s->name, s->crc);
}

static void fill_extended(struct work *w)
{
	for (const struct forge_symbol *s = w->m->extended; any(s); s++) {
		put(&w->data[S_EXT_CRCS], w->m, s->crc, 4);
		put_string(&w->data[S_EXT_NAMES], s->name);
	}
	strbuf_addc(&w->data[S_EXT_NAMES], '\0'); /* as a C string literal has it */
}

static void fill_this_module(struct work *w)
{
	struct strbuf *b = &w->data[S_THIS_MODULE];
	size_t name_off = w->m->bits32 ? 12 : 24;
	size_t room = w->m->bits32 ? 60 : 56;
	size_t len = strnlen(w->m->name, room - 1);

	put_zeros(b, name_off);
	strbuf_add(b, w->m->name, len);
	put_zeros(b, THIS_MODULE_SIZE - name_off - len);
}

static void add_crc(struct work *w, const struct forge_symbol *e)
{
	bool absolute = w->m->flags & FORGE_CRC_ABSOLUTE;
	struct symbol s = { "__crc_", e->name, LOCAL, SHN_ABS_, e->crc };

	if (!absolute) {
		s.section = w->index[S_KCRCTAB];
		s.value = w->data[S_KCRCTAB].len;
		put(&w->data[S_KCRCTAB], w->m, e->crc, 4);
	}
	if (!w->first_crc)
		w->first_crc = w->n_locals;
	add_symbol(w, &s);
}

static void add_export(struct work *w, const struct forge_symbol *e)
{
	struct strbuf *ksymtab = &w->data[S_KSYMTAB];

	if (!(w->m->flags & FORGE_NO_KSYMTAB))
		add_symbol(w, &(struct symbol){ "__ksymtab_", e->name, LOCAL, w->index[S_KSYMTAB],
						ksymtab->len });
	put_zeros(ksymtab, 12);
	if (e->crc)
		add_crc(w, e);
	add_symbol(w, &(struct symbol){ "", e->name, GLOBAL | FUNC, w->index[S_TEXT], 0 });
	put_string(&w->data[S_KSYMTAB_STRINGS], e->name);
	if (e->ns)
		put_string(&w->data[S_KSYMTAB_STRINGS], e->ns);
}

static void fill_symbols(struct work *w)
{
	strbuf_addc(&w->data[S_STRTAB], '\0');
	add_symbol(w, &(struct symbol){ "", NULL, LOCAL, 0, 0 });
	add_symbol(w, &(struct symbol){ "", "init", LOCAL | FUNC, w->index[S_TEXT], 0 });
	for (const struct forge_symbol *e = w->m->exports; any(e); e++)
		add_export(w, e);
	add_symbol(w, &(struct symbol){ "", "__this_module", GLOBAL | OBJECT,
					w->index[S_THIS_MODULE], 0 });
	for (const struct forge_symbol *i = w->m->imports; any(i); i++)
		add_symbol(w, &(struct symbol){ "", i->name, i->weak ? WEAK : GLOBAL, 0, 0 });
	strbuf_add(&w->data[S_SYMTAB], w->globals.data, w->globals.len);
}

static void fill_sections(struct work *w)
{
	size_t padding = w->m->padding < FORGE_PADDING_MAX ? w->m->padding : FORGE_PADDING_MAX;

	fill_build_id(w);
	put_zeros(&w->data[S_TEXT], 16 + padding);
	fill_modinfo(w);
	fill_versions(w);
	fill_extended(w);
	fill_this_module(w);
	fill_symbols(w);
}

static void put_section_header(struct work *w, struct strbuf *out, enum section s, uint32_t name,
			       uint64_t off)
{
	const struct forge_module *m = w->m;
	bool symtab = s == S_SYMTAB;

	put(out, m, name, 4);
	put(out, m, kinds[s].type, 4);
	put_word(out, m, kinds[s].flags);
	put_word(out, m, 0);
	put_word(out, m, off);
	put_word(out, m, s == S_NULL ? 0 : w->data[s].len);
	put(out, m, symtab ? w->index[S_STRTAB] : 0, 4);
	put(out, m, symtab ? w->n_locals : 0, 4);
	put_word(out, m, s == S_NULL ? 0 : symtab ? ALIGN : 1);
	put_word(out, m, symtab ? (m->bits32 ? 16 : 24) : 0);
}

static void put_header(struct work *w, struct strbuf *out, uint64_t table_off, unsigned n)
{
	const struct forge_module *m = w->m;

	strbuf_add(out, "\x7f" "ELF", 4);
	put(out, m, m->bits32 ? 1 : 2, 1);
	put(out, m, m->big ? 2 : 1, 1);
	put(out, m, 1, 1);
	put_zeros(out, 9);
	put(out, m, 1, 2); /* relocatable */
	put(out, m, m->machine ? m->machine : m->bits32 ? EM_386_ : EM_X86_64_, 2);
	put(out, m, 1, 4);
	put_word(out, m, 0);
	put_word(out, m, 0);
	put_word(out, m, table_off);
	put(out, m, 0, 4);
	put(out, m, m->bits32 ? 52 : 64, 2);
	put(out, m, 0, 2);
	put(out, m, 0, 2);
	put(out, m, m->bits32 ? 40 : 64, 2);
	put(out, m, n, 2);
	put(out, m, w->index[S_SHSTRTAB], 2);
}

static uint64_t align(uint64_t off)
{
	return (off + ALIGN - 1) / ALIGN * ALIGN;
}

/* Decides where everything goes. */
static void lay_out(struct work *w, struct forge_layout *layout, uint32_t names[N_SECTIONS_])
{
	uint64_t off = w->m->bits32 ? 56 : 64;

	for (unsigned i = 0; i < N_SECTIONS_; i++)
		names[i] = w->there[i] ? add_name(w, S_SHSTRTAB, "", kinds[i].name) : 0;
	for (unsigned i = 0; i < N_SECTIONS_; i++) {
		struct forge_place *place = &layout->sections[layout->n_sections];

		if (!w->there[i])
			continue;
		place->name = kinds[i].name;
		place->off = i == S_NULL ? 0 : off;
		place->size = w->data[i].len;
		off = align(off + place->size);
		layout->n_sections++;
	}
	layout->table_off = off;
	layout->first_crc = w->first_crc;
	layout->bits32 = w->m->bits32;
	layout->big = w->m->big;
}

static void pad_to(struct strbuf *out, uint64_t off)
{
	if (out->len < off)
		put_zeros(out, (size_t)(off - out->len));
}

static void put_image(struct work *w, struct forge_layout *layout, struct strbuf *out)
{
	uint32_t names[N_SECTIONS_];
	unsigned n = 0;

	lay_out(w, layout, names);
	put_header(w, out, layout->table_off, layout->n_sections);
	for (unsigned i = 0; i < N_SECTIONS_; i++) {
		if (!w->there[i] || i == S_NULL)
			continue;
		pad_to(out, layout->sections[w->index[i]].off);
		strbuf_add(out, w->data[i].data, w->data[i].len);
	}
	pad_to(out, layout->table_off);
	for (unsigned i = 0; i < N_SECTIONS_; i++)
		if (w->there[i])
			put_section_header(w, out, (enum section)i, names[i],
					   layout->sections[n++].off);
}

static void put_signature(const struct forge_module *m, struct forge_layout *layout,
			  struct strbuf *out)
{
	static const struct trailer {
		const char *signer, *key, *value;
		unsigned char hash, id;
	} table[] = {
		[FORGE_PKCS7] = { "", "", NULL, 0, 2 },
		[FORGE_PKCS7_GARBAGE] = { "", "", "not DER at all", 0, 2 },
		[FORGE_X509] = { "signer", "\xab\xcd", "value of the signature", 6, 1 },
		[FORGE_PGP] = { "signer", "\xab\xcd", "value of the signature", 2, 0 },
	};
	const struct trailer *t = &table[m->signature];
	size_t len = t->value ? strlen(t->value) : forge_pkcs7_len;

	strbuf_adds(out, t->signer);
	strbuf_adds(out, t->key);
	strbuf_add(out, t->value ? (const void *)t->value : forge_pkcs7, len);
	layout->trailer_off = out->len;
	strbuf_addc(out, t->id == 2 ? 0 : 1);
	strbuf_addc(out, (char)t->hash);
	strbuf_addc(out, (char)t->id);
	strbuf_addc(out, (char)strlen(t->signer));
	strbuf_addc(out, (char)strlen(t->key));
	put_zeros(out, 3);
	strbuf_add_be32(out, (uint32_t)len);
	strbuf_adds(out, "~Module signature appended~\n");
}

int forge_build(const struct forge_module *m, struct strbuf *out)
{
	_cleanup_(work_fini) struct work w = { .m = m };
	struct strbuf image = STRBUF_INIT;
	struct forge_layout layout = { 0 };

	choose_sections(&w);
	fill_sections(&w);
	put_image(&w, &layout, &image);
	if (m->signature != FORGE_UNSIGNED)
		put_signature(m, &layout, &image);
	for (unsigned i = 0; i < N_SECTIONS_; i++)
		image.failed |= w.data[i].failed;
	if (!w.globals.failed && strbuf_ok(&image))
		forge_break(&image, &layout, m->defect);
	else
		image.failed = true;
	strbuf_add(out, image.data, image.failed ? 0 : image.len);
	out->failed |= image.failed;
	strbuf_fini(&image);
	return strbuf_ok(out) ? 0 : -ENOMEM;
}

int forge_write(const struct forge_module *m, enum image_format format, const char *path)
{
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;
	int r;

	r = forge_build(m, &image);
	if (r == 0)
		r = forge_compress(&image, format);
	if (r == 0)
		r = fs_mkdir_parents(path, 0755);
	if (r < 0)
		return r;
	_cleanup_fclose_ FILE *f = fopen(path, "we");
	if (!f)
		return -errno;
	if (fwrite(image.data, 1, image.len, f) != image.len || fflush(f) != 0)
		return -EIO;
	return 0;
}

const char *forge_defect_name(enum forge_defect defect)
{
	static const char *const names[N_FORGE_DEFECTS_] = {
#define DEFECT_NAME(constant, name) [constant] = name,
		FORGE_DEFECTS(DEFECT_NAME)
#undef DEFECT_NAME
	};

	return names[defect];
}
