/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One module as the kernel sees it: state, size, reference count.
 *
 *	/sys/module/NAME/initstate   "live\n", "coming\n", "going\n"
 *	/sys/module/NAME/coresize    decimal; not there: second column of /proc/modules
 *	/sys/module/NAME/refcnt      decimal
 */
#include "libkmod/live/live.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "libkmod/live/live-file.h"
#include "libkmod/module/mod.h"
#include "libkmod/name.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"

/* ---- one small file ---- */

int live_path(const char *name, const char *file, char out[LIVE_PATH_SIZE])
{
	static const char dir[] = "/sys/module/";
	size_t name_len = strlen(name), file_len = strlen(file);
	char *to = out;

	if (name_len > NAME_MAX || sizeof(dir) + name_len + 1 + file_len > LIVE_PATH_SIZE)
		return -ENAMETOOLONG;
	if (!name_is_safe(name))
		return -ENOENT;
	/* Not printf: lsmod comes here three times for each module. */
	to = str_put(to, dir, sizeof(dir) - 1);
	to = str_put(to, name, name_len);
	if (file_len > 0)
		*to++ = '/';
	to = str_put(to, file, file_len);
	*to = '\0';
	return 0;
}

int live_read(int dirfd, const char *path, char out[LIVE_TEXT_SIZE])
{
	_cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	while (len < LIVE_TEXT_SIZE - 1) {
		n = read(fd, out + len, LIVE_TEXT_SIZE - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += n;
		if (out[len - 1] == '\n') /* these files end so: no need to ask for more */
			break;
	}
	out[len] = '\0';
	return 0;
}

/* Most numbers are a few digits and a newline. */
static bool parse_digits(const char *text, unsigned long *out)
{
	const char *p = text;
	unsigned long value = 0;

	for (; *p >= '0' && *p <= '9' && p < text + 9; p++)
		value = value * 10 + (unsigned long)(*p - '0');
	if (p == text || *p != '\n')
		return false;
	*out = value;
	return true;
}

bool live_parse_number(const char *text, int base, bool is_signed, unsigned long *out)
{
	unsigned long long value;
	char *end;

	if (base == 10 && parse_digits(text, out))
		return true;
	errno = 0;
	value = is_signed ? (unsigned long long)strtoll(text, &end, base) : strtoull(text, &end, base);
	if (errno != 0 || end == text || !str_is_space(*end))
		return false;
	if (is_signed ? (long long)value != (long)value : value != (unsigned long)value)
		return false;
	*out = (unsigned long)value;
	return true;
}

int live_read_decimal(const struct kmod_ctx *ctx, const char *path, long *out)
{
	char text[LIVE_TEXT_SIZE];
	unsigned long value;
	int r = live_read(AT_FDCWD, path, text);

	if (r < 0)
		return r;
	if (!live_parse_number(text, 10, true, &value)) {
		log_err(ctx, "%s: not a number\n", path);
		return -EINVAL;
	}
	*out = (long)value;
	return 0;
}

/* ---- state ---- */

static const char *const state_names[] = {
	[KMOD_MODULE_BUILTIN] = "builtin",
	[KMOD_MODULE_LIVE] = "live",
	[KMOD_MODULE_COMING] = "coming",
	[KMOD_MODULE_GOING] = "going",
};

const char *kmod_module_initstate_str(enum kmod_module_initstate state)
{
	return (unsigned)state < ARRAY_SIZE(state_names) ? state_names[state] : NULL;
}

/* 0 when /sys/module/NAME is a directory, else -errno. */
static int check_directory(const char *name)
{
	char path[LIVE_PATH_SIZE];
	struct stat st;
	int r = live_path(name, "", path);

	if (r < 0)
		return r;
	if (stat(path, &st) < 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

static int parse_state(const char *text)
{
	for (int state = KMOD_MODULE_LIVE; state <= KMOD_MODULE_GOING; state++) {
		size_t len = strlen(state_names[state]);

		if (strncmp(text, state_names[state], len) == 0 && str_eq(text + len, "\n"))
			return state;
	}
	return -EINVAL;
}

int live_initstate(const struct kmod_ctx *ctx, const char *name)
{
	char path[LIVE_PATH_SIZE], text[LIVE_TEXT_SIZE];
	int r = live_path(name, "initstate", path);

	if (r < 0)
		return r;
	r = live_read(AT_FDCWD, path, text);
	if (r < 0) /* the directory comes before its files do */
		return check_directory(name) == 0 ? KMOD_MODULE_COMING : r;
	r = parse_state(text);
	if (r < 0)
		log_err(ctx, "unknown %s: '%.*s'\n", path, (int)strcspn(text, "\n"),
			text);
	return r;
}

int kmod_module_get_initstate(const struct kmod_module *mod)
{
	if (!mod)
		return -ENOENT;
	if (mod_is_builtin(mod))
		return KMOD_MODULE_BUILTIN;
	return live_initstate(mod->ctx, mod->name);
}

/* ---- reference count ---- */

int live_refcnt(const struct kmod_ctx *ctx, const char *name)
{
	char path[LIVE_PATH_SIZE];
	long value;
	int r = live_path(name, "refcnt", path);

	if (r == 0)
		r = live_read_decimal(ctx, path, &value);
	return r < 0 ? r : (int)value;
}

int kmod_module_get_refcnt(const struct kmod_module *mod)
{
	return mod ? live_refcnt(mod->ctx, mod->name) : -ENOENT;
}

/* ---- size ---- */

/* The second column of the line whose first is name. */
static long size_from_proc(const char *name)
{
	_cleanup_free_ char *text = NULL;
	size_t name_len = strlen(name), text_len;
	const char *line;
	int r = fs_read_file(AT_FDCWD, "/proc/modules", 0, false, &text, &text_len);

	if (r < 0)
		return r;
	for (line = text; line; line = strchr(line, '\n')) {
		unsigned long value;

		line += *line == '\n';
		if (strncmp(line, name, name_len) != 0 || line[name_len] != ' ')
			continue;
		if (!live_parse_number(line + name_len, 10, true, &value))
			return -ENOENT;
		return (long)value;
	}
	return -ENOENT;
}

long live_size(const struct kmod_ctx *ctx, const char *name)
{
	char path[LIVE_PATH_SIZE];
	long size;
	int r = live_path(name, "coresize", path);

	if (r < 0)
		return r;
	r = live_read_decimal(ctx, path, &size);
	if (r == 0)
		return size;
	if (r == -EINVAL)
		return 0;
	if (r != -ENOENT)
		return r;
	r = check_directory(name);
	return r < 0 ? r : size_from_proc(name);
}

long kmod_module_get_size(const struct kmod_module *mod)
{
	return mod ? live_size(mod->ctx, mod->name) : -ENOENT;
}
