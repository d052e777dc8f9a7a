/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opening and sniffing, and who holds which bytes:
 *
 *	               file bytes              content
 *	plain, small   scratch->file           the same
 *	plain, large   scratch->ranges         -- (views only, until asked for all)
 *	compressed     scratch->file           scratch->content
 *	from bytes     the caller's            the same, or scratch->content
 *
 * Every image has a scratch: one lent by the caller, or its own, freed with it. The
 * image itself lives in the scratch too, so that a worker allocates nothing per file.
 */
#include "libkmod/image/image.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "libkmod/image/image-codec.h"
#include "libkmod/image/image-ranges.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"

#define SMALL_SIZE (64u << 10) /* read whole at once */
#define SNIFF_SIZE 6
#define MAX_RATIO 256          /* of content to compressed file ... */
#define SMALL_CONTENT (64u << 20) /* ... beyond this size */
#define KEEP_SIZE (16u << 20)  /* a buffer larger than this is not kept between files */

#if ENABLE_ZLIB
#define CODEC_ZLIB &image_codec_zlib
#else
#define CODEC_ZLIB NULL
#endif
#if ENABLE_XZ
#define CODEC_XZ &image_codec_xz
#else
#define CODEC_XZ NULL
#endif
#if ENABLE_ZSTD
#define CODEC_ZSTD &image_codec_zstd
#else
#define CODEC_ZSTD NULL
#endif

