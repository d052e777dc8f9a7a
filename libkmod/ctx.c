/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The context's life, and its access to the indexes.
 *
 * An index is read either once, by kmod_load_resources(), and then shared by all lookups,
 * or afresh for every lookup. Both ways ctx_index() hands out a reference of its own, so
 * that unloading resources never takes an index away from a lookup in another thread.
 */
#include "libkmod/ctx.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "libkmod/module/mod.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "shared/strbuf.h"

#define COMPRESSION_NOT_ASKED (-1)

static const struct {
	const char *name;
	bool optional;    /* loading goes on without it */
	bool is_alias;    /* dumped as "alias KEY VALUE" */
} indexes[N_INDEXES] = {
	[KMOD_INDEX_MODULES_DEP] = { "modules.dep", false, false },
	[KMOD_INDEX_MODULES_ALIAS] = { "modules.alias", false, true },
	[KMOD_INDEX_MODULES_SYMBOL] = { "modules.symbols", false, true },
	[KMOD_INDEX_MODULES_BUILTIN_ALIAS] = { "modules.builtin.alias", true, false },
	[KMOD_INDEX_MODULES_BUILTIN] = { "modules.builtin", false, false },
};

/* ---- life ---- */

/* <MODULE_DIRECTORY>/<release>, or what the caller says, absolute. NULL with errno set. */
static char *resolve_dirname(const char *dirname)
{
	struct utsname u;
	char *path;

	if (dirname)
		return fs_absolute(dirname);
	if (uname(&u) < 0)
		return NULL;
	return asprintf(&path, "%s/%s", MODULE_DIRECTORY, u.release) < 0 ? NULL : path;
}

static void ctx_free(struct kmod_ctx *ctx)
{
	for (size_t i = 0; i < N_INDEXES; i++)
		index_unrefp(&ctx->indexes[i]);
	if (ctx->conf)
		conf_free(ctx->conf);
	free(ctx->pool.buckets);
	free(ctx->dirname);
	pthread_mutex_destroy(&ctx->lock);
	free(ctx);
}

static void ctx_freep(struct kmod_ctx **ctx)
{
	if (*ctx)
		ctx_free(*ctx);
}

static int load_config(struct kmod_ctx *ctx, const struct ctx_options *opt)
{
	if (!opt->no_config)
		return conf_load(ctx, opt->names_only ? NULL : ctx->dirname,
				 opt->config_paths, &ctx->conf);
	ctx->conf = calloc(1, sizeof(*ctx->conf));
	return ctx->conf ? 0 : -ENOMEM;
}

int ctx_new(const struct ctx_options *opt, struct kmod_ctx **out)
{
	_cleanup_(ctx_freep) struct kmod_ctx *ctx = calloc(1, sizeof(*ctx));
	int r;

	if (!ctx)
		return -ENOMEM;
	pthread_mutex_init(&ctx->lock, NULL);
	atomic_init(&ctx->refcount, 1);
	atomic_init(&ctx->log_priority, opt->log_priority);
	atomic_init(&ctx->kernel_compression_, COMPRESSION_NOT_ASKED);
	ctx->log_fn = opt->log_fn ? opt->log_fn : log_to_stderr;
	ctx->log_data = opt->log_data;
	ctx->keep_indexes = opt->keep_indexes;

	errno = ENOMEM;
	ctx->dirname = resolve_dirname(opt->dirname);
	if (!ctx->dirname)
		return -errno;
	r = load_config(ctx, opt);
	if (r < 0)
		return r;
	log_info(ctx, "context %p for %s created\n", (void *)ctx, ctx->dirname);
	*out = TAKE_PTR(ctx);
	return 0;
}

struct kmod_ctx *kmod_new(const char *dirname, const char *const *config_paths)
{
	const struct ctx_options opt = {
		.dirname = dirname,
		.config_paths = config_paths,
		.log_priority = log_priority_from_env(LOG_ERR),
	};
	struct kmod_ctx *ctx = NULL;
	int r = ctx_new(&opt, &ctx);

	if (r < 0) {
		errno = -r;
		return NULL;
	}
	return ctx;
}

struct kmod_ctx *kmod_ref(struct kmod_ctx *ctx)
{
	if (ctx)
		atomic_fetch_add_explicit(&ctx->refcount, 1, memory_order_relaxed);
	return ctx;
}

struct kmod_ctx *kmod_unref(struct kmod_ctx *ctx)
{
	if (!ctx)
		return NULL;
	if (atomic_fetch_sub_explicit(&ctx->refcount, 1, memory_order_acq_rel) > 1)
		return ctx;
	log_info(ctx, "context %p released\n", (void *)ctx);
	ctx_free(ctx);
	return NULL;
}

const char *kmod_get_dirname(const struct kmod_ctx *ctx)
{
	return ctx ? ctx->dirname : NULL;
}

void kmod_set_userdata(struct kmod_ctx *ctx, const void *userdata)
{
	if (ctx)
		atomic_store(&ctx->userdata, userdata);
}

