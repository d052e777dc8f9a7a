/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file libkmod.h
 * @brief Linux kernel modules: find them, read them, load and unload them.
 *
 * **Contexts.** Everything begins with kmod_new(). A context is one module directory
 * (usually /lib/modules/RELEASE) and one configuration (modprobe.d and the kernel command
 * line), both read when it is made and constant from then on. Programs that look up many
 * names call kmod_load_resources() once, which keeps the indexes in memory.
 *
 * **Modules.** A struct kmod_module stands for a module, whether or not it is loaded or
 * even exists. Within a context there is one object per name (and one more per alias it
 * was reached by), so pointers can be compared. The object remembers what was read about
 * it; it goes, with all that, when its last reference is released.
 *
 * **Lists.** A list is a pointer to its first node; the empty list is NULL. Walk it with
 * kmod_list_foreach(), read an entry with the accessors of its kind, and release it with
 * the function that its maker names. An accessor that is given an entry of a list of
 * another kind answers as for NULL.
 *
 * **Ownership, in one sentence:** objects that come back through a struct kmod_module **
 * or struct kmod_list ** argument, and lists that are returned, belong to the caller, who
 * releases them; every const char * belongs to the object or the list it was asked from
 * and lives as long.
 *
 * **Errors.** Functions that return int give 0 or more on success and a negative errno
 * value on failure; output arguments are untouched then. Each says which errors a caller
 * can tell apart; -ENOMEM is possible wherever an object or a list is made. No function
 * crashes for a NULL argument; what it answers is said with each.
 *
 * **Threads.** One context, and the objects made from it, may be used by several threads
 * at once. Module directory and configuration are immutable; indexes and the pool of
 * module objects are guarded inside; reference counts are atomic; what is remembered
 * about a module is published once and never changes while a reference is held. Lists
 * and configuration iterators belong to one thread at a time. A log function may be
 * called from any of the threads, without any lock of the library held.
 *
 * Example: print the file of every module that serves a device.
 *
 *     struct kmod_ctx *ctx = kmod_new(NULL, NULL);
 *     struct kmod_list *list = NULL, *entry;
 *
 *     if (ctx && kmod_module_new_from_lookup(ctx, modalias, &list) == 0)
 *             kmod_list_foreach(entry, list) {
 *                     struct kmod_module *mod = kmod_module_get_module(entry);
 *                     const char *path = kmod_module_get_path(mod);
 *
 *                     if (path)
 *                             puts(path);
 *                     kmod_module_unref(mod);
 *             }
 *     kmod_module_unref_list(list);
 *     kmod_unref(ctx);
 */
#pragma once
#ifndef _LIBKMOD_H_
#define _LIBKMOD_H_

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A module directory and a configuration; see kmod_new(). */
struct kmod_ctx;
/** A node of a list, and by its first node the list; see kmod_list_foreach(). */
struct kmod_list;
/** A walk through one kind of configuration lines; see kmod_config_get_aliases(). */
struct kmod_config_iter;
/** A module; see kmod_module_new_from_lookup(). */
struct kmod_module;

/**
 * Walks a list from its first node to its last; the head of a for loop.
 * @param list_entry variable of type struct kmod_list *, NULL after the last round.
 * @param first_entry the list; evaluated several times. It must not change meanwhile.
 */
#define kmod_list_foreach(list_entry, first_entry) \
	for (list_entry = first_entry; list_entry != NULL; \
	     list_entry = kmod_list_next(first_entry, list_entry))

/** Like kmod_list_foreach(), from the last node to the first. */
#define kmod_list_foreach_reverse(list_entry, first_entry) \
	for (list_entry = kmod_list_last(first_entry); list_entry != NULL; \
	     list_entry = kmod_list_prev(first_entry, list_entry))

/** What kmod_validate_resources() advises. */
enum kmod_resources {
	KMOD_RESOURCES_OK = 0,            /**< Nothing changed. */
	KMOD_RESOURCES_MUST_RELOAD = 1,   /**< An index changed: unload and load resources. */
	KMOD_RESOURCES_MUST_RECREATE = 2, /**< The configuration changed: make a new context. */
};

