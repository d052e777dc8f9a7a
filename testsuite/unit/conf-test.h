/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Configuration from text, rules back as text, and what was logged meanwhile. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libkmod/config/conf.h"
#include "libkmod/ctx.h"
#include "testsuite/lib/ts.h"

static struct strbuf ct_log;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static _unused_ void ct_sink(void *data _unused_, int priority, const char *file _unused_,
			     int line _unused_, const char *fn _unused_,
			     const char *format, va_list args)
{
	strbuf_addf(&ct_log, "%s: ", log_priority_name(priority));
	strbuf_vaddf(&ct_log, format, args);
}
#pragma GCC diagnostic pop

/* What has been logged since the last call, as "WARNING: text\n" ... */
static inline _unused_ const char *ct_logged(void)
{
	const char *text = ts_fmt("%s", strbuf_str(&ct_log));

	strbuf_fini(&ct_log);
	return text;
}

/* Only a sink; conf needs no more of a context. */
static inline _unused_ const struct kmod_ctx *ct_ctx(void)
{
	static struct kmod_ctx ctx = { .log_fn = ct_sink };

	pthread_mutex_init(&ctx.lock, NULL);
	ctx.log_priority = LOG_DEBUG;
	return &ctx;
}

static inline _unused_ struct conf *ct_new(void)
{
	struct conf *conf = calloc(1, sizeof(*conf));

	ck_assert_ptr_nonnull(conf);
	return conf;
}

static inline _unused_ void ct_freep(struct conf **conf)
{
	conf_free(*conf);
}

#define _cleanup_conf_ __attribute__((cleanup(ct_freep)))

static inline _unused_ void ct_add(struct conf *conf, const char *file,
				   enum rule_origin origin, const char *text)
{
	ck_assert_int_eq(
		conf_parse(ct_ctx(), conf, file, origin, bytes_of(text, strlen(text))),
		0);
}

/* A configuration that is the text of one file, x.conf. */
static inline _unused_ struct conf *ct_conf(const char *text)
{
	struct conf *conf = ct_new();

	ct_add(conf, "x.conf", RULE_FROM_FILE, text);
	return conf;
}

/* All rules but those of the machine's kernel command line, by kind, a line each. */
static inline _unused_ const char *ct_rules(const struct conf *conf)
{
	struct strbuf out = STRBUF_INIT;

	for (int kind = 0; kind < N_RULE_KINDS_; kind++) {
		for (size_t i = 0; i < conf->rules[kind].n; i++) {
			if (conf->rules[kind].at[i].origin == RULE_FROM_CMDLINE)
				continue;
			conf_print_rule(&out, &conf->rules[kind].at[i]);
			strbuf_addc(&out, '\n');
		}
	}
	const char *text = ts_fmt("%s", strbuf_str(&out));
	strbuf_fini(&out);
	return text;
}
