/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/index-read.h"

#include "testsuite/unit/index-model.h"
#include "testsuite/unit/index-test.h"

/* An index whose values are the keys themselves, so that results name what matched. */
static struct index *index_of_keys(const char *const *keys, size_t n, struct strbuf *out)
{
	struct index_entry entries[32];

	ck_assert_uint_le(n, ARRAY_SIZE(entries));
	for (size_t i = 0; i < n; i++)
		entries[i] = (struct index_entry){ keys[i], keys[i], 0 };
	return index_of(entries, n, out);
}

#define KEYS(out, ...)                                      \
	index_of_keys((const char *const[]){ __VA_ARGS__ }, \
		      ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ })), out)

START_TEST(hand_written_bytes_match)
{
	_cleanup_(index_unrefp) struct index *idx =
		index_of_bytes(worked_example, sizeof(worked_example));

	ck_assert_str_eq(matches(idx, "oxen"), "d ");
	ck_assert_str_eq(matches(idx, "ox"), "d ");
	ck_assert_str_eq(matches(idx, "on"), "a b ");
	ck_assert_str_eq(matches(idx, "once"), "c ");
	ck_assert_str_eq(matches(idx, "onc"), "");
	ck_assert_str_eq(matches(idx, "o"), "");
	ck_assert_str_eq(matches(idx, ""), "");
}
END_TEST

START_TEST(every_kind_of_wildcard_matches)
{
	static const struct {
		const char *key, *query;
		bool matches;
	} rows[] = {
		{ "pci:v*d*", "pci:v00d11", true },
		{ "pci:v*d*", "pci:v00", false },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "a[0-9]c", "a5c", true },
		{ "a[0-9]c", "axc", false },
		{ "a[!0-9]c", "axc", true },
		{ "*", "", true },
		{ "*", "x/y", true },
		{ "a*", "a", true },
		{ "of:N*T*Cx\\*y", "of:NaTbCx*y", true },
		{ "of:N*T*Cx\\*y", "of:NaTbCxzy", false },
		{ "a*[]]", "ab]", true },
		{ "a*[[:digit:]]", "ab7", true },
		{ "a*[[:digit:]]", "abc", false },
		{ "a*[b", "axx[b", true },
		{ "a*[b", "axxb", false },
		{ "v1\\*x", "v1\\zx", true },
		{ "v1\\*x", "v1*x", false },
		{ "a\\b", "a\\b", true },
		{ "x*[\\]]", "xx]", true },
		{ "x*\\", "xx\\", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, branched = STRBUF_INIT;
		_cleanup_(index_unrefp) struct index *alone = KEYS(&out, rows[i].key);
		/* The same with neighbours, which cut the key into nodes. */
		_cleanup_(index_unrefp) struct index *idx =
			KEYS(&branched, rows[i].key, "", "zzz",
			     ts_fmt("%.1szz~", rows[i].key));

		ck_assert_msg((*matches(alone, rows[i].query) != '\0') == rows[i].matches,
			      "'%s' on '%s'", rows[i].key, rows[i].query);
		const char *want = rows[i].matches ? ts_fmt("%s ", rows[i].key) : "";
		const char *got = *rows[i].query ? matches(idx, rows[i].query) : want;
		if (strcmp(rows[i].key, "*") != 0)
			ck_assert_msg(strcmp(got, want) == 0, "'%s' on '%s' gives '%s'",
				      rows[i].key, rows[i].query, got);
	}
}
END_TEST

START_TEST(results_ascend_by_priority)
{
	struct index_entry entries[] = { { "a*", "late", 9 },
					 { "ab", "first", 1 },
					 { "*", "mid", 5 } };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, 3, &out);

	ck_assert_str_eq(matches(idx, "ab"), "first mid late ");
}
END_TEST

START_TEST(ties_come_in_the_reverse_order_of_the_visit)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = KEYS(&out, "abc", "*", "a*", "a?c",
							 "a[b]c", "a*c", "ab*", "ab?");

	/* visited: *, a*c, a*, a?c, a[b]c, ab*, ab?, abc */
	ck_assert_str_eq(matches(idx, "abc"), "abc ab? ab* a[b]c a?c a* a*c * ");
}
END_TEST

START_TEST(tied_values_of_one_key_come_in_insertion_order)
{
	struct index_entry entries[] = { { "k*", "1", 0 },
					 { "k*", "2", 0 },
					 { "k*", "3", 0 } };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, 3, &out);

	ck_assert_str_eq(matches(idx, "kx"), "1 2 3 ");
}
END_TEST

/* compat: a node that the query reaches as a literal is also reached as a wildcard. */
START_TEST(a_query_with_a_star_may_find_a_key_twice)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = KEYS(&out, "a*", "ab");

	ck_assert_str_eq(matches(idx, "a*"), "a* a* ");
	ck_assert_str_eq(matches(idx, "ab"), "ab a* ");
}
END_TEST

static int keep_pattern(void *data, const struct index_hit *hit)
{
	struct strbuf *text = data;

	strbuf_addf(text, "%s<-%s ", hit->value, hit->pattern);
	return 0;
}

START_TEST(a_hit_names_its_pattern)
{
	struct index_entry entries[] = {
		{ "usb:v1p*", "m", 0 },
		{ "usb:v1p2", "m", 1 },
		{ "usb:*", "n", 2 },
		{ "usb:*", "o", 3 },
	};
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, text = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, 4, &out);

	ck_assert_int_eq(index_match(idx, "usb:v1p2", keep_pattern, &text), 0);
	ck_assert_str_eq(strbuf_str(&text), "m<-usb:v1p* m<-usb:v1p2 n<-usb:* o<-usb:* ");
}
END_TEST

