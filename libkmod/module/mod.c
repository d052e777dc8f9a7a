/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A module object's life.
 *
 *	pool --find or add, under ctx->lock--> refcount + 1
 *	refcount 1 -> 0, under ctx->lock: leaves the pool, then the same for each module in
 *	its dependency cache; what left the pool is freed when the lock is dropped
 *
 * Because the step to 0 and the search in the pool exclude each other, a search never
 * meets an object that is about to go. Steps above 1 need no lock.
 */
#include "libkmod/module/mod.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/map.h"
#include "shared/str.h"

#define POOL_FIRST_SIZE 32u

char mod_nothing[1];

/* ---- pool; ctx->lock is held ---- */

static struct kmod_module **pool_bucket(struct mod_pool *pool, uint32_t hash)
{
	return &pool->buckets[hash & (pool->size - 1)];
}

static bool same_alias(const char *a, const char *b)
{
	return a == b || (a && b && str_eq(a, b));
}

static struct kmod_module *pool_find(struct mod_pool *pool, const char *name, const char *alias, uint32_t hash)
{
	struct kmod_module *mod = pool->size ? *pool_bucket(pool, hash) : NULL;

	for (; mod; mod = mod->pool_next)
		if (mod->hash == hash && str_eq(mod->name, name) && same_alias(mod->alias, alias))
			return mod;
	return NULL;
}

/* Twice the buckets. When memory is short a pool that has buckets goes on with those. */
static int pool_grow(struct mod_pool *pool)
{
	struct mod_pool wide = { .n = pool->n, .size = pool->size ? pool->size * 2 : POOL_FIRST_SIZE };

	wide.buckets = calloc(wide.size, sizeof(*wide.buckets));
	if (!wide.buckets)
		return pool->size ? 0 : -ENOMEM;
	for (size_t i = 0; i < pool->size; i++) {
		struct kmod_module *mod, *next;

		for (mod = pool->buckets[i]; mod; mod = next) {
			struct kmod_module **bucket = pool_bucket(&wide, mod->hash);

			next = mod->pool_next;
			mod->pool_next = *bucket;
			*bucket = mod;
		}
	}
	free(pool->buckets);
	*pool = wide;
	return 0;
}

static int pool_add(struct mod_pool *pool, struct kmod_module *mod)
{
	struct kmod_module **bucket;
	int r = pool->n >= pool->size ? pool_grow(pool) : 0;

	if (r < 0)
		return r;
	bucket = pool_bucket(pool, mod->hash);
	mod->pool_next = *bucket;
	*bucket = mod;
	pool->n++;
	return 0;
}

static void pool_remove(struct mod_pool *pool, struct kmod_module *mod)
{
	struct kmod_module **link = pool_bucket(pool, mod->hash);

	while (*link != mod)
		link = &(*link)->pool_next;
	*link = mod->pool_next;
	pool->n--;
}

/* ---- life ---- */

static struct kmod_module *mod_new(struct kmod_ctx *ctx, const char *name, const char *alias, uint32_t hash)
{
	size_t name_size = strlen(name) + 1, alias_size = alias ? strlen(alias) + 1 : 0;
	struct kmod_module *mod = calloc(1, sizeof(*mod) + name_size + alias_size);
	char *text = (char *)(mod + 1);

	if (!mod)
		return NULL;
	mod->kind = LIST_OF_MODULES;
	mod->ctx = ctx;
	mod->hash = hash;
	atomic_init(&mod->refcount, 1);
	pthread_mutex_init(&mod->file_lock, NULL);
	mod->name = memcpy(text, name, name_size);
	if (alias)
		mod->alias = memcpy(text + name_size, alias, alias_size);
	return mod;
}

static void free_part(_Atomic(char *) *part)
{
	char *text = atomic_load_explicit(part, memory_order_relaxed);

	if (text != MOD_NOTHING)
		free(text);
}

static void mod_free(struct kmod_module *mod)
{
	if (mod->image)
		image_close(mod->image);
	free_part(&mod->path);
	free_part(&mod->options);
	free_part(&mod->dep_line);
	free(atomic_load(&mod->deps));
	pthread_mutex_destroy(&mod->file_lock);
	free(mod);
}

