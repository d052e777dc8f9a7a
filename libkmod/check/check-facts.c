/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file to facts. */
#include <errno.h>
#include <string.h>

#include "libkmod/check/check.h"
#include "libkmod/check/damage.h"
#include "libkmod/elf/elf-modinfo.h"
#include "libkmod/elf/elf-versions.h"
#include "libkmod/elf/sig.h"
#include "shared/cleanup.h"
#include "shared/str.h"

struct reader {
	struct world *w;
	struct check_facts *f;
};

static int take_import(void *data, const struct elf_symbol *s)
{
	struct reader *r = data;
	struct check_import import = {
		.sym = world_symbol(r->w, s->name, s->name_len),
		.crc = s->crc,
		.weak = s->bind == KMOD_SYMBOL_WEAK,
	};

	return import.sym && vec_push(&r->f->imports, import) ? 0 : -ENOMEM;
}

/* The record that stands for struct module itself; usually the first. */
static int take_layout(void *data, const struct elf_symbol *s)
{
	struct check_facts *f = data;

	if (!str_eq(s->name, "module_layout"))
		return 0;
	f->layout_crc = s->crc;
	return 1;
}

static int read_modinfo(struct reader *rd, const struct elf *elf)
{
	struct arena *arena = &rd->w->arena;
	struct modinfo_entry entry;
	struct bytes rest;
	int r = elf_modinfo(elf, &rest);

	if (r <= 0)
		return r == -ENOMEM ? r : 0;
	while (modinfo_next(&rest, &entry)) {
		bool firmware = bytes_equal(entry.key, bytes_of("firmware", 8));
		const char *kept;

		if (!firmware && (rd->f->build.vermagic ||
				  !bytes_equal(entry.key, bytes_of("vermagic", 8))))
			continue;
		kept = arena_dup(arena, entry.value.ptr, entry.value.len);
		if (!kept)
			return -ENOMEM;
		if (!firmware)
			rd->f->build.vermagic = kept;
		else if (!vec_push(&rd->f->firmware, kept))
			return -ENOMEM;
	}
	return 0;
}

static void read_header(struct check_facts *f, const struct elf *elf)
{
	struct elf_section s;
	struct bytes type;

	f->build.machine = elf->machine;
	f->build.is64 = elf->is64;
	f->build.big = elf->big;
	f->has_struct = elf_section_find(elf, ".gnu.linkonce.this_module", &s) == 1;
	f->has_versions = elf->known[ELF_VERSIONS] || elf->known[ELF_VERSION_EXT_CRCS];
	if (image_view(elf->img, 16, 2, &type) < 0 ||
	    !bytes_u16(type, 0, elf->big, &f->elf_type))
		f->elf_type = 0;
}

static int read_elf(struct reader *rd, const struct kmod_module *mod, struct image *img,
		    const struct elf *elf)
{
	struct check_facts *f = rd->f;
	struct sig sig = { 0 };
	int r;

	read_header(f, elf);
	r = read_modinfo(rd, elf);
	if (r == 0 && f->has_versions && elf_versions(elf, take_layout, f) == -ENOMEM)
		r = -ENOMEM;
	if (r == 0) {
		r = elf_imports(elf, ELF_IMPORTS_CRC, take_import, rd);
		f->has_symbols = r == 0;
		r = r == -ENOMEM ? r : 0;
	}
	if (r == 0)
		r = world_add_exports(rd->w, mod->name, elf);
	if (r == 0) {
		f->is_signed = sig_find(img, &sig) == 1;
		sig_fini(&sig);
	}
	return r;
}

/* 1: damaged, and the facts say so. */
static int read_damage(struct reader *rd, const struct kmod_module *mod)
{
	_cleanup_free_ char *text = NULL;
	int r = damage_of_file(mod, &text);

	if (r == 0)
		r = damage_of_elf(mod, &text);
	if (r <= 0)
		return r;
	rd->f->damage = arena_strdup(&rd->w->arena, text);
	return rd->f->damage ? 1 : -ENOMEM;
}

int check_read(struct world *w, const struct kmod_module *mod, struct check_facts *out)
{
	struct check_facts f = { 0 };
	struct reader rd = { w, &f };
	const struct elf *elf;
	struct image *img;
	int r;

	/* Only a file that does not open, or says nothing, needs words for why. */
	r = mod_file_lock(mod, true, &img, &elf);
	if (r >= 0) {
		r = read_elf(&rd, mod, img, elf);
		mod_file_unlock(mod);
		if (r == 0 && !f.build.vermagic)
			r = read_damage(&rd, mod);
	} else if (r != -ENOMEM) {
		r = read_damage(&rd, mod);
		r = r == 0 ? -EIO : r;
	}
	if (r < 0) {
		check_facts_fini(&f);
		return r;
	}
	*out = f;
	return 0;
}

void check_facts_fini(struct check_facts *f)
{
	vec_fini(&f->imports);
	vec_fini(&f->firmware);
}

int check_vote(struct world *w, const struct kmod_module *mod)
{
	struct check_facts f = { 0 };
	_cleanup_free_ char *vermagic = NULL;
	const struct elf *elf;
	struct bytes value;

	if (mod_file_lock(mod, true, NULL, &elf) < 0)
		return 0;
	read_header(&f, elf);
	if (elf_modinfo_value(elf, "vermagic", &value) > 0)
		vermagic = strndup((const char *)value.ptr, value.len);
	mod_file_unlock(mod);
	f.build.vermagic = vermagic;
	return world_vote(w, &f.build);
}
