/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Modules: identity, pool, and what indexes and rules say about one.
 *
 *	mod.c         identity, references, pool
 *	mod-file.c    its path and its open file
 *	mod-lookup.c  name or alias to modules: the search order, with its reasons
 *	mod-deps.c    hard, soft and weak dependencies
 *	mod-rules.c   options, install/remove commands, blacklist
 *	mod-info.c    info; mod-syms.c versions, symbols as public lists
 *
 * Threads: the reference count is atomic; the pool is guarded by ctx->lock. Every lazily
 * built part is an atomic pointer: built without a lock, published by compare-and-swap
 * (the loser frees its copy), never changed until the module goes. So a borrowed string
 * stays valid as long as the caller's reference. The open file is guarded by file_lock.
 *
 * A dependency cache holds references. It never closes a circle (mod_publish_deps), so a
 * damaged modules.dep leaks nothing; and releasing a chain does not recurse.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "libkmod/ctx.h"
#include "libkmod/elf/elf-view.h"
#include "libkmod/list.h"

struct mod_deps {       /* immutable once published */
	size_t n;
	struct kmod_module *at[]; /* load order (deepest first), each referenced */
};

/* Asked for, and there is none; NULL in a lazily built part means not asked yet. */
#define MOD_NOTHING mod_nothing
extern char mod_nothing[1];

struct kmod_module {
	enum list_kind kind;    /* LIST_OF_MODULES, first member of everything a list holds */
	atomic_int refcount;
	struct kmod_ctx *ctx;   /* referenced */
	const char *name;       /* normalised */
	const char *alias;      /* the alias it was reached by, or NULL */
	uint32_t hash;          /* of name and alias */
	unsigned n_users;       /* caches it is in; these four: guarded by ctx->lock */
	unsigned walk;
	struct kmod_module *walk_next;
	struct kmod_module *pool_next;
	_Atomic(char *) path;   /* these three may be MOD_NOTHING */
	_Atomic(char *) options;
	_Atomic(char *) dep_line; /* its line of modules.dep */
	_Atomic(struct mod_deps *) deps;
	_Atomic(const struct rule *) install, remove; /* overrides set by lookup stage 4 */
	atomic_int builtin;     /* enum mod_builtin */
	pthread_mutex_t file_lock; /* image, elf */
	struct image *image;
	struct elf elf;
	bool elf_is_open;
};

enum mod_builtin { MOD_BUILTIN_UNKNOWN, MOD_BUILTIN_NO, MOD_BUILTIN_YES };

/* Stages of the search, in order (libkmod.md 6.4). */
enum mod_stage {
	MOD_BY_CONFIG_ALIAS,
	MOD_BY_NAME,
	MOD_BY_SYMBOL,
	MOD_BY_COMMAND,
	MOD_BY_ALIAS,
	MOD_BY_BUILTIN,
	MOD_BY_BUILTIN_ALIAS,
	MOD_BY_PATH, /* not a search: the caller gave a file */
	N_MOD_STAGES_,
};
const char *mod_stage_name(enum mod_stage stage); /* "modules.alias" ... for messages */

struct mod_hit {
	struct kmod_module *mod;  /* referenced */
	enum mod_stage stage;
	char *pattern;            /* the alias pattern that matched; malloc'ed, or NULL; only if asked for */
	const struct rule *rule;  /* config alias or command */
};
struct mod_hits {
	VEC(struct mod_hit) hits;
};
/* spelling as typed. 0 (maybe no hits), -EINVAL bad brackets, -ENAMETOOLONG, -ENOMEM. */
int mod_lookup(struct kmod_ctx *ctx, const char *spelling, bool want_patterns, struct mod_hits *out) _must_check_;
void mod_hits_fini(struct mod_hits *hits);

/*
 * name is normalised; alias may be NULL. The object is pooled and referenced. -ENOMEM, or
 * -ENAMETOOLONG for name and alias together.
 */
int mod_get(struct kmod_ctx *ctx, const char *name, const char *alias, struct kmod_module **out) _must_check_;
/*
 * The module of that absolute path, pinned as not built in. The file must exist: stat's
 * errno otherwise. -EEXIST (logged): the live object of that name has another path.
 */
int mod_get_by_path(struct kmod_ctx *ctx, const char *path, struct kmod_module **out) _must_check_;
/* Publishes built in a part that was empty; what stays. built is freed when another was first. */
char *mod_publish(_Atomic(char *) *part, char *built);
/*
 * Makes deps the module's cache, unless it has one already; what it has then. Takes deps
 * over. One that needs mod itself, by the caches there are, is left out.
 */
const struct mod_deps *mod_publish_deps(struct kmod_module *mod, struct mod_deps *deps);
/* The path of a modules.dep entry; the caller frees. NULL: out of memory. */
char *mod_path_below(const struct kmod_ctx *ctx, struct bytes entry) _must_check_;
/* Its line of modules.dep, cached: 1 found, 0 no entry, -errno. Borrowed from mod. */
int mod_dep_line(const struct kmod_module *mod, const char **line) _must_check_;
/* Appends a node with its own reference to a public list. 0 or -ENOMEM. */
int mod_list_add(struct kmod_list **list, struct kmod_module *mod) _must_check_;

/* Reached through an alias (config or index)? */
bool mod_is_alias(const struct kmod_module *mod);
/* In modules.builtin (unless made from a path). Asks the index once. */
bool mod_is_builtin(const struct kmod_module *mod);

/*
 * Hard dependencies, load order. 1 known (maybe none), 0 no entry in modules.dep, -errno.
 * A listed file that is absent: -ENOENT, and *missing (may be NULL) gets its path, which
 * the caller frees; nothing is logged then. Borrowed from mod.
 */
int mod_dependencies(const struct kmod_module *mod, const struct mod_deps **out, char **missing) _must_check_;

/* Resolved soft dependencies with the rule each came from. Unknown words are left out. */
struct mod_softdep {
	struct kmod_module *mod; /* referenced */
	const struct rule *rule;
	const char *word;        /* as written */
};
struct mod_softdeps {
	VEC(struct mod_softdep) at;
};
int mod_softdeps(const struct kmod_module *mod, struct mod_softdeps *pre, struct mod_softdeps *post) _must_check_;
int mod_weakdeps(const struct kmod_module *mod, struct mod_softdeps *weak) _must_check_;
void mod_softdeps_fini(struct mod_softdeps *list);

/* What kmod_module_get_path() gives, NULL when it has none; 0 or -errno. */
int mod_path(const struct kmod_module *mod, const char **out) _must_check_;
/* The options of all rules, NULL when there are none; 0 or -ENOMEM. */
int mod_options(const struct kmod_module *mod, const char **out) _must_check_;
/* The rule that applies, honouring what lookup stage 4 fixed; or NULL. */
const struct rule *mod_install_rule(const struct kmod_module *mod);
const struct rule *mod_remove_rule(const struct kmod_module *mod);
const struct rule *mod_blacklist_rule(const struct kmod_module *mod);

/*
 * The module's file, opened once and kept: image, and elf when want_elf. Call
 * mod_file_unlock() when done with what they gave out. -ENOENT: no path.
 */
int mod_file_lock(const struct kmod_module *mod, bool want_elf, struct image **img,
		  const struct elf **elf) _must_check_;
void mod_file_unlock(const struct kmod_module *mod);
