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
#include <sys/utsname.h>

#include "libkmod/check/damage.h"
#include "libkmod/check/kernel-lists.h"
#include "libkmod/check/params.h"
#include "libkmod/check/running.h"
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

/* ---- the file ---- */

/* True when the file itself is the cause. */
static bool why_damaged(const struct why *w, damage_fn *find)
{
	_cleanup_free_ char *text = NULL;

	if (find(w->mod, &text) <= 0)
		return false;
	why_say(w, "%s", text);
	return true;
}

/* ---- machine and version magic ---- */

/* Under linux32 uname tells of another machine than the kernel's. */
static bool uname_is_faked(void)
{
	int persona = personality(0xffffffff);

	return persona != -1 && (persona & PER_MASK) == PER_LINUX32;
}

static void why_machine(const struct why *w)
{
	const struct running_machine *here;
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
	here = running_find_machine(uts.machine);
	if (!here || (machine == here->elf && is64 == here->is64))
		return;

	const char *name = elf_machine_name(machine);

	why_say(w, "%s is for %s (%d-bit, ELF machine %u), the running kernel is for %s",
		w->mod->name, name ? name : "another architecture", is64 ? 64 : 32,
		machine, uts.machine);
}

/* The first value of key in the module's file, or "". */
static void read_value(const struct kmod_module *mod, const char *key, char *out,
		       size_t size)
{
	const struct elf *elf;
	struct bytes value;

	out[0] = '\0';
	if (mod_file_lock(mod, true, NULL, &elf) < 0)
		return;
	if (elf_modinfo_value(elf, key, &value) > 0)
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
			read_value(mod, "vermagic", vermagic, size);
		if (*vermagic) {
			*witness = mod;
			return true;
		}
		kmod_module_unref(mod);
	}
	return false;
}

/* Of a sound file. */
static bool has_modinfo(const struct kmod_module *mod)
{
	const struct elf *elf;
	struct bytes section;
	bool has;

	if (mod_file_lock(mod, true, NULL, &elf) < 0)
		return false;
	has = elf_modinfo(elf, &section) > 0;
	mod_file_unlock(mod);
	return has;
}

static void why_vermagic(const struct why *w)
{
	char mine[256], other[256] = "";
	struct kmod_module *witness;
	struct utsname uts;
	size_t release_len;

	read_value(w->mod, "vermagic", mine, sizeof(mine));
	if (!*mine) {
		why_say(w, "%s has no vermagic%s", w->mod->name,
			has_modinfo(w->mod) ? "" : ", it has no .modinfo section");
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

	if (running_read_line(path, text, sizeof(text)) && str_eq(text, "1"))
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

/* The kernel compares the name that the file has inside; older ones have none there. */
static void why_command_line(const struct why *w)
{
	struct kernel_lists lists = { 0 };
	_cleanup_free_ char *function = NULL;
	char inside[256];
	const char *name = inside;

	kernel_lists_read(&lists);
	if (lists.module_blacklist) {
		read_value(w->mod, "name", inside, sizeof(inside));
		if (!*inside)
			name = w->mod->name;
		if (kernel_lists_name(lists.module_blacklist, name))
			why_say(w,
				"module_blacklist= on the kernel's command line "
				"(/proc/cmdline) names %s",
				name);
	}
	function = kernel_lists_skip(&lists, w->mod);
	if (function)
		why_say(w,
			"initcall_blacklist= on the kernel's command line "
			"(/proc/cmdline) names %s of %s",
			function, w->mod->name);
	kernel_lists_fini(&lists);
}

/* ---- signature ---- */

static void say_enforcement(const struct why *w, const struct running_enforcement *e)
{
	if (e->by_parameter)
		why_say(w, "the kernel demands signatures: "
			   "/sys/module/module/parameters/sig_enforce is Y");
	if (e->lockdown[0])
		why_say(w,
			"the kernel is locked down: /sys/kernel/security/lockdown is %s",
			e->lockdown);
}

/* What the kernel found out about a signature, so far as its errno tells. */
static const char *finding_about_signature(int error)
{
	switch (error) {
	case -EKEYREJECTED:
		return "; the kernel rejected this signature";
	case -ENOKEY:
		return "; the kernel does not have its key";
	default:
		return "";
	}
}

/* "signed by ...", in text. */
static void describe_signature(const struct sig *sig, struct strbuf *text)
{
	_cleanup_free_ char *key = str_hex_dump(sig->key_id);

	if (sig->signer.len > 0 && key)
		strbuf_addf(text, "is signed by '%.*s', key %s", (int)sig->signer.len,
			    (const char *)sig->signer.ptr, key);
	else
		strbuf_addf(text, "has a %s signature", sig_id_name(sig->id));
}

static void why_signature(const struct why *w)
{
	struct running_enforcement enforcement = running_read_enforcement();
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
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
		strbuf_adds(&text, "is not signed");
	else if (r > 0)
		describe_signature(&sig, &text);
	if (r > 0) {
		strbuf_adds(&text, finding_about_signature(w->error));
		sig_fini(&sig);
	}
	mod_file_unlock(w->mod);
	if (r >= 0 && strbuf_ok(&text))
		why_say(w, "%s %s", w->mod->name, strbuf_str(&text));
	say_enforcement(w, &enforcement);
}

/* ---- parameters ---- */

struct parameters {
	const struct why *w;
	bool untyped; /* which of them are said */
	bool found;   /* a wrong value */
};

static void say_parameter(void *data, enum param_problem problem,
			  const char *name _unused_, const char *text)
{
	struct parameters *p = data;

	p->found |= problem == PARAM_BAD_VALUE;
	if ((problem == PARAM_UNTYPED) == p->untyped)
		why_say(p->w, "%s", text);
}

/* Whose type is not stated may be to blame where no wrong value is found. */
static void why_parameters(const struct why *w)
{
	const char *options = w->options ? w->options : "";
	struct parameters p = { .w = w };

	/* A file that cannot be read has been spoken of. */
	(void)!params_check_module(w->mod, options, say_parameter, &p);
	p.untyped = !p.found && (w->error == -EINVAL || w->error == -ERANGE);
	if (p.untyped)
		(void)!params_check_module(w->mod, options, say_parameter, &p);
}

/* ---- which causes belong to which errno ---- */

typedef void why_fn(const struct why *w);

static const struct cause {
	int error;
	bool whatever_file; /* holds whatever the file is like */
	why_fn *fns[4];
} causes[] = {
	{ -ENOEXEC, false, { why_machine, why_vermagic, why_versions } },
	{ -ENOENT, false, { why_symbols, why_parameters } },
	{ -ESRCH, false, { why_versions, why_symbols } },
	{ -EINVAL, false, { why_versions, why_parameters } },
	{ -ERANGE, false, { why_parameters } },
	{ -EPERM,
	  true,
	  { why_disabled, why_privilege, why_command_line, why_signature } },
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

	if ((!cause || !cause->whatever_file) && why_damaged(&w, damage_of_file))
		return;
	if (!cause || (!cause->whatever_file && why_damaged(&w, damage_of_elf)))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(cause->fns) && cause->fns[i]; i++)
		cause->fns[i](&w);
}
