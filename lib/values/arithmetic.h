/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arithmetic - operations on the stack of a DWARF expression (DWARF 5, 2.5.1.4 and 2.5.1.5)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A value on the stack, with a type if an operation like DW_OP_convert has given it one. */
struct qc_slot {
    uint64_t value;
    uint8_t size;     /* bytes; 0: the generic type, the size of an address */
    bool is_signed;
    uint16_t base;    /* 1 + register that the value is relative to; 0: none */
};

/* Returns the result of a binary operation, DW_OP_and to DW_OP_ne. A divisor must not be 0. */
uint64_t qc_slot_combine(uint8_t atom, struct qc_slot left, struct qc_slot right);
