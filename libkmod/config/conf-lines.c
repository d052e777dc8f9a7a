/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Physical lines to logical ones:
 *
 *	options snd \<newline>        "options snd index=1"
 *	index=1
 *	install a echo \$x \\         "install a echo $x \"
 *
 * A backslash and a newline vanish; any other backslash vanishes and protects the byte
 * behind it from meaning that. Nothing else is special here.
 */
#include "libkmod/config/conf.h"

#include <errno.h>
#include <string.h>

#include "libkmod/config/conf-build.h"

void conf_lines_init(struct conf_lines *it, struct bytes text)
{
	*it = (struct conf_lines){ .rest = text };
}

void conf_lines_fini(struct conf_lines *it)
{
	strbuf_fini(&it->line);
}

/* Takes the next physical line without its end; *ended: did it have one? */
static struct bytes take_physical(struct conf_lines *it, bool *ended)
{
	struct bytes rest = it->rest, line = rest;
	const unsigned char *newline = memchr(rest.ptr, '\n', rest.len);

	it->line_no++;
	it->rest = BYTES_NONE;
	*ended = newline != NULL;
	if (!newline)
		return line;
	line.len = (size_t)(newline - rest.ptr);
	it->rest = bytes_of(newline + 1, rest.len - line.len - 1);
	while (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* A line of which nothing would remain and which does not go on: not worth a copy. */
static bool is_nothing(struct bytes line)
{
	size_t i = 0;

	while (i < line.len && conf_is_blank((char)line.ptr[i]))
		i++;
	if (i < line.len && line.ptr[i] != '#' && line.ptr[i] != '\0')
		return false;
	return line.len == i || !memchr(line.ptr + i, '\\', line.len - i);
}

/* Appends a physical line without its backslashes; true when it ends in one. */
static bool append_physical(struct strbuf *out, struct bytes line)
{
	while (line.len > 0) {
		const unsigned char *backslash = memchr(line.ptr, '\\', line.len);

		if (!backslash) {
			strbuf_add(out, line.ptr, line.len);
			return false;
		}
		size_t len = (size_t)(backslash - line.ptr);
		strbuf_add(out, line.ptr, len);
		if (len + 1 == line.len)
			return true;
		strbuf_addc(out, (char)backslash[1]);
		line = bytes_of(backslash + 2, line.len - len - 2);
	}
	return false;
}

/* A NUL ends the line, so what lies behind it is never seen. */
static char *trim(struct strbuf *line)
{
	char *text = line->data;
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '\r')
		text[--len] = '\0';
	while (conf_is_blank(*text))
		text++;
	return text;
}

char *conf_lines_next(struct conf_lines *it, int *error)
{
	while (it->rest.len > 0) {
		bool ended, more;
		struct bytes physical = take_physical(it, &ended);

		if (is_nothing(physical))
			continue;
		strbuf_truncate(&it->line, 0);
		more = append_physical(&it->line, physical) && ended;
		while (more && it->rest.len > 0) {
			physical = take_physical(it, &ended);
			more = append_physical(&it->line, physical) && ended;
		}
		/* A lone backslash adds nothing, but there must be a line. */
		strbuf_add(&it->line, "", 0);
		if (!strbuf_ok(&it->line)) {
			*error = -ENOMEM;
			return NULL;
		}

		char *text = trim(&it->line);
		if (*text != '\0' && *text != '#')
			return text;
	}
	return NULL;
}

char *conf_next_word(char **s)
{
	char *word = *s, *end;

	while (conf_is_blank(*word))
		word++;
	for (end = word; *end && !conf_is_blank(*end);)
		end++;
	*s = end;
	if (end == word)
		return NULL;
	if (*end)
		*(*s)++ = '\0';
	return word;
}
