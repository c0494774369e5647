/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/frames/frame.h"

#include <dwarf.h>
#include <inttypes.h>
#include <string.h>

#include "values/frames/call_site.h"
#include "values/values_limits.h"

static struct qc_image *frame_image(const struct qc_frame *frame)
{
    return frame->module->modules->core->image;
}

static bool frame_is_big_endian(const struct qc_frame *frame)
{
    return frame->module->modules->core->big_endian;
}

uint64_t qc_frame_bias(const struct qc_frame *frame)
{
    return frame->module->dwarf_bias;
}

static bool frame_is_go(const struct qc_frame *frame)
{
    Dwarf_Die function = frame->function;
    Dwarf_Die unit;
    return frame->has_function && dwarf_diecu(&function, &unit, NULL, NULL) != NULL &&
           dwarf_srclang(&unit) == DW_LANG_Go;
}

/*
 * Returns the registers that locations may name. A call has put its return address in the link
 * register, but gcc's locations have a variable there up to the end of the call instruction. In Go
 * only the stack pointer survives a call: functions save no registers for their callers
 * (src/cmd/compile/abi-internal.md), but locations still name registers set before it.
 */
static struct qc_registers frame_registers(const struct qc_frame *frame)
{
    struct qc_registers registers = qc_kept_registers_all(&frame->registers);
    const struct qc_arch *arch = frame->module->modules->core->arch;
    bool has_called = frame->lookup != frame->registers.pc;
    if (has_called && !arch->return_address_on_stack) {
        registers.known[arch->return_address] = false;
    }
    for (size_t i = 0; has_called && i < QC_ARCH_REGISTERS && frame_is_go(frame); i++) {
        registers.known[i] &= i == arch->stack_pointer;
    }
    return registers;
}

static enum qemucore_status answer_cfa(void *opaque, uint64_t *ret, struct qemucore_error *error)
{
    const struct qc_frame *frame = opaque;
    QC_FAIL_IF(!frame->has_cfa, error, QEMUCORE_ABSENT, "the frame's address is not known");
    *ret = frame->cfa;
    return QEMUCORE_OK;
}

static enum qemucore_status answer_tls_address(void *opaque, uint64_t offset, uint64_t *ret,
                                               struct qemucore_error *error)
{
    const struct qc_frame *frame = opaque;
    const struct qc_frame_context *context = frame->context;
    QC_FAIL_IF(context == NULL || context->thread == NULL, error, QEMUCORE_ABSENT,
               "thread-local, of a thread that is not known");
    return qc_tls_address(frame->module, context->thread, offset, ret, error);
}

static enum qemucore_status answer_entry_value(void *opaque, const Dwarf_Op *operations,
                                               size_t count, uint64_t *ret,
                                               struct qemucore_error *error);

static enum qemucore_status answer_parameter(void *opaque, Dwarf_Die *parameter, uint64_t *ret,
                                             struct qemucore_error *error);

static enum qemucore_status answer_frame_base(void *opaque, uint64_t *ret,
                                              struct qemucore_error *error);

/* Go writes expressions in DWARF 4 as blocks, as in DWARF 2 and 3, which libdw rejects. A block is
   encoded like an exprloc if its length is a LEB128, or a byte that would be the same as LEB128. */
static void take_block(Dwarf_Attribute *attribute)
{
    Dwarf_Block block;
    unsigned form = dwarf_whatform(attribute);
    if (form == DW_FORM_block || (form == DW_FORM_block1 &&
                                  dwarf_formblock(attribute, &block) == 0 && block.length < 0x80)) {
        attribute->form = DW_FORM_exprloc;
    }
}

static bool is_block(Dwarf_Attribute *attribute)
{
    unsigned form = dwarf_whatform(attribute);
    return form == DW_FORM_block1 || form == DW_FORM_block2 || form == DW_FORM_block4;
}

