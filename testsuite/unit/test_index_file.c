/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testsuite/unit/index-test.h"

enum { N = 8000 };

static char keys[N][24];

/* A file of many blocks; key i has value "v<i>", one value is longer than a block. */
static void write_large(const char *path)
{
	static char values[N][8], longest[40000];
	struct index_entry *entries = calloc(N, sizeof(*entries));
	struct strbuf out = STRBUF_INIT;

	memset(longest, 'L', sizeof(longest) - 1);
	for (int i = 0; i < N; i++) {
		sprintf(keys[i], "key:%c%05d%s", 'a' + i % 26, i, i % 7 ? "" : "*");
		sprintf(values[i], "v%d", i);
		entries[i] = (struct index_entry){ keys[i], values[i], (uint32_t)i };
	}
	entries[5000].value = longest;
	ck_assert_int_eq(index_write(entries, N, &out), 0);
	ck_assert_uint_gt(out.len, 10 * 16384);
	ts_write_bytes(path, out.data, out.len);
	strbuf_fini(&out);
	free(entries);
}

static struct index *open_briefly(const char *path)
{
	struct index *idx = NULL;

	ck_assert_int_eq(index_open_briefly(ts_path("%s", path), &idx), 0);
	return idx;
}

START_TEST(reading_by_blocks_finds_what_reading_all_finds)
{
	write_large("x.bin");
	_cleanup_(index_unrefp) struct index *all = NULL;
	ck_assert_int_eq(index_open(ts_path("x.bin"), &all), 0);

	for (int i = 0; i < N; i += 97) {
		/* Each by itself, so that nothing is there from before. */
		_cleanup_(index_unrefp) struct index *brief = open_briefly("x.bin");
		const char *query = ts_fmt("%.10s", keys[i]);

		ck_assert_str_eq(matches(brief, query), matches(all, query));
		ck_assert_str_eq(found(brief, keys[i]), found(all, keys[i]));
	}
	_cleanup_(index_unrefp) struct index *brief = open_briefly("x.bin");
	ck_assert_str_eq(walked(brief), walked(all));
	ck_assert(index_mtime_usec(brief) == index_mtime_usec(all));
}
END_TEST

START_TEST(a_value_across_blocks_is_read_whole)
{
	write_large("x.bin");
	_cleanup_(index_unrefp) struct index *idx = open_briefly("x.bin");

	ck_assert_uint_eq(strlen(found(idx, keys[5000])), 39999);
}
END_TEST

START_TEST(a_small_file_is_read_at_once)
{
	ts_write_bytes("x.bin", worked_example, sizeof(worked_example));
	_cleanup_(index_unrefp) struct index *idx = open_briefly("x.bin");

	ts_write("x.bin", "");
	ck_assert_str_eq(found(idx, "once"), "c");
}
END_TEST

START_TEST(a_file_that_shrinks_finds_less)
{
	write_large("x.bin");
	_cleanup_(index_unrefp) struct index *idx = open_briefly("x.bin");

	ck_assert_int_eq(truncate(ts_path("x.bin"), 20000), 0);
	for (int i = 0; i < N; i += 97)
		(void)found(idx, keys[i]);
	ck_assert_uint_lt(strlen(walked(idx)), 20000);
}
END_TEST

START_TEST(a_replaced_file_does_not_matter)
{
	write_large("x.bin");
	_cleanup_(index_unrefp) struct index *idx = open_briefly("x.bin");

	ts_remove("x.bin");
	ts_write("x.bin", "something else");
	ck_assert_str_eq(found(idx, "key:z"), "-");
	ck_assert_str_eq(found(idx, keys[78]), "v78");
}
END_TEST

static int count(void *data, const struct index_hit *hit _unused_)
{
	++*(unsigned *)data;
	return 0;
}

/* Behind the index's back its descriptor becomes one that cannot be read. */
START_TEST(a_read_error_fails_the_lookup_that_met_it)
{
	const char *value = "untouched";
	unsigned n = 0;

	write_large("x.bin");
	int dir = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(next);
	_cleanup_(index_unrefp) struct index *idx = open_briefly("x.bin");
	ck_assert_int_eq(dup2(dir, next), next);

	ck_assert_int_eq(index_find(idx, keys[7999], &value), -EISDIR);
	ck_assert_str_eq(value, "untouched");
	ck_assert_int_eq(index_match(idx, "key:a00000", count, &n), -EISDIR);
	ck_assert_int_eq(index_walk(idx, count, &n), -EISDIR);
	close(dir);
}
END_TEST

START_TEST(what_is_no_index_file_is_refused)
{
	struct index *idx = NULL;
	char *large = calloc(1, 100000);

	ts_write("empty.bin", "");
	ts_write_bytes("zeros.bin", large, 100000);
	ck_assert_int_eq(mkfifo(ts_path("fifo.bin"), 0600), 0);
	ck_assert_int_eq(index_open_briefly(ts_path("absent.bin"), &idx), -ENOENT);
	ck_assert_int_eq(index_open_briefly(ts_path("empty.bin"), &idx), -EINVAL);
	ck_assert_int_eq(index_open_briefly(ts_path("zeros.bin"), &idx), -EINVAL);
	ck_assert_int_eq(index_open_briefly(ts_path("fifo.bin"), &idx), -ENODEV);
	ck_assert_ptr_null(idx);
	free(large);
}
END_TEST

static void *look_up_all(void *data)
{
	const struct index *idx = data;
	const char *value = NULL;
	long wrong = 0;

	for (int i = 1; i < N; i += 3) {
		char want[8];

		sprintf(want, "v%d", i);
		if (i != 5000 &&
		    (index_find(idx, keys[i], &value) != 1 || strcmp(value, want) != 0))
			wrong++;
	}
	return (void *)wrong;
}

START_TEST(threads_may_read_blocks_at_once)
{
	pthread_t threads[4];

	write_large("x.bin");
	_cleanup_(index_unrefp) struct index *idx = open_briefly("x.bin");
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, look_up_all, idx), 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		void *wrong;

		ck_assert_int_eq(pthread_join(threads[i], &wrong), 0);
		ck_assert_ptr_null(wrong);
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		reading_by_blocks_finds_what_reading_all_finds,
		a_value_across_blocks_is_read_whole,
		a_small_file_is_read_at_once,
		a_file_that_shrinks_finds_less,
		a_replaced_file_does_not_matter,
		a_read_error_fails_the_lookup_that_met_it,
		what_is_no_index_file_is_refused,
		threads_may_read_blocks_at_once,
		NULL,
	};
	return ts_run("index_file", tests, NULL, NULL);
}
