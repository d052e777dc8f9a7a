/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One module held against a kernel: would it be taken?
 *
 *	check_read()   the file to facts, which stay when it is closed; its exports go
 *	               into the world, so that modules checked together know each other
 *	check_judge()  facts and world to findings, the gravest kind first in the enum
 *
 * A finding is a fact: what cannot be known is said to be so, once per matter.
 */
#pragma once

#include "libkmod/check/world.h"

enum check_level {
	CHECK_PROBLEM, /* it will be refused, by the kernel or by modprobe */
	CHECK_WARNING, /* it will be taken, but not work as meant */
	CHECK_UNKNOWN, /* could not be looked at */
	CHECK_NOTE,
	N_CHECK_LEVELS_,
};

/* One list makes the enum and its words. */
#define CHECK_TOPICS(X)                 \
	X(FILE, "file")                 \
	X(ARCHITECTURE, "architecture") \
	X(VERMAGIC, "vermagic")         \
	X(SYMBOL, "symbol")             \
	X(VERSION, "version")           \
	X(SIGNATURE, "signature")       \
	X(PARAMETER, "parameter")       \
	X(DEPENDENCY, "dependency")     \
	X(FIRMWARE, "firmware")

enum check_topic {
#define CHECK_TOPIC_ENUM_(id, text) CHECK_##id,
	CHECK_TOPICS(CHECK_TOPIC_ENUM_)
#undef CHECK_TOPIC_ENUM_
		N_CHECK_TOPICS_
};
const char *check_level_name(enum check_level level);
const char *check_topic_name(enum check_topic topic);

struct check_finding {
	enum check_level level;
	enum check_topic topic;
	const char *text;
	/* What it is about, for programs; NULL or 0 where it does not apply. */
	const char *subject;    /* symbol, parameter, firmware or dependency */
	const char *provider;   /* of the symbol; NULL is the kernel or nobody */
	uint64_t wanted, found; /* versions */
};

struct check_import {
	struct world_symbol *sym;
	uint64_t crc; /* 0: no version record */
	bool weak;
};

/* Borrowed strings live as long as the world. */
struct check_facts {
	const char *damage; /* then nothing else is known */
	struct world_build build;
	uint16_t elf_type;
	bool has_struct; /* .gnu.linkonce.this_module */
	bool has_versions;
	bool has_symbols; /* the symbol table could be read */
	bool is_signed;
	uint64_t layout_crc; /* 0: none */
	VEC(struct check_import) imports;
	VEC(const char *) firmware;
};

/* The module's file must be known. Its image stays open as long as the module. */
int check_read(struct world *w, const struct kmod_module *mod,
	       struct check_facts *out) _must_check_;
void check_facts_fini(struct check_facts *f);
/* What the module says of its kernel, as a vote. A file that cannot be read has none. */
int check_vote(struct world *w, const struct kmod_module *mod) _must_check_;

typedef void check_fn(void *data, const struct check_finding *finding);

/*
 * options: parameters it would be given, or NULL. 0 or -errno; findings are lent for the
 * call. The world is settled, and has read all that is to be known together.
 */
int check_judge(struct world *w, const struct kmod_module *mod,
		const struct check_facts *f, const char *options, check_fn *say,
		void *data) _must_check_;
