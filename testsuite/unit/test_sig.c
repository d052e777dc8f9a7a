/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/elf/sig.h"

#include <errno.h>

#include "shared/str.h"
#include "testsuite/unit/forged.h"

static int read_sig(struct forged *f, enum forge_signature kind, enum forge_defect defect,
		    struct sig *out)
{
	struct forge_module m = { .name = "m", .signature = kind };

	m.defect = defect;
	forged_open(f, &m);
	return sig_read(f->img, out);
}

START_TEST(pkcs7_shows_issuer_serial_hash_and_value)
{
	static const unsigned char serial[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
						0x10, 0x11, 0x12, 0x13, 0x14 };
	_cleanup_forged_ struct forged f = { 0 };
	struct sig sig;

	if (!sig_pkcs7_built_in())
		return;
	ck_assert_int_eq(read_sig(&f, FORGE_PKCS7, FORGE_SOUND, &sig), 1);
	ck_assert_int_eq(sig.id, SIG_PKCS7);
	ck_assert_bytes(sig.signer, FORGE_SIGNER);
	ck_assert_uint_eq(sig.key_id.len, 20);
	ck_assert(memcmp(sig.key_id.ptr, serial, 15) == 0);
	ck_assert_uint_eq(sig.key_id.ptr[19], 0x14);
	ck_assert_str_eq(sig.hash_name, "sha256");
	ck_assert_uint_eq(sig.value.len, 128);
	ck_assert(memcmp(sig.value.ptr, forge_pkcs7 + forge_pkcs7_len - 128, 128) == 0);
	ck_assert(bytes_equal(sig.blob, bytes_of(forge_pkcs7, forge_pkcs7_len)));
	sig_fini(&sig);
}
END_TEST

/* Replaces the object identifier 2.5.4.from of a name's part by 2.5.4.to. */
static void rename_part(unsigned char *der, unsigned char from, unsigned char to)
{
	unsigned char oid[] = { 0x06, 0x03, 0x55, 0x04, from };
	unsigned char *at = memmem(der, forge_pkcs7_len, oid, sizeof(oid));

	ck_assert_ptr_nonnull(at);
	at[4] = to;
}

START_TEST(signer_is_the_first_common_name_else_the_last_part)
{
	enum { COMMON_NAME = 3, ORGANIZATION = 10, UNIT = 11 };
	unsigned char der[2048];
	struct sig sig = { 0 };

	if (!sig_pkcs7_built_in())
		return;
	memcpy(der, forge_pkcs7, forge_pkcs7_len);
	rename_part(der, COMMON_NAME, UNIT); /* O=Forge/OU=Forge signing key */
	ck_assert_int_eq(sig_decode_pkcs7(bytes_of(der, forge_pkcs7_len), &sig), 0);
	ck_assert_bytes(sig.signer, FORGE_SIGNER);
	sig_fini(&sig);
	rename_part(der, ORGANIZATION, COMMON_NAME); /* CN=Forge/OU=Forge signing key */
	ck_assert_int_eq(sig_decode_pkcs7(bytes_of(der, forge_pkcs7_len), &sig), 0);
	ck_assert_bytes(sig.signer, "Forge");
	sig_fini(&sig);
}
END_TEST

START_TEST(unknown_hash_is_shown_by_its_number)
{
	static const unsigned char sha256[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 };
	unsigned char der[2048], *at = der;
	struct sig sig = { 0 };

	if (!sig_pkcs7_built_in())
		return;
	memcpy(der, forge_pkcs7, forge_pkcs7_len);
	while ((at = memmem(at, forge_pkcs7_len - (size_t)(at - der), sha256, sizeof(sha256))))
		at[8] = 0x7e;
	ck_assert_int_eq(sig_decode_pkcs7(bytes_of(der, forge_pkcs7_len), &sig), 0);
	ck_assert_str_eq(sig.hash_name, "2.16.840.1.101.3.4.2.126");
	sig_fini(&sig);
}
END_TEST

