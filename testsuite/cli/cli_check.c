/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kmod check from outside: one situation a test, and its first sentence. */
#include <string.h>

#include "testsuite/forge/forge.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/ts.h"

#define REFUSED(module) module ": kernel " TS_KERNEL " would refuse it: "
#define TAKEN(module) module ": kernel " TS_KERNEL " would take it"

static void forge_in_tree(const struct forge_module *m)
{
	const char *path = ts_path(TS_MODULES "/kernel/%s.ko", m->name);

	ck_assert_int_eq(forge_write(m, IMAGE_PLAIN, path), 0);
}

/* A kernel that exports printk, kmalloc and module_layout; bar, which foo needs; peer. */
static void setup(void)
{
	forge_in_tree(&(struct forge_module){
		.name = "bar",
		.exports = FORGE_SYMBOLS({ .name = "bar_get", .crc = 0x1234 }) });
	forge_in_tree(&(struct forge_module){ .name = "peer" });
	ts_write(TS_MODULES "/build/Module.symvers",
		 "0x00000001\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n"
		 "0x00000002\tkmalloc\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"
		 "0x10203040\tmodule_layout\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"
		 "0x00000009\tlost_get\tdrivers/lost\tEXPORT_SYMBOL\t\n");
	ts_write("boot/config-" TS_KERNEL,
		 "CONFIG_MODULES=y\n# CONFIG_MODULE_SIG_FORCE is not set\n");
	indexed_deps("kernel/bar.ko:\nkernel/foo.ko: kernel/bar.ko\nkernel/peer.ko:\n");
	indexed_symbols("bar_get bar\n");
}

#define expect(run, ...)                       \
	do {                                   \
		struct ts_result run_ = (run); \
		ts_expect(run_, __VA_ARGS__);  \
	} while (0)

/* foo as m says, with its first line and status. */
#define expect_foo(status, out, ...)                                                 \
	do {                                                                         \
		forge_in_tree(&(struct forge_module){ .name = "foo", __VA_ARGS__ }); \
		expect(ts_tool("kmod", "check", "foo"), (status), (out), "");        \
	} while (0)

START_TEST(sound_module_would_be_taken)
{
	expect_foo(0, TAKEN("foo") "\n",
		   .imports = FORGE_SYMBOLS({ .name = "printk", .crc = 1 },
					    { .name = "bar_get", .crc = 0x1234 }));
}
END_TEST

START_TEST(symbol_without_provider)
{
	expect_foo(3,
		   REFUSED("foo") "foo needs symbol nosuch, which neither the kernel nor "
				  "any "
				  "module provides\n",
		   .imports = FORGE_SYMBOLS({ .name = "nosuch", .crc = 1 }));
}
END_TEST

START_TEST(every_unresolved_symbol_is_named)
{
	expect_foo(3,
		   REFUSED("foo") "foo needs symbol no_a, which neither the kernel nor "
				  "any module "
				  "provides (and 1 more)\n"
				  "  problem: foo needs symbol no_b, which neither the "
				  "kernel nor any "
				  "module provides\n",
		   .imports = FORGE_SYMBOLS({ .name = "no_a", .crc = 1 },
					    { .name = "no_b", .crc = 1 }));
}
END_TEST

START_TEST(weak_symbol_may_be_missing)
{
	expect_foo(
		0, TAKEN("foo") "\n",
		.imports = FORGE_SYMBOLS({ .name = "nosuch", .weak = true, .crc = 1 }));
}
END_TEST

START_TEST(provider_that_lost_its_file_is_named)
{
	expect_foo(3,
		   REFUSED("foo") "foo needs symbol lost_get, which module drivers/lost "
				  "should "
				  "provide, but does not\n",
		   .imports = FORGE_SYMBOLS({ .name = "lost_get", .crc = 9 }));
}
END_TEST

START_TEST(version_of_a_kernel_symbol_differs)
{
	expect_foo(3,
		   REFUSED("foo") "version of symbol printk differs: foo wants "
				  "0x000000ff, the kernel "
				  "has 0x00000001\n",
		   .imports = FORGE_SYMBOLS({ .name = "printk", .crc = 0xff }));
}
END_TEST

START_TEST(version_of_a_module_symbol_differs)
{
	expect_foo(3,
		   REFUSED("foo") "version of symbol bar_get differs: foo wants "
				  "0x00000007, bar has "
				  "0x00001234\n",
		   .imports = FORGE_SYMBOLS({ .name = "bar_get", .crc = 7 }));
}
END_TEST

