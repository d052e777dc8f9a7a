/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything a module says about itself, as one list of key and value:
 *
 *	module file   .modinfo strings, then build-id, then the signature's five fields
 *	built in      the strings of modules.builtin.modinfo that begin with its name
 */
#include "libkmod/module/mod.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "libkmod/elf/elf-modinfo.h"
#include "libkmod/elf/sig.h"
#include "libkmod/entries.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"

static struct bytes bytes_of_text(const char *text)
{
	return bytes_of(text, strlen(text));
}

/* ---- built in ---- */

/* All strings "NAME.key=value"; behind the prefix they are like .modinfo's. */
static int collect_builtin(struct bytes rest, const char *prefix, struct entries *out)
{
	struct modinfo_entry entry;
	struct bytes string, own;
	size_t prefix_len = strlen(prefix);
	bool any = false;
	int r;

	while (bytes_next_string(&rest, &string)) {
		if (!bytes_starts_with(string, prefix, prefix_len)) {
			/* compat: damage before the first match fails the query, later damage is passed over. */
			if (!any && !memchr(string.ptr, '.', string.len))
				return -EINVAL;
			continue;
		}
		if (!bytes_sub(string, prefix_len, string.len - prefix_len, &own))
			continue;
		if (!modinfo_next(&own, &entry))
			entry = (struct modinfo_entry){ 0 };
		r = entries_add(out, entry.key, entry.value);
		if (r < 0)
			return r;
		any = true;
	}
	return 0;
}

static int read_builtin_info(const struct kmod_module *mod, struct entries *out)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT, prefix = STRBUF_INIT;
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r;

	strbuf_addf(&path, "%s/modules.builtin.modinfo", mod->ctx->dirname);
	strbuf_addf(&prefix, "%s.", mod->name);
	if (!strbuf_ok(&path) || !strbuf_ok(&prefix))
		return -ENOMEM;
	if (path.len >= PATH_MAX)
		return -ENAMETOOLONG;
	r = fs_read_file(AT_FDCWD, strbuf_str(&path), 0, false, &text, &len);
	if (r < 0)
		return r;
	return collect_builtin(bytes_of(text, len), strbuf_str(&prefix), out);
}

/* ---- module file ---- */

static int add_modinfo(const struct elf *elf, struct entries *out)
{
	struct modinfo_entry entry;
	struct bytes section;
	int r = elf_modinfo(elf, &section);

	if (r <= 0)
		return r < 0 ? r : -ENODATA;
	while (modinfo_next(&section, &entry)) {
		r = entries_add(out, entry.key, entry.value);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_text(struct entries *out, const char *key, struct bytes value)
{
	return entries_add(out, bytes_of_text(key), value);
}

static int add_hex(struct entries *out, const char *key, struct bytes value)
{
	_cleanup_free_ char *hex = str_hex_dump(value);

	return hex ? add_text(out, key, bytes_of_text(hex)) : -ENOMEM;
}

/* An invalid note is like none. */
static int add_build_id(const struct elf *elf, struct entries *out)
{
	struct bytes id;

	return elf_build_id(elf, &id) > 0 ? add_hex(out, "build-id", id) : 0;
}

static int add_signature(struct image *img, struct entries *out)
{
	struct sig sig;
	int r = sig_read(img, &sig);

	if (r <= 0)
		return r;
	r = add_text(out, "sig_id", bytes_of_text(sig_id_name(sig.id)));
	if (r == 0)
		r = add_text(out, "signer", sig.signer);
	if (r == 0)
		r = add_hex(out, "sig_key", sig.key_id);
	if (r == 0)
		r = add_text(out, "sig_hashalgo", bytes_of_text(sig.hash_name));
	if (r == 0)
		r = add_hex(out, "signature", sig.value);
	sig_fini(&sig);
	return r;
}

static int read_file_info(const struct kmod_module *mod, struct entries *out)
{
	const struct elf *elf;
	struct image *img;
	int r = mod_file_lock(mod, true, &img, &elf);

	if (r < 0)
		return r;
	r = add_modinfo(elf, out);
	if (r == 0)
		r = add_build_id(elf, out);
	if (r == 0)
		r = add_signature(img, out);
	mod_file_unlock(mod);
	return r;
}

/* ---- public ---- */

int kmod_module_get_info(const struct kmod_module *mod, struct kmod_list **list)
{
	_cleanup_entries_ struct entries found = ENTRIES_INIT;
	int r;

	if (!mod || !list)
		return -ENOENT;
	if (*list)
		return -EINVAL;
	r = mod_is_builtin(mod) ? read_builtin_info(mod, &found) : read_file_info(mod, &found);
	return r < 0 ? r : entries_finish(&found, LIST_OF_INFO, list);
}

const char *kmod_module_info_get_key(const struct kmod_list *entry)
{
	const struct entry *info = entry_of(entry, LIST_OF_INFO);

	return info ? info->name : NULL;
}

const char *kmod_module_info_get_value(const struct kmod_list *entry)
{
	const struct entry *info = entry_of(entry, LIST_OF_INFO);

	return info ? info->value : NULL;
}

void kmod_module_info_free_list(struct kmod_list *list)
{
	entries_free(list, LIST_OF_INFO);
}
