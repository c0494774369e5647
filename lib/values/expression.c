/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/expression.h"

#include <dwarf.h>
#include <inttypes.h>
#include <string.h>

#include "values/operation.h"
#include "values/value.h"
#include "values/values_limits.h"

struct machine {
    const struct qc_expression *expression;
    const struct qc_registers *registers;
    struct qc_image *image;
    struct qemucore_error *error;
    struct qc_operations operations;
    struct qc_slot stack[QC_LIMIT_EXPRESSION_STACK];
    size_t depth;
    bool bad_operands;  /* too many or too few on the stack, division by zero, a bad jump */
    enum qemucore_status status; /* status of the current operation */
    struct qc_location *location;
    struct qc_piece piece; /* set by the operations since the last DW_OP_piece */
    bool has_piece;        /* piece is set; false: the top of the stack is an address */
};

static void push_slot(struct machine *machine, struct qc_slot slot)
{
    if (machine->depth == QC_LIMIT_EXPRESSION_STACK) {
        machine->bad_operands = true;
    } else {
        machine->stack[machine->depth++] = slot;
    }
}

static void push(struct machine *machine, uint64_t value)
{
    push_slot(machine, (struct qc_slot){.value = value});
}

static struct qc_slot pop_slot(struct machine *machine)
{
    if (machine->depth == 0) {
        machine->bad_operands = true;
        return (struct qc_slot){0};
    }
    return machine->stack[--machine->depth];
}

static uint64_t pop(struct machine *machine)
{
    return pop_slot(machine).value;
}

static void pick(struct machine *machine, uint64_t index)
{
    if (index >= machine->depth) {
        machine->bad_operands = true;
    } else {
        push_slot(machine, machine->stack[machine->depth - 1 - index]);
    }
}

/* Moves the top slot below the count - 1 slots under it. */
static void rotate(struct machine *machine, size_t count)
{
    if (machine->depth < count) {
        machine->bad_operands = true;
        return;
    }
    struct qc_slot *bottom = &machine->stack[machine->depth - count];
    struct qc_slot top = bottom[count - 1];
    memmove(bottom + 1, bottom, (count - 1) * sizeof(*bottom));
    bottom[0] = top;
}

/* Constants and stack manipulation. Each operate_ function returns false for other operations. */
static bool operate_stack(struct machine *machine, const Dwarf_Op *operation)
{
    if (operation->atom >= DW_OP_lit0 && operation->atom <= DW_OP_lit31) {
        push(machine, operation->atom - DW_OP_lit0);
        return true;
    }
    if (operation->atom >= DW_OP_const1u && operation->atom <= DW_OP_consts) {
        push(machine, operation->number);
        return true;
    }
    switch (operation->atom) {
    case DW_OP_nop:
        return true;
    case DW_OP_addr:
        push(machine, operation->number + machine->expression->bias);
        return true;
    case DW_OP_dup:
        pick(machine, 0);
        return true;
    case DW_OP_over:
        pick(machine, 1);
        return true;
    case DW_OP_pick:
        pick(machine, operation->number);
        return true;
    case DW_OP_drop:
        pop(machine);
        return true;
    case DW_OP_swap:
        rotate(machine, 2);
        return true;
    case DW_OP_rot:
        rotate(machine, 3);
        return true;
    default:
        return false;
    }
}

static bool operate_unary(struct machine *machine, const Dwarf_Op *operation)
{
    if (operation->atom != DW_OP_abs && operation->atom != DW_OP_neg &&
        operation->atom != DW_OP_not && operation->atom != DW_OP_plus_uconst) {
        return false;
    }
    struct qc_slot slot = pop_slot(machine);
    switch (operation->atom) {
    case DW_OP_abs:
        slot.value = (int64_t)slot.value < 0 ? -slot.value : slot.value;
        break;
    case DW_OP_neg:
        slot.value = -slot.value;
        break;
    case DW_OP_not:
        slot.value = ~slot.value;
        break;
    default:
        slot.value += operation->number;
    }
    slot.value = qc_value_extend(slot.value, 8u * slot.size, slot.is_signed);
    push_slot(machine, slot);
    return true;
}

