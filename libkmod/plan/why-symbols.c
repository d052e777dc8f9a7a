/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Symbols a module wants, against what is there. Who provides a symbol is looked up in
 * modules.symbols; what the kernel has, in /proc/kallsyms, and only there where that
 * lists the __ksymtab_ entries of exports (kernels differ), so that a missing one means
 * something.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "libkmod/elf/elf-symbols.h"
#include "libkmod/live/live.h"
#include "libkmod/plan/why.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/map.h"
#include "shared/strbuf.h"

#define KALLSYMS_MAX_SIZE (256u << 20)

struct wanted {
	const char *name;
	uint64_t crc;
	const char *provider; /* a module's name, or NULL */
	bool in_kernel;
};

struct wanted_set {
	struct arena arena;
	VEC(struct wanted) at;
	struct map by_name; /* name to index + 1 */
};

static void wanted_fini(struct wanted_set *set)
{
	map_fini(&set->by_name);
	vec_fini(&set->at);
	arena_fini(&set->arena);
}

static int add_wanted(void *data, const struct elf_symbol *sym)
{
	struct wanted_set *set = data;
	struct wanted wanted = { .crc = sym->crc };

	if (sym->bind == KMOD_SYMBOL_WEAK)
		return 0;
	wanted.name = arena_dup(&set->arena, sym->name, sym->name_len);
	return wanted.name && vec_push(&set->at, wanted) ? 0 : -ENOMEM;
}

static struct wanted *find(struct wanted_set *set, const char *name, size_t len)
{
	struct map_slot *slot = map_find(&set->by_name, name, len, map_hash(name, len));

	return slot ? slot->value : NULL;
}

