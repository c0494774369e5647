/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * operation - reads the operations of a DWARF expression one by one
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "values/expression.h"

struct qc_operations {
    const struct qc_expression *expression;
    struct qc_cursor cursor; /* into expression->bytes */
    size_t next;             /* index in expression->operations */
};

struct qc_operations qc_operations_new(const struct qc_expression *expression);

bool qc_operations_at_end(const struct qc_operations *operations);

/* Reads the next operation. False, with ret->atom set: the bytes end inside the operation, or it is
   one that CFI can't contain. */
bool qc_operations_next(struct qc_operations *operations, Dwarf_Op *ret);

/* Continues at a byte offset of the expression. False: no operation begins there. */
bool qc_operations_jump(struct qc_operations *operations, int64_t offset);

/* A value on the stack, with a type if an operation like DW_OP_convert has given it one. */
struct qc_slot {
    uint64_t value;
    uint8_t size;     /* bytes; 0: the generic type, the size of an address */
    bool is_signed;
    uint16_t base;    /* 1 + register that the value is relative to; 0: none */
};

/* Returns the result of a binary operation, DW_OP_and to DW_OP_ne. A divisor must not be 0. */
uint64_t qc_slot_combine(uint8_t atom, struct qc_slot left, struct qc_slot right);
