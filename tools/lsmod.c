/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lsmod: names and their order from /proc/modules, everything else from /sys/module.
 *
 * Modules come and go while this reads. One that is gone from /sys/module is left out
 * (D34); a count the kernel does not keep is "-", as in /proc/modules. All rows are
 * written at once. No module objects: rows need only the live room.
 */
#include "tools/tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/ctx.h"
#include "libkmod/live/live.h"
#include "shared/cleanup.h"
#include "shared/json.h"
#include "shared/str.h"
#include "shared/strbuf.h"

enum { OPT_JSON = 256 };

static const struct opt lsmod_opts[] = {
	{ 0, "json", NULL, OPT_JSON, "print JSON", NULL },
	{ 's', "syslog", NULL, 's', "send messages to the system log, not to standard error", NULL },
	{ 'v', "verbose", NULL, 'v', "show more messages", NULL },
	{ 'V', "version", NULL, 'V', "show the version", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command lsmod_command = {
	.name = "lsmod",
	.synopsis = { "[options]", NULL },
	.summary = "Show the modules that are loaded",
	.opts = lsmod_opts,
};

#define NUMBER_SIZE 24

static char *put_blanks(char *to, size_t have, size_t want)
{
	while (have++ < want)
		*to++ = ' ';
	return to;
}

/* "%*ld" */
static char *put_number(char *to, long value, size_t width)
{
	unsigned long rest = value < 0 ? -(unsigned long)value : (unsigned long)value;
	char digits[NUMBER_SIZE];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		digits[--at] = '-';
	to = put_blanks(to, sizeof(digits) - at, width);
	while (at < sizeof(digits))
		*to++ = digits[at++];
	return to;
}

/* " a,b" of "a\0b\0" */
static char *put_holders(char *to, const struct live_usage *usage)
{
	const char *names = usage->holders.data;

	if (usage->n_holders == 0)
		return to;
	*to++ = ' ';
	for (size_t i = 0; i + 1 < usage->holders.len; i++)
		*to++ = names[i] ? names[i] : ',';
	return to;
}

/* "%-19s %8ld  %d" and the holders; printf would be half of all this program does. */
static void add_row(struct strbuf *out, const char *name, const struct live_usage *usage)
{
	size_t name_len = strlen(name);
	char *to;

	if (!strbuf_reserve(out, name_len + usage->holders.len + 2 * NUMBER_SIZE + 32))
		return;
	to = str_put(out->data + out->len, name, name_len);
	to = put_blanks(to, name_len, 19);
	*to++ = ' ';
	to = put_number(to, usage->size, 8);
	*to++ = ' ';
	*to++ = ' ';
	if (usage->refcnt == LIVE_NOT_COUNTED)
		*to++ = '-';
	else
		to = put_number(to, usage->refcnt, 0);
	to = put_holders(to, usage);
	*to++ = '\n';
	*to = '\0';
	out->len = (size_t)(to - out->data);
}

static void add_json_row(struct json *j, const char *name, const struct live_usage *usage)
{
	const char *holder = usage->holders.data;

	json_begin_object(j, NULL);
	json_string(j, "name", name);
	json_i64(j, "size", usage->size);
	if (usage->refcnt == LIVE_NOT_COUNTED)
		json_null(j, "used");
	else
		json_i64(j, "used", usage->refcnt);
	json_begin_array(j, "used_by");
	for (size_t i = 0; i < usage->n_holders; i++, holder += strlen(holder) + 1)
		json_string(j, NULL, holder);
	json_end_array(j);
	json_end_object(j);
}

/* Exit status. Without /sys/module nothing is known of any module, which is not "gone". */
static int add_rows(struct strbuf *out, struct json *json, const struct kmod_ctx *ctx,
		    const struct live_names *loaded)
{
	struct live_usage usage = { 0 };
	int rc = 0;

	for (size_t i = 0; i < loaded->names.n; i++) {
		const char *name = loaded->names.at[i];
		int r = live_usage(ctx, name, &usage);

		if (r > 0) {
			if (json)
				add_json_row(json, name, &usage);
			else
				add_row(out, name, &usage);
			continue;
		}
		rc = 1;
		if (r < 0) {
			tool_err("could not read the state of module %s: %s", name, strerror(-r));
		} else if (access("/sys/module", F_OK) < 0) {
			tool_err("could not open /sys/module: %s", strerror(errno));
			break;
		} else {
			rc = 0;
		}
	}
	strbuf_fini(&usage.holders);
	if (!strbuf_ok(out)) {
		tool_err("%s", strerror(ENOMEM));
		rc = 1;
	}
	return rc;
}

static int lsmod(bool as_json)
{
	const struct ctx_options opt = {
		.dirname = "/", /* any will do: no index is asked */
		.no_config = true,
		.log_priority = tool_log.priority,
		.log_fn = tool_log_sink,
	};
	_cleanup_(live_names_fini) struct live_names loaded = { 0 };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct kmod_ctx *ctx = NULL;
	int rc, r;

	r = ctx_new(&opt, &ctx);
	if (r < 0)
		return tool_no_context(r);
	r = live_loaded(ctx, &loaded);
	if (r < 0) {
		tool_err("could not open /proc/modules: %s", strerror(-r));
		tool_err("could not get list of modules: %s", strerror(-r));
		kmod_unref(ctx);
		return 1;
	}
	if (as_json) {
		struct json j = json_to(&out);

		json_document(&j, "loaded");
		json_begin_array(&j, "modules");
		rc = add_rows(&out, &j, ctx, &loaded);
		json_end_array(&j);
		json_end_document(&j);
	} else {
		strbuf_adds(&out, "Module                  Size  Used by\n");
		rc = add_rows(&out, NULL, ctx, &loaded);
	}
	tool_put_value(stdout, strbuf_str(&out));
	kmod_unref(ctx);
	return rc;
}

static int lsmod_run(int argc, char **argv)
{
	struct opt_parser parser;
	bool as_json = false;
	int rc = -1, id, n_operands;

	if (opt_begin(&parser, &lsmod_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1) {
		if (id == OPT_JSON)
			as_json = true;
		else
			rc = tool_take_option(&lsmod_command, id);
	}
	n_operands = argc - opt_operands(&parser);
	opt_end(&parser);
	if (rc < 0 && n_operands > 0) {
		tool_err("too many arguments provided.");
		rc = 1;
	}
	return rc < 0 ? lsmod(as_json) : rc;
}

const struct tool tool_lsmod = {
	.name = "lsmod",
	.run = lsmod_run,
	.options = &lsmod_command,
};