static bool operate_control(struct machine *machine, const Dwarf_Op *operation)
{
    if (operation->atom != DW_OP_skip && operation->atom != DW_OP_bra) {
        return false;
    }
    /* The operand counts from the end of the operation, which is opcode and two bytes. */
    int64_t target = (int64_t)operation->offset + 3 + (int16_t)operation->number;
    if ((operation->atom == DW_OP_skip || pop(machine) != 0) &&
        !qc_operations_jump(&machine->operations, target)) {
        machine->bad_operands = true;
    }
    return true;
}

static uint64_t register_value(struct machine *machine, uint64_t number)
{
    uint64_t value = 0;
    if (!qc_registers_get(machine->registers, number, &value)) {
        machine->status = qc_error_set(machine->error, QEMUCORE_ABSENT,
                                       "register %" PRIu64 " is not known", number);
    }
    return value;
}

static void push_offset(struct machine *machine, uint64_t number, uint64_t offset)
{
    push_slot(machine, (struct qc_slot){.value = register_value(machine, number) + offset,
                                        .base = number < UINT16_MAX ? (uint16_t)(number + 1) : 0});
}

static bool operate_register(struct machine *machine, const Dwarf_Op *operation)
{
    if (operation->atom >= DW_OP_breg0 && operation->atom <= DW_OP_breg31) {
        push_offset(machine, operation->atom - DW_OP_breg0, operation->number);
        return true;
    }
    if (operation->atom == DW_OP_bregx) {
        push_offset(machine, operation->number, operation->number2);
        return true;
    }
    return false;
}

static bool is_stack_address(const struct machine *machine, const struct qc_slot *slot)
{
    const struct qc_expression_frame *frame = machine->expression->frame;
    uint64_t value;
    uint64_t frame_base;
    if (slot->base == 0 || frame == NULL) {
        return false;
    }
    return slot->base - 1u == frame->stack_pointer ||
           (frame->frame_base != NULL &&
            qc_registers_get(machine->registers, slot->base - 1u, &value) &&
            frame->frame_base(frame->opaque, &frame_base, NULL) == QEMUCORE_OK &&
            value == frame_base);
}

/* LLVM (up to 14, at least) forgets to dereference the stack slot that a bool was spilled to: the
   value would be the low bits of the slot's address. */
static void refuse_address_bits(struct machine *machine, const struct qc_slot *slot)
{
    if (machine->status == QEMUCORE_OK && is_stack_address(machine, slot)) {
        machine->status = qc_error_set(machine->error, QEMUCORE_ABSENT,
                                       "the debug info has the address of its stack slot for it");
    }
}

static bool operate_binary(struct machine *machine, const Dwarf_Op *operation)
{
    uint8_t atom = operation->atom;
    if (atom < DW_OP_and || atom > DW_OP_ne || atom == DW_OP_bra) {
        return false;
    }
    struct qc_slot right = pop_slot(machine);
    struct qc_slot left = pop_slot(machine);
    if ((atom == DW_OP_div || atom == DW_OP_mod) && right.value == 0) {
        machine->bad_operands = true;
        return true;
    }
    if (atom == DW_OP_and && right.value <= UINT32_MAX) {
        refuse_address_bits(machine, &left);
    }
    struct qc_slot result = {.value = qc_slot_combine(atom, left, right)};
    if (atom < DW_OP_eq) { /* comparisons have a generic result */
        result.size = left.size;
        result.is_signed = left.is_signed;
        result.value = qc_value_extend(result.value, 8u * left.size, left.is_signed);
    }
    push_slot(machine, result);
    return true;
}

static bool operate_memory(struct machine *machine, const Dwarf_Op *operation)
{
    if (operation->atom != DW_OP_deref && operation->atom != DW_OP_deref_size) {
        return false;
    }
    uint64_t value = 0;
    size_t size = operation->atom == DW_OP_deref ? 8 : operation->number;
    if (size == 0 || size > 8) {
        machine->bad_operands = true;
        return true;
    }
    machine->status = qc_image_read_number(machine->image, pop(machine), size,
                                           machine->expression->big_endian, &value,
                                           machine->error);
    push(machine, value);
    return true;
}

/* LLVM converts a bool to one bit. Only the type's name tells: "DW_ATE_unsigned_1". */
static unsigned type_width(Dwarf_Die *type, const struct qc_slot *slot)
{
    const char *name = dwarf_diename(type);
    return name != NULL && strcmp(name, "DW_ATE_unsigned_1") == 0 ? 1 : 8u * slot->size;
}

