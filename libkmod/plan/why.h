/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The parts of why-failed.c. Each looks at one kind of cause and says a line for every
 * fact it found; what it cannot check it does not mention.
 */
#pragma once

#include "libkmod/module/mod.h"
#include "libkmod/plan/why-failed.h"

/* Lines about one kind of cause before the rest is only counted. */
#define WHY_MAX_LINES 8

struct why {
	struct kmod_module *mod;
	int error;
	const char *options;
	void (*say)(void *data, const char *line);
	void *data;
};

/* The listener may use the module, so not while its file is locked, or another's. */
void why_say(const struct why *w, const char *fmt, ...) _printf_(2, 3);

/* Undefined symbols that nothing in the kernel provides, and who would. */
void why_symbols(const struct why *w);
/* Symbols whose version is another in the module that exports them. */
void why_versions(const struct why *w);
