/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/image/image-codec.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "shared/cleanup.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/ts.h"

static const enum image_format codecs[] = { IMAGE_GZIP, IMAGE_XZ, IMAGE_ZSTD };

/* A text of n lines that compresses somewhat; then compressed. */
static void text(struct strbuf *b, unsigned n)
{
	*b = STRBUF_INIT;
	for (unsigned i = 0; i < n; i++)
		strbuf_addf(b, "line %u of %u: %x\n", i, n, i * 2654435761u);
	ck_assert(strbuf_ok(b));
}

static void compressed(struct strbuf *b, unsigned n, enum image_format f)
{
	text(b, n);
	ck_assert_int_eq(forge_compress(b, f), 0);
}

/* Opens the bytes and decompresses them; the image stays open for its error. */
static int decompress(struct bytes in, struct image **img, struct bytes *out)
{
	ck_assert_int_eq(image_from_bytes(in, img), 0);
	return image_whole(*img, out);
}

static struct bytes bytes_in(const struct strbuf *b)
{
	return bytes_of(b->data, b->len);
}

static void expect_content(struct strbuf *in, const char *want, size_t len)
{
	struct image *img;
	struct bytes out;

	ck_assert_int_eq(decompress(bytes_in(in), &img, &out), 0);
	ck_assert_uint_eq(out.len, len);
	ck_assert(memcmp(out.ptr, want, len) == 0);
	image_close(img);
}

static void expect_failure(struct bytes in, int error, const char *words)
{
	struct image *img;
	struct bytes out;
	int r = decompress(in, &img, &out);

	ck_assert_msg(r == error, "%d instead of %d", r, error);
	if (words)
		ck_assert_str_eq(image_error(img), words);
	else
		ck_assert_ptr_nonnull(image_error(img));
	image_close(img);
}

#define FOR_EACH_CODEC(f)                                                           \
	for (size_t i_ = 0; i_ < ARRAY_SIZE(codecs); i_++)                          \
		for (enum image_format f = codecs[i_]; f && image_format_built_in(f); \
		     f = IMAGE_PLAIN)

START_TEST(every_format_gives_back_the_content)
{
	static const unsigned sizes[] = { 1, 100, 50000 };

	FOR_EACH_CODEC(f) {
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
			_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, in = STRBUF_INIT;

			text(&want, sizes[i]);
			compressed(&in, sizes[i], f);
			expect_content(&in, want.data, want.len);
		}
	}
}
END_TEST

START_TEST(streams_one_behind_the_other_are_one_content)
{
	FOR_EACH_CODEC(f) {
		_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, in = STRBUF_INIT, more;

		compressed(&in, 200, f);
		compressed(&more, 3000, f);
		strbuf_add(&in, more.data, more.len);
		strbuf_fini(&more);
		text(&want, 200);
		text(&more, 3000);
		strbuf_add(&want, more.data, more.len);
		expect_content(&in, want.data, want.len);
	}
}
END_TEST

START_TEST(d11_truncation_anywhere_is_an_error)
{
	FOR_EACH_CODEC(f) {
		_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;

		compressed(&in, 20, f);
		for (size_t len = 6; len < in.len; len++)
			expect_failure(bytes_of(in.data, len), -EINVAL, NULL);
	}
}
END_TEST

START_TEST(d11_truncated_gzip_is_an_error)
{
	_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;

	if (!image_format_built_in(IMAGE_GZIP))
		return;
	compressed(&in, 1000, IMAGE_GZIP);
	expect_failure(bytes_of(in.data, in.len / 2), -EINVAL, "gzip: Unexpected end of input");
	expect_failure(bytes_of(in.data, in.len - 1), -EINVAL, "gzip: Unexpected end of input");
}
END_TEST

START_TEST(truncation_has_the_words_of_its_library)
{
	_cleanup_strbuf_ struct strbuf xz = STRBUF_INIT, zstd = STRBUF_INIT;

	if (image_format_built_in(IMAGE_XZ)) {
		compressed(&xz, 1000, IMAGE_XZ);
		expect_failure(bytes_of(xz.data, xz.len / 2), -EINVAL, "xz: Unexpected end of input");
	}
	if (image_format_built_in(IMAGE_ZSTD)) {
		compressed(&zstd, 1000, IMAGE_ZSTD);
		expect_failure(bytes_of(zstd.data, zstd.len / 2), -EINVAL,
			       "zstd: Src size is incorrect");
	}
}
END_TEST

START_TEST(corruption_has_the_words_of_its_library)
{
	static const unsigned char xz[] = "\xfd" "7zXZ\0garbage garbage garbage";
	static const unsigned char gzip[] = "\x1f\x8b\x09garbage garbage";
	_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;

	if (image_format_built_in(IMAGE_XZ))
		expect_failure(bytes_of(xz, sizeof(xz)), -EINVAL, "xz: File is corrupt");
	if (image_format_built_in(IMAGE_GZIP)) {
		expect_failure(bytes_of(gzip, sizeof(gzip)), -EINVAL,
			       "gzip: unknown compression method");
		compressed(&in, 100, IMAGE_GZIP);
		in.data[in.len - 8] ^= 1;
		expect_failure(bytes_in(&in), -EINVAL, "gzip: incorrect data check");
	}
}
END_TEST