/* Finds the base type that an operation names, and its width in bits. An offset of 0 means the
   generic type. False: not an integer of up to 8 bytes. */
static bool operation_type(struct machine *machine, const Dwarf_Op *operation,
                           Dwarf_Word type_offset, struct qc_slot *slot, unsigned *width)
{
    Dwarf_Die die;
    Dwarf_Attribute attribute;
    Dwarf_Word encoding;
    *slot = (struct qc_slot){0};
    *width = 0;
    if (type_offset == 0) {
        return true;
    }
    if (dwarf_getlocation_die(machine->expression->attribute, operation, &die) != 0 ||
        dwarf_formudata(dwarf_attr(&die, DW_AT_encoding, &attribute), &encoding) != 0 ||
        encoding == DW_ATE_float || encoding == DW_ATE_complex_float) {
        return false;
    }
    int size = dwarf_bytesize(&die);
    if (size <= 0 || size > 8) {
        return false;
    }
    slot->size = (uint8_t)size;
    slot->is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
    *width = type_width(&die, slot);
    return true;
}

/* Operations with types (DWARF 5, 2.5.1.7 and 2.5.1.6; before DWARF 5, GNU extensions). */
static bool operate_typed(struct machine *machine, const Dwarf_Op *operation)
{
    struct qc_slot result;
    struct qc_slot from;
    unsigned width;
    uint64_t value = 0;
    bool known;
    switch (operation->atom) {
    case DW_OP_convert:
    case DW_OP_GNU_convert:
    case DW_OP_reinterpret:
    case DW_OP_GNU_reinterpret:
        known = operation_type(machine, operation, operation->number, &result, &width);
        from = pop_slot(machine);
        if (width != 0 && width < 64) {
            refuse_address_bits(machine, &from);
        }
        value = from.value;
        break;
    case DW_OP_regval_type:
    case DW_OP_GNU_regval_type:
        known = operation_type(machine, operation, operation->number2, &result, &width);
        value = register_value(machine, operation->number);
        break;
    case DW_OP_deref_type:
    case DW_OP_GNU_deref_type:
        known = operation_type(machine, operation, operation->number2, &result, &width);
        machine->status = qc_image_read_number(machine->image, pop(machine), operation->number,
                                               machine->expression->big_endian, &value,
                                               machine->error);
        break;
    default:
        return false;
    }
    if (!known) {
        machine->status = qc_error_set(machine->error, QEMUCORE_UNSUPPORTED,
                                       "operation 0x%02x on a type that is no integer",
                                       operation->atom);
    }
    result.value = qc_value_extend(value, width, result.is_signed);
    push_slot(machine, result);
    return true;
}

static void fail_corrupt(struct machine *machine, const char *what)
{
    machine->status = qc_error_set(machine->error, QEMUCORE_CORRUPT, "%s", what);
}

/* Pushes what a register, or memory, held when the function was entered. */
static void push_entry_value(struct machine *machine, const Dwarf_Op *operation)
{
    const struct qc_expression_frame *frame = machine->expression->frame;
    Dwarf_Attribute attribute;
    Dwarf_Op *inner;
    size_t count;
    uint64_t value = 0;
    if (dwarf_getlocation_attr(machine->expression->attribute, operation, &attribute) != 0 ||
        dwarf_getlocation(&attribute, &inner, &count) != 0) {
        fail_corrupt(machine, "entry value");
        return;
    }
    machine->status = frame->entry_value(frame->opaque, inner, count, &value, machine->error);
    push(machine, value);
}

static void push_parameter(struct machine *machine, const Dwarf_Op *operation)
{
    const struct qc_expression_frame *frame = machine->expression->frame;
    Dwarf_Die parameter;
    uint64_t value = 0;
    if (dwarf_getlocation_die(machine->expression->attribute, operation, &parameter) != 0) {
        fail_corrupt(machine, "parameter");
        return;
    }
    machine->status = frame->parameter(frame->opaque, &parameter, &value, machine->error);
    push(machine, value);
}

