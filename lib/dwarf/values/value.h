/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * value - a number of a known type, in 64 bits; what lies at an address
 */
#ifndef QC_DWARF_VALUE_H
#define QC_DWARF_VALUE_H

#include "dwarf/values/type.h"
#include "modules/modules.h"

/* Bytes of the longest number. */
#define QC_VALUE_SIZE 8

struct qc_value {
    enum qc_type_kind kind;
    uint64_t bits; /* extended by the sign where the type has one; of a structure or array its
                      address */
    uint8_t size;  /* bytes that it has in memory */
    bool is_signed;
};

/* The low bits of a word, sign- or zero-extended; a width of 0 or beyond 63 is the word itself. */
uint64_t qc_value_extend(uint64_t word, unsigned width, bool is_signed);

/* The value of a type whose number is the low bytes of a word, as in a register. */
struct qc_value qc_value_from_word(const struct qc_type *type, uint64_t word);

/*
 * The same of a number's bytes in memory. A bit-field has bit_size bits, from bit_offset on that
 * is counted from the least significant one; a bit_size of 0: all of the bytes.
 */
struct qc_value qc_value_from_bytes(const struct qc_type *type, const uint8_t *bytes,
                                    bool big_endian, unsigned bit_size, unsigned bit_offset);

/* "qemu_global_mutex" or "table+0x10", malloc; NULL where no symbol holds the address. */
char *qc_value_symbol(const struct qc_modules *modules, uint64_t address);

/* Characters at an address, up to NUL, `most`, QC_LIMIT_TEXT or the end of what can be read,
   malloc; *cut: the string goes on. NULL: none can be read. */
char *qc_value_text(const struct qc_modules *modules, uint64_t address, size_t most, bool *cut);

#endif
