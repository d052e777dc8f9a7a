/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modprobe.d text. */
#include "testsuite/fuzz/fuzz.h"

#include <string.h>

#include "libkmod/config/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf *conf = NULL;
	static const char *const none[] = { NULL };

	if (conf_load(fuzz_ctx(), "/nonexistent", none, &conf) < 0)
		return 0;
	if (conf_parse(fuzz_ctx(), conf, "fuzz.conf", RULE_FROM_FILE, bytes_of(data, size)) == 0) {
		struct conf_words pre = { 0 }, post = { 0 };

		for (int kind = 0; kind < N_RULE_KINDS_; kind++)
			for (size_t i = 0; i < conf->rules[kind].n; i++)
				fuzz_check(conf->rules[kind].at[i].name != NULL);
		conf_command(conf, RULE_INSTALL, "foo");
		conf_blacklisted(conf, "foo");
		fuzz_check(conf_softdeps(conf, "foo", &pre, &post) == 0);
		conf_words_fini(&pre);
		conf_words_fini(&post);
	}
	conf_free(conf);
	return 0;
}
