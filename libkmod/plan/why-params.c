/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Parameters as the kernel takes them apart: words at blanks outside double quotes,
 * NAME or NAME=VALUE, where '-' and '_' are the same in NAME and "--" ends them. What a
 * module takes is in its parmtype= and parm= entries, "NAME:TYPE" and "NAME:TEXT".
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "libkmod/elf/elf-modinfo.h"
#include "libkmod/plan/why.h"
#include "shared/cleanup.h"
#include "shared/str.h"
#include "shared/strbuf.h"

struct parameter {
	const char *name;
	const char *type; /* "" when not stated */
};

struct parameters {
	struct arena arena;
	VEC(struct parameter) at;
};

static struct parameter *find(struct parameters *p, const char *name)
{
	for (size_t i = 0; i < p->at.n; i++)
		if (str_eq(p->at.at[i].name, name))
			return &p->at.at[i];
	return NULL;
}

static void dashes_to_underscores(char *s)
{
	for (; *s; s++)
		if (*s == '-')
			*s = '_';
}

/* An entry's value, "NAME:REST". */
static bool add_entry(struct parameters *p, struct bytes value, bool is_type)
{
	const unsigned char *colon = memchr(value.ptr, ':', value.len);
	size_t name_len = colon ? (size_t)(colon - value.ptr) : value.len;
	char *name = arena_dup(&p->arena, value.ptr, name_len);
	struct parameter *there;
	char *type;

	if (!name)
		return false;
	dashes_to_underscores(name);
	there = find(p, name);
	if (!there) {
		struct parameter fresh = { name, "" };

		if (!vec_push(&p->at, fresh))
			return false;
		there = &p->at.at[p->at.n - 1];
	}
	if (is_type && colon) {
		type = arena_dup(&p->arena, colon + 1, value.len - name_len - 1);
		if (!type)
			return false;
		there->type = type;
	}
	return true;
}

static bool collect(const struct elf *elf, struct parameters *p)
{
	struct modinfo_entry entry;
	struct bytes rest;
	int r = elf_modinfo(elf, &rest);

	if (r <= 0)
		return false;
	while (modinfo_next(&rest, &entry)) {
		bool is_type = bytes_equal(entry.key, bytes_of("parmtype", 8));

		if (!is_type && !bytes_equal(entry.key, bytes_of("parm", 4)))
			continue;
		if (!add_entry(p, entry.value, is_type))
			return false;
	}
	return true;
}

/* Cuts the next word off *s; NULL at the end. */
static char *next_word(char **s)
{
	char *p = *s, *word;
	bool quoted = false;

	while (isspace((unsigned char)*p))
		p++;
	if (!*p)
		return NULL;
	word = p;
	for (; *p && (quoted || !isspace((unsigned char)*p)); p++)
		if (*p == '"')
			quoted = !quoted;
	if (*p)
		*p++ = '\0';
	*s = p;
	return word;
}

static void say_unknown(const struct why *w, const struct parameters *p, const char *name)
{
	const char *nearest = NULL;
	size_t len = strlen(name);
	unsigned best = (unsigned)len / 3 + 1;

	for (size_t i = 0; len >= 3 && i < p->at.n; i++) {
		unsigned distance = str_distance(name, p->at.at[i].name, best);

		if (distance <= best && (!nearest || distance < best)) {
			best = distance;
			nearest = p->at.at[i].name;
		}
	}
	if (nearest)
		why_say(w, "%s has no parameter '%s', but '%s'", w->mod->name, name,
			nearest);
	else if (p->at.n == 0)
		why_say(w, "%s has no parameter '%s', it takes none", w->mod->name, name);
	else
		why_say(w, "%s has no parameter '%s'", w->mod->name, name);
}

/* Types whose values can be judged from outside; limits are inclusive. */
static const struct number_type {
	const char *name;
	const char *words;
	int64_t min;
	uint64_t max;
} number_types[] = {
	{ "byte", "a number from 0 to 255", 0, UINT8_MAX },
	{ "short", "a 16-bit number", INT16_MIN, INT16_MAX },
	{ "ushort", "a number from 0 to 65535", 0, UINT16_MAX },
	{ "int", "a 32-bit number", INT32_MIN, INT32_MAX },
	{ "uint", "a 32-bit number, not negative", 0, UINT32_MAX },
	/* As wide as the kernel's words, which may be wider than ours. */
	{ "long", "a number", INT64_MIN, INT64_MAX },
	{ "ulong", "a number, not negative", 0, UINT64_MAX },
	{ "ullong", "a number, not negative", 0, UINT64_MAX },
};

static bool is_number(const char *text, const struct number_type *type)
{
	uint64_t u;
	int64_t i;

	if (text[0] == '-')
		return str_to_i64(text, 0, &i) == 0 && i >= type->min;
	if (text[0] == '+')
		text++;
	return isdigit((unsigned char)*text) && str_to_u64(text, 0, &u) == 0 &&
	       u <= type->max;
}

static bool is_bool(const char *text)
{
	return text[0] != '\0' &&
	       (strchr("yYtT1nNfF0", text[0]) || ((text[0] == 'o' || text[0] == 'O') &&
						  text[1] && strchr("nNfF", text[1])));
}

/* value NULL: none was given. */
static void check_value(const struct why *w, const struct parameter *p, const char *value)
{
	if (str_eq(p->type, "bool") || str_eq(p->type, "invbool")) {
		if (value && !is_bool(value))
			why_say(w,
				"parameter '%s' of %s takes yes or no (1, 0, y, n), not "
				"'%s'",
				p->name, w->mod->name, value);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(number_types); i++) {
		if (!str_eq(p->type, number_types[i].name))
			continue;
		if (!value)
			why_say(w, "parameter '%s' of %s takes %s, none is given",
				p->name, w->mod->name, number_types[i].words);
		else if (!is_number(value, &number_types[i]))
			why_say(w, "parameter '%s' of %s takes %s, not '%s'", p->name,
				w->mod->name, number_types[i].words, value);
	}
}

static void strip_quotes(char *value)
{
	size_t len = strlen(value);

	if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
		memmove(value, value + 1, len - 2);
		value[len - 2] = '\0';
	}
}

static void check_word(const struct why *w, struct parameters *p, char *word)
{
	/* Every module takes these. */
	static const char *const everywhere[] = { "dyndbg", "async_probe" };
	char *value = strchr(word, '=');
	const struct parameter *known;

	if (value)
		*value++ = '\0';
	dashes_to_underscores(word);
	for (size_t i = 0; i < ARRAY_SIZE(everywhere); i++)
		if (str_eq(word, everywhere[i]))
			return;
	known = find(p, word);
	if (!known) {
		say_unknown(w, p, word);
		return;
	}
	if (value)
		strip_quotes(value);
	check_value(w, known, value);
}

void why_parameters(const struct why *w)
{
	_cleanup_free_ char *options = strdup(w->options ? w->options : "");
	struct parameters known = { 0 };
	const struct elf *elf;
	bool collected;
	char *rest = options, *word;

	if (!options || mod_file_lock(w->mod, true, NULL, &elf) < 0)
		return;
	collected = collect(elf, &known);
	mod_file_unlock(w->mod);
	while (collected && (word = next_word(&rest)) && !str_eq(word, "--"))
		check_word(w, &known, word);
	vec_fini(&known.at);
	arena_fini(&known.arena);
}
