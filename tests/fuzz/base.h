/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * base - a sound core and its executable, which some fuzzers change
 *
 * QEMUCORE_FUZZ_CORE names the core, which is raw, and QEMUCORE_FUZZ_MODULE the executable; without
 * these variables they are base-core and base-exe beside the fuzzer. An input is a list of changes
 * of 16 bytes each. Thus a mutation of an input changes a list head, an owner or a count, and not
 * bytes that the library never reads. A change consists of:
 *
 *     0  u32   index of the word, among those that may be changed, modulo their count
 *     4  u8    the new value, modulo 8: 0 the number; 1 zero; 2 the word's address; 3 the value of
 *              another word; 4 the address of another word; 5 one more; 6 one less; 7 all bits set
 *     5  u8    how many bytes are changed: 1 << (this modulo 4)
 *     6  u16   unused
 *     8  u64   the number; modulo the count of words, it is the index of the other word
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Eight bytes of a file. */
struct word {
    uint64_t offset;
    uint64_t address; /* in the process; 0: not known */
};

struct base {
    uint8_t *bytes;
    size_t size;
    struct word *words;
    size_t count;
};

/* The core, with the words of its writable memory that are not zero. Aborts if there are none. */
const struct base *base_core(void);

/* The executable, with the words of its headers, tables and sections, except for code. */
const struct base *base_module(void);

/* Returns a changed copy, as large as the base; the caller frees it. */
uint8_t *base_change(const struct base *base, const uint8_t *changes, size_t size);
