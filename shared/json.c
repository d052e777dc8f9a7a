/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The only state is whether the next value needs a comma: opening a level clears it,
 * closing one sets it.
 */
#include "shared/json.h"

#include <inttypes.h>
#include <string.h>

#include "shared/str.h"

static void put_escape(struct strbuf *out, unsigned code)
{
	static const struct {
		unsigned char code;
		char letter;
	} letters[] = { { '\n', 'n' }, { '\t', 't' }, { '\r', 'r' }, { '\b', 'b' },
			{ '\f', 'f' }, { '"', '"' },  { '\\', '\\' } };

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
		if (letters[i].code == code) {
			strbuf_addc(out, '\\');
			strbuf_addc(out, letters[i].letter);
			return;
		}
	}
	strbuf_addf(out, "\\u%04x", code);
}

#define REPLACEMENT 0xfffd

/* What cannot stand as it is: the code to write, and of how many bytes. */
static size_t odd_character(struct bytes b, unsigned *code)
{
	*code = b.ptr[0];
	if (*code < 0x80)
		return 1;
	if (*code == 0xc2 && b.len > 1 && b.ptr[1] >= 0x80 && b.ptr[1] < 0xa0) {
		*code = b.ptr[1];
		return 2;
	}
	*code = REPLACEMENT;
	return 1;
}

static void put_string(struct strbuf *out, struct bytes b)
{
	strbuf_addc(out, '"');
	while (b.len > 0) {
		size_t plain = 0, len;

		while (plain < b.len) {
			unsigned char c = b.ptr[plain];

			len = str_printable_len(bytes_of(b.ptr + plain, b.len - plain));
			if (len == 0 || c == '"' || c == '\\')
				break;
			plain += len;
		}
		strbuf_add(out, b.ptr, plain);
		b = bytes_of(b.ptr + plain, b.len - plain);
		if (b.len > 0) {
			unsigned code;

			len = odd_character(b, &code);
			put_escape(out, code);
			b = bytes_of(b.ptr + len, b.len - len);
		}
	}
	strbuf_addc(out, '"');
}

static void begin_value(struct json *j, const char *key)
{
	if (j->want_comma)
		strbuf_addc(j->out, ',');
	j->want_comma = true;
	if (!key)
		return;
	put_string(j->out, bytes_of(key, strlen(key)));
	strbuf_addc(j->out, ':');
}

static void begin_level(struct json *j, const char *key, char bracket)
{
	begin_value(j, key);
	strbuf_addc(j->out, bracket);
	j->want_comma = false;
}

static void end_level(struct json *j, char bracket)
{
	strbuf_addc(j->out, bracket);
	j->want_comma = true;
}

void json_document(struct json *j, const char *kind)
{
	j->want_comma = false;
	begin_level(j, NULL, '{');
	json_u64(j, "version", JSON_VERSION);
	json_string(j, "kind", kind);
}

void json_end_document(struct json *j)
{
	end_level(j, '}');
	strbuf_addc(j->out, '\n');
	j->want_comma = false;
}

void json_begin_object(struct json *j, const char *key)
{
	begin_level(j, key, '{');
}

void json_end_object(struct json *j)
{
	end_level(j, '}');
}

void json_begin_array(struct json *j, const char *key)
{
	begin_level(j, key, '[');
}

void json_end_array(struct json *j)
{
	end_level(j, ']');
}

void json_string(struct json *j, const char *key, const char *s)
{
	if (s)
		json_bytes(j, key, bytes_of(s, strlen(s)));
	else
		json_null(j, key);
}

void json_bytes(struct json *j, const char *key, struct bytes b)
{
	begin_value(j, key);
	put_string(j->out, b);
}

void json_u64(struct json *j, const char *key, uint64_t value)
{
	begin_value(j, key);
	strbuf_addf(j->out, "%" PRIu64, value);
}

void json_i64(struct json *j, const char *key, int64_t value)
{
	begin_value(j, key);
	strbuf_addf(j->out, "%" PRId64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	begin_value(j, key);
	strbuf_adds(j->out, value ? "true" : "false");
}

void json_null(struct json *j, const char *key)
{
	begin_value(j, key);
	strbuf_adds(j->out, "null");
}
