/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Index and configuration with the 1st, 2nd ... allocation failing: -ENOMEM or success,
 * and outputs that are untouched. Leaks are the sanitizer's and valgrind's to find.
 */
#include <errno.h>

#include "libkmod/config/conf-build.h"
#include "testsuite/unit/conf-test.h"
#include "testsuite/unit/index-test.h"
#include "testsuite/unit/module-tree.h"

enum { N = 3000 };

static struct index_entry *many_entries(void)
{
	static char keys[N][16];
	struct index_entry *entries = calloc(N, sizeof(*entries));

	for (int i = 0; i < N; i++) {
		snprintf(keys[i], sizeof(keys[i]), "a*%05d*", i);
		entries[i] = (struct index_entry){ keys[i], "some_module_name",
						   (uint32_t)i };
	}
	return entries;
}

static int write_entries(void *data)
{
	struct index_entry *entries = data;
	struct strbuf out = STRBUF_INIT;
	int r = index_write(entries, N, &out);

	if (r < 0 && out.len > 0 && strbuf_ok(&out))
		r = -EBADMSG;
	strbuf_fini(&out);
	return r;
}

START_TEST(an_index_is_written_whole_or_not_at_all)
{
	struct index_entry *entries = many_entries();

	mt_fail_each_alloc(write_entries, entries);
	free(entries);
}
END_TEST

static int count_hit(void *data, const struct index_hit *hit _unused_)
{
	++*(unsigned *)data;
	return 0;
}

/* All hits or none; the query makes every array outgrow the stack. */
static int match_many(void *data)
{
	static const char query[] =
		"a0000000000000000000000000000000000000000000000000000000000000";
	unsigned n = 0;
	int r = index_match(data, query, count_hit, &n);

	return n == 0 || n == 300 ? r : -EBADMSG;
}

START_TEST(a_match_is_complete_or_an_error)
{
	static char keys[300][16];
	struct index_entry entries[300];
	struct strbuf out = STRBUF_INIT;

	for (int i = 0; i < 300; i++) {
		snprintf(keys[i], sizeof(keys[i]), "a%.*s*", 1 + i % 10, "*0?0*0?0*0?");
		entries[i] = (struct index_entry){ keys[i], "v", (uint32_t)i };
	}
	struct index *idx = index_of(entries, 300, &out);
	mt_fail_each_alloc(match_many, idx);
	index_unref(idx);
	strbuf_fini(&out);
}
END_TEST

static int open_both_ways(void *data)
{
	struct index *idx = NULL;
	int r = index_open(data, &idx);

	if (r == 0) {
		index_unref(idx);
		idx = NULL;
		r = index_open_briefly(data, &idx);
	}
	if (r < 0)
		return idx ? -EBADMSG : r;
	index_unref(idx);
	return 0;
}

START_TEST(an_index_is_opened_or_not)
{
	struct index_entry *entries = many_entries();
	struct strbuf out = STRBUF_INIT;

	ck_assert_int_eq(index_write(entries, N, &out), 0);
	ts_write_bytes("large.bin", out.data, out.len);
	mt_fail_each_alloc(open_both_ways, (void *)"/large.bin");
	strbuf_fini(&out);
	free(entries);
}
END_TEST

static int load_conf(void *data _unused_)
{
	struct conf *conf = NULL;
	int r = conf_load(ct_ctx(), "/mod", NULL, &conf);

	if (r < 0)
		return conf ? -EBADMSG : r;
	conf_free(conf);
	return 0;
}

START_TEST(configuration_is_loaded_whole_or_not_at_all)
{
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 300; i++)
		strbuf_addf(&text, "softdep m%d pre: a b c post: d\nblacklist b%d\n", i,
			    i);
	ts_write("etc/modprobe.d/a.conf", strbuf_str(&text));
	ts_write("lib/modprobe.d/a.conf", "blacklist masked\n");
	ts_write("lib/modprobe.d/b.conf", "options x y=1\nalias p* q\nweakdep a b c\n");
	ts_write("mod/modules.softdep", "softdep m pre: x y post: z\n");
	ts_write("proc/cmdline", "a.b=1 \"c.d=e f\" modprobe.blacklist=g,h\n");
	mt_fail_each_alloc(load_conf, NULL);
	strbuf_fini(&text);
}
END_TEST

static int ask_softdeps(void *data)
{
	struct conf_words pre = { 0 }, post = { 0 };
	int r = conf_softdeps(data, "m", &pre, &post);

	conf_words_fini(&pre);
	conf_words_fini(&post);
	return r;
}

START_TEST(dependencies_are_collected_or_not)
{
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 100; i++)
		strbuf_addf(&text, "softdep m pre: a%d post: b%d\n", i, i);
	struct conf *conf = ct_conf(strbuf_str(&text));
	mt_fail_each_alloc(ask_softdeps, conf);
	conf_free(conf);
	strbuf_fini(&text);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		an_index_is_written_whole_or_not_at_all,
		a_match_is_complete_or_an_error,
		an_index_is_opened_or_not,
		configuration_is_loaded_whole_or_not_at_all,
		dependencies_are_collected_or_not,
		NULL,
	};
	return ts_run_trapped("no_memory", tests, NULL, NULL);
}
