/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The signature trailer and its PKCS#7; also the PKCS#7 decoder on the bytes themselves. */
#include "testsuite/fuzz/fuzz.h"

#include "libkmod/elf/sig.h"
#include "shared/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(image_closep) struct image *img = NULL;
	struct sig sig = { 0 };

	if (sig_decode_pkcs7(bytes_of(data, size), &sig) == 0) {
		fuzz_touch(sig.signer);
		fuzz_touch(sig.key_id);
		fuzz_touch(sig.value);
		sig_fini(&sig);
	}
	if (image_from_bytes(bytes_of(data, size), &img) < 0)
		return 0;
	if (sig_read(img, &sig) == 1) {
		fuzz_touch(sig.signer);
		fuzz_touch(sig.key_id);
		fuzz_touch(sig.value);
		fuzz_touch(sig.blob);
		sig_fini(&sig);
	}
	return 0;
}
