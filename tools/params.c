/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/params.h"

#include <string.h>

#include "shared/strbuf.h"

static void add_word(struct strbuf *out, const char *word)
{
	const char *value = strchr(word, '=');

	if (!value || !strchr(value, ' ') || value[1] == '"' || value[1] == '\'') {
		strbuf_adds(out, word);
		return;
	}
	value++;
	strbuf_add(out, word, (size_t)(value - word));
	strbuf_addc(out, '"');
	strbuf_adds(out, value);
	strbuf_addc(out, '"');
}

char *params_join(char *const *words, int n)
{
	struct strbuf out = STRBUF_INIT;

	for (int i = 0; i < n; i++) {
		if (i > 0)
			strbuf_addc(&out, ' ');
		add_word(&out, words[i]);
	}
	strbuf_adds(&out, "");
	if (out.len == 0 && strbuf_ok(&out)) {
		strbuf_fini(&out);
		return strdup("");
	}
	return strbuf_take(&out, NULL);
}
