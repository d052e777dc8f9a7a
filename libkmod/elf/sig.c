/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *	[ELF ...][signer][key id][signature][trailer, 12][magic, 28] end of file
 *
 * The trailer tells the lengths. PKCS#7, the only kind that today's kernels accept,
 * uses only the signature's length; signer and key are inside the signature.
 */
#include "libkmod/elf/sig.h"

#include <errno.h>

#define MAGIC "~Module signature appended~\n"
#define MAGIC_LEN (sizeof(MAGIC) - 1)
#define TRAILER_SIZE 12
#define N_ALGORITHMS 2
#define N_IDS 3

static const char *const hash_names[] = {
	"md4", "md5", "sha1", "rmd160", "sha256", "sha384", "sha512", "sha224", "sm3",
};

/* Where the parts stand in the image. */
struct parts {
	enum sig_id id;
	unsigned hash;
	uint64_t signer_len, key_id_len, value_len;
	uint64_t end; /* of the value: where the trailer begins */
};

static bool trailer_parse(struct bytes trailer, struct parts *out)
{
	uint8_t algorithm, hash, id, signer_len, key_id_len;
	uint32_t value_len;

	if (!bytes_u8(trailer, 0, &algorithm) || !bytes_u8(trailer, 1, &hash) ||
	    !bytes_u8(trailer, 2, &id) || !bytes_u8(trailer, 3, &signer_len) ||
	    !bytes_u8(trailer, 4, &key_id_len) || !bytes_u32(trailer, 8, true, &value_len))
		return false;
	if (algorithm >= N_ALGORITHMS || hash >= ARRAY_SIZE(hash_names) || id >= N_IDS ||
	    value_len == 0)
		return false;
	out->id = (enum sig_id)id;
	out->hash = hash;
	out->signer_len = signer_len;
	out->key_id_len = key_id_len;
	out->value_len = value_len;
	return true;
}

/* 1, 0 unsigned, -errno */
static int find_parts(struct image *img, struct parts *out)
{
	struct bytes tail, trailer;
	struct parts p;
	uint64_t size;
	int r;

	r = image_size(img, &size);
	if (r < 0)
		return r;
	if (size < TRAILER_SIZE + MAGIC_LEN)
		return 0;
	p.end = size - TRAILER_SIZE - MAGIC_LEN;
	r = image_view(img, p.end, TRAILER_SIZE + MAGIC_LEN, &tail);
	if (r < 0)
		return r;
	if (!bytes_ends_with(tail, MAGIC, MAGIC_LEN) || !bytes_sub(tail, 0, TRAILER_SIZE, &trailer))
		return 0;
	if (!trailer_parse(trailer, &p) || p.value_len + p.signer_len + p.key_id_len > p.end)
		return 0;
	*out = p;
	return 1;
}

static int view_before(struct image *img, uint64_t *end, uint64_t len, struct bytes *out)
{
	*end -= len;
	return image_view(img, *end, len, out);
}

static int find(struct image *img, struct parts *parts, struct sig *out)
{
	struct sig sig = { 0 };
	uint64_t end;
	int r;

	r = find_parts(img, parts);
	if (r <= 0)
		return r;
	end = parts->end;
	sig.id = parts->id;
	r = view_before(img, &end, parts->value_len, &sig.blob);
	if (r < 0)
		return r;
	*out = sig;
	return 1;
}

int sig_find(struct image *img, struct sig *out)
{
	struct parts parts;

	return find(img, &parts, out);
}

static int read_legacy(struct image *img, const struct parts *parts, struct sig *sig)
{
	uint64_t end = parts->end - parts->value_len;
	int r;

	r = view_before(img, &end, parts->key_id_len, &sig->key_id);
	if (r == 0)
		r = view_before(img, &end, parts->signer_len, &sig->signer);
	sig->value = sig->blob;
	sig->hash_name = hash_names[parts->hash];
	return r;
}

int sig_read(struct image *img, struct sig *out)
{
	struct parts parts;
	struct sig sig;
	int r;

	r = find(img, &parts, &sig);
	if (r <= 0)
		return r;
	if (sig.id != SIG_PKCS7) {
		r = read_legacy(img, &parts, &sig);
		if (r < 0)
			return r;
	} else if (sig_decode_pkcs7(sig.blob, &sig) < 0) {
		sig.hash_name = "unknown"; /* the module is signed all the same */
	}
	*out = sig;
	return 1;
}

void sig_fini(struct sig *sig)
{
	free(sig->backing);
	*sig = (struct sig){ 0 };
}

const char *sig_id_name(enum sig_id id)
{
	static const char *const names[N_IDS] = { "PGP", "X509", "PKCS#7" };

	return names[id];
}
