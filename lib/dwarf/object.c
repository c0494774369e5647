/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/object.h"

#include <dwarf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/guard.h"
#include "base/strbuf.h"
#include "dwarf/dwarf_limits.h"
#include "dwarf/frame.h"
#include "dwarf/names.h"
#include "dwarf/value.h"

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

static enum qemucore_status variable_make(struct qemucore_module *module, Dwarf_Die *die,
                                          const char *name,
                                          const struct qc_object_thread *thread,
                                          struct qc_object *ret, struct qemucore_error *error)
{
    Dwarf_Attribute attribute;
    struct qc_location location;
    struct qc_frame nowhere = {.module = module};
    if (thread != NULL) {
        nowhere.thread = thread->thread;
        nowhere.tls_address = thread->tls_address;
    }
    enum qemucore_status status =
        dwarf_attr_integrate(die, DW_AT_location, &attribute) == NULL
            ? qc_error_set(error, QEMUCORE_ABSENT, "optimized out")
            : qc_frame_locate(&nowhere, &attribute, &location, error);
    if (status != QEMUCORE_OK) {
        return qc_error_prefix(error, status, "%s", name);
    }
    if (location.count != 1 || location.pieces[0].kind != QC_PIECE_MEMORY) {
        return qc_error_set(error, QEMUCORE_ABSENT, "%s: not in memory", name);
    }
    return object_make(module, die, location.pieces[0].value, ret, error);
}

static enum qemucore_status variable_in(struct qemucore_module *module, const char *name,
                                        const char *unit, const struct qc_object_thread *thread,
                                        struct qc_object *ret, struct qemucore_error *error)
{
    Dwarf_Die die;
    if (!qc_names_variable(module, name, unit, &die)) {
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "no variable %s", name);
    }
    return variable_make(module, &die, name, thread, ret, error);
}

enum qemucore_status qc_object_from_die(struct qemucore_module *module, Dwarf_Die *die,
                                        struct qc_object *ret, struct qemucore_error *error)
{
    const char *name = dwarf_diename(die);
    return variable_make(module, die, name == NULL ? "?" : name, NULL, ret, error);
}

enum qemucore_status qc_object_variable(struct qc_modules *modules, const char *name,
                                        const struct qc_object_thread *thread,
                                        struct qc_object *ret, struct qemucore_error *error)
{
    return qc_object_variable_in(modules, name, NULL, thread, ret, error);
}

enum qemucore_status qc_object_variable_in(struct qc_modules *modules, const char *name,
                                           const char *unit,
                                           const struct qc_object_thread *thread,
                                           struct qc_object *ret, struct qemucore_error *error)
{
    struct qemucore_module *executable = qc_modules_executable(modules);
    enum qemucore_status status = QEMUCORE_NOT_FOUND;
    if (executable != NULL) {
        status = variable_in(executable, name, unit, thread, ret, error);
    }
    for (size_t i = 0; status == QEMUCORE_NOT_FOUND && i < modules->list.count; i++) {
        if (modules->list.items[i] != executable) {
            status = variable_in(modules->list.items[i], name, unit, thread, ret, error);
        }
    }
    return status != QEMUCORE_NOT_FOUND
               ? status
               : qc_error_set(error, status,
                              "no variable %s%s%s in the debug info of any of %zu modules", name,
                              unit == NULL ? "" : " of ", unit == NULL ? "" : unit,
                              modules->list.count);
}

/* The type's own DIE: that of a typedef, or of what a tag names. */
static bool type_find(struct qemucore_module *module, const char *name, struct qc_object *ret)
{
    Dwarf_Die die;
    Dwarf_Word size;
    if (!qc_names_type(module, name, &die)) {
        return false;
    }
    *ret = (struct qc_object){.module = module, .holder = die};
    if (dwarf_tag(&die) == DW_TAG_typedef) {
        return qc_type_of(&die, &ret->type) && ret->type.has_die && object_complete_type(ret);
    }
    ret->type = (struct qc_type){.die = die, .has_die = true};
    ret->type.kind =
        dwarf_tag(&die) == DW_TAG_enumeration_type ? QC_TYPE_ENUMERATION : QC_TYPE_STRUCTURE;
    ret->type.size = dwarf_aggregate_size(&die, &size) == 0 ? (size_t)size : 0;
    return true;
}

/* The tag behind "struct ", or the whole name. */
static const char *type_tag(const char *type)
{
    static const char *const keywords[] = {"struct ", "union ", "enum "};
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        if (strncmp(type, keywords[i], strlen(keywords[i])) == 0) {
            return type + strlen(keywords[i]);
        }
    }
    return type;
}

