/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One descriptor per compression: a codec is a file image-zlib.c, image-xz.c,
 * image-zstd.c that exports one const struct image_codec; image.c's table of formats
 * points at those that are built in.
 */
#pragma once

#include "libkmod/image/image.h"

/* A growing output with a hard cap. */
struct image_out {
	unsigned char *data;
	size_t len;
	size_t size;
	uint64_t max; /* 0: IMAGE_MAX_SIZE */
};
/* Makes room for at least more bytes behind len. 0, -ENOMEM, -EFBIG. */
int image_out_reserve(struct image_out *out, uint64_t more) _must_check_;
/* Makes room for a guess of what comes; a guess over the cap is no error, only less. */
int image_out_guess(struct image_out *out, uint64_t more) _must_check_;

struct image_codec {
	/*
	 * Decompresses all of in. *state is the codec's own reusable context, NULL at
	 * first, released by free_state. On failure *error gets static words, except
	 * that -ENOMEM and -EFBIG speak for themselves.
	 */
	int (*decompress)(struct bytes in, struct image_out *out, void **state, const char **error);
	void (*free_state)(void *state);
};

extern const struct image_codec image_codec_zlib, image_codec_xz, image_codec_zstd;
