/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a message to the context's sink. The sink is copied out under the lock and runs
 * without it, so that it may call back into the library.
 */
#include "libkmod/log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/ctx.h"
#include "shared/cleanup.h"
#include "shared/str.h"

static const char *const priority_names[] = {
	[LOG_EMERG] = "EMERGENCY", [LOG_ALERT] = "ALERT",   [LOG_CRIT] = "CRITICAL",
	[LOG_ERR] = "ERROR",       [LOG_WARNING] = "WARNING", [LOG_NOTICE] = "NOTICE",
	[LOG_INFO] = "INFO",       [LOG_DEBUG] = "DEBUG",
};

const char *log_priority_name(int priority)
{
	if (priority < 0 || priority >= (int)ARRAY_SIZE(priority_names))
		return NULL;
	return priority_names[priority];
}

/* The number that makes up all of text, up to white space; 0 for anything else. */
static bool parse_number(const char *text, int *out)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (end == text || (*end != '\0' && !str_is_space(*end)))
		return false;
	*out = errno == 0 && value >= INT_MIN && value <= INT_MAX ? (int)value : 0;
	return true;
}

int log_priority_from_env(int fallback)
{
	static const struct {
		const char *prefix;
		int priority;
	} words[] = { { "err", LOG_ERR }, { "info", LOG_INFO }, { "debug", LOG_DEBUG } };
	const char *text = secure_getenv("KMOD_LOG");
	int priority;

	if (!text)
		return fallback;
	if (parse_number(text, &priority))
		return priority;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_starts_with(text, words[i].prefix))
			return words[i].priority;
	return 0;
}

void log_to_stderr(void *data _unused_, int priority, const char *file _unused_, int line _unused_,
		   const char *fn, const char *format, va_list args)
{
	const char *name = log_priority_name(priority);
	_cleanup_free_ char *text = NULL;
	int saved_errno = errno;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
#pragma GCC diagnostic pop
	if (name)
		fprintf(stderr, "libkmod: %s: %s: %s", name, fn, text ? text : format);
	else
		fprintf(stderr, "libkmod: L:%d: %s: %s", priority, fn, text ? text : format);
	errno = saved_errno;
}

bool log_wanted(const struct kmod_ctx *ctx, int priority)
{
	return ctx && priority <= atomic_load_explicit(&ctx->log_priority, memory_order_relaxed);
}

void log_write(const struct kmod_ctx *ctx, int priority, const char *file, int line, const char *fn,
	       const char *format, ...)
{
	struct kmod_ctx *mutable_ctx = (struct kmod_ctx *)ctx;
	int saved_errno = errno;
	log_sink_fn *sink;
	void *data;
	va_list args;

	pthread_mutex_lock(&mutable_ctx->lock);
	sink = mutable_ctx->log_fn;
	data = mutable_ctx->log_data;
	pthread_mutex_unlock(&mutable_ctx->lock);
	if (!sink)
		return;

	va_start(args, format);
	errno = saved_errno;
	sink(data, priority, file, line, fn, format, args);
	va_end(args);
	errno = saved_errno;
}
