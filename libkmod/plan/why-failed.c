/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One table says which causes belong to which errno; the first part that explains the
 * file itself (absent, unreadable, damaged) ends the search. Where a fact comes from is
 * named in its line.
 */
#include "libkmod/plan/why-failed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "libkmod/elf/elf-modinfo.h"
#include "libkmod/elf/sig.h"
#include "libkmod/live/live.h"
#include "libkmod/plan/why.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "shared/strbuf.h"

void why_say(const struct why *w, const char *fmt, ...)
{
	_cleanup_free_ char *line = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&line, fmt, ap) < 0)
		line = NULL;
	va_end(ap);
	if (line)
		w->say(w->data, line);
}

/* The first line of a small file of /proc or /sys; false when it cannot be read. */
static bool read_line(const char *path, char *out, size_t size)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (fs_read_file(AT_FDCWD, path, size - 1, true, &text, &len) < 0)
		return false;
	snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
	return true;
}

/* ---- the file ---- */

/* Fewer bytes are no module, see image.h. */
#define IMAGE_SMALLEST 6

/* False when the file itself is the cause. */
static bool why_file(const struct why *w)
{
	const char *path = kmod_module_get_path(w->mod);
	struct image *img;
	struct bytes whole;
	struct stat st;
	bool good = true;
	int r;

	if (!path) {
		why_say(w, "no module file is known for %s", w->mod->name);
		return false;
	}
	if (stat(path, &st) < 0) {
		why_say(w, "module file %s: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		why_say(w, "module file %s is not a regular file", path);
		return false;
	}
	r = mod_file_lock(w->mod, false, &img, NULL);
	if (r < 0) {
		if (r == -EINVAL && st.st_size < IMAGE_SMALLEST)
			why_say(w, "module file %s has only %lld bytes", path,
				(long long)st.st_size);
		else
			why_say(w, "module file %s cannot be read: %s", path,
				strerror(-r));
		return false;
	}
	r = image_whole(img, &whole);
	if (r < 0) {
		const char *words = image_error(img);

		why_say(w, "module file %s: %s", path, words ? words : strerror(-r));
		good = false;
	}
	mod_file_unlock(w->mod);
	return good;
}

static bool why_elf(const struct why *w)
{
	const char *path = kmod_module_get_path(w->mod);
	int r = mod_file_lock(w->mod, true, NULL, NULL);

	if (r >= 0) {
		mod_file_unlock(w->mod);
		return true;
	}
	if (r == -ENOEXEC)
		why_say(w, "module file %s is not an ELF file", path);
	else if (r == -EINVAL)
		why_say(w, "module file %s is damaged: its ELF headers do not hold",
			path);
	return false;
}

/* ---- machine and version magic ---- */

/* What uname calls a machine and what ELF calls it. */
static const struct machine {
	const char *name;
	bool prefix; /* armv7l and its like */
	uint16_t elf;
	bool is64;
} machines[] = {
	{ "x86_64", false, 62, true },       { "i386", false, 3, false },
	{ "i486", false, 3, false },         { "i586", false, 3, false },
	{ "i686", false, 3, false },         { "aarch64", false, 183, true },
	{ "arm", true, 40, false },          { "riscv64", false, 243, true },
	{ "riscv32", false, 243, false },    { "ppc64", true, 21, true },
	{ "ppc", false, 20, false },         { "s390x", false, 22, true },
	{ "mips64", false, 8, true },        { "mips", false, 8, false },
	{ "loongarch64", false, 258, true }, { "sparc64", false, 43, true },
};

static const struct machine *find_machine(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct machine *m = &machines[i];

		if (m->prefix ? str_starts_with(name, m->name) : str_eq(name, m->name))
			return m;
	}
	return NULL;
}

/* Under linux32 uname tells of another machine than the kernel's. */
static bool uname_is_faked(void)
{
	int persona = personality(0xffffffff);

	return persona != -1 && (persona & PER_MASK) == PER_LINUX32;
}

