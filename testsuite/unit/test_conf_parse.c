/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/unit/conf-test.h"

START_TEST(every_directive_makes_its_rule)
{
	_cleanup_conf_ struct conf *conf = ct_conf("alias pat-[a-z]* my-mod extra\n"
						   "blacklist foo-bar\n"
						   "options snd-pcm index=-2  b=3\n"
						   "install foo-* /bin/true -x\n"
						   "remove foo /bin/false\n"
						   "softdep cifs pre: a-b c post: d\n"
						   "weakdep x y-z w\n");

	ck_assert_str_eq(ct_logged(), "");
	ck_assert_str_eq(ct_rules(conf), "blacklist foo_bar\n"
					 "install foo_* /bin/true -x\n"
					 "remove foo /bin/false\n"
					 "alias pat_[a-z]* my_mod\n"
					 "options snd_pcm index=-2  b=3\n"
					 "softdep cifs pre: a-b c post: d\n"
					 "weakdep x y-z w\n");
}
END_TEST

START_TEST(rules_know_their_file_and_line)
{
	_cleanup_conf_ struct conf *conf =
		ct_conf("# head\nblacklist a\\\n\nblacklist b\n");
	const struct rule *rules = conf->rules[RULE_BLACKLIST].at;

	ck_assert_uint_eq(conf->rules[RULE_BLACKLIST].n, 2);
	ck_assert_str_eq(rules[0].file, "x.conf");
	ck_assert_uint_eq(rules[0].line, 3);
	ck_assert_uint_eq(rules[1].line, 4);
	ck_assert_ptr_eq(rules[0].file, rules[1].file);
	ck_assert_int_eq(rules[0].origin, RULE_FROM_FILE);
}
END_TEST

