/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why an insertion failed, in words (D31): facts that user space can check, each line
 * one fact; never a guess. Written once, shown by insmod and modprobe after the classic
 * error line.
 */
#pragma once

#include "libkmod/module/mod.h"

/* Calls say once per line, without newline. error is the negative errno. */
void why_failed(struct kmod_module *mod, int error, const char *options,
		void (*say)(void *data, const char *line), void *data);
