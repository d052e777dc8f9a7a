/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Parameters given, against those a module has: names, and values of types that can be
 * judged from outside. Compare what kernels do: one of an unknown name is ignored with a
 * message, one of a wrong value makes the insertion fail.
 */
#pragma once

#include "libkmod/module/mod.h"

struct param {
	const char *name;
	const char *type; /* "" when not stated */
};

struct params {
	struct arena arena;
	VEC(struct param) at;
};

enum param_problem {
	PARAM_UNKNOWN,
	PARAM_BAD_VALUE,
	PARAM_UNTYPED, /* no problem, but what it takes cannot be judged */
};

/* text names parameter, module and problem; both strings are lent for the call. */
typedef void param_fn(void *data, enum param_problem problem, const char *name,
		      const char *text);

/* What the module takes; params_fini() releases it. -ENODATA: no .modinfo. */
int params_read(const struct elf *elf, struct params *out) _must_check_;
void params_fini(struct params *p);

/* Calls say for each problem of options, written as the kernel gets them. 0 or -ENOMEM. */
int params_check(const struct params *p, const char *module, const char *options,
		 param_fn *say, void *data) _must_check_;
/* The three at once. */
int params_check_module(const struct kmod_module *mod, const char *options, param_fn *say,
			void *data) _must_check_;