START_TEST(struct_module_differs)
{
	ts_write(TS_MODULES "/build/Module.symvers",
		 "0x00000001\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n"
		 "0x00000033\tmodule_layout\tvmlinux\tEXPORT_SYMBOL_GPL\t\n");
	expect_foo(3,
		   REFUSED("foo") "version of symbol module_layout differs: foo wants "
				  "0x10203040, the "
				  "kernel has 0x00000033\n",
		   .imports = FORGE_SYMBOLS({ .name = "printk", .crc = 1 }));
}
END_TEST

START_TEST(versions_are_missing)
{
	expect_foo(3,
		   REFUSED("foo") "foo has no symbol versions, and 1 of its symbols have "
				  "one\n",
		   .imports = FORGE_SYMBOLS({ .name = "printk" }),
		   .flags = FORGE_NO_VERSIONS);
}
END_TEST

START_TEST(vermagic_of_another_release)
{
	expect_foo(3,
		   REFUSED("foo") "vermagic of foo is for release 5.0.0-x, the kernel's "
				  "is " TS_KERNEL "\n",
		   .modinfo = FORGE_STRINGS(
			   "vermagic=5.0.0-x SMP preempt mod_unload modversions "),
		   .flags = FORGE_NO_VERMAGIC);
}
END_TEST

START_TEST(vermagic_is_compared_field_by_field)
{
	expect_foo(3,
		   REFUSED("foo") "vermagic of foo says 'RANDSTRUCT', the kernel's does "
				  "not (and 1 more)\n"
				  "  problem: vermagic of foo lacks 'preempt', which the "
				  "kernel's has\n",
		   .modinfo = FORGE_STRINGS("vermagic=" TS_KERNEL
					    " SMP mod_unload modversions RANDSTRUCT "),
		   .flags = FORGE_NO_VERMAGIC);
}
END_TEST

START_TEST(vermagic_is_missing)
{
	expect_foo(3, REFUSED("foo") "foo has no vermagic\n", .flags = FORGE_NO_VERMAGIC);
	expect_foo(3,
		   REFUSED("foo") "module file /" TS_MODULES
				  "/kernel/foo.ko is damaged: its .modinfo section is "
				  "not within the file\n",
		   .defect = FORGE_MODINFO_OUTSIDE);
}
END_TEST

START_TEST(release_does_not_matter_where_versions_do)
{
	expect_foo(0,
		   TAKEN("foo") "\n  note: vermagic of foo is for release 5.0.0-x, the "
				"kernel's is " TS_KERNEL
				"; its symbol versions count instead\n",
		   .imports = FORGE_SYMBOLS({ .name = "printk", .crc = 1 }),
		   .modinfo = FORGE_STRINGS(
			   "vermagic=5.0.0-x SMP preempt mod_unload modversions "),
		   .flags = FORGE_NO_VERMAGIC);
}
END_TEST

START_TEST(other_architecture)
{
	struct ts_result r;

	forge_in_tree(&(struct forge_module){ .name = "foo", .machine = 183 });
	r = ts_tool("kmod", "check", "foo");
	ts_expect(r, 3,
		  REFUSED("foo") "foo is for another architecture (AArch64, 64-bit, "
				 "little-endian), "
				 "the kernel's is x86-64, 64-bit, little-endian\n",
		  "");
}
END_TEST

START_TEST(unsigned_module_under_enforcement)
{
	ts_write("sys/module/module/parameters/sig_enforce", "Y\n");
	expect_foo(3,
		   REFUSED("foo") "foo is not signed, the kernel demands signatures "
				  "(/sys/module/module/parameters/sig_enforce)\n",
		   .imports = NULL);
}
END_TEST

START_TEST(signed_module_under_enforcement_is_not_certain)
{
	ts_write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	expect_foo(
		0,
		TAKEN("foo") ", as far as can be known\n"
			     "  unknown: whether the kernel, which demands signatures "
			     "(/sys/kernel/security/lockdown), trusts the key of foo\n",
		.signature = FORGE_PKCS7);
}
END_TEST

START_TEST(configuration_of_another_kernel_demands_signatures)
{
	ts_write("boot/config-" TS_KERNEL,
		 "CONFIG_MODULES=y\nCONFIG_MODULE_SIG_FORCE=y\n");
	forge_in_tree(&(struct forge_module){ .name = "foo" });
	ts_release("1.1.1");
	expect(ts_tool("kmod", "check", "-k", TS_KERNEL, "foo"), 3,
	       REFUSED("foo") "foo is not signed, the kernel demands signatures "
			      "(/boot/config-" TS_KERNEL ")\n",
	       "");
}
END_TEST

