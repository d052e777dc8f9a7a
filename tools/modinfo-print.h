/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What modinfo prints about one module: a labelled listing, or the values of one field.
 *
 *	key and value, in order of the file --put--> record
 *	parm, parmtype                      --collected by parameter--> parm records, at the end
 */
#pragma once

#include <stdbool.h>

#include "shared/macro.h"

struct kmod_module;

struct modinfo_style {
	const char *field; /* values of this key only; NULL: everything, labelled */
	char end;          /* of a record: '\n' or '\0' */
	bool json;         /* one document instead, see modinfo-json.c */
};

/*
 * Prints to stdout; a module without a path counts as built in. The file is opened only
 * if the style asks for something in it, and a signature is decoded only if it will be
 * shown. 0 or -errno, when what was found before has been printed.
 */
int modinfo_print(const struct kmod_module *mod, const struct modinfo_style *style) _must_check_;
/* The same as one JSON document. */
int modinfo_json(const struct kmod_module *mod, const struct modinfo_style *style) _must_check_;
