/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The worked examples of the manual, run. */
#include "testsuite/lib/ts.h"

#include "testsuite/forge/forge.h"
#include "testsuite/lib/indexed.h"

#include <errno.h>
#include <string.h>

static struct ts_result example(const char *name, const char *arg1, const char *arg2)
{
	const char *path = ts_fmt(TS_BUILDDIR "/testsuite/examples/%s", name);

	return ts_tool_argv(
		(const char *const[]){ path, arg1, arg1 ? arg2 : NULL, NULL });
}

static void make_modules(void)
{
	indexed_deps("kernel/nic.ko: kernel/mii.ko kernel/ptp.ko\n"
		     "kernel/mii.ko: kernel/ptp.ko\n"
		     "kernel/ptp.ko:\n"
		     "kernel/firmware.ko:\n"
		     "kernel/led.ko:\n"
		     "kernel/rival.ko:\n");
	indexed_aliases("pci:v00008086* nic\n"
			"pci:v00008086d* rival\n");
	indexed_symbols("");
	indexed_builtin("");
	size_t len;
	const char *empty = ts_read(TS_MODULES "/modules.symbols.bin", &len);
	ts_write_bytes(TS_MODULES "/modules.builtin.alias.bin", empty, len);
}

START_TEST(load_by_modalias_loads_what_is_not_blacklisted)
{
	make_modules();
	ts_write("etc/modprobe.d/rival.conf", "blacklist rival\noptions nic speed=10\n");
	ts_kernel();

	struct ts_result r = example("load-by-modalias", "pci:v00008086d00001234", NULL);

	ck_assert_int_eq(r.status, 0);
	ck_assert_str_eq(r.err, "");
	ck_assert_ptr_nonnull(strstr(r.out, "nic: loaded\n"));
	ck_assert_ptr_nonnull(strstr(r.out, "rival: blacklisted\n"));
	ck_assert(ts_kernel_has("nic") && ts_kernel_has("ptp") &&
		  !ts_kernel_has("rival"));
	ck_assert_msg(strstr(ts_calls(), "params=\"speed=10") != NULL, "%s", ts_calls());
}
END_TEST

START_TEST(load_by_modalias_does_nothing_for_a_device_without_module)
{
	make_modules();
	ts_kernel();

	struct ts_result r = example("load-by-modalias", "usb:v1234", NULL);
	ts_expect(r, 0, "", "");
	ck_assert_str_eq(ts_calls(), "");
}
END_TEST

START_TEST(load_by_modalias_says_what_failed)
{
	make_modules();
	ts_kernel();
	ts_module_error("insert", "mii", EPERM);

	struct ts_result r = example("load-by-modalias", "nic", NULL);
	ts_expect(r, 1, "nic: Operation not permitted\n", "");
}
END_TEST

START_TEST(load_by_modalias_without_indexes_is_an_error)
{
	struct ts_result r = example("load-by-modalias", "nic", NULL);
	ts_expect(r, 1, "", "no module indexes: run depmod\n");
}
END_TEST

START_TEST(list_loaded_shows_size_users_and_holders)
{
	make_modules();
	ts_kernel_load("mii");

	struct ts_result r = example("list-loaded", NULL, NULL);

	ck_assert_int_eq(r.status, 0);
	ck_assert_ptr_nonnull(strstr(r.out, "mii live "));
	ck_assert_ptr_nonnull(strstr(r.out, "ptp live "));
	ck_assert_ptr_nonnull(strstr(r.out, " 1 mii\n"));
}
END_TEST

START_TEST(list_loaded_without_proc_is_an_error)
{
	struct ts_result r = example("list-loaded", NULL, NULL);
	ts_expect(r, 1, "", "the loaded modules cannot be read\n");
}
END_TEST

