/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What else a module needs: hard dependencies from modules.dep, soft and weak ones from
 * the configuration.
 *
 *	modules.dep   x.ko: a.ko b.ko c.ko      users before what they use
 *	load order    c, b, a                   so the line is walked and turned round
 */
#include "libkmod/module/mod.h"

#include <errno.h>
#include <string.h>

#include "libkmod/index/dep-line.h"
#include "shared/cleanup.h"

/* ---- hard ---- */

static size_t count_paths(struct bytes paths)
{
	struct bytes path;
	size_t n = 0;

	while (dep_line_next(&paths, &path))
		n++;
	return n;
}

static void deps_free(struct mod_deps *deps)
{
	for (size_t i = 0; i < deps->n; i++)
		kmod_module_unref(deps->at[i]);
	free(deps);
}

static void deps_freep(struct mod_deps **deps)
{
	if (*deps)
		deps_free(*deps);
}

/* On failure *failed_path is the file's, if it is the file that failed. The caller frees. */
static int get_listed(const struct kmod_module *user, struct bytes entry, struct kmod_module **out,
		      char **failed_path)
{
	_cleanup_free_ char *path = mod_path_below(user->ctx, entry);
	int r;

	if (!path)
		return -ENOMEM;
	r = mod_get_by_path(user->ctx, path, out);
	if (r == -ENOTDIR)
		r = -ENOENT;
	if (r < 0)
		*failed_path = TAKE_PTR(path);
	return r;
}

static int build_deps(const struct kmod_module *mod, struct bytes paths, struct mod_deps **out, char **failed_path)
{
	_cleanup_(deps_freep) struct mod_deps *deps = NULL;
	size_t n = count_paths(paths);
	struct bytes entry;
	int r;

	deps = calloc(1, sizeof(*deps) + n * sizeof(deps->at[0]));
	if (!deps)
		return -ENOMEM;
	while (dep_line_next(&paths, &entry)) {
		struct kmod_module *dep;

		r = get_listed(mod, entry, &dep, failed_path);
		if (r < 0)
			return r;
		deps->at[deps->n++] = dep;
	}
	for (size_t i = 0; i < deps->n / 2; i++) {
		struct kmod_module *early = deps->at[i];

		deps->at[i] = deps->at[deps->n - 1 - i];
		deps->at[deps->n - 1 - i] = early;
	}
	*out = TAKE_PTR(deps);
	return 0;
}

static int find_dependencies(const struct kmod_module *mod, const struct mod_deps **out, char **failed_path)
{
	struct kmod_module *m = (struct kmod_module *)mod;
	struct mod_deps *deps = atomic_load(&m->deps);
	struct dep_line parsed;
	const char *line;
	int r;

	if (!deps) {
		r = mod_dep_line(m, &line);
		if (r <= 0)
			return r;
		if (dep_line_parse(line, &parsed) < 0)
			return 0;
		r = build_deps(m, parsed.deps, &deps, failed_path);
		if (r < 0)
			return r;
		*out = mod_publish_deps(m, deps);
		return 1;
	}
	*out = deps;
	return 1;
}

int mod_dependencies(const struct kmod_module *mod, const struct mod_deps **out, char **missing)
{
	_cleanup_free_ char *failed_path = NULL;
	int r = find_dependencies(mod, out, &failed_path);

	if (r == -ENOENT && missing)
		*missing = TAKE_PTR(failed_path);
	return r;
}

struct kmod_list *kmod_module_get_dependencies(const struct kmod_module *mod)
{
	_cleanup_free_ char *failed_path = NULL;
	const struct mod_deps *deps;
	struct kmod_list *list = NULL;
	int r;

	if (!mod)
		return NULL;
	r = find_dependencies(mod, &deps, &failed_path);
	if (r < 0 && failed_path)
		log_err(mod->ctx, "%s: needed by %s: %s\n", failed_path, mod->name, strerror(-r));
	if (r <= 0)
		return NULL;
	for (size_t i = 0; i < deps->n; i++) {
		if (mod_list_add(&list, deps->at[i]) < 0) {
			kmod_module_unref_list(list);
			return NULL;
		}
	}
	return list;
}

/* ---- soft and weak ---- */

