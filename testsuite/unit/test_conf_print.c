/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testsuite/unit/conf-test.h"

/* Printed, parsed and printed again: the same text, without a word of complaint. */
static void check_round_trip(const char *text)
{
	_cleanup_conf_ struct conf *conf = ct_conf(text);
	const char *first = ct_rules(conf);

	ct_logged();
	_cleanup_conf_ struct conf *again = ct_conf(first);
	ck_assert_str_eq(ct_rules(again), first);
	ck_assert_str_eq(ct_logged(), "");
	for (int kind = 0; kind < N_RULE_KINDS_; kind++)
		ck_assert_uint_eq(again->rules[kind].n, conf->rules[kind].n);
}

START_TEST(every_kind_of_rule_can_be_read_back)
{
	check_round_trip(
		"alias a-[x-z]* b\nblacklist c\noptions d  e=\"f g\" h\ninstall i* true\n"
		"remove j false\nsoftdep k pre: l m post: n\nweakdep o p q\n");
}
END_TEST

START_TEST(d20_every_softdep_can_be_read_back)
{
	check_round_trip("softdep a pre: b\nsoftdep c post: d\nsoftdep e pre: f post: "
			 "g\nsoftdep h i\n"
			 "softdep j post: p pre: d c post: s\nsoftdep k pre: "
			 "post:\nsoftdep l  pre:  m\n");
}
END_TEST

START_TEST(backslashes_can_be_read_back)
{
	check_round_trip("install a echo \\\\n \\\"x\noptions b c=\\\\\nalias d\\\\* "
			 "e\nsoftdep f\\\\? pre: g\\\\h\n"
			 "weakdep i\\\\ j\n");
}
END_TEST

START_TEST(odd_ends_of_lines_can_be_read_back)
{
	check_round_trip(
		"options a b\r\r\noptions c d \r\noptions e f\\\r\ng\noptions h i\r");
	check_round_trip("alias a b\r c\nblacklist d\r e\nalias f \r \nweakdep g \v\r "
			 "\noptions h i\r \n");
}
END_TEST

START_TEST(dependency_text_has_a_blank_between_its_groups)
{
	static const struct {
		const char *line, *text;
	} rows[] = {
		{ "softdep m pre: a b post: c", "pre: a b post: c" },
		{ "softdep m post: c", "post: c" },
		{ "softdep m pre: a", "pre: a" },
		{ "softdep m pre:", "" },
		{ "weakdep m a b", "a b" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_conf_ struct conf *conf = ct_conf(rows[i].line);
		_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
		enum rule_kind kind = rows[i].line[0] == 's' ? RULE_SOFTDEP
							     : RULE_WEAKDEP;

		conf_print_deps(&out, &conf->rules[kind].at[0]);
		ck_assert_str_eq(strbuf_str(&out), rows[i].text);
	}
}
END_TEST

START_TEST(a_softdep_without_words_still_is_one)
{
	_cleanup_conf_ struct conf *conf = ct_conf("softdep cifs x\n");

	ck_assert_str_eq(ct_rules(conf), "softdep cifs pre:\n");
	check_round_trip("softdep cifs x\n");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		every_kind_of_rule_can_be_read_back,
		d20_every_softdep_can_be_read_back,
		backslashes_can_be_read_back,
		odd_ends_of_lines_can_be_read_back,
		dependency_text_has_a_blank_between_its_groups,
		a_softdep_without_words_still_is_one,
		NULL,
	};
	return ts_run("conf_print", tests, NULL, NULL);
}
