/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared/fsio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/str.h"
#include "testsuite/lib/ts.h"

static char *read_ok(const char *path, size_t max, bool truncate, size_t *len)
{
	char *data = NULL;

	ck_assert_int_eq(fs_read_file(AT_FDCWD, path, max, truncate, &data, len), 0);
	ck_assert_uint_eq(data[*len], '\0');
	return data;
}

START_TEST(a_file_is_read_whole_with_a_nul_behind)
{
	static const size_t sizes[] = { 0, 1, 100, 8191, 8192, 8193, 300000 };
	static char content[300000];
	size_t len;

	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = (char)(i * 7 / 3);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		ts_write_bytes("f", content, sizes[i]);
		char *data = read_ok(ts_path("f"), 0, false, &len);

		ck_assert_uint_eq(len, sizes[i]);
		ck_assert(memcmp(data, content, len) == 0);
		free(data);
	}
}
END_TEST

START_TEST(the_limit_is_an_error_or_a_cut)
{
	char *data = NULL;
	size_t len = 99;

	ts_write("f", "0123456789");
	ck_assert_int_eq(fs_read_file(AT_FDCWD, ts_path("f"), 9, false, &data, &len), -EFBIG);
	ck_assert(!data && len == 99);

	data = read_ok(ts_path("f"), 9, true, &len);
	ck_assert_str_eq(data, "012345678");
	free(data);
	data = read_ok(ts_path("f"), 10, false, &len);
	ck_assert_str_eq(data, "0123456789");
	free(data);
	data = read_ok(ts_path("f"), SIZE_MAX, false, &len);
	ck_assert_uint_eq(len, 10);
	free(data);
}
END_TEST

START_TEST(a_device_without_an_end_is_too_big)
{
	char *data = NULL;
	size_t len = 99;

	ck_assert_int_eq(fs_read_file(AT_FDCWD, "/dev/zero", 0, false, &data, &len), -EFBIG);
	ck_assert(!data && len == 99);
}
END_TEST

START_TEST(a_file_of_unknown_size_is_read_to_its_end)
{
	size_t len;
	/* Longer than one chunk. */
	char *data = read_ok("/proc/self/smaps", 0, false, &len);

	ck_assert_uint_gt(len, 8192);
	ck_assert(memmem(data, len, "VmFlags:", 8));
	free(data);
	data = read_ok("/proc/self/comm", 4, true, &len);
	ck_assert_uint_eq(len, 4);
	free(data);
}
END_TEST

START_TEST(what_cannot_be_read_says_why)
{
	char *data = NULL;
	size_t len;

	ck_assert_int_eq(fs_read_file(AT_FDCWD, ts_path("none"), 0, false, &data, &len), -ENOENT);
	ts_mkdir("dir");
	ck_assert_int_eq(fs_read_file(AT_FDCWD, ts_path("dir"), 0, false, &data, &len), -EISDIR);
	ck_assert_ptr_null(data);
}
END_TEST

