/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-emit.h"

#include <errno.h>

#include "tools/depmod/dm-pool.h"
#include "tools/depmod/dm-walks.h"

enum output {
	OUT_DEP,
	OUT_DEP_BIN,
	OUT_ALIAS,
	OUT_ALIAS_BIN,
	OUT_SOFTDEP,
	OUT_WEAKDEP,
	OUT_SYMBOLS,
	OUT_SYMBOLS_BIN,
	OUT_BUILTIN_BIN,
	OUT_BUILTIN_ALIAS_BIN,
	OUT_DEVNAME,
	NO_OUTPUT,
};
_Static_assert(NO_OUTPUT == DM_N_OUTPUTS, "names and outputs agree");

const char *const dm_output_names[DM_N_OUTPUTS + 1] = {
	[OUT_DEP] = "modules.dep",
	[OUT_DEP_BIN] = "modules.dep.bin",
	[OUT_ALIAS] = "modules.alias",
	[OUT_ALIAS_BIN] = "modules.alias.bin",
	[OUT_SOFTDEP] = "modules.softdep",
	[OUT_WEAKDEP] = "modules.weakdep",
	[OUT_SYMBOLS] = "modules.symbols",
	[OUT_SYMBOLS_BIN] = "modules.symbols.bin",
	[OUT_BUILTIN_BIN] = "modules.builtin.bin",
	[OUT_BUILTIN_ALIAS_BIN] = "modules.builtin.alias.bin",
	[OUT_DEVNAME] = "modules.devname",
};

static const struct row {
	enum output text, index;
	const char *header;
	dm_walk *walk;
} rows[] = {
	{ OUT_DEP, OUT_DEP_BIN, NULL, dm_walk_dep },
	{ OUT_ALIAS, OUT_ALIAS_BIN, "# Aliases extracted from modules themselves.\n",
	  dm_walk_alias },
	{ OUT_SOFTDEP, NO_OUTPUT,
	  "# Soft dependencies extracted from modules themselves.\n", dm_walk_softdep },
	{ OUT_WEAKDEP, NO_OUTPUT,
	  "# Weak dependencies extracted from modules themselves.\n", dm_walk_weakdep },
	{ OUT_SYMBOLS, OUT_SYMBOLS_BIN,
	  "# Aliases for symbols, used by symbol_request().\n", dm_walk_symbols },
	{ NO_OUTPUT, OUT_BUILTIN_BIN, NULL, dm_walk_builtin },
	{ NO_OUTPUT, OUT_BUILTIN_ALIAS_BIN, NULL, dm_walk_builtin_alias },
	{ OUT_DEVNAME, NO_OUTPUT, NULL, dm_walk_devname },
};

/* The long ones first. */
static const size_t row_order[ARRAY_SIZE(rows)] = { 1, 0, 4, 2, 3, 5, 6, 7 };

bool dm_output_is_text(size_t output)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].text == output)
			return true;
	}
	return false;
}

struct emit {
	const struct dm_emit_input *in;
	struct dm_outputs *out;
	struct dm_sink sinks[ARRAY_SIZE(rows)];
};

static int emit_row(void *data, unsigned worker _unused_, size_t row)
{
	struct emit *e = data;
	const struct row *r = &rows[row];
	struct dm_sink *s = &e->sinks[row];
	int error;

	if (e->in->only_text && r->text == NO_OUTPUT)
		return 0;
	if (r->header)
		strbuf_adds(&s->text, r->header);
	error = r->walk(e->in, s);
	if (error == 0 && s->want_index)
		error = index_write(s->entries.at, s->entries.n,
				    &e->out->content[r->index]);
	if (error < 0)
		return error;
	if (!strbuf_ok(&s->text))
		return -ENOMEM;
	if (s->want_text) {
		e->out->content[r->text] = s->text;
		s->text = STRBUF_INIT;
	}
	return 0;
}

/* Messages in the order of the table, whoever was first. */
static void join_diags(struct dm_diags *to, const struct dm_diags *from)
{
	for (size_t i = 0; i < from->list.n; i++)
		dm_diag(to, from->list.at[i].priority, "%s", from->list.at[i].text);
	to->failed |= from->failed;
}

int dm_emit(const struct dm_emit_input *in, unsigned jobs, struct dm_outputs *out,
	    struct dm_diags *diags)
{
	struct emit e = { .in = in, .out = out };
	struct dm_pool_job job = {
		.jobs = jobs,
		.n = ARRAY_SIZE(rows),
		.order = row_order,
		.work = emit_row,
		.data = &e,
	};
	int r;

	*out = (struct dm_outputs){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		dm_sink_init(&e.sinks[i], rows[i].text != NO_OUTPUT,
			     rows[i].index != NO_OUTPUT && !in->only_text);
	r = dm_pool_run(&job);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (r == 0)
			join_diags(diags, &e.sinks[i].diags);
		dm_sink_fini(&e.sinks[i]);
	}
	if (r < 0)
		dm_outputs_fini(out);
	return r;
}

void dm_outputs_fini(struct dm_outputs *o)
{
	for (size_t i = 0; i < DM_N_OUTPUTS; i++)
		strbuf_fini(&o->content[i]);
}
