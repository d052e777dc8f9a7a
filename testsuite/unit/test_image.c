/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/image/image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "libkmod/elf/elf-symbols.h"
#include "shared/cleanup.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/ts.h"

#define LARGE (300 * 1000)

static int open_at(const char *path, struct image_scratch *scratch, struct image **out)
{
	return image_open(AT_FDCWD, ts_path("%s", path), scratch, out);
}

/* Byte i of the large file. */
static unsigned char pattern(size_t i)
{
	return (unsigned char)(i ^ i >> 8 ^ i >> 16);
}

static void write_large(const char *path, size_t len)
{
	_cleanup_free_ unsigned char *data = malloc(len);

	for (size_t i = 0; i < len; i++)
		data[i] = pattern(i);
	ts_write_bytes(path, data, len);
}

static void expect_pattern(struct bytes b, size_t off)
{
	for (size_t i = 0; i < b.len; i++)
		ck_assert_msg(b.ptr[i] == pattern(off + i), "byte %zu", off + i);
}

START_TEST(file_shorter_than_six_bytes_is_invalid)
{
	struct image *img = NULL;

	ts_write("empty.ko", "");
	ts_write("five.ko", "12345");
	ts_write("six.ko", "123456");
	ck_assert_int_eq(open_at("empty.ko", NULL, &img), -EINVAL);
	ck_assert_int_eq(open_at("five.ko", NULL, &img), -EINVAL);
	ck_assert_int_eq(image_from_bytes(bytes_of("12345", 5), &img), -EINVAL);
	ck_assert_ptr_null(img);
	ck_assert_int_eq(open_at("six.ko", NULL, &img), 0);
	image_close(img);
}
END_TEST

START_TEST(missing_file_says_so)
{
	struct image *img = NULL;

	ck_assert_int_eq(open_at("none.ko", NULL, &img), -ENOENT);
	ck_assert_ptr_null(img);
}
END_TEST

START_TEST(d12_only_regular_files_are_modules)
{
	struct image *img = NULL;

	ts_mkdir("dir.ko");
	ck_assert_int_eq(mkfifo(ts_path("fifo.ko"), 0600), 0);
	ck_assert_int_eq(open_at("dir.ko", NULL, &img), -EISDIR);
	ck_assert_int_eq(open_at("fifo.ko", NULL, &img), -ENXIO);
	ck_assert_int_eq(image_open(AT_FDCWD, "/dev/null", NULL, &img), -ENXIO);
	ck_assert_ptr_null(img);
}
END_TEST

START_TEST(path_is_relative_to_the_folder)
{
	_cleanup_close_ int dir = open(ts_root(), O_DIRECTORY | O_CLOEXEC);
	struct image *img;

	ts_write("sub/a.ko", "content");
	ck_assert_int_eq(image_open(dir, "sub/a.ko", NULL, &img), 0);
	image_close(img);
}
END_TEST

