/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/config/conf-build.h"
#include "testsuite/unit/conf-test.h"

static const char *text_of(const struct rule *rule)
{
	return rule ? rule->text : "-";
}

static const char *words_of(const struct conf_words *w)
{
	const char *all = "";

	ck_assert_uint_eq(w->words.n, w->rules.n);
	for (size_t i = 0; i < w->words.n; i++)
		all = ts_fmt("%s%s:%u ", all, w->words.at[i], w->rules.at[i]->line);
	return all;
}

/* "pre... | post... ", each word with the line it came from. */
static const char *softdeps(const struct conf *conf, const char *name)
{
	struct conf_words pre = { 0 }, post = { 0 };
	const char *all;

	ck_assert_int_eq(conf_softdeps(conf, name, &pre, &post), 0);
	all = ts_fmt("%s| %s", words_of(&pre), words_of(&post));
	conf_words_fini(&pre);
	conf_words_fini(&post);
	return all;
}

START_TEST(a_blacklist_line_names_one_module_exactly)
{
	_cleanup_conf_ struct conf *conf = ct_conf("blacklist a*\nblacklist b-c\n");

	ck_assert_ptr_null(conf_blacklisted(conf, "ab"));
	ck_assert_ptr_nonnull(conf_blacklisted(conf, "a*"));
	ck_assert_uint_eq(conf_blacklisted(conf, "b_c")->line, 2);
}
END_TEST

START_TEST(the_first_command_whose_pattern_matches_wins)
{
	_cleanup_conf_ struct conf *conf =
		ct_conf("install snd-* one\ninstall snd_pcm two\nremove * three\n");

	ck_assert_str_eq(text_of(conf_command(conf, RULE_INSTALL, "snd_pcm")), "one");
	ck_assert_str_eq(text_of(conf_command(conf, RULE_REMOVE, "x")), "three");
	ck_assert_str_eq(text_of(conf_command(conf, RULE_INSTALL, "x")), "-");
	ck_assert_str_eq(text_of(conf_rule_exact(conf, RULE_INSTALL, "snd_pcm")),
			 "two");
	ck_assert_str_eq(text_of(conf_rule_exact(conf, RULE_INSTALL, "snd_*")), "one");
	ck_assert_str_eq(text_of(conf_rule_exact(conf, RULE_REMOVE, "x")), "-");
}
END_TEST

START_TEST(all_matching_aliases_come_in_order)
{
	_cleanup_conf_ struct conf *conf =
		ct_conf("alias fs-* one\nalias x two\nalias fs-ext[34] three\n");
	const struct rule *rule = conf_next_alias(conf, NULL, "fs_ext4");

	ck_assert_str_eq(text_of(rule), "one");
	rule = conf_next_alias(conf, rule, "fs_ext4");
	ck_assert_str_eq(text_of(rule), "three");
	ck_assert_ptr_null(conf_next_alias(conf, rule, "fs_ext4"));
}
END_TEST

START_TEST(options_match_by_name_or_alias_in_order)
{
	_cleanup_conf_ struct conf *conf =
		ct_conf("options m a=1\noptions x b=2\noptions m c=3\noptions al-* "
			"d=4\noptions m e=5\n");
	const struct rule *rule = NULL;
	const char *all = "";

	while ((rule = conf_next_options(conf, rule, "m", "al_*")))
		all = ts_fmt("%s%s ", all, rule->text);
	ck_assert_str_eq(all, "a=1 c=3 d=4 e=5 ");
	ck_assert_str_eq(text_of(conf_next_options(conf, NULL, "al_1", NULL)), "-");
}
END_TEST

START_TEST(d16_softdep_lines_add_up_without_duplicates)
{
	_cleanup_conf_ struct conf *conf = ct_conf("softdep m pre: a b\n"
						   "softdep n pre: z\n"
						   "softdep m* pre: b-x c post: p\n"
						   "softdep m pre: b_x a post: p a\n");

	ck_assert_str_eq(softdeps(conf, "m"), "a:1 b:1 b-x:3 c:3 | p:3 a:4 ");
	ck_assert_str_eq(softdeps(conf, "q"), "| ");
}
END_TEST

START_TEST(d16_configured_lines_replace_generated_ones)
{
	_cleanup_conf_ struct conf *conf = ct_new();

	ct_add(conf, "modules.softdep", RULE_FROM_GENERATED,
	       "softdep m pre: g1\nsoftdep n pre: g2\n"
	       "softdep n post: g3\n");
	ct_add(conf, "zz.conf", RULE_FROM_FILE, "softdep m pre: own\n");
	ck_assert_str_eq(softdeps(conf, "m"), "own:1 | ");
	ck_assert_str_eq(softdeps(conf, "n"), "g2:2 | g3:3 ");
}
END_TEST

START_TEST(d16_an_empty_configured_line_removes_generated_ones)
{
	_cleanup_conf_ struct conf *conf = ct_new();

	ct_add(conf, "modules.softdep", RULE_FROM_GENERATED, "softdep m pre: g\n");
	ct_add(conf, "a.conf", RULE_FROM_FILE, "softdep m pre:\n");
	ck_assert_str_eq(softdeps(conf, "m"), "| ");
}
END_TEST

