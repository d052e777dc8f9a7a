/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's own symbols, from the first of their lists that is there. */
#pragma once

#include "libkmod/check/world.h"

/* Sets source and source_path. -ENOMEM, or why the file that was named cannot be read. */
int world_read_kernel(struct world *w) _must_check_;
