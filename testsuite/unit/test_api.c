/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Export list, public headers and documentation say the same: every function of
 * libkmod.sym is declared in libkmod.h or libkmod-plan.h with a comment above it that names
 * the version it came with, and nothing else is declared.
 */
#include <stdio.h>
#include <string.h>

#include "shared/str.h"
#include "shared/vec.h"
#include "testsuite/lib/ts.h"

struct function {
	char *name;
	int since;
	bool documented;
};
struct functions {
	VEC(struct function) at;
};

static struct function *find(struct functions *list, const char *name)
{
	for (size_t i = 0; i < list->at.n; i++)
		if (str_eq(list->at.at[i].name, name))
			return &list->at.at[i];
	return NULL;
}

static void add(struct functions *list, const char *name, size_t len, int since, bool documented)
{
	struct function *f = vec_add(&list->at);

	ck_assert_ptr_nonnull(f);
	*f = (struct function){ strndup(name, len), since, documented };
}

#define SOURCE_SIZE (1 << 17)

static char *source(const char *path, char text[SOURCE_SIZE])
{
	FILE *file = fopen(ts_source(path), "r");

	ck_assert_msg(file != NULL, "%s", ts_source(path));
	ck_assert_uint_lt(fread(text, 1, SOURCE_SIZE - 1, file), SOURCE_SIZE - 1);
	fclose(file);
	return text;
}

/* Lines "LIBKMOD_5 {" open a version, "\tkmod_x;" belongs to it; a repeat is a compatible second version. */
static void read_exports(struct functions *out)
{
	static char text[SOURCE_SIZE];
	int version = 0;

	for (char *rest = source("libkmod/libkmod.sym", text), *line; (line = strsep(&rest, "\n"));) {
		sscanf(line, "LIBKMOD_%d {", &version);
		line += strspn(line, " \t");
		if (str_starts_with(line, "kmod_") && strchr(line, ';'))
			add(out, line, strcspn(line, ";"), version, true);
	}
}

/* The number behind the last "Since: " before end, 0 when there is none. */
static int since_before(const char *from, const char *end)
{
	int since = 0;

	for (const char *at = from; (at = strstr(at, "Since: ")) && at < end; at++)
		since = atoi(at + strlen("Since: "));
	return since;
}

/*
 * A declaration begins behind a blank line, a comment or the last declaration, and ends at
 * a ';' outside braces. A function is "... kmod_name(" in it.
 */
static void read_declaration(struct functions *out, const char *begin, const char *end)
{
	const char *comment_end = NULL, *at, *name;

	for (at = begin; (at = strstr(at, "*/")) && at < end; at++)
		comment_end = at + 2;
	at = comment_end ? comment_end : begin;
	name = strstr(at, "kmod_");
	while (name && name < end) {
		size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789");

		if (name[len] == '(') {
			const char *doc = strstr(begin, "/**");

			add(out, name, len, since_before(begin, at), doc && doc < at);
			return;
		}
		name = strstr(name + len, "kmod_");
	}
}

/* last_type: the last enum or struct before the functions. */
static void read_prototypes(struct functions *out, const char *header, const char *last_type)
{
	static char text[SOURCE_SIZE];
	const char *begin, *at;
	bool in_comment = false;

	begin = strstr(source(header, text), last_type);
	ck_assert_ptr_nonnull(begin);
	begin = strstr(begin, "};") + 2;
	for (at = begin; *at && !str_starts_with(at, "#ifdef __cplusplus"); at++) {
		if (str_starts_with(at, "/*"))
			in_comment = true;
		if (str_starts_with(at, "*/"))
			in_comment = false;
		if (*at != ';' || in_comment)
			continue;
		read_declaration(out, begin, at);
		begin = at + 1;
	}
}

static struct functions exports, prototypes;

static void setup(void)
{
	read_exports(&exports);
	read_prototypes(&prototypes, "libkmod/libkmod.h", "enum kmod_module_initstate {");
	ck_assert_uint_eq(prototypes.at.n, 75);
	read_prototypes(&prototypes, "libkmod/libkmod-plan.h", "struct kmod_plan_hooks {");
}

START_TEST(there_are_75_functions_and_34_of_plans)
{
	ck_assert_uint_eq(prototypes.at.n, 75 + 34);
	for (size_t i = 0; i < prototypes.at.n; i++)
		ck_assert_ptr_eq(find(&prototypes, prototypes.at.at[i].name), &prototypes.at.at[i]);
}
END_TEST

START_TEST(every_export_is_declared)
{
	for (size_t i = 0; i < exports.at.n; i++)
		ck_assert_msg(find(&prototypes, exports.at.at[i].name) != NULL, "%s", exports.at.at[i].name);
}
END_TEST

START_TEST(every_declaration_is_exported)
{
	for (size_t i = 0; i < prototypes.at.n; i++)
		ck_assert_msg(find(&exports, prototypes.at.at[i].name) != NULL, "%s", prototypes.at.at[i].name);
}
END_TEST

START_TEST(every_declaration_is_documented)
{
	for (size_t i = 0; i < prototypes.at.n; i++)
		ck_assert_msg(prototypes.at.at[i].documented, "%s has no comment", prototypes.at.at[i].name);
}
END_TEST

START_TEST(documented_version_is_the_exported_one)
{
	for (size_t i = 0; i < exports.at.n; i++) {
		const struct function *f = find(&prototypes, exports.at.at[i].name);
		bool compatible = str_eq(f->name, "kmod_module_new_from_name_lookup"); /* also in LIBKMOD_5 */

		ck_assert_msg(f->since == exports.at.at[i].since || (compatible && f->since == 30), "%s: %d, not %d",
			      f->name, f->since, exports.at.at[i].since);
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = { there_are_75_functions_and_34_of_plans, every_export_is_declared, every_declaration_is_exported,
				 every_declaration_is_documented, documented_version_is_the_exported_one, NULL };

	return ts_run("api", tests, setup, NULL);
}
