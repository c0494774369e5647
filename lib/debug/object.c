/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug/object.h"

#include <dwarf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/guard.h"
#include "debug/frame.h"
#include "debug/names.h"
#include "debug/value.h"

/* A structure may be only declared where a pointer to it is; any module may have the rest. */
static bool object_complete_type(struct qc_object *object)
{
    const char *tag;
    if (object->type.kind != QC_TYPE_STRUCTURE || !object->type.has_die ||
        !dwarf_hasattr(&object->type.die, DW_AT_declaration) ||
        (tag = dwarf_diename(&object->type.die)) == NULL) {
        return true;
    }
    Dwarf_Die complete;
    Dwarf_Word size;
    if (!qc_names_type(object->module, tag, &complete) ||
        dwarf_tag(&complete) == DW_TAG_typedef) {
        return false;
    }
    object->type.die = complete;
    object->type.size = dwarf_aggregate_size(&complete, &size) == 0 ? (size_t)size : 0;
    return true;
}

static enum qemucore_status object_make(struct qemucore_module *module, Dwarf_Die *holder,
                                        uint64_t address, struct qc_object *ret,
                                        struct qemucore_error *error)
{
    struct qc_object object = {.module = module, .address = address, .holder = *holder};
    if (!qc_type_of(holder, &object.type) || !object.type.has_die) {
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "its type is void or not known");
    }
    if (!object_complete_type(&object)) {
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "struct %s is declared, but nowhere defined",
                            dwarf_diename(&object.type.die));
    }
    *ret = object;
    return QEMUCORE_OK;
}

static enum qemucore_status variable_in(struct qemucore_module *module, const char *name,
                                        const struct qc_object_thread *thread,
                                        struct qc_object *ret, struct qemucore_error *error)
{
    Dwarf_Die die;
    Dwarf_Attribute attribute;
    struct qc_location location;
    struct qc_frame nowhere = {.module = module};
    if (thread != NULL) {
        nowhere.thread = thread->thread;
        nowhere.tls_address = thread->tls_address;
    }
    if (!qc_names_variable(module, name, &die)) {
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "no variable %s", name);
    }
    enum qemucore_status status =
        dwarf_attr_integrate(&die, DW_AT_location, &attribute) == NULL
            ? qc_error_set(error, QEMUCORE_ABSENT, "optimized out")
            : qc_frame_locate(&nowhere, &attribute, &location, error);
    if (status != QEMUCORE_OK) {
        return qc_error_prefix(error, status, "%s", name);
    }
    if (location.count != 1 || location.pieces[0].kind != QC_PIECE_MEMORY) {
        return qc_error_set(error, QEMUCORE_ABSENT, "%s: not in memory", name);
    }
    return object_make(module, &die, location.pieces[0].value, ret, error);
}

enum qemucore_status qc_object_variable(struct qc_modules *modules, const char *name,
                                        const struct qc_object_thread *thread,
                                        struct qc_object *ret, struct qemucore_error *error)
{
    struct qemucore_module *executable = qc_modules_executable(modules);
    enum qemucore_status status = QEMUCORE_NOT_FOUND;
    if (executable != NULL) {
        status = variable_in(executable, name, thread, ret, error);
    }
    for (size_t i = 0; status == QEMUCORE_NOT_FOUND && i < modules->list.count; i++) {
        if (modules->list.items[i] != executable) {
            status = variable_in(modules->list.items[i], name, thread, ret, error);
        }
    }
    return status != QEMUCORE_NOT_FOUND
               ? status
               : qc_error_set(error, status,
                              "no variable %s in the debug info of any of %zu modules", name,
                              modules->list.count);
}

/* A bit-field, in DWARF 5's way (DW_AT_data_bit_offset) and in DWARF 2's. */
static void member_bits(Dwarf_Die *member, struct qc_object *ret)
{
    Dwarf_Attribute attribute;
    Dwarf_Word size;
    Dwarf_Word offset;
    bool big_endian = ret->module->modules->core->big_endian;
    if (dwarf_formudata(dwarf_attr(member, DW_AT_bit_size, &attribute), &size) != 0 ||
        size == 0 || size > 64) {
        return;
    }
    ret->bit_size = (unsigned)size;
    if (dwarf_formudata(dwarf_attr(member, DW_AT_data_bit_offset, &attribute), &offset) == 0) {
        /* From the start of the structure. The bytes that hold the field start a unit of its
           type's size, so that a load of that size has it. */
        unsigned unit = 8 * (unsigned)ret->type.size;
        ret->address += unit == 0 ? 0 : offset / unit * ret->type.size;
        unsigned within = unit == 0 ? 0 : (unsigned)(offset % unit);
        ret->bit_offset = big_endian ? unit - within - ret->bit_size : within;
    } else if (dwarf_formudata(dwarf_attr(member, DW_AT_bit_offset, &attribute), &offset) == 0) {
        /* From the most significant bit of the storage unit. */
        ret->bit_offset = 8 * (unsigned)ret->type.size - (unsigned)offset - ret->bit_size;
    }
}

