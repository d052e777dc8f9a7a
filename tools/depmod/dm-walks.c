/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/depmod/dm-walks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libkmod/index/builtin.h"
#include "libkmod/index/dep-line.h"
#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/str.h"

static const struct dm_module *module_at(const struct dm_emit_input *in, size_t m)
{
	return &in->modules->list.at[m];
}

/* A text whose newline would end its line and begin one of the stranger's choice. */
static bool breaks_line(struct dm_sink *s, const char *what, const char *text,
			const char *module)
{
	if (!strchr(text, '\n'))
		return false;
	dm_warn(&s->diags, "module %s: %s with a newline in it, left out", module, what);
	return true;
}

/* ---- dependencies ---- */

int dm_walk_dep(const struct dm_emit_input *in, struct dm_sink *s)
{
	VEC(const char *) paths = { 0 };
	int r = 0;

	for (size_t m = 0; r == 0 && m < in->modules->list.n; m++) {
		size_t n, begin = s->text.len;
		const uint32_t *deps = dm_list(in->closure, (uint32_t)m, &n);
		const char *line;

		paths.n = 0;
		for (size_t i = 0; r == 0 && i < n; i++) {
			if (!vec_push(&paths, module_at(in, deps[i])->path))
				r = -ENOMEM;
		}
		if (r < 0)
			break;
		dep_line_print(&s->text, module_at(in, m)->path, paths.at, n);
		if (s->want_index) {
			line = arena_dup(&s->arena, strbuf_str(&s->text) + begin,
					 s->text.len - begin);
			r = line ? dm_sink_entry(s, module_at(in, m)->name, line,
						 (uint32_t)m, module_at(in, m)->name)
				 : -ENOMEM;
		}
		strbuf_addc(&s->text, '\n');
	}
	vec_fini(&paths);
	return r;
}

/* ---- what .modinfo says ---- */

int dm_walk_alias(const struct dm_emit_input *in, struct dm_sink *s)
{
	int r = 0;

	for (size_t m = 0; m < in->modules->list.n; m++) {
		const struct dm_texts *aliases = &in->facts[m].aliases;
		const char *name = module_at(in, m)->name;

		for (uint32_t i = 0; r == 0 && i < aliases->n; i++) {
			if (!breaks_line(s, "alias", aliases->at[i], name))
				dm_sink_line(s, "alias", aliases->at[i], name);
			r = dm_sink_alias(s, aliases->at[i], name, (uint32_t)m);
		}
		if (r < 0)
			return r;
	}
	return in->warn && s->want_index ? dm_sink_warn_duplicates(s, "alias") : 0;
}

int dm_walk_softdep(const struct dm_emit_input *in, struct dm_sink *s)
{
	for (size_t m = 0; m < in->modules->list.n; m++) {
		const struct dm_texts *t = &in->facts[m].softdeps;

		for (uint32_t i = 0; i < t->n; i++) {
			if (!breaks_line(s, "softdep", t->at[i], module_at(in, m)->name))
				dm_sink_line(s, "softdep", module_at(in, m)->name,
					     t->at[i]);
		}
	}
	return 0;
}

int dm_walk_weakdep(const struct dm_emit_input *in, struct dm_sink *s)
{
	for (size_t m = 0; m < in->modules->list.n; m++) {
		const struct dm_texts *t = &in->facts[m].weakdeps;

		for (uint32_t i = 0; i < t->n; i++) {
			if (!breaks_line(s, "weakdep", t->at[i], module_at(in, m)->name))
				dm_sink_line(s, "weakdep", module_at(in, m)->name,
					     t->at[i]);
		}
	}
	return 0;
}

/* ---- symbols ---- */

static int by_symbol_name(const void *a, const void *b)
{
	const struct dm_sym *x = *(const struct dm_sym *const *)a;
	const struct dm_sym *y = *(const struct dm_sym *const *)b;

	return strcmp(x->name, y->name);
}

/* "symbol:" + name, NUL-terminated. */
static const char *symbol_key(struct arena *a, const struct dm_sym *sym)
{
	static const char prefix[] = "symbol:";
	char *key = arena_alloc(a, sizeof(prefix) + sym->len);

	if (key)
		memcpy(mempcpy(key, prefix, sizeof(prefix) - 1), sym->name,
		       (size_t)sym->len + 1);
	return key;
}

static int put_symbols(struct dm_sink *s, const struct dm_sym **syms, size_t n,
		       const struct dm_module *module, uint32_t index)
{
	int r = 0;

	if (n > 1)
		qsort(syms, n, sizeof(*syms), by_symbol_name);
	for (size_t i = 0; r == 0 && i < n; i++) {
		const char *key;

		/* A file may export a name twice. */
		if (i > 0 && syms[i] == syms[i - 1])
			continue;
		key = symbol_key(&s->arena, syms[i]);
		if (!key)
			return -ENOMEM;
		if (!breaks_line(s, "symbol", syms[i]->name, module->name))
			dm_sink_line(s, "alias", key, module->name);
		r = dm_sink_entry(s, key, module->name, index, module->name);
	}
	return r;
}

