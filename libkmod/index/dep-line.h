/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line of modules.dep as text, "path: dep dep ..." (formats.md 2.4): parse and print. */
#pragma once

#include "shared/bytes.h"
#include "shared/strbuf.h"

struct dep_line {
	struct bytes path; /* the module's own file */
	struct bytes deps; /* the rest behind the ':' */
};

/* 0, or -EINVAL without ':' or with an empty path. Ranges borrow line. */
int dep_line_parse(const char *line, struct dep_line *out) _must_check_;
/* Takes the next dependency path from the front of deps; false at the end. */
bool dep_line_next(struct bytes *deps, struct bytes *path);
void dep_line_print(struct strbuf *out, const char *path, const char *const *deps, size_t n);
