/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A query, a newline, an index: exact search, wildcard search and dump of damaged trees. */
#include "testsuite/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "libkmod/index/index-read.h"
#include "shared/cleanup.h"

static int count_hit(void *data, const struct index_hit *hit)
{
	unsigned *n = data;

	fuzz_touch(bytes_of(hit->value, strlen(hit->value)));
	fuzz_touch(bytes_of(hit->pattern, strlen(hit->pattern)));
	return ++*n > 100000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	const char *value;
	unsigned n = 0;

	if (!end)
		return 0;
	_cleanup_free_ char *query = fuzz_string(data, (size_t)(end - data));
	if (index_from_bytes(bytes_of(end + 1, size - (size_t)(end + 1 - data)), &idx) < 0)
		return 0;
	if (index_find(idx, query, &value) == 1)
		fuzz_touch(bytes_of(value, strlen(value)));
	if (index_match(idx, query, count_hit, &n) == 0)
		fuzz_check(n <= 100000);
	n = 0;
	if (index_walk(idx, count_hit, &n) == 0)
		fuzz_check(n <= 100000);
	return 0;
}
