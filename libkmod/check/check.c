/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Facts and world to findings. The parts follow the order in which a kernel looks at a
 * module, so that the first problem is the one its log would name.
 */
#include "libkmod/check/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/check/params.h"
#include "shared/cleanup.h"
#include "shared/str.h"

static const char *const level_names[] = {
	[CHECK_PROBLEM] = "problem",
	[CHECK_WARNING] = "warning",
	[CHECK_UNKNOWN] = "unknown",
	[CHECK_NOTE] = "note",
};

const char *check_level_name(enum check_level level)
{
	return level_names[level];
}

const char *check_topic_name(enum check_topic topic)
{
	static const char *const names[] = {
#define TOPIC_NAME(id, text) [CHECK_##id] = text,
		CHECK_TOPICS(TOPIC_NAME)
#undef TOPIC_NAME
	};

	return names[topic];
}

struct judge {
	struct world *w;
	const struct kmod_module *mod;
	const struct check_facts *f;
	const char *options;
	check_fn *say;
	void *data;
	int error;
};

/* finding has all but the text. */
_printf_(3, 4) static void say(struct judge *j, struct check_finding finding,
			       const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (r < 0) {
		text = NULL;
		j->error = -ENOMEM;
		return;
	}
	finding.text = text;
	j->say(j->data, &finding);
}

