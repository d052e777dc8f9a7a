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
#include "shared/map.h"

#define N_INDEXES 5

struct kmod_ctx {
	atomic_int refcount;
	atomic_int log_priority;
	log_sink_fn *log_fn;     /* guarded by lock; set before threads share the context */
	void *log_data;
	_Atomic(const void *) userdata;
	char *dirname;           /* immutable */
	struct conf *conf;       /* immutable */
	enum image_format kernel_compression; /* immutable; IMAGE_PLAIN: none */

	pthread_mutex_t lock;    /* indexes, pool; never held while a file is read or a sink runs */
	struct index *indexes[N_INDEXES];
	bool resources_loaded;
	struct map pool;         /* key to struct kmod_module, borrowed */
};

/*
 * kmod_new with the log set up before the configuration is parsed, so that a tool's own
 * prefix, -q and -s hold for it (D19). fn NULL: the default sink.
 */
struct ctx_options {
	const char *dirname;
	const char *const *config_paths;
	int log_priority;
	log_sink_fn *log_fn;
	void *log_data;
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