START_TEST(dependency_closure_lists_each_file_once_after_its_dependencies)
{
	make_modules();
	ts_write("etc/modprobe.d/soft.conf", "softdep nic pre: firmware post: led\n"
					     "softdep led post: nic\n");

	struct ts_result r = example("dependency-closure", "/" TS_MODULES, "nic");
	ts_expect(r, 0,
		  "/" TS_MODULES "/kernel/ptp.ko\n"
		  "/" TS_MODULES "/kernel/mii.ko\n"
		  "/" TS_MODULES "/kernel/firmware.ko\n"
		  "/" TS_MODULES "/kernel/nic.ko\n"
		  "/" TS_MODULES "/kernel/led.ko\n",
		  "");
}
END_TEST

START_TEST(dependency_closure_names_what_is_not_there)
{
	make_modules();

	struct ts_result r = example("dependency-closure", "/" TS_MODULES,
				     "no-such-module");
	ts_expect(r, 1, "", "no-such-module: No such file or directory\n");
}
END_TEST

START_TEST(inspect_file_prints_what_the_module_says)
{
	struct forge_module m = {
		.name = "foo",
		.modinfo = FORGE_STRINGS("description=A test"),
		.exports = FORGE_SYMBOLS({ .name = "foo_open", .crc = 0x1234 }),
		.imports = FORGE_SYMBOLS({ .name = "bar_get", .crc = 5 },
					 { .name = "maybe", .weak = true }),
	};

	ck_assert_int_eq(forge_write(&m, IMAGE_PLAIN, ts_path("foo.ko")), 0);
	struct ts_result r = example("inspect-file", "/foo.ko", NULL);

	ck_assert_int_eq(r.status, 0);
	ck_assert_ptr_nonnull(strstr(r.out, "info description: A test\n"));
	ck_assert_ptr_nonnull(strstr(r.out, "exports foo_open, CRC 0x00001234\n"));
	ck_assert_ptr_nonnull(strstr(r.out, "needs bar_get, CRC 0x00000005\n"));
	ck_assert_ptr_nonnull(
		strstr(r.out, "needs maybe, CRC 0x00000000, if it is there\n"));
}
END_TEST

START_TEST(inspect_file_says_why_it_cannot)
{
	ts_write("foo.ko", "no module at all");

	struct ts_result r = example("inspect-file", "/foo.ko", NULL);
	ts_expect(r, 1, "", "/foo.ko: Exec format error\n");
}
END_TEST

START_TEST(explain_plan_shows_steps_and_does_nothing)
{
	make_modules();
	ts_write("etc/modprobe.d/soft.conf", "softdep nic pre: firmware\n");

	struct ts_result r = example("explain-plan", "nic", NULL);
	ts_expect(r, 0,
		  "nic is in modules.dep\n"
		  "1. insert ptp: needed by nic\n"
		  "2. insert mii: needed by nic\n"
		  "3. insert firmware: soft dependency before nic "
		  "(/etc/modprobe.d/soft.conf:1: softdep nic pre: firmware)\n"
		  "4. insert nic: requested\n",
		  "");
	ck_assert_str_eq(ts_calls(), "");
}
END_TEST

START_TEST(explain_plan_says_what_failed_and_why)
{
	make_modules();
	ts_module_error("insert", "ptp", ENOEXEC);

	struct ts_result r = example("explain-plan", "-y", "nic");

	ck_assert_int_eq(r.status, 1);
	ck_assert_msg(strstr(r.err, "ptp: Exec format error\n  because ") != NULL, "%s",
		      r.err);
	r = example("explain-plan", "nothing", NULL);
	ts_expect(r, 1, "", "there is no such module\n");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		load_by_modalias_loads_what_is_not_blacklisted,
		load_by_modalias_does_nothing_for_a_device_without_module,
		load_by_modalias_says_what_failed,
		load_by_modalias_without_indexes_is_an_error,
		list_loaded_shows_size_users_and_holders,
		list_loaded_without_proc_is_an_error,
		dependency_closure_lists_each_file_once_after_its_dependencies,
		dependency_closure_names_what_is_not_there,
		inspect_file_prints_what_the_module_says,
		inspect_file_says_why_it_cannot,
		explain_plan_shows_steps_and_does_nothing,
		explain_plan_says_what_failed_and_why,
		NULL,
	};

	return ts_run("examples", tests, NULL, NULL);
}
