/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The context: wires the rooms. What is immutable once built needs no lock (module
 * directory, configuration); what is guarded says by what.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "libkmod/config/conf.h"
#include "libkmod/image/image.h"
#include "libkmod/index/index-read.h"
#include "libkmod/libkmod.h"
#include "libkmod/log.h"

#define N_INDEXES 5

/* Live module objects by name and alias; an object carries its own chain link (mod.c). */
struct mod_pool {
	struct kmod_module **buckets;
	size_t n;
	size_t size; /* buckets, a power of two, or 0 */
	unsigned walks; /* number of the last walk through dependency caches */
};

struct kmod_ctx {
	atomic_int refcount;
	atomic_int log_priority;
	log_sink_fn *log_fn;     /* guarded by lock, as is log_data */
	void *log_data;
	_Atomic(const void *) userdata;
	char *dirname;           /* immutable */
	struct conf *conf;       /* immutable */
	atomic_int kernel_compression_; /* ask ctx_kernel_compression() */

	pthread_mutex_t lock;    /* indexes, pool; never held while a file is read or a sink runs */
	struct index *indexes[N_INDEXES];
	bool resources_loaded;   /* then a NULL index is one that is not there */
	bool index_absent[N_INDEXES]; /* the same for one index, with keep_indexes */
	bool keep_indexes;       /* immutable */
	struct mod_pool pool;
};

/*
 * kmod_new with the log set up before the configuration is parsed, so that a tool's own
 * prefix, -q and -s hold for it (D19). fn NULL: the default sink.
 */
struct ctx_options {
	const char *dirname;
	const char *const *config_paths;
	bool no_config;          /* read none at all: no file, no softdeps, no command line */
	bool names_only;         /* only files: no softdeps, no command line */
	int log_priority;
	log_sink_fn *log_fn;
	void *log_data;
	/* For a tool's one run: an index is read once, on first need, and serves from then on. */
	bool keep_indexes;
};
int ctx_new(const struct ctx_options *opt, struct kmod_ctx **out) _must_check_;

/*
 * A reference to one index: the loaded snapshot, or the file opened for this call. A
 * missing or damaged one is *out = NULL and 0 ("nothing found"); a damaged one is
 * logged at ERR. -ENOMEM.
 */
int ctx_index(struct kmod_ctx *ctx, enum kmod_index type, struct index **out) _must_check_;
/* "modules.dep" etc., without ".bin" */
const char *ctx_index_name(enum kmod_index type);
/* Of its file; the caller frees it. NULL when out of memory. */
char *ctx_index_path(const struct kmod_ctx *ctx, enum kmod_index type);

/* What the kernel can decompress itself (/sys/module/compression), read on first need; IMAGE_PLAIN: nothing. */
enum image_format ctx_kernel_compression(struct kmod_ctx *ctx);
