/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The forge for shell scripts:
 *
 *	forge -o dir/kernel/a.ko.zst --export sym=0x1234 --import other --alias 'pci:*' --zstd
 *	forge --tree DIR 1000
 */
#include "testsuite/forge/forge.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "shared/str.h"
#include "shared/vec.h"

static const char usage[] =
	"Usage: forge -o FILE [OPTION]...        one module\n"
	"       forge --tree DIR N [--FORMAT]    a module directory with N modules\n"
	"\n"
	"  -o, --output FILE        where to write it; its folders are made\n"
	"  --name NAME              default: from the file's name\n"
	"  --modinfo KEY=VALUE      a .modinfo string; --alias A is --modinfo alias=A\n"
	"  --export SYM[=CRC]       exports SYM; --export-ns SYM=NAMESPACE without CRC\n"
	"  --import SYM[=CRC]       needs SYM; --weak SYM[=CRC] weakly\n"
	"  --version SYM=CRC        one more record of __versions\n"
	"  --extended SYM=CRC       a record of the extended versions\n"
	"  --bits32, --big          class and byte order; --machine N: e_machine\n"
	"  --size N                 bytes of .text\n"
	"  --bare, --no-modinfo, --no-vermagic, --no-symtab, --no-versions, --no-build-id,\n"
	"  --no-strings, --no-ksymtab, --crc-absolute\n"
	"                           what is left out, see forge.h\n"
	"  --sign pkcs7|pkcs7-garbage|x509|pgp\n"
	"  --defect NAME            what is broken; --defect help lists the names\n"
	"  --gzip, --xz, --zstd     compresses it\n";

enum option_value {
	OPT_NAME = 256, OPT_MODINFO, OPT_ALIAS, OPT_EXPORT, OPT_EXPORT_NS, OPT_IMPORT, OPT_WEAK,
	OPT_VERSION, OPT_EXTENDED, OPT_BITS32, OPT_BIG, OPT_MACHINE, OPT_SIZE, OPT_SIGN, OPT_DEFECT,
	OPT_GZIP, OPT_XZ, OPT_ZSTD, OPT_TREE,
	OPT_FLAG = 1 << 20, /* plus an enum forge_flags */
};

static const struct option options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ "name", required_argument, NULL, OPT_NAME },
	{ "modinfo", required_argument, NULL, OPT_MODINFO },
	{ "alias", required_argument, NULL, OPT_ALIAS },
	{ "export", required_argument, NULL, OPT_EXPORT },
	{ "export-ns", required_argument, NULL, OPT_EXPORT_NS },
	{ "import", required_argument, NULL, OPT_IMPORT },
	{ "weak", required_argument, NULL, OPT_WEAK },
	{ "version", required_argument, NULL, OPT_VERSION },
	{ "extended", required_argument, NULL, OPT_EXTENDED },
	{ "bits32", no_argument, NULL, OPT_BITS32 },
	{ "big", no_argument, NULL, OPT_BIG },
	{ "machine", required_argument, NULL, OPT_MACHINE },
	{ "size", required_argument, NULL, OPT_SIZE },
	{ "sign", required_argument, NULL, OPT_SIGN },
	{ "defect", required_argument, NULL, OPT_DEFECT },
	{ "gzip", no_argument, NULL, OPT_GZIP },
	{ "xz", no_argument, NULL, OPT_XZ },
	{ "zstd", no_argument, NULL, OPT_ZSTD },
	{ "tree", required_argument, NULL, OPT_TREE },
	{ "bare", no_argument, NULL, OPT_FLAG | FORGE_BARE_MODINFO },
	{ "no-modinfo", no_argument, NULL, OPT_FLAG | FORGE_NO_MODINFO },
	{ "no-vermagic", no_argument, NULL, OPT_FLAG | FORGE_NO_VERMAGIC },
	{ "no-symtab", no_argument, NULL, OPT_FLAG | FORGE_NO_SYMTAB },
	{ "no-versions", no_argument, NULL, OPT_FLAG | FORGE_NO_VERSIONS },
	{ "no-build-id", no_argument, NULL, OPT_FLAG | FORGE_NO_BUILD_ID },
	{ "no-strings", no_argument, NULL, OPT_FLAG | FORGE_NO_STRINGS },
	{ "no-ksymtab", no_argument, NULL, OPT_FLAG | FORGE_NO_KSYMTAB },
	{ "crc-absolute", no_argument, NULL, OPT_FLAG | FORGE_CRC_ABSOLUTE },
	{ NULL, 0, NULL, 0 },
};

struct symbol_list {
	VEC(struct forge_symbol) all;
};

struct request {
	struct forge_module m;
	enum image_format format;
	const char *output;
	const char *tree;
	VEC(const char *) modinfo;
	struct symbol_list exports, imports, versions, extended;
};

static _noreturn_ void die(const char *what, const char *detail)
{
	fprintf(stderr, "forge: %s: %s\n", what, detail);
	exit(1);
}

static void *must(void *p)
{
	if (!p)
		die("memory", "exhausted");
	return p;
}

static uint64_t number(const char *s)
{
	uint64_t v;

	if (str_to_u64(s, 0, &v) < 0)
		die("not a number", s);
	return v;
}