int mod_get(struct kmod_ctx *ctx, const char *name, const char *alias, struct kmod_module **out)
{
	uint32_t hash = map_hash(name, strlen(name));
	struct kmod_module *mod;
	int r = 0;

	if (alias) {
		if (strlen(name) + strlen(alias) + 2 > PATH_MAX)
			return -ENAMETOOLONG;
		hash = hash * 31 + map_hash(alias, strlen(alias));
	}
	pthread_mutex_lock(&ctx->lock);
	mod = pool_find(&ctx->pool, name, alias, hash);
	if (mod) {
		atomic_fetch_add_explicit(&mod->refcount, 1, memory_order_relaxed);
	} else {
		mod = mod_new(ctx, name, alias, hash);
		r = mod ? pool_add(&ctx->pool, mod) : -ENOMEM;
		if (r == 0)
			kmod_ref(ctx);
	}
	pthread_mutex_unlock(&ctx->lock);
	if (r < 0) {
		if (mod)
			mod_free(mod);
		return r;
	}
	*out = mod;
	return 0;
}

/* Drops one reference; when it was the last, mod leaves the pool for the front of doomed. */
static bool drop_reference(struct kmod_module *mod, struct kmod_module **doomed)
{
	if (atomic_fetch_sub(&mod->refcount, 1) > 1)
		return false;
	pool_remove(&mod->ctx->pool, mod);
	mod->pool_next = *doomed;
	*doomed = mod;
	return true;
}

/* Drops what the doomed hold; the list grows at its front while it is worked off. */
static struct kmod_module *drop_dependencies(struct kmod_module *doomed)
{
	struct kmod_module *done = NULL;

	while (doomed) {
		struct kmod_module *mod = doomed;
		struct mod_deps *deps = atomic_load(&mod->deps);

		doomed = mod->pool_next;
		mod->pool_next = done;
		done = mod;
		for (size_t i = 0; deps && i < deps->n; i++) {
			deps->at[i]->n_users--;
			drop_reference(deps->at[i], &doomed);
		}
	}
	return done;
}

static void free_doomed(struct kmod_module *doomed)
{
	while (doomed) {
		struct kmod_module *next = doomed->pool_next;
		struct kmod_ctx *ctx = doomed->ctx;

		mod_free(doomed);
		kmod_unref(ctx);
		doomed = next;
	}
}

struct kmod_module *kmod_module_ref(struct kmod_module *mod)
{
	if (mod)
		atomic_fetch_add_explicit(&mod->refcount, 1, memory_order_relaxed);
	return mod;
}

/* Drops a reference that is not the last one, without the lock. */
static bool drop_reference_of_many(struct kmod_module *mod)
{
	int n = atomic_load_explicit(&mod->refcount, memory_order_relaxed);

	while (n > 1)
		if (atomic_compare_exchange_weak_explicit(&mod->refcount, &n, n - 1, memory_order_acq_rel,
							  memory_order_relaxed))
			return true;
	return false;
}

struct kmod_module *kmod_module_unref(struct kmod_module *mod)
{
	struct kmod_module *doomed = NULL;
	struct kmod_ctx *ctx;
	bool last;

	if (!mod)
		return NULL;
	if (drop_reference_of_many(mod))
		return mod;

	ctx = mod->ctx;
	pthread_mutex_lock(&ctx->lock);
	last = drop_reference(mod, &doomed);
	doomed = drop_dependencies(doomed);
	pthread_mutex_unlock(&ctx->lock);
	free_doomed(doomed);
	return last ? NULL : mod;
}

/* ---- dependency cache ---- */

/* Can target be reached from start through the caches there are? ctx->lock is held. */
static bool needs(struct kmod_module *start, const struct kmod_module *target)
{
	struct kmod_module *to_visit = start;
	unsigned walk = ++start->ctx->pool.walks;

	start->walk = walk;
	start->walk_next = NULL;
	while (to_visit) {
		struct kmod_module *mod = to_visit;
		struct mod_deps *deps = atomic_load(&mod->deps);

		if (mod == target)
			return true;
		to_visit = mod->walk_next;
		for (size_t i = 0; deps && i < deps->n; i++) {
			struct kmod_module *dep = deps->at[i];

			if (dep->walk == walk)
				continue;
			dep->walk = walk;
			dep->walk_next = to_visit;
			to_visit = dep;
		}
	}
	return false;
}

