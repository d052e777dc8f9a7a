/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kmod static-nodes: modules.devname of the running kernel, for whoever makes device
 * nodes before the modules are loaded.
 *
 *	MODULE DEVNAME {c|b}MAJ:MIN  --parse-->  struct devname  --format-->  text
 *
 * The text is complete before the output is opened, so a missing input creates nothing
 * and a full disk is noticed. Messages have no program prefix here.
 */
#include "tools/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "shared/str.h"
#include "shared/strbuf.h"
#include "tools/devname.h"

struct node_format {
	const char *name;
	void (*add)(struct strbuf *out, const struct devname *node);
};

static void add_human(struct strbuf *out, const struct devname *node)
{
	strbuf_addf(out,
		    "Module: %s\n\tDevice node: /dev/%s\n\t\tType: %s device\n"
		    "\t\tMajor: %" PRIu32 "\n\t\tMinor: %" PRIu32 "\n",
		    node->module, node->name, node->is_block ? "block" : "character",
		    node->major, node->minor);
}

static void add_tmpfiles(struct strbuf *out, const struct devname *node)
{
	const char *slash = strrchr(node->name, '/');

	if (slash)
		strbuf_addf(out, "d /dev/%.*s 0755 - - -\n", (int)(slash - node->name), node->name);
	strbuf_addf(out, "%c! /dev/%s 0600 - - - %" PRIu32 ":%" PRIu32 "\n",
		    node->is_block ? 'b' : 'c', node->name, node->major, node->minor);
}

static void add_devname(struct strbuf *out, const struct devname *node)
{
	strbuf_addf(out, "%s %s %c%" PRIu32 ":%" PRIu32 "\n", node->module, node->name,
		    node->is_block ? 'b' : 'c', node->major, node->minor);
}

static const struct node_format formats[] = {
	{ "human", add_human },
	{ "tmpfiles", add_tmpfiles },
	{ "devname", add_devname },
};

static const struct node_format *format_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (str_eq(formats[i].name, name))
			return &formats[i];
	return NULL;
}

/* All good lines through the format; bad ones are named. Exit status. */
static int convert(char *text, size_t len, const struct node_format *format, struct strbuf *out)
{
	int rc = 0;

	for (char *line = text, *next; line < text + len; line = next) {
		_cleanup_free_ char *copy = NULL;
		size_t line_len = strcspn(line, "\n");
		struct devname node;

		/* A NUL ends a line too, not the file. */
		next = line + line_len + 1;
		line[line_len] = '\0';
		if (*line == '#')
			continue;
		copy = strdup(line);
		if (!copy) {
			out->failed = true;
			break;
		}
		if (devname_parse(line, &node)) {
			format->add(out, &node);
			continue;
		}
		fprintf(stderr, "Error: invalid devname entry: %s\n", copy);
		rc = 1;
	}
	return rc;
}

static int write_file(const char *path, const struct strbuf *text)
{
	_cleanup_close_ int fd = -1;
	int r = fs_mkdir_parents(path, 0755);

	if (r < 0) {
		fprintf(stderr, "Error: could not create parent directory for %s - %s.\n", path,
			strerror(-r));
		return 1;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0) {
		fprintf(stderr, "Error: could not create %s - %m\n", path);
		return 1;
	}
	r = fs_write_full(fd, strbuf_str(text), text->len);
	if (r == 0 && close(TAKE_FD(fd)) < 0)
		r = -errno;
	if (r < 0) {
		fprintf(stderr, "Error: could not write %s - %s\n", path, strerror(-r));
		return 1;
	}
	return 0;
}

static int static_nodes(const struct node_format *format, const char *output)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_free_ char *input = NULL;
	char path[sizeof(MODULE_DIRECTORY) + 512];
	struct utsname uts;
	size_t len;
	int rc, r;

	if (uname(&uts) < 0) {
		fprintf(stderr, "Error: could not get the kernel's release - %m\n");
		return 1;
	}
	snprintf(path, sizeof(path), "%s/%s/modules.devname", MODULE_DIRECTORY, uts.release);

	r = fs_read_file(AT_FDCWD, path, 0, false, &input, &len);
	if (r == -ENOENT) {
		fprintf(stderr, "Warning: %s not found - ignoring\n", path);
		return 0;
	}
	if (r < 0) {
		fprintf(stderr, "Error: could not open %s - %s\n", path, strerror(-r));
		return 1;
	}
	rc = convert(input, len, format, &text);
	if (!strbuf_ok(&text)) {
		fprintf(stderr, "Error: %s\n", strerror(ENOMEM));
		return 1;
	}
	if (output)
		return write_file(output, &text) || rc;
	fwrite(strbuf_str(&text), 1, text.len, stdout);
	return rc;
}

static const struct opt static_nodes_opts[] = {
	{ 'f', "format", "FORMAT", 'f', "human (default), tmpfiles or devname", NULL },
	{ 'o', "output", "FILE", 'o', "write to FILE instead of standard output", NULL },
	{ 'h', "help", NULL, 'h', "show this help", NULL },
	{ 0 },
};

static const struct opt_command static_nodes_command = {
	.name = "static-nodes",
	.synopsis = { "[options]", NULL },
	.summary = "Show the device nodes that load a module when opened",
	.opts = static_nodes_opts,
	.options_first = true,
};

static int static_nodes_run(int argc, char **argv)
{
	const struct node_format *format = &formats[0];
	const char *output = NULL;
	struct opt_parser parser;
	int rc = -1, id;

	if (opt_begin(&parser, &static_nodes_command, argc, argv) < 0)
		return 1;
	while (rc < 0 && (id = opt_next(&parser)) != -1) {
		if (id == 'f') {
			format = format_find(parser.value);
			if (format)
				continue;
			fprintf(stderr, "Unknown format: '%s'.\n", parser.value);
			opt_help(&static_nodes_command, tool_log.program);
			rc = 1;
		} else if (id == 'o') {
			output = parser.value;
		} else if (id == 'h') {
			opt_help(&static_nodes_command, tool_log.program);
			rc = 0;
		} else {
			rc = 1;
		}
	}
	opt_end(&parser);
	return rc < 0 ? static_nodes(format, output) : rc;
}

const struct tool tool_static_nodes = {
	.name = "static-nodes",
	.run = static_nodes_run,
	.options = &static_nodes_command,
};
