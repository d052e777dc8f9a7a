/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Symbols under versions they once had, in the shared library only (D36).
 *
 * compat: programs linked against kmod 30 ask for kmod_module_new_from_name_lookup in
 * LIBKMOD_5; later releases define it in LIBKMOD_30 only and refuse to start them.
 */
#include "libkmod/libkmod.h"

#ifdef __has_attribute
#if __has_attribute(symver)
#define SYMBOL_VERSION(version) __attribute__((symver(version)))
#endif
#endif

/* Where the attribute is unknown (clang) the assembler does it; that cannot see LTO. */
#ifdef SYMBOL_VERSION
#define SYMBOL_VERSION_ASM(function, version)
#else
#define SYMBOL_VERSION(version)
#define SYMBOL_VERSION_ASM(function, version) __asm__(".symver " #function ", " version);
#endif

#define NAME_LOOKUP_5 "kmod_module_new_from_name_lookup@LIBKMOD_5"

#pragma GCC visibility push(default)
SYMBOL_VERSION(NAME_LOOKUP_5)
int compat_name_lookup_5(struct kmod_ctx *ctx, const char *modname,
			 struct kmod_module **mod);
SYMBOL_VERSION_ASM(compat_name_lookup_5, NAME_LOOKUP_5)
#pragma GCC visibility pop

int compat_name_lookup_5(struct kmod_ctx *ctx, const char *modname,
			 struct kmod_module **mod)
{
	return kmod_module_new_from_name_lookup(ctx, modname, mod);
}
