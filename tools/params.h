/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Module parameters from the command line. */
#pragma once

#include "shared/macro.h"

/*
 * words joined by single blanks as the kernel wants them: in k=v a value that has a
 * blank is put into double quotes unless it begins with a quote already. The caller
 * frees; NULL when out of memory.
 */
char *params_join(char *const *words, int n) _must_check_;
