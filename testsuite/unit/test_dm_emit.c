/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-emit.h"

#include "libkmod/index/index-read.h"
#include "shared/str.h"
#include "testsuite/unit/dm-forge-graph.h"

static struct hand hand;
static struct dm_graph graph;
static struct dm_lists closure;
static struct dm_diags diags;
static struct dm_outputs outputs;
static struct dm_emit_input input;

static void make(const char *text)
{
	diags = DM_DIAGS_INIT;
	outputs = (struct dm_outputs){ 0 };
	hand_init(&hand, text);
	ck_assert_int_eq(dm_graph_build(hand.facts, hand.n, &graph), 0);
	ck_assert_int_eq(dm_graph_closure(&graph, &closure), 0);
	input = (struct dm_emit_input){
		.modules = &hand.list,
		.facts = hand.facts,
		.closure = &closure,
	};
}

static void emit(unsigned jobs)
{
	ck_assert_int_eq(dm_emit(&input, jobs, &outputs, &diags), 0);
}

static void teardown(void)
{
	dm_outputs_fini(&outputs);
	dm_diags_fini(&diags);
	dm_lists_fini(&closure);
	dm_graph_fini(&graph);
	hand_fini(&hand);
}

static size_t number_of(const char *name)
{
	for (size_t i = 0; i < DM_N_OUTPUTS; i++) {
		if (str_eq(dm_output_names[i], name))
			return i;
	}
	ck_abort_msg("no output %s", name);
	return 0;
}

static const char *text_of(const char *name)
{
	return strbuf_str(&outputs.content[number_of(name)]);
}

static int add_hit(void *data, const struct index_hit *hit)
{
	strbuf_addf(data, "%s=%s ", hit->pattern, hit->value);
	return 0;
}

static const char *index_of(const char *name)
{
	const struct strbuf *b = &outputs.content[number_of(name)];
	struct strbuf text = STRBUF_INIT;
	struct index *idx;
	const char *copy;

	ck_assert_int_eq(index_from_bytes(bytes_of(b->data, b->len), &idx), 0);
	ck_assert_int_eq(index_walk(idx, add_hit, &text), 0);
	index_unref(idx);
	copy = ts_fmt("%s", strbuf_str(&text));
	strbuf_fini(&text);
	return copy;
}

static void say(uint32_t module, const char *const *aliases, uint32_t n)
{
	hand.facts[module].aliases = (struct dm_texts){ aliases, n };
}

START_TEST(nothing_still_makes_every_file)
{
	make("");
	emit(1);
	for (size_t i = 0; i < DM_N_OUTPUTS; i++) {
		size_t len = outputs.content[i].len;

		if (str_ends_with(dm_output_names[i], ".bin"))
			ck_assert_uint_eq(len, 12);
		ck_assert_int_eq(dm_output_is_text(i),
				 !str_ends_with(dm_output_names[i], ".bin"));
	}
	ck_assert_str_eq(text_of("modules.dep"), "");
	ck_assert_str_eq(text_of("modules.devname"), "");
	ck_assert_str_eq(text_of("modules.weakdep"),
			 "# Weak dependencies extracted from modules themselves.\n");
}
END_TEST

START_TEST(text_and_index_agree_on_dependencies)
{
	make("a:b,c b:c c:");
	emit(1);
	ck_assert_str_eq(text_of("modules.dep"), "a: b c\nb: c\nc:\n");
	ck_assert_str_eq(index_of("modules.dep.bin"), "a=a: b c b=b: c c=c: ");
}
END_TEST

START_TEST(only_text_makes_no_index)
{
	make("a:b b:");
	input.only_text = true;
	emit(2);
	ck_assert_uint_eq(outputs.content[number_of("modules.dep.bin")].len, 0);
	ck_assert_str_eq(text_of("modules.dep"), "a: b\nb:\n");
}
END_TEST

