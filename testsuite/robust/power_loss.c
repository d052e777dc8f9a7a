/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The power fails at every moment of a depmod run. What the run did to its directory was
 * recorded (trap-disk.c); a model of a disk that keeps as little as it may replays it:
 *
 *	of a file      what was written before its last fsync; nothing of one never synced
 *	of the folder  what was done before its last fsync, and of what was done since, in
 *	               order, nothing, the first, the first two ... or all of it
 *
 * After each of these, every index must be the old one or the new one, whole.
 */
#include <stdio.h>
#include <stdlib.h>

#include "testsuite/cli/depmod-tree.h"
#include "tools/depmod/dm-emit.h"

enum { MAX_OPS = 256, MAX_FILES = 32, MAX_NAMES = 48, OLD = -1 };

enum kind { CREATE, WRITE, SYNC, SYNC_DIR, RENAME, SWAP, UNLINK };

struct op {
	enum kind kind;
	int file; /* CREATE, WRITE, SYNC */
	size_t len;
	const char *name, *to;
};

static struct op ops[MAX_OPS];
static size_t n_ops;
static int n_files;
static size_t new_len[DM_N_OUTPUTS];

/* ---- the recording ---- */

static void parse_line(const char *line, const char **next, int file_of[64])
{
	static char from[MAX_OPS][64], to[MAX_OPS][64];
	struct op *op = &ops[n_ops];
	unsigned fd;

	ck_assert_uint_lt(n_ops, MAX_OPS);
	op->name = from[n_ops];
	op->to = to[n_ops];
	if (sscanf(line, "create %u %63s", &fd, from[n_ops]) == 2 && fd < 64) {
		op->kind = CREATE;
		op->file = file_of[fd] = n_files++;
	} else if (sscanf(line, "write %u %zu", &fd, &op->len) == 2 && fd < 64) {
		op->kind = WRITE;
		op->file = file_of[fd];
		*next += op->len + 1;
	} else if (sscanf(line, "sync %u", &fd) == 1 && fd < 64) {
		op->file = file_of[fd];
		/* Only the directory was not created here. */
		op->kind = op->file < 0 ? SYNC_DIR : SYNC;
		file_of[fd] = -1;
	} else if (sscanf(line, "rename %63s %63s", from[n_ops], to[n_ops]) == 2) {
		op->kind = RENAME;
	} else if (sscanf(line, "swap %63s %63s", from[n_ops], to[n_ops]) == 2) {
		op->kind = SWAP;
	} else if (sscanf(line, "unlink %63s", from[n_ops]) == 1) {
		op->kind = UNLINK;
	} else {
		ck_abort_msg("%s", line);
	}
	n_ops++;
}

static void parse(const char *log, size_t len)
{
	int file_of[64];

	memset(file_of, -1, sizeof(file_of));
	for (const char *line = log, *next; line < log + len; line = next) {
		next = line + strcspn(line, "\n") + 1;
		parse_line(line, &next, file_of);
	}
	ck_assert_int_le(n_files, MAX_FILES);
}

/* ---- the disk ---- */

struct disk {
	size_t len[MAX_FILES], synced[MAX_FILES];
	const char *names[MAX_NAMES];
	int files[MAX_NAMES]; /* OLD, or of the run */
	size_t n;
};

static void drop(struct disk *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->names[i], name)) {
			d->n--;
			d->names[i] = d->names[d->n];
			d->files[i] = d->files[d->n];
			return;
		}
}

static int find(const struct disk *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->names[i], name))
			return d->files[i];
	return -2;
}

static void put_name(struct disk *d, const char *name, int file)
{
	drop(d, name);
	ck_assert_uint_lt(d->n, MAX_NAMES);
	d->names[d->n] = name;
	d->files[d->n++] = file;
}

static void do_metadata(struct disk *d, const struct op *op)
{
	if (op->kind == CREATE) {
		put_name(d, op->name, op->file);
	} else if (op->kind == UNLINK) {
		drop(d, op->name);
	} else if (op->kind == RENAME || op->kind == SWAP) {
		int file = find(d, op->name), other = find(d, op->to);

		ck_assert_int_ne(file, -2);
		drop(d, op->name);
		put_name(d, op->to, file);
		if (op->kind == SWAP)
			put_name(d, op->name, other);
	}
}

