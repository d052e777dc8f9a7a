/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modules.builtin and modules.builtin.modinfo. */
#include "testsuite/fuzz/fuzz.h"

#include "libkmod/index/builtin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = bytes_of(data, size);
	struct builtin_entry e;
	struct bytes line;
	int r;

	while ((r = builtin_modinfo_next(&rest, &e)) != 0)
		if (r == 1) {
			fuzz_touch(e.module);
			fuzz_touch(e.key);
			fuzz_touch(e.value);
		}
	rest = bytes_of(data, size);
	while ((r = builtin_list_next(&rest, &line)) != 0)
		fuzz_touch(line);
	return 0;
}