static enum qemucore_status member_make(const struct qc_object *object, Dwarf_Die *member,
                                        struct qc_object *ret, struct qemucore_error *error)
{
    Dwarf_Attribute attribute;
    Dwarf_Word offset = 0;
    /* A union's members have none. */
    dwarf_formudata(dwarf_attr(member, DW_AT_data_member_location, &attribute), &offset);
    enum qemucore_status status =
        object_make(object->module, member, object->address + offset, ret, error);
    if (status == QEMUCORE_OK) {
        member_bits(member, ret);
    }
    return status;
}

/* left: members without a name that may still be looked into. */
static enum qemucore_status member_find(const struct qc_object *object, const char *name,
                                        unsigned *left, struct qc_object *ret,
                                        struct qemucore_error *error)
{
    Dwarf_Die type = object->type.die;
    Dwarf_Die member;
    bool more = object->type.kind == QC_TYPE_STRUCTURE && dwarf_child(&type, &member) == 0;
    for (; more; more = dwarf_siblingof(&member, &member) == 0) {
        if (dwarf_tag(&member) != DW_TAG_member) {
            continue;
        }
        const char *member_name = dwarf_diename(&member);
        if (member_name != NULL && strcmp(member_name, name) == 0) {
            return member_make(object, &member, ret, error);
        }
        struct qc_object unnamed;
        if (member_name == NULL && *left != 0 &&
            member_make(object, &member, &unnamed, NULL) == QEMUCORE_OK) {
            (*left)--;
            if (member_find(&unnamed, name, left, ret, NULL) == QEMUCORE_OK) {
                return QEMUCORE_OK;
            }
        }
    }
    const char *tag = dwarf_diename(&type);
    return qc_error_set(error, QEMUCORE_NOT_FOUND, "%s has no member %s",
                        tag == NULL ? "the type" : tag, name);
}

enum qemucore_status qc_object_member(const struct qc_object *object, const char *name,
                                      struct qc_object *ret, struct qemucore_error *error)
{
    unsigned left = QC_LIMIT_UNNAMED_MEMBERS;
    return member_find(object, name, &left, ret, error);
}

enum qemucore_status qc_object_member_at(const struct qc_object *object, size_t index,
                                         const char **name, struct qc_object *ret,
                                         struct qemucore_error *error)
{
    Dwarf_Die type = object->type.die;
    Dwarf_Die member;
    bool more = object->type.kind == QC_TYPE_STRUCTURE && dwarf_child(&type, &member) == 0;
    for (; more; more = dwarf_siblingof(&member, &member) == 0) {
        if (dwarf_tag(&member) == DW_TAG_member && index-- == 0) {
            *name = dwarf_diename(&member);
            return member_make(object, &member, ret, error);
        }
    }
    return qc_error_set(error, QEMUCORE_NOT_FOUND, "no further member");
}

