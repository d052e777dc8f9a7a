/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PKCS#7 through libcrypto. Everything of interest is copied into one block behind
 * the sig, so that no libcrypto object outlives the call. Nothing is verified: this
 * only shows what the kernel will look at. libcrypto's error queue of the thread,
 * which belongs to the application, is left as it was.
 */
#include "libkmod/elf/sig.h"

#if ENABLE_OPENSSL
#include <errno.h>
#include <limits.h>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <string.h>

#include "libkmod/dlib.h"

#define HASH_NAME_SIZE 80

DLIB_FUNCTION(ERR_set_mark);
DLIB_FUNCTION(ERR_pop_to_mark);
DLIB_FUNCTION(d2i_PKCS7);
DLIB_FUNCTION(PKCS7_free);
DLIB_FUNCTION(PKCS7_get_signer_info);
DLIB_FUNCTION(OPENSSL_sk_num);
DLIB_FUNCTION(OPENSSL_sk_value);
DLIB_FUNCTION(ASN1_STRING_get0_data);
DLIB_FUNCTION(ASN1_STRING_length);
DLIB_FUNCTION(X509_NAME_entry_count);
DLIB_FUNCTION(X509_NAME_get_index_by_NID);
DLIB_FUNCTION(X509_NAME_get_entry);
DLIB_FUNCTION(X509_NAME_ENTRY_get_data);
DLIB_FUNCTION(X509_ALGOR_get0);
DLIB_FUNCTION(OBJ_obj2txt);

static const struct dlib_symbol symbols[] = {
	DLIB_SYMBOL(ERR_set_mark),
	DLIB_SYMBOL(ERR_pop_to_mark),
	DLIB_SYMBOL(d2i_PKCS7),
	DLIB_SYMBOL(PKCS7_free),
	DLIB_SYMBOL(PKCS7_get_signer_info),
	DLIB_SYMBOL(OPENSSL_sk_num),
	DLIB_SYMBOL(OPENSSL_sk_value),
	DLIB_SYMBOL(ASN1_STRING_get0_data),
	DLIB_SYMBOL(ASN1_STRING_length),
	DLIB_SYMBOL(X509_NAME_entry_count),
	DLIB_SYMBOL(X509_NAME_get_index_by_NID),
	DLIB_SYMBOL(X509_NAME_get_entry),
	DLIB_SYMBOL(X509_NAME_ENTRY_get_data),
	DLIB_SYMBOL(X509_ALGOR_get0),
	DLIB_SYMBOL(OBJ_obj2txt),
};
static struct dlib libcrypto = DLIB_INIT("libcrypto.so.3", symbols);
DLIB_NOTE("openssl", "Decoding of module signatures", "suggested", "libcrypto.so.3");

static struct bytes string_bytes(const ASN1_STRING *s)
{
	int len = s ? dlib_ASN1_STRING_length(s) : 0;

	return len > 0 ? bytes_of(dlib_ASN1_STRING_get0_data(s), (size_t)len) : BYTES_NONE;
}

/* The first common name; without one, the last part of the name. */
static struct bytes name_bytes(const X509_NAME *name)
{
	int i = dlib_X509_NAME_get_index_by_NID(name, NID_commonName, -1);

	if (i < 0)
		i = dlib_X509_NAME_entry_count(name) - 1;
	if (i < 0)
		return BYTES_NONE;
	return string_bytes(dlib_X509_NAME_ENTRY_get_data(dlib_X509_NAME_get_entry(name, i)));
}

static struct bytes put(unsigned char **at, struct bytes b)
{
	struct bytes copy = bytes_of(*at, b.len);

	if (b.len > 0)
		memcpy(*at, b.ptr, b.len);
	*at += b.len;
	return copy;
}

/* The long name, or the number if libcrypto does not know the algorithm. */
static void hash_name(const PKCS7_SIGNER_INFO *info, char name[HASH_NAME_SIZE])
{
	const ASN1_OBJECT *object = NULL;

	dlib_X509_ALGOR_get0(&object, NULL, NULL, info->digest_alg);
	if (!object || dlib_OBJ_obj2txt(name, HASH_NAME_SIZE, object, 0) <= 0)
		strcpy(name, "unknown");
}

static int fill(const PKCS7_SIGNER_INFO *info, struct sig *sig)
{
	struct bytes signer = name_bytes(info->issuer_and_serial->issuer);
	struct bytes key_id = string_bytes(info->issuer_and_serial->serial);
	struct bytes value = string_bytes(info->enc_digest);
	unsigned char *at;
	char *hash;

	hash = malloc(HASH_NAME_SIZE + signer.len + key_id.len + value.len);
	if (!hash)
		return -ENOMEM;
	hash_name(info, hash);
	at = (unsigned char *)hash + HASH_NAME_SIZE;
	sig->backing = hash;
	sig->hash_name = hash;
	sig->signer = put(&at, signer);
	sig->key_id = put(&at, key_id);
	sig->value = put(&at, value);
	return 0;
}

int sig_decode_pkcs7(struct bytes der, struct sig *sig)
{
	const unsigned char *at = der.ptr;
	STACK_OF(PKCS7_SIGNER_INFO) *infos;
	PKCS7_SIGNER_INFO *info = NULL;
	PKCS7 *pkcs7;
	int r;

	r = dlib_load(&libcrypto);
	if (r < 0)
		return r;
	if (der.len > LONG_MAX)
		return -EINVAL;
	dlib_ERR_set_mark();
	pkcs7 = dlib_d2i_PKCS7(NULL, &at, (long)der.len);
	infos = pkcs7 ? dlib_PKCS7_get_signer_info(pkcs7) : NULL;
	if (infos && dlib_OPENSSL_sk_num((const OPENSSL_STACK *)infos) > 0)
		info = dlib_OPENSSL_sk_value((const OPENSSL_STACK *)infos, 0);
	r = info && info->issuer_and_serial ? fill(info, sig) : -EINVAL;
	dlib_PKCS7_free(pkcs7);
	dlib_ERR_pop_to_mark();
	return r;
}

bool sig_pkcs7_built_in(void)
{
	return true;
}
#endif
