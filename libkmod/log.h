/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Diagnostics of one context: a level, a sink, a user pointer.
 *
 * Messages end in "\n" and name file, line or symbol and the cause. Log once, where
 * those are known. errno is intact when the sink runs (formats may contain %m).
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <syslog.h>

#include "shared/macro.h"

struct kmod_ctx;

typedef void log_sink_fn(void *data, int priority, const char *file, int line,
			 const char *fn, const char *format, va_list args);

/* Default sink: stderr, "libkmod: ERROR: function: message". */
log_sink_fn log_to_stderr;

/* "ERROR", "WARNING", ... or NULL for a number without a name. */
const char *log_priority_name(int priority);
/* What KMOD_LOG asks for (libkmod.md 3.2); fallback when it is unset or the process is secure-execution. */
int log_priority_from_env(int fallback);

bool log_wanted(const struct kmod_ctx *ctx, int priority);
void log_write(const struct kmod_ctx *ctx, int priority, const char *file, int line,
	       const char *fn, const char *format, ...) _printf_(6, 7);

#define log_at(ctx, prio, ...)                                                              \
	do {                                                                                \
		if (log_wanted((ctx), (prio)))                                              \
			log_write((ctx), (prio), __FILE__, __LINE__, __func__, __VA_ARGS__); \
	} while (0)
#define log_err(ctx, ...) log_at(ctx, LOG_ERR, __VA_ARGS__)
#define log_warning(ctx, ...) log_at(ctx, LOG_WARNING, __VA_ARGS__)
#define log_notice(ctx, ...) log_at(ctx, LOG_NOTICE, __VA_ARGS__)
#define log_info(ctx, ...) log_at(ctx, LOG_INFO, __VA_ARGS__)
#define log_debug(ctx, ...) log_at(ctx, LOG_DEBUG, __VA_ARGS__)
