/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One module's file into the kernel:
 *
 *	plain, or compressed as the kernel can read it     finit_module(fd)
 *	any other compression, or finit_module is ENOSYS   init_module(bytes)
 *
 * Every other answer of finit_module is final. With init_module, forcing means a copy of
 * the bytes without version information.
 */
#include <errno.h>
#include <stdio.h>

#include "libkmod/elf/elf-strip.h"
#include "libkmod/plan/plan.h"
#include "libkmod/sys.h"
#include "shared/cleanup.h"

static int insert_bytes(struct image *img, unsigned flags, const char *options)
{
	_cleanup_free_ unsigned char *changed = NULL;
	unsigned strip = 0;
	struct bytes whole;
	size_t len;
	int r;

	if (flags & KMOD_INSERT_FORCE_VERMAGIC)
		strip |= ELF_STRIP_VERMAGIC;
	if (flags & KMOD_INSERT_FORCE_MODVERSION)
		strip |= ELF_STRIP_MODVERSION;
	if (strip) {
		r = elf_strip(img, strip, &changed, &len);
		return r < 0 ? r : sys_init_module(changed, len, options);
	}
	r = image_whole(img, &whole);
	return r < 0 ? r : sys_init_module(whole.ptr, whole.len, options);
}

static int insert_image(struct kmod_ctx *ctx, struct image *img, unsigned flags,
			const char *options)
{
	bool plain = image_format(img) == IMAGE_PLAIN;
	unsigned sys_flags = plain ? 0 : SYS_COMPRESSED_FILE;

	if (flags & KMOD_INSERT_FORCE_VERMAGIC)
		sys_flags |= SYS_IGNORE_VERMAGIC;
	if (flags & KMOD_INSERT_FORCE_MODVERSION)
		sys_flags |= SYS_IGNORE_MODVERSIONS;
	if (plain || image_format(img) == ctx_kernel_compression(ctx)) {
		int r = sys_finit_module(image_fd(img), options, sys_flags);

		if (r != -ENOSYS)
			return r;
	}
	return insert_bytes(img, flags, options);
}

/* What the kernel decompresses is asked without the lock, since that may log. */
static int lock_file(struct kmod_module *mod, struct image **img)
{
	int r = mod_file_lock(mod, false, img, NULL);

	if (r < 0 || image_format(*img) == IMAGE_PLAIN)
		return r;
	mod_file_unlock(mod);
	(void)ctx_kernel_compression(mod->ctx);
	return mod_file_lock(mod, false, img, NULL);
}

int plan_insert_file(struct kmod_module *mod, unsigned flags, const char *options)
{
	const char *path = kmod_module_get_path(mod);
	char words[192] = "";
	struct image *img;
	int r;

	if (!path) {
		log_err(mod->ctx, "could not find module by name='%s'\n", mod->name);
		return -ENOENT;
	}
	r = lock_file(mod, &img);
	if (r >= 0) {
		r = insert_image(mod->ctx, img, flags, options ? options : "");
		if (r < 0 && image_error(img))
			snprintf(words, sizeof(words), "%s", image_error(img));
		mod_file_unlock(mod);
		/* The caller's function may use the module. */
		if (*words)
			log_err(mod->ctx, "%s\n", words);
	}
	if (r < 0) {
		errno = -r;
		log_info(mod->ctx, "Failed to insert module '%s': %m\n", path);
	}
	return r;
}
