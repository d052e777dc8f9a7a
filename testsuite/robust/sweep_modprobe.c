/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other tools under every single fault: no crash, exit status 0 only when the work was
 * done or the message says what was left out, a message whenever it is not 0.
 */
#include <errno.h>
#include <string.h>

#include "shared/str.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/sweep.h"
#include "testsuite/lib/ts.h"

static const char *const *command;
/* Of an undisturbed run. */
static struct ts_result wanted;
static const char *wanted_calls;

static void write_module(const char *name, enum image_format format)
{
	struct forge_module m = {
		.name = name, .modinfo = FORGE_STRINGS("alias=x", "parm=a:b", "license=GPL"),
		.exports = FORGE_SYMBOLS({ .name = "s", .crc = 1 }),
		.imports = FORGE_SYMBOLS({ .name = "t", .crc = 2 }),
	};

	ck_assert_int_eq(forge_write(&m, forge_readable(format),
				     ts_path(TS_MODULES "/kernel/%s.ko", name)),
			 0);
}

static void setup(void)
{
	write_module("a", IMAGE_PLAIN);
	write_module("b", IMAGE_ZSTD);
	write_module("c", IMAGE_PLAIN);
	indexed_deps("kernel/a.ko: kernel/b.ko\nkernel/b.ko:\nkernel/c.ko:\n");
	indexed_aliases("pci:v1* a\n");
	ts_write("etc/modprobe.d/x.conf", "options a p=1\nsoftdep a pre: c\nblacklist zz\n"
					  "install with_command /bin/true\n");
	ts_write("proc/cmdline", "a.q=2\n");
	ts_write(TS_MODULES "/modules.devname", "a n c1:2\n");
	ts_kernel();
}

static void reset(void)
{
	ts_remove("sys/module");
	ts_remove("proc/modules");
	if (str_eq(command[0], "rmmod") || str_eq(command[0], "lsmod") ||
	    str_eq(command[1], "-r")) {
		ts_kernel_load("a");
		ts_kernel_load("c");
	}
	ts_calls_clear();
}

/* Is every line of calls one of all, in that order? Options must not get lost. */
static bool is_part_of(const char *calls, const char *all)
{
	while (*calls) {
		size_t len = strcspn(calls, "\n") + 1;

		while (*all && strncmp(all, calls, len) != 0)
			all += strcspn(all, "\n") + 1;
		if (!*all)
			return false;
		calls += len;
	}
	return true;
}

static void look(const struct sweep_fault *f, bool happened, const struct ts_result *r)
{
	const char *name = sweep_name(f), *calls = ts_calls();
	bool same = str_eq(calls, wanted_calls) && str_eq(r->out, wanted.out);

	if (!happened || f->harmless)
		ck_assert_msg(r->status == wanted.status && same && str_eq(r->err, wanted.err),
			      "%s: status %d, %s%s%s", name, r->status, r->out, r->err, calls);
	ck_assert_msg(r->status == 0 || r->status == 1, "%s: status %d", name, r->status);
	ck_assert_msg(r->err_len > 0 || is_part_of(calls, wanted_calls), "%s: %s", name, calls);
	/* What may fail in silence: a soft dependency, a dependency that is left loaded. */
	if (str_eq(command[0], "modprobe") && r->status == 0 && strstr(wanted_calls, "a ") &&
	    (strstr(calls, "_module a ") || str_eq(command[1], "-r")) &&
	    str_eq(r->out, wanted.out))
		return;
	/* lsmod shows what it could not find out as "-", or no users. */
	if (str_eq(command[0], "lsmod") && r->status == 0)
		return;
	/* Messages cannot be missed where the write of the message is what failed. */
	if (str_eq(f->kind, "write") && wanted.err_len > 0)
		return;
	ck_assert_msg((r->status == wanted.status && same) || r->err_len > 0,
		      "%s: status %d in silence, %s%s", name, r->status, r->out, calls);
}

static void run(const struct sweep_fault *f)
{
	reset();
	struct ts_result r = ts_tool_argv(command);
	bool happened = sweep_end();

	look(f, happened, &r);
}

/* clang-format off */
static const struct {
	const char *what;
	const char *argv[6];
	int status;
} commands[] = {
	{ "modprobe", { "modprobe", "a", "x=y" }, 0 },
	{ "modprobe, by alias", { "modprobe", "-b", "pci:v1d2" }, 0 },
	{ "modprobe, a command", { "modprobe", "with_command" }, 0 },
	{ "modprobe, unknown", { "modprobe", "nobody" }, 1 },
	{ "modprobe -n -v", { "modprobe", "-n", "-v", "a" }, 0 },
	{ "modprobe -D", { "modprobe", "-D", "a" }, 0 },
	{ "modprobe -R", { "modprobe", "-R", "pci:v1d2" }, 0 },
	{ "modprobe -c", { "modprobe", "-c" }, 0 },
	{ "modprobe -r", { "modprobe", "-r", "a" }, 0 },
	{ "insmod", { "insmod", "/" TS_MODULES "/kernel/b.ko", "p=1" }, 0 },
	{ "rmmod", { "rmmod", "a", "b" }, 0 },
	{ "lsmod", { "lsmod" }, 0 },
	{ "modprobe -a", { "modprobe", "-a", "c", "b" }, 0 },
	{ "modprobe --show-modversions",
	  { "modprobe", "--show-modversions", "/" TS_MODULES "/kernel/b.ko" }, 0 },
	{ "modprobe --show-exports",
	  { "modprobe", "--show-exports", "/" TS_MODULES "/kernel/a.ko" }, 0 },
	{ "depmod -n", { "depmod", "-n", "-j1" }, 0 },
	{ "static-nodes", { "kmod", "static-nodes", "-o", "/nodes" }, 0 },
	{ "modinfo", { "modinfo", "a", "/" TS_MODULES "/kernel/b.ko" }, 0 },
};
/* clang-format on */

static void sweep_command(size_t i)
{
	setup();
	command = commands[i].argv;
	reset();
	wanted = ts_tool_argv(command);
	ck_assert_msg(wanted.status == commands[i].status, "%s: status %d, %s", commands[i].what,
		      wanted.status, wanted.err);
	wanted_calls = ts_fmt("%s", ts_calls());
	sweep(commands[i].what, run);
}

#define SWEEP(name, row)             \
	START_TEST(name)             \
	{                            \
		sweep_command(row);  \
	}                            \
	END_TEST
SWEEP(inserting, 0)
SWEEP(inserting_by_alias, 1)
SWEEP(running_a_command, 2)
SWEEP(an_unknown_name, 3)
SWEEP(dry_run, 4)
SWEEP(show_depends, 5)
SWEEP(resolve, 6)
SWEEP(show_config, 7)
SWEEP(removing, 8)
SWEEP(insmod, 9)
SWEEP(rmmod, 10)
SWEEP(lsmod, 11)
SWEEP(all_operands, 12)
SWEEP(show_modversions, 13)
SWEEP(show_exports, 14)
SWEEP(depmod_dry_run, 15)
SWEEP(static_nodes, 16)
SWEEP(modinfo, 17)

int main(void)
{
	const TTest *tests[] = {
		inserting, inserting_by_alias, running_a_command, an_unknown_name, dry_run,
		show_depends, resolve, show_config, removing, insmod, rmmod, lsmod, all_operands,
		show_modversions, show_exports, depmod_dry_run, static_nodes, modinfo, NULL,
	};
	return ts_run("sweep_modprobe", tests, NULL, NULL);
}