/** The indexes of a module directory. */
enum kmod_index {
	KMOD_INDEX_MODULES_DEP = 0,           /**< modules.dep.bin: name to file and dependencies */
	KMOD_INDEX_MODULES_ALIAS = 1,         /**< modules.alias.bin: alias pattern to name */
	KMOD_INDEX_MODULES_SYMBOL = 2,        /**< modules.symbols.bin: "symbol:NAME" to name */
	KMOD_INDEX_MODULES_BUILTIN_ALIAS = 3, /**< modules.builtin.alias.bin */
	KMOD_INDEX_MODULES_BUILTIN = 4,       /**< modules.builtin.bin: names that are built in */
	_KMOD_INDEX_PAD = 1U << 31,
};

/** Flags of kmod_module_insert_module(). */
enum kmod_insert {
	KMOD_INSERT_FORCE_VERMAGIC = 0x1,   /**< Ignore the version magic. */
	KMOD_INSERT_FORCE_MODVERSION = 0x2, /**< Ignore symbol versions. */
};

/** Flags of kmod_module_probe_insert_module(). */
enum kmod_probe {
	KMOD_PROBE_FORCE_VERMAGIC = 0x00001,   /**< As KMOD_INSERT_FORCE_VERMAGIC, for each module. */
	KMOD_PROBE_FORCE_MODVERSION = 0x00002, /**< As KMOD_INSERT_FORCE_MODVERSION, for each module. */
	KMOD_PROBE_IGNORE_COMMAND = 0x00004,   /**< Neither softdeps nor install command of the module. */
	KMOD_PROBE_IGNORE_LOADED = 0x00008,    /**< Do not look whether it is loaded. */
	KMOD_PROBE_DRY_RUN = 0x00010,          /**< Only call print_action. */
	KMOD_PROBE_FAIL_ON_LOADED = 0x00020,   /**< -EEXIST when it is in the kernel already. */

	KMOD_PROBE_APPLY_BLACKLIST_ALL = 0x10000,        /**< Leave out every blacklisted module. */
	KMOD_PROBE_APPLY_BLACKLIST = 0x20000,            /**< Refuse the module if blacklisted. */
	KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY = 0x40000, /**< The same, if reached by an alias. */
};

/** Flags of kmod_module_remove_module(). */
enum kmod_remove {
	KMOD_REMOVE_FORCE = O_TRUNC,       /**< Remove it even when in use; may crash the system. */
	KMOD_REMOVE_NOWAIT = O_NONBLOCK,   /**< Always in effect. */
	KMOD_REMOVE_NOLOG = 1,             /**< Do not log a failure. */
};

/** What kmod_module_apply_filter() leaves out; bits. */
enum kmod_filter {
	KMOD_FILTER_BLACKLIST = 0x00001, /**< Modules whose name is blacklisted. */
	KMOD_FILTER_BUILTIN = 0x00002,   /**< Modules that are built into the kernel. */
};

/** How a symbol is bound; see kmod_module_dependency_symbol_get_bind(). */
enum kmod_symbol_bind {
	KMOD_SYMBOL_NONE = '\0',
	KMOD_SYMBOL_LOCAL = 'L',
	KMOD_SYMBOL_GLOBAL = 'G',
	KMOD_SYMBOL_WEAK = 'W',  /**< Wanted; the module also loads without it. */
	KMOD_SYMBOL_UNDEF = 'U', /**< Wanted. */
};

/** Where a module is in its life; see kmod_module_get_initstate(). */
enum kmod_module_initstate {
	KMOD_MODULE_BUILTIN = 0, /**< Part of the kernel image. */
	KMOD_MODULE_LIVE = 1,    /**< Loaded and running. */
	KMOD_MODULE_COMING = 2,  /**< Its init function has not returned yet. */
	KMOD_MODULE_GOING = 3,   /**< Being removed. */
	_KMOD_MODULE_PAD = 1U << 31,
};

/* ------------------------------------------------------------------ context */