/* Finds the operations of an attribute that apply at the frame's address. */
static enum qemucore_status frame_expression(const struct qc_frame *frame,
                                             Dwarf_Attribute *attribute,
                                             struct qc_expression_frame *asks,
                                             struct qc_expression *expression,
                                             struct qemucore_error *error)
{
    Dwarf_Op *operations = NULL;
    size_t count = 0;
    take_block(attribute);
    int found = dwarf_getlocation_addr(attribute, frame->lookup - qc_frame_bias(frame),
                                       &operations, &count, 1);
    if (found < 0) {
        return is_block(attribute)
                   ? qc_error_set(error, QEMUCORE_UNSUPPORTED, "its location is a block of DWARF 2")
                   : qc_error_set(error, QEMUCORE_CORRUPT, "location: %s", dwarf_errmsg(-1));
    }
    QC_FAIL_IF(found == 0, error, QEMUCORE_ABSENT, "optimized out");
    *asks = (struct qc_expression_frame){
        .stack_pointer = frame->module->modules->core->arch->stack_pointer,
        .frame_base = answer_frame_base,
        .call_frame_address = answer_cfa,
        .tls_address = answer_tls_address,
        .entry_value = answer_entry_value,
        .parameter = answer_parameter,
        .opaque = (void *)frame,
    };
    *expression = (struct qc_expression){
        .operations = operations,
        .count = count,
        .attribute = attribute,
        .big_endian = frame_is_big_endian(frame),
        .bias = qc_frame_bias(frame),
        .frame = asks,
    };
    return QEMUCORE_OK;
}

/* The frame base must not ask for a frame base: that would never end. */
static enum qemucore_status answer_frame_base(void *opaque, uint64_t *ret,
                                              struct qemucore_error *error)
{
    struct qc_frame *frame = opaque;
    Dwarf_Attribute attribute;
    QC_FAIL_IF(!frame->has_function ||
               dwarf_attr_integrate(&frame->function, DW_AT_frame_base, &attribute) == NULL,
               error, QEMUCORE_ABSENT, "the function has no frame base");
    struct qc_expression_frame asks;
    struct qc_expression expression;
    QC_TRY(frame_expression(frame, &attribute, &asks, &expression, error));
    asks.frame_base = NULL;
    struct qc_registers registers = frame_registers(frame);
    return qc_expression_evaluate(&expression, &registers, frame_image(frame), ret, error);
}

/*
 * Evaluates the location in an attribute (DW_AT_location) at a frame: a single expression, or the
 * one in a list that covers the frame's address. QEMUCORE_ABSENT "optimized out" if none does.
 */
static enum qemucore_status frame_locate(const struct qc_frame *frame, Dwarf_Attribute *attribute,
                                         struct qc_location *ret, struct qemucore_error *error)
{
    struct qc_expression_frame asks;
    struct qc_expression expression;
    enum qemucore_status status = frame_expression(frame, attribute, &asks, &expression, error);
    struct qc_registers registers = frame_registers(frame);
    return status != QEMUCORE_OK
               ? status
               : qc_expression_locate(&expression, &registers, frame_image(frame), ret, error);
}

enum qemucore_status qc_frame_evaluate(const struct qc_frame *frame, Dwarf_Attribute *attribute,
                                       uint64_t *ret, struct qemucore_error *error)
{
    struct qc_expression_frame asks;
    struct qc_expression expression;
    enum qemucore_status status = frame_expression(frame, attribute, &asks, &expression, error);
    struct qc_registers registers = frame_registers(frame);
    return status != QEMUCORE_OK
               ? status
               : qc_expression_evaluate(&expression, &registers, frame_image(frame), ret, error);
}

