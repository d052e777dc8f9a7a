/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Damaged modules and indexes in bulk, through the code that modinfo, depmod and lookups
 * run. The same seed gives the same damage on every machine; the input being tried stands
 * in the directory given, so after a crash it is at hand.
 *
 *	mutate DIR [MODULES [INDEXES [SEED]]]
 *
 * Fails when one input takes more than two seconds or the memory goes beyond 512 MiB.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libkmod/index/index-read.h"
#include "libkmod/index/index-write.h"
#include "libkmod/libkmod.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "testsuite/forge/forge.h"
#include "tools/depmod/dm-facts.h"

enum { N_BASES = 12, MAX_SECONDS = 2, MAX_MEBIBYTES = 512 };

struct run {
	char path[4200]; /* of the input */
	char dir[4096];
	uint64_t random;
	struct strbuf bases[N_BASES];
	unsigned n_bases;
	unsigned long readable;
	double slowest;
	struct dm_worker *worker;
};

static _noreturn_ void die(const char *what)
{
	fprintf(stderr, "mutate: %s\n", what);
	exit(1);
}

/* xorshift64* */
static uint32_t below(struct run *run, size_t n)
{
	run->random ^= run->random >> 12;
	run->random ^= run->random << 25;
	run->random ^= run->random >> 27;
	return n ? (uint32_t)((run->random * 0x2545F4914F6CDD1DULL >> 32) % n) : 0;
}

/* ---- damage ---- */

static void set_word(struct run *run, unsigned char *at, size_t len)
{
	static const uint32_t words[] = { 0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000,
					  0xffffffff, 0x1000, 0x10000000, 0xe000000c };
	uint32_t word = words[below(run, ARRAY_SIZE(words))];

	for (size_t i = 0; i < 4 && i < len; i++)
		at[i] = (unsigned char)(word >> (8 * i));
}

static void damage_once(struct run *run, unsigned char *data, size_t *len)
{
	size_t at = below(run, *len), other = below(run, *len), n;

	switch (below(run, 6)) {
	case 0:
		data[at] ^= (unsigned char)(1 << below(run, 8));
		break;
	case 1:
		data[at] = (unsigned char)below(run, 256);
		break;
	case 2:
		set_word(run, data + at, *len - at);
		break;
	case 3: /* a piece from elsewhere */
		n = below(run, 64);
		if (n > *len - at)
			n = *len - at;
		if (n > *len - other)
			n = *len - other;
		memmove(data + at, data + other, n);
		break;
	case 4:
		n = below(run, 64);
		memset(data + at, (int)below(run, 2) * 0xff, n < *len - at ? n : *len - at);
		break;
	default: /* cut off, seldom */
		if (below(run, 4) == 0 && at > 0)
			*len = at;
		break;
	}
}

static unsigned char *damaged(struct run *run, size_t *len)
{
	const struct strbuf *base = &run->bases[below(run, run->n_bases)];
	unsigned char *data = malloc(base->len);

	if (!data)
		die("no memory");
	memcpy(data, base->data, base->len);
	*len = base->len;
	for (unsigned n = 1 + below(run, 8); n > 0; n--)
		damage_once(run, data, len);
	return data;
}

static void write_input(const struct run *run, const unsigned char *data, size_t len)
{
	_cleanup_close_ int fd = open(run->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || fs_write_full(fd, data, len) < 0)
		die(run->path);
}

/* ---- modules ---- */

