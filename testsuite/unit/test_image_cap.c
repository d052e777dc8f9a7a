/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* image/ built once more with a cap of 100,000 bytes, so that it can be reached. */
#include "libkmod/image/image.h"

#include <errno.h>

#include "testsuite/forge/forge.h"
#include "testsuite/lib/ts.h"

static const enum image_format codecs[] = { IMAGE_GZIP, IMAGE_XZ, IMAGE_ZSTD };

static int decompress_zeros(enum image_format f, size_t len, uint64_t *size, const char **words)
{
	_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;
	struct image *img;
	int r;

	for (size_t i = 0; i < len; i++)
		strbuf_addc(&in, '\0');
	ck_assert_int_eq(forge_compress(&in, f), 0);
	ck_assert_int_eq(image_from_bytes(bytes_of(in.data, in.len), &img), 0);
	r = image_size(img, size);
	*words = r < 0 ? ts_fmt("%s", image_error(img)) : "";
	image_close(img);
	return r;
}

START_TEST(d11_output_over_the_cap_is_refused)
{
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
		const char *words;
		uint64_t size;

		if (!image_format_built_in(codecs[i]))
			continue;
		ck_assert_int_eq(decompress_zeros(codecs[i], 99999, &size, &words), 0);
		ck_assert_uint_eq(size, 99999);
		ck_assert_int_eq(decompress_zeros(codecs[i], 100001, &size, &words), -EFBIG);
		ck_assert_str_eq(words, ts_fmt("%s: Decompressed size is over the limit",
					       image_format_name(codecs[i])));
		ck_assert_int_eq(decompress_zeros(codecs[i], 5000000, &size, &words), -EFBIG);
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = { d11_output_over_the_cap_is_refused, NULL };

	return ts_run("image_cap", tests, NULL, NULL);
}
