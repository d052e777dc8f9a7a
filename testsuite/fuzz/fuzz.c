/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libkmod/ctx.h"

static void drop_message(void *data _unused_, int priority _unused_, const char *file _unused_,
			 int line _unused_, const char *fn _unused_, const char *format _unused_,
			 va_list args _unused_)
{
}

struct kmod_ctx *fuzz_ctx(void)
{
	static struct kmod_ctx *ctx;
	static const char *const no_paths[] = { NULL };
	const struct ctx_options options = {
		.dirname = "/nonexistent",
		.config_paths = no_paths,
		.log_priority = LOG_DEBUG,
		.log_fn = drop_message,
	};

	if (!ctx && ctx_new(&options, &ctx) < 0)
		fuzz_broken(__FILE__, __LINE__, "a context can be made");
	return ctx;
}

char *fuzz_string(const uint8_t *data, size_t size)
{
	char *s = strndup((const char *)data, size);

	if (!s)
		fuzz_broken(__FILE__, __LINE__, "there is memory");
	return s;
}

void fuzz_touch(struct bytes b)
{
	unsigned char sum = 0;

	for (size_t i = 0; i < b.len; i++)
		sum ^= b.ptr[i];
	/* Used, as far as the compiler knows. */
	__asm__ volatile("" : : "r"(sum));
}

void fuzz_broken(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: broken: %s\n", file, line, what);
	abort();
}