void *kmod_get_userdata(const struct kmod_ctx *ctx)
{
	return ctx ? (void *)atomic_load(&((struct kmod_ctx *)ctx)->userdata) : NULL;
}

/* ---- messages ---- */

void kmod_set_log_priority(struct kmod_ctx *ctx, int priority)
{
	if (ctx)
		atomic_store_explicit(&ctx->log_priority, priority, memory_order_relaxed);
}

int kmod_get_log_priority(const struct kmod_ctx *ctx)
{
	return ctx ? atomic_load_explicit(&ctx->log_priority, memory_order_relaxed) : -1;
}

void kmod_set_log_fn(struct kmod_ctx *ctx, log_sink_fn *log_fn, const void *data)
{
	if (!ctx)
		return;
	pthread_mutex_lock(&ctx->lock);
	ctx->log_fn = log_fn;
	ctx->log_data = (void *)data;
	pthread_mutex_unlock(&ctx->lock);
	log_info(ctx, "custom logging function %p registered\n", *(void **)&log_fn);
}

/* ---- what the kernel decompresses ---- */

static int read_kernel_compression(const struct kmod_ctx *ctx)
{
	static const char path[] = "/sys/module/compression";
	static const struct {
		const char *text;
		enum image_format format;
	} known[] = { { "zstd\n", IMAGE_ZSTD }, { "xz\n", IMAGE_XZ }, { "gzip\n", IMAGE_GZIP } };
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (fs_read_file(AT_FDCWD, path, 32, true, &text, &len) < 0)
		return IMAGE_PLAIN;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (len == strlen(known[i].text) && str_eq(text, known[i].text))
			return known[i].format;
	log_err(ctx, "%s: unknown compression, kernel decompression is not used\n", path);
	return IMAGE_PLAIN;
}

enum image_format ctx_kernel_compression(struct kmod_ctx *ctx)
{
	int format = atomic_load(&ctx->kernel_compression_);
	int not_asked = COMPRESSION_NOT_ASKED;

	if (format != COMPRESSION_NOT_ASKED)
		return format;
	format = read_kernel_compression(ctx);
	if (!atomic_compare_exchange_strong(&ctx->kernel_compression_, &not_asked, format))
		format = not_asked;
	return format;
}

/* ---- indexes ---- */

const char *ctx_index_name(enum kmod_index type)
{
	return indexes[type].name;
}

char *ctx_index_path(const struct kmod_ctx *ctx, enum kmod_index type)
{
	char *path;

	return asprintf(&path, "%s/%s.bin", ctx->dirname, indexes[type].name) < 0 ? NULL : path;
}

/* Why it could not be used; nothing when it is not there, or empty. */
static void log_index_problem(const struct kmod_ctx *ctx, const char *path, int error)
{
	_cleanup_free_ char *header = NULL;
	char words[128];
	size_t len;

	if (error == -ENOENT || error == -ENOTDIR || error == -ENOMEM || !log_wanted(ctx, LOG_ERR))
		return;
	if (error != -EINVAL || fs_read_file(AT_FDCWD, path, INDEX_HEADER_SIZE, true, &header, &len) < 0) {
		log_err(ctx, "%s: %s\n", path, index_open_error(error));
		return;
	}
	/* compat: older depmods leave a file of 0 bytes where an index has no input. */
	if (len > 0)
		log_err(ctx, "%s: %s\n", path, index_header_problem(bytes_of(header, len), words, sizeof(words)));
}

/* Its header was fine. Lookups find less, as if that had not been there. */
static void log_damage(void *data, unsigned type)
{
	const struct kmod_ctx *ctx = data;

	log_err(ctx, "%s/%s.bin: damaged or cut off, lookups may miss modules; depmod makes it anew\n",
		ctx->dirname, indexes[type].name);
}

/* briefly: for the lookups of one call, or of one run of a tool. */
static int open_index(struct kmod_ctx *ctx, enum kmod_index type, bool briefly,
		      struct index **out)
{
	_cleanup_free_ char *path = ctx_index_path(ctx, type);
	int r;

	if (!path)
		return -ENOMEM;
	r = briefly ? index_open_briefly(path, out) : index_open(path, out);
	if (r < 0)
		log_index_problem(ctx, path, r);
	else
		index_on_damage(*out, log_damage, ctx, type);
	return r;
}

/* The loaded index, referenced; NULL when there is none. True if that is all there is. */
static bool loaded_index(struct kmod_ctx *ctx, enum kmod_index type, struct index **out)
{
	bool loaded;

	pthread_mutex_lock(&ctx->lock);
	*out = ctx->indexes[type] ? index_ref(ctx->indexes[type]) : NULL;
	loaded = *out || ctx->resources_loaded || ctx->index_absent[type];
	pthread_mutex_unlock(&ctx->lock);
	return loaded;
}

