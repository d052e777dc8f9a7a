/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The output of a decompressor: doubles while it grows, never beyond the cap. */
#include "libkmod/image/image-codec.h"

#include <errno.h>
#include <string.h>

int image_out_reserve(struct image_out *out, uint64_t more)
{
	uint64_t size = 2 * (uint64_t)out->size, max = out->max ? out->max : IMAGE_MAX_SIZE;
	unsigned char *data;

	if (more <= out->size - out->len)
		return 0;
	if (more > max || out->len > max - more)
		return -EFBIG;
	if (size < out->len + more)
		size = out->len + more;
	if (size > max)
		size = max;
	if (size > SIZE_MAX / 2)
		return -ENOMEM;
	if (out->len == 0) {
		free(out->data); /* nothing to move */
		*out = (struct image_out){ .max = out->max };
	}
	data = realloc(out->data, size);
	if (!data)
		return -ENOMEM;
	out->data = data;
	out->size = size;
	return 0;
}

int image_out_guess(struct image_out *out, uint64_t more)
{
	int r = image_out_reserve(out, more);

	return r == -EFBIG ? image_out_reserve(out, 1) : r;
}
