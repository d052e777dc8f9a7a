/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modinfo from outside: listings, fields, signatures. cli_modinfo_find.c has the rest. */
#include <string.h>

#include "shared/str.h"
#include "testsuite/cli/modinfo-forge.h"

/* ---- listings ---- */

START_TEST(listing_has_strings_in_file_order_and_parameters_last)
{
	forge_at("m/foo.ko", bare("alias=b", "parm=x:the x", "license=GPL", "depends=", "alias=a"));

	expect(ts_tool("modinfo", "/m/foo.ko"), 0,
	       "filename:       /m/foo.ko\n"
	       "alias:          b\n"
	       "license:        GPL\n"
	       "depends:        \n"
	       "alias:          a\n"
	       "parm:           x:the x\n",
	       "");
}
END_TEST

START_TEST(labels_of_long_keys_and_missing_values)
{
	forge_at("m/foo.ko", bare("fourteen_chars=a", "fifteen_chars_x=b", "novalue", "=nokey",
				  "v=a=b"));

	expect(ts_tool("modinfo", "/m/foo.ko"), 0,
	       "filename:       /m/foo.ko\n"
	       "fourteen_chars: a\n"
	       "fifteen_chars_x:b\n"
	       "novalue:        \n"
	       ":               nokey\n"
	       "v:              a=b\n",
	       "");
}
END_TEST

START_TEST(value_with_newlines_is_printed_as_it_is)
{
	forge_at("m/foo.ko", bare("description=one\ntwo"));

	expect(ts_tool("modinfo", "/m/foo.ko"), 0,
	       "filename:       /m/foo.ko\ndescription:    one\ntwo\n", "");
}
END_TEST

START_TEST(parameters_are_merged_and_in_reverse_order)
{
	forge_at("m/foo.ko", bare("parm=a:first", "parmtype=a:int", "parmtype=b:bool", "parm=c:third",
				  "parmtype=d:charp", "parm=d:fourth"));

	expect(ts_tool("modinfo", "/m/foo.ko"), 0,
	       "filename:       /m/foo.ko\n"
	       "parm:           d:fourth (charp)\n"
	       "parm:           c:third\n"
	       "parm:           b:bool\n"
	       "parm:           a:first (int)\n",
	       "");
	expect(ts_tool("modinfo", "-p", "/m/foo.ko"), 0,
	       "d:fourth (charp)\nc:third\nb: (bool)\na:first (int)\n", "");
	expect(ts_tool("modinfo", "-F", "parmtype", "/m/foo.ko"), 0, "a:int\nb:bool\nd:charp\n", "");
}
END_TEST

START_TEST(last_text_of_a_parameter_counts)
{
	forge_at("m/foo.ko", bare("parm=a:old", "parmtype=a:int", "parm=a:new:er"));

	expect(ts_tool("modinfo", "-F", "parm", "/m/foo.ko"), 0, "a:new:er (int)\n", "");
}
END_TEST

START_TEST(parameter_without_colon_is_named_and_left_out)
{
	forge_at("m/foo.ko", bare("parm=nocolon", "parm=a:b"));

	expect(ts_tool("modinfo", "-p", "/m/foo.ko"), 0, "a:b\n",
	       ERR "Found invalid \"parm=nocolon\": missing ':'\n");
}
END_TEST

START_TEST(empty_modinfo_is_a_file_name)
{
	forge_at("m/foo.ko", bare("a=b"));
	struct forge_module m = { .name = "foo", .flags = FORGE_NO_BUILD_ID,
				  .defect = FORGE_MODINFO_EMPTY };
	forge_at("m/foo.ko", &m);

	expect(ts_tool("modinfo", "/m/foo.ko"), 0, "filename:       /m/foo.ko\n", "");
}
END_TEST

START_TEST(build_id_follows_the_strings)
{
	struct forge_module m = { .name = "foo" };
	forge_at("m/foo.ko", &m);

	struct ts_result r = ts_tool("modinfo", "/m/foo.ko");
	ts_expect(r, 0, NULL, "");
	const char *vermagic = strstr(r.out, "\nvermagic: "), *id = strstr(r.out, "\nbuild-id:       ");
	ck_assert(vermagic && id && id > vermagic);
	ck_assert_uint_eq(strcspn(id + 17, "\n"), 59);
	r = ts_tool("modinfo", "-F", "build-id", "/m/foo.ko");
	ck_assert_uint_eq(r.out_len, 60);
}
END_TEST

