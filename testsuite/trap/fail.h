/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counts calls by kind and says which one is to fail. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum fail_kind {
	FAIL_OPEN,
	FAIL_READ,
	FAIL_WRITE,
	FAIL_CLOSE,
	FAIL_FSYNC,
	FAIL_RENAME,
	FAIL_MMAP,
	FAIL_ALLOC,
	N_FAIL_KINDS_
};
extern const char *const fail_kind_names[N_FAIL_KINDS_];

#define FAIL_SHORT (-1)

/* Shared with the test when both are in one process. */
struct fail_state {
	unsigned long count[N_FAIL_KINDS_];
	enum fail_kind kind;
	unsigned long nth; /* 0: none */
	int error;
	bool happened;
};

/* Counts a call. 0: go on; FAIL_SHORT: with half of the bytes; else the errno to fail with. */
int fail_next(enum fail_kind kind);
/* kind by name; false when unknown. Starts counting anew. */
bool fail_arm(const char *kind, unsigned long nth, int error);
const struct fail_state *fail_look(void);
