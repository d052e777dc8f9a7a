/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/check/world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/check/world-symbols.h"
#include "libkmod/elf/elf-symbols.h"
#include "libkmod/index/glob.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"

/* ---- symbols ---- */

struct world_symbol *world_symbol(struct world *w, const char *name, size_t len)
{
	uint32_t hash = map_hash(name, len);
	struct map_slot *slot = map_find(&w->symbols, name, len, hash);
	struct world_symbol *sym;

	if (slot)
		return slot->value;
	sym = arena_zalloc(&w->arena, sizeof(*sym));
	if (!sym)
		return NULL;
	sym->name = arena_dup(&w->arena, name, len);
	slot = sym->name ? map_ensure(&w->symbols, sym->name, len, hash) : NULL;
	if (!slot)
		return NULL;
	slot->value = sym;
	return sym;
}

bool world_knows_kernel(const struct world *w)
{
	return w->source != WORLD_NO_SYMBOLS;
}

struct exporter {
	struct world *w;
	const char *module;
};

static int take_export(void *data, const struct elf_symbol *s)
{
	const struct exporter *e = data;
	struct world_symbol *sym = world_symbol(e->w, s->name, s->name_len);

	if (!sym)
		return -ENOMEM;
	if (sym->owner != WORLD_NOBODY)
		return 0;
	sym->owner = WORLD_MODULE;
	sym->provider = e->module;
	sym->crc = s->crc;
	return 0;
}

int world_add_exports(struct world *w, const char *module, const struct elf *elf)
{
	struct exporter e = { w, arena_strdup(&w->arena, module) };
	int r;

	if (!e.module)
		return -ENOMEM;
	r = elf_exports(elf, take_export, &e);
	/* One that exports nothing, or is damaged, provides nothing. */
	return r == -ENOMEM ? r : 0;
}

static int read_provider(struct world *w, const char *name)
{
	struct kmod_module *mod;
	const struct elf *elf;
	int r = mod_get(w->opt.ctx, name, NULL, &mod);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (mod_file_lock(mod, true, NULL, &elf) >= 0) {
		r = world_add_exports(w, name, elf);
		mod_file_unlock(mod);
	}
	kmod_module_unref(mod);
	return r;
}

int world_ask_index(struct world *w, struct world_symbol *sym)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	_cleanup_free_ char *key = NULL;
	const char *value;
	int r;

	if (sym->owner != WORLD_NOBODY || sym->asked)
		return 0;
	sym->asked = true;
	r = ctx_index(w->opt.ctx, KMOD_INDEX_MODULES_SYMBOL, &idx);
	if (r < 0 || !idx)
		return r;
	/* A leading '.' is a matter of some architectures. */
	if (asprintf(&key, "symbol:%s", sym->name + (sym->name[0] == '.')) < 0)
		return -ENOMEM;
	if (index_find(idx, key, &value) <= 0)
		return 0;
	sym->provider = arena_strdup(&w->arena, value);
	return sym->provider ? read_provider(w, sym->provider) : -ENOMEM;
}

/* ---- what most modules were built for ---- */

static bool same_build(const struct world_build *a, const struct world_build *b)
{
	return a->machine == b->machine && a->is64 == b->is64 && a->big == b->big &&
	       str_eq(a->vermagic, b->vermagic);
}

int world_vote(struct world *w, const struct world_build *build)
{
	size_t len = strlen(w->opt.release);
	struct world_ballot fresh = { .build = *build, .votes = 1 };

	if (!build->vermagic || strncmp(build->vermagic, w->opt.release, len) != 0 ||
	    build->vermagic[len] != ' ')
		return 0;
	for (size_t i = 0; i < w->ballots.n; i++) {
		if (same_build(&w->ballots.at[i].build, build)) {
			w->ballots.at[i].votes++;
			return 0;
		}
	}
	fresh.build.vermagic = arena_strdup(&w->arena, build->vermagic);
	return fresh.build.vermagic && vec_push(&w->ballots, fresh) ? 0 : -ENOMEM;
}

void world_settle(struct world *w)
{
	size_t most = 0;

	for (size_t i = 0; i < w->ballots.n; i++) {
		if (w->ballots.at[i].votes <= most)
			continue;
		most = w->ballots.at[i].votes;
		w->build = w->ballots.at[i].build;
	}
}

/* ---- firmware ---- */

static int add_firmware_dir(struct world *w, const char *root, const char *dir,
			    const char *below)
{
	_cleanup_free_ char *path = NULL;
	const char *kept;

	if (asprintf(&path, "%s%s%s%s", root, dir, *below ? "/" : "", below) < 0)
		return -ENOMEM;
	kept = arena_strdup(&w->arena, path);
	return kept && vec_push(&w->firmware_dirs, kept) ? 0 : -ENOMEM;
}

