/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a module file to its bytes.
 *
 *	file --open once, fstat (regular files only), sniff 6 bytes--> struct image
 *	     plain, small      read whole, once
 *	     plain, large      ranges are read when asked for (pread), each once per ask
 *	     gzip, xz, zstd    decompressed whole on the first ask, capped at IMAGE_MAX_SIZE
 *
 * Files are read, not mapped: a module on a damaged disk then gives -EIO and a file
 * that shrinks gives a short read, where a mapping would kill the process by SIGBUS.
 *
 * Errors: -EINVAL shorter than 6 bytes, corrupt stream or decompressor missing;
 * -ENOSYS format not built in; -EFBIG decompressed size over the cap; -EISDIR;
 * -ENXIO other non-regular file (never blocks on a FIFO); or what open/read said.
 *
 * An image belongs to one thread at a time.
 */
#pragma once

#include <stdbool.h>

#include "shared/bytes.h"

#ifndef IMAGE_MAX_SIZE
#define IMAGE_MAX_SIZE (1ULL << 30)
#endif

enum image_format {
	IMAGE_PLAIN,
	IMAGE_GZIP,
	IMAGE_XZ,
	IMAGE_ZSTD,
	N_IMAGE_FORMATS_,
};

struct image;

/*
 * What a worker that reads many modules keeps between them: decompressor contexts
 * and buffers. NULL everywhere a scratch is taken means "allocate for this image".
 * At most one open image may use a scratch at a time.
 */
struct image_scratch;
struct image_scratch *image_scratch_new(void);
void image_scratch_free(struct image_scratch *scratch);

int image_open(int dirfd, const char *path, struct image_scratch *scratch, struct image **out) _must_check_;
/* Borrowed bytes (they must outlive the image), same sniffing and rules. */
int image_from_bytes(struct bytes file, struct image **out) _must_check_;
void image_close(struct image *img);
static inline void image_closep(struct image **img)
{
	if (*img)
		image_close(*img);
}

enum image_format image_format(const struct image *img);
/* "none", "gzip", "xz", "zstd": the words of /sys/module/compression */
const char *image_format_name(enum image_format format);
/* The open file, or -1 for bytes. Still owned by img. */
int image_fd(const struct image *img);

/* Size of the decompressed content. */
int image_size(struct image *img, uint64_t *out) _must_check_;
/*
 * The decompressed content's range [off, off+len). Valid until image_close().
 * -EINVAL when it is not inside.
 */
int image_view(struct image *img, uint64_t off, uint64_t len, struct bytes *out) _must_check_;
/* All of it. */
int image_whole(struct image *img, struct bytes *out) _must_check_;

/* Words for the last failure of this image ("xz: File is corrupt"), or NULL. */
const char *image_error(const struct image *img);

/* Features for --version and kmod.pc: is the format readable in this build? */
bool image_format_built_in(enum image_format format);
