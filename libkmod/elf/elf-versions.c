/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *	__versions            [crc 4|8][name, NUL-padded to 64 in all] ...
 *	__version_ext_crcs    [crc 4][crc 4] ...
 *	__version_ext_names   name NUL name NUL ...     one per extended crc
 *
 * The names section of real kernels is a C string literal, so one more NUL may follow.
 */
#include "libkmod/elf/elf-versions.h"

#include <errno.h>

#include "shared/cleanup.h"
#include "shared/map.h"

#define RECORD_SIZE 64
#define EXT_CRC_SIZE 4

int elf_version_reader_open(const struct elf *elf, struct elf_version_reader *out)
{
	struct elf_version_reader v = { .big = elf->big, .is64 = elf->is64 };
	int records, crcs, names;

	records = elf_known_read(elf, ELF_VERSIONS, &v.records);
	crcs = elf_known_read(elf, ELF_VERSION_EXT_CRCS, &v.crcs);
	names = elf_known_read(elf, ELF_VERSION_EXT_NAMES, &v.names);
	if (records < 0 || crcs < 0 || names < 0)
		return records < 0 ? records : crcs < 0 ? crcs : names;
	if (records == 0 && crcs == 0 && names == 0)
		return 0;
	v.bad_size = v.records.len % RECORD_SIZE != 0;
	if (v.bad_size)
		v.records = BYTES_NONE;
	*out = v;
	return 1;
}

size_t elf_version_reader_count(const struct elf_version_reader *r)
{
	return r->records.len / RECORD_SIZE + r->crcs.len / EXT_CRC_SIZE;
}

static void advance(struct bytes *b, size_t n)
{
	if (!bytes_sub(*b, n, b->len - n, b))
		*b = BYTES_NONE;
}

static int next_record(struct elf_version_reader *r, struct elf_symbol *out)
{
	struct elf_symbol s = { .bind = 'U' };
	struct bytes record;
	uint32_t crc32 = 0;
	bool ok;

	ok = bytes_sub(r->records, 0, RECORD_SIZE, &record);
	advance(&r->records, RECORD_SIZE);
	if (r->is64) {
		ok = ok && bytes_u64(record, 0, r->big, &s.crc);
	} else {
		ok = ok && bytes_u32(record, 0, r->big, &crc32);
		s.crc = crc32;
	}
	if (ok)
		s.name = bytes_cstr(record, r->is64 ? 8 : 4, &s.name_len);
	if (!s.name)
		return -EINVAL;
	r->in_extended = false;
	*out = s;
	return 1;
}

static int damaged_end(struct elf_version_reader *r)
{
	r->crcs = r->names = BYTES_NONE;
	return -EINVAL;
}

static int next_extended(struct elf_version_reader *r, struct elf_symbol *out)
{
	struct elf_symbol s = { .bind = 'U' };
	uint32_t crc;

	if (!bytes_u32(r->crcs, 0, r->big, &crc))
		return damaged_end(r);
	s.crc = crc;
	s.name = bytes_cstr(r->names, 0, &s.name_len);
	if (!s.name)
		return damaged_end(r);
	advance(&r->crcs, EXT_CRC_SIZE);
	advance(&r->names, s.name_len + 1);
	r->in_extended = true;
	*out = s;
	return 1;
}

/* Names without a CRC are damage, padding behind the last name is not. */
static int extended_end(struct elf_version_reader *r)
{
	struct bytes more;

	return bytes_next_string(&r->names, &more) ? damaged_end(r) : 0;
}

int elf_version_next(struct elf_version_reader *r, struct elf_symbol *out)
{
	if (r->records.len > 0)
		return next_record(r, out);
	if (r->crcs.len > 0)
		return next_extended(r, out);
	return extended_end(r);
}

/* Was this extended record's symbol given before? 1, 0, -ENOMEM. Remembers the others. */
static int seen_before(struct map *seen, const struct elf_version_reader *v,
		       const struct elf_symbol *s)
{
	uint32_t hash = map_hash(s->name, s->name_len);

	if (v->in_extended)
		return map_find(seen, s->name, s->name_len, hash) ? 1 : 0;
	return map_ensure(seen, s->name, s->name_len, hash) ? 0 : -ENOMEM;
}

int elf_versions(const struct elf *elf, elf_symbol_fn *emit, void *data)
{
	_cleanup_(map_fini) struct map seen = MAP_INIT;
	struct elf_version_reader v;
	struct elf_symbol s;
	bool both;
	int r;

	r = elf_version_reader_open(elf, &v);
	if (r <= 0)
		return r < 0 ? r : -ENODATA;
	if (v.bad_size)
		return -EINVAL;
	both = v.records.len > 0 && v.crcs.len > 0;
	while ((r = elf_version_next(&v, &s)) > 0) {
		int skip = both ? seen_before(&seen, &v, &s) : 0;

		if (skip < 0)
			return skip;
		r = skip ? 0 : emit(data, &s);
		if (r != 0)
			return r;
	}
	return r;
}
