/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What to say when modules need each other in a circle.
 *
 * The modules left without an order number are cut into knots, sets in which everybody
 * reaches everybody (strongly connected components). Within a knot the loops are walked
 * along all paths from one module. Knots with few dependencies come first; a walk begins
 * at the module with the fewest links, and takes a module's last dependency first.
 */
#pragma once

#include "tools/depmod/dm-diag.h"
#include "tools/depmod/dm-graph.h"
#include "tools/depmod/dm-module.h"

/* One line per loop, then how many modules are involved. */
int dm_cycles_report(const struct dm_graph *g, const struct dm_modules *modules,
		     struct dm_diags *diags) _must_check_;