/* Moves what needs mod itself to the end of deps, the rest keeps its order; the rest's number. */
static size_t sort_out_circles(const struct kmod_module *mod, struct mod_deps *deps)
{
	size_t kept = 0;

	for (size_t i = 0; i < deps->n; i++) {
		struct kmod_module *dep = deps->at[i];

		/* Nothing leads back to a module that is in no cache. */
		if (dep == mod || (mod->n_users > 0 && needs(dep, mod)))
			continue;
		dep->n_users++;
		deps->at[i] = deps->at[kept];
		deps->at[kept++] = dep;
	}
	return kept;
}

const struct mod_deps *mod_publish_deps(struct kmod_module *mod, struct mod_deps *deps)
{
	struct mod_deps *there;
	size_t n = deps->n, kept = 0;

	pthread_mutex_lock(&mod->ctx->lock);
	there = atomic_load(&mod->deps);
	if (!there) {
		kept = deps->n = sort_out_circles(mod, deps);
		atomic_store(&mod->deps, deps);
	}
	pthread_mutex_unlock(&mod->ctx->lock);

	for (size_t i = kept; i < n; i++) {
		if (!there)
			log_err(mod->ctx, "modules.dep: %s and %s need each other\n", mod->name, deps->at[i]->name);
		kmod_module_unref(deps->at[i]);
	}
	if (!there)
		return deps;
	free(deps);
	return there;
}

char *mod_publish(_Atomic(char *) *part, char *built)
{
	char *there = NULL;

	if (atomic_compare_exchange_strong(part, &there, built))
		return built;
	if (built != MOD_NOTHING)
		free(built);
	return there;
}

/* ---- public: identity ---- */

int kmod_module_new_from_name(struct kmod_ctx *ctx, const char *name, struct kmod_module **mod)
{
	char normalised[NAME_SIZE];

	if (!ctx || !name || !mod)
		return -ENOENT;
	name_normalise(name, normalised);
	return mod_get(ctx, normalised, NULL, mod);
}

const char *kmod_module_get_name(const struct kmod_module *mod)
{
	return mod ? mod->name : NULL;
}

bool mod_is_alias(const struct kmod_module *mod)
{
	return mod->alias != NULL;
}

bool mod_is_builtin(const struct kmod_module *mod)
{
	struct kmod_module *m = (struct kmod_module *)mod;
	_cleanup_(index_unrefp) struct index *idx = NULL;
	int known = atomic_load(&m->builtin), answer;
	const char *value;

	if (known != MOD_BUILTIN_UNKNOWN)
		return known == MOD_BUILTIN_YES;
	if (ctx_index(m->ctx, KMOD_INDEX_MODULES_BUILTIN, &idx) < 0)
		return false;
	answer = idx && index_find(idx, m->name, &value) > 0 ? MOD_BUILTIN_YES : MOD_BUILTIN_NO;
	if (!atomic_compare_exchange_strong(&m->builtin, &known, answer))
		answer = known;
	return answer == MOD_BUILTIN_YES;
}

/* ---- public: lists of modules ---- */

int mod_list_add(struct kmod_list **list, struct kmod_module *mod)
{
	if (!list_append(list, mod))
		return -ENOMEM;
	kmod_module_ref(mod);
	return 0;
}

struct kmod_module *kmod_module_get_module(const struct kmod_list *entry)
{
	return list_is(entry, LIST_OF_MODULES) ? kmod_module_ref(entry->data) : NULL;
}

static void release_module(void *data)
{
	kmod_module_unref(data);
}

int kmod_module_unref_list(struct kmod_list *list)
{
	if (list_is(list, LIST_OF_MODULES))
		list_free(list, release_module);
	return 0;
}
