/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * xz: streams one behind the other, with zero padding between and behind them. The
 * checks none, CRC32, CRC64 and SHA-256 are verified.
 */
#include "libkmod/image/image-codec.h"

#if ENABLE_XZ
#include <errno.h>
#include <lzma.h>

#include "libkmod/dlib.h"

/* Twice what xz -9 asks for: the dictionary is allocated before a byte is decoded. */
#define MEMORY_LIMIT (128 << 20)
#define USUAL_RATIO 4

DLIB_FUNCTION(lzma_stream_decoder);
DLIB_FUNCTION(lzma_code);
DLIB_FUNCTION(lzma_end);

static const struct dlib_symbol symbols[] = {
	DLIB_SYMBOL(lzma_stream_decoder),
	DLIB_SYMBOL(lzma_code),
	DLIB_SYMBOL(lzma_end),
};
static struct dlib liblzma = DLIB_INIT("liblzma.so.5", symbols);
DLIB_NOTE("xz", "Reading of xz-compressed modules", "recommended", "liblzma.so.5");

static const char *words_of(lzma_ret r)
{
	switch (r) {
	case LZMA_FORMAT_ERROR:
		return "File format not recognized";
	case LZMA_OPTIONS_ERROR:
		return "Unsupported compression options";
	case LZMA_DATA_ERROR:
		return "File is corrupt";
	case LZMA_BUF_ERROR:
		return "Unexpected end of input";
	default:
		return "Internal error";
	}
}

/* A stream that is initialised again keeps its memory. */
static int stream_get(void **state, lzma_stream **out)
{
	static const lzma_stream fresh = LZMA_STREAM_INIT;
	lzma_stream *s = *state;

	if (!s) {
		s = malloc(sizeof(*s));
		if (!s)
			return -ENOMEM;
		*s = fresh;
		*state = s;
	}
	if (dlib_lzma_stream_decoder(s, MEMORY_LIMIT, LZMA_CONCATENATED) != LZMA_OK)
		return -ENOMEM;
	*out = s;
	return 0;
}

static void stream_free(void *state)
{
	dlib_lzma_end(state);
	free(state);
}

static int decompress(struct bytes in, struct image_out *out, void **state, const char **error)
{
	lzma_stream *s;
	lzma_ret status;
	int r;

	r = dlib_load(&liblzma);
	if (r < 0) {
		*error = dlib_error(&liblzma);
		return -EINVAL;
	}
	r = stream_get(state, &s);
	if (r < 0)
		return r;
	s->next_in = in.ptr;
	s->avail_in = in.len;
	do {
		r = out->len ? image_out_reserve(out, 1) :
			       image_out_guess(out, (uint64_t)in.len * USUAL_RATIO);
		if (r < 0)
			return r;
		s->next_out = out->data + out->len;
		s->avail_out = out->size - out->len;
		status = dlib_lzma_code(s, LZMA_FINISH);
		out->len = out->size - s->avail_out;
	} while (status == LZMA_OK || (status == LZMA_BUF_ERROR && s->avail_out == 0));
	if (status == LZMA_STREAM_END)
		return 0;
	if (status == LZMA_MEM_ERROR || status == LZMA_MEMLIMIT_ERROR)
		return -ENOMEM;
	*error = words_of(status);
	return -EINVAL;
}

const struct image_codec image_codec_xz = { decompress, stream_free };
#endif