/* Finds the call by which the frame's function was entered. */
static enum qemucore_status frame_enter(const struct qc_frame *frame, struct qc_call_site *ret,
                                        struct qemucore_error *error)
{
    QC_FAIL_IF(frame->caller == NULL || frame->caller->module == NULL || !frame->has_function ||
               frame->entry_depth == QC_LIMIT_ENTRY_DEPTH,
               error, QEMUCORE_ABSENT, "optimized out");
    struct qc_frame_context *context = frame->context;
    QC_FAIL_IF(context == NULL || context->entry_budget == 0, error, QEMUCORE_LIMIT,
               "more than %d entry values", QC_LIMIT_ENTRY_VALUES);
    QC_FAIL_IF(*context->entry_budget_of_all == 0, error, QEMUCORE_LIMIT,
               "more than %d entry values on all stacks together", QC_LIMIT_ALL_ENTRY_VALUES);
    context->entry_budget--;
    --*context->entry_budget_of_all;
    return qc_call_site_find(frame->caller, frame, ret, error);
}

/*
 * Finds what a register, or a slot of the frame (DW_OP_fbreg), held when the frame's function was
 * entered: the caller's debug info tells what it passed (DW_TAG_call_site_parameter). That only
 * counts if the caller calls this very function; with a tail call in between, something else may
 * have been passed.
 */
static enum qemucore_status answer_entry_value(void *opaque, const Dwarf_Op *operations,
                                               size_t count, uint64_t *ret,
                                               struct qemucore_error *error)
{
    struct qc_call_site site;
    Dwarf_Attribute attribute;
    QC_TRY(frame_enter(opaque, &site, error));
    QC_FAIL_IF(!qc_call_site_parameter(&site, operations, count, &attribute),
               error, QEMUCORE_ABSENT, "optimized out");
    QC_TRY(qc_frame_evaluate(&site.frame, &attribute, ret, error));
    QC_FAIL_IF(!site.verified, error, QEMUCORE_ABSENT,
               "optimized out (not certain which call of the caller this is)");
    return QEMUCORE_OK;
}

/* The call must be one of this very function, or it would not know the parameter. */
static enum qemucore_status answer_parameter(void *opaque, Dwarf_Die *parameter, uint64_t *ret,
                                             struct qemucore_error *error)
{
    struct qc_call_site site;
    Dwarf_Attribute attribute;
    QC_TRY(frame_enter(opaque, &site, error));
    QC_FAIL_IF(!qc_call_site_named_parameter(&site, parameter, &attribute), error, QEMUCORE_ABSENT,
               "optimized out");
    return qc_frame_evaluate(&site.frame, &attribute, ret, error);
}

/* Stores a word as the CPU would; for a shorter object, its low-order bytes. */
static void store_word(uint64_t word, uint8_t *buffer, size_t size, bool big_endian)
{
    for (size_t i = 0; i < size; i++) {
        buffer[big_endian ? size - 1 - i : i] = (uint8_t)(word >> (8 * i));
    }
}

/* Reads a register or value. An object uses its least significant bits (DWARF 5, 2.6.1.2). */
static enum qemucore_status read_word(const struct qc_frame *frame, const struct qc_piece *piece,
                                      uint8_t *buffer, size_t size, struct qemucore_error *error)
{
    uint64_t word = piece->value;
    struct qc_registers registers = frame_registers(frame);
    QC_FAIL_IF(piece->kind == QC_PIECE_REGISTER &&
               (size > QC_VALUE_SIZE || !qc_registers_get(&registers, piece->value, &word)),
               error, QEMUCORE_ABSENT, "is in register %" PRIu64 ", whose contents are not known",
               piece->value);
    QC_FAIL_IF(size > QC_VALUE_SIZE || piece->bit_offset >= 64, error, QEMUCORE_ABSENT,
               "a number of more than 64 bits");
    store_word(word >> piece->bit_offset, buffer, size, frame_is_big_endian(frame));
    return QEMUCORE_OK;
}

