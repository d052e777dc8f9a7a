/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads through the library's inner rooms, not kmod_module_get_info(): nothing is copied
 * into lists, and what the style does not show (the signature and libcrypto with it) is
 * not read. Strings of the module are a stranger's: tool_put_value() guards a terminal.
 */
#include "tools/modinfo-print.h"

#include <errno.h>
#include <stdio.h>

#include "libkmod/elf/elf-modinfo.h"
#include "libkmod/elf/sig.h"
#include "libkmod/module/mod.h"
#include "shared/cleanup.h"
#include "shared/map.h"
#include "shared/str.h"
#include "shared/strbuf.h"
#include "tools/tool.h"

#define LABEL_WIDTH 16

struct param {
	struct bytes name; /* all borrowed from the image or the list */
	struct bytes desc;
	struct bytes type;
};

struct printer {
	const struct modinfo_style *style;
	VEC(struct param) params;
	struct map param_index;  /* name to position + 1 in params */
	struct strbuf scratch;   /* a value with its NUL */
	int error;
};

static void printer_fini(struct printer *p)
{
	vec_fini(&p->params);
	map_fini(&p->param_index);
	strbuf_fini(&p->scratch);
}

static bool is_key(struct bytes key, const char *name)
{
	return bytes_equal(key, bytes_of(name, strlen(name)));
}

static bool wants(const struct printer *p, const char *key)
{
	return !p->style->field || str_eq(p->style->field, key);
}

/* "key:" padded; a long key gets no blank. */
static void put_label(const char *key)
{
	size_t len = strlen(key) + 1;

	tool_put_value(stdout, key);
	putchar(':');
	for (; len < LABEL_WIDTH; len++)
		putchar(' ');
}

static void put_text(const struct printer *p, const char *key, const char *value)
{
	if (!p->style->field)
		put_label(key);
	else if (!str_eq(p->style->field, key))
		return;
	tool_put_value(stdout, value);
	putchar(p->style->end);
}

static void put_bytes(struct printer *p, struct bytes key, struct bytes value)
{
	size_t key_size = key.len + 1;

	if (p->style->field && !is_key(key, p->style->field))
		return;
	strbuf_truncate(&p->scratch, 0);
	strbuf_add(&p->scratch, key.ptr, key.len);
	strbuf_addc(&p->scratch, '\0');
	strbuf_add(&p->scratch, value.ptr, value.len);
	if (!strbuf_ok(&p->scratch)) {
		p->error = -ENOMEM;
		return;
	}
	put_text(p, p->scratch.data, p->scratch.data + key_size);
}

static void put_hex(struct printer *p, const char *key, struct bytes value)
{
	_cleanup_free_ char *hex = NULL;

	if (!wants(p, key))
		return;
	hex = str_hex_dump(value);
	if (!hex)
		p->error = -ENOMEM;
	else
		put_text(p, key, hex);
}

static struct param *param_of(struct printer *p, struct bytes name)
{
	const char *key = (const char *)name.ptr;
	struct map_slot *slot = map_ensure(&p->param_index, key, name.len, map_hash(key, name.len));
	struct param *param;

	if (!slot)
		return NULL;
	if (slot->value)
		return &p->params.at[(uintptr_t)slot->value - 1];
	param = vec_add(&p->params);
	if (!param)
		return NULL;
	param->name = name;
	slot->value = (void *)(uintptr_t)p->params.n;
	return param;
}

/* "NAME:TEXT" of a parm or parmtype entry. */
static void param_add(struct printer *p, struct bytes key, struct bytes value)
{
	const unsigned char *colon = value.len ? memchr(value.ptr, ':', value.len) : NULL;
	struct bytes text = BYTES_NONE;
	struct param *param;
	size_t name_len;

	if (!colon) {
		tool_err("Found invalid \"%.*s=%.*s\": missing ':'", (int)key.len, key.ptr,
			 (int)value.len, value.ptr);
		return;
	}
	name_len = (size_t)(colon - value.ptr);
	if (!bytes_sub(value, name_len + 1, value.len - name_len - 1, &text))
		return;
	param = param_of(p, bytes_of(value.ptr, name_len));
	if (!param)
		p->error = -ENOMEM;
	else if (is_key(key, "parm"))
		param->desc = text;
	else
		param->type = text;
}