START_TEST(truncated_file)
{
	expect_foo(
		3,
		REFUSED("foo") "module file /" TS_MODULES
			       "/kernel/foo.ko is damaged: its ELF headers do not hold\n",
		.defect = FORGE_TRUNCATED);
}
END_TEST

START_TEST(file_that_is_no_module)
{
	ts_write(TS_MODULES "/kernel/foo.ko", "no module at all\n");
	expect(ts_tool("kmod", "check", "foo"), 3,
	       REFUSED("foo") "module file /" TS_MODULES
			      "/kernel/foo.ko is not an ELF file\n",
	       "");
}
END_TEST

START_TEST(file_of_the_module_is_gone)
{
	ts_remove(TS_MODULES "/kernel/foo.ko");
	expect(ts_tool("kmod", "check", "foo"), 3,
	       REFUSED("foo") "module file /" TS_MODULES
			      "/kernel/foo.ko: No such file or directory\n",
	       "");
}
END_TEST

START_TEST(dependency_file_is_gone)
{
	ts_remove(TS_MODULES "/kernel/bar.ko");
	expect_foo(3,
		   REFUSED("foo") "foo needs /" TS_MODULES
				  "/kernel/bar.ko by modules.dep, which "
				  "cannot be opened: No such file or directory\n",
		   .imports = FORGE_SYMBOLS({ .name = "printk", .crc = 1 }));
}
END_TEST

START_TEST(missing_firmware_is_a_warning)
{
	ts_write("lib/firmware/updates/a.bin.xz", "x");
	ts_write("lib/firmware/" TS_KERNEL "/b.bin", "x");
	ts_write("lib/firmware/d/e1.bin", "x");
	expect_foo(0, TAKEN("foo") "\n  warning: firmware file c.bin is not installed\n",
		   .modinfo = FORGE_STRINGS("firmware=a.bin", "firmware=b.bin",
					    "firmware=c.bin", "firmware=d/e*.bin"));
}
END_TEST

START_TEST(configured_parameters_are_checked)
{
	ts_write("etc/modprobe.d/x.conf", "options foo level=high colour=1\n");
	expect_foo(3,
		   REFUSED("foo") "parameter 'level' of foo takes a 32-bit number, not "
				  "'high'\n"
				  "  warning: foo has no parameter 'colour', but "
				  "'color': the kernel "
				  "ignores it\n",
		   .modinfo = FORGE_STRINGS("parmtype=level:int", "parmtype=color:bool"));
}
END_TEST

START_TEST(parameters_of_the_command_line_are_checked)
{
	forge_in_tree(&(struct forge_module){
		.name = "foo", .modinfo = FORGE_STRINGS("parmtype=on:bool") });
	expect(ts_tool("kmod", "check", "-p", "on=maybe", "foo"), 3,
	       REFUSED("foo") "parameter 'on' of foo takes yes or no (1, 0, y, n), not "
			      "'maybe'\n",
	       "");
}
END_TEST

START_TEST(without_symbol_lists_it_says_what_it_does_not_know)
{
	ts_remove(TS_MODULES "/build");
	expect_foo(0,
		   TAKEN("foo") ", as far as can be known\n"
				"  unknown: whether the kernel provides printk: no "
				"Module.symvers, "
				"System.map or kallsyms that lists exports\n",
		   .imports = FORGE_SYMBOLS({ .name = "printk", .crc = 1 }));
}
END_TEST

START_TEST(system_map_has_names_only)
{
	ts_remove(TS_MODULES "/build");
	ts_write("boot/System.map-" TS_KERNEL,
		 "ffff0000 R __ksymtab_printk\nffff0008 t kmalloc\n");
	expect_foo(3,
		   REFUSED("foo") "foo needs symbol kmalloc, which neither the kernel "
				  "nor any module "
				  "provides\n"
				  "  unknown: versions of 1 symbols of the kernel: "
				  "/boot/System.map-" TS_KERNEL " has names only\n",
		   .imports = FORGE_SYMBOLS({ .name = "printk", .crc = 1 },
					    { .name = "kmalloc", .crc = 2 }));
}
END_TEST

START_TEST(files_named_together_know_each_other)
{
	const struct forge_module a = {
		.name = "a", .imports = FORGE_SYMBOLS({ .name = "b_get", .crc = 5 })
	};
	const struct forge_module b = {
		.name = "b", .exports = FORGE_SYMBOLS({ .name = "b_get", .crc = 5 })
	};

	ck_assert_int_eq(forge_write(&a, IMAGE_PLAIN, ts_path("x/a.ko")), 0);
	ck_assert_int_eq(forge_write(&b, IMAGE_PLAIN, ts_path("x/b.ko")), 0);
	expect(ts_tool("kmod", "check", "/x/a.ko"), 3,
	       REFUSED("a") "a needs symbol b_get, which neither the kernel nor any "
			    "module provides\n",
	       "");
	expect(ts_tool("kmod", "check", "/x/a.ko", "/x/b.ko"), 0,
	       TAKEN("a") "\n" TAKEN("b") "\n", "");
}
END_TEST