static const char *concat(const char *a, const char *b)
{
	char *s = must(malloc(strlen(a) + strlen(b) + 1));

	return strcat(strcpy(s, a), b);
}

/* SYM or SYM=CRC */
static void add_symbol(struct symbol_list *list, char *text, bool weak)
{
	struct forge_symbol *s = must(vec_add(&list->all));
	char *equals = strchr(text, '=');

	if (equals)
		*equals = '\0';
	*s = (struct forge_symbol){
		.name = text, .weak = weak,
		.crc = equals ? (uint32_t)number(equals + 1) : 0,
	};
}

static void add_export_ns(struct request *rq, char *text)
{
	char *equals = strchr(text, '=');

	if (!equals)
		die("no namespace", text);
	*equals = '\0';
	add_symbol(&rq->exports, text, false);
	rq->exports.all.at[rq->exports.all.n - 1].ns = equals + 1;
}

static void add_string(struct request *rq, const char *s)
{
	*(const char **)must(vec_add(&rq->modinfo)) = s;
}

static enum forge_signature signature(const char *word)
{
	static const char *const words[] = { "none", "pkcs7", "pkcs7-garbage", "x509", "pgp" };

	for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(word, words[i]))
			return (enum forge_signature)i;
	die("unknown signature", word);
}

static enum forge_defect defect(const char *word)
{
	for (unsigned i = 0; i < N_FORGE_DEFECTS_; i++) {
		if (str_eq(word, "help"))
			puts(forge_defect_name((enum forge_defect)i));
		else if (str_eq(word, forge_defect_name((enum forge_defect)i)))
			return (enum forge_defect)i;
	}
	if (str_eq(word, "help"))
		exit(0);
	die("unknown defect", word);
}

static void take_symbols(struct request *rq, int option, char *arg)
{
	switch (option) {
	case OPT_EXPORT:
		add_symbol(&rq->exports, arg, false);
		break;
	case OPT_EXPORT_NS:
		add_export_ns(rq, arg);
		break;
	case OPT_IMPORT:
	case OPT_WEAK:
		add_symbol(&rq->imports, arg, option == OPT_WEAK);
		break;
	case OPT_VERSION:
		add_symbol(&rq->versions, arg, false);
		break;
	default:
		add_symbol(&rq->extended, arg, false);
		break;
	}
}

static void take(struct request *rq, int option, char *arg)
{
	switch (option) {
	case 'o':
		rq->output = arg;
		break;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	case OPT_NAME:
		rq->m.name = arg;
		break;
	case OPT_MODINFO:
		add_string(rq, arg);
		break;
	case OPT_ALIAS:
		add_string(rq, concat("alias=", arg));
		break;
	case OPT_BITS32:
		rq->m.bits32 = true;
		break;
	case OPT_BIG:
		rq->m.big = true;
		break;
	case OPT_MACHINE:
		rq->m.machine = (uint16_t)number(arg);
		break;
	case OPT_SIZE:
		rq->m.padding = (size_t)number(arg);
		break;
	case OPT_SIGN:
		rq->m.signature = signature(arg);
		break;
	case OPT_DEFECT:
		rq->m.defect = defect(arg);
		break;
	case OPT_GZIP:
		rq->format = IMAGE_GZIP;
		break;
	case OPT_XZ:
		rq->format = IMAGE_XZ;
		break;
	case OPT_ZSTD:
		rq->format = IMAGE_ZSTD;
		break;
	case OPT_TREE:
		rq->tree = arg;
		break;
	default:
		if (option & OPT_FLAG)
			rq->m.flags |= (unsigned)option & ~(unsigned)OPT_FLAG;
		else
			take_symbols(rq, option, arg);
		break;
	}
}

/* The file's name up to its first dot, with '_' for '-'. */
static const char *name_of(const char *path)
{
	char *name = must(strdup(str_basename(path)));

	name[strcspn(name, ".")] = '\0';
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	return name;
}

static int write_one(struct request *rq)
{
	add_string(rq, NULL);
	must(vec_add(&rq->exports.all));
	must(vec_add(&rq->imports.all));
	must(vec_add(&rq->versions.all));
	must(vec_add(&rq->extended.all));
	rq->m.modinfo = rq->modinfo.at;
	rq->m.exports = rq->exports.all.at;
	rq->m.imports = rq->imports.all.at;
	rq->m.versions = rq->versions.all.at;
	rq->m.extended = rq->extended.all.at;
	if (!rq->m.name)
		rq->m.name = name_of(rq->output);
	return forge_write(&rq->m, rq->format, rq->output);
}

int main(int argc, char **argv)
{
	static struct request rq;
	const char *target;
	int option, r;

	while ((option = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
		if (option == '?')
			return 1;
		take(&rq, option, optarg);
	}
	target = rq.tree ? rq.tree : rq.output;
	if (!target || argc - optind != (rq.tree ? 1 : 0)) {
		fputs(usage, stderr);
		return 1;
	}
	r = rq.tree ? forge_tree(rq.tree, (unsigned)number(argv[optind]), rq.format) :
		      write_one(&rq);
	if (r < 0)
		die(target, strerror(-r));
	return 0;
}
