/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables and trees in columns. libsmartcols draws them where it is there: it knows the
 * terminal's width and its line characters. Without it, and with the same result in the
 * C locale, they are drawn here.
 *
 *	columns_add(&c, COLUMNS_NO_PARENT, "ext4", "9", "live");    MODULE    SIZE STATE
 *	columns_add(&c, 0, "jbd2", "12", "live");                   ext4         9 live
 *	columns_add(&c, 0, "mbcache", "3", "-");                    |-jbd2      12 live
 *	                                                            `-mbcache    3 -
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "shared/arena.h"
#include "shared/strbuf.h"
#include "shared/vec.h"

#define COLUMNS_MAX 8
#define COLUMNS_NO_PARENT ((size_t)-1)

struct columns_head {
	const char *name;
	bool right; /* numbers */
	bool tree;  /* the branches are drawn here; one column at most */
};

struct columns_row {
	size_t parent, first, last, next; /* rows, or COLUMNS_NO_PARENT for none */
	const char *cells[COLUMNS_MAX];
};

struct columns {
	const struct columns_head *heads;
	size_t n;
	struct arena arena;
	VEC(struct columns_row) rows;
	bool failed;
};

/* heads outlives the table. Text of cells is made printable. */
void columns_init(struct columns *c, const struct columns_head *heads, size_t n);
void columns_fini(struct columns *c);
/* The number of the new row, behind its parent's other children. cells: n of them. */
size_t columns_add(struct columns *c, size_t parent, const char *const *cells);

/* 0 or -ENOMEM */
int columns_print(const struct columns *c, FILE *out) _must_check_;

/* The two ways, for the test that compares them. -ENOSYS, -ENOENT: no such library. */
int columns_print_smart(const struct columns *c, FILE *out) _must_check_;
int columns_print_plain(const struct columns *c, FILE *out) _must_check_;