/**
 * Makes a context, and reads its configuration.
 *
 * Reads the configuration files, modules.softdep and modules.weakdep of the module
 * directory, /proc/cmdline, and the environment variable KMOD_LOG, which sets the log
 * priority ("err", "info", "debug" or a number). Missing or damaged ones are logged, they
 * do not fail the call. No index is opened.
 * @param dirname the module directory, which need not exist. NULL: /lib/modules/RELEASE of
 *        the running kernel. A relative path starts at the current directory.
 * @param config_paths configuration directories and files, ended by NULL, the first of
 *        equally named files wins. NULL: the system's modprobe.d directories. An empty
 *        array: no configuration files.
 * @return the context with one reference, released by kmod_unref(); NULL with errno set
 *         when the kernel's release or the current directory is not known, or memory is
 *         short.
 * Since: 5
 */
struct kmod_ctx *kmod_new(const char *dirname, const char *const *config_paths);

/** Takes one more reference. @return ctx; NULL for NULL. Since: 5 */
struct kmod_ctx *kmod_ref(struct kmod_ctx *ctx);

/**
 * Releases one reference. Module objects hold references too, so a context goes when
 * both its user and its last module object let go.
 * @return NULL when that was the last one (or ctx is NULL), else ctx.
 * Since: 5
 */
struct kmod_ctx *kmod_unref(struct kmod_ctx *ctx);

/**
 * Reads all indexes into memory, for programs that look up more than a few names. Lookups
 * then use this snapshot, whatever happens to the files. Already loaded ones are kept.
 * @return 0; -ENOENT when ctx is NULL or an index is missing; -EINVAL when a file is not
 *         an index; another -errno of opening and reading. Nothing is loaded then.
 *         modules.builtin.alias.bin may be missing or damaged.
 * Since: 5
 */
int kmod_load_resources(struct kmod_ctx *ctx);

/**
 * Forgets what kmod_load_resources() read. Each lookup reads what it needs from then on.
 * Lookups that run in other threads meanwhile finish with what they began. Since: 5
 */
void kmod_unload_resources(struct kmod_ctx *ctx);

/**
 * Tells whether files changed since they were read, by their modification times: loaded
 * indexes, configuration files and directories, also ones that appeared since. Changes
 * nothing.
 * @return enum kmod_resources. KMOD_RESOURCES_MUST_RECREATE for NULL.
 * Since: 5
 */
int kmod_validate_resources(struct kmod_ctx *ctx);

/**
 * Writes an index as text, one line per key and value: "alias KEY VALUE" for
 * KMOD_INDEX_MODULES_ALIAS and KMOD_INDEX_MODULES_SYMBOL, else "KEY VALUE".
 * @param type which one.
 * @param fd an open file descriptor.
 * @return 0; -ENOSYS when ctx is NULL or there is no usable index; -ENOENT for an unknown
 *         type; another -errno when writing failed.
 * Since: 5
 */
int kmod_dump_index(struct kmod_ctx *ctx, enum kmod_index type, int fd);

/**
 * Sets how important a message must be to be logged.
 * @param priority a priority of <syslog.h>; messages up to this number are logged.
 * Since: 5
 */
void kmod_set_log_priority(struct kmod_ctx *ctx, int priority);

/** @return the log priority: as set, or KMOD_LOG's, or LOG_ERR; -1 for NULL. Since: 5 */
int kmod_get_log_priority(const struct kmod_ctx *ctx);

/**
 * Sends messages to a function instead of standard error. It is called for one INFO
 * message at once.
 * @param log_fn gets data, the message's priority, source file, line and function, and
 *        its text as for vprintf(), with a newline at its end. %m may be in the format:
 *        errno is as it was. NULL: no messages at all. It may be called by any thread that
 *        uses the context.
 * @param data handed to log_fn; must live as long as it is set.
 * Since: 5
 */
void kmod_set_log_fn(struct kmod_ctx *ctx,
		     void (*log_fn)(void *log_data, int priority, const char *file, int line,
				    const char *fn, const char *format, va_list args),
		     const void *data);

/** Stores a pointer of the caller's, with which the library does nothing. Since: 5 */
void kmod_set_userdata(struct kmod_ctx *ctx, const void *userdata);

