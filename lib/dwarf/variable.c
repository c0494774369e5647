/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/variable.h"

#include <dwarf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/guard.h"
#include "base/strbuf.h"
#include "dwarf/dwarf_limits.h"
#include "dwarf/type.h"
#include "dwarf/value.h"

/* Values of up to this size are read to be shown; of larger objects only the address counts. */
#define VALUE_MAX 8

static bool big_endian(const struct qc_frame *frame)
{
    return frame->module->modules->core->big_endian;
}

/* Fills value, symbol and text from the bytes of the object. */
static void variable_describe(const struct qc_frame *frame, struct qc_type *type,
                              const uint8_t *bytes, struct qemucore_variable *variable)
{
    struct qc_cursor cursor = qc_cursor_new(bytes, type->size, big_endian(frame));
    if (type->kind == QC_TYPE_POINTER) {
        variable->pointer_module = frame->module;
        variable->pointer = type->die;
    }
    qc_value_describe(frame->module->modules, type, qc_cursor_number(&cursor, type->size),
                      variable);
}

static void variable_absent(struct qemucore_variable *variable, const char *why)
{
    variable->why_absent = strdup(why);
}

/* A structure, union or array has its address for a value; a character array its text too. */
static void variable_aggregate(const struct qc_frame *frame, struct qc_type *type,
                               const struct qc_location *location,
                               struct qemucore_variable *variable)
{
    if (location->count != 1 || location->pieces[0].kind != QC_PIECE_MEMORY) {
        variable_absent(variable, "an object in pieces");
        return;
    }
    uint64_t address = location->pieces[0].value;
    if (type->kind == QC_TYPE_STRUCTURE) {
        variable->structure_module = frame->module;
        variable->structure = type->die;
        variable->structure_address = address;
    }
    variable->is_address = true;
    variable->value = qc_format("0x%" PRIx64, address);
    struct qc_type element;
    if (type->kind == QC_TYPE_ARRAY && qc_type_target(type, &element) &&
        element.kind == QC_TYPE_CHARACTER && element.size == 1) {
        variable->text =
            qc_value_text(frame->module->modules, address, type->size, &variable->text_cut);
    }
    variable->symbol = qc_value_symbol(frame->module->modules, address);
}

/* DW_AT_const_value: the compiler knew it. */
static bool variable_constant(const struct qc_frame *frame, Dwarf_Die *die, struct qc_type *type,
                              struct qemucore_variable *variable)
{
    Dwarf_Attribute attribute;
    Dwarf_Sword constant;
    uint8_t bytes[VALUE_MAX];
    if (dwarf_attr_integrate(die, DW_AT_const_value, &attribute) == NULL ||
        dwarf_formsdata(&attribute, &constant) != 0) {
        return false;
    }
    for (size_t i = 0; i < type->size; i++) {
        size_t at = big_endian(frame) ? type->size - 1 - i : i;
        bytes[at] = (uint8_t)((uint64_t)constant >> (8 * i));
    }
    variable_describe(frame, type, bytes, variable);
    return true;
}

static void variable_evaluate(const struct qc_frame *frame, Dwarf_Die *die,
                              struct qemucore_variable *variable)
{
    struct qc_type type;
    struct qemucore_error error;
    if (!qc_type_of(die, &type) || !type.has_die || type.size == 0) {
        variable_absent(variable, "its type is not known");
        return;
    }
    bool aggregate = type.kind == QC_TYPE_STRUCTURE || type.kind == QC_TYPE_ARRAY;
    if (!aggregate && (type.kind == QC_TYPE_OTHER || type.size > VALUE_MAX)) {
        variable_absent(variable, "values of this type are not shown");
        return;
    }
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(die, DW_AT_location, &attribute) == NULL) {
        if (aggregate || !variable_constant(frame, die, &type, variable)) {
            variable_absent(variable, "optimized out");
        }
        return;
    }
    struct qc_location location;
    uint8_t bytes[VALUE_MAX];
    enum qemucore_status status = qc_frame_locate(frame, &attribute, &location, &error);
    if (status == QEMUCORE_OK && aggregate) {
        variable_aggregate(frame, &type, &location, variable);
        return;
    }
    if (status == QEMUCORE_OK) {
        status = qc_frame_read(frame, &location, bytes, type.size, &error);
    }
    if (status != QEMUCORE_OK) {
        variable_absent(variable, error.message);
        return;
    }
    variable_describe(frame, &type, bytes, variable);
}

