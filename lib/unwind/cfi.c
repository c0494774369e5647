/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/cfi.h"

#include <dwarf.h>
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "unwind/cfi_table.h"
#include "unwind/unwind_limits.h"

/* DW_CFA_advance_loc, _offset and _restore carry an operand in the low six bits. */
#define PRIMARY_MASK 0xc0
#define OPERAND_MASK 0x3f

struct qc_cfi {
    struct qemucore_module *module;
    struct qc_cfi_table eh_frame;
    struct qc_cfi_table debug_frame;
    bool debug_frame_looked_for;
};

struct interpreter {
    const struct qc_cfi_entry *entry;
    const struct qc_cfi_section *section;
    uint64_t wanted;   /* the address whose row is asked for */
    uint64_t location; /* the first address at which the current row holds */
    struct qc_cfi_row *row;
    const struct qc_cfi_row *initial; /* the row of the CIE's instructions; NULL while those run */
    QC_VEC(struct qc_cfi_row) remembered;
    struct qc_cursor cursor;
    enum qemucore_status status; /* why it can't go on; QEMUCORE_OK: it can */
};

/* Ignores the rule of a register that is not tracked. */
static void set_rule(struct interpreter *interpreter, uint64_t number, struct qc_cfi_rule rule)
{
    if (number < QC_ARCH_REGISTERS) {
        interpreter->row->rules[number] = rule;
    }
}

static void restore(struct interpreter *interpreter, uint64_t number)
{
    if (interpreter->initial == NULL) {
        interpreter->status = QEMUCORE_CORRUPT;
    } else if (number < QC_ARCH_REGISTERS) {
        interpreter->row->rules[number] = interpreter->initial->rules[number];
    }
}

/* Multiplies unsigned numbers: a senseless factor wraps, where signed ones would be undefined. */
static int64_t by_data_alignment(const struct interpreter *interpreter, uint64_t factored)
{
    return (int64_t)(factored * (uint64_t)interpreter->entry->data_alignment);
}

static int64_t read_offset(struct interpreter *interpreter)
{
    return by_data_alignment(interpreter, qc_cursor_uleb(&interpreter->cursor));
}

static int64_t read_signed_offset(struct interpreter *interpreter)
{
    return by_data_alignment(interpreter, (uint64_t)qc_cursor_sleb(&interpreter->cursor));
}

static struct qc_cfi_rule read_expression(struct qc_cursor *cursor, enum qc_cfi_rule_kind kind)
{
    size_t size = (size_t)qc_cursor_uleb(cursor);
    return (struct qc_cfi_rule){.kind = kind, .bytes = qc_cursor_take(cursor, size), .size = size};
}

/* Moves the location forward. False: the wanted row is complete. */
static bool advance_to(struct interpreter *interpreter, uint64_t location)
{
    if (location > interpreter->wanted) {
        return false;
    }
    interpreter->location = location;
    return true;
}

static bool advance(struct interpreter *interpreter, uint64_t factored)
{
    return advance_to(interpreter,
                      interpreter->location + factored * interpreter->entry->code_alignment);
}

static void define_cfa(struct interpreter *interpreter, uint64_t number, int64_t offset)
{
    interpreter->row->cfa =
        (struct qc_cfi_rule){.kind = QC_CFI_RULE_REGISTER, .number = number, .offset = offset};
}

static void operate_cfa(struct interpreter *interpreter, uint8_t opcode)
{
    struct qc_cursor *cursor = &interpreter->cursor;
    struct qc_cfi_rule *cfa = &interpreter->row->cfa;
    uint64_t number;
    switch (opcode) {
    case DW_CFA_def_cfa:
        number = qc_cursor_uleb(cursor);
        define_cfa(interpreter, number, (int64_t)qc_cursor_uleb(cursor));
        break;
    case DW_CFA_def_cfa_sf:
        number = qc_cursor_uleb(cursor);
        define_cfa(interpreter, number, read_signed_offset(interpreter));
        break;
    case DW_CFA_def_cfa_register:
        /* LoongArch's CIE says def_cfa_register without a def_cfa before it: the offset is 0. */
        define_cfa(interpreter, qc_cursor_uleb(cursor),
                   cfa->kind == QC_CFI_RULE_REGISTER ? cfa->offset : 0);
        break;
    case DW_CFA_def_cfa_offset:
        define_cfa(interpreter, cfa->number, (int64_t)qc_cursor_uleb(cursor));
        break;
    case DW_CFA_def_cfa_offset_sf:
        define_cfa(interpreter, cfa->number, read_signed_offset(interpreter));
        break;
    case DW_CFA_def_cfa_expression:
        *cfa = read_expression(cursor, QC_CFI_RULE_VALUE_EXPRESSION);
        break;
    }
}

