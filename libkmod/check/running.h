/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the running kernel says about the modules it would take. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/macro.h"

/* The first line of a small file of /proc or /sys; false when it cannot be read. */
bool running_read_line(const char *path, char *out, size_t size);

/* What uname calls a machine and what ELF calls it. */
struct running_machine {
	const char *name;
	bool prefix; /* armv7l and its like */
	uint16_t elf;
	bool is64;
};
/* NULL: not known. */
const struct running_machine *running_find_machine(const char *name);

/* Does it demand signatures? */
struct running_enforcement {
	bool by_parameter;
	char lockdown[64]; /* the active mode, "" when none or not known */
};
struct running_enforcement running_read_enforcement(void);
