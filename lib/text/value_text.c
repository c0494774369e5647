/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/value_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dwarf/dwarf.h"
#include "text/text_common.h"

static bool is_address(const struct qc_value *value)
{
    return value->kind == QC_TYPE_POINTER || value->kind == QC_TYPE_STRUCTURE ||
           value->kind == QC_TYPE_ARRAY;
}

static void spell_decimal(const struct qc_value *value, char text[QC_VALUE_TEXT])
{
    uint64_t bits = value->kind == QC_TYPE_BOOLEAN ? value->bits != 0 : value->bits;
    if (value->is_signed) {
        snprintf(text, QC_VALUE_TEXT, "%" PRId64, (int64_t)bits);
    } else {
        snprintf(text, QC_VALUE_TEXT, "%" PRIu64, bits);
    }
}

void qc_value_spell(const struct qc_value *value, char text[QC_VALUE_TEXT])
{
    if (value->kind == QC_TYPE_UNSIGNED || is_address(value)) {
        snprintf(text, QC_VALUE_TEXT, "0x%" PRIx64, value->bits);
    } else {
        spell_decimal(value, text);
    }
}

/* Appends a number as gdb does: addresses in hexadecimal, all else in decimal. */
static void text_number(const struct qc_value *value, struct qc_strbuf *buffer)
{
    char text[QC_VALUE_TEXT];
    if (is_address(value)) {
        qc_value_spell(value, text);
    } else {
        spell_decimal(value, text);
    }
    qc_strbuf_put(buffer, text);
}

struct qc_value_names qc_value_names(const struct qemucore_object *object,
                                     const struct qc_value *value)
{
    const struct qc_modules *modules = object->module->modules;
    struct qc_value_names names = {0};
    const char *name = NULL;
    if (is_address(value) && value->bits != 0) {
        bool is_array = value->kind == QC_TYPE_ARRAY;
        if (qc_type_is_string(&object->type)) {
            names.text = qc_value_text(modules, value->bits,
                                       is_array ? object->type.size : SIZE_MAX, &names.text_cut);
        }
        if (names.text == NULL || is_array) {
            names.symbol = qc_value_symbol(modules, value->bits);
        }
    } else if (value->kind == QC_TYPE_BOOLEAN) {
        name = value->bits != 0 ? "true" : "false";
    } else if (value->kind == QC_TYPE_ENUMERATION) {
        name = qc_type_enumerator(&object->type, (int64_t)value->bits);
    }
    if (name != NULL) {
        names.text = strdup(name);
    }
    return names;
}

void qc_value_names_free(struct qc_value_names *names)
{
    free(names->symbol);
    free(names->text);
}

/* Appends "{lock = {...}, initialized = true}". */
static void text_members(const struct qemucore_object *object, unsigned depth,
                         struct qc_strbuf *buffer)
{
    QC_GUARD(qc_vec_guard) struct qc_objects members = {0};
    buffer->failed |= !qc_object_members(object, &members);
    /* A Rust enumeration has none: its members are in its variants. */
    qc_strbuf_put(buffer, members.count == 0 ? "{..." : "{");
    for (size_t i = 0; i < members.count; i++) {
        const struct qemucore_object *member = &members.items[i];
        qc_strbuf_put(buffer, i == 0 ? "" : ", ");
        qc_text_put("", member->name, " = ", buffer);
        qc_text_object(member, depth, buffer);
    }
    qc_strbuf_put(buffer, "}");
}

/* Appends an object that has no value. An object in pieces has no address, so its members are
   shown, also for a pointer to it. */
static void text_absent(const struct qemucore_object *object, const struct qemucore_error *error,
                        unsigned depth, struct qc_strbuf *buffer)
{
    struct qemucore_object pointee;
    struct qc_value value;
    if (depth != 0 && object->type.kind == QC_TYPE_STRUCTURE && qc_object_is_in_pieces(object)) {
        text_members(object, depth - 1, buffer);
    } else if (depth != 0 && object->name != NULL && qc_object_pointee(object, &pointee) &&
               (qc_object_value(&pointee, &value, NULL) == QEMUCORE_OK ||
                qc_object_is_in_pieces(&pointee))) {
        qc_strbuf_put(buffer, "<optimized out, to ");
        qc_text_object(&pointee, depth, buffer);
        qc_strbuf_put(buffer, ">");
    } else {
        qc_text_put("<", error->message, ">", buffer);
    }
}

static void text_value(const struct qemucore_object *object, const struct qc_value *value,
                       unsigned depth, struct qc_strbuf *buffer)
{
    if (depth != 0 && value->kind == QC_TYPE_STRUCTURE) {
        text_members(object, depth - 1, buffer);
        return;
    }
    QC_GUARD(qc_value_names_free) struct qc_value_names names = qc_value_names(object, value);
    if (names.text != NULL && !is_address(value)) {
        qc_strbuf_put_escaped(buffer, names.text);
        return;
    }
    text_number(value, buffer);
    if (names.text != NULL) {
        qc_text_put(" \"", names.text, "", buffer);
        qc_strbuf_put(buffer, names.text_cut ? "\"..." : "\"");
    } else if (names.symbol != NULL) {
        qc_strbuf_put(buffer, " <");
        if (!qc_full_name_put_symbol(names.symbol, buffer)) {
            qc_strbuf_put_escaped(buffer, names.symbol);
        }
        qc_strbuf_put(buffer, ">");
    }
}

void qc_text_object(const struct qemucore_object *object, unsigned depth, struct qc_strbuf *buffer)
{
    struct qc_value value;
    struct qemucore_error error;
    if (qc_object_value(object, &value, &error) == QEMUCORE_OK) {
        text_value(object, &value, depth, buffer);
    } else {
        text_absent(object, &error, depth, buffer);
    }
}

void qc_text_variable(const struct qemucore_object *object, unsigned depth,
                      struct qc_strbuf *buffer)
{
    struct qc_value value;
    struct qc_value passed;
    struct qemucore_error error;
    const char *name = qc_str_or(object->name, "?");
    bool known = qc_object_value(object, &value, &error) == QEMUCORE_OK;
    bool has_passed = qc_object_passed(object, &passed, NULL) == QEMUCORE_OK;
    bool same = known && has_passed && value.bits == passed.bits;
    qc_strbuf_put_escaped(buffer, name);
    if (known) {
        qc_strbuf_put(buffer, "=");
        if (same) {
            qc_text_put("", name, "@entry=", buffer);
        }
        text_value(object, &value, depth, buffer);
    }
    if (has_passed && !same) {
        if (known) {
            qc_text_put(", ", name, "", buffer);
        }
        qc_strbuf_put(buffer, "@entry=");
        text_number(&passed, buffer);
    } else if (!known) {
        qc_strbuf_put(buffer, "=");
        text_absent(object, &error, depth == 0 ? 1 : depth, buffer);
    }
}