START_TEST(d16_weakdep_lines_add_up_too)
{
	_cleanup_conf_ struct conf *conf = ct_new();
	struct conf_words weak = { 0 };

	ct_add(conf, "modules.weakdep", RULE_FROM_GENERATED, "weakdep m g\n");
	ct_add(conf, "a.conf", RULE_FROM_FILE, "weakdep m a b\nweakdep m b c\n");
	ck_assert_int_eq(conf_weakdeps(conf, "m", &weak), 0);
	ck_assert_str_eq(words_of(&weak), "a:1 b:1 c:2 ");
	conf_words_fini(&weak);
}
END_TEST

START_TEST(thousands_of_words_are_told_apart)
{
	struct strbuf text = STRBUF_INIT;
	struct conf_words weak = { 0 };

	for (int i = 0; i < 20000; i++)
		strbuf_addf(&text, "weakdep m w-%d w_%d\n", i, i / 2);
	_cleanup_conf_ struct conf *conf = ct_conf(strbuf_str(&text));
	ck_assert_int_eq(conf_weakdeps(conf, "m", &weak), 0);
	ck_assert_uint_eq(weak.words.n, 20000);
	conf_words_fini(&weak);
	strbuf_fini(&text);
}
END_TEST

/* ---- the index says what looking at each rule says ---- */

static unsigned next_random(void)
{
	static unsigned long long state = 5;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(state >> 33);
}

static const char *random_name(char *name)
{
	static const char *const names[] = { "ma*", "m?", "m[ab]", "*", "mab",
					     "ma",  "mb", "mc",    "x", "y" };

	if (next_random() % 4 == 0)
		return names[next_random() % ARRAY_SIZE(names)];
	sprintf(name, "n%u", next_random() % 200);
	return name;
}

/* Everything the queries say about name, as line numbers. */
static void describe(const struct conf *conf, const char *name, struct strbuf *out)
{
	const struct rule *rule = conf_blacklisted(conf, name);

	strbuf_addf(out, "%s b%u", name, rule ? rule->line : 0);
	rule = conf_command(conf, RULE_INSTALL, name);
	strbuf_addf(out, " i%u", rule ? rule->line : 0);
	rule = conf_rule_exact(conf, RULE_INSTALL, name);
	strbuf_addf(out, " e%u", rule ? rule->line : 0);
	for (rule = NULL; (rule = conf_next_alias(conf, rule, name));)
		strbuf_addf(out, " a%u", rule->line);
	for (rule = NULL; (rule = conf_next_options(conf, rule, name, "mab"));)
		strbuf_addf(out, " o%u", rule->line);
	strbuf_addf(out, " s%s\n", softdeps(conf, name));
}

START_TEST(many_rules_are_found_as_few_are)
{
	static const char *const lines[] = { "blacklist %s\n", "install %s true\n",
					     "alias %s t\n", "options %s a\n",
					     "softdep %s pre: p%u\n" };
	struct strbuf text = STRBUF_INIT, plain = STRBUF_INIT, indexed = STRBUF_INIT;
	char name[16];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	for (unsigned i = 0; i < 5000; i++)
		strbuf_addf(&text, lines[i % ARRAY_SIZE(lines)], random_name(name), i);
#pragma GCC diagnostic pop
	_cleanup_conf_ struct conf *conf = ct_conf(strbuf_str(&text));
	for (int pass = 0; pass < 2; pass++) {
		struct strbuf *out = pass ? &indexed : &plain;

		for (unsigned i = 0; i < 200; i++)
			describe(conf, ts_fmt("n%u", i), out);
		describe(conf, "ma", out);
		describe(conf, "mab", out);
		describe(conf, "m?", out);
		describe(conf, "nothing", out);
		ck_assert_int_eq(conf_index_rules(conf), 0);
		ck_assert_ptr_nonnull(conf->index[RULE_ALIAS]);
	}
	ck_assert_str_eq(strbuf_str(&indexed), strbuf_str(&plain));
	strbuf_fini(&text);
	strbuf_fini(&plain);
	strbuf_fini(&indexed);
}
END_TEST

START_TEST(rules_added_after_the_index_are_found)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 1000; i++)
		strbuf_addf(&text, "blacklist b%d\n", i);
	_cleanup_conf_ struct conf *conf = ct_conf(strbuf_str(&text));
	ck_assert_int_eq(conf_index_rules(conf), 0);
	ct_add(conf, "y.conf", RULE_FROM_FILE, "blacklist late\n");
	ck_assert_ptr_nonnull(conf_blacklisted(conf, "late"));
	ck_assert_ptr_nonnull(conf_blacklisted(conf, "b999"));
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		a_blacklist_line_names_one_module_exactly,
		the_first_command_whose_pattern_matches_wins,
		all_matching_aliases_come_in_order,
		options_match_by_name_or_alias_in_order,
		d16_softdep_lines_add_up_without_duplicates,
		d16_configured_lines_replace_generated_ones,
		d16_an_empty_configured_line_removes_generated_ones,
		d16_weakdep_lines_add_up_too,
		thousands_of_words_are_told_apart,
		many_rules_are_found_as_few_are,
		rules_added_after_the_index_are_found,
		NULL,
	};
	return ts_run("conf_query", tests, NULL, NULL);
}