enum qemucore_status qc_object_at_in(struct qemucore_module *module, const char *type,
                                     uint64_t address, struct qc_object *ret,
                                     struct qemucore_error *error)
{
    if (!type_find(module, type_tag(type), ret)) {
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "no type %s in the debug info of %s", type,
                            qc_path_name(module->path));
    }
    ret->address = address;
    return QEMUCORE_OK;
}

enum qemucore_status qc_object_at(struct qc_modules *modules, const char *type, uint64_t address,
                                  struct qc_object *ret, struct qemucore_error *error)
{
    struct qemucore_module *executable = qc_modules_executable(modules);
    bool found = executable != NULL &&
                 qc_object_at_in(executable, type, address, ret, NULL) == QEMUCORE_OK;
    for (size_t i = 0; !found && i < modules->list.count; i++) {
        found = modules->list.items[i] != executable &&
                qc_object_at_in(modules->list.items[i], type, address, ret, NULL) == QEMUCORE_OK;
    }
    return found ? QEMUCORE_OK
                 : qc_error_set(error, QEMUCORE_NOT_FOUND,
                                "no type %s in the debug info of any of %zu modules", type,
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
    int64_t offset;
    if (__builtin_mul_overflow(index, first.type.size, &offset)) {
        return qc_error_set(error, QEMUCORE_INVALID, "element %" PRId64 " is beyond all memory",
                            index);
    }
    first.address += (uint64_t)offset;
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

/* Something at an address has no variable whose type it is: it has the type that was named. */
static void object_spell_type(const struct qc_object *object, struct qc_strbuf *buffer)
{
    Dwarf_Die holder = object->holder;
    const char *name = dwarf_diename(&holder);
    switch (dwarf_tag(&holder)) {
    case DW_TAG_structure_type:
        qc_strbuf_printf(buffer, "struct %s", name == NULL ? "?" : name);
        break;
    case DW_TAG_union_type:
        qc_strbuf_printf(buffer, "union %s", name == NULL ? "?" : name);
        break;
    case DW_TAG_enumeration_type:
        qc_strbuf_printf(buffer, "enum %s", name == NULL ? "?" : name);
        break;
    case DW_TAG_typedef:
        qc_strbuf_put(buffer, name == NULL ? "?" : name);
        break;
    default:
        qc_type_spell(&holder, buffer);
        break;
    }
}

void qc_object_describe(const struct qc_object *object, struct qemucore_variable *ret)
{
    struct qc_strbuf type = {0};
    struct qemucore_error error;
    uint64_t bits;
    struct qc_type described = object->type;
    const struct qc_modules *modules = object->module->modules;
    *ret = (struct qemucore_variable){0};
    object_spell_type(object, &type);
    ret->type = qc_strbuf_take(&type);
    if (described.kind == QC_TYPE_STRUCTURE || described.kind == QC_TYPE_ARRAY) {
        struct qc_type element;
        if (described.kind == QC_TYPE_STRUCTURE) {
            ret->structure_module = object->module;
            ret->structure = described.die;
            ret->structure_address = object->address;
        }
        ret->is_address = true;
        ret->value = qc_format("0x%" PRIx64, object->address);
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

enum qemucore_status qc_object_of_variable(const struct qemucore_variable *variable,
                                           struct qc_object *ret, bool *by_pointer,
                                           struct qemucore_error *error)
{
    Dwarf_Die pointer = variable->pointer;
    Dwarf_Word size;
    *by_pointer = variable->structure_module == NULL;
    if (variable->structure_module != NULL) {
        *ret = (struct qc_object){
            .module = variable->structure_module,
            .address = variable->structure_address,
            .holder = variable->structure,
            .type = {.die = variable->structure, .has_die = true, .kind = QC_TYPE_STRUCTURE},
        };
        ret->type.size = dwarf_aggregate_size(&ret->type.die, &size) == 0 ? (size_t)size : 0;
        return QEMUCORE_OK;
    }
    if (variable->pointer_module == NULL || variable->value == NULL) {
        return qc_error_set(error, QEMUCORE_INVALID, "neither a structure nor a pointer");
    }
    enum qemucore_status status = object_make(variable->pointer_module, &pointer,
                                              strtoull(variable->value, NULL, 0), ret, error);
    return status != QEMUCORE_OK || ret->type.kind == QC_TYPE_STRUCTURE
               ? status
               : qc_error_set(error, QEMUCORE_INVALID, "a pointer to no structure");
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
    char name[QC_LIMIT_NAME];
    struct qc_object next;
    bool arrow = strncmp(*at, "->", 2) == 0;
    enum qemucore_status status = QEMUCORE_OK;
    if (**at == '[') {
        char *end;
        errno = 0;
        long long index = strtoll(*at + 1, &end, 0);
        if (end == *at + 1 || *end != ']' || errno != 0) {
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
        } else if (arrow) {
            status = qc_error_set(error, QEMUCORE_INVALID, "->%s: not behind a pointer", name);
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

/* All that follows; `at` is part of `whole`, which the error quotes. */
static enum qemucore_status object_follow_all(struct qc_object *object, const char *whole,
                                              const char *at, struct qemucore_error *error)
{
    while (*at != '\0') {
        const char *before = at;
        enum qemucore_status status = object_follow(object, &at, error);
        if (status != QEMUCORE_OK) {
            return qc_error_prefix(error, status, "%.*s", (int)(before - whole), whole);
        }
    }
    return QEMUCORE_OK;
}

enum qemucore_status qc_object_path(const struct qc_object *object, const char *path,
                                    struct qc_object *ret, struct qemucore_error *error)
{
    char name[QC_LIMIT_NAME];
    const char *at = path;
    struct qc_object reached;
    if (!take_name(&at, name, sizeof(name))) {
        return qc_error_set(error, QEMUCORE_INVALID, "\"%s\" does not begin with a member", path);
    }
    enum qemucore_status status = qc_object_member(object, name, &reached, error);
    if (status == QEMUCORE_OK) {
        status = object_follow_all(&reached, path, at, error);
    }
    if (status == QEMUCORE_OK) {
        *ret = reached;
    }
    return status;
}

/* "0x55d0c0de:QemuCond" */
static enum qemucore_status take_address(struct qc_modules *modules, const char **at,
                                         struct qc_object *ret, struct qemucore_error *error)
{
    char *end;
    char name[QC_LIMIT_NAME];
    unsigned long long address = strtoull(*at, &end, 0);
    const char *type = *end == ':' ? end + 1 : NULL;
    size_t space = type == NULL ? 0 : strcspn(type, " ");
    const char *tag = type == NULL || type[space] != ' ' ? type : type + space + 1;
    if (type == NULL || !take_name(&tag, name, sizeof(name))) {
        return qc_error_set(error, QEMUCORE_INVALID, "\"%s\": an address needs a type, as in "
                            "0x55d0c0de:QemuCond", *at);
    }
    *at = tag;
    return qc_object_at(modules, name, address, ret, error);
}

/* "name" or "'util/rcu.c'::name" */
static enum qemucore_status take_variable(struct qc_modules *modules, const char **at,
                                          const struct qc_object_thread *thread,
                                          struct qc_object *ret, struct qemucore_error *error)
{
    char name[QC_LIMIT_NAME];
    char unit[QC_LIMIT_NAME] = "";
    if (**at == '\'') {
        size_t length = strcspn(*at + 1, "'");
        const char *behind = *at + 1 + length;
        if (strncmp(behind, "'::", 3) != 0 || length >= sizeof(unit)) {
            return qc_error_set(error, QEMUCORE_INVALID, "\"%s\": not 'FILE'::NAME", *at);
        }
        memcpy(unit, *at + 1, length);
        unit[length] = '\0';
        *at = behind + 3;
    }
    if (!take_name(at, name, sizeof(name))) {
        return qc_error_set(error, QEMUCORE_INVALID, "\"%s\" does not begin with a name", *at);
    }
    return qc_object_variable_in(modules, name, unit[0] == '\0' ? NULL : unit, thread, ret, error);
}

enum qemucore_status qc_object_find(struct qc_modules *modules, const char *expression,
                                    const struct qc_object_thread *thread, struct qc_object *ret,
                                    struct qemucore_error *error)
{
    struct qc_object object;
    bool follow = expression[0] == '*';
    const char *at = follow ? expression + 1 : expression;
    enum qemucore_status status = *at >= '0' && *at <= '9'
                                      ? take_address(modules, &at, &object, error)
                                      : take_variable(modules, &at, thread, &object, error);
    if (status == QEMUCORE_OK) {
        status = object_follow_all(&object, expression, at, error);
    }
    if (status == QEMUCORE_OK && follow) {
        struct qc_object pointer = object;
        status = qc_object_target(&pointer, &object, error);
    }
    if (status == QEMUCORE_OK) {
        *ret = object;
    }
    return status;
}
