/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Built without a crypto library: a PKCS#7 signature is seen, not decoded. */
#include "libkmod/elf/sig.h"

#if !ENABLE_OPENSSL
#include <errno.h>

int sig_decode_pkcs7(struct bytes der _unused_, struct sig *sig _unused_)
{
	return -ENOSYS;
}

bool sig_pkcs7_built_in(void)
{
	return false;
}
#endif