START_TEST(content_decides_the_format_not_the_name)
{
	static const struct {
		const char *magic;
		size_t len;
		enum image_format format;
	} rows[] = {
		{ "\x1f\x8b\x08\0\0\0\0\0", 8, IMAGE_GZIP },
		{ "\xfd" "7zXZ\0\0\0", 8, IMAGE_XZ },
		{ "\xfd" "7zXY\0\0\0", 8, IMAGE_PLAIN },
		{ "\x28\xb5\x2f\xfd\0\0\0\0", 8, IMAGE_ZSTD },
		{ "\x28\xb5\x2f\xfe\0\0\0\0", 8, IMAGE_PLAIN },
		{ "\x7f" "ELF\2\1\1\0", 8, IMAGE_PLAIN },
		{ "BZh91AY&", 8, IMAGE_PLAIN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct image *img;

		ts_write_bytes("a.ko.xz", rows[i].magic, rows[i].len);
		ck_assert_int_eq(open_at("a.ko.xz", NULL, &img), 0);
		ck_assert_msg(image_format(img) == rows[i].format, "row %zu", i);
		image_close(img);
	}
}
END_TEST

START_TEST(formats_have_the_kernels_names)
{
	ck_assert_str_eq(image_format_name(IMAGE_PLAIN), "none");
	ck_assert_str_eq(image_format_name(IMAGE_GZIP), "gzip");
	ck_assert_str_eq(image_format_name(IMAGE_XZ), "xz");
	ck_assert_str_eq(image_format_name(IMAGE_ZSTD), "zstd");
	ck_assert(image_format_built_in(IMAGE_PLAIN));
	ck_assert(image_format_built_in(IMAGE_ZSTD) == ENABLE_ZSTD);
}
END_TEST

START_TEST(fd_is_read_only_and_not_inherited)
{
	struct image *img;

	ts_write("a.ko", "content");
	ck_assert_int_eq(open_at("a.ko", NULL, &img), 0);
	ck_assert_int_eq(fcntl(image_fd(img), F_GETFL) & O_ACCMODE, O_RDONLY);
	ck_assert(fcntl(image_fd(img), F_GETFD) & FD_CLOEXEC);
	image_close(img);
	ck_assert_int_eq(image_from_bytes(bytes_of("content", 7), &img), 0);
	ck_assert_int_eq(image_fd(img), -1);
	image_close(img);
}
END_TEST

START_TEST(view_gives_what_is_inside_and_only_that)
{
	static const uint64_t outside[][2] = {
		{ 8, 0 }, { 7, 1 }, { 0, 8 }, { UINT64_MAX, 1 }, { 1, UINT64_MAX }, { 1ULL << 40, 1 },
	};
	struct image *img;
	struct bytes b = BYTES_NONE;
	uint64_t size;

	ts_write("a.ko", "content");
	ck_assert_int_eq(open_at("a.ko", NULL, &img), 0);
	ck_assert_int_eq(image_size(img, &size), 0);
	ck_assert_uint_eq(size, 7);
	ck_assert_int_eq(image_view(img, 3, 4, &b), 0);
	ck_assert(bytes_equal(b, bytes_of("tent", 4)));
	for (size_t i = 0; i < ARRAY_SIZE(outside); i++)
		ck_assert_msg(image_view(img, outside[i][0], outside[i][1], &b) == -EINVAL,
			      "row %zu", i);
	ck_assert_int_eq(image_view(img, 7, 0, &b), 0);
	image_close(img);
}
END_TEST

START_TEST(large_file_is_read_by_ranges)
{
	static const size_t ranges[][2] = {
		{ 0, 64 }, { LARGE - 10, 10 }, { 5000, 20000 }, { 4095, 2 }, { 24990, 20 },
		{ LARGE, 0 }, { 0, LARGE }, { 12345, 4 },
	};
	struct bytes b[ARRAY_SIZE(ranges)];
	struct image *img;
	uint64_t size;

	write_large("a.ko", LARGE);
	ck_assert_int_eq(open_at("a.ko", NULL, &img), 0);
	ck_assert_int_eq(image_size(img, &size), 0);
	ck_assert_uint_eq(size, LARGE);
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		ck_assert_int_eq(image_view(img, ranges[i][0], ranges[i][1], &b[i]), 0);
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		ck_assert_uint_eq(b[i].len, ranges[i][1]);
		expect_pattern(b[i], ranges[i][0]);
	}
	ck_assert_int_eq(image_view(img, LARGE, 1, &b[0]), -EINVAL);
	ck_assert_int_eq(image_view(img, 1, UINT64_MAX, &b[0]), -EINVAL);
	image_close(img);
}
END_TEST

START_TEST(large_file_can_be_had_whole_after_ranges)
{
	struct bytes part, whole;
	struct image *img;

	write_large("a.ko", LARGE);
	ck_assert_int_eq(open_at("a.ko", NULL, &img), 0);
	ck_assert_int_eq(image_view(img, 100000, 100, &part), 0);
	ck_assert_int_eq(image_whole(img, &whole), 0);
	ck_assert_uint_eq(whole.len, LARGE);
	expect_pattern(whole, 0);
	expect_pattern(part, 100000);
	ck_assert_int_eq(image_view(img, 7, 7, &part), 0);
	ck_assert_ptr_eq(part.ptr, whole.ptr + 7);
	image_close(img);
}
END_TEST

START_TEST(very_many_ranges_all_stay_valid)
{
	enum { N = 400, STEP = 8192 };
	static struct bytes b[N];
	struct image *img;

	write_large("a.ko", N * STEP);
	ck_assert_int_eq(open_at("a.ko", NULL, &img), 0);
	for (size_t i = 0; i < N; i++)
		ck_assert_int_eq(image_view(img, i * STEP, 4, &b[i]), 0);
	for (size_t i = 0; i < N; i++)
		expect_pattern(b[i], i * STEP);
	/* From some number on they are parts of one whole, which keeps searching short. */
	ck_assert_ptr_eq(b[N - 1].ptr, b[N - 2].ptr + STEP);
	image_close(img);
}
END_TEST

START_TEST(file_that_shrinks_is_a_read_error)
{
	struct bytes b;
	struct image *img;

	write_large("a.ko", LARGE);
	ck_assert_int_eq(open_at("a.ko", NULL, &img), 0);
	ck_assert_ptr_null(image_error(img));
	ck_assert_int_eq(truncate(ts_path("a.ko"), LARGE / 2), 0);
	ck_assert_int_eq(image_view(img, LARGE - 100, 50, &b), -EIO);
	ck_assert_str_eq(image_error(img), "Read error or file cut short");
	ck_assert_int_eq(image_whole(img, &b), -EIO);
	image_close(img);
}
END_TEST

START_TEST(d11_plain_file_over_the_cap_is_refused)
{
	struct image *img = NULL;

	ts_write("a.ko", "content");
	ck_assert_int_eq(truncate(ts_path("a.ko"), (off_t)IMAGE_MAX_SIZE + 1), 0);
	ck_assert_int_eq(open_at("a.ko", NULL, &img), -EFBIG);
	ck_assert_ptr_null(img);
}
END_TEST

