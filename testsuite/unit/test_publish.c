/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "shared/fsio.h"
#include "shared/str.h"
#include "testsuite/lib/ts.h"

static const char *const names[] = { "dep", "dep.bin", "alias", NULL };

static struct publish *begin(unsigned flags)
{
	struct publish *p = NULL;
	const char *culprit;

	ts_mkdir("out");
	ck_assert_int_eq(publish_begin(ts_path("out"), names, flags, &p, &culprit), 0);
	return p;
}

static int put(struct publish *p, const char *name, const char *text)
{
	return publish_write(p, name, bytes_of(text, strlen(text)));
}

static void put_all(struct publish *p, const char *text)
{
	for (size_t i = 0; names[i]; i++)
		ck_assert_int_eq(put(p, names[i], text), 0);
}

/* The directory's content as "name=text name=text". */
static const char *listing(void)
{
	struct fs_names list;
	const char *text = "";

	ck_assert_int_eq(fs_list_dir(AT_FDCWD, ts_path("out"), &list), 0);
	for (size_t i = 0; i < list.names.n; i++) {
		const char *name = list.names.at[i];
		struct stat st;

		ck_assert_int_eq(lstat(ts_path("out/%s", name), &st), 0);
		const char *content = S_ISREG(st.st_mode) ? ts_read(ts_fmt("out/%s", name), NULL) : "?";
		text = ts_fmt("%s%s%s=%s", text, i ? " " : "", name, content);
	}
	fs_names_fini(&list);
	return text;
}

#define ALL_OLD "alias=old dep=old dep.bin=old"
#define ALL_NEW "alias=new dep=new dep.bin=new"

static void old_set(void)
{
	for (size_t i = 0; names[i]; i++)
		ts_write(ts_fmt("out/%s", names[i]), "old");
}

START_TEST(a_set_appears_only_when_committed)
{
	old_set();
	struct publish *p = begin(0);

	put_all(p, "new");
	for (size_t i = 0; names[i]; i++)
		ck_assert_str_eq(ts_read(ts_fmt("out/%s", names[i]), NULL), "old");
	ck_assert_int_eq(publish_commit(p, NULL), 0);
	ck_assert_str_eq(listing(), ALL_NEW);
}
END_TEST

START_TEST(no_sync_gives_the_same_set)
{
	struct publish *p = begin(PUBLISH_NO_SYNC);

	put_all(p, "new");
	ck_assert_int_eq(publish_commit(p, NULL), 0);
	ck_assert_str_eq(listing(), ALL_NEW);
}
END_TEST

