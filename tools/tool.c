/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Diagnostics of the tools. A message is put together first and leaves in one piece, so
 * that lines of modprobes running side by side, as at boot, do not mix.
 */
#include "tools/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "libkmod/log.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"

struct tool_log tool_log = { .priority = LOG_ERR };

void tool_log_init(const char *argv0, int priority)
{
	if (!tool_log.program)
		tool_log.program = str_basename(argv0);
	tool_log.priority = priority;
}

void tool_log_to_syslog(void)
{
	if (tool_log.use_syslog)
		return;
	openlog(tool_log.program, LOG_CONS, LOG_DAEMON);
	tool_log.use_syslog = true;
}

static const char *label_of(int priority, char *number, size_t size)
{
	const char *name = log_priority_name(priority);

	if (priority == LOG_CRIT)
		return "FATAL";
	if (priority > LOG_CRIT && name)
		return name;
	snprintf(number, size, "LOG-%03d", priority);
	return number;
}

static void write_stderr(const char *label, const char *text)
{
	_cleanup_free_ char *safe = NULL;
	_cleanup_free_ char *line = NULL;

	if (isatty(STDERR_FILENO)) {
		safe = str_printable(text, "\t");
		if (safe)
			text = safe;
	}

	int len = asprintf(&line, "%s: %s: %s\n", tool_log.program, label, text);
	if (len < 0) {
		line = NULL;
		fprintf(stderr, "%s: %s: %s\n", tool_log.program, label, text);
	} else if (fs_write_full(STDERR_FILENO, line, len) < 0) {
		return; /* there is nobody left to tell */
	}
}

static void emit(int priority, const char *text)
{
	char number[16];
	const char *label = label_of(priority, number, sizeof(number));

	if (tool_log.use_syslog)
		syslog(priority, "%s: %s", label, text);
	else
		write_stderr(label, text);
}

/* errno is the caller's until the text is there: formats may contain %m. */
static void vsay(int priority, const char *fmt, va_list ap) _printf_(2, 0);
static void vsay(int priority, const char *fmt, va_list ap)
{
	int saved = errno;
	char brief[256];
	char *text = brief;
	va_list again;

	va_copy(again, ap);
	int len = vsnprintf(brief, sizeof(brief), fmt, ap);
	if (len >= (int)sizeof(brief)) {
		char *whole = malloc((size_t)len + 1);

		errno = saved;
		if (whole && vsnprintf(whole, (size_t)len + 1, fmt, again) == len)
			text = whole;
		else
			free(whole);
	}
	va_end(again);

	if (len >= 0) {
		size_t end = strlen(text);

		if (end > 0 && text[end - 1] == '\n')
			text[end - 1] = '\0';
		emit(priority, text);
	}
	if (text != brief)
		free(text);
	errno = saved;
}

void tool_say(int priority, const char *fmt, ...)
{
	va_list ap;

	if (priority > tool_log.priority)
		return;
	va_start(ap, fmt);
	vsay(priority, fmt, ap);
	va_end(ap);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void tool_log_sink(void *data _unused_, int priority, const char *file _unused_,
		   int line _unused_, const char *fn _unused_, const char *format,
		   va_list args)
{
	if (priority <= tool_log.priority)
		vsay(priority, format, args);
}
#pragma GCC diagnostic pop

#define FEATURE(on, name) ((on) ? "+" name : "-" name)

void tool_version(void)
{
	printf("kmod version " PACKAGE_VERSION "\n%s %s %s %s %s\n",
	       FEATURE(ENABLE_ZSTD, "ZSTD"), FEATURE(ENABLE_XZ, "XZ"),
	       FEATURE(ENABLE_ZLIB, "ZLIB"), FEATURE(ENABLE_OPENSSL, "OPENSSL"),
	       FEATURE(0, "MBEDTLS"));
}

int tool_take_option(const struct opt_command *cmd, int id)
{
	switch (id) {
	case 's':
		tool_log_to_syslog();
		return -1;
	case 'v':
		tool_log.priority++;
		return -1;
	case 'V':
		tool_version();
		return 0;
	case 'h':
		opt_help(cmd, tool_log.program);
		return 0;
	default:
		return 1;
	}
}

static int write_failed(const char *cause)
{
	static bool told;

	if (!told)
		tool_err("could not write to standard output: %s", cause);
	told = true;
	return 1;
}

int tool_finish(int rc)
{
	if (fflush(stdout) != 0)
		return write_failed(strerror(errno));
	/* An earlier write failed, and its errno is gone. */
	return ferror(stdout) ? write_failed("write error") : rc;
}

/* Network file systems may keep the bad news until close. */
int tool_close(int rc)
{
	rc = tool_finish(rc);
	if (close(STDOUT_FILENO) < 0 && errno != EBADF && errno != EINTR)
		return write_failed(strerror(errno));
	return rc;
}

void tool_guard_stdio(void)
{
	struct pollfd fds[] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };

	if (poll(fds, ARRAY_SIZE(fds), 0) <= 0)
		return;
	tool_log.no_stderr = fds[2].revents & POLLNVAL;
	for (int fd = 0; fd < 3; fd++) {
		if (!(fds[fd].revents & POLLNVAL))
			continue;
		/* The lowest free number is this one. */
		if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY, 0) < 0)
			return;
	}
}

void tool_check_config_paths(const char *const *paths)
{
	for (; paths && *paths; paths++)
		if (access(*paths, F_OK) < 0)
			tool_warn("configuration %s: %s", *paths, strerror(errno));
}

int tool_no_context(int error)
{
	tool_err("could not %s: %s",
		 error == -ENOMEM ? "begin" : "find the module directory",
		 strerror(-error));
	return 1;
}

/* Short, and harmless anywhere? */
static bool is_plain(const char *text)
{
	for (int n = 0; n < 128; n++) {
		if (text[n] == '\0')
			return true;
		if ((text[n] < ' ' || text[n] > '~') && text[n] != '\n' && text[n] != '\t')
			return false;
	}
	return false;
}

/*
 * To ask what out is takes as long as to look at some hundred bytes: the first value, often
 * the only one, is looked at, and nobody is asked when it is plain.
 */
void tool_put_value(FILE *out, const char *value)
{
	static FILE *asked;
	static bool terminal, looked;
	_cleanup_free_ char *safe = NULL;

	if (!looked) {
		looked = true;
		if (is_plain(value)) {
			fwrite(value, 1, strlen(value), out);
			return;
		}
	}
	if (out != asked) {
		asked = out;
		terminal = isatty(fileno(out));
	}
	if (terminal)
		safe = str_printable(value, "\n\t");
	if (safe)
		value = safe;
	fwrite(value, 1, strlen(value), out);
}
