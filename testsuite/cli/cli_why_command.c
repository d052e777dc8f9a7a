/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kmod why: devices, options, JSON, errors. */
#include <errno.h>
#include <string.h>

#include "testsuite/cli/why-fixture.h"

/* ---- devices ---- */

START_TEST(device_is_asked_for_its_modalias)
{
	ts_write("sys/devices/pci0/modalias", "pci:v1d7\n");
	ts_symlink("../../../module/other_one", "sys/devices/pci0/driver/module");
	const char *rest = why("/sys/devices/pci0/", 0,
			       "/sys/devices/pci0/: lone will be loaded");

	expect_line(rest, "  /sys/devices/pci0: the device says pci:v1d7");
	expect_line(rest, "  the driver that it has is of module other_one");
	why("/sys/devices/pci0/modalias", 0,
	    "/sys/devices/pci0/modalias: lone will be loaded");
}
END_TEST

START_TEST(device_without_modalias_is_an_error)
{
	ts_mkdir("sys/devices/virtual");
	struct ts_result r = ts_tool("kmod", "why", "/sys/devices/virtual");

	ts_expect(r, 1, "", "kmod: ERROR: /sys/devices/virtual has no modalias\n");
}
END_TEST

/* ---- options of the command ---- */

START_TEST(other_kernel_root_and_configuration)
{
	ts_write("elsewhere.conf", "options lone here=1\n");
	struct ts_result r = ts_tool("kmod", "why", "-S", TS_KERNEL, "-d", "/", "-C",
				     "/elsewhere.conf", "lone");

	ck_assert_ptr_nonnull(strstr(r.out, "lone will be loaded, with here=1\n"));
}
END_TEST

START_TEST(what_is_loaded_counts_for_the_running_kernel_only)
{
	static const char answer[] = "lone is loaded already\n";
	struct ts_result r;

	ts_kernel_load("lone");
	ts_kernel_load("base");
	r = ts_tool("kmod", "why", "-S", TS_KERNEL, "lone");
	ck_assert_int_eq(strncmp(r.out, answer, strlen(answer)), 0);
	ts_release("6.9.9-other");
	r = ts_tool("kmod", "why", "-S", TS_KERNEL, "lone");
	expect_line(r.out, "  1. insert lone -- requested");
	ck_assert_ptr_null(strstr(r.out, "loaded already"));
	r = ts_tool("kmod", "why", "-S", TS_KERNEL, "mid");
	expect_line(r.out, "  1. insert base -- needed by mid (modules.dep)");
	r = ts_tool("kmod", "why", "-S", TS_KERNEL, "bolted");
	expect_line(r.out, "  1. skip bolted -- built into the kernel; requested");
}
END_TEST

START_TEST(json_says_the_same)
{
	conf("blacklist lone\nsoftdep mid post: lone\n");
	ts_write("proc/cmdline", "module_blacklist=other\n");
	ts_write(DISTCONFDIR "/modprobe.d/x.conf", "options lone x=\"\xff\"\n");
	struct ts_result r = ts_tool("kmod", "why", "--json", "lone");

	ts_expect(
		r, 3,
		"{\"version\":1,\"kind\":\"why\",\"request\":\"lone\",\"device\":null,"
		"\"modalias\":null,\"driver_module\":null,\"answer\":\"lone will not be "
		"loaded by its aliases: blacklisted by /etc/modprobe.d/x.conf:1; "
		"'modprobe "
		"lone' still loads it; mid loads it all the same\","
		"\"module_blacklist\":\"other\",\"initcall_blacklist\":null,"
		"\"candidates\":["
		"{\"module\":\"lone\",\"found_in\":\"modules.dep\",\"pattern\":null,"
		"\"file\":\"modules.dep\",\"line\":null,\"path\":\"/" TS_MODULES
		"/kernel/lone.ko\",\"answer\":\"blocked\",\"why_not\":{\"cause\":"
		"\"blacklist\",\"module\":\"lone\",\"rule\":{\"file\":"
		"\"/etc/modprobe.d/x.conf\",\"line\":1},\"text\":null},"
		"\"why_not_by_name\":null,\"rules\":[{\"file\":\"/etc/modprobe.d/"
		"x.conf\","
		"\"line\":1,\"text\":\"blacklist lone\",\"effect\":\"for_aliases\","
		"\"by\":null}],\"masked\":[{\"file\":\"" DISTCONFDIR
		"/modprobe.d/x.conf\","
		"\"line\":1,\"text\":\"options lone x=\\\"\\ufffd\\\"\",\"by\":"
		"\"/etc/modprobe.d/x.conf\"}],\"steps\":[{\"op\":\"insert\",\"module\":"
		"\"lone\",\"path\":\"/" TS_MODULES "/kernel/lone.ko\",\"reason\":"
		"\"requested\",\"role\":\"requested\",\"because\":null,\"options\":\"\","
		"\"command\":null,\"file\":null,\"line\":null,\"may_fail\":false,"
		"\"repeated\":false}],\"softdep_circle\":null,\"users\":[{\"module\":"
		"\"mid\",\"role\":\"post_softdep\",\"file\":\"/etc/modprobe.d/x.conf\","
		"\"line\":2}]}]}\n",
		"");
}
END_TEST

