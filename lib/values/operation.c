/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/operation.h"

#include <dwarf.h>

#include "values/value.h"

enum operand {
    NONE,
    U1,
    U2,
    U4,
    U8,
    S1,
    S2,
    S4,
    S8,
    ULEB,
    SLEB,
};

/* Operands of an opcode (DWARF 5, table 7.9), for those that call frame information may use
   (6.4.2). All others are only in locations, which libdw reads. */
struct shape {
    uint8_t first;
    uint8_t last;
    enum operand operands[2];
};

static const struct shape shapes[] = {
    {DW_OP_addr, DW_OP_addr, {U8, NONE}},
    {DW_OP_deref, DW_OP_deref, {NONE, NONE}},
    {DW_OP_const1u, DW_OP_const1u, {U1, NONE}},
    {DW_OP_const1s, DW_OP_const1s, {S1, NONE}},
    {DW_OP_const2u, DW_OP_const2u, {U2, NONE}},
    {DW_OP_const2s, DW_OP_const2s, {S2, NONE}},
    {DW_OP_const4u, DW_OP_const4u, {U4, NONE}},
    {DW_OP_const4s, DW_OP_const4s, {S4, NONE}},
    {DW_OP_const8u, DW_OP_const8u, {U8, NONE}},
    {DW_OP_const8s, DW_OP_const8s, {S8, NONE}},
    {DW_OP_constu, DW_OP_constu, {ULEB, NONE}},
    {DW_OP_consts, DW_OP_consts, {SLEB, NONE}},
    {DW_OP_dup, DW_OP_over, {NONE, NONE}},
    {DW_OP_pick, DW_OP_pick, {U1, NONE}},
    {DW_OP_swap, DW_OP_rot, {NONE, NONE}},
    {DW_OP_abs, DW_OP_plus, {NONE, NONE}},
    {DW_OP_plus_uconst, DW_OP_plus_uconst, {ULEB, NONE}},
    {DW_OP_shl, DW_OP_xor, {NONE, NONE}},
    {DW_OP_bra, DW_OP_bra, {S2, NONE}},
    {DW_OP_eq, DW_OP_ne, {NONE, NONE}},
    {DW_OP_skip, DW_OP_skip, {S2, NONE}},
    {DW_OP_lit0, DW_OP_lit31, {NONE, NONE}},
    {DW_OP_breg0, DW_OP_breg31, {SLEB, NONE}},
    {DW_OP_bregx, DW_OP_bregx, {ULEB, SLEB}},
    {DW_OP_deref_size, DW_OP_deref_size, {U1, NONE}},
    {DW_OP_nop, DW_OP_nop, {NONE, NONE}},
};

struct qc_operations qc_operations_new(const struct qc_expression *expression)
{
    return (struct qc_operations){
        .expression = expression,
        .cursor = qc_cursor_new(expression->bytes, expression->size, expression->big_endian),
    };
}

bool qc_operations_at_end(const struct qc_operations *operations)
{
    if (operations->expression->bytes == NULL) {
        return operations->next == operations->expression->count;
    }
    return qc_cursor_left(&operations->cursor) == 0;
}

static uint64_t read_operand(struct qc_cursor *cursor, enum operand operand)
{
    switch (operand) {
    case U1:
        return qc_cursor_u8(cursor);
    case U2:
        return qc_cursor_u16(cursor);
    case U4:
        return qc_cursor_u32(cursor);
    case U8:
    case S8:
        return qc_cursor_u64(cursor);
    case S1:
        return (uint64_t)qc_cursor_signed(cursor, 1);
    case S2:
        return (uint64_t)qc_cursor_signed(cursor, 2);
    case S4:
        return (uint64_t)qc_cursor_signed(cursor, 4);
    case ULEB:
        return qc_cursor_uleb(cursor);
    case SLEB:
        return (uint64_t)qc_cursor_sleb(cursor);
    default:
        return 0;
    }
}

bool qc_operations_next(struct qc_operations *operations, Dwarf_Op *ret)
{
    if (operations->expression->bytes == NULL) {
        *ret = operations->expression->operations[operations->next++];
        return true;
    }
    struct qc_cursor *cursor = &operations->cursor;
    ret->offset = cursor->position;
    ret->atom = qc_cursor_u8(cursor);
    for (size_t i = 0; i < qc_count(shapes); i++) {
        if (ret->atom >= shapes[i].first && ret->atom <= shapes[i].last) {
            ret->number = read_operand(cursor, shapes[i].operands[0]);
            ret->number2 = read_operand(cursor, shapes[i].operands[1]);
            return !cursor->failed;
        }
    }
    return false;
}

bool qc_operations_jump(struct qc_operations *operations, int64_t offset)
{
    const struct qc_expression *expression = operations->expression;
    if (expression->bytes != NULL) {
        if (offset < 0 || (uint64_t)offset > expression->size) {
            return false;
        }
        qc_cursor_seek(&operations->cursor, (size_t)offset);
        return true;
    }
    for (size_t i = 0; offset >= 0 && i < expression->count; i++) {
        if (expression->operations[i].offset == (uint64_t)offset) {
            operations->next = i;
            return true;
        }
    }
    /* The end of the expression, after the last operation, is a valid target. */
    operations->next = expression->count;
    return offset >= 0 && expression->count != 0 &&
           (uint64_t)offset > expression->operations[expression->count - 1].offset;
}

/* ---- operations on the stack of a DWARF expression (DWARF 5, 2.5.1.4 and 2.5.1.5) ------------ */

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