/** @return what kmod_set_userdata() stored; NULL for nothing or NULL. Since: 5 */
void *kmod_get_userdata(const struct kmod_ctx *ctx);

/** @return the module directory, absolute, owned by ctx; NULL for NULL. Since: 22 */
const char *kmod_get_dirname(const struct kmod_ctx *ctx);

/* -------------------------------------------------------------------- lists */

/** @return the last node; NULL for the empty list. Since: 5 */
struct kmod_list *kmod_list_last(const struct kmod_list *list);
/** The node behind curr in list; NULL when curr is the last, or either is NULL. Since: 5 */
struct kmod_list *kmod_list_next(const struct kmod_list *list, const struct kmod_list *curr);
/** The node before curr in list; NULL when curr is the first, or either is NULL. Since: 5 */
struct kmod_list *kmod_list_prev(const struct kmod_list *list, const struct kmod_list *curr);

/* ------------------------------------------------------------ configuration */

/**
 * Walks the modules that blacklist lines name: key module, value NULL.
 *
 *     struct kmod_config_iter *iter = kmod_config_get_blacklists(ctx);
 *
 *     while (kmod_config_iter_next(iter))
 *             puts(kmod_config_iter_get_key(iter));
 *     kmod_config_iter_free_iter(iter);
 *
 * Entries come in the order of the configuration, kernel command line last.
 * @return an iterator before the first entry, released by kmod_config_iter_free_iter();
 *         the context must outlive it. NULL for NULL, or when memory is short.
 * Since: 5
 */
struct kmod_config_iter *kmod_config_get_blacklists(const struct kmod_ctx *ctx);

/** The same for install lines: key module or pattern, value command. Since: 5 */
struct kmod_config_iter *kmod_config_get_install_commands(const struct kmod_ctx *ctx);
/** The same for remove lines: key module or pattern, value command. Since: 5 */
struct kmod_config_iter *kmod_config_get_remove_commands(const struct kmod_ctx *ctx);
/** The same for alias lines: key pattern, value module. Since: 5 */
struct kmod_config_iter *kmod_config_get_aliases(const struct kmod_ctx *ctx);
/** The same for options lines: key module or alias, value parameters. Since: 5 */
struct kmod_config_iter *kmod_config_get_options(const struct kmod_ctx *ctx);

/**
 * The same for softdep lines: key module, value "pre: a b post: c d", which can be read
 * back as configuration. Since: 5
 */
struct kmod_config_iter *kmod_config_get_softdeps(const struct kmod_ctx *ctx);

/** The same for weakdep lines: key module, value "a b c". Since: 33 */
struct kmod_config_iter *kmod_config_get_weakdeps(const struct kmod_ctx *ctx);

/**
 * @return the current entry's key, owned by the context; NULL before the first and
 * behind the last entry, and for NULL. Since: 5
 */
const char *kmod_config_iter_get_key(const struct kmod_config_iter *iter);

/**
 * @return the current entry's value; NULL when it has none, before the first and behind
 * the last entry, and for NULL. Values of softdep and weakdep lines are overwritten by
 * the next call for this iterator; others are owned by the context. Since: 5
 */
const char *kmod_config_iter_get_value(const struct kmod_config_iter *iter);

/**
 * Goes to the next entry.
 * @return true when there is one. False behind the last, after which the walk starts over;
 *         false for NULL.
 * Since: 5
 */
bool kmod_config_iter_next(struct kmod_config_iter *iter);

/** Releases an iterator. NULL is fine. Since: 5 */
void kmod_config_iter_free_iter(struct kmod_config_iter *iter);

/* ---------------------------------------------------------- module objects */

/**
 * Finds the modules for a name or an alias, such as a device's modalias, as modprobe does.
 *
 * '-' and '_' are the same outside brackets. The first of these that finds anything ends
 * the search: alias lines of the configuration; module names; symbols ("symbol:NAME");
 * install and remove lines of exactly this name; aliases of modules; names, then aliases
 * of what is built in. A module may be in the list more than once.
 * @param given_alias the name or alias; at most 4095 bytes count.
 * @param list where the modules go; *list must be NULL before. Released by
 *        kmod_module_unref_list(). Stays NULL when nothing was found.
 * @return 0, also when nothing was found; -ENOENT when ctx or given_alias is NULL; -ENOSYS
 *         when list is NULL or *list is not; -EINVAL for brackets that do not match;
 *         -ENAMETOOLONG when name and alias exceed 4096 bytes.
 * Since: 5
 */
