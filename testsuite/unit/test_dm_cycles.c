/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-cycles.h"

#include "shared/str.h"
#include "shared/strbuf.h"
#include "testsuite/unit/dm-forge-graph.h"

static struct hand hand;
static struct dm_diags diags;

/* All messages, without their common words: "a -> a; 1". */
static const char *report(const char *text)
{
	struct strbuf out = STRBUF_INIT;
	struct dm_graph graph;
	const char *copy;

	diags = DM_DIAGS_INIT;
	hand_init(&hand, text);
	ck_assert_int_eq(dm_graph_build(hand.facts, hand.n, &graph), 0);
	ck_assert_int_eq(dm_cycles_report(&graph, &hand.list, &diags), 0);
	dm_graph_fini(&graph);
	for (size_t i = 0; i < diags.list.n; i++) {
		const char *line = diags.list.at[i].text;

		ck_assert_int_eq(diags.list.at[i].priority, LOG_ERR);
		if (str_starts_with(line, "Cycle detected: "))
			strbuf_addf(&out, "%s; ", line + strlen("Cycle detected: "));
		else
			strbuf_addf(&out, "%ld",
				    strtol(line + strlen("Found "), NULL, 10));
	}
	copy = ts_fmt("%s", strbuf_str(&out));
	strbuf_fini(&out);
	return copy;
}

static void teardown(void)
{
	dm_diags_fini(&diags);
	hand_fini(&hand);
}

START_TEST(a_module_can_be_a_loop_alone)
{
	ck_assert_str_eq(report("x: a:a,x"), "a -> a; 1");
}
END_TEST

START_TEST(neighbours_of_a_loop_are_not_counted)
{
	ck_assert_str_eq(report("user:a a:b,leaf b:a leaf:"), "b -> a -> b; 2");
}
END_TEST

START_TEST(loops_that_share_modules_are_all_told)
{
	ck_assert_str_eq(report("a:b b:c,a c:a"), "a -> b -> a; c -> a -> b -> c; 3");
}
END_TEST

START_TEST(bridge_between_two_knots_is_no_loop)
{
	ck_assert_str_eq(report("a:b b:a,c c:d d:c"), "d -> c -> d; a -> b -> a; 4");
}
END_TEST

START_TEST(everybody_needing_everybody_ends_soon)
{
	struct strbuf text = STRBUF_INIT;
	const char *said;

	for (int i = 0; i < 40; i++) {
		strbuf_addf(&text, "m%d:", i);
		for (int j = 0; j < 40; j++)
			strbuf_addf(&text, "m%d,", j);
		strbuf_addc(&text, ' ');
	}
	said = report(strbuf_str(&text));
	strbuf_fini(&text);
	ck_assert(str_ends_with(said, "; 40"));
	ck_assert_uint_le(diags.list.n, 101);
}
END_TEST

START_TEST(two_knots_reached_backwards_are_two)
{
	ck_assert_str_eq(report("d:c c:d,b b:a a:b"), "a -> b -> a; d -> c -> d; 4");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		a_module_can_be_a_loop_alone,
		neighbours_of_a_loop_are_not_counted,
		loops_that_share_modules_are_all_told,
		bridge_between_two_knots_is_no_loop,
		everybody_needing_everybody_ends_soon,
		two_knots_reached_backwards_are_two,
		NULL,
	};

	return ts_run("dm_cycles", tests, NULL, teardown);
}