START_TEST(pkcs7_that_cannot_be_decoded_is_still_a_signature)
{
	_cleanup_forged_ struct forged f = { 0 };
	struct sig sig;

	ck_assert_int_eq(read_sig(&f, FORGE_PKCS7_GARBAGE, FORGE_SOUND, &sig), 1);
	ck_assert_int_eq(sig.id, SIG_PKCS7);
	ck_assert_str_eq(sig.hash_name, "unknown");
	ck_assert_uint_eq(sig.signer.len + sig.key_id.len + sig.value.len, 0);
	ck_assert_bytes(sig.blob, "not DER at all");
	sig_fini(&sig);
}
END_TEST

START_TEST(bytes_behind_the_der_do_no_harm)
{
	unsigned char der[2048];
	struct sig sig = { 0 };

	if (!sig_pkcs7_built_in())
		return;
	memcpy(der, forge_pkcs7, forge_pkcs7_len);
	memset(der + forge_pkcs7_len, 0xaa, 40);
	ck_assert_int_eq(sig_decode_pkcs7(bytes_of(der, forge_pkcs7_len + 40), &sig), 0);
	ck_assert_bytes(sig.signer, FORGE_SIGNER);
	sig_fini(&sig);
}
END_TEST

START_TEST(cut_der_leaves_the_sig_as_it_was)
{
	for (size_t len = 0; len < forge_pkcs7_len; len++) {
		struct sig sig = { .id = SIG_PKCS7 };

		ck_assert_int_lt(sig_decode_pkcs7(bytes_of(forge_pkcs7, len), &sig), 0);
		ck_assert_ptr_null(sig.backing);
		ck_assert_uint_eq(sig.signer.len, 0);
	}
}
END_TEST

START_TEST(changed_der_is_survived)
{
	unsigned char der[2048];

	memcpy(der, forge_pkcs7, forge_pkcs7_len);
	for (size_t i = 0; i < forge_pkcs7_len; i++) {
		for (unsigned delta = 1; delta < 256; delta *= 5) {
			struct sig sig = { 0 };

			der[i] = (unsigned char)(forge_pkcs7[i] + delta);
			if (sig_decode_pkcs7(bytes_of(der, forge_pkcs7_len), &sig) == 0)
				sig_fini(&sig);
		}
		der[i] = forge_pkcs7[i];
	}
}
END_TEST

