/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of this room share while a configuration is being built. */
#pragma once

#include "libkmod/config/conf.h"

/*
 * The grammar's two kinds of white space. Not strspn(): words are short, and these loops
 * are most of what a start costs. A stray CR is a blank, no name ever holds one.
 */
static inline bool conf_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static inline bool conf_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Appends a zeroed rule; NULL when out of memory. */
struct rule *conf_add_rule(struct conf *conf, enum rule_kind kind,
			   enum rule_origin origin) _must_check_;

/*
 * conf_files_find for a caller that opens every file anyway: times of files are left 0,
 * and an extra file may turn out not to exist.
 */
int conf_files_choose(const struct kmod_ctx *ctx, const char *const *paths,
		      const char *const *extra_files,
		      struct conf_file_list *out) _must_check_;

/*
 * Lets queries find rules by name instead of looking at each. Only done for kinds with so
 * many rules that it pays.
 */
int conf_index_rules(struct conf *conf) _must_check_;
void conf_index_fini(struct conf *conf);