static int stop_at_second(void *data, const struct index_hit *hit _unused_)
{
	unsigned *n = data;

	return ++*n == 2 ? -7 : 0;
}

START_TEST(the_callback_can_stop)
{
	struct index_entry entries[] = { { "k*", "1", 0 },
					 { "k*", "2", 0 },
					 { "k*", "3", 0 } };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, 3, &out);
	unsigned n = 0;

	ck_assert_int_eq(index_match(idx, "kk", stop_at_second, &n), -7);
	ck_assert_uint_eq(n, 2);
}
END_TEST

START_TEST(thousands_of_hits_are_all_found_in_order)
{
	enum { N = 5000 };
	struct index_entry *entries = calloc(N, sizeof(*entries));
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, want = STRBUF_INIT;

	for (int i = 0; i < N; i++)
		entries[i] = (struct index_entry){ strdup(ts_fmt("a*%d*", i % 10)),
						   strdup(ts_fmt("%d", i)), (uint32_t)i };
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, N, &out);
	for (int i = 0; i < N; i++)
		strbuf_addf(&want, "%d ", i);
	ck_assert_str_eq(matches(idx, "ab0123456789"), strbuf_str(&want));
	for (int i = 0; i < N; i++) {
		free((char *)entries[i].key);
		free((char *)entries[i].value);
	}
	free(entries);
}
END_TEST

START_TEST(queries_longer_than_any_key_still_match)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = KEYS(&out, "a*b*c", "a*b*d",
							 "aaaaaaa");
	char query[20001];

	memset(query, 'a', 20000);
	query[10000] = 'b';
	query[19999] = 'c';
	query[20000] = '\0';
	ck_assert_str_eq(matches(idx, query), "a*b*c ");
}
END_TEST

/* 1000 vendors with 10 devices each: a lookup sees one path and a few side steps. */
START_TEST(a_lookup_does_not_look_at_other_subtrees)
{
	enum { VENDORS = 1000, DEVICES = 10, N = VENDORS * DEVICES };
	struct index_entry *entries = calloc(N, sizeof(*entries));
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	for (unsigned i = 0; i < N; i++)
		entries[i] = (struct index_entry){
			strdup(ts_fmt("pci:v%08Xd%08Xsv*sd*bc*sc*i*", i / DEVICES * 7,
				      i % DEVICES)),
			"m",
			i,
		};
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, N, &out);
	index_nodes_visited();
	ck_assert_str_eq(matches(idx, "pci:v00000015d00000004sv0sd0bc0sc0i0"), "m ");
	ck_assert_uint_lt(index_nodes_visited(), 20);
	for (size_t i = 0; i < N; i++)
		free((char *)entries[i].key);
	free(entries);
}
END_TEST

/* ---- against the model ---- */

static unsigned next_random(void)
{
	static unsigned long long state = 99;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(state >> 33);
}

static void random_key(char *key)
{
	static const char *const pieces[] = {
		"a",    "b",    "c",     "ab",   "*",   "*", "?",
		"[ab]", "[!a]", "[a-c]", "[]b]", "\\a", "-", "[[:alpha:]]",
	};

	*key = '\0';
	for (unsigned n = next_random() % 7; n > 0; n--)
		strcat(key, pieces[next_random() % ARRAY_SIZE(pieces)]);
}

static void random_query(char *query)
{
	size_t n = next_random() % 8;

	for (size_t i = 0; i < n; i++)
		query[i] = "abc-]"[next_random() % 5];
	query[n] = '\0';
}

static void compare_with_model(const struct index *idx, const struct index_entry *entries,
			       size_t n, const char *query)
{
	struct model_hit *hits = calloc(n, sizeof(*hits));
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, got = STRBUF_INIT;
	size_t n_hits = model_match(entries, n, query, hits);

	for (size_t i = 0; i < n_hits; i++)
		strbuf_addf(&want, "%s=%s/%u ", hits[i].entry->key, hits[i].entry->value,
			    hits[i].entry->priority);
	ck_assert_int_eq(index_match(idx, query, add_all, &got), 0);
	ck_assert_msg(strcmp(strbuf_str(&got), strbuf_str(&want)) == 0,
		      "query '%s':\n%s\ninstead of\n%s", query, strbuf_str(&got),
		      strbuf_str(&want));
	free(hits);
}

START_TEST(random_indexes_agree_with_the_model)
{
	enum { MAX = 200 };
	static char keys[MAX][128], values[MAX][24];
	char query[16];

	for (int round = 0; round < 200; round++) {
		struct index_entry entries[MAX];
		size_t n = 1 + next_random() % (MAX - 1);
		struct strbuf out = STRBUF_INIT;

		for (size_t i = 0; i < n; i++) {
			random_key(keys[i]);
			snprintf(values[i], sizeof(values[i]), "v%zu", i);
			entries[i] = (struct index_entry){ keys[i], values[i],
							   next_random() % 4 };
		}
		struct index *idx = index_of(entries, n, &out);
		for (int i = 0; i < 100; i++) {
			random_query(query);
			compare_with_model(idx, entries, n, query);
		}
		index_unref(idx);
		strbuf_fini(&out);
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		hand_written_bytes_match,
		every_kind_of_wildcard_matches,
		results_ascend_by_priority,
		ties_come_in_the_reverse_order_of_the_visit,
		tied_values_of_one_key_come_in_insertion_order,
		a_query_with_a_star_may_find_a_key_twice,
		a_hit_names_its_pattern,
		the_callback_can_stop,
		thousands_of_hits_are_all_found_in_order,
		queries_longer_than_any_key_still_match,
		a_lookup_does_not_look_at_other_subtrees,
		random_indexes_agree_with_the_model,
		NULL,
	};
	return ts_run("index_match", tests, NULL, NULL);
}