static const struct format {
	const char *name;
	unsigned char magic[SNIFF_SIZE];
	size_t magic_len;
	const struct image_codec *codec;
} formats[N_IMAGE_FORMATS_] = {
	[IMAGE_PLAIN] = { "none", { 0 }, 0, NULL },
	[IMAGE_GZIP] = { "gzip", { 0x1f, 0x8b }, 2, CODEC_ZLIB },
	[IMAGE_XZ] = { "xz", { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6, CODEC_XZ },
	[IMAGE_ZSTD] = { "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, CODEC_ZSTD },
};

struct image {
	struct image_scratch *scratch;
	bool owns_scratch;
	int fd;
	enum image_format format;
	uint64_t file_size;
	struct bytes file;    /* all of the file; ptr NULL: not in memory */
	struct bytes content; /* all of the content; ptr NULL: not known */
	int failed;           /* -errno of the decompression */
	char error[192];
};

struct image_scratch {
	struct image image;
	bool in_use;
	struct image_out file;
	struct image_out content;
	struct ranges ranges;
	void *states[N_IMAGE_FORMATS_];
};

struct image_scratch *image_scratch_new(void)
{
	return calloc(1, sizeof(struct image_scratch));
}

static void free_state(struct image_scratch *s, enum image_format f)
{
	if (s->states[f])
		formats[f].codec->free_state(s->states[f]);
	s->states[f] = NULL;
}

static void buffer_drop(struct image_out *b)
{
	free(b->data);
	*b = (struct image_out){ 0 };
}

void image_scratch_free(struct image_scratch *s)
{
	if (!s)
		return;
	for (int f = 0; f < N_IMAGE_FORMATS_; f++)
		free_state(s, (enum image_format)f);
	buffer_drop(&s->file);
	buffer_drop(&s->content);
	ranges_fini(&s->ranges);
	free(s);
}

static struct image *image_take(struct image_scratch *scratch)
{
	struct image_scratch *s = scratch ? scratch : image_scratch_new();

	if (!s)
		return NULL;
	assert(!s->in_use);
	s->in_use = true;
	s->image = (struct image){ .scratch = s, .owns_scratch = !scratch, .fd = -1 };
	return &s->image;
}

void image_close(struct image *img)
{
	struct image_scratch *s;

	if (!img)
		return;
	s = img->scratch;
	cleanup_close(&img->fd);
	img->fd = -1;
	if (img->owns_scratch) {
		image_scratch_free(s);
		return;
	}
	ranges_reset(&s->ranges);
	if (s->file.size > KEEP_SIZE)
		buffer_drop(&s->file);
	if (s->content.size > KEEP_SIZE)
		buffer_drop(&s->content);
	s->in_use = false;
}

static int fail(struct image *img, int error, const char *words)
{
	snprintf(img->error, sizeof(img->error), "%s%s%s",
		 img->format ? formats[img->format].name : "", img->format ? ": " : "", words);
	return error;
}

static enum image_format sniff(struct bytes b)
{
	for (int f = IMAGE_PLAIN + 1; f < N_IMAGE_FORMATS_; f++)
		if (bytes_starts_with(b, formats[f].magic, formats[f].magic_len))
			return (enum image_format)f;
	return IMAGE_PLAIN;
}

static int read_failed(struct image *img, int error)
{
	return fail(img, error, error == -EIO ? "Read error or file cut short" : "Cannot read");
}

/* Brings the whole file into memory. */
static int load_file(struct image *img)
{
	struct image_out *b = &img->scratch->file;
	ssize_t n;
	int r;

	if (img->file.ptr)
		return 0;
	b->len = 0;
	r = image_out_reserve(b, img->file_size);
	if (r < 0)
		return fail(img, r, "Out of memory");
	n = fs_pread_full(img->fd, b->data, (size_t)img->file_size, 0);
	if (n < 0 || (uint64_t)n != img->file_size)
		return read_failed(img, n < 0 ? (int)n : -EIO);
	img->file = bytes_of(b->data, (size_t)n);
	return 0;
}

static int read_start(struct image *img)
{
	struct bytes start;
	int r;

	if (img->file_size < SNIFF_SIZE)
		return -EINVAL;
	if (img->file_size > IMAGE_MAX_SIZE)
		return -EFBIG;
	if (img->file_size <= SMALL_SIZE) {
		r = load_file(img);
		start = img->file;
	} else {
		r = ranges_view(&img->scratch->ranges, img->fd, img->file_size, 0, SNIFF_SIZE,
				&start);
	}
	if (r < 0)
		return r;
	img->format = sniff(start);
	if (img->format == IMAGE_PLAIN)
		img->content = img->file;
	return 0;
}

static int open_regular(int dirfd, const char *path, uint64_t *size)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	/* O_NONBLOCK: a FIFO must not make us wait for its writer. */
	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -ENXIO;
	*size = (uint64_t)st.st_size;
	return TAKE_FD(fd);
}

int image_open(int dirfd, const char *path, struct image_scratch *scratch, struct image **out)
{
	struct image *img;
	uint64_t size = 0;
	int fd, r;

	fd = open_regular(dirfd, path, &size);
	if (fd < 0)
		return fd;
	img = image_take(scratch);
	if (!img) {
		close(fd);
		return -ENOMEM;
	}
	img->fd = fd;
	img->file_size = size;
	r = read_start(img);
	if (r < 0) {
		image_close(img);
		return r;
	}
	*out = img;
	return 0;
}

int image_from_bytes(struct bytes file, struct image **out)
{
	struct image *img;

	if (file.len < SNIFF_SIZE)
		return -EINVAL;
	img = image_take(NULL);
	if (!img)
		return -ENOMEM;
	img->file = file;
	img->file_size = file.len;
	img->format = sniff(file);
	if (img->format == IMAGE_PLAIN)
		img->content = file;
	*out = img;
	return 0;
}

/*
 * Modules shrink to a quarter, with all their zeros to a tenth. What promises to grow far
 * beyond that is a bomb, or a header that lies about memory to be reserved.
 */
static uint64_t max_content(uint64_t file_len)
{
	uint64_t max = MAX_RATIO * file_len;

	if (max < SMALL_CONTENT)
		max = SMALL_CONTENT;
	return max < IMAGE_MAX_SIZE ? max : IMAGE_MAX_SIZE;
}

static int decompress(struct image *img)
{
	const struct image_codec *codec = formats[img->format].codec;
	struct image_scratch *s = img->scratch;
	const char *words = NULL;
	int r;

	if (!codec)
		return fail(img, -ENOSYS, "Not supported by this build");
	r = load_file(img);
	if (r < 0)
		return r;
	s->content.len = 0;
	s->content.max = max_content(img->file.len);
	r = codec->decompress(img->file, &s->content, &s->states[img->format], &words);
	if (img->owns_scratch) { /* needed once: do not keep it as long as the image */
		free_state(s, img->format);
		buffer_drop(&s->file);
		img->file = BYTES_NONE;
	}
	if (r == -EFBIG)
		return fail(img, r, "Decompressed size is over the limit");
	if (r < 0)
		return fail(img, r, r == -ENOMEM ? "Memory allocation failed" :
				    words	 ? words :
						   "Cannot decompress");
	img->content = bytes_of(s->content.data ? s->content.data : (unsigned char *)"",
				s->content.len);
	return 0;
}

/* For all but large plain files: the content is in memory afterwards. */
static int need_content(struct image *img)
{
	if (img->content.ptr)
		return 0;
	if (img->failed == 0)
		img->failed = decompress(img);
	return img->failed;
}

static bool by_ranges(const struct image *img)
{
	return img->format == IMAGE_PLAIN && !img->content.ptr;
}

enum image_format image_format(const struct image *img)
{
	return img->format;
}

const char *image_format_name(enum image_format format)
{
	return formats[format].name;
}

bool image_format_built_in(enum image_format format)
{
	return format == IMAGE_PLAIN || formats[format].codec;
}

int image_fd(const struct image *img)
{
	return img->fd;
}

int image_size(struct image *img, uint64_t *out)
{
	int r = by_ranges(img) ? 0 : need_content(img);

	if (r == 0)
		*out = by_ranges(img) ? img->file_size : img->content.len;
	return r;
}

int image_view(struct image *img, uint64_t off, uint64_t len, struct bytes *out)
{
	int r;

	if (!by_ranges(img)) {
		r = need_content(img);
		if (r < 0)
			return r;
		return bytes_sub(img->content, off, len, out) ? 0 : -EINVAL;
	}
	if (off > img->file_size || len > img->file_size - off)
		return -EINVAL;
	r = ranges_view(&img->scratch->ranges, img->fd, img->file_size, off, len, out);
	return r < 0 ? read_failed(img, r) : 0;
}

int image_whole(struct image *img, struct bytes *out)
{
	int r;

	if (by_ranges(img)) {
		r = load_file(img);
		if (r < 0)
			return r;
		img->content = img->file;
	}
	r = need_content(img);
	if (r == 0)
		*out = img->content;
	return r;
}

const char *image_error(const struct image *img)
{
	return img->error[0] ? img->error : NULL;
}