/* Reads count bytes, starting at `from`, of a piece that has `size` bytes. */
static enum qemucore_status read_piece(const struct qc_frame *frame, const struct qc_piece *piece,
                                       size_t size, size_t from, uint8_t *buffer, size_t count,
                                       struct qemucore_error *error)
{
    uint8_t word[QC_VALUE_SIZE];
    switch (piece->kind) {
    case QC_PIECE_NOTHING:
        return qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    case QC_PIECE_POINTER:
        return qc_error_set(error, QEMUCORE_ABSENT, "points to something that is not in memory");
    case QC_PIECE_MEMORY:
        return qc_image_read(frame_image(frame), piece->value + from, buffer, count, error);
    case QC_PIECE_BYTES:
        QC_FAIL_IF(from > piece->bytes_size || count > piece->bytes_size - from,
                   error, QEMUCORE_CORRUPT, "implicit value of %zu bytes, not %zu",
                   piece->bytes_size, size);
        memcpy(buffer, piece->bytes + from, count);
        return QEMUCORE_OK;
    case QC_PIECE_REGISTER:
    case QC_PIECE_VALUE:
        break;
    }
    QC_TRY(read_word(frame, piece, word, size, error));
    memcpy(buffer, word + from, count);
    return QEMUCORE_OK;
}

/* A part of an object, in bits. */
struct part {
    uint64_t size; /* of the whole piece */
    uint64_t from;
    uint64_t count;
    uint64_t to;
};

/* Only for little-endian CPUs, which number bits from the least significant one of each byte. */
static enum qemucore_status read_bits(const struct qc_frame *frame, const struct qc_piece *piece,
                                      const struct part *part, uint8_t *buffer,
                                      struct qemucore_error *error)
{
    uint8_t bytes[QC_VALUE_SIZE + 1];
    uint64_t first = part->from / 8;
    size_t count = (size_t)((part->from + part->count + 7) / 8 - first);
    bool is_lost = piece->kind == QC_PIECE_NOTHING;
    QC_FAIL_IF((frame_is_big_endian(frame) && !is_lost) || count > sizeof(bytes),
               error, QEMUCORE_UNSUPPORTED, "a piece of %" PRIu64 " bits", piece->bit_size);
    enum qemucore_status status = read_piece(frame, piece, (size_t)((part->size + 7) / 8),
                                             (size_t)first, bytes, count, error);
    for (uint64_t i = 0; status == QEMUCORE_OK && i < part->count; i++) {
        uint64_t from = part->from % 8 + i;
        uint64_t to = part->to + i;
        buffer[to / 8] |= (uint8_t)((bytes[from / 8] >> from % 8 & 1) << to % 8);
    }
    return status;
}

static enum qemucore_status read_part(const struct qc_frame *frame, const struct qc_piece *piece,
                                      struct part part, uint8_t *buffer,
                                      struct qemucore_error *error)
{
    if (piece->kind == QC_PIECE_MEMORY || piece->kind == QC_PIECE_BYTES) {
        part.from += piece->bit_offset;
    }
    if ((part.size | part.from | part.count | part.to) % 8 != 0) {
        return read_bits(frame, piece, &part, buffer, error);
    }
    return read_piece(frame, piece, (size_t)(part.size / 8), (size_t)(part.from / 8),
                      buffer + part.to / 8, (size_t)(part.count / 8), error);
}