START_TEST(flipped_bits_never_crash)
{
	FOR_EACH_CODEC(f) {
		_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;

		compressed(&in, 10, f);
		for (size_t bit = 0; bit < in.len * 8; bit++) {
			struct image *img;
			struct bytes out;
			int r;

			in.data[bit / 8] ^= (char)(1 << bit % 8);
			r = decompress(bytes_in(&in), &img, &out);
			ck_assert(r == 0 || r == -EINVAL || r == -EFBIG || r == -ENOMEM);
			image_close(img);
			in.data[bit / 8] ^= (char)(1 << bit % 8);
		}
	}
}
END_TEST

START_TEST(junk_behind_gzip_is_ignored)
{
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, in = STRBUF_INIT;

	if (!image_format_built_in(IMAGE_GZIP))
		return;
	text(&want, 100);
	compressed(&in, 100, IMAGE_GZIP);
	strbuf_adds(&in, "junk");
	expect_content(&in, want.data, want.len);
}
END_TEST

START_TEST(junk_behind_xz_and_zstd_is_an_error)
{
	static const enum image_format strict[] = { IMAGE_XZ, IMAGE_ZSTD };

	for (size_t i = 0; i < ARRAY_SIZE(strict); i++) {
		_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;

		if (!image_format_built_in(strict[i]))
			continue;
		compressed(&in, 100, strict[i]);
		strbuf_adds(&in, "junkjunk");
		expect_failure(bytes_in(&in), -EINVAL, NULL);
	}
}
END_TEST

START_TEST(zeros_behind_xz_are_padding)
{
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, in = STRBUF_INIT;

	if (!image_format_built_in(IMAGE_XZ))
		return;
	text(&want, 100);
	compressed(&in, 100, IMAGE_XZ);
	strbuf_add(&in, "\0\0\0\0\0\0\0\0", 8);
	expect_content(&in, want.data, want.len);
	strbuf_addc(&in, '\0');
	expect_failure(bytes_in(&in), -EINVAL, NULL);
}
END_TEST

START_TEST(skippable_zstd_frame_is_skipped)
{
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, in = STRBUF_INIT;

	if (!image_format_built_in(IMAGE_ZSTD))
		return;
	text(&want, 100);
	compressed(&in, 100, IMAGE_ZSTD);
	strbuf_add(&in, "\x53\x2a\x4d\x18\x03\0\0\0abc", 11);
	expect_content(&in, want.data, want.len);
}
END_TEST

/* A frame by hand: no content size, a 1 KiB window, raw blocks. */
static void raw_zstd_frame(struct strbuf *b, const char *data, size_t len)
{
	strbuf_add(b, "\x28\xb5\x2f\xfd\x00\x00", 6);
	for (size_t off = 0; off < len; off += 1024) {
		size_t n = len - off < 1024 ? len - off : 1024;
		uint32_t header = (uint32_t)n << 3 | (off + n == len);

		strbuf_addc(b, (char)header);
		strbuf_addc(b, (char)(header >> 8));
		strbuf_addc(b, (char)(header >> 16));
		strbuf_add(b, data + off, n);
	}
}

START_TEST(d11_zstd_without_content_size_is_read)
{
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, in = STRBUF_INIT;

	if (!image_format_built_in(IMAGE_ZSTD))
		return;
	text(&want, 5000);
	raw_zstd_frame(&in, want.data, want.len);
	expect_content(&in, want.data, want.len);
	expect_failure(bytes_of(in.data, in.len - 1), -EINVAL, "zstd: Src size is incorrect");
}
END_TEST

START_TEST(d11_several_zstd_frames_are_read)
{
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, in = STRBUF_INIT;

	if (!image_format_built_in(IMAGE_ZSTD))
		return;
	raw_zstd_frame(&in, "first ", 6);
	raw_zstd_frame(&in, "second ", 7);
	raw_zstd_frame(&in, "third", 5);
	strbuf_adds(&want, "first second third");
	expect_content(&in, want.data, want.len);
}
END_TEST

START_TEST(d11_stated_size_over_the_cap_is_refused_at_once)
{
	/* One segment, content size of 8 bytes: 2^60. */
	static const unsigned char frame[] =
		"\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x10\1\0\0";

	if (!image_format_built_in(IMAGE_ZSTD))
		return;
	expect_failure(bytes_of(frame, sizeof(frame) - 1), -EFBIG,
		       "zstd: Decompressed size is over the limit");
}
END_TEST

START_TEST(a_stated_size_out_of_proportion_is_refused_at_once)
{
	/* Single segment, content size in four bytes: 700 MiB. */
	static const unsigned char frame[] = { 0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0xc0, 0x2b, 1, 0, 0 };

	if (image_format_built_in(IMAGE_ZSTD))
		expect_failure(bytes_of(frame, sizeof(frame)), -EFBIG,
			       "zstd: Decompressed size is over the limit");
}
END_TEST

