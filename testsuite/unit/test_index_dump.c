/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/index-dump.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "testsuite/unit/index-test.h"

static int add_text(void *data, const char *text, size_t len)
{
	strbuf_add(data, text, len);
	return 0;
}

START_TEST(each_value_is_a_line)
{
	_cleanup_(index_unrefp) struct index *idx =
		index_of_bytes(worked_example, sizeof(worked_example));
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	ck_assert_int_eq(index_dump(idx, "alias ", add_text, &text), 0);
	ck_assert_str_eq(strbuf_str(&text),
			 "alias on b\nalias on a\nalias once c\nalias ox* d\n");
}
END_TEST

START_TEST(an_empty_value_leaves_its_blank)
{
	struct index_entry entries[] = { { "ext4", "", 0 }, { "vfat", "", 0 } };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, text = STRBUF_INIT;
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, 2, &out);

	ck_assert_int_eq(index_dump(idx, "", add_text, &text), 0);
	ck_assert_str_eq(strbuf_str(&text), "ext4 \nvfat \n");
}
END_TEST

static int check_piece(void *data, const char *text, size_t len)
{
	size_t *total = data;

	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(text[len - 1], '\n');
	*total += len;
	return 0;
}

START_TEST(large_dumps_come_in_pieces_of_whole_lines)
{
	enum { N = 20000 };
	struct index_entry *entries = calloc(N, sizeof(*entries));
	char(*keys)[16] = calloc(N, sizeof(*keys));
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	size_t total = 0;

	for (int i = 0; i < N; i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%05d", i);
		entries[i] = (struct index_entry){ keys[i], "some_module", 0 };
	}
	_cleanup_(index_unrefp) struct index *idx = index_of(entries, N, &out);
	ck_assert_int_eq(index_dump(idx, "alias ", check_piece, &total), 0);
	ck_assert_uint_eq(total, N * strlen("alias k00000 some_module\n"));
	free(entries);
	free(keys);
}
END_TEST

static int refuse(void *data _unused_, const char *text _unused_, size_t len _unused_)
{
	return -ENOSPC;
}

START_TEST(the_callbacks_error_is_handed_on)
{
	_cleanup_(index_unrefp) struct index *idx =
		index_of_bytes(worked_example, sizeof(worked_example));

	ck_assert_int_eq(index_dump(idx, "", refuse, NULL), -ENOSPC);
}
END_TEST

START_TEST(a_descriptor_gets_the_same_text)
{
	_cleanup_(index_unrefp) struct index *idx =
		index_of_bytes(worked_example, sizeof(worked_example));
	_cleanup_close_ int fd = -1, full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	ts_write("dump", "");
	fd = open(ts_path("dump"), O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(index_dump_to_fd(idx, "", fd), 0);
	ck_assert_str_eq(ts_read("dump", NULL), "on b\non a\nonce c\nox* d\n");
	ck_assert_int_eq(index_dump_to_fd(idx, "", full), -ENOSPC);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		each_value_is_a_line,
		an_empty_value_leaves_its_blank,
		large_dumps_come_in_pieces_of_whole_lines,
		the_callbacks_error_is_handed_on,
		a_descriptor_gets_the_same_text,
		NULL,
	};
	return ts_run("index_dump", tests, NULL, NULL);
}
