/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * value - a number of a known type, in 64 bits; symbols and texts at an address
 */
#pragma once

#include "modules/modules.h"
#include "values/type.h"

/* Bytes of the largest number. */
#define QC_VALUE_SIZE 8

struct qc_value {
    enum qc_type_kind kind;
    uint64_t bits; /* the number, sign-extended if is_signed; or the address of an aggregate */
    bool is_signed;
};

/* Returns the low `width` bits of a word, sign- or zero-extended. Width 0 or above 63: the word. */
uint64_t qc_value_extend(uint64_t word, unsigned width, bool is_signed);

/* Makes a value of a type from the low bytes of a word, as in a register. */
struct qc_value qc_value_from_word(const struct qc_type *type, uint64_t word);

/*
 * The same, from a number's bytes in memory. A bit-field has bit_size bits, starting at bit_offset,
 * which counts from the least significant bit. A bit_size of 0 means all of the bytes.
 */
struct qc_value qc_value_from_bytes(const struct qc_type *type, const uint8_t *bytes,
                                    bool big_endian, unsigned bit_size, unsigned bit_offset);

/* Returns "qemu_global_mutex" or "table+0x10" for an address. malloc; NULL: in no symbol. */
char *qc_value_symbol(const struct qc_modules *modules, uint64_t address);

/* Returns the characters at an address, up to NUL, `most`, QC_LIMIT_TEXT or the end of readable
   memory. malloc; NULL: none is readable. Sets *cut if there are more characters, or may be; if cut is
   NULL, "..." stands for those. */
char *qc_value_text(const struct qc_modules *modules, uint64_t address, size_t most, bool *cut);