START_TEST(names_are_relative_to_the_directory_given)
{
	char *data = NULL;
	size_t len;

	ts_write("dir/f", "inside");
	int fd = open(ts_path("dir"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(fs_read_file(fd, "f", 0, false, &data, &len), 0);
	ck_assert_str_eq(data, "inside");
	free(data);
	close(fd);
}
END_TEST

START_TEST(a_fifo_without_a_writer_is_empty_and_does_not_block)
{
	size_t len;

	ts_mkdir("d");
	ck_assert_int_eq(mkfifo(ts_path("d/fifo"), 0600), 0);
	char *data = read_ok(ts_path("d/fifo"), 0, false, &len);
	ck_assert_uint_eq(len, 0);
	free(data);
}
END_TEST

START_TEST(a_pipe_that_is_written_to_is_read_to_its_end)
{
	int fds[2];
	size_t len;

	ck_assert_int_eq(pipe(fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[0]);
		usleep(50000);
		_exit(fs_write_full(fds[1], "late", 4) == 0 ? 0 : 1);
	}
	const char *path = ts_fmt("/proc/self/fd/%d", fds[0]);
	close(fds[1]);
	char *data = read_ok(path, 0, false, &len);
	ck_assert_str_eq(data, "late");
	free(data);
	close(fds[0]);
}
END_TEST

START_TEST(pread_full_stops_at_the_end)
{
	char buf[8] = "";

	ts_write("f", "0123456789");
	int fd = open(ts_path("f"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(fs_pread_full(fd, buf, 4, 3), 4);
	ck_assert_mem_eq(buf, "3456", 4);
	ck_assert_int_eq(fs_pread_full(fd, buf, 8, 7), 3);
	ck_assert_mem_eq(buf, "789", 3);
	ck_assert_int_eq(fs_pread_full(fd, buf, 8, 100), 0);
	close(fd);
	ck_assert_int_eq(fs_pread_full(-1, buf, 8, 0), -EBADF);
}
END_TEST

START_TEST(write_full_writes_all_or_says_why)
{
	ts_write("f", "");
	int fd = open(ts_path("f"), O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(fs_write_full(fd, "abc", 3), 0);
	ck_assert_int_eq(fs_write_full(fd, NULL, 0), 0);
	close(fd);
	ck_assert_str_eq(ts_read("f", NULL), "abc");

	fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(fs_write_full(fd, "abc", 3), -ENOSPC);
	close(fd);
}
END_TEST

START_TEST(mkdir_p_makes_what_is_missing)
{
	umask(022);
	ck_assert_int_eq(fs_mkdir_p(ts_path("a/b//c/"), 0777), 0);
	ck_assert_int_eq(fs_mkdir_p(ts_path("a/b/c"), 0777), 0);
	ck_assert_int_eq(fs_mkdir_p("/", 0755), 0);
	ck_assert_int_eq(fs_mkdir_p("", 0755), -ENOENT);

	struct stat st;
	ck_assert_int_eq(stat(ts_path("a/b/c"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0755);
}
END_TEST

START_TEST(mkdir_p_refuses_a_file_in_the_way)
{
	ts_write("a/f", "");
	ck_assert_int_eq(fs_mkdir_p(ts_path("a/f"), 0755), -ENOTDIR);
	ck_assert_int_eq(fs_mkdir_p(ts_path("a/f/b"), 0755), -ENOTDIR);
}
END_TEST

START_TEST(mkdir_parents_leaves_the_last_component)
{
	ck_assert_int_eq(fs_mkdir_parents(ts_path("x/y/file"), 0755), 0);
	ck_assert(ts_exists("x/y") && !ts_exists("x/y/file"));
	ck_assert_int_eq(fs_mkdir_parents("file", 0755), 0);
	ck_assert_int_eq(fs_mkdir_parents("/file", 0755), 0);
}
END_TEST

START_TEST(a_directory_is_listed_in_byte_order)
{
	static const char *const want[] = { ".hidden", "B", "a", "a-b", "a.b", "aa", "\xc3\xa9" };
	struct fs_names list;

	for (size_t i = ARRAY_SIZE(want); i-- > 0;)
		ts_write(ts_fmt("dir/%s", want[i]), "");
	ck_assert_int_eq(fs_list_dir(AT_FDCWD, ts_path("dir"), &list), 0);
	ck_assert_uint_eq(list.names.n, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		ck_assert_str_eq(list.names.at[i], want[i]);
	fs_names_fini(&list);
}
END_TEST

START_TEST(a_large_directory_is_listed_completely)
{
	struct fs_names list;

	for (int i = 0; i < 700; i++)
		ts_write(ts_fmt("dir/name-%03d", i), "");
	ck_assert_int_eq(fs_list_dir_unsorted(AT_FDCWD, ts_path("dir"), &list), 0);
	ck_assert_uint_eq(list.names.n, 700);
	fs_names_fini(&list);
}
END_TEST

START_TEST(listing_says_why_it_cannot)
{
	struct fs_names list = { 0 };

	ts_write("f", "");
	ck_assert_int_eq(fs_list_dir(AT_FDCWD, ts_path("none"), &list), -ENOENT);
	ck_assert_int_eq(fs_list_dir(AT_FDCWD, ts_path("f"), &list), -ENOTDIR);
	ck_assert_uint_eq(list.names.n, 0);
	ts_mkdir("empty");
	ck_assert_int_eq(fs_list_dir(AT_FDCWD, ts_path("empty"), &list), 0);
	ck_assert_uint_eq(list.names.n, 0);
	fs_names_fini(&list);
}
END_TEST

START_TEST(absolute_puts_the_working_directory_in_front)
{
	char *path = fs_absolute("/x/../y");

	ck_assert_str_eq(path, "/x/../y");
	free(path);
	ts_mkdir("dir");
	ck_assert_int_eq(chdir(ts_path("dir")), 0);
	char *cwd = getcwd(NULL, 0);
	path = fs_absolute("./m.ko");
	ck_assert_str_eq(path, ts_fmt("%s/./m.ko", cwd));
	free(path);
	free(cwd);
}
END_TEST

START_TEST(mtime_is_microseconds)
{
	struct stat st = { .st_mtim = { .tv_sec = 1700000000, .tv_nsec = 123456789 } };

	ck_assert_uint_eq(fs_mtime_usec(&st), 1700000000123456ULL);
	st.st_mtim.tv_sec = -5;
	ck_assert_uint_eq(fs_mtime_usec(&st), 0);
}
END_TEST

/* Every call fails once; what is held by then must be released (leak checkers look). */
START_TEST(a_failure_anywhere_is_reported)
{
	static const char *const kinds[] = { "open", "read", "alloc" };
	const char *file = ts_path("d/f"), *dir = ts_path("d");

	ts_write("d/f", "0123456789");
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		if (str_eq(kinds[k], "alloc") && !ts_can_fail_alloc())
			continue;
		for (unsigned long n = 1;; n++) {
			struct fs_names list = { 0 };
			char *data = NULL;
			size_t len;

			ts_fail(kinds[k], n, EIO);
			int read = fs_read_file(AT_FDCWD, file, 0, false, &data, &len);
			int listed = fs_list_dir(AT_FDCWD, dir, &list);
			bool happened = ts_fail_happened();
			ts_fail_off();
			ck_assert_msg((read < 0 || listed < 0) == happened, "%s %lu", kinds[k], n);
			ck_assert((read < 0) == !data && (listed < 0) == (list.names.n == 0));
			free(data);
			fs_names_fini(&list);
			if (!happened)
				break;
		}
	}
}
END_TEST

START_TEST(interrupted_and_short_reads_are_continued)
{
	static const int errors[] = { EINTR, TS_SHORT };
	char *data;
	size_t len;

	ts_write("f", "0123456789");
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		ts_fail("read", 1, errors[i]);
		ck_assert_int_eq(fs_read_file(AT_FDCWD, ts_path("f"), 0, false, &data, &len), 0);
		ck_assert(ts_fail_happened());
		ts_fail_off();
		ck_assert_str_eq(data, "0123456789");
		free(data);
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		a_file_is_read_whole_with_a_nul_behind,
		the_limit_is_an_error_or_a_cut,
		a_device_without_an_end_is_too_big,
		a_file_of_unknown_size_is_read_to_its_end,
		what_cannot_be_read_says_why,
		names_are_relative_to_the_directory_given,
		a_fifo_without_a_writer_is_empty_and_does_not_block,
		a_pipe_that_is_written_to_is_read_to_its_end,
		pread_full_stops_at_the_end,
		write_full_writes_all_or_says_why,
		mkdir_p_makes_what_is_missing,
		mkdir_p_refuses_a_file_in_the_way,
		mkdir_parents_leaves_the_last_component,
		a_directory_is_listed_in_byte_order,
		a_large_directory_is_listed_completely,
		listing_says_why_it_cannot,
		absolute_puts_the_working_directory_in_front,
		mtime_is_microseconds,
		a_failure_anywhere_is_reported,
		interrupted_and_short_reads_are_continued,
		NULL,
	};
	return ts_run_trapped("fsio", tests, NULL, NULL);
}
