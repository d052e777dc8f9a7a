/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-graph.h"

#include "shared/strbuf.h"
#include "testsuite/unit/dm-forge-graph.h"

static struct hand hand;
static struct dm_graph graph;

static void build(const char *text)
{
	hand_init(&hand, text);
	ck_assert_int_eq(dm_graph_build(hand.facts, hand.n, &graph), 0);
}

static void teardown(void)
{
	dm_graph_fini(&graph);
	hand_fini(&hand);
}

static const char *lists_text(const struct dm_lists *lists)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	for (uint32_t m = 0; m < lists->n; m++) {
		size_t n;
		const uint32_t *items = dm_list(lists, m, &n);

		strbuf_addf(&text, "%s:", hand.modules[m].name);
		for (size_t i = 0; i < n; i++)
			strbuf_addf(&text, "%s", hand.modules[items[i]].name);
		strbuf_addc(&text, ' ');
	}
	copy = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return copy;
}

static const char *closure_text(void)
{
	struct dm_lists closure;
	const char *text;

	ck_assert_int_eq(dm_graph_closure(&graph, &closure), 0);
	text = lists_text(&closure);
	dm_lists_fini(&closure);
	return text;
}

START_TEST(direct_dependencies_are_in_order_of_first_use)
{
	build("a:c,b,nobody,c,b b: c:");
	ck_assert_str_eq(lists_text(&graph.direct), "a:cb b: c: ");
	ck_assert_str_eq(graph.reasons.at[0]->name, "c");
	ck_assert_uint_eq(graph.n_numbered, 3);
}
END_TEST

START_TEST(closure_has_users_before_what_they_use)
{
	build("a:b,d b:c c:d d:");
	ck_assert_str_eq(closure_text(), "a:bcd b:cd c:d d: ");
}
END_TEST

START_TEST(last_free_module_is_numbered_first)
{
	/* d and e are free at once when their users are done: the later one is taken. */
	build("a:d,e d: e:");
	ck_assert_uint_eq(graph.numbers[0], 0);
	ck_assert_uint_eq(graph.numbers[2], 1);
	ck_assert_uint_eq(graph.numbers[1], 2);
	ck_assert_str_eq(closure_text(), "a:ed d: e: ");
}
END_TEST

START_TEST(free_modules_are_taken_from_the_end)
{
	build("a:x b:y x: y:");
	ck_assert_uint_eq(graph.numbers[1], 0);
	ck_assert_uint_eq(graph.numbers[3], 1);
	ck_assert_uint_eq(graph.numbers[0], 2);
}
END_TEST

START_TEST(shared_dependencies_appear_once)
{
	build("a:b,c b:d c:d d:e e:");
	ck_assert_str_eq(closure_text(), "a:cbde b:de c:de d:e e: ");
}
END_TEST

START_TEST(long_chain_is_complete)
{
	struct strbuf text = STRBUF_INIT;
	struct dm_lists closure;
	size_t n;

	for (int i = 0; i < 60; i++)
		strbuf_addf(&text, i < 59 ? "m%d:m%d " : "m%d:", i, i + 1);
	build(strbuf_str(&text));
	strbuf_fini(&text);
	ck_assert_int_eq(dm_graph_closure(&graph, &closure), 0);
	const uint32_t *items = dm_list(&closure, 0, &n);
	ck_assert_uint_eq(n, 59);
	for (size_t i = 0; i < n; i++)
		ck_assert_uint_eq(items[i], i + 1);
	dm_lists_fini(&closure);
}
END_TEST

START_TEST(members_of_a_loop_get_no_number)
{
	build("a:b b:c c:b d:");
	ck_assert_uint_eq(graph.n_numbered, 2);
	ck_assert_uint_eq(graph.numbers[1], DM_NOBODY);
	ck_assert_uint_eq(graph.numbers[2], DM_NOBODY);
}
END_TEST

START_TEST(no_modules_make_an_empty_graph)
{
	build("");
	ck_assert_str_eq(closure_text(), "");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		direct_dependencies_are_in_order_of_first_use,
		closure_has_users_before_what_they_use,
		last_free_module_is_numbered_first,
		free_modules_are_taken_from_the_end,
		shared_dependencies_appear_once,
		long_chain_is_complete,
		members_of_a_loop_get_no_number,
		no_modules_make_an_empty_graph,
		NULL,
	};

	return ts_run("dm_graph", tests, NULL, teardown);
}
