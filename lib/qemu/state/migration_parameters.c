/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/migration_parameters.h"

#include <string.h>

#include "base/base.h"
#include "qemu/qemu_limits.h"
#include "values/values.h"

/* QType of a StrOrNull that is a string: qapi/qobject.json. */
#define QTYPE_QSTRING 3

/* Returns "max-bandwidth", as in QMP, for "max_bandwidth" (scripts/qapi/common.py, c_name). */
static char *qmp_name(const char *member)
{
    char *name = strdup(member);
    for (char *at = name; at != NULL && *at != '\0'; at++) {
        *at = *at == '_' ? '-' : *at;
    }
    return name;
}

/* Returns the length of the prefix of all enumerators of a type. */
static size_t prefix_length(const struct qc_type *type)
{
    for (int64_t i = 0; i < QC_LIMIT_CAPABILITIES; i++) {
        const char *name = qc_type_enumerator(type, i);
        if (qc_str_ends(name, QC_QAPI_END)) {
            return strlen(name) - strlen("_MAX");
        }
    }
    return 0;
}

static char *enumerator_text(const struct qc_type *type, uint64_t value)
{
    const char *name = qc_type_enumerator(type, (int64_t)value);
    size_t prefix = prefix_length(type);
    char *text = name == NULL || strlen(name) <= prefix || qc_str_ends(name, QC_QAPI_END)
                     ? NULL
                     : qmp_name(name + prefix);
    for (char *at = text; at != NULL && *at != '\0'; at++) {
        *at = qc_lower(*at);
    }
    return text;
}

/* The member is a char *, or, after 10.2, a StrOrNull *. */
static const char *string_text(struct qc_fields *fields, const struct qemucore_object *member)
{
    struct qemucore_object target;
    struct qemucore_object part;
    uint64_t address;
    uint64_t type;
    if (qc_object_number(member, &address, NULL) != QEMUCORE_OK || address == 0) {
        return NULL;
    }
    if (!qc_type_is_string(&member->type)) {
        if (qc_object_target(member, &target, NULL) != QEMUCORE_OK ||
            !qc_object_path(&target, "type", &part) ||
            qc_object_number(&part, &type, NULL) != QEMUCORE_OK || type != QTYPE_QSTRING ||
            !qc_object_path(&target, "u.s", &part) ||
            qc_object_number(&part, &address, NULL) != QEMUCORE_OK || address == 0) {
            return NULL;
        }
    }
    return qc_fields_keep(
        fields, qc_value_text(qc_fields_modules(fields), address, SIZE_MAX, NULL));
}

static void value_read(struct qc_fields *fields, const struct qemucore_object *member,
                       struct qc_migration_parameter *ret)
{
    uint64_t number;
    if (member->type.kind == QC_TYPE_POINTER) {
        ret->is_free = true;
        ret->text = string_text(fields, member);
    } else if (qc_type_is_number(&member->type) &&
               qc_object_number(member, &number, NULL) == QEMUCORE_OK) {
        bool is_word = member->type.kind == QC_TYPE_ENUMERATION;
        ret->is_flag = member->type.kind == QC_TYPE_BOOLEAN;
        ret->text = is_word ? qc_fields_keep(fields, enumerator_text(&member->type, number)) : NULL;
        ret->number =
            (struct qc_fact){.is_known = !is_word, .is_signed = member->type.is_signed, .value = number};
    }
}

bool qc_migration_parameters_read(struct qc_fields *fields, uint64_t migration,
                                  struct qc_migration_parameters *ret)
{
    QC_GUARD(qc_vec_guard) struct qc_objects members = {0};
    struct qemucore_object structure;
    bool is_whole = true;
    if (qc_fields_type(fields, "MigrationParameters", &structure, NULL) != QEMUCORE_OK ||
        !qc_field_address(fields, QC_FIELD_MIGRATION_PARAMETERS, migration, &structure.address) ||
        !qc_object_members(&structure, &members)) {
        return false;
    }
    for (size_t i = 0; i < members.count && is_whole; i++) {
        const char *name = members.items[i].name;
        if (name == NULL || qc_str_begins(name, "has_")) {
            continue;
        }
        struct qc_migration_parameter *parameter = qc_vec_add(ret);
        is_whole = parameter != NULL;
        if (is_whole) {
            parameter->name = qc_fields_keep(fields, qmp_name(name));
            value_read(fields, &members.items[i], parameter);
        }
    }
    return is_whole;
}