int kmod_module_new_from_lookup(struct kmod_ctx *ctx, const char *given_alias, struct kmod_list **list);

/**
 * Finds a module by its name only: among module files, then what is built in.
 * @param modname the name; a suffix such as ".ko" is ignored.
 * @param mod where the module goes, released by kmod_module_unref(). Untouched when there
 *        is none.
 * @return 0, also when nothing was found; -ENOENT when an argument is NULL.
 * Since: 30 (programs linked against kmod 30, where it was versioned 5, work too)
 */
int kmod_module_new_from_name_lookup(struct kmod_ctx *ctx, const char *modname, struct kmod_module **mod);

/**
 * The module object of a name, whether or not such a module exists.
 * @param name any text; '-' becomes '_', and a '.' ends it.
 * @param mod where the module goes, released by kmod_module_unref().
 * @return 0; -ENOENT when an argument is NULL.
 * Since: 5
 */
int kmod_module_new_from_name(struct kmod_ctx *ctx, const char *name, struct kmod_module **mod);

/**
 * The module object of a file, which must exist; what is in it is not looked at. Its name
 * is the file's name up to the first '.', and it is taken as not built in.
 * @param path the file; a relative path starts at the current directory.
 * @param mod where the module goes, released by kmod_module_unref().
 * @return 0; -ENOENT when an argument is NULL, there is no such file, or path ends in '/';
 *         -EEXIST when an object of that name has another path already; or the -errno of
 *         looking at the file.
 * Since: 5
 */
int kmod_module_new_from_path(struct kmod_ctx *ctx, const char *path, struct kmod_module **mod);

/**
 * The modules that are loaded now, in the order of /proc/modules.
 * @param list where the modules go; what was in *list before is ignored. Released by
 *        kmod_module_unref_list().
 * @return 0; -ENOENT when an argument is NULL; or the -errno of reading /proc/modules.
 * Since: 5
 */
int kmod_module_new_from_loaded(struct kmod_ctx *ctx, struct kmod_list **list);

/** Takes one more reference. @return mod; NULL for NULL. Since: 5 */
struct kmod_module *kmod_module_ref(struct kmod_module *mod);

/**
 * Releases one reference. With the last one go the object, all strings asked from it, and
 * its reference to the context.
 * @return NULL when that was the last one (or mod is NULL), else mod.
 * Since: 5
 */
struct kmod_module *kmod_module_unref(struct kmod_module *mod);

/**
 * Releases a list of modules: one reference for each node, and the nodes.
 * @param list a whole list of modules; NULL is fine.
 * @return 0.
 * Since: 5
 */
int kmod_module_unref_list(struct kmod_list *list);

/**
 * The module of a list's entry.
 * @return the module with one more reference, released by kmod_module_unref(). NULL for
 *         NULL or an entry of another kind of list.
 * Since: 5
 */
struct kmod_module *kmod_module_get_module(const struct kmod_list *entry);

/**
 * @return the name, with '_' where it was written with '-'; never NULL for a module,
 * NULL for NULL. Since: 5
 */
const char *kmod_module_get_name(const struct kmod_module *mod);

/**
 * The module's file: the path it was made from, or what modules.dep says. Whether the
 * file exists is not looked at.
 * @return an absolute path; NULL when the module is built in or unknown, and for NULL.
 * Since: 5
 */
const char *kmod_module_get_path(const struct kmod_module *mod);

/**
 * The parameters that options lines give to this module, or to the alias it was reached
 * by, joined by blanks in the order of the configuration, kernel command line last.
 * @return parameters as the kernel takes them; NULL when there are none, and for NULL.
 * Since: 5
 */
const char *kmod_module_get_options(const struct kmod_module *mod);

/**
 * The shell command that replaces loading this module: that of the first install line whose
 * pattern matches.
 * @return the command, owned by the context; NULL when there is none, and for NULL.
 * Since: 5
 */