#define FINDING(level_, topic_, ...) \
	((struct check_finding){     \
		.level = CHECK_##level_, .topic = CHECK_##topic_, __VA_ARGS__ })

/* ---- the file, the machine ---- */

#define ET_REL_ 1

static void judge_form(struct judge *j)
{
	const char *name = j->mod->name;

	if (j->f->elf_type != ET_REL_)
		say(j, FINDING(PROBLEM, FILE), "%s is no relocatable ELF file (type %u)",
		    name, j->f->elf_type);
	else if (!j->f->has_struct)
		say(j, FINDING(PROBLEM, FILE),
		    "%s has no section .gnu.linkonce.this_module: it is no module", name);
	if (!j->f->has_symbols)
		say(j, FINDING(PROBLEM, FILE), "the symbol table of %s cannot be read",
		    name);
}

/* "x86-64, 64-bit, little-endian" */
static void machine_words(const struct world_build *b, char *out, size_t size)
{
	const char *name = elf_machine_name(b->machine);
	char number[32];

	snprintf(number, sizeof(number), "ELF machine %u", b->machine);
	snprintf(out, size, "%s, %d-bit, %s-endian", name ? name : number,
		 b->is64 ? 64 : 32, b->big ? "big" : "little");
}

static void judge_machine(struct judge *j)
{
	const struct world_build *here = &j->w->build, *mine = &j->f->build;
	char a[96], b[96];

	if (!here->vermagic) {
		say(j, FINDING(UNKNOWN, ARCHITECTURE),
		    "architecture and vermagic of the kernel: no other module in %s is "
		    "for %s",
		    j->mod->ctx->dirname, j->w->opt.release);
		return;
	}
	if (mine->machine == here->machine && mine->is64 == here->is64 &&
	    mine->big == here->big)
		return;
	machine_words(mine, a, sizeof(a));
	machine_words(here, b, sizeof(b));
	say(j, FINDING(PROBLEM, ARCHITECTURE),
	    "%s is for another architecture (%s), the kernel's is %s", j->mod->name, a,
	    b);
}

/* ---- vermagic ---- */

/* Is the word, len bytes, one of the text's? */
static bool has_word(const char *text, const char *word, size_t len)
{
	while (*text) {
		size_t n;

		text += strspn(text, " ");
		n = strcspn(text, " ");
		if (n == len && memcmp(text, word, n) == 0)
			return true;
		text += n;
	}
	return false;
}

/* A line for every word of a that b does not have; how many. */
static unsigned say_missing_words(struct judge *j, const char *a, const char *b,
				  bool a_is_module)
{
	unsigned n_said = 0;

	for (;;) {
		size_t n;

		a += strspn(a, " ");
		n = strcspn(a, " ");
		if (n == 0)
			return n_said;
		if (!has_word(b, a, n)) {
			say(j, FINDING(PROBLEM, VERMAGIC),
			    a_is_module
				    ? "vermagic of %s says '%.*s', the kernel's does not"
				    : "vermagic of %s lacks '%.*s', which the kernel's "
				      "has",
			    j->mod->name, (int)n, a);
			n_said++;
		}
		a += n;
	}
}

/* Everything behind the release, which is compared in any case. */
static void judge_flags(struct judge *j, const char *mine, const char *here)
{
	if (str_eq(mine, here))
		return;
	if (say_missing_words(j, mine, here, true) +
		    say_missing_words(j, here, mine, false) ==
	    0)
		say(j, FINDING(PROBLEM, VERMAGIC),
		    "vermagic of %s ends in '%s', the kernel's in '%s'", j->mod->name,
		    mine, here);
}

static void judge_vermagic(struct judge *j)
{
	const char *mine = j->f->build.vermagic, *here = j->w->build.vermagic;
	const char *release = j->w->opt.release;
	size_t len, release_len = strlen(release);

	if (!mine) {
		say(j, FINDING(PROBLEM, VERMAGIC), "%s has no vermagic", j->mod->name);
		return;
	}
	len = strcspn(mine, " ");
	if (len != release_len || memcmp(mine, release, len) != 0) {
		/* With versions on both sides the release is not looked at. */
		bool versions = j->f->has_versions && here &&
				has_word(here, "modversions", 11);

		say(j, versions ? FINDING(NOTE, VERMAGIC) : FINDING(PROBLEM, VERMAGIC),
		    "vermagic of %s is for release %.*s, the kernel's is %s%s",
		    j->mod->name, (int)len, mine, release,
		    versions ? "; its symbol versions count instead" : "");
	}
	if (here)
		judge_flags(j, mine + len, here + strcspn(here, " "));
}

/* ---- symbols ---- */

static void say_unresolved(struct judge *j, const struct world_symbol *sym)
{
	struct check_finding finding = FINDING(PROBLEM, SYMBOL, .subject = sym->name);

	if (sym->provider)
		say(j, finding,
		    "%s needs symbol %s, which module %s should provide, but does not",
		    j->mod->name, sym->name, sym->provider);
	else
		say(j, finding,
		    "%s needs symbol %s, which neither the kernel nor any module "
		    "provides",
		    j->mod->name, sym->name);
}

static void compare_version(struct judge *j, const struct world_symbol *sym,
			    uint64_t wanted)
{
	bool kernel = sym->owner == WORLD_KERNEL;

	if (sym->crc == 0 || wanted == 0 || sym->crc == wanted)
		return;
	say(j,
	    FINDING(PROBLEM, VERSION, .subject = sym->name, .provider = sym->provider,
		    .wanted = wanted, .found = sym->crc),
	    "version of symbol %s differs: %s wants 0x%08" PRIx64 ", %s has 0x%08" PRIx64,
	    sym->name, j->mod->name, wanted, kernel ? "the kernel" : sym->provider,
	    sym->crc);
}

static void judge_layout(struct judge *j)
{
	static const char name[] = "module_layout";
	struct world_symbol *sym = world_symbol(j->w, name, sizeof(name) - 1);

	if (!sym)
		j->error = -ENOMEM;
	else if (sym->owner == WORLD_KERNEL)
		compare_version(j, sym, j->f->layout_crc);
}

static void judge_symbols(struct judge *j)
{
	size_t n_unknown = 0, n_uncompared = 0, n_versioned = 0;
	const char *example = "";

	for (size_t i = 0; i < j->f->imports.n && j->error == 0; i++) {
		const struct check_import *import = &j->f->imports.at[i];
		struct world_symbol *sym = import->sym;

		if (world_ask_index(j->w, sym) < 0) {
			j->error = -ENOMEM;
			return;
		}
		if (sym->owner != WORLD_NOBODY) {
			n_versioned += sym->crc != 0;
			n_uncompared += sym->owner == WORLD_KERNEL && sym->crc == 0 &&
					import->crc;
			compare_version(j, sym, import->crc);
		} else if (!import->weak && (sym->provider || world_knows_kernel(j->w))) {
			say_unresolved(j, sym);
		} else if (!import->weak && n_unknown++ == 0) {
			example = sym->name;
		}
	}
	if (!j->f->has_versions && n_versioned > 0)
		say(j, FINDING(PROBLEM, VERSION),
		    "%s has no symbol versions, and %zu of its symbols have one",
		    j->mod->name, n_versioned);
	if (n_unknown > 0)
		say(j, FINDING(UNKNOWN, SYMBOL),
		    "whether the kernel provides %s%s: no Module.symvers, System.map or "
		    "kallsyms "
		    "that lists exports",
		    example, n_unknown > 1 ? " and others" : "");
	if (n_uncompared > 0)
		say(j, FINDING(UNKNOWN, VERSION),
		    "versions of %zu symbols of the kernel: %s has names only",
		    n_uncompared, j->w->source_path);
}

/* ---- signature ---- */

static void judge_signature(struct judge *j)
{
	const char *name = j->mod->name, *by = j->w->signatures_by;

	if (j->w->signatures == WORLD_YES && !j->f->is_signed)
		say(j, FINDING(PROBLEM, SIGNATURE),
		    "%s is not signed, the kernel demands signatures (%s)", name, by);
	else if (j->w->signatures == WORLD_YES && j->w->opt.is_running)
		say(j, FINDING(UNKNOWN, SIGNATURE),
		    "whether the kernel, which demands signatures (%s), trusts the key "
		    "of %s",
		    by, name);
	else if (j->w->signatures == WORLD_NOT_KNOWN && !j->f->is_signed)
		say(j, FINDING(UNKNOWN, SIGNATURE),
		    "whether the kernel demands signatures: %s has none", name);
}

/* ---- parameters, dependencies, firmware ---- */

static void say_parameter(void *data, enum param_problem problem, const char *name,
			  const char *text)
{
	struct judge *j = data;

	if (problem == PARAM_UNTYPED)
		return;
	if (problem == PARAM_UNKNOWN)
		say(j, FINDING(WARNING, PARAMETER, .subject = name),
		    "%s: the kernel ignores it", text);
	else
		say(j, FINDING(PROBLEM, PARAMETER, .subject = name), "%s", text);
}

static void judge_parameters(struct judge *j)
{
	int r = j->options && *j->options
			? params_check_module(j->mod, j->options, say_parameter, j)
			: 0;

	if (r == -ENOMEM)
		j->error = r;
}

static void judge_dependencies(struct judge *j)
{
	_cleanup_free_ char *missing = NULL;
	const struct mod_deps *deps;
	int r = mod_dependencies(j->mod, &deps, &missing);

	if (r == -ENOMEM)
		j->error = r;
	else if (r < 0 && missing)
		say(j, FINDING(PROBLEM, DEPENDENCY, .subject = missing),
		    "%s needs %s by modules.dep, which cannot be opened: %s",
		    j->mod->name, missing, strerror(-r));
}

static void judge_firmware(struct judge *j)
{
	for (size_t i = 0; i < j->f->firmware.n; i++) {
		const char *name = j->f->firmware.at[i];

		if (!world_has_firmware(j->w, name))
			say(j, FINDING(WARNING, FIRMWARE, .subject = name),
			    "firmware file %s is not installed", name);
	}
}

int check_judge(struct world *w, const struct kmod_module *mod,
		const struct check_facts *f, const char *options, check_fn *fn,
		void *data)
{
	static void (*const parts[])(struct judge * j) = {
		judge_signature,  judge_form,         judge_machine,
		judge_vermagic,   judge_layout,       judge_symbols,
		judge_parameters, judge_dependencies, judge_firmware,
	};
	struct judge j = { w, mod, f, options, fn, data, 0 };

	if (f->damage) {
		say(&j, FINDING(PROBLEM, FILE), "%s", f->damage);
		return j.error;
	}
	for (size_t i = 0; i < ARRAY_SIZE(parts) && j.error == 0; i++)
		parts[i](&j);
	return j.error;
}