/* The value that a parameter was passed with, where it was passed in a register. */
static void variable_entry(const struct qc_frame *frame, Dwarf_Die *die,
                           struct qemucore_variable *variable)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *operations = NULL;
    size_t count = 0;
    struct qc_type type;
    bool verified;
    uint64_t bits;
    if (!qc_type_of(die, &type) || type.size == 0 || type.size > VALUE_MAX ||
        type.kind == QC_TYPE_OTHER || type.kind == QC_TYPE_STRUCTURE ||
        dwarf_attr_integrate(die, DW_AT_location, &attribute) == NULL ||
        dwarf_getlocation_addr(&attribute, frame->function_start - qc_frame_bias(frame),
                               &operations, &count, 1) <= 0 ||
        count != 1 || operations[0].atom < DW_OP_reg0 || operations[0].atom > DW_OP_reg31 ||
        qc_frame_entry_value(frame, operations, count, &verified, &bits, NULL) != QEMUCORE_OK ||
        !verified) {
        return;
    }
    unsigned unused_bits = 64 - 8 * (unsigned)type.size;
    variable->is_address |= type.kind == QC_TYPE_POINTER;
    variable->entry = qc_value_number(&type, bits << unused_bits >> unused_bits);
}

static void variables_add(const struct qc_frame *frame, Dwarf_Die *die, bool is_parameter,
                          struct qc_variables *variables)
{
    struct qemucore_variable *variable =
        variables->list.count < QC_LIMIT_VARIABLES ? qc_vec_add(&variables->list) : NULL;
    if (variable == NULL) {
        return;
    }
    struct qc_strbuf type = {0};
    variable->index = variables->list.count - 1;
    variable->name = dwarf_diename(die);
    qc_type_spell(die, &type);
    variable->type = qc_strbuf_take(&type);
    variable_evaluate(frame, die, variable);
    if (is_parameter) {
        variable_entry(frame, die, variable);
    }
}

/* The child of scope that stands for a parameter of its abstract origin. */
static bool concrete_parameter(Dwarf_Die *scope, Dwarf_Die *abstract, Dwarf_Die *ret)
{
    Dwarf_Die child;
    if (dwarf_child(scope, &child) != 0) {
        return false;
    }
    do {
        Dwarf_Attribute attribute;
        Dwarf_Die origin;
        if (dwarf_tag(&child) == DW_TAG_formal_parameter &&
            dwarf_formref_die(dwarf_attr(&child, DW_AT_abstract_origin, &attribute), &origin) !=
                NULL &&
            origin.addr == abstract->addr) {
            *ret = child;
            return true;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return false;
}

/* A parameter that is optimized out altogether is left out of the concrete instance of a function
   that the compiler has inlined somewhere; the abstract one lists them all. */
void qc_variables_arguments(const struct qc_frame *frame, Dwarf_Die *scope,
                            struct qc_variables *variables)
{
    Dwarf_Attribute attribute;
    Dwarf_Die declared = *scope;
    Dwarf_Die origin;
    Dwarf_Die child;
    bool has_origin =
        dwarf_formref_die(dwarf_attr(scope, DW_AT_abstract_origin, &attribute), &origin) != NULL;
    if (has_origin) {
        declared = origin;
    }
    bool inlined = dwarf_tag(scope) == DW_TAG_inlined_subroutine;
    if (dwarf_child(&declared, &child) != 0) {
        return;
    }
    do {
        if (dwarf_tag(&child) == DW_TAG_formal_parameter) {
            Dwarf_Die parameter = child;
            if (has_origin) {
                concrete_parameter(scope, &child, &parameter);
            }
            variables_add(frame, &parameter, !inlined, variables);
        }
    } while (dwarf_siblingof(&child, &child) == 0);
}

static void collect_locals(const struct qc_frame *frame, Dwarf_Die *scope, unsigned depth,
                           struct qc_variables *variables)
{
    Dwarf_Die child;
    Dwarf_Addr address = frame->lookup - qc_frame_bias(frame);
    if (depth > QC_LIMIT_DIE_DEPTH || dwarf_child(scope, &child) != 0) {
        return;
    }
    do {
        int tag = dwarf_tag(&child);
        if (tag == DW_TAG_variable && dwarf_diename(&child) != NULL) {
            variables_add(frame, &child, false, variables);
        } else if (tag == DW_TAG_lexical_block && dwarf_haspc(&child, address) > 0) {
            collect_locals(frame, &child, depth + 1, variables);
        }
    } while (dwarf_siblingof(&child, &child) == 0);
}

void qc_variables_locals(const struct qc_frame *frame, Dwarf_Die *scope,
                         struct qc_variables *variables)
{
    collect_locals(frame, scope, 0, variables);
}

void qc_variables_free(struct qc_variables *variables)
{
    for (size_t i = 0; i < variables->list.count; i++) {
        struct qemucore_variable *variable = &variables->list.items[i];
        free(variable->type);
        free(variable->value);
        free(variable->symbol);
        free(variable->text);
        free(variable->why_absent);
        free(variable->entry);
    }
    qc_vec_free(&variables->list);
}