START_TEST(invalid_build_id_is_left_out)
{
	struct forge_module m = { .name = "foo", .defect = FORGE_BUILD_ID_BAD_OWNER };
	forge_at("m/foo.ko", &m);

	expect(ts_tool("modinfo", "-F", "build-id", "/m/foo.ko"), 0, "", "");
}
END_TEST

START_TEST(relative_file_gets_the_working_directory)
{
	forge_at("m/foo.ko", bare("a=b"));
	ts_cwd("m");

	struct ts_result r = ts_tool("modinfo", "-n", "./foo.ko");
	ts_expect(r, 0, NULL, "");
	ck_assert(str_ends_with(r.out, "/m/./foo.ko\n"));
	ck_assert_int_eq(r.out[0], '/');
}
END_TEST

START_TEST(every_class_and_byte_order_is_read)
{
	for (int i = 0; i < 4; i++) {
		struct forge_module m = *bare("license=GPL");

		m.bits32 = i & 1;
		m.big = i & 2;
		forge_at("m/foo.ko", &m);
		expect(ts_tool("modinfo", "-l", "/m/foo.ko"), 0, "GPL\n", "");
	}
}
END_TEST

/* ---- fields ---- */

START_TEST(short_options_are_fields)
{
	static const struct {
		const char *option, *value;
	} table[] = {
		{ "-a", "me\n" },	{ "--author", "me\n" },     { "-d", "good\n" },
		{ "--description", "good\n" }, { "-l", "GPL\n" },   { "--license", "GPL\n" },
		{ "-p", "x:y\n" },	{ "--parameters", "x:y\n" }, { "-n", "/m/foo.ko\n" },
		{ "--filename", "/m/foo.ko\n" },
	};

	forge_at("m/foo.ko", bare("license=GPL", "author=me", "description=good", "parm=x:y"));
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		expect(ts_tool("modinfo", table[i].option, "/m/foo.ko"), 0, table[i].value, "");
}
END_TEST

START_TEST(field_prints_every_value_or_nothing)
{
	forge_at("m/foo.ko", bare("alias=a", "license=GPL", "alias=b", "=nokey"));

	expect(ts_tool("modinfo", "-F", "alias", "/m/foo.ko"), 0, "a\nb\n", "");
	expect(ts_tool("modinfo", "--field=nosuch", "/m/foo.ko"), 0, "", "");
	expect(ts_tool("modinfo", "-F", "", "/m/foo.ko"), 0, "nokey\n", "");
	expect(ts_tool("modinfo", "-F", "alia", "/m/foo.ko"), 0, "", "");
}
END_TEST

START_TEST(last_selector_counts)
{
	forge_at("m/foo.ko", bare("alias=a", "license=GPL"));

	expect(ts_tool("modinfo", "-F", "alias", "-l", "/m/foo.ko"), 0, "GPL\n", "");
	expect(ts_tool("modinfo", "-l", "-F", "alias", "/m/foo.ko"), 0, "a\n", "");
}
END_TEST

START_TEST(filename_does_not_open_the_file)
{
	ts_write("m/foo.ko", "no module");

	expect(ts_tool("modinfo", "-n", "/m/foo.ko"), 0, "/m/foo.ko\n", "");
	expect(ts_tool("modinfo", "-F", "filename", "/m/foo.ko"), 0, "/m/foo.ko\n", "");
}
END_TEST

START_TEST(d34_nul_ends_every_record_and_labels_stay)
{
	forge_at("m/foo.ko", bare("alias=a", "parm=x:y"));

	struct ts_result r = ts_tool("modinfo", "-0", "/m/foo.ko");
	static const char want[] = "filename:       /m/foo.ko\0alias:          a\0"
				   "parm:           x:y";
	ck_assert_int_eq(r.status, 0);
	ck_assert_mem_eq(r.out, want, sizeof(want));
	ck_assert_uint_eq(r.out_len, sizeof(want));
}
END_TEST

START_TEST(nul_ends_values_of_a_field)
{
	forge_at("m/foo.ko", bare("alias=a", "alias=b\nc"));

	struct ts_result r = ts_tool("modinfo", "--null", "-F", "alias", "/m/foo.ko");
	ck_assert_uint_eq(r.out_len, 6);
	ck_assert_mem_eq(r.out, "a\0b\nc", 6);
}
END_TEST

/* ---- signatures ---- */

static void forge_signed(enum forge_signature signature)
{
	struct forge_module m = *bare("license=GPL");

	m.signature = signature;
	forge_at("m/foo.ko", &m);
}

#define SIGNATURE_FIELD(name) ts_tool("modinfo", "-F", name, "/m/foo.ko")