static bool is_metadata(const struct op *op)
{
	return op->kind == CREATE || op->kind == UNLINK || op->kind == RENAME ||
	       op->kind == SWAP;
}

/* The disk after n ops, with only the first kept ones of the folder's that were not synced. */
static size_t crash(struct disk *d, size_t n, size_t kept)
{
	size_t safe = 0, pending = 0;

	*d = (struct disk){ 0 };
	for (size_t i = 0; i < DM_N_OUTPUTS; i++)
		put_name(d, dm_output_names[i], OLD);
	for (size_t i = 0; i < n; i++)
		if (ops[i].kind == SYNC_DIR)
			safe = i;
	for (size_t i = 0; i < n; i++) {
		const struct op *op = &ops[i];

		if (op->kind == WRITE)
			d->len[op->file] += op->len;
		else if (op->kind == SYNC)
			d->synced[op->file] = d->len[op->file];
		else if (is_metadata(op) && (i < safe || pending++ < kept))
			do_metadata(d, op);
	}
	return pending;
}

static bool is_whole(const struct disk *d, size_t output)
{
	int file = find(d, dm_output_names[output]);

	return file == OLD || (file >= 0 && d->synced[file] == new_len[output]);
}

/* How many disks have something damaged; of how many. */
static unsigned damaged_disks(unsigned *n_disks)
{
	unsigned damaged = 0;
	struct disk d;

	*n_disks = 0;
	for (size_t n = 0; n <= n_ops; n++)
		for (size_t kept = 0, pending = 0; kept <= pending; kept++) {
			bool whole = true;

			pending = crash(&d, n, kept);
			for (size_t i = 0; i < DM_N_OUTPUTS; i++)
				whole = whole && is_whole(&d, i);
			damaged += !whole;
			++*n_disks;
		}
	return damaged;
}

static void record(const char *option)
{
	const char *log = ts_path("disk.log");
	size_t len;

	put("kernel/a.ko", .modinfo = FORGE_STRINGS("alias=pci:v*", "softdep=pre: c"),
	    .imports = FORGE_SYMBOLS({ .name = "fb" }));
	put("kernel/b.ko", .exports = FORGE_SYMBOLS({ .name = "fb", .crc = 1 }));
	put_build_files("kernel/b.ko\n");
	for (size_t i = 0; i < DM_N_OUTPUTS; i++)
		ts_write(in_tree(dm_output_names[i]), "the old one, longer than nothing\n");

	ts_no_traps();
	ts_env("LD_PRELOAD", TS_BUILDDIR "/testsuite/trap/.libs/trap-disk.so");
	ts_env("TESTSUITE_DISK_LOG", log);
	struct ts_result r = ts_tool("depmod", "-j1", "-b", ts_root(), option, TS_KERNEL);
	ts_expect(r, 0, "", NULL);
	for (size_t i = 0; i < DM_N_OUTPUTS; i++)
		ts_read(in_tree(dm_output_names[i]), &new_len[i]);
	const char *text = ts_read("disk.log", &len);
	parse(text, len);
	ck_assert_uint_gt(n_ops, 3 * DM_N_OUTPUTS);
}

START_TEST(after_a_power_loss_each_index_is_whole)
{
	unsigned n_disks;
	struct disk d;

	record("-a");
	ck_assert_uint_eq(damaged_disks(&n_disks), 0);
	printf("# power losses: %u\n", n_disks);
	ck_assert_uint_gt(n_disks, 200);

	/* What was reported as done is done. */
	crash(&d, n_ops, 0);
	for (size_t i = 0; i < DM_N_OUTPUTS; i++)
		ck_assert_msg(find(&d, dm_output_names[i]) >= 0, "%s", dm_output_names[i]);
}
END_TEST

/* Is the model strict enough to see what --no-sync gives up? */
START_TEST(without_flushing_the_model_finds_damage)
{
	unsigned n_disks;

	record("--no-sync");
	ck_assert_uint_gt(damaged_disks(&n_disks), 0);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		after_a_power_loss_each_index_is_whole,
		without_flushing_the_model_finds_damage,
		NULL,
	};
	return ts_run("power_loss", tests, NULL, NULL);
}
