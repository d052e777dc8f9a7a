/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a module file: sniffing, each decompressor, ranges. */
#include "testsuite/fuzz/fuzz.h"

#include "libkmod/image/image.h"
#include "shared/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(image_closep) struct image *img = NULL;
	struct bytes b, part;
	uint64_t len;

	if (image_from_bytes(bytes_of(data, size), &img) < 0)
		return 0;
	if (image_size(img, &len) < 0 || image_whole(img, &b) < 0)
		return 0;
	fuzz_check(b.len == len);
	fuzz_touch(b);
	fuzz_check(image_view(img, len, 1, &part) < 0);
	fuzz_check(image_view(img, UINT64_MAX, 2, &part) < 0);
	if (len > 1) {
		fuzz_check(image_view(img, len / 2, len - len / 2, &part) == 0);
		fuzz_touch(part);
	}
	return 0;
}
