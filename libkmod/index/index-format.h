/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The binary index, format 2.1: the only home of its magic, version, flags and layout.
 *
 * A radix tree from 7-bit key strings to lists of (priority, string). All integers
 * are unsigned 32 bit big endian, unaligned.
 *
 *	off 0   magic     0xB007F457
 *	off 4   version   major << 16 | minor; readers want major 2
 *	off 8   root      reference
 *
 * Reference: low 28 bits absolute file offset (0: no node), top bits the parts there.
 * Node, parts in this order, each only if its flag is set:
 *	prefix    NUL-terminated bytes, at least one
 *	children  u8 first, u8 last, then last-first+1 references (0: no child)
 *	values    u32 count, then count times { u32 priority, NUL-terminated string }
 *
 * The key of a node is the path's bytes: child byte, then that child's prefix, and so
 * on. The root has no prefix. Writers emit pre-order; readers take any offsets.
 * Values of one node ascend by priority, later inserted before earlier ones on ties.
 */
#pragma once

#define INDEX_MAGIC 0xB007F457u
#define INDEX_VERSION_MAJOR 2u
#define INDEX_VERSION_MINOR 1u
#define INDEX_VERSION ((INDEX_VERSION_MAJOR << 16) | INDEX_VERSION_MINOR)
#define INDEX_HEADER_SIZE 12u

#define INDEX_NODE_PREFIX 0x80000000u
#define INDEX_NODE_VALUES 0x40000000u
#define INDEX_NODE_CHILDREN 0x20000000u
#define INDEX_OFFSET_MASK 0x0FFFFFFFu

#define INDEX_MAX_KEY 4096u  /* bytes on a path; bounds depth */
#define INDEX_MAX_SIZE (1ull << 28)
