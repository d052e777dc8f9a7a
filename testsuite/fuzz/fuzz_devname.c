/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line of modules.devname; what it says can be written and parsed again. */
#include "testsuite/fuzz/fuzz.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/cleanup.h"
#include "tools/devname.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line = fuzz_string(data, size);
	_cleanup_free_ char *again = NULL;
	struct devname node, copy;

	if (!devname_parse(line, &node))
		return 0;
	fuzz_check(strcmp(node.name, "..") != 0 && strncmp(node.name, "../", 3) != 0);
	fuzz_check(!strstr(node.name, "/../"));
	fuzz_check(asprintf(&again, "%s %s %c%" PRIu32 ":%" PRIu32, node.module, node.name,
			    node.is_block ? 'b' : 'c', node.major, node.minor) > 0);
	fuzz_check(devname_parse(again, &copy));
	fuzz_check(strcmp(copy.module, node.module) == 0 && strcmp(copy.name, node.name) == 0);
	fuzz_check(copy.is_block == node.is_block && copy.major == node.major);
	fuzz_check(copy.minor == node.minor);
	return 0;
}
