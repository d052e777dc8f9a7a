/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a phase has to say. Phases never print: they collect diagnostics, each naming the
 * file or module it is about, and depmod.c shows them in order. A list that ran out of
 * memory says so by failed; the phase's caller then reports -ENOMEM.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <syslog.h>

#include "shared/arena.h"
#include "shared/vec.h"

struct dm_diag {
	int priority; /* LOG_ERR, LOG_WARNING, ... */
	const char *text;
};

struct dm_diags {
	struct arena arena;
	VEC(struct dm_diag) list;
	bool failed;
};

#define DM_DIAGS_INIT ((struct dm_diags){ .arena = ARENA_INIT })

void dm_diag(struct dm_diags *d, int priority, const char *fmt, ...) _printf_(3, 4);
void dm_diag_va(struct dm_diags *d, int priority, const char *fmt, va_list ap)
	_printf_(3, 0);
#define dm_err(d, ...) dm_diag((d), LOG_ERR, __VA_ARGS__)
#define dm_warn(d, ...) dm_diag((d), LOG_WARNING, __VA_ARGS__)
void dm_diags_fini(struct dm_diags *d);