/* Names are put into the map when the array moves no more. */
static int index_names(struct wanted_set *set)
{
	for (size_t i = 0; i < set->at.n; i++) {
		int r = map_put(&set->by_name, set->at.at[i].name, &set->at.at[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

/* modules.symbols says who; a leading '.' is a matter of some architectures. */
static int find_providers(struct kmod_ctx *ctx, struct wanted_set *set)
{
	_cleanup_strbuf_ struct strbuf key = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = NULL;
	int r = ctx_index(ctx, KMOD_INDEX_MODULES_SYMBOL, &idx);

	if (r < 0 || !idx)
		return r;
	for (size_t i = 0; i < set->at.n; i++) {
		struct wanted *wanted = &set->at.at[i];
		const char *value;

		strbuf_truncate(&key, 0);
		strbuf_adds(&key, "symbol:");
		strbuf_adds(&key, wanted->name + (wanted->name[0] == '.'));
		if (!strbuf_ok(&key))
			return -ENOMEM;
		if (index_find(idx, strbuf_str(&key), &value) <= 0)
			continue;
		wanted->provider = arena_strdup(&set->arena, value);
		if (!wanted->provider)
			return -ENOMEM;
	}
	return 0;
}

static int collect(const struct why *w, struct wanted_set *set)
{
	const struct elf *elf;
	int r = mod_file_lock(w->mod, true, NULL, &elf);

	if (r < 0)
		return r;
	/* Names are copied: the file is not held while others are opened. */
	r = elf_imports(elf, ELF_IMPORTS_CRC, add_wanted, set);
	mod_file_unlock(w->mod);
	if (r == 0)
		r = index_names(set);
	return r == 0 ? find_providers(w->mod->ctx, set) : r;
}

/* ---- unknown symbols ---- */

/* One line, "ADDRESS TYPE NAME[ TAB [MODULE]]"; true: an export of the kernel proper. */
static bool take_kallsyms_line(struct wanted_set *set, const char *line, size_t len)
{
	static const char prefix[] = "__ksymtab_";
	const size_t prefix_len = sizeof(prefix) - 1;
	const char *end = line + len;
	const char *name = memchr(line, ' ', len);
	const char *name_end;
	struct wanted *wanted;
	bool of_module;

	if (!name || end - name < 3)
		return false;
	name += 3;
	name_end = memchr(name, '\t', (size_t)(end - name));
	of_module = name_end;
	if (!name_end)
		name_end = end;
	if ((size_t)(name_end - name) <= prefix_len ||
	    memcmp(name, prefix, prefix_len) != 0)
		return false;
	name += prefix_len;
	wanted = find(set, name, (size_t)(name_end - name));
	if (wanted)
		wanted->in_kernel = true;
	return !of_module;
}

/* Marks what the kernel exports; false when it does not say. */
static bool ask_kallsyms(struct wanted_set *set)
{
	_cleanup_free_ char *text = NULL;
	bool reliable = false;
	size_t len;

	if (fs_read_file(AT_FDCWD, "/proc/kallsyms", KALLSYMS_MAX_SIZE, false, &text,
			 &len) < 0)
		return false;
	for (const char *p = text, *end = text + len; p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		size_t line_len = (size_t)((newline ? newline : end) - p);

		reliable |= take_kallsyms_line(set, p, line_len);
		p += line_len + 1;
	}
	return reliable;
}

static void say_symbol(const struct why *w, const struct wanted *wanted)
{
	if (wanted->provider)
		why_say(w,
			"symbol %s is unknown: module %s, which provides it, is not "
			"loaded",
			wanted->name, wanted->provider);
	else
		why_say(w,
			"symbol %s is unknown: neither the kernel nor any known module "
			"provides it",
			wanted->name);
}

/* Does the kernel lack it, as far as can be told? */
static bool is_unknown(const struct why *w, const struct wanted *wanted, bool kallsyms)
{
	if (wanted->in_kernel)
		return false;
	if (!wanted->provider)
		return kallsyms;
	/* Without sysfs nothing is known of what is loaded. */
	return access("/sys/module", F_OK) == 0 &&
	       live_initstate(w->mod->ctx, wanted->provider) == -ENOENT;
}

void why_symbols(const struct why *w)
{
	struct wanted_set set = { 0 };
	size_t n = 0;

	if (collect(w, &set) == 0) {
		bool kallsyms = ask_kallsyms(&set);

		for (size_t i = 0; i < set.at.n; i++) {
			const struct wanted *wanted = &set.at.at[i];

			if (is_unknown(w, wanted, kallsyms) && ++n <= WHY_MAX_LINES)
				say_symbol(w, wanted);
		}
		if (n > WHY_MAX_LINES)
			why_say(w, "and %zu more unknown symbols", n - WHY_MAX_LINES);
	}
	wanted_fini(&set);
}

/* ---- versions ---- */

struct comparison {
	const struct why *w;
	struct wanted_set *set;
	const char *provider;
	size_t n;       /* of all differences */
	size_t n_lines; /* of those to be said, of this provider */
	struct {
		const struct wanted *wanted;
		uint64_t crc; /* of the provider */
	} lines[WHY_MAX_LINES];
};

static int compare_export(void *data, const struct elf_symbol *sym)
{
	struct comparison *c = data;
	const struct wanted *wanted = find(c->set, sym->name, sym->name_len);

	if (!wanted || wanted->crc == 0 || sym->crc == 0 || wanted->crc == sym->crc)
		return 0;
	if (!wanted->provider || strcmp(wanted->provider, c->provider) != 0)
		return 0;
	if (++c->n <= WHY_MAX_LINES) {
		c->lines[c->n_lines].wanted = wanted;
		c->lines[c->n_lines++].crc = sym->crc;
	}
	return 0;
}

static void say_differences(struct comparison *c)
{
	for (size_t i = 0; i < c->n_lines; i++)
		why_say(c->w,
			"version of symbol %s differs: %s wants 0x%08" PRIx64
			", %s has 0x%08" PRIx64,
			c->lines[i].wanted->name, c->w->mod->name,
			c->lines[i].wanted->crc, c->provider, c->lines[i].crc);
	c->n_lines = 0;
}

static void compare_provider(struct comparison *c)
{
	struct kmod_module *provider;
	const struct elf *elf;

	if (mod_get(c->w->mod->ctx, c->provider, NULL, &provider) < 0)
		return;
	if (provider != c->w->mod && mod_file_lock(provider, true, NULL, &elf) >= 0) {
		/* Providers without versions have nothing to compare. */
		if (elf_exports(elf, compare_export, c) < 0)
			log_info(provider->ctx, "exports of %s cannot be read\n",
				 c->provider);
		mod_file_unlock(provider);
		say_differences(c);
	}
	kmod_module_unref(provider);
}

void why_versions(const struct why *w)
{
	struct wanted_set set = { 0 };
	struct comparison c = { .w = w, .set = &set };
	struct map seen = MAP_INIT;

	if (collect(w, &set) < 0)
		set.at.n = 0;
	for (size_t i = 0; i < set.at.n; i++) {
		c.provider = set.at.at[i].provider;
		if (!c.provider || set.at.at[i].crc == 0 || map_get(&seen, c.provider))
			continue;
		if (map_put(&seen, c.provider, &c) < 0)
			break;
		compare_provider(&c);
	}
	if (c.n > WHY_MAX_LINES)
		why_say(w, "and %zu more differing versions", c.n - WHY_MAX_LINES);
	map_fini(&seen);
	wanted_fini(&set);
}
