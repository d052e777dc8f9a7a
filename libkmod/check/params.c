/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Parameters as the kernel takes them apart: words at blanks outside double quotes,
 * NAME or NAME=VALUE, where '-' and '_' are the same in NAME and "--" ends them. What a
 * module takes is in its parmtype= and parm= entries, "NAME:TYPE" and "NAME:TEXT".
 */
#include "libkmod/check/params.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/elf/elf-modinfo.h"
#include "shared/cleanup.h"
#include "shared/str.h"

struct check {
	const struct params *params;
	const char *module;
	param_fn *say;
	void *data;
};

_printf_(4, 5) static void say(const struct check *c, enum param_problem problem,
			       const char *name, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text)
		c->say(c->data, problem, name, text);
}

static struct param *find(const struct params *p, const char *name)
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
static bool add_entry(struct params *p, struct bytes value, bool is_type)
{
	const unsigned char *colon = memchr(value.ptr, ':', value.len);
	size_t name_len = colon ? (size_t)(colon - value.ptr) : value.len;
	char *name = arena_dup(&p->arena, value.ptr, name_len);
	struct param *there;
	char *type;

	if (!name)
		return false;
	dashes_to_underscores(name);
	there = find(p, name);
	if (!there) {
		struct param fresh = { name, "" };

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

int params_read(const struct elf *elf, struct params *out)
{
	struct params p = { .arena = ARENA_INIT };
	struct modinfo_entry entry;
	struct bytes rest;
	int r = elf_modinfo(elf, &rest);

	if (r <= 0)
		return r < 0 ? r : -ENODATA;
	while (modinfo_next(&rest, &entry)) {
		bool is_type = bytes_equal(entry.key, bytes_of("parmtype", 8));

		if (!is_type && !bytes_equal(entry.key, bytes_of("parm", 4)))
			continue;
		if (!add_entry(&p, entry.value, is_type)) {
			params_fini(&p);
			return -ENOMEM;
		}
	}
	*out = p;
	return 0;
}

void params_fini(struct params *p)
{
	vec_fini(&p->at);
	arena_fini(&p->arena);
}

/* Cuts the next word off *s; NULL at the end. */
static char *next_word(char **s)
{
	char *p = *s, *word;
	bool quoted = false;

	while (str_is_space(*p))
		p++;
	if (!*p)
		return NULL;
	word = p;
	for (; *p && (quoted || !str_is_space(*p)); p++)
		if (*p == '"')
			quoted = !quoted;
	if (*p)
		*p++ = '\0';
	*s = p;
	return word;
}

/* typed: name as it was written, with '-' or '_'. */
static void say_unknown(const struct check *c, const char *name, const char *typed)
{
	const struct params *p = c->params;
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
		say(c, PARAM_UNKNOWN, name, "%s has no parameter '%s', but '%s'",
		    c->module, typed, nearest);
	else if (p->at.n == 0)
		say(c, PARAM_UNKNOWN, name, "%s has no parameter '%s', it takes none",
		    c->module, typed);
	else
		say(c, PARAM_UNKNOWN, name, "%s has no parameter '%s'", c->module, typed);
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
	{ "hexint", "a 32-bit number, not negative", 0, UINT32_MAX },
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
	return *text >= '0' && *text <= '9' && str_to_u64(text, 0, &u) == 0 &&
	       u <= type->max;
}

static bool is_bool(const char *text)
{
	return text[0] != '\0' &&
	       (strchr("yYtT1nNfF0", text[0]) || ((text[0] == 'o' || text[0] == 'O') &&
						  text[1] && strchr("nNfF", text[1])));
}

enum judgement { VALUE_GOOD, VALUE_BAD, VALUE_NOT_KNOWN };

/* value NULL: none was given. *words: what the type takes, unless it is not known. */
static enum judgement judge(const char *type, const char *value, const char **words)
{
	static const char *const bools[] = { "bool", "invbool", "bint" };
	static const char *const texts[] = { "charp", "string" };

	for (size_t i = 0; i < ARRAY_SIZE(bools); i++) {
		*words = "yes or no (1, 0, y, n)";
		if (str_eq(type, bools[i]))
			return !value || is_bool(value) ? VALUE_GOOD : VALUE_BAD;
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		*words = "a text";
		if (str_eq(type, texts[i]))
			return value ? VALUE_GOOD : VALUE_BAD;
	}
	for (size_t i = 0; i < ARRAY_SIZE(number_types); i++) {
		*words = number_types[i].words;
		if (str_eq(type, number_types[i].name))
			return value && is_number(value, &number_types[i]) ? VALUE_GOOD
									   : VALUE_BAD;
	}
	return VALUE_NOT_KNOWN;
}

/* The file does not tell what the kernel takes. */
static void say_untyped(const struct check *c, const struct param *p, const char *value)
{
	_cleanup_free_ char *type = NULL;

	if (p->type[0] && asprintf(&type, "the type '%s'", p->type) < 0)
		return;
	if (value)
		say(c, PARAM_UNTYPED, p->name,
		    "parameter '%s' of %s has %s: whether it takes '%s' only the kernel "
		    "knows",
		    p->name, c->module, type ? type : "no stated type", value);
	else
		say(c, PARAM_UNTYPED, p->name,
		    "parameter '%s' of %s has %s: whether it goes without a value only "
		    "the kernel knows",
		    p->name, c->module, type ? type : "no stated type");
}

static void say_bad(const struct check *c, const struct param *p, bool is_list,
		    const char *words, const char *value)
{
	const char *list = is_list ? "values between commas, each " : "";

	if (value)
		say(c, PARAM_BAD_VALUE, p->name,
		    "parameter '%s' of %s takes %s%s, not '%s'", p->name, c->module, list,
		    words, value);
	else
		say(c, PARAM_BAD_VALUE, p->name,
		    "parameter '%s' of %s takes %s%s, none is given", p->name, c->module,
		    list, words);
}

/* The first element that is wrong; where none is given, bool needs one too. */
static void check_list(const struct check *c, const struct param *p, const char *type,
		       char *value)
{
	const char *words;

	if (judge(type, value ? "" : NULL, &words) == VALUE_NOT_KNOWN) {
		say_untyped(c, p, value);
		return;
	}
	if (!value)
		say_bad(c, p, true, words, NULL);
	while (value) {
		const char *element = value;

		value = strchr(value, ',');
		if (value)
			*value++ = '\0';
		if (judge(type, element, &words) == VALUE_BAD) {
			say_bad(c, p, true, words, element);
			return;
		}
	}
}

/* value NULL: none was given. */
static void check_value(const struct check *c, const struct param *p, char *value)
{
	static const char array[] = "array of ";
	const char *words;

	if (strncmp(p->type, array, sizeof(array) - 1) == 0) {
		check_list(c, p, p->type + sizeof(array) - 1, value);
		return;
	}
	switch (judge(p->type, value, &words)) {
	case VALUE_BAD:
		say_bad(c, p, false, words, value);
		break;
	case VALUE_NOT_KNOWN:
		say_untyped(c, p, value);
		break;
	case VALUE_GOOD:
		break;
	}
}

static void drop_last_quote(char *s)
{
	size_t len = strlen(s);

	if (len > 0 && s[len - 1] == '"')
		s[len - 1] = '\0';
}

/*
 * Ends the name at the '='; what is behind it, or NULL. A quote that opens the word or the
 * value goes, and then the last one, whether it is the other's or not.
 */
static char *split_word(char **word)
{
	bool quoted = **word == '"';
	char *value;

	*word += quoted;
	value = strchr(*word, '=');
	if (value) {
		*value++ = '\0';
		if (*value == '"') {
			quoted = true;
			value++;
		}
	}
	if (quoted)
		drop_last_quote(value ? value : *word);
	return value;
}

static int check_word(const struct check *c, char *word)
{
	/* Every module takes these. */
	static const char *const everywhere[] = { "dyndbg", "async_probe" };
	char *value = split_word(&word);
	_cleanup_free_ char *name = strdup(word);
	const struct param *known;

	if (!name)
		return -ENOMEM;
	dashes_to_underscores(name);
	for (size_t i = 0; i < ARRAY_SIZE(everywhere); i++)
		if (str_eq(name, everywhere[i]))
			return 0;
	known = find(c->params, name);
	if (known)
		check_value(c, known, value);
	else
		say_unknown(c, name, word);
	return 0;
}

int params_check(const struct params *p, const char *module, const char *options,
		 param_fn *fn, void *data)
{
	const struct check c = { p, module, fn, data };
	_cleanup_free_ char *copy = strdup(options);
	char *rest = copy, *word;
	int r = 0;

	if (!copy)
		return -ENOMEM;
	while (r == 0 && (word = next_word(&rest)) && !str_eq(word, "--"))
		r = check_word(&c, word);
	return r;
}

int params_check_module(const struct kmod_module *mod, const char *options, param_fn *fn,
			void *data)
{
	struct params p = { .arena = ARENA_INIT };
	const struct elf *elf;
	int r = mod_file_lock(mod, true, NULL, &elf);

	if (r < 0)
		return r;
	r = params_read(elf, &p);
	mod_file_unlock(mod);
	if (r == 0)
		r = params_check(&p, mod->name, options, fn, data);
	params_fini(&p);
	return r;
}