static void make_modules(struct run *run)
{
	static const enum image_format formats[] = { IMAGE_GZIP, IMAGE_XZ, IMAGE_ZSTD };
	struct forge_module m = {
		.name = "m",
		.modinfo = FORGE_STRINGS("alias=pci:v*", "softdep=pre: x", "parm=a:b"),
		.exports = FORGE_SYMBOLS({ .name = "m_open", .crc = 1 },
					 { .name = "m_ns", .crc = 2, .ns = "NS" }),
		.imports = FORGE_SYMBOLS({ .name = "printk", .crc = 3 },
					 { .name = "w", .weak = true }),
		.extended = FORGE_SYMBOLS({ .name = "long_name", .crc = 4 }),
	};

	for (unsigned i = 0; i < 9; i++) {
		m.bits32 = i & 1;
		m.big = i & 2;
		m.signature = i & 4 ? FORGE_PKCS7 : FORGE_UNSIGNED;
		m.flags = i == 8 ? FORGE_CRC_ABSOLUTE : 0;
		if (forge_build(&m, &run->bases[run->n_bases++]) < 0)
			die("no memory");
	}
	for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
		struct strbuf *b = &run->bases[run->n_bases];

		if (forge_build(&m, b) < 0)
			die("no memory");
		if (forge_compress(b, formats[i]) == 0)
			run->n_bases++;
		else
			strbuf_fini(b);
	}
}

/* What modinfo asks. */
static void ask_library(struct run *run, struct kmod_ctx *ctx)
{
	struct kmod_module *mod = NULL;
	struct kmod_list *list = NULL;

	if (kmod_module_new_from_path(ctx, run->path, &mod) < 0)
		return;
	if (kmod_module_get_info(mod, &list) >= 0) {
		run->readable++;
		kmod_module_info_free_list(list);
	}
	list = NULL;
	if (kmod_module_get_versions(mod, &list) >= 0)
		kmod_module_versions_free_list(list);
	list = NULL;
	if (kmod_module_get_symbols(mod, &list) >= 0)
		kmod_module_symbols_free_list(list);
	list = NULL;
	if (kmod_module_get_dependency_symbols(mod, &list) >= 0)
		kmod_module_dependency_symbols_free_list(list);
	kmod_module_unref(mod);
}

static void ask_depmod(struct run *run)
{
	const struct dm_facts_options options = { .checks = true };
	struct dm_facts facts;

	if (dm_facts_read(run->worker, AT_FDCWD, run->path, &options, &facts) < 0)
		die("no memory for the facts of a module");
}

static void try_module(struct run *run, struct kmod_ctx *ctx)
{
	size_t len;
	_cleanup_free_ unsigned char *data = damaged(run, &len);

	write_input(run, data, len);
	ask_library(run, ctx);
	ask_depmod(run);
}

/* ---- indexes ---- */

static void make_indexes(struct run *run)
{
	static char keys[200][40], values[200][16];
	struct index_entry entries[200];

	for (unsigned i = 0; i < ARRAY_SIZE(entries); i++) {
		snprintf(keys[i], sizeof(keys[i]), i % 3 ? "pci:v%08Xd*sv*" : "usb:v%04Xp[0-9]d?",
			 i * 77);
		snprintf(values[i], sizeof(values[i]), "module%u", i);
		entries[i] = (struct index_entry){ keys[i], values[i], i };
	}
	for (run->n_bases = 0; run->n_bases < 4; run->n_bases++)
		if (index_write(entries, 1 + run->n_bases * 66, &run->bases[run->n_bases]) < 0)
			die("no memory");
}

static int take_hit(void *data, const struct index_hit *hit)
{
	*(size_t *)data += strlen(hit->pattern) + strlen(hit->value);
	return 0;
}

static void search(struct run *run, struct bytes bytes)
{
	static const char *const queries[] = { "pci:v0000004Dd1sv2", "usb:v0000p3d1", "module", "" };
	_cleanup_(index_unrefp) struct index *idx = NULL;
	size_t total = 0;

	if (index_from_bytes(bytes, &idx) < 0)
		return;
	run->readable++;
	for (unsigned i = 0; i < ARRAY_SIZE(queries); i++) {
		const char *value;

		if (index_match(idx, queries[i], take_hit, &total) < 0 ||
		    index_find(idx, queries[i], &value) < 0)
			die("no memory for a search");
	}
	if (index_walk(idx, take_hit, &total) < 0)
		die("no memory for a walk");
}

