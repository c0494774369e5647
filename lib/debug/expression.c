/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug/expression.h"

#include <dwarf.h>
#include <inttypes.h>

#include "base/cursor.h"
#include "base/limits.h"

struct machine {
    const struct qc_expression *expression;
    const struct qc_registers *registers;
    struct qc_image *image;
    struct qc_cursor cursor;
    uint64_t stack[QC_LIMIT_EXPRESSION_STACK];
    size_t depth;
    bool bad_stack; /* a push beyond the top or a pop below the bottom */
};

static void push(struct machine *machine, uint64_t value)
{
    if (machine->depth == QC_LIMIT_EXPRESSION_STACK) {
        machine->bad_stack = true;
    } else {
        machine->stack[machine->depth++] = value;
    }
}

static uint64_t pop(struct machine *machine)
{
    if (machine->depth == 0) {
        machine->bad_stack = true;
        return 0;
    }
    return machine->stack[--machine->depth];
}

static void pick(struct machine *machine, size_t index)
{
    if (index >= machine->depth) {
        machine->bad_stack = true;
    } else {
        push(machine, machine->stack[machine->depth - 1 - index]);
    }
}

/* Constants and stack manipulation. False: not one of these. */
static bool operate_stack(struct machine *machine, uint8_t opcode)
{
    struct qc_cursor *cursor = &machine->cursor;
    if (opcode >= DW_OP_lit0 && opcode <= DW_OP_lit31) {
        push(machine, opcode - DW_OP_lit0);
        return true;
    }
    switch (opcode) {
    case DW_OP_nop:
        return true;
    case DW_OP_addr:
        push(machine, qc_cursor_u64(cursor) + machine->expression->bias);
        return true;
    case DW_OP_const1u:
        push(machine, qc_cursor_u8(cursor));
        return true;
    case DW_OP_const2u:
        push(machine, qc_cursor_u16(cursor));
        return true;
    case DW_OP_const4u:
        push(machine, qc_cursor_u32(cursor));
        return true;
    case DW_OP_const8u:
    case DW_OP_const8s:
        push(machine, qc_cursor_u64(cursor));
        return true;
    case DW_OP_const1s:
        push(machine, (uint64_t)qc_cursor_signed(cursor, 1));
        return true;
    case DW_OP_const2s:
        push(machine, (uint64_t)qc_cursor_signed(cursor, 2));
        return true;
    case DW_OP_const4s:
        push(machine, (uint64_t)qc_cursor_signed(cursor, 4));
        return true;
    case DW_OP_constu:
        push(machine, qc_cursor_uleb(cursor));
        return true;
    case DW_OP_consts:
        push(machine, (uint64_t)qc_cursor_sleb(cursor));
        return true;
    case DW_OP_dup:
        pick(machine, 0);
        return true;
    case DW_OP_over:
        pick(machine, 1);
        return true;
    case DW_OP_pick:
        pick(machine, qc_cursor_u8(cursor));
        return true;
    case DW_OP_drop:
        pop(machine);
        return true;
    case DW_OP_swap: {
        uint64_t top = pop(machine);
        uint64_t second = pop(machine);
        push(machine, top);
        push(machine, second);
        return true;
    }
    case DW_OP_rot: {
        uint64_t top = pop(machine);
        uint64_t second = pop(machine);
        uint64_t third = pop(machine);
        push(machine, top);
        push(machine, third);
        push(machine, second);
        return true;
    }
    default:
        return false;
    }
}

static bool operate_unary(struct machine *machine, uint8_t opcode)
{
    uint64_t operand;
    switch (opcode) {
    case DW_OP_abs:
        operand = pop(machine);
        push(machine, (int64_t)operand < 0 ? -operand : operand);
        return true;
    case DW_OP_neg:
        push(machine, -pop(machine));
        return true;
    case DW_OP_not:
        push(machine, ~pop(machine));
        return true;
    case DW_OP_plus_uconst:
        operand = pop(machine);
        push(machine, operand + qc_cursor_uleb(&machine->cursor));
        return true;
    default:
        return false;
    }
}

/* Shifts by the width of a word and more give what they would give bit by bit. */
static uint64_t shift_left(uint64_t value, uint64_t by)
{
    return by < 64 ? value << by : 0;
}

static uint64_t shift_right(uint64_t value, uint64_t by)
{
    return by < 64 ? value >> by : 0;
}

static uint64_t shift_right_signed(uint64_t value, uint64_t by)
{
    return (uint64_t)((int64_t)value >> (by < 64 ? by : 63));
}

/* The one quotient that does not fit, of INT64_MIN and -1, wraps as on every CPU that has one. */
static uint64_t divide_signed(uint64_t left, uint64_t right)
{
    return right == UINT64_MAX ? -left : (uint64_t)((int64_t)left / (int64_t)right);
}

