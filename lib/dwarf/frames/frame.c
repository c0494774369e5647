/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/frames/frame.h"

#include <dwarf.h>
#include <inttypes.h>
#include <string.h>

#include "dwarf/frames/call_site.h"
#include "dwarf/dwarf_limits.h"

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

static enum qemucore_status answer_cfa(void *opaque, uint64_t *ret, struct qemucore_error *error)
{
    const struct qc_frame *frame = opaque;
    if (!frame->has_cfa) {
        return qc_error_set(error, QEMUCORE_ABSENT, "the frame's address is not known");
    }
    *ret = frame->cfa;
    return QEMUCORE_OK;
}

static enum qemucore_status answer_tls_address(void *opaque, uint64_t offset, uint64_t *ret,
                                               struct qemucore_error *error)
{
    const struct qc_frame *frame = opaque;
    const struct qc_frame_context *context = frame->context;
    if (context == NULL || context->tls_address == NULL || context->thread == NULL) {
        return qc_error_set(error, QEMUCORE_ABSENT, "thread-local, of a thread that is not known");
    }
    return context->tls_address(frame->module, context->thread, offset, ret, error);
}

static enum qemucore_status answer_entry_value(void *opaque, const Dwarf_Op *operations,
                                               size_t count, uint64_t *ret,
                                               struct qemucore_error *error)
{
    bool verified;
    enum qemucore_status status =
        qc_frame_entry_value(opaque, operations, count, &verified, ret, error);
    if (status == QEMUCORE_OK && !verified) {
        return qc_error_set(error, QEMUCORE_ABSENT,
                            "optimized out (the caller's call can't be told to be this one)");
    }
    return status;
}

static enum qemucore_status answer_parameter(void *opaque, Dwarf_Die *parameter, uint64_t *ret,
                                             struct qemucore_error *error);

static enum qemucore_status answer_frame_base(void *opaque, uint64_t *ret,
                                              struct qemucore_error *error);

/* Go writes its expressions as blocks, as DWARF 2 and 3 had them, into DWARF 4, where libdw takes none. A
   block whose length is a single byte has the form of an exprloc. */
static void take_block(Dwarf_Attribute *attribute)
{
    Dwarf_Block block;
    if (dwarf_whatform(attribute) == DW_FORM_block1 && dwarf_formblock(attribute, &block) == 0 &&
        block.length < 0x80) {
        attribute->form = DW_FORM_exprloc;
    }
}

/* The operations of an attribute that hold at the frame's address. */
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
        return qc_error_set(error, QEMUCORE_CORRUPT, "location: %s", dwarf_errmsg(-1));
    }
    if (found == 0) {
        return qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    }
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