START_TEST(files_are_0644_whatever_the_umask)
{
	struct stat st;

	umask(077);
	struct publish *p = begin(0);
	ck_assert_int_eq(put(p, "dep", "x"), 0);
	ck_assert_int_eq(publish_commit(p, NULL), 0);
	ck_assert_int_eq(stat(ts_path("out/dep"), &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0644);
}
END_TEST

START_TEST(an_empty_file_is_a_file)
{
	struct publish *p = begin(0);

	ck_assert_int_eq(publish_write(p, "dep", BYTES_NONE), 0);
	ck_assert_int_eq(publish_commit(p, NULL), 0);
	ck_assert_str_eq(listing(), "dep=");
}
END_TEST

START_TEST(abort_leaves_the_old_set_and_no_litter)
{
	old_set();
	struct publish *p = begin(0);

	put_all(p, "new");
	publish_abort(p);
	publish_abort(NULL);
	ck_assert_str_eq(listing(), ALL_OLD);
}
END_TEST

START_TEST(a_name_not_written_stays_as_it_is)
{
	old_set();
	struct publish *p = begin(0);

	ck_assert_int_eq(put(p, "dep.bin", "new"), 0);
	ck_assert_int_eq(publish_commit(p, NULL), 0);
	ck_assert_str_eq(listing(), "alias=old dep=old dep.bin=new");
}
END_TEST

START_TEST(only_announced_names_can_be_written)
{
	struct publish *p = begin(0), *none = NULL;
	const char *culprit;
	static const char *const slash[] = { "a/b", NULL };

	ck_assert_int_eq(put(p, "other", "x"), -EINVAL);
	publish_abort(p);
	ck_assert_int_eq(publish_begin(ts_path("out"), slash, 0, &none, &culprit), -EINVAL);
	ck_assert_int_eq(publish_begin(ts_path("absent"), names, 0, &none, &culprit), -ENOENT);
	ck_assert_ptr_null(culprit);
	ck_assert_ptr_null(none);
}
END_TEST

START_TEST(a_failed_write_is_named_and_the_commit_only_cleans_up)
{
	char *failed = NULL;

	old_set();
	struct publish *p = begin(0);
	/* A directory cannot be removed as litter. */
	ts_mkdir("out/.alias.kmod-new");
	ck_assert_int_eq(put(p, "dep", "new"), 0);
	ck_assert_ptr_null(publish_failed_name(p));
	ck_assert_int_eq(put(p, "alias", "new"), -EEXIST);
	ck_assert_int_eq(put(p, "dep.bin", "new"), 0);
	ck_assert_str_eq(publish_failed_name(p), "alias");
	ck_assert_int_eq(publish_commit(p, &failed), -EEXIST);
	ck_assert_str_eq(failed, "alias");
	free(failed);
	ts_remove("out/.alias.kmod-new");
	ck_assert_str_eq(listing(), ALL_OLD);
}
END_TEST

START_TEST(a_directory_in_the_way_is_seen_before_the_first_rename)
{
	char *failed = NULL;

	ts_write("out/dep", "old");
	ts_mkdir("out/alias");
	struct publish *p = begin(0);
	put_all(p, "new");
	ck_assert_int_eq(publish_commit(p, &failed), -EISDIR);
	ck_assert_str_eq(failed, "alias");
	free(failed);
	ck_assert_str_eq(listing(), "alias=? dep=old");
}
END_TEST

START_TEST(litter_of_a_killed_run_does_not_survive)
{
	ts_mkdir("out");
	pid_t pid = fork();
	if (pid == 0) {
		put_all(begin(0), "half");
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert(ts_exists("out/.dep.kmod-new"));

	struct publish *p = begin(0);
	ck_assert_str_eq(listing(), ".kmod-lock=");
	ck_assert_int_eq(put(p, "dep", "new"), 0);
	ck_assert_int_eq(publish_commit(p, NULL), 0);
	ck_assert_str_eq(listing(), "dep=new");
}
END_TEST

START_TEST(a_link_planted_as_temporary_is_not_followed)
{
	ts_write("victim", "precious");
	ts_mkdir("out");
	ts_symlink(ts_path("victim"), "out/.dep.kmod-new");
	struct publish *p = begin(0);

	ts_symlink(ts_path("victim"), "out/.alias.kmod-new");
	ck_assert_int_eq(put(p, "dep", "new"), 0);
	ck_assert_int_eq(put(p, "alias", "new"), -EEXIST);
	publish_abort(p);
	ck_assert_str_eq(ts_read("victim", NULL), "precious");
	ck_assert_str_eq(listing(), "");
}
END_TEST

START_TEST(a_target_that_is_a_link_is_replaced_not_followed)
{
	ts_write("victim", "precious");
	ts_mkdir("out");
	ts_symlink("../victim", "out/dep");
	struct publish *p = begin(0);

	ck_assert_int_eq(put(p, "dep", "new"), 0);
	ck_assert_int_eq(publish_commit(p, NULL), 0);
	ck_assert_str_eq(ts_read("victim", NULL), "precious");
	ck_assert_str_eq(listing(), "dep=new");
}
END_TEST

START_TEST(two_runs_take_turns)
{
	int ready[2];
	char byte;

	old_set();
	ck_assert_int_eq(pipe(ready), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct publish *p = begin(0);

		put_all(p, "one");
		(void)!write(ready[1], "x", 1);
		usleep(100000);
		_exit(publish_commit(p, NULL) == 0 ? 0 : 1);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	struct publish *p = begin(0);
	ck_assert_str_eq(listing(), ".kmod-lock= alias=one dep=one dep.bin=one");
	put_all(p, "new");
	ck_assert_int_eq(publish_commit(p, NULL), 0);
	ck_assert_str_eq(listing(), ALL_NEW);
	int status;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(the_lock_is_held_and_gone_afterwards)
{
	struct publish *p = begin(0);
	int fd = open(ts_path("out/.kmod-lock"), O_RDWR | O_CLOEXEC);
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), -1);
	ck_assert_int_eq(publish_commit(p, NULL), 0);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
	close(fd);
	ck_assert_str_eq(listing(), "");
}
END_TEST

START_TEST(who_can_only_read_the_directory_cannot_hold_the_lock)
{
	ts_mkdir("out");
	int dir = open(ts_path("out"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_eq(flock(dir, LOCK_EX), 0);
	alarm(10); /* this waited for ever */
	publish_abort(begin(0));
	close(dir);
}
END_TEST

START_TEST(a_waiter_does_not_take_the_lock_of_a_file_that_is_gone)
{
	struct publish *first = begin(0);
	int old = open(ts_path("out/.kmod-lock"), O_RDWR | O_CLOEXEC);

	publish_abort(first);
	ck_assert_int_eq(flock(old, LOCK_EX), 0);
	alarm(10);
	struct publish *p = begin(0);
	ck_assert(ts_exists("out/.kmod-lock"));
	publish_abort(p);
	close(old);
}
END_TEST

START_TEST(a_lock_file_left_by_a_killed_run_is_used_and_removed)
{
	ts_write("out/.kmod-lock", "");
	publish_abort(begin(0));
	ck_assert_str_eq(listing(), "");
}
END_TEST

START_TEST(where_nothing_can_be_written_no_lock_is_needed)
{
	struct publish *p;
	const char *culprit;

	ts_mkdir("out");
	ts_fail("open", 2, EROFS);
	int r = publish_begin(ts_path("out"), names, 0, &p, &culprit);
	bool happened = ts_fail_happened();
	ts_fail_off();
	ck_assert(r == 0 && happened);
	publish_abort(p);
}
END_TEST

START_TEST(a_link_planted_as_lock_is_not_followed)
{
	struct publish *none = NULL;
	const char *culprit;

	ts_mkdir("out");
	ts_symlink("../elsewhere", "out/.kmod-lock");
	ck_assert_int_eq(publish_begin(ts_path("out"), names, 0, &none, &culprit), -ELOOP);
	ck_assert_str_eq(culprit, ".kmod-lock");
	ck_assert(!ts_exists("elsewhere"));
}
END_TEST

struct job {
	struct publish *p;
	const char *name;
	int result;
};

static void *write_large(void *arg)
{
	struct job *job = arg;
	size_t len = 1 << 20;
	char *data = malloc(len);

	memset(data, job->name[0], len);
	job->result = publish_write(job->p, job->name, bytes_of(data, len));
	free(data);
	return NULL;
}

START_TEST(threads_may_write_different_names)
{
	struct publish *p = begin(0);
	struct job jobs[3];
	pthread_t threads[3];

	for (size_t i = 0; i < 3; i++) {
		jobs[i] = (struct job){ p, names[i], 1 };
		ck_assert_int_eq(pthread_create(&threads[i], NULL, write_large, &jobs[i]), 0);
	}
	for (size_t i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
		ck_assert_int_eq(jobs[i].result, 0);
	}
	ck_assert_int_eq(publish_commit(p, NULL), 0);
	for (size_t i = 0; i < 3; i++) {
		size_t len;
		const char *data = ts_read(ts_fmt("out/%s", names[i]), &len);

		ck_assert_uint_eq(len, 1 << 20);
		ck_assert(data[0] == names[i][0] && data[len - 1] == names[i][0]);
	}
}
END_TEST

/* A whole run, with nothing but the code under test in it. */
static int attempt(const char *dir, char **failed)
{
	struct publish *p;
	const char *culprit;
	int r = publish_begin(dir, names, 0, &p, &culprit);
	if (r < 0)
		return r;

	for (size_t i = 0; names[i] && r == 0; i++)
		r = publish_write(p, names[i], bytes_of("new", 3));
	if (r < 0) {
		publish_abort(p);
		return r;
	}
	return publish_commit(p, failed);
}

/* The nth call of kind fails; the listing after it. False when there is no nth call. */
static bool attempt_failing(const char *kind, unsigned long nth, int error, int *result,
			    char **failed)
{
	const char *dir = ts_path("out");

	old_set();
	*failed = NULL;
	ts_fail(kind, nth, error);
	*result = attempt(dir, failed);
	bool happened = ts_fail_happened();
	ts_fail_off();
	return happened;
}

START_TEST(any_failure_leaves_the_old_set)
{
	static const char *const kinds[] = { "open", "write", "close", "rename", "alloc" };
	char *failed;
	int r;

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		if (str_eq(kinds[k], "alloc") && !ts_can_fail_alloc())
			continue;
		unsigned long n = 1;
		while (attempt_failing(kinds[k], n, EIO, &r, &failed)) {
			ck_assert_msg(str_eq(listing(), r < 0 ? ALL_OLD : ALL_NEW), "%s %lu: %s",
				      kinds[k], n, listing());
			free(failed);
			n++;
		}
		ck_assert_msg(n > 3, "%s: only %lu", kinds[k], n);
		ck_assert_int_eq(r, 0);
	}
}
END_TEST

START_TEST(a_failed_flush_is_named_and_leaves_the_old_set)
{
	char *failed;
	int r;

	for (unsigned long n = 1; n <= 3; n++) {
		ck_assert(attempt_failing("fsync", n, ENOSPC, &r, &failed));
		ck_assert_int_eq(r, -ENOSPC);
		ck_assert_str_eq(failed, names[n - 1]);
		ck_assert_str_eq(listing(), ALL_OLD);
		free(failed);
	}
	/* The directory's comes last, when all is in place: it is taken back. */
	ck_assert(attempt_failing("fsync", 4, EIO, &r, &failed));
	ck_assert_int_eq(r, -EIO);
	ck_assert_ptr_null(failed);
	ck_assert_str_eq(listing(), ALL_OLD);
	ck_assert(!attempt_failing("fsync", 5, EIO, &r, &failed));
}
END_TEST

START_TEST(what_cannot_be_flushed_is_no_failure)
{
	char *failed;
	int r;

	for (unsigned long n = 1; n <= 4; n++) {
		ck_assert(attempt_failing("fsync", n, EINVAL, &r, &failed));
		ck_assert_int_eq(r, 0);
		ck_assert_str_eq(listing(), ALL_NEW);
	}
}
END_TEST

START_TEST(short_and_interrupted_writes_are_continued)
{
	char *failed;
	int r;

	ck_assert(attempt_failing("write", 2, TS_SHORT, &r, &failed));
	ck_assert_int_eq(r, 0);
	ck_assert_str_eq(listing(), ALL_NEW);
	ck_assert(attempt_failing("write", 1, EINTR, &r, &failed));
	ck_assert_int_eq(r, 0);
	ck_assert_str_eq(listing(), ALL_NEW);
}
END_TEST

START_TEST(a_failed_rename_is_named_and_takes_back_those_before)
{
	char *failed;
	int r;

	for (unsigned long n = 1; n <= 3; n++) {
		ck_assert(attempt_failing("rename", n, EPERM, &r, &failed));
		ck_assert_int_eq(r, -EPERM);
		ck_assert_str_eq(failed, names[n - 1]);
		ck_assert_str_eq(listing(), ALL_OLD);
		free(failed);
	}
}
END_TEST

START_TEST(what_was_not_there_before_is_not_there_after_a_failure)
{
	const char *dir = ts_path("out");
	char *failed = NULL;

	ts_write("out/dep.bin", "old");
	/* dep: no swap, a rename; dep.bin: a swap; alias: a swap that fails */
	ts_fail("rename", 4, EIO);
	ck_assert_int_eq(attempt(dir, &failed), -EIO);
	ts_fail_off();
	ck_assert_str_eq(failed, "alias");
	ck_assert_str_eq(listing(), "dep.bin=old");
	free(failed);
}
END_TEST

START_TEST(a_file_system_that_cannot_swap_gets_its_files)
{
	static const int errors[] = { EINVAL, ENOSYS, EOPNOTSUPP, EXDEV };
	char *failed;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		ck_assert(attempt_failing("rename", 2, errors[i], &r, &failed));
		ck_assert_int_eq(r, 0);
		ck_assert_str_eq(listing(), ALL_NEW);
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		a_set_appears_only_when_committed,
		no_sync_gives_the_same_set,
		files_are_0644_whatever_the_umask,
		an_empty_file_is_a_file,
		abort_leaves_the_old_set_and_no_litter,
		a_name_not_written_stays_as_it_is,
		only_announced_names_can_be_written,
		a_failed_write_is_named_and_the_commit_only_cleans_up,
		a_directory_in_the_way_is_seen_before_the_first_rename,
		litter_of_a_killed_run_does_not_survive,
		a_link_planted_as_temporary_is_not_followed,
		a_target_that_is_a_link_is_replaced_not_followed,
		two_runs_take_turns,
		the_lock_is_held_and_gone_afterwards,
		who_can_only_read_the_directory_cannot_hold_the_lock,
		a_waiter_does_not_take_the_lock_of_a_file_that_is_gone,
		a_lock_file_left_by_a_killed_run_is_used_and_removed,
		where_nothing_can_be_written_no_lock_is_needed,
		a_link_planted_as_lock_is_not_followed,
		threads_may_write_different_names,
		any_failure_leaves_the_old_set,
		a_failed_flush_is_named_and_leaves_the_old_set,
		what_cannot_be_flushed_is_no_failure,
		short_and_interrupted_writes_are_continued,
		a_failed_rename_is_named_and_takes_back_those_before,
		what_was_not_there_before_is_not_there_after_a_failure,
		a_file_system_that_cannot_swap_gets_its_files,
		NULL,
	};
	return ts_run_trapped("publish", tests, NULL, NULL);
}