/* The forms differ in one case: a listing shows a lone type bare, a field in parentheses. */
static void put_param(struct printer *p, const struct param *param)
{
	bool lone_type = !param->desc.ptr;
	bool bare = lone_type && !p->style->field;

	strbuf_truncate(&p->scratch, 0);
	strbuf_add(&p->scratch, param->name.ptr, param->name.len);
	strbuf_addc(&p->scratch, ':');
	strbuf_add(&p->scratch, param->desc.ptr, param->desc.len);
	if (param->type.ptr) {
		strbuf_adds(&p->scratch, bare ? "" : " (");
		strbuf_add(&p->scratch, param->type.ptr, param->type.len);
		strbuf_adds(&p->scratch, bare ? "" : ")");
	}
	if (strbuf_ok(&p->scratch))
		put_text(p, "parm", strbuf_str(&p->scratch));
	else
		p->error = -ENOMEM;
}

static void put_params(struct printer *p)
{
	for (size_t i = p->params.n; i-- > 0;)
		put_param(p, &p->params.at[i]);
}

static void put_entry(struct printer *p, struct bytes key, struct bytes value)
{
	bool parm = is_key(key, "parm"), parmtype = !parm && is_key(key, "parmtype");

	if ((parm || parmtype) && wants(p, "parm"))
		param_add(p, key, value);
	else
		put_bytes(p, key, value);
}

static const char *const sig_keys[] = { "sig_id", "signer", "sig_key", "sig_hashalgo", "signature" };

/* Looking at the trailer is enough for sig_id; the others need it decoded. */
static int put_signature(struct printer *p, struct image *img)
{
	const char *field = p->style->field;
	bool wanted = !field, decode = !field || !str_eq(field, "sig_id");
	struct sig sig = { 0 };
	int r;

	for (size_t i = 0; field && i < ARRAY_SIZE(sig_keys); i++)
		wanted = wanted || str_eq(field, sig_keys[i]);
	if (!wanted)
		return 0;
	r = decode ? sig_read(img, &sig) : sig_find(img, &sig);
	if (r <= 0)
		return r;
	put_text(p, "sig_id", sig_id_name(sig.id));
	if (decode) {
		put_bytes(p, bytes_of("signer", 6), sig.signer);
		put_hex(p, "sig_key", sig.key_id);
		put_text(p, "sig_hashalgo", sig.hash_name);
		put_hex(p, "signature", sig.value);
	}
	sig_fini(&sig);
	return 0;
}

static int put_elf(struct printer *p, const struct elf *elf)
{
	struct modinfo_entry entry;
	struct bytes section, id;
	int r = elf_modinfo(elf, &section);

	if (r <= 0)
		return r < 0 ? r : -ENODATA;
	while (modinfo_next(&section, &entry))
		put_entry(p, entry.key, entry.value);
	if (wants(p, "build-id") && elf_build_id(elf, &id) == 1)
		put_hex(p, "build-id", id);
	return 0;
}

static int put_file(struct printer *p, const struct kmod_module *mod)
{
	const struct elf *elf;
	struct image *img;
	int r = mod_file_lock(mod, true, &img, &elf);

	if (r < 0)
		return r;
	r = put_elf(p, elf);
	if (r == 0)
		r = put_signature(p, img);
	if (r == 0)
		put_params(p);
	mod_file_unlock(mod);
	return r;
}

/* A kernel without modules.builtin.modinfo is an old one, not an error. */
static int put_builtin(struct printer *p, const struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *item;
	int r = kmod_module_get_info(mod, &list);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	kmod_list_foreach(item, list) {
		const char *key = kmod_module_info_get_key(item);
		const char *value = kmod_module_info_get_value(item);

		put_entry(p, bytes_of(key, strlen(key)), bytes_of(value, strlen(value)));
	}
	put_params(p);
	kmod_module_info_free_list(list);
	return 0;
}

int modinfo_print(const struct kmod_module *mod, const struct modinfo_style *style)
{
	_cleanup_(printer_fini) struct printer p = { .style = style };
	const char *path = kmod_module_get_path(mod);
	int r = 0;

	if (!path)
		put_text(&p, "name", kmod_module_get_name(mod));
	put_text(&p, "filename", path ? path : "(builtin)");
	if (!style->field || !str_eq(style->field, "filename"))
		r = path ? put_file(&p, mod) : put_builtin(&p, mod);
	return r < 0 ? r : p.error;
}
