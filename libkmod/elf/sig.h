/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The signature appended to a module (formats.md 5): trailer, and for PKCS#7 the
 * signer, key and hash of the first SignerInfo through libcrypto, loaded on first need.
 */
#pragma once

#include "libkmod/image/image.h"

enum sig_id { SIG_PGP, SIG_X509, SIG_PKCS7 };

struct sig {
	enum sig_id id;
	struct bytes signer;   /* borrowed from the image or from backing */
	struct bytes key_id;
	struct bytes value;    /* the signature proper */
	const char *hash_name; /* "sha256", or "unknown" */
	struct bytes blob;     /* the raw sig_len bytes */
	void *backing;         /* owned */
};

/* Is there a valid trailer? Fills id and blob; decodes nothing. 1, 0 unsigned, -errno. */
int sig_find(struct image *img, struct sig *out) _must_check_;
/* sig_find plus all fields. The caller calls sig_fini. 1, 0 unsigned, -errno. */
int sig_read(struct image *img, struct sig *out) _must_check_;
void sig_fini(struct sig *sig);
/* "PGP", "X509", "PKCS#7" */
const char *sig_id_name(enum sig_id id);

/*
 * Decodes PKCS#7 DER into sig's signer, key_id, hash_name and value, which then point
 * into sig->backing. 0, or -errno with sig unchanged (no library, not decodable).
 * One of sig-openssl.c, sig-none.c provides it.
 */
int sig_decode_pkcs7(struct bytes der, struct sig *sig) _must_check_;
bool sig_pkcs7_built_in(void);
