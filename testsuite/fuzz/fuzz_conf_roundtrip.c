/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Configuration, dumped and parsed again, dumps the same. */
#include "testsuite/fuzz/fuzz.h"

#include <string.h>

#include "libkmod/config/conf.h"

static void dump(struct bytes text, struct strbuf *out)
{
	static const char *const none[] = { NULL };
	struct conf *conf = NULL;

	if (conf_load(fuzz_ctx(), "/nonexistent", none, &conf) < 0)
		fuzz_broken(__FILE__, __LINE__, "an empty configuration loads");
	if (conf_parse(fuzz_ctx(), conf, "fuzz.conf", RULE_FROM_FILE, text) < 0)
		fuzz_broken(__FILE__, __LINE__, "text parses");
	for (int kind = 0; kind < N_RULE_KINDS_; kind++)
		for (size_t i = 0; i < conf->rules[kind].n; i++) {
			if (conf->rules[kind].at[i].origin != RULE_FROM_FILE)
				continue;
			conf_print_rule(out, &conf->rules[kind].at[i]);
			strbuf_addc(out, '\n');
		}
	conf_free(conf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;

	dump(bytes_of(data, size), &first);
	dump(bytes_of(first.data, first.len), &second);
	fuzz_check(first.len == second.len);
	fuzz_check(first.len == 0 || memcmp(first.data, second.data, first.len) == 0);
	return 0;
}