enum qemucore_status qc_object_target(const struct qc_object *object, struct qc_object *ret,
                                      struct qemucore_error *error)
{
    uint64_t address;
    Dwarf_Die pointer = object->type.die;
    if (object->type.kind != QC_TYPE_POINTER) {
        return qc_error_set(error, QEMUCORE_INVALID, "not a pointer");
    }
    enum qemucore_status status = qc_object_number(object, &address, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    if (address == 0) {
        return qc_error_set(error, QEMUCORE_ABSENT, "a NULL pointer");
    }
    return object_make(object->module, &pointer, address, ret, error);
}

enum qemucore_status qc_object_element(const struct qc_object *object, int64_t index,
                                       struct qc_object *ret, struct qemucore_error *error)
{
    struct qc_object first;
    Dwarf_Die array = object->type.die;
    enum qemucore_status status =
        object->type.kind == QC_TYPE_ARRAY
            ? object_make(object->module, &array, object->address, &first, error)
            : qc_object_target(object, &first, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    if (first.type.size == 0) {
        return qc_error_set(error, QEMUCORE_INVALID, "elements of unknown size");
    }
    first.address += (uint64_t)index * first.type.size;
    *ret = first;
    return QEMUCORE_OK;
}

enum qemucore_status qc_object_number(const struct qc_object *object, uint64_t *ret,
                                      struct qemucore_error *error)
{
    uint64_t bits;
    size_t size = object->type.size;
    if (object->type.kind == QC_TYPE_STRUCTURE || object->type.kind == QC_TYPE_ARRAY ||
        object->type.kind == QC_TYPE_OTHER || size == 0 || size > 8) {
        return qc_error_set(error, QEMUCORE_INVALID, "not a number");
    }
    enum qemucore_status status =
        qc_image_read_number(object->module->modules->core->image, object->address, size,
                             object->module->modules->core->big_endian, &bits, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    bool is_signed = object->type.kind == QC_TYPE_SIGNED || object->type.is_signed;
    unsigned width = object->bit_size != 0 ? object->bit_size : 8 * (unsigned)size;
    if (object->bit_size != 0) {
        bits = object->bit_offset < 64 ? bits >> object->bit_offset : 0;
    }
    unsigned unused_bits = 64 - width;
    *ret = is_signed ? (uint64_t)((int64_t)(bits << unused_bits) >> unused_bits)
                     : bits << unused_bits >> unused_bits;
    return QEMUCORE_OK;
}

void qc_object_describe(const struct qc_object *object, struct qemucore_variable *ret)
{
    struct qc_strbuf type = {0};
    struct qemucore_error error;
    uint64_t bits;
    struct qc_type described = object->type;
    Dwarf_Die holder = object->holder;
    const struct qc_modules *modules = object->module->modules;
    *ret = (struct qemucore_variable){0};
    qc_type_spell(&holder, &type);
    ret->type = qc_strbuf_take(&type);
    if (described.kind == QC_TYPE_STRUCTURE || described.kind == QC_TYPE_ARRAY) {
        struct qc_type element;
        if (described.kind == QC_TYPE_STRUCTURE) {
            ret->structure_module = object->module;
            ret->structure = described.die;
            ret->structure_address = object->address;
        }
        ret->is_address = true;
        if (asprintf(&ret->value, "0x%" PRIx64, object->address) < 0) {
            ret->value = NULL;
        }
        if (described.kind == QC_TYPE_ARRAY && qc_type_target(&described, &element) &&
            element.kind == QC_TYPE_CHARACTER && element.size == 1) {
            ret->text = qc_value_text(modules, object->address, described.size, &ret->text_cut);
        }
        ret->symbol = qc_value_symbol(modules, object->address);
    } else if (qc_object_number(object, &bits, &error) == QEMUCORE_OK) {
        qc_value_describe(modules, &described, bits, ret);
    } else {
        ret->why_absent = strdup(error.message);
    }
}

void qc_object_members(const struct qemucore_variable *variable, struct qc_variables *ret)
{
    struct qc_object structure = {
        .module = variable->structure_module,
        .address = variable->structure_address,
        .type = {.die = variable->structure, .has_die = true, .kind = QC_TYPE_STRUCTURE},
    };
    struct qc_object member;
    const char *name = NULL;
    for (size_t i = 0; variable->structure_module != NULL && i < QC_LIMIT_MEMBERS &&
                       qc_object_member_at(&structure, i, &name, &member, NULL) == QEMUCORE_OK;
         i++) {
        struct qemucore_variable *added = qc_vec_add(&ret->list);
        if (added == NULL) {
            return;
        }
        qc_object_describe(&member, added);
        added->index = i;
        added->name = name;
    }
}

/* Takes a C identifier off the front of an expression. */
static bool take_name(const char **at, char *name, size_t size)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t length = strspn(*at, letters);
    if (length == 0 || length >= size || (**at >= '0' && **at <= '9')) {
        return false;
    }
    memcpy(name, *at, length);
    name[length] = '\0';
    *at += length;
    return true;
}

/* One ".member", "->member" or "[index]". */
static enum qemucore_status object_follow(struct qc_object *object, const char **at,
                                          struct qemucore_error *error)
{
    char name[256];
    struct qc_object next;
    bool arrow = strncmp(*at, "->", 2) == 0;
    enum qemucore_status status = QEMUCORE_OK;
    if (**at == '[') {
        char *end;
        long long index = strtoll(*at + 1, &end, 0);
        if (end == *at + 1 || *end != ']') {
            return qc_error_set(error, QEMUCORE_INVALID, "\"%s\": not an index", *at);
        }
        *at = end + 1;
        status = qc_object_element(object, index, &next, error);
    } else if (arrow || **at == '.') {
        *at += arrow ? 2 : 1;
        if (!take_name(at, name, sizeof(name))) {
            return qc_error_set(error, QEMUCORE_INVALID, "\"%s\": not a member", *at);
        }
        struct qc_object holder = *object;
        if (holder.type.kind == QC_TYPE_POINTER) {
            status = qc_object_target(object, &holder, error);
        }
        if (status == QEMUCORE_OK) {
            status = qc_object_member(&holder, name, &next, error);
        }
    } else {
        return qc_error_set(error, QEMUCORE_INVALID, "\"%s\": not .member, ->member or [index]",
                            *at);
    }
    if (status == QEMUCORE_OK) {
        *object = next;
    }
    return status;
}

enum qemucore_status qc_object_find(struct qc_modules *modules, const char *expression,
                                    const struct qc_object_thread *thread, struct qc_object *ret,
                                    struct qemucore_error *error)
{
    char name[256];
    const char *at = expression;
    struct qc_object object;
    if (!take_name(&at, name, sizeof(name))) {
        return qc_error_set(error, QEMUCORE_INVALID, "\"%s\" does not begin with a name",
                            expression);
    }
    enum qemucore_status status = qc_object_variable(modules, name, thread, &object, error);
    while (status == QEMUCORE_OK && *at != '\0') {
        const char *before = at;
        status = object_follow(&object, &at, error);
        if (status != QEMUCORE_OK) {
            return qc_error_prefix(error, status, "%.*s", (int)(before - expression), expression);
        }
    }
    if (status == QEMUCORE_OK) {
        *ret = object;
    }
    return status;
}
