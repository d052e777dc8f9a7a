/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-diag.h"

#include <stdio.h>

/* A message without its newline; longer ones are cut. */
#define DIAG_MAX 8192

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void dm_diag_va(struct dm_diags *d, int priority, const char *fmt, va_list ap)
{
	char buf[DIAG_MAX];
	struct dm_diag *diag;
	int len = vsnprintf(buf, sizeof(buf), fmt, ap);

	if (len < 0)
		return;
	if ((size_t)len >= sizeof(buf))
		len = (int)sizeof(buf) - 1;
	if (len > 0 && buf[len - 1] == '\n')
		len--;
	diag = vec_add(&d->list);
	if (!diag) {
		d->failed = true;
		return;
	}
	diag->priority = priority;
	diag->text = arena_dup(&d->arena, buf, (size_t)len);
	if (!diag->text) {
		d->list.n--;
		d->failed = true;
	}
}
#pragma GCC diagnostic pop

void dm_diag(struct dm_diags *d, int priority, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	dm_diag_va(d, priority, fmt, ap);
	va_end(ap);
}

void dm_diags_fini(struct dm_diags *d)
{
	arena_fini(&d->arena);
	vec_fini(&d->list);
	d->failed = false;
}
