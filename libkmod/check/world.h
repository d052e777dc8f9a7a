/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A kernel as its modules see it: who provides which symbol with which version, its
 * vermagic and machine, whether it demands signatures, where firmware is. It need not be
 * the running one; what cannot be known of it is marked, never assumed.
 *
 *	the kernel's own symbols   --symvers, MODULES/build/Module.symvers: with versions
 *	                           /boot/System.map-RELEASE, /proc/kallsyms: names only
 *	those of modules           files that were read (world_add_exports), else who
 *	                           modules.symbols says, read on demand
 *	vermagic, machine          what most modules of the directory have
 *	signatures                 /sys and /proc of the running kernel, else its config
 *
 * A world belongs to one thread. Strings live as long as it does.
 */
#pragma once

#include "libkmod/check/running.h"
#include "libkmod/module/mod.h"
#include "shared/map.h"

enum world_owner { WORLD_NOBODY, WORLD_KERNEL, WORLD_MODULE };

struct world_symbol {
	const char *name;
	enum world_owner owner;
	const char *provider; /* a module's name; of WORLD_NOBODY: who should, or NULL */
	uint64_t crc;         /* 0: not known, or none */
	bool asked;           /* modules.symbols has been looked at */
};

enum world_source {
	WORLD_NO_SYMBOLS,
	WORLD_SYMVERS,
	WORLD_SYSTEM_MAP,
	WORLD_KALLSYMS,
};

enum world_answer { WORLD_NOT_KNOWN, WORLD_NO, WORLD_YES };

struct world_options {
	struct kmod_ctx *ctx;
	const char *
		root; /* in front of /boot and /lib/firmware; "" or without '/' at its end */
	const char *release;
	const char *symvers; /* a file, or NULL: look for one */
	bool is_running;     /* what /proc and /sys say is about this kernel */
};

/* What a module file says of the kernel it was built for. */
struct world_build {
	const char *vermagic; /* NULL: nothing */
	uint16_t machine;
	bool is64;
	bool big;
};

struct world_ballot {
	struct world_build build;
	size_t votes;
};

struct world {
	struct world_options opt;
	struct arena arena;
	struct map symbols;
	enum world_source source;
	const char *source_path;
	struct world_build build;     /* vermagic NULL: no module tells */
	enum world_answer signatures; /* does it demand them? */
	const char *signatures_by;    /* what says so; NULL: nothing does */
	VEC(const char *) firmware_dirs;
	VEC(struct world_ballot) ballots; /* builds seen so far */
};

/* -ENOMEM, or why opt->symvers cannot be read. What opt points to outlives the world. */
int world_open(const struct world_options *opt, struct world *out) _must_check_;
void world_close(struct world *w);

/* The symbol of that name, made when it is new. NULL: out of memory. */
struct world_symbol *world_symbol(struct world *w, const char *name, size_t len);
/* Are the kernel's names complete, so that a missing one means something? */
bool world_knows_kernel(const struct world *w);
/* The symbols of an ELF file of that name are provided by it, unless the kernel does. */
int world_add_exports(struct world *w, const char *module,
		      const struct elf *elf) _must_check_;
/* Looks for who provides a symbol of nobody in modules.symbols, once. 0 or -ENOMEM. */
int world_ask_index(struct world *w, struct world_symbol *sym) _must_check_;

/* A module of the directory says for what kernel it is; build is settled by most votes. */
int world_vote(struct world *w, const struct world_build *build) _must_check_;
void world_settle(struct world *w);

/* Is the firmware file there, compressed or not? name may be a pattern. */
bool world_has_firmware(const struct world *w, const char *name);