static void operate_state(struct interpreter *interpreter, uint8_t opcode)
{
    if (opcode == DW_CFA_remember_state) {
        bool is_full = interpreter->remembered.count == QC_LIMIT_CFI_STATES;
        if (is_full || !qc_vec_push(&interpreter->remembered, *interpreter->row)) {
            interpreter->status = is_full ? QEMUCORE_LIMIT : QEMUCORE_NO_MEMORY;
        }
    } else if (interpreter->remembered.count == 0) {
        interpreter->status = QEMUCORE_CORRUPT;
    } else {
        *interpreter->row = interpreter->remembered.items[--interpreter->remembered.count];
    }
}

/* The operand after the register in an instruction that sets its rule (DWARF 5, 6.4.2.3). */
enum operand {
    OPERAND_NOTHING = 1,
    OPERAND_OFFSET, /* in units of the data alignment */
    OPERAND_SIGNED_OFFSET,
    OPERAND_NEGATIVE_OFFSET,
    OPERAND_REGISTER,
    OPERAND_EXPRESSION,
};

static const struct {
    enum operand operand; /* 0: the instruction sets no register's rule */
    enum qc_cfi_rule_kind kind;
} rules[OPERAND_MASK + 1] = {
    [DW_CFA_offset_extended] = {OPERAND_OFFSET, QC_CFI_RULE_OFFSET},
    [DW_CFA_offset_extended_sf] = {OPERAND_SIGNED_OFFSET, QC_CFI_RULE_OFFSET},
    [DW_CFA_GNU_negative_offset_extended] = {OPERAND_NEGATIVE_OFFSET, QC_CFI_RULE_OFFSET},
    [DW_CFA_val_offset] = {OPERAND_OFFSET, QC_CFI_RULE_VALUE_OFFSET},
    [DW_CFA_val_offset_sf] = {OPERAND_SIGNED_OFFSET, QC_CFI_RULE_VALUE_OFFSET},
    [DW_CFA_undefined] = {OPERAND_NOTHING, QC_CFI_RULE_UNDEFINED},
    [DW_CFA_same_value] = {OPERAND_NOTHING, QC_CFI_RULE_SAME},
    [DW_CFA_register] = {OPERAND_REGISTER, QC_CFI_RULE_REGISTER},
    [DW_CFA_expression] = {OPERAND_EXPRESSION, QC_CFI_RULE_EXPRESSION},
    [DW_CFA_val_expression] = {OPERAND_EXPRESSION, QC_CFI_RULE_VALUE_EXPRESSION},
};

static void operate_rule(struct interpreter *interpreter, uint8_t opcode)
{
    struct qc_cursor *cursor = &interpreter->cursor;
    uint64_t number = qc_cursor_uleb(cursor);
    struct qc_cfi_rule rule = {.kind = rules[opcode].kind};
    switch (rules[opcode].operand) {
    case OPERAND_NOTHING:
        break;
    case OPERAND_OFFSET:
        rule.offset = read_offset(interpreter);
        break;
    case OPERAND_SIGNED_OFFSET:
        rule.offset = read_signed_offset(interpreter);
        break;
    case OPERAND_NEGATIVE_OFFSET:
        rule.offset = by_data_alignment(interpreter, 0 - qc_cursor_uleb(cursor));
        break;
    case OPERAND_REGISTER:
        rule.number = qc_cursor_uleb(cursor);
        break;
    case OPERAND_EXPRESSION:
        rule = read_expression(cursor, rule.kind);
        break;
    }
    set_rule(interpreter, number, rule);
}