/* Pushes an entry of .debug_addr: an address, which has a bias, or a constant. */
static void push_indexed(struct machine *machine, const Dwarf_Op *operation, uint64_t bias)
{
    Dwarf_Attribute attribute;
    Dwarf_Addr value;
    if (dwarf_getlocation_attr(machine->expression->attribute, operation, &attribute) != 0 ||
        dwarf_formaddr(&attribute, &value) != 0) {
        fail_corrupt(machine, "address index");
        return;
    }
    push(machine, value + bias);
}

/* Operations that need a frame. */
static bool operate_frame(struct machine *machine, const Dwarf_Op *operation)
{
    const struct qc_expression_frame *frame = machine->expression->frame;
    uint64_t value = 0;
    if (frame == NULL) {
        return false;
    }
    switch (operation->atom) {
    case DW_OP_fbreg:
        if (frame->frame_base == NULL) {
            return false;
        }
        machine->status = frame->frame_base(frame->opaque, &value, machine->error);
        push(machine, value + operation->number);
        return true;
    case DW_OP_call_frame_cfa:
        machine->status = frame->call_frame_address(frame->opaque, &value, machine->error);
        push(machine, value);
        return true;
    case DW_OP_form_tls_address:
    case DW_OP_GNU_push_tls_address:
        machine->status = frame->tls_address(frame->opaque, pop(machine), &value, machine->error);
        push(machine, value);
        return true;
    case DW_OP_entry_value:
    case DW_OP_GNU_entry_value:
        push_entry_value(machine, operation);
        return true;
    case DW_OP_GNU_parameter_ref:
        push_parameter(machine, operation);
        return true;
    case DW_OP_addrx:
    case DW_OP_GNU_addr_index:
        push_indexed(machine, operation, machine->expression->bias);
        return true;
    case DW_OP_constx:
    case DW_OP_GNU_const_index:
        push_indexed(machine, operation, 0);
        return true;
    default:
        return false;
    }
}

static void set_piece(struct machine *machine, struct qc_piece piece)
{
    machine->piece = piece;
    machine->has_piece = true;
}

/* Ends a piece: the one that is set, else the address on top of the stack, else nothing. */
static void finish_piece(struct machine *machine, uint64_t bit_size, uint64_t bit_offset)
{
    if (!machine->has_piece && machine->depth != 0) {
        machine->piece = (struct qc_piece){.kind = QC_PIECE_MEMORY, .value = pop(machine)};
    }
    if (machine->location->count == QC_LOCATION_PIECES) {
        machine->status = qc_error_set(machine->error, QEMUCORE_LIMIT, "more than %d pieces",
                                       QC_LOCATION_PIECES);
        return;
    }
    machine->piece.bit_size = bit_size;
    machine->piece.bit_offset = bit_offset;
    machine->location->pieces[machine->location->count++] = machine->piece;
    machine->piece = (struct qc_piece){.kind = QC_PIECE_NOTHING};
    machine->has_piece = false;
}

static void set_implicit_value(struct machine *machine, const Dwarf_Op *operation)
{
    Dwarf_Block block;
    if (dwarf_getlocation_implicit_value(machine->expression->attribute, operation, &block) != 0) {
        fail_corrupt(machine, "implicit value");
        return;
    }
    set_piece(machine, (struct qc_piece){.kind = QC_PIECE_BYTES,
                                         .bytes = block.data,
                                         .bytes_size = block.length});
}

static void set_implicit_pointer(struct machine *machine, const Dwarf_Op *operation)
{
    struct qc_piece pointer = {.kind = QC_PIECE_POINTER, .value = operation->number2};
    if (dwarf_getlocation_die(machine->expression->attribute, operation, &pointer.target) != 0) {
        fail_corrupt(machine, "implicit pointer");
        return;
    }
    set_piece(machine, pointer);
}