START_TEST(jobs_do_not_change_a_byte)
{
	struct dm_outputs one;

	make("a:b,c b:c c: d:a");
	emit(1);
	one = outputs;
	outputs = (struct dm_outputs){ 0 };
	emit(4);
	for (size_t i = 0; i < DM_N_OUTPUTS; i++) {
		ck_assert_uint_eq(one.content[i].len, outputs.content[i].len);
		if (one.content[i].len > 0)
			ck_assert_mem_eq(one.content[i].data, outputs.content[i].data,
					 one.content[i].len);
	}
	dm_outputs_fini(&one);
}
END_TEST

START_TEST(device_nodes_need_name_and_numbers)
{
	static const struct {
		const char *aliases[4];
		uint32_t n;
		const char *line;
	} rows[] = {
		{ { "devname:x", "char-major-1-2" }, 2, "m x c1:2\n" },
		{ { "block-major-7-3-y", "devname:x" }, 2, "m x b7:3\n" },
		{ { "devname:old", "devname:new", "char-major-1-2" }, 3, "m new c1:2\n" },
		{ { "char-major-1-2", "block-major-3-4", "devname:x" }, 3, "m x b3:4\n" },
		{ { "devname:x", "char-major-1-2", "char-major-9-9" }, 3, "m x c1:2\n" },
		{ { "char-major-1-*", "devname:x" }, 2, NULL },
		{ { "char-major-1", "devname:x" }, 2, NULL },
		{ { "char-major-99999999999-1", "devname:x" }, 2, NULL },
		{ { "char-major--1-1", "devname:x" }, 2, NULL },
		{ { "char-major-1-2" }, 1, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *text;

		make("m:");
		say(0, rows[i].aliases, rows[i].n);
		emit(1);
		text = strchr(text_of("modules.devname"), '\n');
		ck_assert_msg(rows[i].line ? text && str_eq(text + 1, rows[i].line)
					   : !text,
			      "row %zu: %s", i, text_of("modules.devname"));
		if (i + 1 < ARRAY_SIZE(rows))
			teardown();
	}
}
END_TEST

START_TEST(messages_come_in_the_order_of_files)
{
	static const char *const aliases[] = { "devname:x", "bad[" };

	make("m:");
	say(0, aliases, 2);
	input.builtin = bytes_of("9\n", 2);
	emit(4);
	ck_assert_uint_eq(diags.list.n, 3);
	ck_assert(str_starts_with(diags.list.at[0].text, "Unmatched bracket"));
	ck_assert(str_starts_with(diags.list.at[1].text, "Invalid modules.builtin line"));
	ck_assert(str_starts_with(diags.list.at[2].text, "Module 'm' has devname"));
}
END_TEST

START_TEST(symbol_exported_twice_is_listed_once)
{
	static struct dm_export twice[2];

	make("m:");
	twice[0] = twice[1] = hand.exports[0];
	hand.facts[0].exports = twice;
	hand.facts[0].n_exports = 2;
	emit(1);
	ck_assert_str_eq(index_of("modules.symbols.bin"), "symbol:m=m ");
}
END_TEST

START_TEST(built_in_modinfo_is_read_to_its_end)
{
	static const char modinfo[] =
		"a.alias=one\0b.parm=x\0nonsense\0a.alias=two\0a.alias=";

	make("");
	input.builtin = bytes_of("k/a.b.ko\nplain\n", 15);
	input.builtin_modinfo = bytes_of(modinfo, sizeof(modinfo));
	emit(1);
	ck_assert_str_eq(index_of("modules.builtin.bin"), "a= plain= ");
	ck_assert_str_eq(index_of("modules.builtin.alias.bin"), "one=a two=a ");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		nothing_still_makes_every_file,
		text_and_index_agree_on_dependencies,
		only_text_makes_no_index,
		jobs_do_not_change_a_byte,
		device_nodes_need_name_and_numbers,
		messages_come_in_the_order_of_files,
		symbol_exported_twice_is_listed_once,
		built_in_modinfo_is_read_to_its_end,
		NULL,
	};

	return ts_run("dm_emit", tests, NULL, teardown);
}
