/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * base - a sound core and its executable, which some fuzzers change
 *
 * They are the files QEMUCORE_FUZZ_CORE, which is raw, and QEMUCORE_FUZZ_MODULE; without those variables
 * base-core and base-exe beside the fuzzer. An input is a list of
 * changes, each of 16 bytes: which word, what becomes of it, a number. So a mutation of an input is one of
 * what a list head, an owner or a count says, and not of bytes that nobody looks at:
 *
 *     0  u32   which word, of those that may be changed
 *     4  u8    0 the number; 1 zero; 2 its own address; 3 another word's value; 4 another word's
 *              address; 5 one more; 6 one less; 7 all bits
 *     5  u8    how many bytes of it: 1, 2, 4 or 8
 *     6  u16   nothing
 *     8  u64   the number; modulo their count it is another word
 */
#ifndef BASE_H
#define BASE_H

#include <stddef.h>
#include <stdint.h>

/* Of a file, eight bytes at an offset, and the address that the process has it at (0: it has none). */
struct word {
    uint64_t offset;
    uint64_t address;
};

struct base {
    uint8_t *bytes;
    size_t size;
    struct word *words;
    size_t count;
};

/* Of the memory that the process could write: what is not zero. Ends the process where there is none. */
const struct base *base_core(void);

/* Of the headers, tables and sections of the executable, but for its code. */
const struct base *base_module(void);

/* A copy with the changes, as large as the base; malloc. */
uint8_t *base_change(const struct base *base, const uint8_t *changes, size_t size);

#endif
