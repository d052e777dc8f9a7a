/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A large tree with the proportions of a distribution's kernel (4,000 modules: 35 KB
 * at the median, 10 % over 150 KB, 17 modinfo strings, 45 imports, one module in four
 * exports something).
 *
 *	module i     kernel/<subsystem>/fm<i>.ko
 *	exports      "fm<i>_sym<k>"; module i imports only from lower i, so no cycles
 */
#include "testsuite/forge/forge.h"

#include <errno.h>
#include <stdio.h>

#include "shared/arena.h"
#include "shared/cleanup.h"
#include "shared/fsio.h"

#define MAX_STRINGS 400
#define MAX_SYMBOLS 200
#define N_KERNEL_SYMBOLS 3000
#define N_BUILTIN 200

struct tree {
	const char *dir;
	unsigned n;
	enum image_format format;
	struct arena names;
	struct strbuf order;
	uint32_t seed;
};

/* One module being put together. */
struct draft {
	const char *strings[MAX_STRINGS + 1];
	unsigned n_strings;
	struct forge_symbol exports[MAX_SYMBOLS + 1];
	struct forge_symbol imports[MAX_SYMBOLS + 1];
	unsigned n_exports, n_imports;
};

static const char *const subsystems[] = {
	"drivers/net/ethernet", "drivers/usb/storage", "drivers/media/dvb", "drivers/hwmon",
	"drivers/gpu/drm", "drivers/scsi", "drivers/iio/adc", "sound/soc/codecs", "net/netfilter",
	"fs", "crypto", "drivers/input/touchscreen",
};
static const char *const suffixes[N_IMAGE_FORMATS_] = { "", ".gz", ".xz", ".zst" };

static uint32_t next_random(struct tree *t)
{
	t->seed ^= t->seed << 13;
	t->seed ^= t->seed >> 17;
	t->seed ^= t->seed << 5;
	return t->seed;
}

static unsigned below(struct tree *t, unsigned n)
{
	return next_random(t) % n;
}

/* Mostly few, sometimes many. */
static unsigned skewed(struct tree *t, unsigned usual, unsigned max)
{
	unsigned n = below(t, usual + 1);

	while (n < max / 2 && below(t, 8) == 0)
		n = n * 2 + 1;
	return n < max ? n : max;
}

static const char *name(struct tree *t, const char *fmt, ...) _printf_(2, 3);
static const char *name(struct tree *t, const char *fmt, ...)
{
	char text[160];
	const char *copy;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	copy = arena_strdup(&t->names, text);
	if (!copy)
		abort();
	return copy;
}

static uint32_t crc_of(unsigned owner, unsigned k)
{
	uint32_t x = owner * 2654435761u + k * 40503u + 1;

	x ^= x >> 15;
	return x * 2246822519u | 1;
}

/* How many symbols module i exports. */
static unsigned n_exports_of(unsigned i)
{
	uint32_t x = crc_of(i, 12345);

	return x >> 16 & 3 ? 0 : 1 + (x >> 20) % 24;
}

static void draft_string(struct draft *d, const char *s)
{
	if (d->n_strings < MAX_STRINGS)
		d->strings[d->n_strings++] = s;
}

static void draft_aliases(struct tree *t, struct draft *d, unsigned i)
{
	unsigned n = skewed(t, 6, 150);

	for (unsigned k = 0; k < n; k++) {
		unsigned vendor = below(t, 0x10000), device = below(t, 0x10000);

		switch (i % 4) {
		case 0:
			draft_string(d, name(t, "alias=pci:v0000%04Xd0000%04Xsv*sd*bc*sc*i*",
					     vendor, device));
			break;
		case 1:
			draft_string(d, name(t, "alias=usb:v%04Xp%04Xd*dc*dsc*dp*ic*isc*ip*in*",
					     vendor, device));
			break;
		case 2:
			draft_string(d, name(t, "alias=of:N*T*Cvendor%u,part%04x", vendor % 97,
					     device));
			break;
		default:
			draft_string(d, name(t, "alias=acpi*:FRG%04X:*", device));
			break;
		}
	}
	if (i % 40 == 7)
		draft_string(d, name(t, "alias=fs-forged%u", i));
}