START_TEST(all_shows_what_is_not_in_order)
{
	forge_in_tree(&(struct forge_module){
		.name = "foo",
		.imports = FORGE_SYMBOLS({ .name = "nosuch", .crc = 1 }) });
	expect(ts_tool("kmod", "check", "--all"), 3,
	       REFUSED("foo") "foo needs symbol nosuch, which neither the kernel nor any "
			      "module "
			      "provides\n"
			      "3 modules checked against kernel " TS_KERNEL
			      ": 1 would be refused, 0 have "
			      "warnings, of 0 not all could be known\n",
	       "");
}
END_TEST

START_TEST(built_in_module_is_fine)
{
	indexed_builtin("i8042\n");
	expect(ts_tool("kmod", "check", "i8042"), 0,
	       "i8042: built into kernel " TS_KERNEL "\n", "");
}
END_TEST

START_TEST(errors_are_status_1)
{
	expect(ts_tool("kmod", "check", "nosuch"), 1, "",
	       "kmod: ERROR: module nosuch not found in directory /" TS_MODULES "\n");
	expect(ts_tool("kmod", "check", "/no/such.ko"), 1, "",
	       "kmod: ERROR: /no/such.ko: No such file or directory\n");
	expect(ts_tool("kmod", "check", "--symvers", "/none", "bar"), 1, "",
	       "kmod: ERROR: /none: No such file or directory\n");
	expect(ts_tool("kmod", "check"), 1, "",
	       "kmod: ERROR: missing module or file, or --all\n");
	expect(ts_tool("kmod", "check", "--all", "bar"), 1, "",
	       "kmod: ERROR: --all takes no module\n");
}
END_TEST

START_TEST(json_is_one_line_per_module)
{
	forge_in_tree(&(struct forge_module){
		.name = "foo",
		.imports = FORGE_SYMBOLS({ .name = "printk", .crc = 0xff }) });
	expect(ts_tool("kmod", "check", "--json", "foo", "peer"), 3,
	       "{\"version\":1,\"kind\":\"check\",\"kernel\":\"" TS_KERNEL
	       "\",\"module\":\"foo\","
	       "\"path\":\"/" TS_MODULES
	       "/kernel/foo.ko\",\"builtin\":false,\"accepted\":false,"
	       "\"certain\":true,\"findings\":[{\"level\":\"problem\",\"topic\":"
	       "\"version\","
	       "\"text\":\"version of symbol printk differs: foo wants 0x000000ff, the "
	       "kernel has "
	       "0x00000001\",\"subject\":\"printk\",\"provider\":null,\"wanted\":255,"
	       "\"found\":1}]}\n"
	       "{\"version\":1,\"kind\":\"check\",\"kernel\":\"" TS_KERNEL
	       "\",\"module\":\"peer\","
	       "\"path\":\"/" TS_MODULES
	       "/kernel/peer.ko\",\"builtin\":false,\"accepted\":true,"
	       "\"certain\":true,\"findings\":[]}\n",
	       "");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		sound_module_would_be_taken,
		symbol_without_provider,
		every_unresolved_symbol_is_named,
		weak_symbol_may_be_missing,
		provider_that_lost_its_file_is_named,
		version_of_a_kernel_symbol_differs,
		version_of_a_module_symbol_differs,
		struct_module_differs,
		versions_are_missing,
		vermagic_of_another_release,
		vermagic_is_compared_field_by_field,
		vermagic_is_missing,
		release_does_not_matter_where_versions_do,
		other_architecture,
		unsigned_module_under_enforcement,
		signed_module_under_enforcement_is_not_certain,
		configuration_of_another_kernel_demands_signatures,
		truncated_file,
		file_that_is_no_module,
		file_of_the_module_is_gone,
		dependency_file_is_gone,
		missing_firmware_is_a_warning,
		configured_parameters_are_checked,
		parameters_of_the_command_line_are_checked,
		without_symbol_lists_it_says_what_it_does_not_know,
		system_map_has_names_only,
		files_named_together_know_each_other,
		all_shows_what_is_not_in_order,
		built_in_module_is_fine,
		errors_are_status_1,
		json_is_one_line_per_module,
		NULL,
	};

	return ts_run("check", tests, setup, NULL);
}