START_TEST(worker_needs_no_new_memory_per_file)
{
	struct image_scratch *scratch = image_scratch_new();
	struct image *first, *second;
	struct bytes a, b;

	ts_write("a.ko", "content of a");
	ts_write("b.ko", "content");
	ck_assert_int_eq(open_at("a.ko", scratch, &first), 0);
	ck_assert_int_eq(image_whole(first, &a), 0);
	image_close(first);
	ck_assert_int_eq(open_at("b.ko", scratch, &second), 0);
	ck_assert_int_eq(image_whole(second, &b), 0);
	ck_assert_ptr_eq(first, second);
	ck_assert_ptr_eq(a.ptr, b.ptr);
	ck_assert(bytes_equal(b, bytes_of("content", 7)));
	image_close(second);
	image_scratch_free(scratch);
}
END_TEST

START_TEST(scratch_serves_small_and_large_in_turn)
{
	struct image_scratch *scratch = image_scratch_new();

	write_large("large.ko", LARGE);
	write_large("small.ko", 5000);
	for (unsigned i = 0; i < 6; i++) {
		size_t size = i % 2 ? 5000 : LARGE;
		struct image *img;
		struct bytes b;

		ck_assert_int_eq(open_at(i % 2 ? "small.ko" : "large.ko", scratch, &img), 0);
		ck_assert_int_eq(image_view(img, size - 3000, 3000, &b), 0);
		expect_pattern(b, size - 3000);
		image_close(img);
	}
	image_scratch_free(scratch);
}
END_TEST

START_TEST(scratch_is_free_again_after_a_failed_open)
{
	struct image_scratch *scratch = image_scratch_new();
	struct image *img;

	ts_write("short.ko", "12");
	ts_write("a.ko", "content");
	ck_assert_int_eq(open_at("short.ko", scratch, &img), -EINVAL);
	ck_assert_int_eq(open_at("a.ko", scratch, &img), 0);
	image_close(img);
	image_scratch_free(scratch);
	image_scratch_free(NULL);
}
END_TEST

static int count_symbol(void *n, const struct elf_symbol *s _unused_)
{
	++*(unsigned *)n;
	return 0;
}

/* Opens and reads a module; 0 or -errno. */
static int read_module(const char *path)
{
	_cleanup_(image_closep) struct image *img = NULL;
	unsigned flags = ELF_IMPORTS_CRC | ELF_IMPORTS_LEFTOVER;
	unsigned n = 0;
	struct elf elf;
	int r;

	r = image_open(AT_FDCWD, path, NULL, &img);
	if (r == 0)
		r = elf_open(img, &elf);
	return r < 0 ? r : elf_imports(&elf, flags, count_symbol, &n);
}

START_TEST(failed_allocation_is_enomem_and_leaks_nothing)
{
	static const size_t paddings[] = { 0, LARGE };
	bool happened = true;

	if (!ts_can_fail_alloc())
		return;
	for (size_t p = 0; p < ARRAY_SIZE(paddings); p++) {
		struct forge_module m = {
			.name = "a",
			.padding = paddings[p],
			.imports = FORGE_SYMBOLS({ .name = "x", .crc = 1 }, { .name = "y", .crc = 2 }),
		};
		const char *path = ts_path("a.ko");

		ck_assert_int_eq(forge_write(&m, IMAGE_PLAIN, path), 0);
		happened = true;
		for (unsigned long n = 1; happened; n++) {
			int r;

			ts_fail("alloc", n, ENOMEM);
			r = read_module(path);
			happened = ts_fail_happened();
			ts_fail_off();
			ck_assert_msg(r == (happened ? -ENOMEM : 0), "allocation %lu gives %d", n, r);
			ck_assert_uint_lt(n, 50);
		}
	}
}
END_TEST

START_TEST(read_error_is_passed_on)
{
	struct image *img = NULL;
	int r;

	ts_write("a.ko", "content");
	ts_path("a.ko");
	ts_fail("read", 1, EIO);
	r = open_at("a.ko", NULL, &img);
	ts_fail_off();
	ck_assert_int_eq(r, -EIO);
	ck_assert_ptr_null(img);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		file_shorter_than_six_bytes_is_invalid,
		missing_file_says_so,
		d12_only_regular_files_are_modules,
		path_is_relative_to_the_folder,
		content_decides_the_format_not_the_name,
		formats_have_the_kernels_names,
		fd_is_read_only_and_not_inherited,
		view_gives_what_is_inside_and_only_that,
		large_file_is_read_by_ranges,
		large_file_can_be_had_whole_after_ranges,
		very_many_ranges_all_stay_valid,
		file_that_shrinks_is_a_read_error,
		d11_plain_file_over_the_cap_is_refused,
		worker_needs_no_new_memory_per_file,
		scratch_serves_small_and_large_in_turn,
		scratch_is_free_again_after_a_failed_open,
		failed_allocation_is_enomem_and_leaks_nothing,
		read_error_is_passed_on,
		NULL,
	};

	return ts_run_trapped("image", tests, NULL, NULL);
}
