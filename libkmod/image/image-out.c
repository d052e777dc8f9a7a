/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The output of a decompressor: doubles while it grows, never beyond the cap. */
#include "libkmod/image/image-codec.h"

#include <errno.h>
#include <string.h>

int image_out_reserve(struct image_out *out, uint64_t more)
{
	uint64_t size = 2 * (uint64_t)out->size;
	unsigned char *data;

	if (more <= out->size - out->len)
		return 0;
	if (more > IMAGE_MAX_SIZE || out->len > IMAGE_MAX_SIZE - more)
		return -EFBIG;
	if (size < out->len + more)
		size = out->len + more;
	if (size > IMAGE_MAX_SIZE)
		size = IMAGE_MAX_SIZE;
	if (size > SIZE_MAX / 2)
		return -ENOMEM;
	if (out->len == 0) {
		free(out->data); /* nothing to move */
		*out = (struct image_out){ 0 };
	}
	data = realloc(out->data, size);
	if (!data)
		return -ENOMEM;
	out->data = data;
	out->size = size;
	return 0;
}