START_TEST(signature_of_an_old_kind_is_in_the_trailer)
{
	forge_signed(FORGE_X509);
	struct ts_result r = ts_tool("modinfo", "/m/foo.ko");

	ts_expect(r, 0, NULL, "");
	ck_assert_ptr_nonnull(strstr(r.out, "license:        GPL\n"
					    "sig_id:         X509\n"
					    "signer:         signer\n"
					    "sig_key:        AB:CD\n"
					    "sig_hashalgo:   sha512\n"
					    "signature:      "));
	ck_assert_ptr_nonnull(strstr(r.out, ":\n\t\t"));
	forge_signed(FORGE_PGP);
	expect(SIGNATURE_FIELD("sig_id"), 0, "PGP\n", "");
	expect(SIGNATURE_FIELD("sig_hashalgo"), 0, "sha1\n", "");
}
END_TEST

START_TEST(pkcs7_signature_is_decoded)
{
	forge_signed(FORGE_PKCS7);
	expect(SIGNATURE_FIELD("sig_id"), 0, "PKCS#7\n", "");
	if (!ENABLE_OPENSSL)
		return;
	expect(SIGNATURE_FIELD("signer"), 0, FORGE_SIGNER "\n", "");
	expect(SIGNATURE_FIELD("sig_key"), 0,
	       "01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14\n", "");
	expect(SIGNATURE_FIELD("sig_hashalgo"), 0, "sha256\n", "");
	struct ts_result r = SIGNATURE_FIELD("signature");
	ck_assert_ptr_nonnull(strstr(r.out, ":\n\t\t"));
}
END_TEST

START_TEST(signature_that_cannot_be_decoded_is_unknown)
{
	forge_signed(FORGE_PKCS7_GARBAGE);

	expect(ts_tool("modinfo", "/m/foo.ko"), 0,
	       "filename:       /m/foo.ko\n"
	       "license:        GPL\n"
	       "sig_id:         PKCS#7\n"
	       "signer:         \n"
	       "sig_key:        \n"
	       "sig_hashalgo:   unknown\n"
	       "signature:      \n",
	       "");
}
END_TEST

START_TEST(unsigned_module_has_no_signature_fields)
{
	forge_signed(FORGE_UNSIGNED);

	expect(SIGNATURE_FIELD("sig_id"), 0, "", "");
	expect(SIGNATURE_FIELD("signer"), 0, "", "");
}
END_TEST

/* The dynamic linker's own record of what it loads; other C libraries keep none. */
START_TEST(libcrypto_is_loaded_only_for_what_it_decodes)
{
	forge_signed(FORGE_PKCS7);
	ts_env("LD_DEBUG", "files");
	struct ts_result r = SIGNATURE_FIELD("signer");
	if (!ENABLE_OPENSSL || !ENABLE_DLOPEN || r.err_len == 0)
		return;
	ck_assert_ptr_nonnull(strstr(r.err, "libcrypto"));

	r = ts_tool("modinfo", "-F", "license", "/m/foo.ko");
	ck_assert_ptr_null(strstr(r.err, "libcrypto"));
	r = SIGNATURE_FIELD("sig_id");
	ck_assert_ptr_null(strstr(r.err, "libcrypto"));
	forge_signed(FORGE_X509);
	r = ts_tool("modinfo", "/m/foo.ko");
	ck_assert_ptr_null(strstr(r.err, "libcrypto"));
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		listing_has_strings_in_file_order_and_parameters_last,
		labels_of_long_keys_and_missing_values,
		value_with_newlines_is_printed_as_it_is,
		parameters_are_merged_and_in_reverse_order,
		last_text_of_a_parameter_counts,
		parameter_without_colon_is_named_and_left_out,
		empty_modinfo_is_a_file_name,
		build_id_follows_the_strings,
		invalid_build_id_is_left_out,
		relative_file_gets_the_working_directory,
		every_class_and_byte_order_is_read,
		short_options_are_fields,
		field_prints_every_value_or_nothing,
		last_selector_counts,
		filename_does_not_open_the_file,
		d34_nul_ends_every_record_and_labels_stay,
		nul_ends_values_of_a_field,
		signature_of_an_old_kind_is_in_the_trailer,
		pkcs7_signature_is_decoded,
		signature_that_cannot_be_decoded_is_unknown,
		unsigned_module_has_no_signature_fields,
		libcrypto_is_loaded_only_for_what_it_decodes,
		NULL,
	};

	return ts_run("modinfo", tests, NULL, NULL);
}
