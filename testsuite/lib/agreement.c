/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/lib/agreement.h"

#include <check.h>
#include <string.h>

#include "libkmod/name.h"
#include "shared/strbuf.h"
#include "testsuite/lib/ts.h"

static uint32_t seed;

void random_seed(uint32_t s)
{
	seed = s;
}

uint32_t random_below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % n;
}

void random_shuffle(const char **list, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = random_below((uint32_t)i);
		const char *kept = list[i - 1];

		list[i - 1] = list[j];
		list[j] = kept;
	}
}

const char *module_name_of(const char *path, size_t len)
{
	char name[NAME_SIZE];

	name_from_path(ts_fmt("%.*s", (int)len, path), name);
	return ts_fmt("%s", name);
}

static bool has_line(const struct strbuf *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *p = strbuf_str(text); (p = strstr(p, line)); p++)
		if ((p == text->data || p[-1] == '\n') && p[len] == '\n')
			return true;
	return false;
}

/* "VERB what" lines as names, each once (D30); other lines are left out. */
static const char *planned(const char *out, const char *verb)
{
	struct strbuf text = STRBUF_INIT;
	size_t verb_len = strlen(verb);
	const char *result;

	for (const char *p = out; *p; p += strcspn(p, "\n") + 1) {
		const char *name;

		if (strncmp(p, verb, verb_len) != 0)
			continue;
		name = module_name_of(p + verb_len, strcspn(p + verb_len, " \n"));
		if (!has_line(&text, name))
			strbuf_addf(&text, "%s\n", name);
	}
	result = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return result;
}

/* Names of the calls so far, all of which must have succeeded. */
static const char *done(const char *call)
{
	struct strbuf text = STRBUF_INIT;
	size_t call_len = strlen(call);
	const char *result;

	for (const char *p = ts_calls(); *p; p += strcspn(p, "\n") + 1) {
		size_t len = strcspn(p, "\n");

		ck_assert_msg(strncmp(p, call, call_len) == 0 &&
				      strncmp(p + len - 4, " = 0", 4) == 0,
			      "unexpected call: %.*s", (int)len, p);
		p += call_len;
		strbuf_addf(&text, "%.*s\n", (int)strcspn(p, " "), p);
	}
	result = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return result;
}

void load_and_compare(const char *name)
{
	struct ts_result plan = ts_tool("modprobe", "-n", name);
	struct ts_result real;

	ts_expect(plan, 0, NULL, "");
	ts_calls_clear();
	real = ts_tool("modprobe", name);
	ts_expect(real, 0, "", "");
	ck_assert_str_eq(done("finit_module "), planned(plan.out, "insmod "));
}

void remove_and_compare(const char *how, const char *name)
{
	struct ts_result plan = ts_tool("modprobe", "-n", how, name);
	struct ts_result real;

	ts_calls_clear();
	real = ts_tool("modprobe", how, name);
	ts_expect(real, plan.status, "", plan.err);
	ck_assert_str_eq(done("delete_module "), planned(plan.out, "rmmod "));
}

const char *loaded_modules(void)
{
	return ts_exists("proc/modules") ? ts_read("proc/modules", NULL) : "";
}
