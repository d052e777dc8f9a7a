/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/dep-line.h"

#include <errno.h>
#include <string.h>

int dep_line_parse(const char *line, struct dep_line *out)
{
	const char *colon = strchr(line, ':');

	if (!colon || colon == line)
		return -EINVAL;
	out->path = bytes_of(line, (size_t)(colon - line));
	out->deps = bytes_of(colon + 1, strlen(colon + 1));
	return 0;
}

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

bool dep_line_next(struct bytes *deps, struct bytes *path)
{
	size_t start = 0, end;

	while (start < deps->len && is_blank(deps->ptr[start]))
		start++;
	for (end = start; end < deps->len && !is_blank(deps->ptr[end]);)
		end++;

	bool found = end > start && bytes_sub(*deps, start, end - start, path);
	return bytes_sub(*deps, end, deps->len - end, deps) && found;
}

void dep_line_print(struct strbuf *out, const char *path, const char *const *deps,
		    size_t n)
{
	strbuf_adds(out, path);
	strbuf_addc(out, ':');
	for (size_t i = 0; i < n; i++) {
		strbuf_addc(out, ' ');
		strbuf_adds(out, deps[i]);
	}
}
