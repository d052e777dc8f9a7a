/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the running kernel says about modules: /sys/module, /proc/modules (libkmod.md 9).
 * Nothing is cached; between two calls the world may move. A name that could leave
 * /sys/module is refused before it becomes a path: -ENOENT (-ENAMETOOLONG over 255
 * bytes), for no module of such a name can be loaded.
 */
#pragma once

#include <stdbool.h>

#include "shared/macro.h"
#include "shared/strbuf.h"
#include "shared/vec.h"

struct kmod_ctx;

/* enum kmod_module_initstate (LIVE, COMING, GOING) or -errno (-ENOENT: not there). */
int live_initstate(const struct kmod_ctx *ctx, const char *name);
int live_refcnt(const struct kmod_ctx *ctx, const char *name);
long live_size(const struct kmod_ctx *ctx, const char *name);

struct live_names {
	VEC(char *) names; /* point into text */
	char *text;
};
void live_names_fini(struct live_names *names);
/* Directory order, normalised. 0 or -errno. */
int live_holders(const struct kmod_ctx *ctx, const char *name, struct live_names *out) _must_check_;
/* First words of /proc/modules, normalised, file order. */
int live_loaded(const struct kmod_ctx *ctx, struct live_names *out) _must_check_;

/*
 * Size, count and users at once, for a list of many modules. The holders' buffer is
 * reused from call to call; the caller releases it with strbuf_fini().
 */
#define LIVE_NOT_COUNTED (-2) /* the kernel itself says -1 of a module that is going */
struct live_usage {
	long size;
	int refcnt;            /* LIVE_NOT_COUNTED: this kernel keeps no counts */
	size_t n_holders;
	struct strbuf holders; /* their names, each with its NUL */
};
/* 1, 0 the module is gone, -errno */
int live_usage(const struct kmod_ctx *ctx, const char *name, struct live_usage *out) _must_check_;