const char *kmod_module_get_install_commands(const struct kmod_module *mod);

/**
 * The shell command that replaces removing this module: that of the first remove line
 * whose pattern matches.
 * @return the command, owned by the context; NULL when there is none, and for NULL.
 * Since: 5
 */
const char *kmod_module_get_remove_commands(const struct kmod_module *mod);

/**
 * The modules that must be loaded before this one, by modules.dep, in the order in which
 * to load them. The module itself is not among them.
 * @return a list, released by kmod_module_unref_list(); its modules also live as long as
 *         mod. NULL when there are none, and for NULL; also when one of their files is
 *         missing or clashes with an object of another path, which is logged at LOG_ERR.
 * Since: 5
 */
struct kmod_list *kmod_module_get_dependencies(const struct kmod_module *mod);

/**
 * The modules that softdep lines want loaded before and after this one. All lines for
 * the module count, without duplicates; lines of the configuration replace those that
 * modules carry. Words that lead to no module are left out.
 * @param pre where those to load before go; *pre must be NULL before.
 * @param post where those to load afterwards go; *post must be NULL before. Both are
 *        released by kmod_module_unref_list().
 * @return 0, also when there are none; -ENOENT when an argument is NULL; -EINVAL when *pre
 *         or *post is not NULL.
 * Since: 5
 */
int kmod_module_get_softdeps(const struct kmod_module *mod, struct kmod_list **pre,
			     struct kmod_list **post);

/**
 * The modules that weakdep lines name: ones that this module may ask for by itself, so
 * that an initramfs needs them at hand. They are never loaded because of it.
 * @param weak where the modules go; *weak must be NULL before. Released by
 *        kmod_module_unref_list().
 * @return 0, also when there are none; -ENOENT when an argument is NULL; -EINVAL when *weak
 *         is not NULL.
 * Since: 33
 */
int kmod_module_get_weakdeps(const struct kmod_module *mod, struct kmod_list **weak);

/**
 * Copies a list of modules without some.
 * @param filter_type bits of enum kmod_filter: what to leave out.
 * @param input the list, which stays as it is; NULL is the empty list.
 * @param output where the copy goes, with references of its own; *output is overwritten.
 *        Released by kmod_module_unref_list().
 * @return 0; -ENOENT when ctx or output is NULL; -ENOMEM, and *output is NULL.
 * Since: 6
 */
int kmod_module_apply_filter(const struct kmod_ctx *ctx, enum kmod_filter filter_type,
			     const struct kmod_list *input, struct kmod_list **output);

/**
 * kmod_module_apply_filter() with KMOD_FILTER_BLACKLIST, which replaces it. Since: 5,
 * deprecated since 6
 */
int kmod_module_get_filtered_blacklist(const struct kmod_ctx *ctx, const struct kmod_list *input,
				       struct kmod_list **output) __attribute__((deprecated));

/* ----------------------------------------------------------- kernel actions */

/**
 * Loads exactly this module's file into the kernel: no dependencies, no configuration.
 * @param flags bits of enum kmod_insert, others are ignored.
 * @param options module parameters; NULL for none.
 * @return 0; -ENOENT when mod is NULL or has no file, or when it needs a symbol that the
 *         kernel does not know; -EEXIST when it is loaded already; -EPERM without the
 *         right to; -ENOEXEC when the kernel does not take the file; -EINVAL when the file
 *         is damaged; or what else opening the file or the kernel says.
 * Since: 5
 */
int kmod_module_insert_module(struct kmod_module *mod, unsigned int flags, const char *options);

