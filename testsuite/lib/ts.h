/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <check.h>

/* Runs every test of the NULL-terminated array; the exit status for main(). */
int ts_run(const char *suite, const TTest *const *tests, void (*setup)(void), void (*teardown)(void));
