/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arithmetic - what DWARF expressions calculate with (DWARF 5, sections 2.5.1.4 and 2.5.1.5)
 */
#ifndef QC_DWARF_ARITHMETIC_H
#define QC_DWARF_ARITHMETIC_H

#include <stdbool.h>
#include <stdint.h>

/* A value, and its type where DW_OP_convert and the like have given it one. */
struct qc_slot {
    uint64_t value;
    uint8_t size;     /* bytes; 0: the generic type, as wide as an address */
    bool is_signed;
    uint16_t base;    /* 1 + the register that it is an offset from; 0: none */
};

/* The value of a binary operation, DW_OP_and to DW_OP_ne. The divisor is not 0. */
uint64_t qc_slot_combine(uint8_t atom, struct qc_slot left, struct qc_slot right);

#endif
