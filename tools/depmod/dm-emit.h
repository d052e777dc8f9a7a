/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From facts and graph to the bytes of every output file.
 *
 * One table says which walk makes which files. A walk's text and index come from one
 * pass with a sink for both; walks are independent and run side by side.
 */
#pragma once

#include "shared/strbuf.h"
#include "tools/depmod/dm-facts.h"
#include "tools/depmod/dm-graph.h"
#include "tools/depmod/dm-module.h"
#include "tools/depmod/dm-sink.h"

struct dm_emit_input {
	const struct dm_modules *modules;
	const struct dm_facts *facts;
	const struct dm_lists *closure;
	struct bytes builtin;         /* modules.builtin, or empty */
	struct bytes builtin_modinfo; /* modules.builtin.modinfo, or empty */
	bool only_text;               /* -n */
	bool warn;                    /* -w */
};

#define DM_N_OUTPUTS 11

/* File names in the order of publication; NULL-terminated. */
extern const char *const dm_output_names[DM_N_OUTPUTS + 1];
bool dm_output_is_text(size_t output);

struct dm_outputs {
	struct strbuf content[DM_N_OUTPUTS];
};

int dm_emit(const struct dm_emit_input *in, unsigned jobs, struct dm_outputs *out,
	    struct dm_diags *diags) _must_check_;
void dm_outputs_fini(struct dm_outputs *o);