static uint64_t read_location(struct interpreter *interpreter)
{
    struct qc_cursor *cursor = &interpreter->cursor;
    const struct qc_cfi_section *section = interpreter->section;
    const uint8_t *at = cursor->bytes + cursor->position;
    return qc_cfi_pointer(cursor, interpreter->entry->pointer_encoding,
                          section->address + (uint64_t)(at - section->bytes), 0);
}

/* Executes an instruction without an operand in its opcode. False: the wanted row is complete, or
   the instruction is not known. */
static bool operate(struct interpreter *interpreter, uint8_t opcode)
{
    struct qc_cursor *cursor = &interpreter->cursor;
    if (rules[opcode].operand != 0) {
        operate_rule(interpreter, opcode);
        return true;
    }
    switch (opcode) {
    case DW_CFA_set_loc:
        return advance_to(interpreter, read_location(interpreter));
    case DW_CFA_advance_loc1:
        return advance(interpreter, qc_cursor_u8(cursor));
    case DW_CFA_advance_loc2:
        return advance(interpreter, qc_cursor_u16(cursor));
    case DW_CFA_advance_loc4:
        return advance(interpreter, qc_cursor_u32(cursor));
    case DW_CFA_restore_extended:
        restore(interpreter, qc_cursor_uleb(cursor));
        return true;
    case DW_CFA_remember_state:
    case DW_CFA_restore_state:
        operate_state(interpreter, opcode);
        return true;
    case DW_CFA_def_cfa:
    case DW_CFA_def_cfa_sf:
    case DW_CFA_def_cfa_register:
    case DW_CFA_def_cfa_offset:
    case DW_CFA_def_cfa_offset_sf:
    case DW_CFA_def_cfa_expression:
        operate_cfa(interpreter, opcode);
        return true;
    case DW_CFA_GNU_args_size:
        qc_cursor_uleb(cursor);
        return true;
    case DW_CFA_nop:
    /* The same number is DW_CFA_AARCH64_negate_ra_state. Signatures are stripped from all return
       addresses, so that state is not needed. */
    case DW_CFA_GNU_window_save:
        return true;
    default:
        interpreter->status = QEMUCORE_CORRUPT;
        return false;
    }
}

/* Tells why the instruction, the latest one, ends the run. */
static enum qemucore_status run_fail(const struct interpreter *interpreter, uint8_t opcode,
                                     struct qemucore_error *error)
{
    switch (interpreter->status) {
    case QEMUCORE_NO_MEMORY:
        return qc_error_memory(error);
    case QEMUCORE_LIMIT:
        return qc_error_set(error, QEMUCORE_LIMIT,
                            "the call frame entry for 0x%" PRIx64
                            " has more than %d instructions, or remembers more than %d rows",
                            interpreter->entry->start, QC_LIMIT_CFI_STEPS, QC_LIMIT_CFI_STATES);
    default:
        return qc_error_set(error, QEMUCORE_CORRUPT,
                            "call frame instruction 0x%02x of the entry for 0x%" PRIx64
                            " makes no sense",
                            opcode, interpreter->entry->start);
    }
}

/* Executes instructions until they end or pass the wanted address. */
static enum qemucore_status run(struct interpreter *interpreter, const uint8_t *instructions,
                                const uint8_t *end, struct qemucore_error *error)
{
    interpreter->cursor = qc_cursor_new(instructions, (size_t)(end - instructions),
                                        interpreter->section->big_endian);
    struct qc_cursor *cursor = &interpreter->cursor;
    bool more = true;
    for (unsigned step = 0; more && qc_cursor_left(cursor) != 0; step++) {
        uint8_t opcode = qc_cursor_u8(cursor);
        uint8_t operand = opcode & OPERAND_MASK;
        switch (opcode & PRIMARY_MASK) {
        case DW_CFA_advance_loc:
            more = advance(interpreter, operand);
            break;
        case DW_CFA_offset:
            set_rule(interpreter, operand,
                     (struct qc_cfi_rule){.kind = QC_CFI_RULE_OFFSET,
                                          .offset = read_offset(interpreter)});
            break;
        case DW_CFA_restore:
            restore(interpreter, operand);
            break;
        default:
            more = operate(interpreter, opcode);
        }
        if (cursor->failed) {
            interpreter->status = QEMUCORE_CORRUPT;
        } else if (step == QC_LIMIT_CFI_STEPS) {
            interpreter->status = QEMUCORE_LIMIT;
        }
        if (interpreter->status != QEMUCORE_OK) {
            return run_fail(interpreter, opcode, error);
        }
    }
    return QEMUCORE_OK;
}