static void why_machine(const struct why *w)
{
	const struct machine *here;
	const struct elf *elf;
	struct utsname uts;
	uint16_t machine;
	bool is64;

	if (uname_is_faked() || uname(&uts) < 0 ||
	    mod_file_lock(w->mod, true, NULL, &elf) < 0)
		return;
	machine = elf->machine;
	is64 = elf->is64;
	mod_file_unlock(w->mod);
	here = find_machine(uts.machine);
	if (!here || (machine == here->elf && is64 == here->is64))
		return;

	const char *name = elf_machine_name(machine);

	why_say(w, "%s is for %s (%d-bit, ELF machine %u), the running kernel is for %s",
		w->mod->name, name ? name : "another architecture", is64 ? 64 : 32,
		machine, uts.machine);
}

/* The module's vermagic, or "". */
static void read_vermagic(const struct kmod_module *mod, char *out, size_t size)
{
	const struct elf *elf;
	struct bytes value;

	out[0] = '\0';
	if (mod_file_lock(mod, true, NULL, &elf) < 0)
		return;
	if (elf_modinfo_value(elf, "vermagic", &value) > 0)
		snprintf(out, size, "%.*s", (int)value.len, (const char *)value.ptr);
	mod_file_unlock(mod);
}

/* How many loaded modules are asked for a file with a vermagic. */
#define MAX_WITNESSES 16

/* A loaded module whose file is known: the kernel took its vermagic. False: none. */
static bool find_witness(const struct why *w, char *vermagic, size_t size,
			 struct kmod_module **witness)
{
	_cleanup_(live_names_fini) struct live_names loaded = { 0 };
	struct kmod_module *mod;

	if (live_loaded(w->mod->ctx, &loaded) < 0)
		return false;
	for (size_t i = 0; i < loaded.names.n && i < MAX_WITNESSES; i++) {
		if (mod_get(w->mod->ctx, loaded.names.at[i], NULL, &mod) < 0)
			return false;
		if (mod != w->mod && kmod_module_get_path(mod))
			read_vermagic(mod, vermagic, size);
		if (*vermagic) {
			*witness = mod;
			return true;
		}
		kmod_module_unref(mod);
	}
	return false;
}

static void why_vermagic(const struct why *w)
{
	char mine[256], other[256] = "";
	struct kmod_module *witness;
	struct utsname uts;
	size_t release_len;

	read_vermagic(w->mod, mine, sizeof(mine));
	if (!*mine) {
		why_say(w, "%s has no vermagic", w->mod->name);
		return;
	}
	release_len = strcspn(mine, " ");
	if (uname(&uts) == 0 && (strlen(uts.release) != release_len ||
				 memcmp(mine, uts.release, release_len) != 0)) {
		why_say(w, "vermagic of %s is '%s', the running kernel is %s",
			w->mod->name, mine, uts.release);
		return;
	}
	if (!find_witness(w, other, sizeof(other), &witness))
		return;
	if (!str_eq(mine, other))
		why_say(w, "vermagic of %s is '%s', that of %s, which is loaded, is '%s'",
			w->mod->name, mine, witness->name, other);
	kmod_module_unref(witness);
}

/* ---- permission ---- */

static void why_disabled(const struct why *w)
{
	static const char path[] = "/proc/sys/kernel/modules_disabled";
	char text[8];

	if (read_line(path, text, sizeof(text)) && str_eq(text, "1"))
		why_say(w, "loading of modules is disabled until the next boot: %s is 1",
			path);
}

#define CAP_SYS_MODULE_BIT 16

static void why_privilege(const struct why *w)
{
	static const char label[] = "\nCapEff:\t";
	_cleanup_free_ char *text = NULL;
	const char *hit;
	size_t len;

	if (fs_read_file(AT_FDCWD, "/proc/self/status", 0, false, &text, &len) < 0)
		return;
	hit = strstr(text, label);
	if (hit && !(strtoull(hit + strlen(label), NULL, 16) >> CAP_SYS_MODULE_BIT & 1))
		why_say(w, "this process may not load modules: it does not have the "
			   "capability CAP_SYS_MODULE");
}

