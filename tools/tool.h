/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every command shares: names, diagnostics, standard output that is checked.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <syslog.h>

#include "shared/macro.h"
#include "tools/opt.h"

struct kmod_ctx;

struct tool {
	const char *name;                   /* as argv[0] selects it */
	int (*run)(int argc, char **argv);  /* exit status */
	const struct opt_command *options;
};

extern const struct tool tool_lsmod, tool_rmmod, tool_insmod, tool_modinfo, tool_modprobe, tool_depmod,
	tool_static_nodes, tool_why, tool_check, tool_lint, tool_tree;

/*
 * Diagnostics: "<short argv0>: <LABEL>: <text>" on stderr or syslog; shown when its level
 * is <= the threshold. A line has no newline at its end; one is added.
 */
struct tool_log {
	const char *program; /* short argv[0] */
	int priority;
	bool use_syslog;
	bool no_stderr;      /* fd 2 was closed when the process began */
};
extern struct tool_log tool_log; /* the process's one; tools are processes */

/* main() does it with LOG_ERR. Later calls change the threshold, not the name. */
void tool_log_init(const char *argv0, int priority);
/* Switches to syslog (-s): ident short argv[0], LOG_CONS, facility DAEMON. */
void tool_log_to_syslog(void);
void tool_say(int priority, const char *fmt, ...) _printf_(2, 3);
/* A printed LOG_CRIT message ("FATAL") is only printed; the caller decides to stop. */
#define tool_err(...) tool_say(LOG_ERR, __VA_ARGS__)
#define tool_warn(...) tool_say(LOG_WARNING, __VA_ARGS__)
#define tool_fatal(...) tool_say(LOG_CRIT, __VA_ARGS__)

/* For kmod_set_log_fn / ctx_new: the library's messages through the tool's log. */
void tool_log_sink(void *data, int priority, const char *file, int line, const char *fn, const char *format,
		   va_list args);

/* --version: two lines. */
void tool_version(void);
/* -s, -v, -V, -h, and what is no option: the exit status, or -1 to go on. */
int tool_take_option(const struct opt_command *cmd, int id) _must_check_;
/* Flushes and checks stdout: rc, or 1 with a message when a write failed (D32). */
int tool_finish(int rc) _must_check_;
/* For main(): the same, and closes it. */
int tool_close(int rc) _must_check_;
/*
 * Takes the places of standard streams that are closed, so that no file opened later
 * gets their number and our text. Using one then fails as it would have.
 */
void tool_guard_stdio(void);
/* Says why there is no context: what ctx_new() answered, or who looked for its directory. 1. */
int tool_no_context(int error);
/* Warns of paths of -C that are not there; paths: NULL-terminated, or NULL. */
void tool_check_config_paths(const char *const *paths);

/*
 * Text of a stranger: as given, or when out is a terminal with control codes other than
 * newline and TAB made harmless.
 */
void tool_put_value(FILE *out, const char *value);