/* The frame base itself may not ask for a frame base: that would never end. */
static enum qemucore_status answer_frame_base(void *opaque, uint64_t *ret,
                                              struct qemucore_error *error)
{
    struct qc_frame *frame = opaque;
    Dwarf_Attribute attribute;
    if (!frame->has_function ||
        dwarf_attr_integrate(&frame->function, DW_AT_frame_base, &attribute) == NULL) {
        return qc_error_set(error, QEMUCORE_ABSENT, "the function has no frame base");
    }
    struct qc_expression_frame asks;
    struct qc_expression expression;
    enum qemucore_status status =
        frame_expression(frame, &attribute, &asks, &expression, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    asks.frame_base = NULL;
    struct qc_registers registers = qc_kept_registers_all(&frame->registers);
    return qc_expression_evaluate(&expression, &registers, frame_image(frame), ret, error);
}

enum qemucore_status qc_frame_locate(const struct qc_frame *frame, Dwarf_Attribute *attribute,
                                     struct qc_location *ret, struct qemucore_error *error)
{
    struct qc_expression_frame asks;
    struct qc_expression expression;
    enum qemucore_status status =
        frame_expression(frame, attribute, &asks, &expression, error);
    struct qc_registers registers = qc_kept_registers_all(&frame->registers);
    return status != QEMUCORE_OK
               ? status
               : qc_expression_locate(&expression, &registers, frame_image(frame), ret, error);
}

enum qemucore_status qc_frame_evaluate(const struct qc_frame *frame, Dwarf_Attribute *attribute,
                                       uint64_t *ret, struct qemucore_error *error)
{
    struct qc_expression_frame asks;
    struct qc_expression expression;
    enum qemucore_status status =
        frame_expression(frame, attribute, &asks, &expression, error);
    struct qc_registers registers = qc_kept_registers_all(&frame->registers);
    return status != QEMUCORE_OK
               ? status
               : qc_expression_evaluate(&expression, &registers, frame_image(frame), ret, error);
}

/* The call that the frame's function was entered by. */
static enum qemucore_status frame_enter(const struct qc_frame *frame, struct qc_call_site *ret,
                                        struct qemucore_error *error)
{
    if (frame->caller == NULL || frame->caller->module == NULL || !frame->has_function ||
        frame->entry_depth == QC_LIMIT_ENTRY_DEPTH) {
        return qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    }
    struct qc_frame_context *context = frame->context;
    if (context == NULL || context->entry_budget == 0) {
        return qc_error_set(error, QEMUCORE_LIMIT, "more than %d entry values",
                            QC_LIMIT_ENTRY_VALUES);
    }
    if (*context->entry_budget_of_all == 0) {
        return qc_error_set(error, QEMUCORE_LIMIT, "more than %d entry values on all stacks together",
                            QC_LIMIT_ALL_ENTRY_VALUES);
    }
    context->entry_budget--;
    --*context->entry_budget_of_all;
    return qc_call_site_find(frame->caller, frame, ret, error);
}

enum qemucore_status qc_frame_entry_value(const struct qc_frame *frame, const Dwarf_Op *operations,
                                          size_t count, bool *verified, uint64_t *ret,
                                          struct qemucore_error *error)
{
    struct qc_call_site site;
    enum qemucore_status status = frame_enter(frame, &site, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    *verified = site.verified;
    Dwarf_Attribute attribute;
    if (!qc_call_site_parameter(&site, operations, count, &attribute)) {
        return qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    }
    return qc_frame_evaluate(&site.frame, &attribute, ret, error);
}

/* The call is one of this very function, or it would not know the parameter. */
static enum qemucore_status answer_parameter(void *opaque, Dwarf_Die *parameter, uint64_t *ret,
                                             struct qemucore_error *error)
{
    struct qc_call_site site;
    Dwarf_Attribute attribute;
    enum qemucore_status status = frame_enter(opaque, &site, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    if (!qc_call_site_named_parameter(&site, parameter, &attribute)) {
        return qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    }
    return qc_frame_evaluate(&site.frame, &attribute, ret, error);
}

/* A word as the CPU would have stored it; of a shorter object its low-order part. */
static void store_word(uint64_t word, uint8_t *buffer, size_t size, bool big_endian)
{
    for (size_t i = 0; i < size; i++) {
        size_t at = big_endian ? size - 1 - i : i;
        buffer[at] = i < 8 ? (uint8_t)(word >> (8 * i)) : 0;
    }
}

static enum qemucore_status read_piece(const struct qc_frame *frame, const struct qc_piece *piece,
                                       uint8_t *buffer, size_t size, struct qemucore_error *error)
{
    uint64_t word = piece->value;
    switch (piece->kind) {
    case QC_PIECE_NOTHING:
        return qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    case QC_PIECE_POINTER:
        return qc_error_set(error, QEMUCORE_ABSENT, "points to something that is not in memory");
    case QC_PIECE_MEMORY:
        return qc_image_read(frame_image(frame), piece->value, buffer, size, error);
    case QC_PIECE_BYTES:
        if (piece->bytes_size < size) {
            return qc_error_set(error, QEMUCORE_CORRUPT, "implicit value of %zu bytes, not %zu",
                                piece->bytes_size, size);
        }
        memcpy(buffer, piece->bytes, size);
        return QEMUCORE_OK;
    case QC_PIECE_REGISTER:
        if (size > 8 || !qc_kept_registers_get(&frame->registers, piece->value, &word)) {
            return qc_error_set(error, QEMUCORE_ABSENT,
                                "is in register %" PRIu64 ", whose contents are not known",
                                piece->value);
        }
        break;
    case QC_PIECE_VALUE:
        break;
    }
    store_word(word, buffer, size, frame_is_big_endian(frame));
    return QEMUCORE_OK;
}

/* Reads size bytes of an object from where it is. */
static enum qemucore_status read_pieces(const struct qc_frame *frame,
                                        const struct qc_location *location, uint8_t *buffer,
                                        size_t size, struct qemucore_error *error)
{
    size_t done = 0;
    for (size_t i = 0; i < location->count && done < size; i++) {
        const struct qc_piece *piece = &location->pieces[i];
        if (piece->bit_size % 8 != 0 || piece->bit_offset % 8 != 0) {
            return qc_error_set(error, QEMUCORE_UNSUPPORTED, "a piece of %" PRIu64 " bits",
                                piece->bit_size);
        }
        size_t part = piece->bit_size == 0 ? size - done : (size_t)(piece->bit_size / 8);
        part = part < size - done ? part : size - done;
        enum qemucore_status status = read_piece(frame, piece, buffer + done, part, error);
        if (status != QEMUCORE_OK) {
            return status;
        }
        done += part;
    }
    return done == size ? QEMUCORE_OK
                        : qc_error_set(error, QEMUCORE_ABSENT, "%zu of %zu bytes are known", done,
                                       size);
}

static bool has_location(Dwarf_Die *die, Dwarf_Attribute *ret)
{
    return dwarf_attr_integrate(die, DW_AT_location, ret) != NULL;
}

/* DW_AT_const_value: the compiler knew it. */
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

/* A structure or array has its address for a value. */
static enum qemucore_status aggregate_value(const struct qc_location *location,
                                            const struct qc_type *type, struct qc_value *ret,
                                            struct qemucore_error *error)
{
    if (location->count != 1 || location->pieces[0].kind != QC_PIECE_MEMORY) {
        return qc_error_set(error, QEMUCORE_ABSENT, "an object in pieces");
    }
    *ret = (struct qc_value){.kind = type->kind, .bits = location->pieces[0].value};
    return QEMUCORE_OK;
}

enum qemucore_status qc_frame_value(const struct qc_frame *frame, Dwarf_Die *die,
                                    const struct qc_type *type, struct qc_value *ret,
                                    struct qemucore_error *error)
{
    Dwarf_Attribute attribute;
    struct qc_location location;
    uint8_t bytes[QC_VALUE_SIZE];
    bool aggregate = qc_type_is_aggregate(type);
    if (!type->has_die || type->size == 0) {
        return qc_error_set(error, QEMUCORE_ABSENT, "its type is not known");
    }
    if (!aggregate && !qc_type_is_number(type)) {
        return qc_error_set(error, QEMUCORE_UNSUPPORTED, "values of this type are not shown");
    }
    if (!has_location(die, &attribute)) {
        return !aggregate && constant_value(die, type, ret)
                   ? QEMUCORE_OK
                   : qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    }
    enum qemucore_status status = qc_frame_locate(frame, &attribute, &location, error);
    if (status == QEMUCORE_OK && aggregate) {
        return aggregate_value(&location, type, ret, error);
    }
    if (status == QEMUCORE_OK) {
        status = read_pieces(frame, &location, bytes, type->size, error);
    }
    if (status == QEMUCORE_OK) {
        *ret = qc_value_from_bytes(type, bytes, frame_is_big_endian(frame), 0, 0);
    }
    return status;
}

enum qemucore_status qc_frame_passed(const struct qc_frame *frame, Dwarf_Die *die,
                                     const struct qc_type *type, struct qc_value *ret,
                                     struct qemucore_error *error)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *operations = NULL;
    size_t count = 0;
    uint64_t word;
    if (!qc_type_is_number(type) || !has_location(die, &attribute) ||
        dwarf_getlocation_addr(&attribute, frame->function_start - qc_frame_bias(frame),
                               &operations, &count, 1) <= 0 ||
        count != 1 || operations[0].atom < DW_OP_reg0 || operations[0].atom > DW_OP_reg31) {
        return qc_error_set(error, QEMUCORE_ABSENT, "not passed in a register");
    }
    enum qemucore_status status =
        answer_entry_value((void *)frame, operations, count, &word, error);
    if (status == QEMUCORE_OK) {
        *ret = qc_value_from_word(type, word);
    }
    return status;
}

enum qemucore_status qc_frame_address(const struct qc_frame *frame, Dwarf_Die *die, uint64_t *ret,
                                      struct qemucore_error *error)
{
    Dwarf_Attribute attribute;
    struct qc_location location;
    if (!has_location(die, &attribute)) {
        return qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    }
    enum qemucore_status status = qc_frame_locate(frame, &attribute, &location, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    if (location.count != 1 || location.pieces[0].kind != QC_PIECE_MEMORY) {
        return qc_error_set(error, QEMUCORE_ABSENT, "not in memory");
    }
    *ret = location.pieces[0].value;
    return QEMUCORE_OK;
}
