/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The file behind an index. Its bytes lie in memory of our own, in one piece; either all
 * of it, or, for a few lookups, the blocks that were needed:
 *
 *	file   [####|....|....|####|####|....|....]      # read, . still zeros
 *	             index_need(off, len) reads what is missing of a range
 *
 * Reading all of a large index costs more than starting the program that wants one
 * name; blocks make it as cheap as a mapping, without its danger.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libkmod/index/index-node.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"

enum {
	BLOCK = 16 * 1024,
	READ_ALL_MAX = 4 * BLOCK, /* files up to here are not worth the trouble */
};

struct index_blocks {
	pthread_mutex_t lock; /* held while reading */
	int fd;
	atomic_int error;   /* the first that reading met */
	atomic_bool here[]; /* of each block: is it in place? */
};

const char *index_header_problem(struct bytes header, char *buf, size_t size)
{
	uint32_t magic, version, root;

	buf[0] = '\0';
	if (!bytes_u32(header, 0, true, &magic) ||
	    !bytes_u32(header, 4, true, &version) || !bytes_u32(header, 8, true, &root))
		snprintf(buf, size, "too short: %zu bytes instead of at least %u",
			 header.len, INDEX_HEADER_SIZE);
	else if (magic != INDEX_MAGIC)
		snprintf(buf, size, "magic check fail: %08x instead of %08x", magic,
			 INDEX_MAGIC);
	else if (version >> 16 != INDEX_VERSION_MAJOR)
		snprintf(buf, size, "major version check fail: %u instead of %u",
			 version >> 16, INDEX_VERSION_MAJOR);
	return buf;
}

static void index_free(struct index *idx)
{
	if (idx->blocks) {
		close(idx->blocks->fd);
		pthread_mutex_destroy(&idx->blocks->lock);
		free(idx->blocks);
	}
	free(idx);
}

static void index_freep(struct index **idx)
{
	if (*idx)
		index_free(*idx);
}

/* The first reference, once the header is in place. */
static int index_start(struct index *idx)
{
	char problem[80];

	if (*index_header_problem(idx->bytes, problem, sizeof(problem)) ||
	    !bytes_u32(idx->bytes, 8, true, &idx->root))
		return -EINVAL;
	atomic_init(&idx->refcount, 1);
	return 0;
}

int index_from_bytes(struct bytes b, struct index **out)
{
	_cleanup_(index_freep) struct index *idx = calloc(1, sizeof(*idx));

	if (!idx)
		return -ENOMEM;
	idx->bytes = b;
	int r = index_start(idx);
	if (r == 0)
		*out = TAKE_PTR(idx);
	return r;
}

static int open_file(const char *path, int *fd, struct stat *st)
{
	_cleanup_close_ int opened = open(path,
					  O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (opened < 0 || fstat(opened, st) < 0)
		return -errno;
	if (!S_ISREG(st->st_mode))
		return -ENODEV;
	if (st->st_size < (off_t)INDEX_HEADER_SIZE)
		return -EINVAL;
	if ((unsigned long long)st->st_size > INDEX_MAX_SIZE)
		return -EFBIG;
	*fd = TAKE_FD(opened);
	return 0;
}

const char *index_open_error(int error)
{
	return error == -ENODEV ? "not a regular file" : strerror(-error);
}

static int open_all(int fd, const struct stat *st, struct index **out)
{
	size_t size = (size_t)st->st_size;
	_cleanup_(index_freep) struct index *idx = malloc(sizeof(*idx) + size);

	if (!idx)
		return -ENOMEM;
	*idx = (struct index){ 0 };
	ssize_t n = fs_pread_full(fd, idx->data, size, 0);
	if (n < 0)
		return (int)n;
	idx->bytes = bytes_of(idx->data, (size_t)n);
	idx->mtime_usec = fs_mtime_usec(st);
	int r = index_start(idx);
	if (r == 0)
		*out = TAKE_PTR(idx);
	return r;
}

/* Takes fd on success. */
static int open_blocks(int *fd, const struct stat *st, struct index **out)
{
	size_t size = (size_t)st->st_size, n_blocks = (size + BLOCK - 1) / BLOCK;
	/* Zeros that cost nothing: the allocator gets so much from the kernel. */
	_cleanup_(index_freep) struct index *idx = calloc(1, sizeof(*idx) + size);

	if (!idx)
		return -ENOMEM;
	struct index_blocks *blocks =
		calloc(1, sizeof(*blocks) + n_blocks * sizeof(blocks->here[0]));
	if (!blocks)
		return -ENOMEM;
	pthread_mutex_init(&blocks->lock, NULL);
	blocks->fd = TAKE_FD(*fd);
	idx->blocks = blocks;
	idx->bytes = bytes_of(idx->data, size);
	idx->mtime_usec = fs_mtime_usec(st);

	index_need(idx, 0, INDEX_HEADER_SIZE);
	int r = index_error(idx);
	if (r == 0)
		r = index_start(idx);
	if (r == 0)
		*out = TAKE_PTR(idx);
	return r;
}

int index_open(const char *path, struct index **out)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r = open_file(path, &fd, &st);

	return r < 0 ? r : open_all(fd, &st, out);
}

int index_open_briefly(const char *path, struct index **out)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r = open_file(path, &fd, &st);

	if (r < 0)
		return r;
	return st.st_size <= READ_ALL_MAX ? open_all(fd, &st, out)
					  : open_blocks(&fd, &st, out);
}

struct index *index_ref(struct index *idx)
{
	atomic_fetch_add_explicit(&idx->refcount, 1, memory_order_relaxed);
	return idx;
}

void index_unref(struct index *idx)
{
	if (idx &&
	    atomic_fetch_sub_explicit(&idx->refcount, 1, memory_order_acq_rel) == 1)
		index_free(idx);
}

unsigned long long index_mtime_usec(const struct index *idx)
{
	return idx->mtime_usec;
}

int index_error(const struct index *idx)
{
	return idx->blocks
		       ? atomic_load_explicit(&idx->blocks->error, memory_order_relaxed)
		       : 0;
}

/* Reads blocks first to end - 1, none of which is there. Zeros stay where reading fails. */
static void read_blocks(struct index *idx, size_t first, size_t end)
{
	struct index_blocks *blocks = idx->blocks;
	size_t from = first * BLOCK, to = end * BLOCK;

	if (to > idx->bytes.len)
		to = idx->bytes.len;
	ssize_t n = fs_pread_full(blocks->fd, idx->data + from, to - from, (off_t)from);
	if (n < 0)
		atomic_store_explicit(&blocks->error, (int)n, memory_order_relaxed);
	for (size_t i = first; i < end; i++)
		atomic_store_explicit(&blocks->here[i], true, memory_order_release);
}

static bool is_here(const struct index_blocks *blocks, size_t i)
{
	return atomic_load_explicit(&blocks->here[i], memory_order_acquire);
}

void index_read_missing(const struct index *const_idx, uint64_t off, uint64_t len)
{
	struct index *idx = (struct index *)const_idx;
	struct index_blocks *blocks = idx->blocks;

	if (off >= idx->bytes.len || len == 0)
		return;
	if (len > idx->bytes.len - off)
		len = idx->bytes.len - off;
	for (size_t i = off / BLOCK, last = (off + len - 1) / BLOCK; i <= last; i++) {
		size_t end = i;

		if (is_here(blocks, i))
			continue;
		pthread_mutex_lock(&blocks->lock);
		while (end <= last && !is_here(blocks, end))
			end++;
		if (end > i)
			read_blocks(idx, i, end);
		pthread_mutex_unlock(&blocks->lock);
	}
}