static bool operate_location(struct machine *machine, const Dwarf_Op *operation)
{
    if (operation->atom >= DW_OP_reg0 && operation->atom <= DW_OP_reg31) {
        set_piece(machine, (struct qc_piece){.kind = QC_PIECE_REGISTER,
                                             .value = operation->atom - DW_OP_reg0});
        return true;
    }
    switch (operation->atom) {
    case DW_OP_regx:
        set_piece(machine,
                  (struct qc_piece){.kind = QC_PIECE_REGISTER, .value = operation->number});
        return true;
    case DW_OP_stack_value:
        set_piece(machine, (struct qc_piece){.kind = QC_PIECE_VALUE, .value = pop(machine)});
        return true;
    case DW_OP_implicit_value:
        set_implicit_value(machine, operation);
        return true;
    case DW_OP_implicit_pointer:
    case DW_OP_GNU_implicit_pointer:
        set_implicit_pointer(machine, operation);
        return true;
    case DW_OP_piece:
        finish_piece(machine, 8 * operation->number, 0);
        return true;
    case DW_OP_bit_piece:
        finish_piece(machine, operation->number, operation->number2);
        return true;
    default:
        return false;
    }
}

static enum qemucore_status machine_run(struct machine *machine)
{
    struct qemucore_error *error = machine->error;
    for (unsigned step = 0; !qc_operations_at_end(&machine->operations); step++) {
        QC_FAIL_IF(step == QC_LIMIT_EXPRESSION_STEPS, error, QEMUCORE_LIMIT,
                   "expression: more than %d operations", QC_LIMIT_EXPRESSION_STEPS);
        Dwarf_Op operation = {0};
        bool read = qc_operations_next(&machine->operations, &operation);
        if (read && !operate_stack(machine, &operation) && !operate_unary(machine, &operation) &&
            !operate_control(machine, &operation) && !operate_binary(machine, &operation) &&
            !operate_register(machine, &operation) && !operate_memory(machine, &operation) &&
            !operate_frame(machine, &operation) && !operate_typed(machine, &operation) &&
            !operate_location(machine, &operation)) {
            read = false;
        }
        QC_FAIL_IF(machine->bad_operands || machine->operations.cursor.failed,
                   error, QEMUCORE_CORRUPT,
                   "expression: the operands of operation 0x%02x make no sense", operation.atom);
        QC_FAIL_IF(!read, error, QEMUCORE_UNSUPPORTED,
                   "expression: operation 0x%02x is not understood", operation.atom);
        if (machine->status != QEMUCORE_OK) {
            return machine->status;
        }
    }
    return QEMUCORE_OK;
}

static void machine_start(struct machine *machine, const struct qc_expression *expression,
                          const struct qc_registers *registers, struct qc_image *image,
                          struct qc_location *location, struct qemucore_error *error)
{
    machine->expression = expression;
    machine->registers = registers;
    machine->image = image;
    machine->error = error;
    machine->operations = qc_operations_new(expression);
    machine->depth = 0;
    machine->bad_operands = false;
    machine->status = QEMUCORE_OK;
    machine->location = location;
    machine->piece = (struct qc_piece){.kind = QC_PIECE_NOTHING};
    machine->has_piece = false;
    location->count = 0;
    if (expression->has_initial) {
        push(machine, expression->initial);
    }
}

enum qemucore_status qc_expression_locate(const struct qc_expression *expression,
                                          const struct qc_registers *registers,
                                          struct qc_image *image, struct qc_location *ret,
                                          struct qemucore_error *error)
{
    struct machine machine;
    machine_start(&machine, expression, registers, image, ret, error);
    enum qemucore_status status = machine_run(&machine);
    /* Without a piece operation, a single piece is the whole object. */
    if (status == QEMUCORE_OK && ret->count == 0) {
        finish_piece(&machine, 0, 0);
    }
    return status;
}

enum qemucore_status qc_expression_evaluate(const struct qc_expression *expression,
                                            const struct qc_registers *registers,
                                            struct qc_image *image, uint64_t *ret,
                                            struct qemucore_error *error)
{
    struct machine machine;
    struct qc_location location;
    machine_start(&machine, expression, registers, image, &location, error);
    enum qemucore_status status = machine_run(&machine);
    if (status != QEMUCORE_OK) {
        return status;
    }
    if (machine.has_piece && machine.piece.kind == QC_PIECE_REGISTER) {
        *ret = register_value(&machine, machine.piece.value);
        return machine.status;
    }
    if (machine.has_piece && machine.piece.kind == QC_PIECE_VALUE) {
        *ret = machine.piece.value;
        return QEMUCORE_OK;
    }
    QC_FAIL_IF(machine.depth == 0, error, QEMUCORE_CORRUPT, "expression: leaves no value");
    *ret = machine.stack[machine.depth - 1].value;
    return QEMUCORE_OK;
}