/* idx, or that there is none, for later lookups; unless another thread was first. */
static void keep_index(struct kmod_ctx *ctx, enum kmod_index type, struct index *idx)
{
	pthread_mutex_lock(&ctx->lock);
	if (!idx)
		ctx->index_absent[type] = true;
	else if (!ctx->indexes[type])
		ctx->indexes[type] = index_ref(idx);
	pthread_mutex_unlock(&ctx->lock);
}

int ctx_index(struct kmod_ctx *ctx, enum kmod_index type, struct index **out)
{
	struct index *idx;
	int r;

	if (!loaded_index(ctx, type, &idx)) {
		r = open_index(ctx, type, true, &idx);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			idx = NULL;
		if (ctx->keep_indexes)
			keep_index(ctx, type, idx);
	}
	*out = idx;
	return 0;
}

static void unref_all(struct index *list[N_INDEXES])
{
	for (size_t i = 0; i < N_INDEXES; i++)
		index_unrefp(&list[i]);
}

/* Opens what is not loaded yet. On failure nothing is open. */
static int open_missing_indexes(struct kmod_ctx *ctx, struct index *opened[N_INDEXES])
{
	for (size_t i = 0; i < N_INDEXES; i++) {
		int r;

		loaded_index(ctx, i, &opened[i]);
		if (opened[i])
			continue;
		r = open_index(ctx, i, false, &opened[i]);
		if (r < 0 && !indexes[i].optional) {
			unref_all(opened);
			return r;
		}
	}
	return 0;
}

int kmod_load_resources(struct kmod_ctx *ctx)
{
	struct index *opened[N_INDEXES] = { NULL };
	int r;

	if (!ctx)
		return -ENOENT;
	r = open_missing_indexes(ctx, opened);
	if (r < 0) {
		kmod_unload_resources(ctx);
		return r;
	}
	pthread_mutex_lock(&ctx->lock);
	for (size_t i = 0; i < N_INDEXES; i++)
		if (!ctx->indexes[i])
			ctx->indexes[i] = TAKE_PTR(opened[i]);
	ctx->resources_loaded = true;
	pthread_mutex_unlock(&ctx->lock);
	unref_all(opened);
	return 0;
}

void kmod_unload_resources(struct kmod_ctx *ctx)
{
	struct index *dropped[N_INDEXES];

	if (!ctx)
		return;
	pthread_mutex_lock(&ctx->lock);
	memcpy(dropped, ctx->indexes, sizeof(dropped));
	memset(ctx->indexes, 0, sizeof(ctx->indexes));
	ctx->resources_loaded = false;
	pthread_mutex_unlock(&ctx->lock);
	unref_all(dropped);
}

/* Is the file behind idx gone, or another one? */
static bool index_is_stale(const struct kmod_ctx *ctx, enum kmod_index type, const struct index *idx)
{
	_cleanup_free_ char *path = ctx_index_path(ctx, type);
	struct stat st;

	return !path || stat(path, &st) < 0 || fs_mtime_usec(&st) != index_mtime_usec(idx);
}

int kmod_validate_resources(struct kmod_ctx *ctx)
{
	bool stale = false;

	if (!ctx || conf_is_stale(ctx->conf))
		return KMOD_RESOURCES_MUST_RECREATE;
	for (size_t i = 0; i < N_INDEXES && !stale; i++) {
		_cleanup_(index_unrefp) struct index *idx = NULL;

		loaded_index(ctx, i, &idx);
		stale = idx && index_is_stale(ctx, i, idx);
	}
	return stale ? KMOD_RESOURCES_MUST_RELOAD : KMOD_RESOURCES_OK;
}

struct dump {
	int fd;
	const char *prefix;
	struct strbuf text;
};

static int dump_flush(struct dump *dump)
{
	int r = strbuf_ok(&dump->text) ? 0 : -ENOMEM;

	if (r == 0 && dump->text.len > 0)
		r = fs_write_full(dump->fd, dump->text.data, dump->text.len);
	strbuf_truncate(&dump->text, 0);
	return r;
}

static int dump_line(void *data, const struct index_hit *hit)
{
	struct dump *dump = data;

	strbuf_adds(&dump->text, dump->prefix);
	strbuf_adds(&dump->text, hit->pattern);
	strbuf_addc(&dump->text, ' ');
	strbuf_adds(&dump->text, hit->value);
	strbuf_addc(&dump->text, '\n');
	return dump->text.len < 65536 ? 0 : dump_flush(dump);
}

int kmod_dump_index(struct kmod_ctx *ctx, enum kmod_index type, int fd)
{
	_cleanup_(index_unrefp) struct index *idx = NULL;
	struct dump dump = { .fd = fd, .text = STRBUF_INIT };
	int r;

	if (!ctx)
		return -ENOSYS;
	if ((unsigned)type >= N_INDEXES)
		return -ENOENT;
	r = ctx_index(ctx, type, &idx);
	if (r < 0)
		return r;
	if (!idx)
		return -ENOSYS;
	dump.prefix = indexes[type].is_alias ? "alias " : "";
	r = index_walk(idx, dump_line, &dump);
	if (r == 0)
		r = dump_flush(&dump);
	strbuf_fini(&dump.text);
	return r;
}