/* Reads the bytes of a part of a variable, or a bit-field's bits. whole: size of the variable. */
static enum qemucore_status read_pieces(const struct qc_frame *frame,
                                        const struct qc_location *location, uint64_t whole,
                                        const struct qc_frame_part *wanted, uint8_t *buffer,
                                        size_t size, struct qemucore_error *error)
{
    unsigned bits = wanted->bit_size != 0 ? wanted->bit_size : 8 * (unsigned)size;
    unsigned above = 8 * (unsigned)size - wanted->bit_offset - bits;
    uint64_t begin =
        8 * wanted->offset + (frame_is_big_endian(frame) ? above : wanted->bit_offset);
    uint64_t end = begin + bits;
    uint64_t at = 0;
    memset(buffer, 0, size);
    for (size_t i = 0; i < location->count && at < end; i++) {
        const struct qc_piece *piece = &location->pieces[i];
        uint64_t width = piece->bit_size != 0 ? piece->bit_size : 8 * whole - at;
        uint64_t low = qc_max(at, begin);
        uint64_t high = end - at < width ? end : at + width;
        struct part part = {
            .size = width, .from = low - at, .count = high - low, .to = low - 8 * wanted->offset};
        QC_TRY(low < high ? read_part(frame, piece, part, buffer, error) : QEMUCORE_OK);
        at = high;
    }
    return at >= end ? QEMUCORE_OK
                     : qc_error_set(error, QEMUCORE_ABSENT, "%" PRIu64 " of %zu bytes are known",
                                    at > begin ? (at - begin) / 8 : 0, size);
}

static bool has_location(Dwarf_Die *die, Dwarf_Attribute *ret)
{
    return dwarf_attr_integrate(die, DW_AT_location, ret) != NULL;
}

/* Reads DW_AT_const_value, for a variable whose value is known to the compiler. */
static bool constant_value(Dwarf_Die *die, const struct qc_type *type, struct qc_value *ret)
{
    Dwarf_Attribute attribute;
    Dwarf_Sword constant;
    if (dwarf_attr_integrate(die, DW_AT_const_value, &attribute) == NULL ||
        dwarf_formsdata(&attribute, &constant) != 0) {
        return false;
    }
    *ret = qc_value_from_word(type, (uint64_t)constant);
    return true;
}

static uint64_t variable_size(Dwarf_Die *die)
{
    struct qc_type type;
    return qc_type_of(die, &type) ? type.size : 0;
}

/* Finds the address of a variable that is in memory, in one piece or in adjacent ones. */
static bool location_address(const struct qc_location *location, uint64_t whole, uint64_t *ret)
{
    const struct qc_piece *pieces = location->pieces;
    uint64_t size = 0;
    for (size_t i = 0; i < location->count; i++) {
        if (pieces[i].kind != QC_PIECE_MEMORY || pieces[i].bit_offset != 0 ||
            pieces[i].bit_size % 8 != 0 || pieces[i].value != pieces[0].value + size) {
            return false;
        }
        size += pieces[i].bit_size == 0 ? whole : pieces[i].bit_size / 8;
    }
    *ret = pieces[0].value;
    return location->count != 0 && size >= whole;
}

static enum qemucore_status locate_variable(const struct qc_frame *frame, Dwarf_Die *variable,
                                            struct qc_location *ret, struct qemucore_error *error)
{
    Dwarf_Attribute attribute;
    return has_location(variable, &attribute)
               ? frame_locate(frame, &attribute, ret, error)
               : qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
}

bool qc_frame_is_in_pieces(const struct qc_frame *frame, Dwarf_Die *variable)
{
    struct qc_location location;
    uint64_t address;
    bool known = false;
    if (locate_variable(frame, variable, &location, NULL) == QEMUCORE_OK) {
        struct qc_registers registers = frame_registers(frame);
        for (size_t i = 0; i < location.count; i++) {
            const struct qc_piece *piece = &location.pieces[i];
            uint64_t word;
            known |= piece->kind == QC_PIECE_REGISTER
                         ? qc_registers_get(&registers, piece->value, &word)
                         : piece->kind != QC_PIECE_NOTHING;
        }
    }
    return known && !location_address(&location, variable_size(variable), &address);
}

bool qc_frame_pointee(const struct qc_frame *frame, const struct qc_frame_part *part,
                      struct qc_frame_part *ret)
{
    struct qc_location location;
    Dwarf_Die variable = part->variable;
    uint64_t at = 0;
    size_t i = 0;
    if (locate_variable(frame, &variable, &location, NULL) != QEMUCORE_OK) {
        return false;
    }
    while (i < location.count && at < 8 * part->offset) {
        at += location.pieces[i++].bit_size;
    }
    if (i == location.count || at != 8 * part->offset ||
        location.pieces[i].kind != QC_PIECE_POINTER) {
        return false;
    }
    *ret = (struct qc_frame_part){.variable = location.pieces[i].target,
                                  .offset = location.pieces[i].value};
    return true;
}

