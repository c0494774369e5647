/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/fact.h"

#include <inttypes.h>
#include <string.h>

#include "qemu/qemu_limits.h"
#include "values/values.h"

void qc_fact_explain(const char **why, const char *reason)
{
    if (why != NULL && *why == NULL) {
        *why = reason;
    }
}

void qc_fact_explain_as(struct qc_fields *fields, const char **why, const char *format, ...)
{
    if (why != NULL && *why == NULL) {
        *why = qc_fields_keep(fields, QC_FORMATTED(format));
    }
}

struct qc_fact qc_fact_field(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                             const char **why)
{
    struct qc_fact fact = {0};
    struct qemucore_error error = {0};
    fact.is_known = qc_field_number(fields, field, structure, &fact.value, &error) == QEMUCORE_OK;
    fact.is_signed = qc_field_is_signed(fields, field);
    if (!fact.is_known) {
        qc_fact_explain_as(fields, why, "%s", error.message);
    }
    return fact;
}

struct qc_fact qc_fact_behind(struct qc_fields *fields, struct qc_fact pointer, enum qc_field field)
{
    return qc_fact_is_set(pointer) ? qc_fact_field(fields, field, pointer.value, NULL)
                                   : (struct qc_fact){0};
}

const char *qc_text_behind(struct qc_fields *fields, struct qc_fact pointer, enum qc_field field)
{
    return qc_fact_is_set(pointer) ? qc_field_text(fields, field, pointer.value) : NULL;
}

struct qc_fact qc_fact_counter(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                               const char **why)
{
    struct qc_fact fact = qc_fact_field(fields, field, structure, why);
    if (fact.is_known && fact.value > QC_LIMIT_COUNTED) {
        int64_t number = fact.value <= UINT32_MAX ? (int32_t)fact.value : (int64_t)fact.value;
        const char *name = qc_field_name(fields, field);
        qc_fields_doubt(fields, QEMUCORE_CORRUPT, "%s.%s at 0x%" PRIx64 " is %" PRId64,
                        qc_field_structure(field), qc_str_or(name, "?"), structure, number);
        qc_fact_explain_as(fields, why, "%s.%s is damaged", qc_field_structure(field),
                           qc_str_or(name, "?"));
        fact = (struct qc_fact){.is_signed = fact.is_signed};
    }
    return fact;
}

static void explain_variable(struct qc_fields *fields, enum qc_variable variable, const char **why)
{
    const char *name = qc_variable_name(fields, variable);
    if (name == NULL) {
        qc_fact_explain_as(fields, why, "%s: not in the debug info",
                           qc_variable_newest_name(variable));
    } else {
        qc_fact_explain_as(fields, why, "%s: not in the dump, or of unknown type", name);
    }
}

struct qc_fact qc_fact_variable(struct qc_fields *fields, enum qc_variable variable,
                                const char **why)
{
    struct qc_fact fact = {0};
    fact.is_known = qc_variable_read(fields, variable, NULL, &fact.value);
    fact.is_signed = qc_variable_is_signed(fields, variable);
    if (!fact.is_known) {
        explain_variable(fields, variable, why);
    }
    return fact;
}

struct qc_fact qc_fact_little(struct qc_fields *fields, uint64_t address, size_t size)
{
    struct qc_fact fact = {.is_known = true};
    for (size_t i = 0; i < size && fact.is_known; i++) {
        uint64_t byte;
        fact.is_known = qc_fields_number(fields, address + i, 1, &byte);
        fact.value |= fact.is_known ? byte << (8 * i) : 0;
    }
    return fact.is_known ? fact : (struct qc_fact){0};
}

struct qc_fact qc_fact_head(struct qc_fields *fields, enum qc_variable variable, const char **why)
{
    struct qc_fact fact = {0};
    uint64_t head;
    fact.is_known = qc_variable_address(fields, variable, NULL, &head) &&
                    qc_fields_pointer(fields, head, &fact.value);
    if (!fact.is_known) {
        explain_variable(fields, variable, why);
    }
    return fact;
}

/* Turns an enumerator into QAPI's name. QAPI makes the enumerator from the name with capitals, and
   underscores for dashes (scripts/qapi/common.py, c_enum_const). NULL: no such enumerator, or only
   the number of them. */
static const char *qapi_name(struct qc_fields *fields, const char *enumerator, const char *prefix)
{
    if (!qc_str_begins(enumerator, prefix) || qc_str_ends(enumerator, QC_QAPI_END)) {
        return NULL;
    }
    char *name = strdup(enumerator + strlen(prefix));
    for (char *at = name; at != NULL && *at != '\0'; at++) {
        *at = *at == '_' ? '-' : qc_lower(*at);
    }
    return qc_fields_keep(fields, name);
}

const char *qc_fact_enumerator(struct qc_fields *fields, const char *type, const char *prefix,
                               struct qc_fact number, const char **why)
{
    struct qemucore_object object;
    struct qemucore_error error = {0};
    if (!number.is_known) {
        return NULL;
    }
    if (qc_fields_type(fields, type, &object, &error) != QEMUCORE_OK) {
        qc_fact_explain_as(fields, why, "%s", error.message);
        return NULL;
    }
    const char *name =
        qapi_name(fields, qc_type_enumerator(&object.type, (int64_t)number.value), prefix);
    if (name == NULL) {
        qc_fact_explain_as(fields, why, "%" PRId64 " is no %s", (int64_t)number.value, type);
    }
    return name;
}

const char *qc_fact_field_enumerator(struct qc_fields *fields, enum qc_field field,
                                     uint64_t structure, const char *prefix)
{
    struct qc_fact number = qc_fact_field(fields, field, structure, NULL);
    return number.is_known
               ? qapi_name(fields, qc_field_enumerator(fields, field, number.value), prefix)
               : NULL;
}

const char *qc_fact_symbol(struct qc_fields *fields, uint64_t address)
{
    char *symbol = address == 0 ? NULL : qc_value_symbol(qc_fields_modules(fields), address);
    size_t length = symbol == NULL || strchr(symbol, '+') != NULL ? 0 : qc_symbol_source_length(symbol);
    if (length != 0) {
        symbol[length] = '\0';
    }
    return qc_fields_keep(fields, symbol);
}

struct qc_callback qc_callback_read(struct qc_fields *fields, enum qc_field field,
                                    uint64_t structure, const char **why)
{
    struct qc_callback callback = {.address = qc_fact_field(fields, field, structure, why)};
    if (qc_fact_is_set(callback.address)) {
        callback.name = qc_fact_symbol(fields, callback.address.value);
    }
    return callback;
}
