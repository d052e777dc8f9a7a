/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* depmod.d text. */
#include "testsuite/fuzz/fuzz.h"

#include <string.h>

#include "tools/depmod/dm-config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dm_config c = { .arena = ARENA_INIT };
	struct dm_diags diags = DM_DIAGS_INIT;

	fuzz_check(dm_config_parse(&c, "fuzz.conf", bytes_of(data, size), "6.1.0-fuzz", &diags) == 0);
	fuzz_check(dm_config_complete(&c) == 0);
	fuzz_check(c.searches.n > 0 && !diags.failed);
	for (size_t i = 0; i < c.searches.n; i++)
		if (c.searches.at[i].kind == DM_SEARCH_DIR)
			fuzz_check(strlen(c.searches.at[i].dir) == c.searches.at[i].dir_len);
	for (size_t i = 0; i < c.overrides.n; i++)
		fuzz_check(strchr(c.overrides.at[i], '/') != NULL);
	for (size_t i = 0; i < c.externals.n; i++)
		fuzz_check(c.externals.at[i][0] == '/');
	for (size_t i = 0; i < c.excludes.n; i++)
		fuzz_check(dm_config_excludes(&c, c.excludes.at[i]));
	dm_config_fini(&c);
	dm_diags_fini(&diags);
	return 0;
}
