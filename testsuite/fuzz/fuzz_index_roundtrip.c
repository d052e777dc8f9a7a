/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines "key value" written as an index and walked give the same set back, keys ascending. */
#include "testsuite/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "libkmod/index/index-read.h"
#include "libkmod/index/index-write.h"
#include "shared/cleanup.h"
#include "shared/vec.h"

struct walk {
	const struct index_entry *want;
	size_t n, at;
};

static int compare(void *data, const struct index_hit *hit)
{
	struct walk *w = data;

	fuzz_check(w->at < w->n);
	fuzz_check(strcmp(hit->pattern, w->want[w->at].key) == 0);
	fuzz_check(strcmp(hit->value, w->want[w->at].value) == 0);
	fuzz_check(hit->priority == w->want[w->at].priority);
	w->at++;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = fuzz_string(data, size);
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = NULL;
	VEC(struct index_entry) entries = { 0 };
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(line, ' ');
		if (!value || !index_can_hold(line))
			continue;
		*value++ = '\0';
		fuzz_check(vec_push(&entries, ((struct index_entry){ line, value, 0 })));
	}
	/* All priorities differ, so the order of a key's values is the order of the lines. */
	for (size_t i = 0; i < entries.n; i++)
		entries.at[i].priority = (uint32_t)i;
	fuzz_check(index_write(entries.at, entries.n, &out) == 0);
	fuzz_check(index_from_bytes(bytes_of(out.data, out.len), &idx) == 0);

	struct walk w = { entries.at, entries.n, 0 };
	fuzz_check(index_walk(idx, compare, &w) == 0 && w.at == entries.n);
	vec_fini(&entries);
	return 0;
}
