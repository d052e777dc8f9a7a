/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gzip: members one behind the other; what follows the last one and does not look
 * like another is ignored, as gunzip does. The size in the trailer is only a hint for
 * the first allocation: it may lie, and counts the last member modulo 2^32.
 */
#include "libkmod/image/image-codec.h"

#if ENABLE_ZLIB
#include <errno.h>
#include <limits.h>
#include <zlib.h>

#include "libkmod/dlib.h"

#define GZIP_WINDOW_BITS (15 + 16) /* the largest window; a gzip header, nothing else */
#define GZIP_MAX_RATIO 1032        /* of deflate */

_Static_assert(IMAGE_MAX_SIZE <= UINT_MAX, "zlib counts in unsigned int");

DLIB_FUNCTION(inflateInit2_);
DLIB_FUNCTION(inflateReset);
DLIB_FUNCTION(inflate);
DLIB_FUNCTION(inflateEnd);

static const struct dlib_symbol symbols[] = {
	DLIB_SYMBOL(inflateInit2_),
	DLIB_SYMBOL(inflateReset),
	DLIB_SYMBOL(inflate),
	DLIB_SYMBOL(inflateEnd),
};
static struct dlib zlib = DLIB_INIT("libz.so.1", symbols);
DLIB_NOTE("zlib", "Reading of gzip-compressed modules", "recommended", "libz.so.1");

static int stream_get(void **state, z_stream **out)
{
	z_stream *s = *state;
	int r;

	if (s) {
		*out = s;
		return dlib_inflateReset(s) == Z_OK ? 0 : -EINVAL;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	r = dlib_inflateInit2_(s, GZIP_WINDOW_BITS, ZLIB_VERSION, (int)sizeof(*s));
	if (r != Z_OK) {
		free(s);
		return r == Z_MEM_ERROR ? -ENOMEM : -EINVAL;
	}
	*state = *out = s;
	return 0;
}

static void stream_free(void *state)
{
	dlib_inflateEnd(state);
	free(state);
}

static int reserve_by_hint(struct bytes in, struct image_out *out)
{
	uint32_t hint;

	if (in.len < 18 || !bytes_u32(in, in.len - 4, false, &hint) ||
	    hint / GZIP_MAX_RATIO > in.len)
		hint = 4096;
	return image_out_guess(out, hint);
}

static int inflate_member(z_stream *s, struct image_out *out, const char **error)
{
	int r = Z_OK;

	while (r == Z_OK) {
		int e = image_out_reserve(out, 1);

		if (e < 0)
			return e;
		s->next_out = out->data + out->len;
		s->avail_out = (uInt)(out->size - out->len);
		r = dlib_inflate(s, Z_NO_FLUSH);
		out->len = out->size - s->avail_out;
		if (r == Z_BUF_ERROR && s->avail_out == 0)
			r = Z_OK;
	}
	if (r == Z_STREAM_END)
		return 0;
	if (r == Z_MEM_ERROR)
		return -ENOMEM;
	*error = r == Z_BUF_ERROR ? "Unexpected end of input" :
		 s->msg		  ? s->msg :
				    "File is corrupt";
	return -EINVAL;
}

static int decompress(struct bytes in, struct image_out *out, void **state, const char **error)
{
	static const unsigned char magic[] = { 0x1f, 0x8b };
	z_stream *s;
	int r;

	r = dlib_load(&zlib);
	if (r < 0) {
		*error = dlib_error(&zlib);
		return -EINVAL;
	}
	r = reserve_by_hint(in, out);
	while (r == 0 && bytes_starts_with(in, magic, sizeof(magic))) {
		r = stream_get(state, &s);
		if (r < 0) {
			*error = "Cannot start the decompressor";
			break;
		}
		s->next_in = (Bytef *)in.ptr;
		s->avail_in = (uInt)in.len;
		r = inflate_member(s, out, error);
		if (!bytes_sub(in, in.len - s->avail_in, s->avail_in, &in))
			in = BYTES_NONE;
	}
	return r;
}

const struct image_codec image_codec_zlib = { decompress, stream_free };
#endif