START_TEST(d19_diagnostics_name_file_and_line)
{
	static const struct {
		const char *text, *log;
	} rows[] = {
		{ "optoins a b\n",
		  "WARNING: x.conf:1: unknown command 'optoins', ignored\n" },
		{ "\n Blacklist a\n",
		  "WARNING: x.conf:2: unknown command 'Blacklist', ignored\n" },
		{ "blacklist\n",
		  "WARNING: x.conf:1: 'blacklist' without a module, ignored\n" },
		{ "alias a\n", "WARNING: x.conf:1: 'alias' without a module, ignored\n" },
		{ "alias\n", "WARNING: x.conf:1: 'alias' without a pattern, ignored\n" },
		{ "alias a[ b\n",
		  "WARNING: x.conf:1: unbalanced brackets in 'a[', ignored\n" },
		{ "blacklist a]\n",
		  "WARNING: x.conf:1: unbalanced brackets in 'a]', ignored\n" },
		{ "options m\n",
		  "WARNING: x.conf:1: 'options' without parameters, ignored\n" },
		{ "install m\n",
		  "WARNING: x.conf:1: 'install' without a command, ignored\n" },
		{ "remove m\n",
		  "WARNING: x.conf:1: 'remove' without a command, ignored\n" },
		{ "softdep m\n",
		  "WARNING: x.conf:1: 'softdep' without modules, ignored\n" },
		{ "weakdep m\n",
		  "WARNING: x.conf:1: 'weakdep' without modules, ignored\n" },
		{ "include y\n", "WARNING: x.conf:1: command 'include' is deprecated and "
				 "not parsed any more, ignored\n" },
		{ "config y\n", "WARNING: x.conf:1: command 'config' is deprecated and "
				"not parsed any more, ignored\n" },
		{ "\xef\xbb\xbf"
		  "blacklist a\n",
		  "WARNING: x.conf:1: unknown command '\xef\xbb\xbf"
		  "blacklist', ignored\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_conf_ struct conf *conf = ct_conf(rows[i].text);

		ck_assert_str_eq(ct_logged(), rows[i].log);
		ck_assert_str_eq(ct_rules(conf), "");
	}
}
END_TEST

START_TEST(a_bad_line_does_not_end_parsing)
{
	_cleanup_conf_ struct conf *conf =
		ct_conf("bad\nblacklist a\nalias [ x\nblacklist b");

	ck_assert_str_eq(ct_rules(conf), "blacklist a\nblacklist b\n");
}
END_TEST

START_TEST(option_and_command_text_is_verbatim)
{
	_cleanup_conf_ struct conf *conf = ct_conf(
		"options m   a=1\tb=\"x  y\" \n"
		"install m\t\techo\t$CMDLINE_OPTS # no comment\n"
		"remove m echo \\$x \\\\\n");

	ck_assert_str_eq(conf->rules[RULE_OPTIONS].at[0].text, "  a=1 b=\"x  y\" ");
	ck_assert_str_eq(conf->rules[RULE_INSTALL].at[0].text,
			 "\techo\t$CMDLINE_OPTS # no comment");
	ck_assert_str_eq(conf->rules[RULE_REMOVE].at[0].text, "echo $x \\");
}
END_TEST

/* A binary file of a wrong name may be one word of megabytes. */
START_TEST(d19_diagnostics_of_a_huge_word_are_short)
{
	_cleanup_conf_ struct conf *conf = ct_conf(ts_fmt("%0300d x\n", 0));

	ck_assert_uint_eq(conf->rules[RULE_BLACKLIST].n, 0);
	ck_assert_str_eq(ct_logged(),
			 ts_fmt("WARNING: x.conf:1: unknown command '%064d', ignored\n",
				0));
}
END_TEST

START_TEST(d18_blanks_around_words_never_change_meaning)
{
	_cleanup_conf_ struct conf *conf = ct_conf("softdep  a  pre:  b  post:\tc \n"
						   "weakdep\ta  x\t\ty  \n"
						   "   blacklist   z   \n"
						   "install m  \n"
						   "options m \t\n");

	ck_assert_str_eq(ct_rules(conf),
			 "blacklist z\nsoftdep a pre: b post: c\nweakdep a x y\n");
	ck_assert_str_eq(ct_logged(),
			 "WARNING: x.conf:4: 'install' without a command, ignored\n"
			 "WARNING: x.conf:5: 'options' without parameters, ignored\n");
}
END_TEST

START_TEST(softdep_groups_may_alternate)
{
	_cleanup_conf_ struct conf *conf =
		ct_conf("softdep a post: p pre: d c post: s pre: e\n");

	ck_assert_str_eq(ct_rules(conf), "softdep a pre: d c e post: p s\n");
	ck_assert_str_eq(ct_logged(), "");
}
END_TEST

START_TEST(softdep_words_without_a_group_are_named)
{
	_cleanup_conf_ struct conf *conf = ct_conf("softdep a lost pre:x pre: b\n");

	ck_assert_str_eq(ct_rules(conf), "softdep a pre: b\n");
	ck_assert_str_eq(ct_logged(), "WARNING: x.conf:1: 'lost' is behind neither "
				      "'pre:' nor 'post:', ignored\n"
				      "WARNING: x.conf:1: 'pre:x' is behind neither "
				      "'pre:' nor 'post:', ignored\n");
}
END_TEST

START_TEST(generated_files_are_not_complained_about_word_by_word)
{
	_cleanup_conf_ struct conf *conf = ct_new();

	ct_add(conf, "modules.softdep", RULE_FROM_GENERATED,
	       "# Soft dependencies\nsoftdep a b\n");
	ck_assert_str_eq(ct_logged(), "");
	ck_assert_uint_eq(conf->rules[RULE_SOFTDEP].n, 1);
	ck_assert_uint_eq(conf->rules[RULE_SOFTDEP].at[0].n_pre, 0);
}
END_TEST

START_TEST(lists_split_at_any_white_space)
{
	_cleanup_conf_ struct conf *conf =
		ct_conf("softdep a pre:\vb\fc\rd\nweakdep a b\vc\n");

	ck_assert_str_eq(ct_rules(conf), "softdep a pre: b c d\nweakdep a b c\n");
}
END_TEST

START_TEST(listed_words_are_kept_as_written)
{
	_cleanup_conf_ struct conf *conf = ct_conf("softdep a-b pre: c-d e[f\n");

	ck_assert_str_eq(conf->rules[RULE_SOFTDEP].at[0].name, "a_b");
	ck_assert_str_eq(conf->rules[RULE_SOFTDEP].at[0].pre[0], "c-d");
	ck_assert_str_eq(conf->rules[RULE_SOFTDEP].at[0].pre[1], "e[f");
}
END_TEST

START_TEST(any_bytes_parse)
{
	static const char alphabet[] =
		"softdep options alias pre: post: \\\\\n\n\r\t[]#-\0x";
	unsigned long long state = 7;
	char text[400];

	for (int round = 0; round < 2000; round++) {
		for (size_t i = 0; i < sizeof(text); i++) {
			state = state * 6364136223846793005ull + 1442695040888963407ull;
			text[i] = alphabet[(state >> 33) % sizeof(alphabet)];
		}
		_cleanup_conf_ struct conf *conf = ct_new();
		ck_assert_int_eq(conf_parse(ct_ctx(), conf, "f", RULE_FROM_FILE,
					    bytes_of(text, sizeof(text))),
				 0);
		ct_logged();
	}
}
END_TEST

/* The rules, each with its line, and what was logged. */
static const char *parsed_as(enum rule_origin origin, struct bytes text)
{
	_cleanup_conf_ struct conf *conf = ct_new();
	const char *lines = "";

	ck_assert_int_eq(conf_parse(ct_ctx(), conf, "f", origin, text), 0);
	for (int kind = 0; kind < N_RULE_KINDS_; kind++)
		for (size_t i = 0; i < conf->rules[kind].n; i++)
			lines = ts_fmt("%s%u ", lines, conf->rules[kind].at[i].line);
	return ts_fmt("%s\n%s%s", ct_rules(conf), lines, ct_logged());
}

START_TEST(generated_lines_mean_the_same_in_every_file)
{
	static const char *const pieces[] = {
		"softdep ", "weakdep ", "softdep a pre: b c post: d\n", "weakdep a b\n", "a",
		"a-b", "b[", "b[-]", " ", "  ", "\t", "\r", "\v", "\n", "\\\n", "\\", "#", "pre:",
		" pre: ", " post: ", "alias x y\n", "_", "Z9", "\xff", "\f",
	};
	uint64_t state = 5;

	for (unsigned round = 0; round < 3000; round++) {
		struct strbuf text = STRBUF_INIT;

		for (unsigned i = 0; i < 12; i++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			strbuf_adds(&text, pieces[(state >> 33) % ARRAY_SIZE(pieces)]);
			if ((state >> 50) % 100 == 0)
				strbuf_add(&text, "", 1);
		}
		struct bytes bytes = bytes_of(text.data, text.len);
		const char *want = parsed_as(RULE_FROM_FILE, bytes);
		const char *got = parsed_as(RULE_FROM_GENERATED, bytes);

		/* Words outside of a group are complained about in files only. */
		if (!strstr(want, "behind neither"))
			ck_assert_str_eq(got, want);
		strbuf_fini(&text);
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		every_directive_makes_its_rule,
		rules_know_their_file_and_line,
		d19_diagnostics_name_file_and_line,
		d19_diagnostics_of_a_huge_word_are_short,
		a_bad_line_does_not_end_parsing,
		option_and_command_text_is_verbatim,
		d18_blanks_around_words_never_change_meaning,
		softdep_groups_may_alternate,
		softdep_words_without_a_group_are_named,
		generated_files_are_not_complained_about_word_by_word,
		lists_split_at_any_white_space,
		listed_words_are_kept_as_written,
		any_bytes_parse,
		generated_lines_mean_the_same_in_every_file,
		NULL,
	};
	return ts_run("conf_parse", tests, NULL, NULL);
}
