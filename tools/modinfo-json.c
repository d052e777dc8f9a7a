/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modinfo --json. Fields are arrays, for any may be repeated; parameters are put together
 * from their two fields. What kmod_module_get_info() gives of the signature is among the
 * fields.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/elf/elf-modinfo.h"
#include "libkmod/module/mod.h"
#include "shared/cleanup.h"
#include "shared/json.h"
#include "shared/map.h"
#include "shared/str.h"
#include "tools/modinfo-print.h"

struct field {
	const char *key;
	VEC(const char *) values;
};

struct parameter {
	struct bytes name;
	const char *text, *type; /* NULL: not given */
};

struct facts {
	const struct modinfo_style *style;
	VEC(struct field) fields;
	VEC(struct parameter) parameters;
	struct map by_key, by_name; /* to position + 1 */
};

static void facts_fini(struct facts *f)
{
	for (size_t i = 0; i < f->fields.n; i++)
		vec_fini(&f->fields.at[i].values);
	vec_fini(&f->fields);
	vec_fini(&f->parameters);
	map_fini(&f->by_key);
	map_fini(&f->by_name);
}

static int add_field(struct facts *f, const char *key, const char *value)
{
	size_t at = (uintptr_t)map_get(&f->by_key, key);
	struct field fresh = { .key = key };

	if (at == 0) {
		if (!vec_push(&f->fields, fresh) ||
		    map_put(&f->by_key, key, (void *)(uintptr_t)f->fields.n) < 0)
			return -ENOMEM;
		at = f->fields.n;
	}
	return vec_push(&f->fields.at[at - 1].values, value) ? 0 : -ENOMEM;
}

/* value is "NAME:REST". */
static int add_parameter(struct facts *f, bool is_type, const char *value)
{
	size_t len = strcspn(value, ":");
	const char *rest = value[len] ? value + len + 1 : "";
	struct parameter fresh = { .name = bytes_of(value, len) };
	struct map_slot *slot = map_ensure(&f->by_name, value, len, map_hash(value, len));
	struct parameter *p;

	if (!slot)
		return -ENOMEM;
	if (!slot->value) {
		if (!vec_push(&f->parameters, fresh))
			return -ENOMEM;
		slot->value = (void *)(uintptr_t)f->parameters.n;
	}
	p = &f->parameters.at[(uintptr_t)slot->value - 1];
	if (is_type)
		p->type = rest;
	else
		p->text = rest;
	return 0;
}

static int collect(struct facts *f, struct kmod_list *list)
{
	struct kmod_list *item;
	int r = 0;

	kmod_list_foreach(item, list) {
		const char *key = kmod_module_info_get_key(item);
		const char *value = kmod_module_info_get_value(item);
		bool is_type = str_eq(key, "parmtype");

		if (f->style->field && !str_eq(f->style->field, key) &&
		    !(is_type && str_eq(f->style->field, "parm")))
			continue;
		r = is_type || str_eq(key, "parm") ? add_parameter(f, is_type, value)
						   : add_field(f, key, value);
		if (r < 0)
			return r;
	}
	return 0;
}

static void put_facts(struct json *j, const struct facts *f)
{
	json_begin_object(j, "fields");
	for (size_t i = 0; i < f->fields.n; i++) {
		json_begin_array(j, f->fields.at[i].key);
		for (size_t k = 0; k < f->fields.at[i].values.n; k++)
			json_string(j, NULL, f->fields.at[i].values.at[k]);
		json_end_array(j);
	}
	json_end_object(j);
	json_begin_array(j, "parameters");
	for (size_t i = 0; i < f->parameters.n; i++) {
		json_begin_object(j, NULL);
		json_bytes(j, "name", f->parameters.at[i].name);
		json_string(j, "type", f->parameters.at[i].type);
		json_string(j, "description", f->parameters.at[i].text);
		json_end_object(j);
	}
	json_end_array(j);
}

static int read_list(const struct kmod_module *mod, const struct modinfo_style *style,
		     struct kmod_list **list)
{
	int r;

	if (style->field && str_eq(style->field, "filename"))
		return 0;
	r = kmod_module_get_info(mod, list);
	/* A kernel without modules.builtin.modinfo is an old one, not an error. */
	return r == -ENOENT && !kmod_module_get_path(mod) ? 0 : r < 0 ? r : 0;
}

int modinfo_json(const struct kmod_module *mod, const struct modinfo_style *style)
{
	_cleanup_(facts_fini) struct facts f = { .style = style };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct json j = json_to(&out);
	struct kmod_list *list = NULL;
	int r = read_list(mod, style, &list);

	if (r == 0)
		r = collect(&f, list);
	if (r == 0) {
		json_document(&j, "modinfo");
		json_string(&j, "name", kmod_module_get_name(mod));
		json_string(&j, "filename", kmod_module_get_path(mod));
		json_bool(&j, "builtin", !kmod_module_get_path(mod));
		put_facts(&j, &f);
		json_end_document(&j);
		r = strbuf_ok(&out) ? 0 : -ENOMEM;
	}
	if (r == 0)
		fwrite(strbuf_str(&out), 1, out.len, stdout);
	kmod_module_info_free_list(list);
	return r;
}
