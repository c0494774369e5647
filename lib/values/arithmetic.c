/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/arithmetic.h"

#include <dwarf.h>

#include "values/value.h"

/* The only quotient that does not fit, INT64_MIN / -1, wraps as it does on CPUs that don't trap. */
static uint64_t divide(struct qc_slot left, struct qc_slot right)
{
    if (left.size != 0 && !left.is_signed) {
        return left.value / right.value;
    }
    return right.value == UINT64_MAX ? -left.value
                                     : (uint64_t)((int64_t)left.value / (int64_t)right.value);
}

static uint64_t modulo(struct qc_slot left, struct qc_slot right)
{
    if (left.size == 0 || !left.is_signed) {
        return left.value % right.value;
    }
    return right.value == UINT64_MAX ? 0
                                     : (uint64_t)((int64_t)left.value % (int64_t)right.value);
}

/* Values of the generic type compare signed (DWARF 5, 2.5.1.5). */
static int compare(struct qc_slot left, struct qc_slot right)
{
    if (left.size != 0 && !left.is_signed) {
        return qc_compare(left.value, right.value);
    }
    return ((int64_t)left.value > (int64_t)right.value) -
           ((int64_t)left.value < (int64_t)right.value);
}

/* A shift by 64 or more gives the same as shifting bit by bit. */
static uint64_t shift_right_signed(uint64_t value, uint64_t by)
{
    return (uint64_t)((int64_t)value >> (by < 64 ? by : 63));
}

uint64_t qc_slot_combine(uint8_t atom, struct qc_slot left, struct qc_slot right)
{
    switch (atom) {
    case DW_OP_and:
        return left.value & right.value;
    case DW_OP_div:
        return divide(left, right);
    case DW_OP_minus:
        return left.value - right.value;
    case DW_OP_mod:
        return modulo(left, right);
    case DW_OP_mul:
        return left.value * right.value;
    case DW_OP_or:
        return left.value | right.value;
    case DW_OP_plus:
        return left.value + right.value;
    case DW_OP_shl:
        return right.value < 64 ? left.value << right.value : 0;
    case DW_OP_shr:
        return right.value < 64
                   ? qc_value_extend(left.value, 8u * left.size, false) >> right.value
                   : 0;
    case DW_OP_shra:
        return shift_right_signed(qc_value_extend(left.value, 8u * left.size, true), right.value);
    case DW_OP_xor:
        return left.value ^ right.value;
    case DW_OP_eq:
        return left.value == right.value;
    case DW_OP_ge:
        return compare(left, right) >= 0;
    case DW_OP_gt:
        return compare(left, right) > 0;
    case DW_OP_le:
        return compare(left, right) <= 0;
    case DW_OP_lt:
        return compare(left, right) < 0;
    default: /* DW_OP_ne */
        return left.value != right.value;
    }
}
