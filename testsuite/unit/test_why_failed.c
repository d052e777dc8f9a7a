/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* D31: the words for each cause, and silence where nothing can be known. */
#include "libkmod/plan/why-failed.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "libkmod/libkmod-plan.h"
#include "testsuite/forge/forge.h"
#include "testsuite/lib/indexed.h"
#include "testsuite/lib/plans.h"
#include "testsuite/lib/ts.h"

#define FILE_OF(name) TS_MODULES "/kernel/" name ".ko"

static void setup(void)
{
	indexed_deps("kernel/foo.ko:\nkernel/provider.ko:\nkernel/loaded.ko:\n");
	indexed_symbols("provided_one provider\nprovided_two loaded\n");
	ts_mkdir("sys/module");
}

static void forge(const struct forge_module *m)
{
	ck_assert_int_eq(forge_write(m, IMAGE_PLAIN, ts_path(FILE_OF("%s"), m->name)), 0);
}

static void add_line(void *data, const char *line)
{
	const char **text = data;

	ck_assert_ptr_null(strchr(line, '\n'));
	*text = ts_fmt("%s%s\n", *text, line);
}

static const char *why(int error, const char *options)
{
	struct kmod_ctx *ctx = plans_ctx();
	struct kmod_module *mod;
	const char *text = "";

	kmod_set_log_fn(ctx, NULL, NULL);
	mod = plans_find(ctx, "foo");
	why_failed(mod, error, options, add_line, &text);
	kmod_module_unref(mod);
	ck_assert_ptr_null(kmod_unref(ctx));
	return text;
}

#define expect_why(error, options, want) ck_assert_str_eq(why((error), (options)), (want))

/* ---- the file ---- */

START_TEST(missing_file_is_named)
{
	ts_remove(FILE_OF("foo"));
	expect_why(-ENOENT, "",
		   "module file /" FILE_OF("foo") ": No such file or directory\n");
}
END_TEST

START_TEST(what_is_no_file_is_named)
{
	ts_remove(FILE_OF("foo"));
	ts_mkdir(FILE_OF("foo"));
	expect_why(-EISDIR, "",
		   "module file /" FILE_OF("foo") " is not a regular file\n");
}
END_TEST

START_TEST(short_file_is_measured)
{
	ts_write(FILE_OF("foo"), "abc");
	expect_why(-EINVAL, "", "module file /" FILE_OF("foo") " has only 3 bytes\n");
}
END_TEST

START_TEST(file_that_is_no_elf_is_named)
{
	expect_why(-ENOEXEC, "", "module file /" FILE_OF("foo") " is not an ELF file\n");
}
END_TEST

START_TEST(truncated_file_is_damaged)
{
	forge(&(struct forge_module){ .name = "foo", .defect = FORGE_TRUNCATED });
	expect_why(-ENOEXEC, "",
		   "module file /" FILE_OF("foo") " is damaged: its ELF headers do not "
						  "hold\n");
}
END_TEST

static const char *damaged_modinfo(const char *words)
{
	return ts_fmt("module file /" FILE_OF("foo") " is damaged: its .modinfo section "
						     "%s\n",
		      words);
}