static void draft_info(struct tree *t, struct draft *d, unsigned i)
{
	unsigned n_parms = skewed(t, 3, 40);

	draft_aliases(t, d, i);
	draft_string(d, "license=GPL v2");
	draft_string(d, name(t, "description=Forged driver number %u", i));
	draft_string(d, "author=Forge <forge@example.org>");
	for (unsigned k = 0; k < n_parms; k++) {
		draft_string(d, name(t, "parm=p%u:A parameter of module %u", k, i));
		draft_string(d, name(t, "parmtype=p%u:int", k));
	}
	if (i % 50 == 3)
		draft_string(d, name(t, "softdep=pre: fm%u", i / 2));
	draft_string(d, "intree=Y");
	draft_string(d, "retpoline=Y");
}

static void draft_import(struct draft *d, const char *symbol, uint32_t crc)
{
	if (d->n_imports < MAX_SYMBOLS)
		d->imports[d->n_imports++] = (struct forge_symbol){ .name = symbol, .crc = crc };
}

static void draft_symbols(struct tree *t, struct draft *d, unsigned i)
{
	unsigned n_kernel = 10 + skewed(t, 60, 120);
	unsigned n_deps = i > 0 ? skewed(t, 3, 12) : 0;

	d->n_exports = n_exports_of(i);
	for (unsigned k = 0; k < d->n_exports; k++)
		d->exports[k] = (struct forge_symbol){
			.name = name(t, "fm%u_sym%u", i, k), .crc = crc_of(i, k) };
	for (unsigned k = 0; k < n_kernel; k++) {
		unsigned symbol = (below(t, N_KERNEL_SYMBOLS / 120) * 120 + k) % N_KERNEL_SYMBOLS;

		draft_import(d, name(t, "kernel_symbol_%u", symbol), crc_of(100000, symbol));
	}
	for (unsigned k = 0; k < n_deps; k++) {
		/* Near ones of the first tenth: few are wanted by many, chains stay short. */
		unsigned owner = below(t, k == 0 ? i : i / 10 + 1);

		if (n_exports_of(owner) > k)
			draft_import(d, name(t, "fm%u_sym%u", owner, k), crc_of(owner, k));
	}
}

static size_t padding(struct tree *t)
{
	size_t size = 4096 + below(t, 40000);

	return below(t, 10) == 0 ? size * 5 : size;
}

static int write_module(struct tree *t, unsigned i)
{
	const char *subsystem = subsystems[i % ARRAY_SIZE(subsystems)];
	struct draft d = { 0 };
	struct forge_module m = { 0 };
	int r;

	t->seed = i * 2654435761u | 1;
	draft_info(t, &d, i);
	draft_symbols(t, &d, i);
	m.name = name(t, "fm%u", i);
	m.modinfo = d.strings;
	m.exports = d.exports;
	m.imports = d.imports;
	m.signature = FORGE_PKCS7;
	m.padding = padding(t);
	r = forge_write(&m, t->format, name(t, "%s/kernel/%s/fm%u.ko%s", t->dir, subsystem, i,
					    suffixes[t->format]));
	strbuf_addf(&t->order, "kernel/%s/fm%u.ko\n", subsystem, i);
	arena_fini(&t->names);
	return r;
}

static int write_file(struct tree *t, const char *file, const struct strbuf *content)
{
	_cleanup_fclose_ FILE *f = fopen(name(t, "%s/%s", t->dir, file), "we");

	if (!f)
		return -errno;
	if (!strbuf_ok(content) || fwrite(strbuf_str(content), 1, content->len, f) != content->len ||
	    fflush(f) != 0)
		return -EIO;
	return 0;
}

static int write_builtin(struct tree *t)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf info = STRBUF_INIT;
	int r;

	for (unsigned i = 0; i < N_BUILTIN; i++) {
		strbuf_addf(&list, "kernel/lib/fb%u.ko\n", i);
		strbuf_addf(&info, "fb%u.license=GPL%cfb%u.file=lib/fb%u%c", i, 0, i, i, 0);
		if (i % 3 == 0)
			strbuf_addf(&info, "fb%u.alias=builtin-alias-%u%c", i, i, 0);
	}
	r = write_file(t, "modules.builtin", &list);
	return r < 0 ? r : write_file(t, "modules.builtin.modinfo", &info);
}

int forge_tree(const char *dir, unsigned n, enum image_format format)
{
	struct tree t = { .dir = dir, .n = n, .format = format };
	int r;

	r = fs_mkdir_p(dir, 0755);
	for (unsigned i = 0; r == 0 && i < n; i++)
		r = write_module(&t, i);
	if (r == 0)
		r = write_file(&t, "modules.order", &t.order);
	if (r == 0)
		r = write_builtin(&t);
	strbuf_fini(&t.order);
	arena_fini(&t.names);
	return r;
}
