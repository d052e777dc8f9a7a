/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line of modules.dep. */
#include "testsuite/fuzz/fuzz.h"

#include <stdlib.h>

#include "libkmod/index/dep-line.h"
#include "shared/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line = fuzz_string(data, size);
	struct dep_line dep;
	struct bytes path;

	if (dep_line_parse(line, &dep) < 0)
		return 0;
	fuzz_check(dep.path.len > 0);
	while (dep_line_next(&dep.deps, &path)) {
		fuzz_check(path.len > 0);
		fuzz_touch(path);
	}
	return 0;
}