static bool operate_binary(struct machine *machine, uint8_t opcode)
{
    if (opcode < DW_OP_and || opcode > DW_OP_ne || opcode == DW_OP_neg || opcode == DW_OP_not ||
        opcode == DW_OP_plus_uconst || opcode == DW_OP_bra) {
        return false;
    }
    uint64_t right = pop(machine);
    uint64_t left = pop(machine);
    if ((opcode == DW_OP_div || opcode == DW_OP_mod) && right == 0) {
        machine->bad_stack = true;
        return true;
    }
    uint64_t result = 0;
    switch (opcode) {
    case DW_OP_and:
        result = left & right;
        break;
    case DW_OP_div:
        result = divide_signed(left, right);
        break;
    case DW_OP_minus:
        result = left - right;
        break;
    case DW_OP_mod:
        result = left % right;
        break;
    case DW_OP_mul:
        result = left * right;
        break;
    case DW_OP_or:
        result = left | right;
        break;
    case DW_OP_plus:
        result = left + right;
        break;
    case DW_OP_shl:
        result = shift_left(left, right);
        break;
    case DW_OP_shr:
        result = shift_right(left, right);
        break;
    case DW_OP_shra:
        result = shift_right_signed(left, right);
        break;
    case DW_OP_xor:
        result = left ^ right;
        break;
    case DW_OP_eq:
        result = left == right;
        break;
    case DW_OP_ge:
        result = (int64_t)left >= (int64_t)right;
        break;
    case DW_OP_gt:
        result = (int64_t)left > (int64_t)right;
        break;
    case DW_OP_le:
        result = (int64_t)left <= (int64_t)right;
        break;
    case DW_OP_lt:
        result = (int64_t)left < (int64_t)right;
        break;
    case DW_OP_ne:
        result = left != right;
        break;
    }
    push(machine, result);
    return true;
}

static void jump(struct machine *machine, int64_t by)
{
    int64_t target = (int64_t)machine->cursor.position + by;
    if (target < 0) {
        machine->cursor.failed = true;
    } else {
        qc_cursor_seek(&machine->cursor, (size_t)target);
    }
}

static bool operate_control(struct machine *machine, uint8_t opcode)
{
    if (opcode == DW_OP_skip) {
        jump(machine, qc_cursor_signed(&machine->cursor, 2));
        return true;
    }
    if (opcode == DW_OP_bra) {
        int64_t by = qc_cursor_signed(&machine->cursor, 2);
        if (pop(machine) != 0) {
            jump(machine, by);
        }
        return true;
    }
    return false;
}

static bool operate_register(struct machine *machine, uint8_t opcode,
                             enum qemucore_status *status, struct qemucore_error *error)
{
    uint64_t number;
    if (opcode >= DW_OP_breg0 && opcode <= DW_OP_breg31) {
        number = opcode - DW_OP_breg0;
    } else if (opcode == DW_OP_bregx) {
        number = qc_cursor_uleb(&machine->cursor);
    } else {
        return false;
    }
    uint64_t value = 0;
    int64_t offset = qc_cursor_sleb(&machine->cursor);
    if (!qc_registers_get(machine->registers, number, &value)) {
        *status = qc_error_set(error, QEMUCORE_ABSENT, "register %" PRIu64 " is not known", number);
    }
    push(machine, value + (uint64_t)offset);
    return true;
}

static bool operate_memory(struct machine *machine, uint8_t opcode, enum qemucore_status *status,
                           struct qemucore_error *error)
{
    if (opcode != DW_OP_deref && opcode != DW_OP_deref_size) {
        return false;
    }
    size_t size = opcode == DW_OP_deref ? 8 : qc_cursor_u8(&machine->cursor);
    uint64_t value = 0;
    *status = qc_image_read_number(machine->image, pop(machine), size,
                                   machine->expression->big_endian, &value, error);
    push(machine, value);
    return true;
}

enum qemucore_status qc_expression_evaluate(const struct qc_expression *expression,
                                            const struct qc_registers *registers,
                                            struct qc_image *image, uint64_t *ret,
                                            struct qemucore_error *error)
{
    struct machine machine = {.expression = expression, .registers = registers, .image = image};
    machine.cursor = qc_cursor_new(expression->bytes, expression->size, expression->big_endian);
    if (expression->has_initial) {
        push(&machine, expression->initial);
    }
    for (unsigned step = 0; qc_cursor_left(&machine.cursor) != 0; step++) {
        if (step == QC_LIMIT_EXPRESSION_STEPS) {
            return qc_error_set(error, QEMUCORE_LIMIT, "expression: more than %d operations",
                                QC_LIMIT_EXPRESSION_STEPS);
        }
        enum qemucore_status status = QEMUCORE_OK;
        uint8_t opcode = qc_cursor_u8(&machine.cursor);
        if (!operate_stack(&machine, opcode) && !operate_unary(&machine, opcode) &&
            !operate_control(&machine, opcode) && !operate_binary(&machine, opcode) &&
            !operate_register(&machine, opcode, &status, error) &&
            !operate_memory(&machine, opcode, &status, error)) {
            return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                                "expression: operation 0x%02x is not understood", opcode);
        }
        if (status != QEMUCORE_OK) {
            return qc_error_prefix(error, status, "expression");
        }
        if (machine.bad_stack || machine.cursor.failed) {
            return qc_error_set(error, QEMUCORE_CORRUPT, "expression: operation 0x%02x at %zu: %s",
                                opcode, machine.cursor.position,
                                machine.bad_stack ? "operands" : "ends past the expression");
        }
    }
    if (machine.depth == 0) {
        return qc_error_set(error, QEMUCORE_CORRUPT, "expression: leaves no value");
    }
    *ret = machine.stack[machine.depth - 1];
    return QEMUCORE_OK;
}
