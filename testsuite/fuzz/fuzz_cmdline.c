/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel command line. */
#include "testsuite/fuzz/fuzz.h"

#include "libkmod/config/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf *conf = NULL;
	static const char *const none[] = { NULL };

	if (conf_load(fuzz_ctx(), "/nonexistent", none, &conf) < 0)
		return 0;
	fuzz_check(conf_parse_cmdline(fuzz_ctx(), conf, bytes_of(data, size)) == 0);
	for (size_t i = 0; i < conf->rules[RULE_OPTIONS].n; i++)
		fuzz_check(conf->rules[RULE_OPTIONS].at[i].text != NULL);
	conf_free(conf);
	return 0;
}