/* Reads the value at a location; for a structure or array, that is its address. */
static enum qemucore_status located_value(const struct qc_frame *frame,
                                          const struct qc_frame_part *part,
                                          const struct qc_location *location,
                                          const struct qc_type *type, struct qc_value *ret,
                                          struct qemucore_error *error)
{
    Dwarf_Die variable = part->variable;
    uint64_t whole = variable_size(&variable);
    uint8_t bytes[QC_VALUE_SIZE];
    if (qc_type_is_aggregate(type)) {
        uint64_t address;
        QC_FAIL_IF(!location_address(location, whole, &address), error, QEMUCORE_ABSENT,
                   "an object in pieces");
        *ret = (struct qc_value){.kind = type->kind, .bits = address + part->offset};
        return QEMUCORE_OK;
    }
    QC_FAIL_IF(type->size > whole || part->offset > whole - type->size, error, QEMUCORE_CORRUPT,
               "after the end of its variable");
    QC_TRY(read_pieces(frame, location, whole, part, bytes, type->size, error));
    *ret = qc_value_from_bytes(type, bytes, frame_is_big_endian(frame), part->bit_size,
                               part->bit_offset);
    return QEMUCORE_OK;
}

enum qemucore_status qc_frame_value(const struct qc_frame *frame, const struct qc_frame_part *part,
                                    const struct qc_type *type, struct qc_value *ret,
                                    struct qemucore_error *error)
{
    Dwarf_Die variable = part->variable;
    struct qc_location location;
    bool aggregate = qc_type_is_aggregate(type);
    QC_FAIL_IF(!type->has_die || (type->size == 0 && !aggregate), error, QEMUCORE_ABSENT,
               "its type is not known");
    QC_FAIL_IF(!aggregate && !qc_type_is_number(type), error, QEMUCORE_UNSUPPORTED,
               "values of this type are not shown");
    Dwarf_Attribute attribute;
    if (!has_location(&variable, &attribute) && !aggregate && part->offset == 0 &&
        part->bit_size == 0 && constant_value(&variable, type, ret)) {
        return QEMUCORE_OK;
    }
    QC_TRY(locate_variable(frame, &variable, &location, error));
    return located_value(frame, part, &location, type, ret, error);
}

enum qemucore_status qc_frame_passed(const struct qc_frame *frame, Dwarf_Die *die,
                                     const struct qc_type *type, struct qc_value *ret,
                                     struct qemucore_error *error)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *operations = NULL;
    size_t count = 0;
    uint64_t word;
    QC_FAIL_IF(!qc_type_is_number(type) || !has_location(die, &attribute) ||
               dwarf_getlocation_addr(&attribute, frame->function_start - qc_frame_bias(frame),
                                      &operations, &count, 1) <= 0 ||
               count != 1 || operations[0].atom < DW_OP_reg0 || operations[0].atom > DW_OP_reg31,
               error, QEMUCORE_ABSENT, "not passed in a register");
    QC_TRY(answer_entry_value((void *)frame, operations, count, &word, error));
    *ret = qc_value_from_word(type, word);
    return QEMUCORE_OK;
}

enum qemucore_status qc_frame_address(const struct qc_frame *frame, Dwarf_Die *die, uint64_t *ret,
                                      struct qemucore_error *error)
{
    struct qc_location location;
    QC_TRY(locate_variable(frame, die, &location, error));
    return location_address(&location, variable_size(die), ret)
               ? QEMUCORE_OK
               : qc_error_set(error, QEMUCORE_ABSENT, "not in memory");
}
