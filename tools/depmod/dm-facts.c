/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-facts.h"

#include <errno.h>
#include <string.h>

#include "libkmod/elf/elf-modinfo.h"
#include "libkmod/elf/elf-symbols.h"
#include "shared/cleanup.h"
#include "shared/vec.h"

struct dm_worker {
	struct arena arena;
	struct dm_intern symbols;
	struct image_scratch *scratch;
	/* Of the module at hand, before their size is known; used again for the next. */
	VEC(struct dm_export) exports;
	VEC(struct dm_sym *) imports;
	VEC(struct dm_import_check) checks;
	VEC(const char *) texts[3];
	size_t n_imports; /* those before the records that no symbol uses */
	char symbol_prefix;
	bool want_checks;
};

struct dm_worker *dm_worker_new(void)
{
	struct dm_worker *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->arena = ARENA_INIT;
	w->symbols = DM_INTERN_INIT;
	w->scratch = image_scratch_new();
	if (!w->scratch) {
		dm_worker_free(w);
		return NULL;
	}
	return w;
}

void dm_worker_free(struct dm_worker *w)
{
	if (!w)
		return;
	image_scratch_free(w->scratch);
	arena_fini(&w->arena);
	dm_intern_fini(&w->symbols);
	vec_fini(&w->exports);
	vec_fini(&w->imports);
	vec_fini(&w->checks);
	for (size_t i = 0; i < ARRAY_SIZE(w->texts); i++)
		vec_fini(&w->texts[i]);
	free(w);
}

struct dm_intern *dm_worker_symbols(struct dm_worker *w)
{
	return &w->symbols;
}

/* A copy of n elements of size bytes; NULL for none. */
static int keep(struct arena *a, const void *data, size_t n, size_t size,
		const void **out)
{
	void *copy = NULL;

	if (n > 0) {
		copy = arena_alloc(a, n * size);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, data, n * size);
	}
	*out = copy;
	return 0;
}

/* ---- symbols ---- */

static struct dm_sym *intern(struct dm_worker *w, const char *name, size_t len)
{
	if (w->symbol_prefix && len > 0 && *name == w->symbol_prefix) {
		name++;
		len--;
	}
	return dm_intern(&w->symbols, name, len);
}

static int take_export(void *data, const struct elf_symbol *s)
{
	struct dm_worker *w = data;
	struct dm_export e = { intern(w, s->name, s->name_len), s->crc };

	return e.sym && vec_push(&w->exports, e) ? 0 : -ENOMEM;
}

static int take_import(void *data, const struct elf_symbol *s)
{
	struct dm_worker *w = data;
	bool dot = s->name_len > 0 && *s->name == '.';
	struct dm_sym *sym = intern(w, s->name + dot, s->name_len - dot);
	struct dm_import_check check = { s->crc, s->bind == 'W' };

	if (!sym || !vec_push(&w->imports, sym))
		return -ENOMEM;
	return !w->want_checks || vec_push(&w->checks, check) ? 0 : -ENOMEM;
}

static int read_imports(struct dm_worker *w, const struct elf *elf)
{
	bool want_checks = w->want_checks;
	int r;

	w->want_checks = false;
	r = elf_imports(elf, 0, take_import, w);
	w->want_checks = want_checks;
	w->n_imports = w->imports.n;
	if (r < 0 || !want_checks)
		return r;
	w->imports.n = 0;
	return elf_imports(elf, ELF_IMPORTS_CRC | ELF_IMPORTS_LEFTOVER, take_import, w);
}

static int read_symbols(struct dm_worker *w, const struct elf *elf)
{
	struct elf_section symtab;
	int r = elf_exports(elf, take_export, w);

	if (r < 0 && r != -ENODATA)
		return r;
	/* A stripped module wants nothing that could be known. */
	if (!elf_section_find(elf, ".symtab", &symtab))
		return 0;
	return read_imports(w, elf);
}

static int keep_symbols(struct dm_worker *w, struct dm_facts *f)
{
	int r = keep(&w->arena, w->exports.at, w->exports.n, sizeof(*w->exports.at),
		     (const void **)&f->exports);

	if (r == 0)
		r = keep(&w->arena, w->imports.at, w->imports.n, sizeof(*w->imports.at),
			 (const void **)&f->imports);
	if (r == 0)
		r = keep(&w->arena, w->checks.at, w->checks.n, sizeof(*w->checks.at),
			 (const void **)&f->checks);
	f->n_exports = (uint32_t)w->exports.n;
	f->n_imports = (uint32_t)w->n_imports;
	f->n_checks = (uint32_t)w->checks.n;
	return r;
}