START_TEST(old_kinds_show_the_bytes_before_the_signature)
{
	static const struct {
		enum forge_signature kind;
		enum sig_id id;
		const char *name, *hash;
	} rows[] = {
		{ FORGE_X509, SIG_X509, "X509", "sha512" },
		{ FORGE_PGP, SIG_PGP, "PGP", "sha1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_forged_ struct forged f = { 0 };
		struct sig sig;

		ck_assert_int_eq(read_sig(&f, rows[i].kind, FORGE_SOUND, &sig), 1);
		ck_assert_int_eq(sig.id, rows[i].id);
		ck_assert_str_eq(sig_id_name(sig.id), rows[i].name);
		ck_assert_str_eq(sig.hash_name, rows[i].hash);
		ck_assert_bytes(sig.signer, "signer");
		ck_assert_bytes(sig.key_id, "\xab\xcd");
		ck_assert_bytes(sig.value, "value of the signature");
		sig_fini(&sig);
	}
}
END_TEST

START_TEST(bad_trailer_means_unsigned)
{
	static const enum forge_defect defects[] = {
		FORGE_SIG_BAD_ALGORITHM, FORGE_SIG_BAD_HASH, FORGE_SIG_BAD_ID, FORGE_SIG_LEN_0,
		FORGE_SIG_LEN_TOO_BIG,
	};

	for (size_t i = 0; i < ARRAY_SIZE(defects); i++) {
		_cleanup_forged_ struct forged f = { 0 };
		struct sig sig;

		ck_assert_msg(read_sig(&f, FORGE_PKCS7, defects[i], &sig) == 0, "%s",
			      forge_defect_name(defects[i]));
	}
}
END_TEST

START_TEST(signature_may_reach_to_the_start_of_the_file_not_further)
{
	for (unsigned beyond = 0; beyond < 2; beyond++) {
		_cleanup_strbuf_ struct strbuf file = STRBUF_INIT;
		struct image *img;
		struct sig sig;

		strbuf_adds(&file, "signerkkvalue");
		strbuf_add(&file, "\0\4\1\6\2\0\0\0\0\0\0", 11);
		strbuf_addc(&file, (char)(5 + beyond));
		strbuf_adds(&file, "~Module signature appended~\n");
		ck_assert_int_eq(image_from_bytes(bytes_of(file.data, file.len), &img), 0);
		ck_assert_int_eq(sig_read(img, &sig), beyond ? 0 : 1);
		if (!beyond)
			ck_assert_bytes(sig.signer, "signer");
		image_close(img);
	}
}
END_TEST

START_TEST(only_the_exact_end_of_the_file_counts)
{
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;
	struct forge_module m = { .name = "m", .signature = FORGE_PKCS7 };
	struct image *img;
	struct sig sig;

	ck_assert_int_eq(forge_build(&m, &image), 0);
	strbuf_addc(&image, '\n');
	ck_assert_int_eq(image_from_bytes(bytes_of(image.data, image.len), &img), 0);
	ck_assert_int_eq(sig_find(img, &sig), 0);
	image_close(img);
	ck_assert_int_eq(image_from_bytes(bytes_of(image.data, image.len - 2), &img), 0);
	ck_assert_int_eq(sig_find(img, &sig), 0);
	image_close(img);
	ck_assert_int_eq(image_from_bytes(bytes_of(image.data, image.len - 1), &img), 0);
	ck_assert_int_eq(sig_find(img, &sig), 1);
	image_close(img);
}
END_TEST

START_TEST(unsigned_and_tiny_files_are_unsigned)
{
	static const char magic[] = "~Module signature appended~\n";
	_cleanup_forged_ struct forged f = { 0 };
	struct image *img;
	struct sig sig;

	ck_assert_int_eq(read_sig(&f, FORGE_UNSIGNED, FORGE_SOUND, &sig), 0);
	ck_assert_int_eq(image_from_bytes(bytes_of(magic, sizeof(magic) - 1), &img), 0);
	ck_assert_int_eq(sig_read(img, &sig), 0);
	image_close(img);
}
END_TEST

START_TEST(find_decodes_nothing)
{
	_cleanup_forged_ struct forged f = { 0 };
	struct forge_module m = { .name = "m", .signature = FORGE_PKCS7 };
	struct sig sig;

	forged_open(&f, &m);
	ck_assert_int_eq(sig_find(f.img, &sig), 1);
	ck_assert_int_eq(sig.id, SIG_PKCS7);
	ck_assert_uint_eq(sig.blob.len, forge_pkcs7_len);
	ck_assert_ptr_null(sig.backing);
	ck_assert_ptr_null(sig.hash_name);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		pkcs7_shows_issuer_serial_hash_and_value,
		signer_is_the_first_common_name_else_the_last_part,
		unknown_hash_is_shown_by_its_number,
		pkcs7_that_cannot_be_decoded_is_still_a_signature,
		bytes_behind_the_der_do_no_harm,
		cut_der_leaves_the_sig_as_it_was,
		changed_der_is_survived,
		old_kinds_show_the_bytes_before_the_signature,
		bad_trailer_means_unsigned,
		signature_may_reach_to_the_start_of_the_file_not_further,
		only_the_exact_end_of_the_file_counts,
		unsigned_and_tiny_files_are_unsigned,
		find_decodes_nothing,
		NULL,
	};

	return ts_run("sig", tests, NULL, NULL);
}