START_TEST(json_of_what_is_not_there)
{
	struct ts_result r = ts_tool("kmod", "why", "--json", "nothing-like-it");

	ck_assert_int_eq(r.status, 3);
	ck_assert_ptr_nonnull(strstr(r.out,
				     "\"answer\":\"blocked\",\"why_not\":{\"cause\":"
				     "\"unknown\""));
	ck_assert_ptr_nonnull(strstr(r.out, "\"steps\":[]"));
}
END_TEST

/* Exit status 77: there is no validator here. */
static const char validate[] =
	"import json, sys\n"
	"try:\n"
	"    import jsonschema\n"
	"except ImportError:\n"
	"    sys.exit(77)\n"
	"schema = json.load(open(sys.argv[1]))\n"
	"jsonschema.Draft202012Validator.check_schema(schema)\n"
	"for line in sys.stdin:\n"
	"    jsonschema.validate(json.loads(line), schema,\n"
	"                        jsonschema.Draft202012Validator)\n";

START_TEST(json_fits_its_schema)
{
	static const char *const requests[] = {
		"top",
		"mid",
		"lone",
		"base",
		"bolted",
		"usb:v2p3",
		"my-net",
		"gone",
		"nothing",
		"/" TS_MODULES "/kernel/lone.ko",
		"/sys/devices/pci0",
		"crash-dump",
	};
	const char *all = "";

	conf("blacklist lone\ninstall lone /bin/false\ninstall base one\n"
	     "softdep mid pre: lone nothing post: bolted\nsoftdep lone post: mid\n"
	     "alias my-net mid\nalias gone away\noptions mid a=\"\x1b\x80\"\n"
	     "options mid a=2\nweakdep base mid\nremove mid x\n");
	ts_write(DISTCONFDIR "/modprobe.d/x.conf", "blacklist mid\n");
	ts_write("proc/cmdline",
		 "module_blacklist=crash_dump initcall_blacklist=f mid.a=3\n");
	ts_write("sys/devices/pci0/modalias", "pci:v1d7\n");
	ts_symlink("../../../module/lone", "sys/devices/pci0/driver/module");
	ts_kernel_load("base");
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		all = ts_fmt("%s%s", all,
			     ts_tool("kmod", "why", "--json", requests[i]).out);

	if (access("/usr/bin/python3", X_OK) < 0)
		return;
	ts_no_traps();
	ts_stdin(all);
	struct ts_result r = ts_tool("/usr/bin/python3", "-c", validate,
				     ts_source("doc/schema/kmod-why.schema.json"));
	if (r.status != 77)
		ts_expect(r, 0, "", "");
}
END_TEST

START_TEST(errors_have_status_1)
{
	struct ts_result r = ts_tool("kmod", "why");

	ts_expect(r, 1, "",
		  "kmod: ERROR: exactly one name, alias, file or device is "
		  "needed\n");
	ck_assert_int_eq(ts_tool("kmod", "why", "a", "b").status, 1);
	ck_assert_int_eq(ts_tool("kmod", "why", "--nonsense", "a").status, 1);
	ck_assert_int_eq(ts_tool("kmod", "why", "./absent.ko").status, 1);
	ck_assert_int_eq(ts_tool("kmod", "why", "pci:[").status, 1);
	ts_stdout_to("/dev/full");
	ck_assert_int_eq(ts_tool("kmod", "why", "lone").status, 1);
}
END_TEST