/* ---- .modinfo ---- */

static const struct text_key {
	const char *key;
	size_t len;
} text_keys[] = { { "alias", 5 }, { "softdep", 7 }, { "weakdep", 7 } };

static int take_text(struct dm_worker *w, const struct modinfo_entry *e)
{
	const char *copy;

	for (size_t i = 0; i < ARRAY_SIZE(text_keys); i++) {
		if (e->key.len != text_keys[i].len ||
		    memcmp(e->key.ptr, text_keys[i].key, e->key.len) != 0)
			continue;
		copy = arena_dup(&w->arena, e->value.ptr, e->value.len);
		return copy && vec_push(&w->texts[i], copy) ? 0 : -ENOMEM;
	}
	return 0;
}

static int read_texts(struct dm_worker *w, const struct elf *elf)
{
	struct modinfo_entry e;
	struct bytes rest;
	int r = elf_modinfo(elf, &rest);

	if (r <= 0)
		return r;
	for (r = 0; r == 0 && modinfo_next(&rest, &e);)
		r = take_text(w, &e);
	return r;
}

static int keep_texts(struct dm_worker *w, struct dm_facts *f)
{
	struct dm_texts *to[] = { &f->aliases, &f->softdeps, &f->weakdeps };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(to); i++) {
		r = keep(&w->arena, w->texts[i].at, w->texts[i].n,
			 sizeof(*w->texts[i].at), (const void **)&to[i]->at);
		to[i]->n = (uint32_t)w->texts[i].n;
	}
	return r;
}

/* ---- a module ---- */

static void begin(struct dm_worker *w, const struct dm_facts_options *o)
{
	w->exports.n = w->imports.n = w->checks.n = w->n_imports = 0;
	for (size_t i = 0; i < ARRAY_SIZE(w->texts); i++)
		w->texts[i].n = 0;
	w->symbol_prefix = o->symbol_prefix;
	w->want_checks = o->checks;
}

static int set_error(struct dm_worker *w, int error, const char *text, struct dm_facts *f)
{
	f->error = error;
	if (text) {
		f->error_text = arena_strdup(&w->arena, text);
		if (!f->error_text)
			return -ENOMEM;
	}
	return 0;
}

/* Symbols and texts stand in different sections: one may be damaged, the other not. */
static int read_elf(struct dm_worker *w, const struct elf *elf, struct dm_facts *f)
{
	int symbols = read_symbols(w, elf);
	int texts = symbols == -ENOMEM ? symbols : read_texts(w, elf);

	if (symbols < 0)
		w->exports.n = w->imports.n = w->checks.n = w->n_imports = 0;
	if (texts == -ENOMEM)
		return texts;
	if (symbols < 0 || texts < 0)
		return set_error(w, symbols < 0 ? symbols : texts, image_error(elf->img),
				 f);
	return 0;
}

int dm_facts_of_image(struct dm_worker *w, struct image *img,
		      const struct dm_facts_options *options, struct dm_facts *out)
{
	struct dm_facts f = { 0 };
	struct elf elf;
	int r;

	begin(w, options);
	r = elf_open(img, &elf);
	/* Also when there is no memory for the image: that is this module's fault. */
	r = r < 0 ? set_error(w, r, image_error(img), &f) : read_elf(w, &elf, &f);
	if (r == 0)
		r = keep_symbols(w, &f);
	if (r == 0)
		r = keep_texts(w, &f);
	if (r == 0)
		*out = f;
	return r;
}

int dm_facts_read(struct dm_worker *w, int dir_fd, const char *path,
		  const struct dm_facts_options *options, struct dm_facts *out)
{
	_cleanup_(image_closep) struct image *img = NULL;
	struct dm_facts f = { 0 };
	int r = image_open(dir_fd, path, w->scratch, &img);

	if (r == 0)
		return dm_facts_of_image(w, img, options, out);
	r = set_error(w, r, NULL, &f);
	if (r == 0)
		*out = f;
	return r;
}
