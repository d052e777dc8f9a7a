/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Allocations that fail. A library of its own, preloaded only where it is asked for:
 * memory checkers want to see the program's own calls of malloc.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "testsuite/trap/fail.h"
#include "testsuite/trap/trap.h"

TRAP_EXPORT bool trap_alloc_arm(const char *kind, unsigned long nth, int error);
TRAP_EXPORT const struct fail_state *trap_alloc_look(void);

bool trap_alloc_arm(const char *kind, unsigned long nth, int error)
{
	return fail_arm(kind, nth, error);
}

const struct fail_state *trap_alloc_look(void)
{
	return fail_look();
}

/* dlsym() may allocate; glibc offers its functions under a second name. */
#ifdef __GLIBC__
#define REAL_ALLOC(sym) __libc_##sym
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
#else
#define REAL_ALLOC(sym) REAL_##sym
#define REAL_malloc REAL(void *, malloc, (size_t))
#define REAL_calloc REAL(void *, calloc, (size_t, size_t))
#define REAL_realloc REAL(void *, realloc, (void *, size_t))
#endif

static bool fails(void)
{
	int e = trap_inside() ? 0 : fail_next(FAIL_ALLOC);

	if (e)
		errno = ENOMEM;
	return e != 0;
}

TRAP(void *, malloc, (size_t size))
{
	return fails() ? NULL : REAL_ALLOC(malloc)(size);
}

TRAP(void *, calloc, (size_t n, size_t size))
{
	return fails() ? NULL : REAL_ALLOC(calloc)(n, size);
}

TRAP(void *, realloc, (void *old, size_t size))
{
	return fails() ? NULL : REAL_ALLOC(realloc)(old, size);
}
