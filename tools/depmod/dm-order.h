/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The order of modules, which is their index and so their priority: those named in
 * modules.order first, by first mention, all others in byte order of their paths (D1).
 */
#pragma once

#include "shared/bytes.h"
#include "tools/depmod/dm-diag.h"
#include "tools/depmod/dm-module.h"

/*
 * Sorts modules by the text of modules.order; file is its path for messages. A text whose
 * last line is not ended is damaged and orders nothing (said).
 */
int dm_order_sort(struct dm_modules *modules, const char *file, struct bytes order,
		  struct dm_diags *diags) _must_check_;