/**
 * Loads a module with all it needs, as modprobe does: dependencies, softdeps, install
 * commands, options.
 * @param flags bits of enum kmod_probe.
 * @param extra_options added to the configured options of mod itself; NULL for none.
 * @param run_install runs an install command; gets the module, the command with
 *        $CMDLINE_OPTS filled in, and data; a negative return value is a failure. NULL:
 *        /bin/sh runs it, with the module's name in MODPROBE_MODULE.
 * @param data handed to run_install.
 * @param print_action called before each step: the module, whether its install command
 *        is run or it is inserted, and its parameters (never NULL). May be NULL.
 * @return 0, also when it is in the kernel already; -EEXIST then with
 *         KMOD_PROBE_FAIL_ON_LOADED; one of the KMOD_PROBE_APPLY_BLACKLIST values when
 *         that stopped it; a positive value that run_install returned for the last step;
 *         -ENOENT when mod is NULL, has no file, or a dependency's file is missing; or
 *         what kmod_module_insert_module() or a command fails with.
 * Since: 5
 */
int kmod_module_probe_insert_module(struct kmod_module *mod, unsigned int flags, const char *extra_options,
				    int (*run_install)(struct kmod_module *m, const char *cmdline,
						       void *data),
				    const void *data,
				    void (*print_action)(struct kmod_module *m, bool install,
							 const char *options));

/**
 * Removes exactly this module from the kernel: no users, no dependencies, no commands.
 * @param flags bits of enum kmod_remove.
 * @return 0; -ENOENT when mod is NULL or not loaded; -EBUSY or -EAGAIN when it is in use;
 *         -EPERM without the right to; or what else the kernel says.
 * Since: 5
 */
int kmod_module_remove_module(struct kmod_module *mod, unsigned int flags);

/* ----------------------------------------------------------- running kernel */

/**
 * Asks whether a module is in the running kernel. The kernel is asked each time; only
 * "built in" is remembered.
 * @return enum kmod_module_initstate; -ENOENT when it is not in the kernel or mod is NULL;
 *         -EINVAL when the kernel's word for its state is unknown; another -errno of
 *         reading it.
 * Since: 5
 */
int kmod_module_get_initstate(const struct kmod_module *mod);

/** @return "builtin", "live", "coming" or "going"; NULL for another value. Since: 5 */
const char *kmod_module_initstate_str(enum kmod_module_initstate state);

/**
 * @return a loaded module's size in bytes; 0 when the kernel gives no number; -ENOENT
 * when it is not loaded or mod is NULL; another -errno of reading it. Since: 5
 */
long kmod_module_get_size(const struct kmod_module *mod);

/**
 * @return how often a loaded module is in use; -ENOENT when it is not loaded or mod is
 * NULL; -EINVAL when the kernel gives no number; another -errno of reading it. Since: 5
 */
int kmod_module_get_refcnt(const struct kmod_module *mod);

/**
 * The loaded modules that use this one.
 * @return a list, released by kmod_module_unref_list(); NULL when there are none, when
 *         they cannot be listed (logged at LOG_ERR), and for NULL.
 * Since: 5
 */
struct kmod_list *kmod_module_get_holders(const struct kmod_module *mod);

/**
 * The sections of a loaded module with their addresses, which only root may see.
 * @return a list for kmod_module_section_get_name() and kmod_module_section_get_address(),
 *         released by kmod_module_section_free_list(); NULL when there are none, when they
 *         cannot be read (logged at LOG_ERR), and for NULL.
 * Since: 5
 */
struct kmod_list *kmod_module_get_sections(const struct kmod_module *mod);

/** @return the section's address; ULONG_MAX for NULL. Since: 5 */
unsigned long kmod_module_section_get_address(const struct kmod_list *entry);
/** @return the section's name, owned by the list; NULL for NULL. Since: 5 */
const char *kmod_module_section_get_name(const struct kmod_list *entry);
/** Releases a list of sections. NULL is fine. Since: 5 */
void kmod_module_section_free_list(struct kmod_list *list);

/* ----------------------------------------------------- module file contents */

/**
 * Everything a module says about itself: the strings of its .modinfo section (for what is
 * built in: of modules.builtin.modinfo) in their order, then "build-id", then for signed
 * modules "sig_id", "signer", "sig_key", "sig_hashalgo" and "signature". Keys may repeat.
 *
 * The file is read once for this and the functions below, and kept with the object.
 * @param list where the entries go, for kmod_module_info_get_key() and
 *        kmod_module_info_get_value(); *list must be NULL before. Released by
 *        kmod_module_info_free_list().
 * @return the number of entries; -ENOENT when an argument is NULL or the module has no
 *         file; -EINVAL when *list is not NULL or the file is damaged; -ENOEXEC when it is
 *         not an ELF file; -ENODATA when it has no .modinfo; -ENOSYS when it is compressed
 *         in a way this build does not know; another -errno of reading it.
 * Since: 5
 */