void mod_softdeps_fini(struct mod_softdeps *list)
{
	for (size_t i = 0; i < list->at.n; i++)
		kmod_module_unref(list->at.at[i].mod);
	vec_fini(&list->at);
}

static int add_resolved(const struct mod_hits *hits, const char *word, const struct rule *rule,
			struct mod_softdeps *out)
{
	for (size_t i = 0; i < hits->hits.n; i++) {
		struct mod_softdep *dep = vec_add(&out->at);

		if (!dep)
			return -ENOMEM;
		dep->mod = kmod_module_ref(hits->hits.at[i].mod);
		dep->rule = rule;
		dep->word = word;
	}
	return 0;
}

/* Each word becomes what a lookup of it finds; a word that cannot be looked up is logged. */
static int resolve(const struct kmod_module *mod, const struct conf_words *words, struct mod_softdeps *out)
{
	for (size_t i = 0; i < words->words.n; i++) {
		const struct rule *rule = words->rules.at[i];
		const char *word = words->words.at[i];
		struct mod_hits hits = { 0 };
		int r = mod_lookup(mod->ctx, word, false, &hits);

		if (r == 0)
			r = add_resolved(&hits, word, rule, out);
		mod_hits_fini(&hits);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			log_err(mod->ctx, "%s:%u: cannot look up '%s': %s\n", rule->file, rule->line, word,
				strerror(-r));
	}
	return 0;
}

int mod_softdeps(const struct kmod_module *mod, struct mod_softdeps *pre, struct mod_softdeps *post)
{
	_cleanup_(conf_words_fini) struct conf_words pre_words = { 0 }, post_words = { 0 };
	struct mod_softdeps pre_found = { 0 }, post_found = { 0 };
	int r = conf_softdeps(mod->ctx->conf, mod->name, &pre_words, &post_words);

	if (r == 0)
		r = resolve(mod, &pre_words, &pre_found);
	if (r == 0)
		r = resolve(mod, &post_words, &post_found);
	if (r < 0) {
		mod_softdeps_fini(&pre_found);
		mod_softdeps_fini(&post_found);
		return r;
	}
	*pre = pre_found;
	*post = post_found;
	return 0;
}

int mod_weakdeps(const struct kmod_module *mod, struct mod_softdeps *weak)
{
	_cleanup_(conf_words_fini) struct conf_words words = { 0 };
	struct mod_softdeps found = { 0 };
	int r = conf_weakdeps(mod->ctx->conf, mod->name, &words);

	if (r == 0)
		r = resolve(mod, &words, &found);
	if (r < 0) {
		mod_softdeps_fini(&found);
		return r;
	}
	*weak = found;
	return 0;
}

static int to_list(const struct mod_softdeps *deps, struct kmod_list **out)
{
	struct kmod_list *list = NULL;

	for (size_t i = 0; i < deps->at.n; i++) {
		if (mod_list_add(&list, deps->at.at[i].mod) < 0) {
			kmod_module_unref_list(list);
			return -ENOMEM;
		}
	}
	*out = list;
	return 0;
}

int kmod_module_get_softdeps(const struct kmod_module *mod, struct kmod_list **pre, struct kmod_list **post)
{
	_cleanup_(mod_softdeps_fini) struct mod_softdeps pre_deps = { 0 }, post_deps = { 0 };
	struct kmod_list *pre_list, *post_list;
	int r;

	if (!mod || !pre || !post)
		return -ENOENT;
	if (*pre || *post)
		return -EINVAL;
	r = mod_softdeps(mod, &pre_deps, &post_deps);
	if (r < 0)
		return r;
	r = to_list(&pre_deps, &pre_list);
	if (r < 0)
		return r;
	r = to_list(&post_deps, &post_list);
	if (r < 0) {
		kmod_module_unref_list(pre_list);
		return r;
	}
	*pre = pre_list;
	*post = post_list;
	return 0;
}

int kmod_module_get_weakdeps(const struct kmod_module *mod, struct kmod_list **weak)
{
	_cleanup_(mod_softdeps_fini) struct mod_softdeps deps = { 0 };
	int r;

	if (!mod || !weak)
		return -ENOENT;
	if (*weak)
		return -EINVAL;
	r = mod_weakdeps(mod, &deps);
	return r < 0 ? r : to_list(&deps, weak);
}