START_TEST(damaged_modinfo_is_named)
{
	static const struct {
		enum forge_defect defect;
		const char *words;
	} rows[] = {
		{ FORGE_MODINFO_OUTSIDE, "is not within the file" },
		{ FORGE_MODINFO_SIZE_WRAPS, "is not within the file" },
		{ FORGE_MODINFO_OFF_0, "is not within the file" },
		{ FORGE_MODINFO_EMPTY, "is empty" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		forge(&(struct forge_module){ .name = "foo", .defect = rows[i].defect });
		expect_why(-ENOEXEC, "", damaged_modinfo(rows[i].words));
	}
	forge(&(struct forge_module){
		.name = "foo",
		.flags = FORGE_NO_VERMAGIC,
		.modinfo = FORGE_STRINGS("license=GPL", "\xff\x01\x02=", "name=foo"),
	});
	expect_why(-ENOEXEC, "",
		   damaged_modinfo("has strings that are no KEY=VALUE, and no "
				   "vermagic"));
}
END_TEST

START_TEST(stray_string_of_modinfo_is_no_damage)
{
	forge(&(struct forge_module){
		.name = "foo",
		.modinfo = FORGE_STRINGS("stray", "parmtype=debug:int"),
	});
	expect_why(-EINVAL, "debug=x",
		   "parameter 'debug' of foo takes a 32-bit number, not 'x'\n");
}
END_TEST

START_TEST(corrupt_stream_has_the_decompressors_words)
{
	const char *text;

	if (!image_format_built_in(IMAGE_XZ))
		return;
	ts_write_bytes(FILE_OF("foo"),
		       "\xfd"
		       "7zXZ\0rubbish rubbish rubbish",
		       30);
	text = why(-EINVAL, "");
	ck_assert_msg(strstr(text, "module file /" FILE_OF("foo") ": xz: ") == text, "%s",
		      text);
}
END_TEST

/* ---- machine, version magic ---- */

START_TEST(other_architecture_is_named)
{
	struct utsname uts;
	const char *text;

	ck_assert_int_eq(uname(&uts), 0);
	/* 0xfff0 is nobody's. */
	forge(&(struct forge_module){ .name = "foo", .machine = 0xfff0 });
	text = why(-ENOEXEC, "");
	ck_assert_msg(strcmp(text, ts_fmt("foo is for another architecture (64-bit, ELF "
					  "machine 65520), the "
					  "running kernel is for %s\n",
					  uts.machine)) == 0 ||
			      *text == '\0',
		      "%s", text);
}
END_TEST

START_TEST(other_release_in_vermagic_is_shown_with_the_running_one)
{
	struct utsname uts;

	if (uname(&uts) != 0 || strcmp(uts.machine, "x86_64") != 0)
		return;
	forge(&(struct forge_module){
		.name = "foo",
		.flags = FORGE_NO_VERMAGIC,
		.modinfo = FORGE_STRINGS("vermagic=5.5.5 SMP mod_unload "),
	});
	expect_why(-ENOEXEC, "",
		   "vermagic of foo is '5.5.5 SMP mod_unload ', the running kernel "
		   "is " TS_KERNEL "\n");
}
END_TEST

START_TEST(other_flags_in_vermagic_are_shown_with_a_loaded_modules)
{
	struct utsname uts;

	if (uname(&uts) != 0 || strcmp(uts.machine, "x86_64") != 0)
		return;
	forge(&(struct forge_module){
		.name = "foo",
		.flags = FORGE_NO_VERMAGIC,
		.modinfo = FORGE_STRINGS("vermagic=" TS_KERNEL " SMP mod_unload "),
	});
	forge(&(struct forge_module){ .name = "loaded" });
	expect_why(-ENOEXEC, "", "");
	ts_kernel_load("loaded");
	expect_why(-ENOEXEC, "",
		   "vermagic of foo is '" TS_KERNEL
		   " SMP mod_unload ', that of loaded, which is "
		   "loaded, is '" FORGE_VERMAGIC "'\n");
}
END_TEST

START_TEST(missing_vermagic_is_said)
{
	struct utsname uts;

	if (uname(&uts) != 0 || strcmp(uts.machine, "x86_64") != 0)
		return;
	forge(&(struct forge_module){ .name = "foo", .flags = FORGE_NO_VERMAGIC });
	expect_why(-ENOEXEC, "", "foo has no vermagic\n");
	forge(&(struct forge_module){ .name = "foo", .flags = FORGE_NO_MODINFO });
	expect_why(-ENOEXEC, "", "foo has no vermagic, it has no .modinfo section\n");
}
END_TEST

/* ---- symbols ---- */

static void forge_importer(void)
{
	forge(&(struct forge_module){
		.name = "foo",
		.imports = FORGE_SYMBOLS({ .name = "provided_one", .crc = 1 },
					 { .name = "provided_two", .crc = 2 },
					 { .name = "nobodys" },
					 { .name = "weak_one", .weak = true }),
	});
}

START_TEST(unknown_symbol_is_named_with_who_would_provide_it)
{
	forge_importer();
	ts_kernel_load("loaded");
	expect_why(-ENOENT, "",
		   "symbol provided_one is unknown: module provider, which provides it, "
		   "is not loaded\n");
}
END_TEST

START_TEST(kallsyms_tells_what_nobody_provides)
{
	forge_importer();
	ts_kernel_load("loaded");
	ts_write("proc/kallsyms",
		 "0000000000000000 r __ksymtab_printk\n"
		 "0000000000000000 t nobodys\n"
		 "0000000000000000 r __ksymtab_provided_one\t[provider]\n");
	expect_why(-ENOENT, "",
		   "symbol nobodys is unknown: neither the kernel nor any known module "
		   "provides it\n");
}
END_TEST

START_TEST(kallsyms_without_the_kernels_exports_is_not_asked)
{
	forge_importer();
	ts_kernel_load("loaded");
	ts_kernel_load("provider");
	ts_write("proc/kallsyms", "0000000000000000 T printk\n"
				  "0000000000000000 r __ksymtab_x\t[loaded]\n");
	expect_why(-ENOENT, "", "");
}
END_TEST

START_TEST(many_unknown_symbols_are_counted)
{
	struct forge_symbol imports[21] = { { 0 } };
	const char *text;
	size_t lines = 0;

	for (int i = 0; i < 20; i++)
		imports[i].name = ts_fmt("missing_%d", i);
	forge(&(struct forge_module){ .name = "foo", .imports = imports });
	ts_write("proc/kallsyms", "0000000000000000 r __ksymtab_printk\n");
	text = why(-ENOENT, "");
	for (const char *p = text; (p = strchr(p, '\n')); p++)
		lines++;
	ck_assert_uint_eq(lines, 9);
	ck_assert_ptr_nonnull(strstr(text, "and 12 more unknown symbols\n"));
}
END_TEST

START_TEST(differing_version_is_shown_on_both_sides)
{
	forge_importer();
	forge(&(struct forge_module){
		.name = "provider",
		.exports = FORGE_SYMBOLS({ .name = "provided_one", .crc = 0x99 },
					 { .name = "more", .crc = 5 }),
	});
	forge(&(struct forge_module){
		.name = "loaded",
		.exports = FORGE_SYMBOLS({ .name = "provided_two", .crc = 2 }),
	});
	expect_why(-EINVAL, "",
		   "version of symbol provided_one differs: foo wants 0x00000001, "
		   "provider has 0x00000099\n");
}
END_TEST

/* ---- parameters ---- */

static void forge_with_parameters(void)
{
	forge(&(struct forge_module){
		.name = "foo",
		.modinfo = FORGE_STRINGS("parmtype=debug:int", "parm=debug:How much",
					 "parmtype=max_loop:uint", "parmtype=name:charp",
					 "parmtype=enable:bool", "parm=bare"),
	});
}

START_TEST(unknown_parameter_has_its_nearest_name)
{
	forge_with_parameters();
	expect_why(-ENOENT, "debgu=1", "foo has no parameter 'debgu', but 'debug'\n");
	expect_why(-EINVAL, "debug=1 zzzzzz", "foo has no parameter 'zzzzzz'\n");
	expect_why(-EINVAL, "max-loop=1 dyndbg=+p async_probe", "");
	expect_why(-EINVAL, "debug=1 -- zzzzzz", "");
}
END_TEST

START_TEST(unknown_parameter_is_shown_as_typed)
{
	forge_with_parameters();
	expect_why(-EINVAL, "-x", "foo has no parameter '-x'\n");
	expect_why(-EINVAL, "max-lop=1",
		   "foo has no parameter 'max-lop', but 'max_loop'\n");
}
END_TEST

START_TEST(module_without_parameters_takes_none)
{
	forge(&(struct forge_module){ .name = "foo" });
	expect_why(-EINVAL, "debug=1", "foo has no parameter 'debug', it takes none\n");
}
END_TEST

START_TEST(quotes_are_taken_off_as_the_kernel_does)
{
	forge(&(struct forge_module){
		.name = "foo",
		.modinfo = FORGE_STRINGS("parmtype=n:int", "parmtype=s:charp"),
	});
	expect_why(-EINVAL, "\"s=a b\" \"n=5\" n=\"5\" n=\"5", "");
	expect_why(-EINVAL, "\"x=a b\"", "foo has no parameter 'x'\n");
	expect_why(-EINVAL, "\"n=a b\"",
		   "parameter 'n' of foo takes a 32-bit number, not 'a b'\n");
}
END_TEST

START_TEST(value_of_the_wrong_type_is_named)
{
	forge_with_parameters();
	expect_why(-EINVAL,
		   "debug=0x10 max_loop=7 name=\"a b\" enable=y debug=-3 debug=\"5\"",
		   "");
	expect_why(-EINVAL, "debug=abc",
		   "parameter 'debug' of foo takes a 32-bit number, not 'abc'\n");
	expect_why(-EINVAL, "debug",
		   "parameter 'debug' of foo takes a 32-bit number, none is given\n");
	expect_why(-EINVAL, "debug=4294967296",
		   "parameter 'debug' of foo takes a 32-bit number, not '4294967296'\n");
	expect_why(-EINVAL, "max_loop=-1",
		   "parameter 'max_loop' of foo takes a 32-bit number, not negative, not "
		   "'-1'\n");
	expect_why(
		-EINVAL, "enable=maybe",
		"parameter 'enable' of foo takes yes or no (1, 0, y, n), not 'maybe'\n");
	expect_why(-EINVAL, "enable", "");
}
END_TEST

START_TEST(value_out_of_the_range_of_its_type_is_named)
{
	forge_with_parameters();
	expect_why(-ERANGE, "debug=99999999999",
		   "parameter 'debug' of foo takes a 32-bit number, not "
		   "'99999999999'\n");
	expect_why(-ERANGE, "debug=-2147483648 max_loop=4294967295", "");
	expect_why(-EINVAL, "name",
		   "parameter 'name' of foo takes a text, none is given\n");
}
END_TEST

START_TEST(elements_of_an_array_are_judged)
{
	forge(&(struct forge_module){
		.name = "foo",
		.modinfo = FORGE_STRINGS("parmtype=irq:array of byte",
					 "parmtype=on:array of bool"),
	});
	expect_why(-EINVAL, "irq=1,2,255 on=y,n", "");
	expect_why(-ERANGE, "irq=1,256,x",
		   "parameter 'irq' of foo takes values between commas, each a number "
		   "from 0 to 255, not '256'\n");
	expect_why(-EINVAL, "irq=1,",
		   "parameter 'irq' of foo takes values between commas, each a number "
		   "from 0 to 255, not ''\n");
	expect_why(-EINVAL, "on",
		   "parameter 'on' of foo takes values between commas, each yes or no "
		   "(1, 0, y, n), none is given\n");
}
END_TEST

START_TEST(value_of_no_stated_type_is_shown_where_no_other_is_wrong)
{
	forge(&(struct forge_module){
		.name = "foo",
		.modinfo = FORGE_STRINGS("parm=depth:How deep", "parmtype=mode:mode_t",
					 "parmtype=n:int"),
	});
	expect_why(-EINVAL, "depth=99999999999",
		   "parameter 'depth' of foo has no stated type: whether it takes "
		   "'99999999999' only the kernel knows\n");
	expect_why(-ERANGE, "mode n=5",
		   "parameter 'mode' of foo has the type 'mode_t': whether it goes "
		   "without a value only the kernel knows\n");
	expect_why(-EINVAL, "depth=1 n=x",
		   "parameter 'n' of foo takes a 32-bit number, not 'x'\n");
	expect_why(-ENOENT, "depth=1", "");
}
END_TEST

/* ---- permission, signature ---- */

static const char privilege[] = "this process may not load modules: it does not have the "
				"capability CAP_SYS_MODULE\n";

/* Whoever runs the tests may or may not be privileged. */
static void expect_eperm(const char *want)
{
	const char *text = why(-EPERM, "");
	const char *hit = strstr(text, privilege);

	if (hit)
		text = ts_fmt("%.*s%s", (int)(hit - text), text, hit + strlen(privilege));
	ck_assert_str_eq(text, want);
}

START_TEST(disabled_loading_is_said)
{
	ts_write("proc/sys/kernel/modules_disabled", "1\n");
	expect_eperm("loading of modules is disabled until the next boot: "
		     "/proc/sys/kernel/modules_disabled is 1\n");
	ts_write("proc/sys/kernel/modules_disabled", "0\n");
	expect_eperm("");
}
END_TEST

START_TEST(module_blacklist_of_the_kernel_is_said)
{
	forge(&(struct forge_module){ .name = "foo" });
	ts_write("proc/cmdline", "quiet module_blacklist=foo_bar,provider\n");
	expect_eperm("");
	ts_write("proc/cmdline",
		 "module_blacklist=x module-blacklist=\"bar,foo\" quiet\n");
	expect_eperm("module_blacklist= on the kernel's command line (/proc/cmdline) "
		     "names foo\n");
	ts_write("proc/cmdline", "quiet -- module_blacklist=foo\n");
	expect_eperm("");
}
END_TEST

START_TEST(module_blacklist_is_about_the_name_inside_the_file)
{
	forge(&(struct forge_module){
		.name = "foo",
		.modinfo = FORGE_STRINGS("name=inner"),
	});
	ts_write("proc/cmdline", "module_blacklist=foo\n");
	expect_eperm("");
	ts_write("proc/cmdline", "module_blacklist=inner\n");
	expect_eperm("module_blacklist= on the kernel's command line (/proc/cmdline) "
		     "names inner\n");
}
END_TEST

START_TEST(initcall_blacklist_of_the_kernel_is_said)
{
	forge(&(struct forge_module){
		.name = "foo",
		.exports = FORGE_SYMBOLS({ .name = "foo_begin", .crc = 1 }),
	});
	ts_write("proc/cmdline", "initcall_blacklist=foo_beg\n");
	expect_eperm("");
	ts_write("proc/cmdline", "initcall_blacklist=a initcall_blacklist=foo_begin\n");
	expect_eperm("initcall_blacklist= on the kernel's command line (/proc/cmdline) "
		     "names foo_begin of foo\n");
}
END_TEST

START_TEST(missing_capability_is_said)
{
	struct __user_cap_header_struct header = { .version =
							   _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	/* For this test's process only. */
	ck_assert_int_eq(syscall(SYS_capset, &header, none), 0);
	expect_why(-EPERM, "", privilege);
}
END_TEST

START_TEST(unsigned_module_is_said_where_signatures_are_demanded)
{
	forge(&(struct forge_module){ .name = "foo" });
	expect_eperm("");
	expect_why(-ENOKEY, "", "foo is not signed\n");
	ts_write("sys/module/module/parameters/sig_enforce", "Y\n");
	expect_why(-ENOKEY, "",
		   "foo is not signed\nthe kernel demands signatures: "
		   "/sys/module/module/parameters/sig_enforce is Y\n");
	ts_write("sys/module/module/parameters/sig_enforce", "N\n");
	ts_write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	expect_eperm("foo is not signed\nthe kernel is locked down: "
		     "/sys/kernel/security/lockdown is integrity\n");
	ts_write("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	expect_eperm("");
}
END_TEST

START_TEST(signer_and_key_are_named)
{
	forge(&(struct forge_module){ .name = "foo", .signature = FORGE_X509 });
	expect_why(-ENOKEY, "",
		   "foo is signed by 'signer', key AB:CD; the kernel does not have its "
		   "key\n");
	expect_why(-EKEYREJECTED, "",
		   "foo is signed by 'signer', key AB:CD; the kernel rejected this "
		   "signature\n");
	forge(&(struct forge_module){ .name = "foo", .signature = FORGE_PKCS7_GARBAGE });
	expect_why(-EBADMSG, "", "foo has a PKCS#7 signature\n");
}
END_TEST

/* ---- the listener ---- */

static void look_into_modules(const char *line _unused_, void *data)
{
	static const char *const names[] = { "foo", "provider" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct kmod_module *mod = plans_find(data, names[i]);
		struct kmod_list *info = NULL;

		ck_assert_int_ge(kmod_module_get_info(mod, &info), 0);
		kmod_module_info_free_list(info);
		kmod_module_unref(mod);
	}
}

static void explain_to_one_who_looks(int error)
{
	struct kmod_ctx *ctx = plans_ctx();
	struct kmod_module *mod = plans_find(ctx, "foo");

	ck_assert_int_eq(kmod_plan_explain(mod, error, "", look_into_modules, ctx), 1);
	kmod_module_unref(mod);
	ck_assert_ptr_null(kmod_unref(ctx));
}

START_TEST(listener_may_look_into_the_modules)
{
	forge(&(struct forge_module){
		.name = "foo",
		.imports = FORGE_SYMBOLS({ .name = "provided_one", .crc = 1 }),
		.signature = FORGE_X509,
	});
	forge(&(struct forge_module){
		.name = "provider",
		.exports = FORGE_SYMBOLS({ .name = "provided_one", .crc = 0x99 }),
	});
	explain_to_one_who_looks(-ENOKEY);
	explain_to_one_who_looks(-EINVAL);
}
END_TEST

START_TEST(errors_without_a_known_cause_say_nothing)
{
	static const int errors[] = { -EEXIST, -EBUSY, -ENOMEM, -ENODEV, -EIO };

	forge(&(struct forge_module){ .name = "foo" });
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		expect_why(errors[i], "x=1", "");
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		missing_file_is_named,
		what_is_no_file_is_named,
		short_file_is_measured,
		file_that_is_no_elf_is_named,
		truncated_file_is_damaged,
		damaged_modinfo_is_named,
		stray_string_of_modinfo_is_no_damage,
		corrupt_stream_has_the_decompressors_words,
		other_architecture_is_named,
		other_release_in_vermagic_is_shown_with_the_running_one,
		other_flags_in_vermagic_are_shown_with_a_loaded_modules,
		missing_vermagic_is_said,
		unknown_symbol_is_named_with_who_would_provide_it,
		kallsyms_tells_what_nobody_provides,
		kallsyms_without_the_kernels_exports_is_not_asked,
		many_unknown_symbols_are_counted,
		differing_version_is_shown_on_both_sides,
		unknown_parameter_has_its_nearest_name,
		unknown_parameter_is_shown_as_typed,
		module_without_parameters_takes_none,
		quotes_are_taken_off_as_the_kernel_does,
		value_of_the_wrong_type_is_named,
		value_out_of_the_range_of_its_type_is_named,
		elements_of_an_array_are_judged,
		value_of_no_stated_type_is_shown_where_no_other_is_wrong,
		disabled_loading_is_said,
		module_blacklist_of_the_kernel_is_said,
		module_blacklist_is_about_the_name_inside_the_file,
		initcall_blacklist_of_the_kernel_is_said,
		missing_capability_is_said,
		unsigned_module_is_said_where_signatures_are_demanded,
		signer_and_key_are_named,
		listener_may_look_into_the_modules,
		errors_without_a_known_cause_say_nothing,
		NULL,
	};

	return ts_run_trapped("why-failed", tests, setup, NULL);
}