START_TEST(nothing_is_ever_done)
{
	conf("install lone touch /made\n");
	ts_tool("kmod", "why", "lone");
	ts_tool("kmod", "why", "top");
	ck_assert_str_eq(ts_calls(), "");
	ck_assert(!ts_exists("made"));
}
END_TEST

/* What is not found may be in the part that is damaged: that is no answer. */
START_TEST(nothing_found_in_a_damaged_index_is_an_error)
{
	ts_write(TS_MODULES "/modules.symbols.bin", "garbage");
	struct ts_result r = ts_tool("kmod", "why", "absent");
	ck_assert_int_eq(ts_tool("kmod", "why", "lone").status, 0);
	ts_expect(r, 1, "",
		  "kmod: ERROR: nothing matches absent, but /" TS_MODULES
		  "/modules.symbols.bin is damaged; depmod makes it anew\n");
	ts_write(TS_MODULES "/modules.symbols.bin", "");
	ck_assert_int_eq(ts_tool("kmod", "why", "absent").status, 3);
	ts_remove(TS_MODULES "/modules.symbols.bin");
	ck_assert_int_eq(ts_tool("kmod", "why", "absent").status, 3);
	ts_write(TS_MODULES "/modules.builtin.alias.bin", "garbage");
	ck_assert_int_eq(ts_tool("kmod", "why", "absent").status, 1);
	ts_remove(TS_MODULES "/modules.builtin.alias.bin");
	ts_mkdir(TS_MODULES "/modules.symbols.bin");
	r = ts_tool("kmod", "why", "absent");
	ck_assert_int_eq(r.status, 1);
	ck_assert_ptr_nonnull(strstr(r.err, "kmod: ERROR: could not read /" TS_MODULES
					    "/modules.symbols.bin: not a regular file\n"));
	ts_write(TS_MODULES "/modules.dep.bin", "garbage");
	ck_assert_int_eq(ts_tool("kmod", "why", "lone").status, 1);
	ts_write(TS_MODULES "/modules.softdep", "softdep");
	ck_assert_int_eq(ts_tool("kmod", "why", "bolted").status, 0);
}
END_TEST

START_TEST(kernel_without_indexes_is_an_error)
{
	struct ts_result r = ts_tool("kmod", "why", "-S", "5.5", "lone");

	ts_expect(r, 1, "",
		  "kmod: ERROR: could not read /lib/modules/5.5/modules.dep.bin: No such "
		  "file or directory\n");
	ts_remove(TS_MODULES "/modules.dep.bin");
	ts_symlink("modules.dep.bin", TS_MODULES "/modules.dep.bin");
	r = ts_tool("kmod", "why", "--json", "lone");
	ts_expect(r, 1, "",
		  "kmod: ERROR: could not read /" TS_MODULES
		  "/modules.dep.bin: Too many levels of symbolic links\n");
	ck_assert_int_eq(ts_tool("kmod", "why", "/" TS_MODULES "/kernel/lone.ko").status,
			 0);
}
END_TEST

START_TEST(too_little_memory_is_an_error_not_a_crash)
{
	conf("blacklist lone\nsoftdep mid pre: lone\noptions lone a=1\n");
	ts_write(DISTCONFDIR "/modprobe.d/x.conf", "blacklist lone\n");
	for (unsigned long n = 1; ts_can_fail_alloc(); n++) {
		ts_fail("alloc", n, ENOMEM);
		struct ts_result r = ts_tool("kmod", "why", "lone");

		if (!ts_fail_happened())
			break;
		ck_assert_msg(r.status == 1 || r.status == 3, "allocation %lu: %d", n,
			      r.status);
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		device_is_asked_for_its_modalias,
		device_without_modalias_is_an_error,
		other_kernel_root_and_configuration,
		what_is_loaded_counts_for_the_running_kernel_only,
		json_says_the_same,
		json_of_what_is_not_there,
		json_fits_its_schema,
		errors_have_status_1,
		nothing_is_ever_done,
		nothing_found_in_a_damaged_index_is_an_error,
		kernel_without_indexes_is_an_error,
		too_little_memory_is_an_error_not_a_crash,
		NULL,
	};

	return ts_run("why-command", tests, setup, NULL);
}
