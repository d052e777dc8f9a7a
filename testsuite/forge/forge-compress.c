/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compression with the libraries that the build has, loaded the same way as for
 * reading. Settings are those of the kernel's build where they matter: CRC32 in xz.
 */
#include "testsuite/forge/forge.h"

#include <errno.h>

#include "libkmod/dlib.h"

#if ENABLE_ZLIB
#include <zlib.h>

DLIB_FUNCTION(deflateInit2_);
DLIB_FUNCTION(deflateBound);
DLIB_FUNCTION(deflate);
DLIB_FUNCTION(deflateEnd);
static const struct dlib_symbol zlib_symbols[] = {
	DLIB_SYMBOL(deflateInit2_),
	DLIB_SYMBOL(deflateBound),
	DLIB_SYMBOL(deflate),
	DLIB_SYMBOL(deflateEnd),
};
static struct dlib zlib = DLIB_INIT("libz.so.1", zlib_symbols);

static int compress_gzip(const struct strbuf *in, struct strbuf *out)
{
	z_stream s = { 0 };
	uLong size;
	int r;

	if (dlib_load(&zlib) < 0)
		return -ENOSYS;
	r = dlib_deflateInit2_(&s, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
			       (int)sizeof(s));
	if (r != Z_OK)
		return -ENOMEM;
	size = dlib_deflateBound(&s, in->len);
	if (strbuf_reserve(out, size)) {
		s.next_in = (Bytef *)in->data;
		s.avail_in = (uInt)in->len;
		s.next_out = (Bytef *)out->data;
		s.avail_out = (uInt)size;
		r = dlib_deflate(&s, Z_FINISH);
		out->len = s.total_out;
	}
	dlib_deflateEnd(&s);
	return r == Z_STREAM_END ? 0 : -ENOMEM;
}
#else
#define compress_gzip NULL
#endif

#if ENABLE_XZ
#include <lzma.h>

DLIB_FUNCTION(lzma_easy_buffer_encode);
DLIB_FUNCTION(lzma_stream_buffer_bound);
static const struct dlib_symbol lzma_symbols[] = {
	DLIB_SYMBOL(lzma_easy_buffer_encode),
	DLIB_SYMBOL(lzma_stream_buffer_bound),
};
static struct dlib lzma = DLIB_INIT("liblzma.so.5", lzma_symbols);

static int compress_xz(const struct strbuf *in, struct strbuf *out)
{
	size_t size;

	if (dlib_load(&lzma) < 0)
		return -ENOSYS;
	size = dlib_lzma_stream_buffer_bound(in->len);
	if (!strbuf_reserve(out, size))
		return -ENOMEM;
	return dlib_lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, (uint8_t *)in->data,
					    in->len, (uint8_t *)out->data, &out->len,
					    size) == LZMA_OK ? 0 : -ENOMEM;
}
#else
#define compress_xz NULL
#endif

#if ENABLE_ZSTD
#include <zstd.h>

DLIB_FUNCTION(ZSTD_compressBound);
DLIB_FUNCTION(ZSTD_compress);
DLIB_FUNCTION(ZSTD_isError);
static const struct dlib_symbol zstd_symbols[] = {
	DLIB_SYMBOL(ZSTD_compressBound),
	DLIB_SYMBOL(ZSTD_compress),
	DLIB_SYMBOL(ZSTD_isError),
};
static struct dlib zstd = DLIB_INIT("libzstd.so.1", zstd_symbols);

static int compress_zstd(const struct strbuf *in, struct strbuf *out)
{
	size_t size;

	if (dlib_load(&zstd) < 0)
		return -ENOSYS;
	size = dlib_ZSTD_compressBound(in->len);
	if (!strbuf_reserve(out, size))
		return -ENOMEM;
	size = dlib_ZSTD_compress(out->data, size, in->data, in->len, 3);
	if (dlib_ZSTD_isError(size))
		return -ENOMEM;
	out->len = size;
	return 0;
}
#else
#define compress_zstd NULL
#endif

int forge_compress(struct strbuf *image, enum image_format format)
{
	static int (*const table[N_IMAGE_FORMATS_])(const struct strbuf *, struct strbuf *) = {
		[IMAGE_GZIP] = compress_gzip,
		[IMAGE_XZ] = compress_xz,
		[IMAGE_ZSTD] = compress_zstd,
	};
	struct strbuf out = STRBUF_INIT;
	int r;

	if (format == IMAGE_PLAIN)
		return 0;
	r = table[format] ? table[format](image, &out) : -ENOSYS;
	if (r < 0) {
		strbuf_fini(&out);
		return r;
	}
	strbuf_fini(image);
	*image = out;
	return 0;
}
