/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Versions, exported and wanted symbols of a module file as public lists. */
#include "libkmod/module/mod.h"

#include <errno.h>

#include "libkmod/elf/elf-symbols.h"
#include "libkmod/elf/elf-versions.h"
#include "libkmod/entries.h"

static int add_symbol(void *data, const struct elf_symbol *sym)
{
	return entries_add_number(data, bytes_of(sym->name, sym->name_len), sym->crc, sym->bind);
}

/* compat: of a name that begins with '.' (ppc64 entry points) versions show the rest. */
static int add_version(void *data, const struct elf_symbol *sym)
{
	size_t skip = sym->name_len > 0 && sym->name[0] == '.' ? 1 : 0;

	return entries_add_number(data, bytes_of(sym->name + skip, sym->name_len - skip), sym->crc, 0);
}

static int walk_versions(const struct elf *elf, struct entries *out)
{
	return elf_versions(elf, add_version, out);
}

static int walk_exports(const struct elf *elf, struct entries *out)
{
	return elf_exports(elf, add_symbol, out);
}

static int walk_imports(const struct elf *elf, struct entries *out)
{
	return elf_imports(elf, ELF_IMPORTS_CRC | ELF_IMPORTS_LEFTOVER, add_symbol, out);
}

static int collect(const struct kmod_module *mod, int (*walk)(const struct elf *elf, struct entries *out),
		   enum list_kind kind, struct kmod_list **list)
{
	_cleanup_entries_ struct entries found = ENTRIES_INIT;
	const struct elf *elf;
	int r;

	if (!mod || !list)
		return -ENOENT;
	if (*list)
		return -EINVAL;
	r = mod_file_lock(mod, true, NULL, &elf);
	if (r < 0)
		return r;
	r = walk(elf, &found);
	mod_file_unlock(mod);
	return r < 0 ? r : entries_finish(&found, kind, list);
}

static const char *entry_name(const struct kmod_list *node, enum list_kind kind)
{
	const struct entry *entry = entry_of(node, kind);

	return entry ? entry->name : NULL;
}

static uint64_t entry_number(const struct kmod_list *node, enum list_kind kind)
{
	const struct entry *entry = entry_of(node, kind);

	return entry ? entry->number : 0;
}

int kmod_module_get_versions(const struct kmod_module *mod, struct kmod_list **list)
{
	return collect(mod, walk_versions, LIST_OF_VERSIONS, list);
}

uint64_t kmod_module_version_get_crc(const struct kmod_list *entry)
{
	return entry_number(entry, LIST_OF_VERSIONS);
}

const char *kmod_module_version_get_symbol(const struct kmod_list *entry)
{
	return entry_name(entry, LIST_OF_VERSIONS);
}

void kmod_module_versions_free_list(struct kmod_list *list)
{
	entries_free(list, LIST_OF_VERSIONS);
}

int kmod_module_get_symbols(const struct kmod_module *mod, struct kmod_list **list)
{
	return collect(mod, walk_exports, LIST_OF_SYMBOLS, list);
}

uint64_t kmod_module_symbol_get_crc(const struct kmod_list *entry)
{
	return entry_number(entry, LIST_OF_SYMBOLS);
}

const char *kmod_module_symbol_get_symbol(const struct kmod_list *entry)
{
	return entry_name(entry, LIST_OF_SYMBOLS);
}

void kmod_module_symbols_free_list(struct kmod_list *list)
{
	entries_free(list, LIST_OF_SYMBOLS);
}

int kmod_module_get_dependency_symbols(const struct kmod_module *mod, struct kmod_list **list)
{
	return collect(mod, walk_imports, LIST_OF_DEPENDENCY_SYMBOLS, list);
}

int kmod_module_dependency_symbol_get_bind(const struct kmod_list *entry)
{
	const struct entry *symbol = entry_of(entry, LIST_OF_DEPENDENCY_SYMBOLS);

	return symbol ? symbol->bind : KMOD_SYMBOL_NONE;
}

uint64_t kmod_module_dependency_symbol_get_crc(const struct kmod_list *entry)
{
	return entry_number(entry, LIST_OF_DEPENDENCY_SYMBOLS);
}

const char *kmod_module_dependency_symbol_get_symbol(const struct kmod_list *entry)
{
	return entry_name(entry, LIST_OF_DEPENDENCY_SYMBOLS);
}

void kmod_module_dependency_symbols_free_list(struct kmod_list *list)
{
	entries_free(list, LIST_OF_DEPENDENCY_SYMBOLS);
}
