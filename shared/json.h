/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON, written as it comes: values are appended to a text, nothing is kept but the
 * depth. A document is one line with a newline at its end, so that a stream of them is
 * NDJSON.
 *
 *	json_document(&j, "tree");            {"version":1,"kind":"tree",
 *	json_string(&j, "name", "ext4");       "name":"ext4",
 *	json_begin_array(&j, "needs");         "needs":[
 *	json_string(&j, NULL, "jbd2");          "jbd2"]
 *	json_end_array(&j);
 *	json_end_document(&j);                }
 *
 * Strings may be a stranger's: the output is valid UTF-8 and harmless on a terminal
 * whatever is in them. Control codes (U+0000..U+001F, U+007F..U+009F) become \u00XX, each
 * byte that belongs to no valid UTF-8 character becomes one \ufffd. The schema of all
 * documents is doc/schema/kmod.schema.json; JSON_VERSION counts its incompatible changes.
 *
 * key is NULL inside arrays, and is trusted text. Failures stick to the text, see strbuf.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "shared/bytes.h"
#include "shared/strbuf.h"

#define JSON_VERSION 1

struct json {
	struct strbuf *out;
	bool want_comma; /* something stands before at this level */
};

static inline struct json json_to(struct strbuf *out)
{
	return (struct json){ .out = out };
}

void json_document(struct json *j, const char *kind);
void json_end_document(struct json *j);

void json_begin_object(struct json *j, const char *key);
void json_end_object(struct json *j);
void json_begin_array(struct json *j, const char *key);
void json_end_array(struct json *j);

/* s NULL: null */
void json_string(struct json *j, const char *key, const char *s);
void json_bytes(struct json *j, const char *key, struct bytes b);
void json_u64(struct json *j, const char *key, uint64_t value);
void json_i64(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
