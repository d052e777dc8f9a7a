/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line of modules.devname:  MODULE DEVNAME {c|b}MAJOR:MINOR */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "shared/macro.h"

struct devname {
	const char *module;
	const char *name; /* below /dev, without ".." */
	bool is_block;
	uint32_t major, minor;
};

/*
 * Cuts line up; out points into it. Text behind the numbers is ignored. False, out
 * untouched: a bad line, or a name that would make a node outside /dev.
 */
bool devname_parse(char *line, struct devname *out) _must_check_;
