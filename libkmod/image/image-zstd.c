/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * zstd: frames one behind the other, skippable ones among them. A frame that states
 * its content size gets exactly that room, which lets the library decode it in one
 * pass; else the output grows as it comes.
 */
#include "libkmod/image/image-codec.h"

#if ENABLE_ZSTD
#include <errno.h>
#include <zstd.h>

#include "libkmod/dlib.h"

#define USUAL_RATIO 4

DLIB_FUNCTION(ZSTD_createDCtx);
DLIB_FUNCTION(ZSTD_freeDCtx);
DLIB_FUNCTION(ZSTD_DCtx_reset);
DLIB_FUNCTION(ZSTD_getFrameContentSize);
DLIB_FUNCTION(ZSTD_decompressStream);
DLIB_FUNCTION(ZSTD_isError);
DLIB_FUNCTION(ZSTD_getErrorName);

static const struct dlib_symbol symbols[] = {
	DLIB_SYMBOL(ZSTD_createDCtx),
	DLIB_SYMBOL(ZSTD_freeDCtx),
	DLIB_SYMBOL(ZSTD_DCtx_reset),
	DLIB_SYMBOL(ZSTD_getFrameContentSize),
	DLIB_SYMBOL(ZSTD_decompressStream),
	DLIB_SYMBOL(ZSTD_isError),
	DLIB_SYMBOL(ZSTD_getErrorName),
};
static struct dlib libzstd = DLIB_INIT("libzstd.so.1", symbols);
DLIB_NOTE("zstd", "Reading of zstd-compressed modules", "recommended", "libzstd.so.1");

static void context_free(void *state)
{
	dlib_ZSTD_freeDCtx(state);
}

static int reserve_for_frame(const ZSTD_inBuffer *in, struct image_out *out)
{
	const unsigned char *frame = (const unsigned char *)in->src + in->pos;
	size_t left = in->size - in->pos;
	unsigned long long size = dlib_ZSTD_getFrameContentSize(frame, left);

	if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
		return image_out_guess(out, (uint64_t)left * USUAL_RATIO);
	return image_out_reserve(out, size);
}

/* Ends behind one frame. */
static int decode_frame(ZSTD_DCtx *ctx, ZSTD_inBuffer *in, struct image_out *out,
			const char **error)
{
	size_t hint;

	do {
		ZSTD_outBuffer o = { out->data, out->size, out->len };
		size_t before = in->pos;
		int r;

		hint = dlib_ZSTD_decompressStream(ctx, &o, in);
		if (dlib_ZSTD_isError(hint)) {
			*error = dlib_ZSTD_getErrorName(hint);
			return -EINVAL;
		}
		if (hint && o.pos < o.size && o.pos == out->len && in->pos == before) {
			*error = "Src size is incorrect";
			return -EINVAL;
		}
		out->len = o.pos;
		r = hint && o.pos == o.size ? image_out_reserve(out, 1) : 0;
		if (r < 0)
			return r;
	} while (hint);
	return 0;
}

static int decompress(struct bytes bytes, struct image_out *out, void **state, const char **error)
{
	ZSTD_inBuffer in = { bytes.ptr, bytes.len, 0 };
	int r;

	r = dlib_load(&libzstd);
	if (r < 0) {
		*error = dlib_error(&libzstd);
		return -EINVAL;
	}
	if (!*state)
		*state = dlib_ZSTD_createDCtx();
	if (!*state)
		return -ENOMEM;
	dlib_ZSTD_DCtx_reset(*state, ZSTD_reset_session_only);
	while (r == 0 && in.pos < in.size) {
		r = reserve_for_frame(&in, out);
		if (r == 0)
			r = decode_frame(*state, &in, out, error);
	}
	return r;
}

const struct image_codec image_codec_zstd = { decompress, context_free };
#endif
