/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * 200 depmods killed at random moments, another one running all the while, and a reader:
 * it always finds every index, each as one of the two configurations makes it. A full disk
 * and a read-only one: the old set stays, the file is named.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "testsuite/cli/depmod-tree.h"
#include "tools/depmod/dm-emit.h"

enum { KILLS = 200 };

/* What each configuration makes. */
static struct version {
	const char *config;
	const char *text[DM_N_OUTPUTS];
	size_t len[DM_N_OUTPUTS];
} versions[] = { { .config = "a.conf" }, { .config = "b.conf" } };

static void setup(void)
{
	static char names[40][16];

	for (unsigned i = 0; i < 40; i++) {
		snprintf(names[i], sizeof(names[i]), "e%u", i);
		put(ts_fmt("kernel/%sm%u.ko", i % 4 ? "" : "sub/", i),
		    .modinfo = FORGE_STRINGS(ts_fmt("alias=pci:v%u*", i)),
		    .exports = FORGE_SYMBOLS({ .name = names[i], .crc = 1 }));
	}
	put_build_files("kernel/m3.ko\n");
	/* By its name in the path: valgrind gives no other. */
	ts_symlink(TS_KMOD, "depmod");
	ts_write("a.conf", "exclude nothing\n");
	ts_write("b.conf", "exclude sub\n");
}

static void learn(void)
{
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		struct ts_result r = ts_tool("depmod", "-C", ts_path("%s", versions[v].config));

		ts_expect(r, 0, "", NULL);
		for (size_t i = 0; i < DM_N_OUTPUTS; i++)
			versions[v].text[i] = ts_read(in_tree(dm_output_names[i]),
						      &versions[v].len[i]);
	}
	ck_assert_str_ne(versions[0].text[0], versions[1].text[0]);
}

static pid_t start_depmod(unsigned v)
{
	const char *config = ts_path("%s", versions[v % 2].config), *root = ts_root();
	const char *depmod = ts_path("depmod");
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		dup2(null, 2);
		execl(depmod, "depmod", "-b", root, "-C", config, TS_KERNEL, NULL);
		_exit(127);
	}
	ck_assert_int_gt(pid, 0);
	return pid;
}

/* Is what is there one of the versions? */
static bool is_whole(size_t i)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (fs_read_file(AT_FDCWD, ts_path("%s", in_tree(dm_output_names[i])), 0, false, &text,
			 &len) < 0)
		return false;
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++)
		if (len == versions[v].len[i] && memcmp(text, versions[v].text[i], len) == 0)
			return true;
	return false;
}

struct shared {
	volatile bool stop;
	volatile unsigned long reads, damaged, runs;
};

static pid_t start_reader(struct shared *s)
{
	pid_t pid = fork();

	while (pid == 0 && !s->stop) {
		for (size_t i = 0; i < DM_N_OUTPUTS; i++) {
			s->reads++;
			s->damaged += !is_whole(i);
		}
	}
	if (pid == 0)
		_exit(0);
	return pid;
}

/* Depmods that nobody kills must all succeed. */
static pid_t start_other(struct shared *s)
{
	pid_t pid = fork();
	int status = 0;

	for (unsigned v = 0; pid == 0 && !s->stop; v++) {
		pid_t run = start_depmod(v);

		waitpid(run, &status, 0);
		s->damaged += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
		s->runs++;
	}
	if (pid == 0)
		_exit(0);
	return pid;
}

static void no_litter(void)
{
	struct fs_names list;

	ck_assert_int_eq(fs_list_dir(AT_FDCWD, ts_path(TS_MODULES), &list), 0);
	for (size_t i = 0; i < list.names.n; i++)
		ck_assert_msg(list.names.at[i][0] != '.', "%s", list.names.at[i]);
	fs_names_fini(&list);
}

START_TEST(a_reader_never_sees_a_damaged_file)
{
	struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned seed = 5, killed = 0;
	int status;

	learn();
	pid_t reader = start_reader(s), other = start_other(s);
	for (unsigned n = 0; n < KILLS; n++) {
		pid_t pid = start_depmod(n);

		usleep((useconds_t)(rand_r(&seed) % 30000));
		kill(pid, SIGKILL);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		killed += WIFSIGNALED(status);
	}
	s->stop = true;
	waitpid(reader, &status, 0);
	waitpid(other, &status, 0);
	printf("# killed %u of %d runs, %lu files read, %lu other runs\n", killed, KILLS, s->reads,
	       s->runs);
	ck_assert_uint_eq(s->damaged, 0);
	ck_assert_uint_gt(killed, KILLS / 10);
	ck_assert_uint_gt(s->runs, 0);

	waitpid(start_depmod(0), &status, 0);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	no_litter();
}
END_TEST

/* ---- disks ---- */

#define OUT "out/" TS_MODULES

/* A disk of 256 KiB at OUT, with an old set, and only room for so many pages more. */
static bool mount_disk(unsigned pages)
{
	_cleanup_close_ int fd = -1;
	static const char page[4096];

	/* In a chroot "/" may be no mount point, and a mount could then be seen outside. */
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", "", MS_REC | MS_PRIVATE, NULL) < 0) {
		printf("# not tested: mounting in private needs privileges and a mounted root\n");
		return false;
	}
	ts_mkdir(OUT);
	ck_assert_int_eq(mount("tmpfs", ts_path(OUT), "tmpfs", 0, "size=256k"), 0);
	for (size_t i = 0; i < DM_N_OUTPUTS; i++)
		ts_write(ts_fmt(OUT "/%s", dm_output_names[i]), "old");
	fd = open(ts_path(OUT "/filler"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	off_t size = 0;
	while (write(fd, page, sizeof(page)) == sizeof(page))
		size += (off_t)sizeof(page);
	ck_assert_int_eq(ftruncate(fd, size - (off_t)(pages * sizeof(page))), 0);
	return true;
}

static void expect_old_set(void)
{
	struct fs_names list;

	ck_assert_int_eq(fs_list_dir(AT_FDCWD, ts_path(OUT), &list), 0);
	ck_assert_uint_eq(list.names.n, DM_N_OUTPUTS + 1);
	fs_names_fini(&list);
	for (size_t i = 0; i < DM_N_OUTPUTS; i++)
		ck_assert_str_eq(ts_read(ts_fmt(OUT "/%s", dm_output_names[i]), NULL), "old");
}

static void expect_failure(const char *cause)
{
	ts_no_fake_root();
	struct ts_result r = ts_tool("depmod", "-j1", "-b", ts_root(), "-o", ts_path("out"),
				     TS_KERNEL);

	ck_assert_msg(r.status == 1 && strstr(r.err, cause) &&
			      strstr(r.err, ts_path(OUT "/modules.")),
		      "%d: %s", r.status, r.err);
	expect_old_set();
	ck_assert_int_eq(umount2(ts_path(OUT), MNT_DETACH), 0);
}

START_TEST(a_full_disk_leaves_the_old_set)
{
	for (unsigned pages = 0; pages < 10; pages++)
		if (mount_disk(pages))
			expect_failure("No space left on device");
}
END_TEST

START_TEST(a_read_only_disk_leaves_the_old_set)
{
	if (!mount_disk(20))
		return;
	ck_assert_int_eq(mount("", ts_path(OUT), "", MS_REMOUNT | MS_RDONLY, NULL), 0);
	expect_failure("Read-only file system");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		a_reader_never_sees_a_damaged_file,
		a_full_disk_leaves_the_old_set,
		a_read_only_disk_leaves_the_old_set,
		NULL,
	};
	return ts_run("kill_depmod", tests, setup, NULL);
}
