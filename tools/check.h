/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kmod check: findings about one module, collected and shown. */
#pragma once

#include "libkmod/check/check.h"

struct check_note {
	enum check_level level;
	enum check_topic topic;
	const char *text, *subject, *provider;
	uint64_t wanted, found;
};

struct check_report {
	const char *module;
	const char *path; /* or NULL: built in */
	const char *release;
	struct arena arena;
	VEC(struct check_note) notes;
	size_t n[N_CHECK_LEVELS_];
	int error;
};

/* For check_judge(); data is the report. */
check_fn check_report_add;
void check_report_fini(struct check_report *r);
/* The answer in one sentence, then a line per finding. */
void check_report_print(const struct check_report *r);
/* One document. */
void check_report_json(const struct check_report *r, struct strbuf *out);