/* In the kernel's order. */
static int add_firmware_dirs(struct world *w)
{
	static const char path_file[] = "/sys/module/firmware_class/parameters/path";
	const char *root = w->opt.root, *release = w->opt.release;
	char custom[512];
	int r = 0;

	if (w->opt.is_running && running_read_line(path_file, custom, sizeof(custom)) &&
	    *custom)
		r = add_firmware_dir(w, "", custom, "");
	if (r == 0)
		r = add_firmware_dir(w, root, "/lib/firmware/updates", release);
	if (r == 0)
		r = add_firmware_dir(w, root, "/lib/firmware/updates", "");
	if (r == 0)
		r = add_firmware_dir(w, root, "/lib/firmware", release);
	return r == 0 ? add_firmware_dir(w, root, "/lib/firmware", "") : r;
}

#define MAX_FIRMWARE_DEPTH 8

/* Is there a file below dir whose path has one of the pattern's components at each level? */
static bool pattern_has_file(const char *dir, const char *pattern, const char *suffix,
			     unsigned depth)
{
	size_t len = strcspn(pattern, "/");
	_cleanup_free_ char *part = NULL;
	struct fs_names names = { 0 };
	bool found = false;

	if (asprintf(&part, "%.*s%s", (int)len, pattern, pattern[len] ? "" : suffix) <
	    0) {
		part = NULL;
		return false;
	}
	if (depth == MAX_FIRMWARE_DEPTH || fs_list_dir(AT_FDCWD, dir, &names) < 0)
		return false;
	for (size_t i = 0; !found && i < names.names.n; i++) {
		_cleanup_free_ char *path = NULL;

		if (!glob_match(part, names.names.at[i]))
			continue;
		found = pattern[len] == '\0';
		if (!found && asprintf(&path, "%s/%s", dir, names.names.at[i]) >= 0)
			found = pattern_has_file(path, pattern + len + 1, suffix,
						 depth + 1);
	}
	fs_names_fini(&names);
	return found;
}

static bool has_file(const char *dir, const char *name, const char *suffix)
{
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/%s%s", dir, name, suffix);

	return n > 0 && (size_t)n < sizeof(path) && access(path, F_OK) == 0;
}

bool world_has_firmware(const struct world *w, const char *name)
{
	static const char *const suffixes[] = { "", ".xz", ".zst" };
	bool is_pattern = glob_is_pattern(name);

	for (size_t i = 0; i < w->firmware_dirs.n; i++) {
		const char *dir = w->firmware_dirs.at[i];

		for (size_t k = 0; k < ARRAY_SIZE(suffixes); k++)
			if (is_pattern ? pattern_has_file(dir, name, suffixes[k], 0)
				       : has_file(dir, name, suffixes[k]))
				return true;
	}
	return false;
}

/* ---- signatures ---- */

/* CONFIG_MODULE_SIG_FORCE of a kernel's configuration file. */
static enum world_answer answer_of_config(const char *path)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (fs_read_file(AT_FDCWD, path, 1u << 22, false, &text, &len) < 0)
		return WORLD_NOT_KNOWN;
	if (strstr(text, "\nCONFIG_MODULE_SIG_FORCE=y\n"))
		return WORLD_YES;
	/* Not a file of another kind: every configuration speaks of modules. */
	return strstr(text, "CONFIG_MODULES") ? WORLD_NO : WORLD_NOT_KNOWN;
}

static int ask_config(struct world *w)
{
	_cleanup_free_ char *boot = NULL, *build = NULL;

	if (asprintf(&boot, "%s/boot/config-%s", w->opt.root, w->opt.release) < 0 ||
	    asprintf(&build, "%s/build/.config", w->opt.ctx->dirname) < 0)
		return -ENOMEM;
	const char *paths[] = { boot, build };

	for (size_t i = 0; i < ARRAY_SIZE(paths) && w->signatures == WORLD_NOT_KNOWN;
	     i++) {
		w->signatures = answer_of_config(paths[i]);
		if (w->signatures == WORLD_NOT_KNOWN)
			continue;
		w->signatures_by = arena_strdup(&w->arena, paths[i]);
		if (!w->signatures_by)
			return -ENOMEM;
	}
	return 0;
}

static int ask_signatures(struct world *w)
{
	static const char parameter[] = "/sys/module/module/parameters/sig_enforce";
	struct running_enforcement e;

	if (!w->opt.is_running)
		return ask_config(w);
	e = running_read_enforcement();
	if (e.by_parameter || e.lockdown[0]) {
		w->signatures = WORLD_YES;
		w->signatures_by = e.by_parameter ? parameter
						  : "/sys/kernel/security/lockdown";
		return 0;
	}
	if (access(parameter, F_OK) < 0)
		return ask_config(w);
	w->signatures = WORLD_NO;
	w->signatures_by = parameter;
	return 0;
}

/* ---- */

int world_open(const struct world_options *opt, struct world *out)
{
	struct world w = { .opt = *opt, .arena = ARENA_INIT, .symbols = MAP_INIT };
	int r = world_read_kernel(&w);

	if (r == 0)
		r = add_firmware_dirs(&w);
	if (r == 0)
		r = ask_signatures(&w);
	if (r < 0)
		world_close(&w);
	else
		*out = w;
	return r;
}

void world_close(struct world *w)
{
	map_fini(&w->symbols);
	vec_fini(&w->firmware_dirs);
	vec_fini(&w->ballots);
	arena_fini(&w->arena);
}