enum qemucore_status qc_cfi_new(struct qemucore_module *module, struct qc_cfi **ret,
                                struct qemucore_error *error)
{
    struct qc_cfi *cfi = calloc(1, sizeof(*cfi));
    QC_TRY_MEMORY(cfi != NULL, error);
    cfi->module = module;
    if (qc_module_open(module)) {
        if (!module->is_debug_only) {
            qc_cfi_table_eh_frame(&cfi->eh_frame, module->elf);
        }
        qc_cfi_table_debug_frame(&cfi->debug_frame, module->elf);
    }
    *ret = cfi;
    return QEMUCORE_OK;
}

void qc_cfi_free(struct qc_cfi *cfi)
{
    if (cfi != NULL) {
        qc_cfi_table_free(&cfi->eh_frame);
        qc_cfi_table_free(&cfi->debug_frame);
        free(cfi);
    }
}

/* Finds the entry for an address. .eh_frame comes first: it is loaded, so it is complete if it
   exists. .debug_frame may also be in the separate debug file, which is opened only for this. */
static const struct qc_cfi_section *cfi_find(struct qc_cfi *cfi, uint64_t address,
                                             struct qc_cfi_entry *entry)
{
    if (qc_cfi_table_find(&cfi->eh_frame, address, entry)) {
        return &cfi->eh_frame.section;
    }
    if (cfi->debug_frame.section.bytes == NULL && !cfi->debug_frame_looked_for) {
        cfi->debug_frame_looked_for = true;
        Dwarf_Addr bias;
        Dwarf *dwarf = qc_module_dwarf(cfi->module, &bias);
        if (dwarf != NULL) {
            qc_cfi_table_debug_frame(&cfi->debug_frame, dwarf_getelf(dwarf));
        }
    }
    return qc_cfi_table_find(&cfi->debug_frame, address, entry) ? &cfi->debug_frame.section : NULL;
}

enum qemucore_status qc_cfi_row(struct qc_cfi *cfi, uint64_t address, struct qc_cfi_row *row,
                                struct qemucore_error *error)
{
    struct qc_cfi_entry entry;
    uint64_t wanted = address - cfi->module->bias;
    const struct qc_cfi_section *section = cfi_find(cfi, wanted, &entry);
    QC_FAIL_IF(section == NULL, error, QEMUCORE_NOT_FOUND,
               "%s has no unwind information for 0x%" PRIx64, qc_path_name(cfi->module->path),
               address);
    memset(row, 0, sizeof(*row));
    row->return_address = entry.return_address;
    row->signal_frame = entry.signal_frame;
    struct interpreter interpreter = {
        .entry = &entry,
        .section = section,
        .wanted = wanted,
        .location = entry.start,
        .row = row,
    };
    enum qemucore_status status = run(&interpreter, entry.initial_instructions,
                                      entry.initial_instructions_end, error);
    if (status == QEMUCORE_OK) {
        struct qc_cfi_row initial = *row;
        interpreter.initial = &initial;
        status = run(&interpreter, entry.instructions, entry.instructions_end, error);
    }
    qc_vec_free(&interpreter.remembered);
    return status == QEMUCORE_OK
               ? status
               : qc_error_prefix(error, status, "%s", qc_path_name(cfi->module->path));
}

bool qc_cfi_function(struct qc_cfi *cfi, uint64_t address, uint64_t *start, uint64_t *end)
{
    struct qc_cfi_entry entry;
    if (cfi_find(cfi, address - cfi->module->bias, &entry) == NULL) {
        return false;
    }
    *start = entry.start + cfi->module->bias;
    *end = entry.end + cfi->module->bias;
    return true;
}
