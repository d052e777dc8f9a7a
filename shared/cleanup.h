/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scope-exit release, for anything acquired in a scope:
 *
 *	_cleanup_free_ char *path = NULL;
 *	_cleanup_close_ int fd = -1;
 *	...
 *	*out = TAKE_PTR(path);      (hands it out; the cleanup then frees NULL)
 */
#pragma once

#include <stdio.h>

#include "shared/macro.h"

#define _cleanup_(f) __attribute__((cleanup(f)))
#define _cleanup_free_ _cleanup_(cleanup_free)
#define _cleanup_close_ _cleanup_(cleanup_close)
#define _cleanup_fclose_ _cleanup_(cleanup_fclose)

#define TAKE_PTR(p)                              \
	({                                       \
		__typeof__(p) *pp_ = &(p);       \
		__typeof__(p) taken_ = *pp_;     \
		*pp_ = NULL;                     \
		taken_;                          \
	})

#define TAKE_FD(fd)                   \
	({                            \
		int *pfd_ = &(fd);    \
		int taken_ = *pfd_;   \
		*pfd_ = -1;           \
		taken_;               \
	})

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}