int dm_walk_symbols(const struct dm_emit_input *in, struct dm_sink *s)
{
	VEC(const struct dm_sym *) owned = { 0 };
	int r = 0;

	for (size_t m = 0; r == 0 && m < in->modules->list.n; m++) {
		const struct dm_facts *f = &in->facts[m];

		owned.n = 0;
		for (uint32_t i = 0; r == 0 && i < f->n_exports; i++) {
			const struct dm_sym *sym = f->exports[i].sym->canon;

			if (sym->owner == m && !vec_push(&owned, sym))
				r = -ENOMEM;
		}
		if (r == 0)
			r = put_symbols(s, owned.at, owned.n, module_at(in, m),
					(uint32_t)m);
	}
	vec_fini(&owned);
	return r;
}

/* ---- what is built in ---- */

int dm_walk_builtin(const struct dm_emit_input *in, struct dm_sink *s)
{
	struct bytes rest = in->builtin, line;
	int r, error = 0;

	while (error == 0 && (r = builtin_list_next(&rest, &line)) != 0) {
		_cleanup_free_ char *path = strndup((const char *)line.ptr, line.len);
		char name[NAME_SIZE];
		size_t len;
		const char *key;

		if (!path)
			return -ENOMEM;
		if (r < 0) {
			dm_err(&s->diags, "Invalid modules.builtin line: %s", path);
			continue;
		}
		len = name_from_path(path, name);
		key = arena_dup(&s->arena, name, len);
		error = key ? dm_sink_entry(s, key, "", 0, key) : -ENOMEM;
	}
	return error;
}

int dm_walk_builtin_alias(const struct dm_emit_input *in, struct dm_sink *s)
{
	struct bytes rest = in->builtin_modinfo;
	struct builtin_entry e;
	int r, error = 0;

	while (error == 0 && (r = builtin_modinfo_next(&rest, &e)) != 0) {
		const char *alias, *name;

		if (r < 0 || e.value.len == 0 ||
		    !bytes_equal(e.key, bytes_of("alias", 5)))
			continue;
		alias = arena_dup(&s->arena, e.value.ptr, e.value.len);
		name = arena_dup(&s->arena, e.module.ptr, e.module.len);
		error = alias && name ? dm_sink_alias(s, alias, name, 0) : -ENOMEM;
	}
	return error;
}

/* ---- device nodes ---- */

struct devname {
	const char *node;
	char type; /* 'c', 'b'; 0: no numbers seen */
	unsigned major, minor;
};

/* "char-major-10-229": both numbers there? Bytes behind the second do not matter. */
static bool read_numbers(const char *text, unsigned *major, unsigned *minor)
{
	unsigned *to[] = { major, minor };

	for (size_t i = 0; i < ARRAY_SIZE(to); i++) {
		unsigned long long n;
		char *end;

		if (*text < '0' || *text > '9')
			return false;
		errno = 0;
		n = strtoull(text, &end, 10);
		if (errno != 0 || n > UINT32_MAX || (i == 0 && *end != '-'))
			return false;
		*to[i] = (unsigned)n;
		text = end + 1;
	}
	return true;
}

static void look_for_devname(struct devname *d, const char *alias)
{
	static const struct {
		const char *prefix;
		size_t len;
		char type;
	} majors[] = { { "char-major-", 11, 'c' }, { "block-major-", 12, 'b' } };
	unsigned major = 0, minor = 0;

	if (str_starts_with(alias, "devname:")) {
		d->node = alias + strlen("devname:");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(majors); i++) {
		if (strncmp(alias, majors[i].prefix, majors[i].len) != 0 ||
		    !read_numbers(alias + majors[i].len, &major, &minor))
			continue;
		d->type = majors[i].type;
		d->major = major;
		d->minor = minor;
	}
}

static void put_devname(struct dm_sink *s, const struct devname *d, const char *module)
{
	if (!d->type) {
		dm_err(&s->diags,
		       "Module '%s' has devname (%s) but lacks major and minor "
		       "information. Ignoring.",
		       module, d->node);
		return;
	}
	if (breaks_line(s, "devname", d->node, module))
		return;
	if (s->text.len == 0)
		strbuf_adds(&s->text,
			    "# Device nodes to trigger on-demand module loading.\n");
	strbuf_addf(&s->text, "%s %s %c%u:%u\n", module, d->node, d->type, d->major,
		    d->minor);
}

int dm_walk_devname(const struct dm_emit_input *in, struct dm_sink *s)
{
	for (size_t m = 0; m < in->modules->list.n; m++) {
		const struct dm_texts *aliases = &in->facts[m].aliases;
		struct devname d = { 0 };

		for (uint32_t i = 0; i < aliases->n && !(d.node && d.type); i++)
			look_for_devname(&d, aliases->at[i]);
		if (d.node)
			put_devname(s, &d, module_at(in, m)->name);
	}
	return 0;
}