int kmod_module_get_info(const struct kmod_module *mod, struct kmod_list **list);

/** @return the entry's key, owned by the list; NULL for NULL. Since: 5 */
const char *kmod_module_info_get_key(const struct kmod_list *entry);
/** @return the entry's value, owned by the list; NULL for NULL. Since: 5 */
const char *kmod_module_info_get_value(const struct kmod_list *entry);
/** Releases a list of info entries. NULL is fine. Since: 5 */
void kmod_module_info_free_list(struct kmod_list *list);

/**
 * The versions (CRCs) of the symbols a module was built against.
 * @param list where the entries go, for kmod_module_version_get_symbol() and
 *        kmod_module_version_get_crc(); *list must be NULL before. Released by
 *        kmod_module_versions_free_list().
 * @return the number of entries; -ENODATA when the module has no versions; otherwise as
 *         kmod_module_get_info().
 * Since: 5
 */
int kmod_module_get_versions(const struct kmod_module *mod, struct kmod_list **list);

/** @return the version's CRC; 0 for NULL. Since: 5 */
uint64_t kmod_module_version_get_crc(const struct kmod_list *entry);
/** @return the symbol's name, owned by the list; NULL for NULL. Since: 5 */
const char *kmod_module_version_get_symbol(const struct kmod_list *entry);
/** Releases a list of versions. NULL is fine. Since: 5 */
void kmod_module_versions_free_list(struct kmod_list *list);

/**
 * The symbols a module exports, with their CRCs.
 * @param list where the entries go, for kmod_module_symbol_get_symbol() and
 *        kmod_module_symbol_get_crc(); *list must be NULL before. Released by
 *        kmod_module_symbols_free_list().
 * @return the number of entries; -ENODATA when the module says nothing about exports;
 *         otherwise as kmod_module_get_info().
 * Since: 5
 */
int kmod_module_get_symbols(const struct kmod_module *mod, struct kmod_list **list);

/** @return the symbol's CRC; 0 when it has none, and for NULL. Since: 5 */
uint64_t kmod_module_symbol_get_crc(const struct kmod_list *entry);
/** @return the symbol's name, owned by the list; NULL for NULL. Since: 5 */
const char *kmod_module_symbol_get_symbol(const struct kmod_list *entry);
/** Releases a list of exported symbols. NULL is fine. Since: 5 */
void kmod_module_symbols_free_list(struct kmod_list *list);

/**
 * The symbols a module needs from the kernel or other modules, with the CRCs it expects;
 * then the versions it carries for nothing of that ("module_layout").
 * @param list where the entries go, for kmod_module_dependency_symbol_get_symbol(), _crc()
 *        and _bind(); *list must be NULL before. Released by
 *        kmod_module_dependency_symbols_free_list().
 * @return the number of entries; -EINVAL also when the module has no symbol table;
 *         otherwise as kmod_module_get_info().
 * Since: 5
 */
int kmod_module_get_dependency_symbols(const struct kmod_module *mod, struct kmod_list **list);

/** @return KMOD_SYMBOL_UNDEF or KMOD_SYMBOL_WEAK; KMOD_SYMBOL_NONE for NULL. Since: 5 */
int kmod_module_dependency_symbol_get_bind(const struct kmod_list *entry);
/** @return the CRC the module expects; 0 when it says none, and for NULL. Since: 5 */
uint64_t kmod_module_dependency_symbol_get_crc(const struct kmod_list *entry);
/** @return the symbol's name, owned by the list; NULL for NULL. Since: 5 */
const char *kmod_module_dependency_symbol_get_symbol(const struct kmod_list *entry);
/** Releases a list of needed symbols. NULL is fine. Since: 5 */
void kmod_module_dependency_symbols_free_list(struct kmod_list *list);

#ifdef __cplusplus
}
#endif

#endif
