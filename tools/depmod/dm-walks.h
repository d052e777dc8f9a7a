/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The walks behind dm-emit's table: what goes into which file, line by line. */
#pragma once

#include "tools/depmod/dm-emit.h"

typedef int dm_walk(const struct dm_emit_input *in, struct dm_sink *sink);

dm_walk dm_walk_dep, dm_walk_alias, dm_walk_softdep, dm_walk_weakdep, dm_walk_symbols,
	dm_walk_builtin, dm_walk_builtin_alias, dm_walk_devname;
