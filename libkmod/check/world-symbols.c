/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Module.symvers: "CRC TAB NAME TAB vmlinux-or-module TAB ..."; System.map and kallsyms:
 * "ADDRESS TYPE NAME[ TAB [MODULE]]", where an export has an entry __ksymtab_NAME. A list
 * without any such entry does not say what is exported, and counts as not there.
 */
#include "libkmod/check/world-symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"

#define LIST_MAX_SIZE (256u << 20)

/* Cuts what is before the next c, or all, off the front of rest. */
static struct bytes cut(struct bytes *rest, char c)
{
	const unsigned char *at = rest->len ? memchr(rest->ptr, c, rest->len) : NULL;
	size_t len = at ? (size_t)(at - rest->ptr) : rest->len, used = len + (at != NULL);
	struct bytes piece = bytes_of(rest->ptr, len);

	*rest = bytes_of(rest->ptr + used, rest->len - used);
	return piece;
}

static int add_kernel(struct world *w, struct bytes name, uint64_t crc)
{
	struct world_symbol *sym = world_symbol(w, (const char *)name.ptr, name.len);

	if (!sym)
		return -ENOMEM;
	sym->owner = WORLD_KERNEL;
	sym->provider = NULL;
	sym->crc = crc;
	return 0;
}

static int add_hint(struct world *w, struct bytes name, struct bytes module)
{
	struct world_symbol *sym = world_symbol(w, (const char *)name.ptr, name.len);

	if (!sym)
		return -ENOMEM;
	sym->provider = arena_dup(&w->arena, module.ptr, module.len);
	return sym->provider ? 0 : -ENOMEM;
}

static bool is_crc(struct bytes b, uint64_t *crc)
{
	char text[24];

	if (b.len < 3 || b.len >= sizeof(text) || !bytes_starts_with(b, "0x", 2))
		return false;
	memcpy(text, b.ptr, b.len);
	text[b.len] = '\0';
	return str_to_u64(text, 16, crc) == 0;
}

/* 1 some, 0 none */
static int read_symvers(struct world *w, struct bytes text)
{
	int r = 0, any = 0;

	while (r == 0 && text.len > 0) {
		struct bytes line = cut(&text, '\n');
		struct bytes crc_text = cut(&line, '\t'), name = cut(&line, '\t'),
			     owner = cut(&line, '\t');
		uint64_t crc;

		if (name.len == 0 || owner.len == 0 || !is_crc(crc_text, &crc))
			continue;
		if (bytes_equal(owner, bytes_of("vmlinux", 7))) {
			r = add_kernel(w, name, crc);
			any = 1;
		} else {
			r = add_hint(w, name, owner);
		}
	}
	return r < 0 ? r : any;
}

static int read_addresses(struct world *w, struct bytes text)
{
	static const char mark[] = "__ksymtab_";
	const size_t mark_len = sizeof(mark) - 1;
	int r = 0, any = 0;

	while (r == 0 && text.len > 0) {
		struct bytes line = cut(&text, '\n'), name;
		bool of_module = line.len && memchr(line.ptr, '[', line.len);

		(void)cut(&line, ' ');
		(void)cut(&line, ' ');
		name = cut(&line, '\t');
		if (of_module || name.len <= mark_len ||
		    !bytes_starts_with(name, mark, mark_len))
			continue;
		r = add_kernel(w, bytes_of(name.ptr + mark_len, name.len - mark_len), 0);
		any = 1;
	}
	return r < 0 ? r : any;
}

typedef int read_fn(struct world *w, struct bytes text);

/* 1 read, 0 it says nothing, -errno it cannot be read */
static int try_list(struct world *w, enum world_source source, const char *path)
{
	_cleanup_free_ char *text = NULL;
	read_fn *read = source == WORLD_SYMVERS ? read_symvers : read_addresses;
	size_t len;
	int r = fs_read_file(AT_FDCWD, path, LIST_MAX_SIZE, false, &text, &len);

	if (r < 0)
		return r;
	r = read(w, bytes_of(text, len));
	if (r <= 0)
		return r;
	w->source = source;
	w->source_path = arena_strdup(&w->arena, path);
	return w->source_path ? 1 : -ENOMEM;
}

/* Names that every loader knows. */
static int add_always_there(struct world *w)
{
	static const char *const names[] = { "__this_module", "_GLOBAL_OFFSET_TABLE_",
					     "TOC." };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(names); i++)
		r = add_kernel(w, bytes_of(names[i], strlen(names[i])), 0);
	return r;
}

int world_read_kernel(struct world *w)
{
	_cleanup_free_ char *built = NULL, *map = NULL;
	int r = add_always_there(w);

	if (r < 0)
		return r;
	if (w->opt.symvers) {
		r = try_list(w, WORLD_SYMVERS, w->opt.symvers);
		return r == 0 ? -EINVAL : r < 0 ? r : 0;
	}
	if (asprintf(&built, "%s/build/Module.symvers", w->opt.ctx->dirname) < 0 ||
	    asprintf(&map, "%s/boot/System.map-%s", w->opt.root, w->opt.release) < 0)
		return -ENOMEM;
	const struct {
		enum world_source source;
		const char *path;
	} lists[] = {
		{ WORLD_SYMVERS, built },
		{ WORLD_SYSTEM_MAP, map },
		{ WORLD_KALLSYMS, w->opt.is_running ? "/proc/kallsyms" : NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		r = lists[i].path ? try_list(w, lists[i].source, lists[i].path) : 0;
		if (r > 0 || r == -ENOMEM)
			return r > 0 ? 0 : r;
	}
	return 0;
}
