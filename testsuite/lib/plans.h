/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans in tests: made from a name, and as text to compare. */
#pragma once

#include "libkmod/plan/plan.h"

/* A context of this test's root (traps on) with the configuration below it. */
struct kmod_ctx *plans_ctx(void);
/* The first module that a lookup of spelling finds; it must find one. */
struct kmod_module *plans_find(struct kmod_ctx *ctx, const char *spelling);
/* A plan for spelling in a context of its own; freed with the test's process. */
struct plan *plans_load(const char *spelling, unsigned flags, const char *extra_options);
struct plan *plans_unload(const char *spelling, const struct plan_unload_request *req);
/*
 * A line per step: OP NAME, the reason of skipped ones, then "?" when it may fail and
 * "again" when it was listed before: "insert b", "skip d live", "remove e ?".
 */
const char *plans_text(const struct plan *plan);
