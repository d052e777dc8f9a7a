/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/unit/conf-test.h"

/* The rules of a command line as "b:name " and "o:name text|". */
static const char *cmdline(const char *text)
{
	_cleanup_conf_ struct conf *conf = ct_new();
	const char *all = "";

	ck_assert_int_eq(conf_parse_cmdline(ct_ctx(), conf, bytes_of(text, strlen(text))),
			 0);
	for (size_t i = 0; i < conf->rules[RULE_BLACKLIST].n; i++)
		all = ts_fmt("%sb:%s|", all, conf->rules[RULE_BLACKLIST].at[i].name);
	for (size_t i = 0; i < conf->rules[RULE_OPTIONS].n; i++)
		all = ts_fmt("%so:%s %s|", all, conf->rules[RULE_OPTIONS].at[i].name,
			     conf->rules[RULE_OPTIONS].at[i].text);
	return all;
}

static void check(const char *const (*rows)[2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = cmdline(rows[i][0]);

		ck_assert_msg(strcmp(got, rows[i][1]) == 0, "%s\ngives %s\nnot   %s",
			      rows[i][0], got, rows[i][1]);
	}
}

START_TEST(words_that_look_like_parameters_become_options)
{
	static const char *const rows[][2] = {
		{ "snd-pcm.index=1\n", "o:snd_pcm index=1|" },
		{ "usbcore.nousb", "o:usbcore nousb|" },
		{ "a.b=c.d=e", "o:a b=c.d=e|" },
		{ "quiet ro root=/dev/x.y a.b=1", "o:a b=1|" },
		{ "a.b.c=1 a.b.c ivrs_ioapic[4]=00:14.0", "" },
		{ ".foo=1 bar.=2", "o: foo=1|o:bar =2|" },
		{ "a.x='b c.d=e'", "o:a x='b|o:c d=e'|" },
		{ "a.b=\\x\ty.z\vq.r\f", "o:a b=\\x|o:y z|o:q r|" },
		{ "x[a-b].c=d-e", "o:x[a-b] c=d-e|" },
		{ "random.trust_cpu=1", "o:random trust_cpu=1|" },
		{ "", "" },
		{ "...", "" },
	};

	check(rows, ARRAY_SIZE(rows));
	ck_assert_str_eq(ct_logged(), "");
}
END_TEST

START_TEST(quotes_protect_blanks_in_values)
{
	static const char *const rows[][2] = {
		{ "a.b=\"c d\" e.f=1", "o:a b=\"c d\"|o:e f=1|" },
		{ "a.b=x\"c d\"y", "o:a b=x\"c d\"y|" },
		{ "\"a.b=c d\"", "o:a b=\"c d\"|" },
		{ "\"a.b=c d\"e f.g", "o:a b=\"c d\"e|o:f g|" },
		{ "\"a.b\" c.d", "o:c d|" },
		{ "\"a b.c=d\" e.f", "o:e f|" },
		{ "a\"x y\".b=c d.e", "o:d e|" },
		{ "a.b\"x y\"=c d.e", "o:d e|" },
	};

	check(rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(an_unterminated_quote_spoils_the_rest)
{
	static const char *const rows[][2] = {
		{ "a.b=1 c.d=\"e f.g=2", "o:a b=1|" },
		{ "a.b=1 \"c.d=e f.g=2", "o:a b=1|" },
		{ "a.b=1 \"", "o:a b=1|" },
	};

	check(rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(d17_the_blacklist_is_normalised_and_unquoted)
{
	static const char *const rows[][2] = {
		{ "modprobe.blacklist=a-b,c", "b:a_b|b:c|" },
		{ "modprobe.blacklist=\"a-b,c\"", "b:a_b|b:c|" },
		{ "\"modprobe.blacklist=a-b,c\"", "b:a_b|b:c|" },
		{ "modprobe.blacklist=\"a, b\"", "b:a|b:b|" },
		{ "modprobe.blacklist=a,,b", "b:a|b:|b:b|" },
		{ "modprobe.blacklist", "o:modprobe blacklist|" },
		{ "module_blacklist=a", "" },
		{ "modprobe.blacklists=a", "o:modprobe blacklists=a|" },
	};

	check(rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(d17_a_standalone_double_dash_ends_parameters)
{
	static const char *const rows[][2] = {
		{ "a.b=1 -- c.d=2 modprobe.blacklist=x", "o:a b=1|" },
		{ "a.b=1 --x c.d=2", "o:a b=1|o:c d=2|" },
		{ "a.b=-- c.d=2", "o:a b=--|o:c d=2|" },
	};

	check(rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(bad_brackets_are_named)
{
	ck_assert_str_eq(cmdline("ivrs[14:00.5]=1 modprobe.blacklist=x],y c.d"),
			 "b:y|o:c d|");
	ck_assert_str_eq(
		ct_logged(),
		"INFO: /proc/cmdline: unbalanced brackets in 'ivrs[14:00', ignored\n"
		"WARNING: /proc/cmdline: unbalanced brackets in 'x]', ignored\n");
}
END_TEST

START_TEST(only_4095_bytes_are_looked_at)
{
	char text[5001];

	memset(text, ' ', 5000);
	text[5000] = '\0';
	memcpy(text + 4090, "a.b=123456 c.d=1", 16);
	ck_assert_str_eq(cmdline(text), "o:a b=1|");
	memcpy(text + 4090, "     a.b=1", 10);
	ck_assert_str_eq(cmdline(text), "");
}
END_TEST

START_TEST(a_nul_ends_the_command_line)
{
	_cleanup_conf_ struct conf *conf = ct_new();

	ck_assert_int_eq(conf_parse_cmdline(ct_ctx(), conf, bytes_of("a.b\0c.d", 7)), 0);
	ck_assert_uint_eq(conf->rules[RULE_OPTIONS].n, 1);
	ck_assert_int_eq(conf_parse_cmdline(ct_ctx(), conf, BYTES_NONE), 0);
}
END_TEST

START_TEST(rules_say_where_they_come_from)
{
	_cleanup_conf_ struct conf *conf = ct_new();

	ck_assert_int_eq(conf_parse_cmdline(ct_ctx(), conf, bytes_of("a.b", 3)), 0);
	const struct rule *rule = &conf->rules[RULE_OPTIONS].at[0];
	ck_assert_int_eq(rule->origin, RULE_FROM_CMDLINE);
	ck_assert_str_eq(rule->file, "/proc/cmdline");
	ck_assert_uint_eq(rule->line, 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		words_that_look_like_parameters_become_options,
		quotes_protect_blanks_in_values,
		an_unterminated_quote_spoils_the_rest,
		d17_the_blacklist_is_normalised_and_unquoted,
		d17_a_standalone_double_dash_ends_parameters,
		bad_brackets_are_named,
		only_4095_bytes_are_looked_at,
		a_nul_ends_the_command_line,
		rules_say_where_they_come_from,
		NULL,
	};
	return ts_run("conf_cmdline", tests, NULL, NULL);
}