START_TEST(content_out_of_proportion_is_refused)
{
	_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;
	size_t len = 65 << 20;

	if (!image_format_built_in(IMAGE_GZIP))
		return;
	ck_assert(strbuf_reserve(&in, len));
	memset(in.data, 0, len);
	in.len = len;
	ck_assert_int_eq(forge_compress(&in, IMAGE_GZIP), 0);
	expect_failure(bytes_in(&in), -EFBIG, "gzip: Decompressed size is over the limit");
}
END_TEST

START_TEST(lying_gzip_size_is_only_a_hint)
{
	static const char *const sizes[] = { "\0\0\0\0", "\1\0\0\0", "\xff\xff\xff\xff" };

	if (!image_format_built_in(IMAGE_GZIP))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, in = STRBUF_INIT;

		/* Junk behind it whose last bytes are taken for the size. */
		text(&want, 3000);
		compressed(&in, 3000, IMAGE_GZIP);
		strbuf_add(&in, sizes[i], 4);
		expect_content(&in, want.data, want.len);
	}
}
END_TEST

START_TEST(lying_gzip_size_over_the_cap_is_only_a_hint)
{
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, in = STRBUF_INIT;

	if (!image_format_built_in(IMAGE_GZIP))
		return;
	text(&want, 20000);
	compressed(&in, 20000, IMAGE_GZIP);
	strbuf_add(&in, "\0\0\0\6", 4); /* 96 MiB: possible by its ratio, over the cap */
	expect_content(&in, want.data, want.len);
}
END_TEST

START_TEST(failure_is_remembered)
{
	_cleanup_strbuf_ struct strbuf in = STRBUF_INIT;
	struct image *img;
	struct bytes out;
	uint64_t size;

	if (!image_format_built_in(IMAGE_XZ))
		return;
	compressed(&in, 100, IMAGE_XZ);
	ck_assert_int_eq(image_from_bytes(bytes_of(in.data, in.len - 4), &img), 0);
	ck_assert_int_eq(image_whole(img, &out), -EINVAL);
	ck_assert_int_eq(image_size(img, &size), -EINVAL);
	ck_assert_int_eq(image_view(img, 0, 1, &out), -EINVAL);
	ck_assert_str_eq(image_error(img), "xz: Unexpected end of input");
	image_close(img);
}
END_TEST

START_TEST(format_that_is_not_built_in_can_be_opened_but_not_read)
{
	static const char *const magics[N_IMAGE_FORMATS_] = {
		[IMAGE_GZIP] = "\x1f\x8b\x08\0\0\0\0", [IMAGE_XZ] = "\xfd" "7zXZ\0\0",
		[IMAGE_ZSTD] = "\x28\xb5\x2f\xfd\0\0\0",
	};

	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
		enum image_format f = codecs[i];

		expect_failure(bytes_of(magics[f], 7), image_format_built_in(f) ? -EINVAL : -ENOSYS,
			       image_format_built_in(f) ?
				       NULL :
				       ts_fmt("%s: Not supported by this build", image_format_name(f)));
	}
}
END_TEST

START_TEST(scratch_serves_all_formats_in_turn)
{
	struct image_scratch *scratch = image_scratch_new();

	for (unsigned round = 0; round < 3; round++) {
		FOR_EACH_CODEC(f) {
			_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, in = STRBUF_INIT;
			unsigned n = round == 1 ? 20 : 20000;
			struct image *img;
			struct bytes out;

			text(&want, n);
			compressed(&in, n, f);
			ts_write_bytes("a.ko", in.data, round == 2 ? in.len / 2 : in.len);
			ck_assert_int_eq(image_open(AT_FDCWD, ts_path("a.ko"), scratch, &img), 0);
			ck_assert_int_eq(image_whole(img, &out), round == 2 ? -EINVAL : 0);
			if (round != 2)
				ck_assert(bytes_equal(out, bytes_in(&want)));
			image_close(img);
		}
	}
	image_scratch_free(scratch);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		every_format_gives_back_the_content,
		streams_one_behind_the_other_are_one_content,
		d11_truncation_anywhere_is_an_error,
		d11_truncated_gzip_is_an_error,
		truncation_has_the_words_of_its_library,
		corruption_has_the_words_of_its_library,
		flipped_bits_never_crash,
		junk_behind_gzip_is_ignored,
		junk_behind_xz_and_zstd_is_an_error,
		zeros_behind_xz_are_padding,
		skippable_zstd_frame_is_skipped,
		d11_zstd_without_content_size_is_read,
		d11_several_zstd_frames_are_read,
		d11_stated_size_over_the_cap_is_refused_at_once,
		a_stated_size_out_of_proportion_is_refused_at_once,
		content_out_of_proportion_is_refused,
		lying_gzip_size_is_only_a_hint,
		lying_gzip_size_over_the_cap_is_only_a_hint,
		failure_is_remembered,
		format_that_is_not_built_in_can_be_opened_but_not_read,
		scratch_serves_all_formats_in_turn,
		NULL,
	};

	return ts_run("image_codecs", tests, NULL, NULL);
}