/* ---- signature ---- */

struct enforcement {
	bool by_parameter;
	char lockdown[64]; /* the active mode, "" when none or not known */
};

static struct enforcement read_enforcement(void)
{
	struct enforcement e = { 0 };
	char text[128];
	char *begin, *end;

	e.by_parameter = read_line("/sys/module/module/parameters/sig_enforce", text,
				   sizeof(text)) &&
			 str_eq(text, "Y");
	/* "none [integrity] confidentiality" */
	if (!read_line("/sys/kernel/security/lockdown", text, sizeof(text)))
		return e;
	begin = strchr(text, '[');
	end = begin ? strchr(begin, ']') : NULL;
	if (end) {
		*end = '\0';
		if (!str_eq(begin + 1, "none"))
			snprintf(e.lockdown, sizeof(e.lockdown), "%s", begin + 1);
	}
	return e;
}

static void say_enforcement(const struct why *w, const struct enforcement *e)
{
	if (e->by_parameter)
		why_say(w, "the kernel demands signatures: "
			   "/sys/module/module/parameters/sig_enforce is Y");
	if (e->lockdown[0])
		why_say(w,
			"the kernel is locked down: /sys/kernel/security/lockdown is %s",
			e->lockdown);
}

static void say_signature(const struct why *w, const struct sig *sig)
{
	_cleanup_free_ char *key = str_hex_dump(sig->key_id);

	if (sig->signer.len > 0 && key)
		why_say(w, "%s is signed by '%.*s', key %s", w->mod->name,
			(int)sig->signer.len, (const char *)sig->signer.ptr, key);
	else
		why_say(w, "%s has a %s signature", w->mod->name, sig_id_name(sig->id));
}

static void why_signature(const struct why *w)
{
	struct enforcement enforcement = read_enforcement();
	struct sig sig = { 0 };
	struct image *img;
	int r;

	/* EPERM has many causes; a signature is one only where it is demanded. */
	if (w->error == -EPERM && !enforcement.by_parameter && !enforcement.lockdown[0])
		return;
	if (mod_file_lock(w->mod, false, &img, NULL) < 0)
		return;
	r = sig_read(img, &sig);
	if (r == 0)
		why_say(w, "%s is not signed", w->mod->name);
	else if (r > 0)
		say_signature(w, &sig);
	if (r > 0)
		sig_fini(&sig);
	mod_file_unlock(w->mod);
	say_enforcement(w, &enforcement);
}

/* ---- which causes belong to which errno ---- */

typedef void why_fn(const struct why *w);

static const struct cause {
	int error;
	bool whatever_file; /* holds whatever the file is like */
	why_fn *fns[3];
} causes[] = {
	{ -ENOEXEC, false, { why_machine, why_vermagic, why_versions } },
	{ -ENOENT, false, { why_symbols, why_parameters } },
	{ -ESRCH, false, { why_versions, why_symbols } },
	{ -EINVAL, false, { why_versions, why_parameters } },
	{ -EPERM, true, { why_disabled, why_privilege, why_signature } },
	{ -ENOKEY, false, { why_signature } },
	{ -EKEYREJECTED, false, { why_signature } },
	{ -EBADMSG, false, { why_signature } },
};

static const struct cause *find_cause(int error)
{
	for (size_t i = 0; i < ARRAY_SIZE(causes); i++)
		if (causes[i].error == error)
			return &causes[i];
	return NULL;
}

void why_failed(struct kmod_module *mod, int error, const char *options,
		void (*say)(void *data, const char *line), void *data)
{
	const struct why w = { mod, error, options, say, data };
	const struct cause *cause = find_cause(error);

	if ((!cause || !cause->whatever_file) && !why_file(&w))
		return;
	if (!cause || (!cause->whatever_file && !why_elf(&w)))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(cause->fns) && cause->fns[i]; i++)
		cause->fns[i](&w);
}