static void try_index(struct run *run, bool whole_way)
{
	size_t len;
	_cleanup_free_ unsigned char *data = damaged(run, &len);

	search(run, bytes_of(data, len));
	if (!whole_way)
		return;
	write_input(run, data, len);

	static const char *const no_config[] = { NULL };
	struct kmod_ctx *ctx = kmod_new(run->dir, no_config);
	struct kmod_list *list = NULL;

	if (ctx && kmod_module_new_from_lookup(ctx, "pci:v0000004Dd1sv2", &list) >= 0)
		kmod_module_unref_list(list);
	kmod_unref(ctx);
}

/* ---- the runs ---- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void one_done(struct run *run, double begun, unsigned long i)
{
	double seconds = now() - begun;

	if (seconds > run->slowest)
		run->slowest = seconds;
	if (seconds > MAX_SECONDS) {
		fprintf(stderr, "mutate: input %lu took %.1f s, see %s\n", i, seconds, run->path);
		exit(1);
	}
}

static void sum_up(struct run *run, const char *what, unsigned long n)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	long mebibytes = usage.ru_maxrss / 1024;
	printf("%s %s: %lu damaged, %lu of them readable, 0 crashes, slowest %.0f ms, %ld MiB\n",
	       mebibytes < MAX_MEBIBYTES ? "ok" : "not ok", what, n, run->readable,
	       run->slowest * 1000, mebibytes);
	fflush(stdout);
	if (mebibytes >= MAX_MEBIBYTES)
		exit(1);
	run->readable = 0;
	run->slowest = 0;
	for (unsigned i = 0; i < run->n_bases; i++)
		strbuf_fini(&run->bases[i]);
	memset(run->bases, 0, sizeof(run->bases));
	run->n_bases = 0;
}

static void run_modules(struct run *run, unsigned long n)
{
	static const char *const no_config[] = { NULL };
	struct kmod_ctx *ctx = NULL;

	make_modules(run);
	snprintf(run->path, sizeof(run->path), "%s/m.ko", run->dir);
	for (unsigned long i = 0; i < n; i++) {
		/* A worker keeps the names it saw. */
		if (i % 500 == 0) {
			dm_worker_free(run->worker);
			run->worker = dm_worker_new();
			kmod_unref(ctx);
			ctx = kmod_new(run->dir, no_config);
			if (!ctx || !run->worker)
				die("no memory");
		}
		double begun = now();
		try_module(run, ctx);
		one_done(run, begun, i);
	}
	kmod_unref(ctx);
	dm_worker_free(run->worker);
	sum_up(run, "modules", n);
}

static void run_indexes(struct run *run, unsigned long n)
{
	make_indexes(run);
	snprintf(run->path, sizeof(run->path), "%s/modules.alias.bin", run->dir);
	for (unsigned long i = 0; i < n; i++) {
		double begun = now();

		try_index(run, i % 8 == 0);
		one_done(run, begun, i);
	}
	sum_up(run, "indexes", n);
}

int main(int argc, char **argv)
{
	static struct run run;
	uint64_t v[3] = { 100000, 100000, 1 };

	for (int i = 2; i < argc && i < 5; i++)
		if (str_to_u64(argv[i], 10, &v[i - 2]) < 0)
			argc = 0;
	if (argc < 2) {
		fputs("Usage: mutate DIR [MODULES [INDEXES [SEED]]]\n", stderr);
		return 1;
	}
	snprintf(run.dir, sizeof(run.dir), "%s", argv[1]);
	run.random = v[2] * 0x9E3779B97F4A7C15ULL | 1;
	setenv("KMOD_LOG", "0", 1);
	run_modules(&run, (unsigned long)v[0]);
	run_indexes(&run, (unsigned long)v[1]);
	return 0;
}
