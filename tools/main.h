/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * All of kmod. With --enable-shared-kmod it is in the library, for the program of the same
 * version alone (LIBKMOD_PRIVATE).
 */
__attribute__((visibility("default"))) int kmod_main(int argc, char **argv);
