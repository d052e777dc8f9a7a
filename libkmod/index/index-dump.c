/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libkmod/index/index-dump.h"

#include <errno.h>

#include "shared/fsio.h"
#include "shared/strbuf.h"

enum { PIECE = 64 * 1024 };

struct dump {
	const char *prefix;
	index_dump_fn *emit;
	void *data;
	struct strbuf text;
};

static int flush(struct dump *d)
{
	if (!strbuf_ok(&d->text))
		return -ENOMEM;
	if (d->text.len == 0)
		return 0;

	int r = d->emit(d->data, d->text.data, d->text.len);
	strbuf_truncate(&d->text, 0);
	return r;
}

static int dump_one(void *data, const struct index_hit *hit)
{
	struct dump *d = data;

	strbuf_adds(&d->text, d->prefix);
	strbuf_adds(&d->text, hit->pattern);
	strbuf_addc(&d->text, ' ');
	strbuf_adds(&d->text, hit->value);
	strbuf_addc(&d->text, '\n');
	return d->text.len < PIECE ? 0 : flush(d);
}

int index_dump(const struct index *idx, const char *prefix, index_dump_fn *emit,
	       void *data)
{
	struct dump d = { .prefix = prefix, .emit = emit, .data = data };
	int r = index_walk(idx, dump_one, &d);

	if (r == 0)
		r = flush(&d);
	strbuf_fini(&d.text);
	return r;
}

static int write_out(void *data, const char *text, size_t len)
{
	const int *fd = data;

	return fs_write_full(*fd, text, len);
}

int index_dump_to_fd(const struct index *idx, const char *prefix, int fd)
{
	return index_dump(idx, prefix, write_out, &fd);
}
