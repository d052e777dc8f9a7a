/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A module directory from a few lines of text: index files as depmod would write them,
 * without depmod. The directory is TS_MODULES of the test's root.
 *
 *	indexed_deps("kernel/a.ko: kernel/b.ko kernel/c.ko\n"
 *		     "kernel/b.ko: kernel/c.ko\n"
 *		     "kernel/c.ko:\n");
 *	indexed_aliases("pci:v1* a\n");
 */
#pragma once

/*
 * modules.dep as text and index, and for each line its file unless there is one
 * already: a few bytes that are no ELF.
 */
void indexed_deps(const char *text);
/* "PATTERN MODULE" lines. */
void indexed_aliases(const char *text);
/* "SYMBOL MODULE" lines. */
void indexed_symbols(const char *text);
/* Names, one a line. */
void indexed_builtin(const char *text);
