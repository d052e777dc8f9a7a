/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "testsuite/trap/trap.h"

TRAP(int, uname, (struct utsname * u))
{
	const char *release = getenv("TESTSUITE_UNAME");
	int r = REAL(int, uname, (struct utsname *))(u);

	if (r == 0 && release)
		snprintf(u->release, sizeof(u->release), "%s", release);
	return r;
}
