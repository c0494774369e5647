/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/objects/object.h"

#include <dwarf.h>
#include <inttypes.h>
#include <string.h>

#include "dwarf/dwarf.h"
#include "values/values_limits.h"

/* Replaces a type that is only declared here by its definition in another unit of the module. */
static bool object_complete_type(struct qemucore_object *object)
{
    const char *tag;
    if (object->type.kind != QC_TYPE_STRUCTURE || !object->type.has_die ||
        !dwarf_hasattr(&object->type.die, DW_AT_declaration) ||
        (tag = dwarf_diename(&object->type.die)) == NULL) {
        return true;
    }
    Dwarf_Die complete;
    if (!qc_index_type(object->module, tag, &complete) || dwarf_tag(&complete) == DW_TAG_typedef) {
        return false;
    }
    object->type.die = complete;
    object->type.size = qc_type_die_size(&complete);
    return true;
}

static enum qemucore_status object_make(struct qemucore_module *module, Dwarf_Die *holder,
                                        uint64_t address, struct qemucore_object *ret,
                                        struct qemucore_error *error)
{
    struct qemucore_object object = {.module = module, .address = address, .holder = *holder};
    QC_FAIL_IF(!qc_type_of(holder, &object.type) || !object.type.has_die, error, QEMUCORE_NOT_FOUND,
               "its type is void or not known");
    QC_FAIL_IF(!object_complete_type(&object), error, QEMUCORE_NOT_FOUND,
               "struct %s is declared, but nowhere defined", dwarf_diename(&object.type.die));
    *ret = object;
    return QEMUCORE_OK;
}

static enum qemucore_status variable_make(struct qemucore_module *module, Dwarf_Die *die,
                                          const char *name,
                                          const struct qc_thread *thread,
                                          struct qemucore_object *ret, struct qemucore_error *error)
{
    uint64_t address;
    struct qc_frame_context context = {.thread = thread};
    struct qc_frame nowhere = {.module = module, .context = &context};
    enum qemucore_status status = qc_frame_address(&nowhere, die, &address, error);
    return status != QEMUCORE_OK ? qc_error_prefix(error, status, "%s", name)
                                 : object_make(module, die, address, ret, error);
}

static enum qemucore_status variable_in(struct qemucore_module *module, const char *name,
                                        const char *unit, const struct qc_thread *thread,
                                        struct qemucore_object *ret, struct qemucore_error *error)
{
    Dwarf_Die die;
    QC_FAIL_IF(!qc_index_variable(module, name, unit, &die), error, QEMUCORE_NOT_FOUND,
               "no variable %s", name);
    return variable_make(module, &die, name, thread, ret, error);
}

enum qemucore_status qc_object_from_die(struct qemucore_module *module, Dwarf_Die *die,
                                        struct qemucore_object *ret, struct qemucore_error *error)
{
    const char *name = dwarf_diename(die);
    return variable_make(module, die, qc_str_or(name, "?"), NULL, ret, error);
}

enum qemucore_status qc_object_variable(struct qc_modules *modules, const char *name,
                                        const char *unit, const struct qc_thread *thread,
                                        struct qemucore_object *ret, struct qemucore_error *error)
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
                              unit == NULL ? "" : " of ", qc_str_or(unit, ""),
                              modules->list.count);
}

static void object_of_tag(struct qemucore_module *module, Dwarf_Die *die,
                          struct qemucore_object *ret)
{
    *ret = (struct qemucore_object){.module = module, .holder = *die};
    ret->type = (struct qc_type){.die = *die, .has_die = true};
    ret->type.kind =
        dwarf_tag(die) == DW_TAG_enumeration_type ? QC_TYPE_ENUMERATION : QC_TYPE_STRUCTURE;
    ret->type.size = qc_type_die_size(die);
}

/* Finds a type by the name of a typedef or by a tag. Its own DIE becomes the holder. */
static bool type_find(struct qemucore_module *module, const char *name, struct qemucore_object *ret)
{
    Dwarf_Die die;
    if (!qc_index_type(module, name, &die)) {
        return false;
    }
    if (dwarf_tag(&die) == DW_TAG_typedef) {
        *ret = (struct qemucore_object){.module = module, .holder = die};
        return qc_type_of(&die, &ret->type) && ret->type.has_die && object_complete_type(ret);
    }
    object_of_tag(module, &die, ret);
    return true;
}

bool qc_object_of_file(struct qemucore_module *module, const char *tag, const char *source,
                       struct qemucore_object *ret)
{
    Dwarf_Die die;
    bool is_found = qc_index_type_of_file(module, tag, source, &die);
    if (is_found) {
        object_of_tag(module, &die, ret);
    }
    return is_found;
}

/* Skips "struct " and the like. */
static const char *type_tag(const char *type)
{
    static const char *const keywords[] = {"struct ", "union ", "enum "};
    for (size_t i = 0; i < qc_count(keywords); i++) {
        if (strncmp(type, keywords[i], strlen(keywords[i])) == 0) {
            return type + strlen(keywords[i]);
        }
    }
    return type;
}

enum qemucore_status qc_object_at_in(struct qemucore_module *module, const char *type,
                                     uint64_t address, struct qemucore_object *ret,
                                     struct qemucore_error *error)
{
    QC_FAIL_IF(!type_find(module, type_tag(type), ret), error, QEMUCORE_NOT_FOUND,
               "no type %s in the debug info of %s", type, qc_path_name(module->path));
    ret->address = address;
    return QEMUCORE_OK;
}

enum qemucore_status qc_object_at(struct qc_modules *modules, const char *type, uint64_t address,
                                  struct qemucore_object *ret, struct qemucore_error *error)
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

/* Returns a bit-field's first bit, counted in the order of memory from ret->address, which is the
   structure's or, up to DWARF 4, the storage unit's (DWARF 5, 5.7.6; DWARF 3, 5.6.6). */
static uint64_t member_first_bit(Dwarf_Die *member, const struct qemucore_object *ret)
{
    Dwarf_Attribute attribute;
    Dwarf_Word offset;
    if (dwarf_formudata(dwarf_attr(member, DW_AT_data_bit_offset, &attribute), &offset) == 0) {
        return offset;
    }
    if (dwarf_formudata(dwarf_attr(member, DW_AT_bit_offset, &attribute), &offset) != 0) {
        return 0;
    }
    /* Counted from the most significant bit. Negative if the field begins in one unit and ends in
       the next. */
    return ret->module->modules->core->big_endian ? offset
                                                  : 8 * ret->type.size - offset - ret->bit_size;
}

/* Finds the bytes of the type's size that contain a bit-field. A packed one may begin in one storage
   unit and end in the next; then these bytes end where the field ends. */
static void member_bits(Dwarf_Die *member, struct qemucore_object *ret)
{
    Dwarf_Attribute attribute;
    Dwarf_Word size;
    if (dwarf_formudata(dwarf_attr(member, DW_AT_bit_size, &attribute), &size) != 0 ||
        size == 0 || size > 64 || !qc_type_is_number(&ret->type)) {
        return;
    }
    ret->bit_size = (unsigned)size;
    unsigned unit = 8 * (unsigned)ret->type.size;
    uint64_t first = member_first_bit(member, ret);
    bool straddles = first % unit + size > unit;
    uint64_t start = straddles ? (first + size + 7) / 8 - ret->type.size
                               : first / unit * ret->type.size;
    unsigned within = (unsigned)(first - 8 * start);
    ret->address += start;
    ret->bit_offset =
        ret->module->modules->core->big_endian ? unit - within - ret->bit_size : within;
}

/* The offset is a number or, up to DWARF 2, an expression that adds a number. */
static bool member_offset(Dwarf_Die *member, Dwarf_Word *ret)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *operations;
    size_t count;
    if (dwarf_attr(member, DW_AT_data_member_location, &attribute) == NULL) {
        *ret = 0; /* members of a union have none */
        return true;
    }
    if (dwarf_formudata(&attribute, ret) == 0) {
        return true;
    }
    bool adds = dwarf_getlocation(&attribute, &operations, &count) == 0 && count == 1 &&
                operations[0].atom == DW_OP_plus_uconst;
    *ret = adds ? operations[0].number : 0;
    return adds;
}

static enum qemucore_status member_make(const struct qemucore_object *object, Dwarf_Die *member,
                                        struct qemucore_object *ret, struct qemucore_error *error)
{
    Dwarf_Word offset;
    QC_FAIL_IF(!member_offset(member, &offset), error, QEMUCORE_NOT_FOUND,
               "its place in the structure is not a constant");
    QC_TRY(object_make(object->module, member, object->address + offset, ret, error));
    ret->name = dwarf_diename(member);
    member_bits(member, ret);
    if (object->frame != NULL) {
        ret->frame = object->frame;
        ret->part = object->part;
        ret->part.offset += ret->address;
        ret->address = 0;
    }
    return QEMUCORE_OK;
}

/* Skips to the next member, *die included. found: *die is valid. */
static bool member_from(Dwarf_Die *die, bool found)
{
    while (found && dwarf_tag(die) != DW_TAG_member) {
        found = qc_die_sibling(die, die) == 0;
    }
    return found;
}

static bool member_first(const struct qemucore_object *object, Dwarf_Die *ret)
{
    Dwarf_Die type = object->type.die;
    return object->type.kind == QC_TYPE_STRUCTURE && member_from(ret, dwarf_child(&type, ret) == 0);
}

static bool member_next(Dwarf_Die *die)
{
    return member_from(die, qc_die_sibling(die, die) == 0);
}

/* left: unnamed members that may still be searched. */
static enum qemucore_status member_find(const struct qemucore_object *object, const char *name,
                                        unsigned *left, struct qemucore_object *ret,
                                        struct qemucore_error *error)
{
    Dwarf_Die type = object->type.die;
    Dwarf_Die member;
    for (bool more = member_first(object, &member); more; more = member_next(&member)) {
        const char *member_name = dwarf_diename(&member);
        if (member_name != NULL && strcmp(member_name, name) == 0) {
            return member_make(object, &member, ret, error);
        }
        struct qemucore_object unnamed;
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
                        qc_str_or(tag, "the type"), name);
}

enum qemucore_status qc_object_member(const struct qemucore_object *object, const char *name,
                                      struct qemucore_object *ret, struct qemucore_error *error)
{
    unsigned left = QC_LIMIT_UNNAMED_MEMBERS;
    struct qemucore_object structure;
    QC_TRY(qc_object_in_memory(object, &structure, error));
    return member_find(&structure, name, &left, ret, error);
}

struct qc_member_walk qc_member_walk(const struct qemucore_object *object)
{
    struct qc_member_walk walk = {.structure = *object};
    qc_object_in_memory(object, &walk.structure, NULL);
    walk.more = member_first(object, &walk.die);
    return walk;
}

bool qc_member_walk_next(struct qc_member_walk *walk, struct qemucore_object *ret)
{
    bool is_made = false;
    while (walk->more && !is_made) {
        is_made = member_make(&walk->structure, &walk->die, ret, NULL) == QEMUCORE_OK;
        walk->has_skipped |= !is_made;
        walk->more = member_next(&walk->die);
    }
    return is_made;
}

enum qemucore_status qc_object_member_at(const struct qemucore_object *object, size_t index,
                                         struct qemucore_object *ret, struct qemucore_error *error)
{
    struct qemucore_object structure;
    struct qemucore_object member;
    QC_TRY(qc_object_in_memory(object, &structure, error));
    struct qc_member_walk walk = qc_member_walk(&structure);
    while (qc_member_walk_next(&walk, &member)) {
        if (index-- == 0) {
            *ret = member;
            return QEMUCORE_OK;
        }
    }
    return qc_error_set(error, QEMUCORE_NOT_FOUND, "no further member");
}

/* Structures inside structures multiply, so that all of a module's are counted together. */
static bool members_count(struct qemucore_module *module, size_t count)
{
    struct qc_dwarf_cache *cache = qc_dwarf_cache(module);
    if (count < QC_LIMIT_MEMBERS && cache != NULL && cache->members < QC_LIMIT_ALL_MEMBERS) {
        cache->members++;
        return true;
    }
    qc_module_problem(module,
                      "%s: some members of structures are not shown: there are more than %d in one "
                      "structure, or %d in all",
                      qc_module_debug_path(module), QC_LIMIT_MEMBERS, QC_LIMIT_ALL_MEMBERS);
    return false;
}

bool qc_object_members(const struct qemucore_object *object, struct qc_objects *ret)
{
    struct qemucore_object member;
    struct qc_member_walk walk = qc_member_walk(object);
    while (qc_member_walk_next(&walk, &member) && members_count(object->module, ret->count)) {
        if (!qc_vec_push(ret, member)) {
            return false;
        }
    }
    if (walk.has_skipped) {
        qc_module_problem(object->module,
                          "%s: some members of structures are not shown: their type or place is not "
                          "known",
                          qc_module_debug_path(object->module));
    }
    return true;
}

enum qemucore_status qc_object_target(const struct qemucore_object *object,
                                      struct qemucore_object *ret, struct qemucore_error *error)
{
    uint64_t address;
    Dwarf_Die pointer = object->type.die;
    QC_FAIL_IF(object->type.kind != QC_TYPE_POINTER, error, QEMUCORE_INVALID, "not a pointer");
    QC_TRY(qc_object_number(object, &address, error));
    QC_FAIL_IF(address == 0, error, QEMUCORE_ABSENT, "a NULL pointer");
    return object_make(object->module, &pointer, address, ret, error);
}

enum qemucore_status qc_object_element(const struct qemucore_object *object, int64_t index,
                                       struct qemucore_object *ret, struct qemucore_error *error)
{
    struct qemucore_object first;
    struct qemucore_object array;
    if (object->type.kind == QC_TYPE_ARRAY) {
        QC_TRY(qc_object_in_memory(object, &array, error));
        QC_TRY(object_make(array.module, &array.type.die, array.address, &first, error));
    } else {
        QC_TRY(qc_object_target(object, &first, error));
    }
    QC_FAIL_IF(first.type.size == 0, error, QEMUCORE_INVALID, "elements of unknown size");
    int64_t offset;
    QC_FAIL_IF(__builtin_mul_overflow(index, first.type.size, &offset), error, QEMUCORE_INVALID,
               "element %" PRId64 " is beyond all memory", index);
    first.address += (uint64_t)offset;
    *ret = first;
    return QEMUCORE_OK;
}

void qc_object_of_frame(const struct qc_frame *frame, Dwarf_Die *die, bool is_passed,
                        struct qemucore_object *ret)
{
    *ret = (struct qemucore_object){
        .module = frame->module,
        .name = dwarf_diename(die),
        .holder = *die,
        .frame = frame,
        .part = {.variable = *die},
        .is_passed = is_passed,
    };
    if (!qc_type_of(die, &ret->type)) {
        ret->type = (struct qc_type){.kind = QC_TYPE_OTHER};
    }
}

enum qemucore_status qc_object_value(const struct qemucore_object *object, struct qc_value *ret,
                                     struct qemucore_error *error)
{
    const struct qc_core *core = object->module->modules->core;
    uint8_t bytes[QC_VALUE_SIZE];
    size_t bits = 8 * object->type.size;
    QC_FAIL_IF(object->bit_size > bits || object->bit_offset > bits - object->bit_size,
               error, QEMUCORE_UNSUPPORTED, "a bit-field that spans more bytes than its type has");
    if (object->frame != NULL) {
        struct qc_frame_part part = object->part;
        part.bit_size = object->bit_size;
        part.bit_offset = object->bit_offset;
        return qc_frame_value(object->frame, &part, &object->type, ret, error);
    }
    if (qc_type_is_aggregate(&object->type)) {
        *ret = (struct qc_value){.kind = object->type.kind, .bits = object->address};
        return QEMUCORE_OK;
    }
    QC_FAIL_IF(!qc_type_is_number(&object->type), error, QEMUCORE_INVALID, "not a number");
    QC_TRY(qc_image_read(core->image, object->address, bytes, object->type.size, error));
    *ret = qc_value_from_bytes(&object->type, bytes, core->big_endian, object->bit_size,
                               object->bit_offset);
    return QEMUCORE_OK;
}

enum qemucore_status qc_object_number(const struct qemucore_object *object, uint64_t *ret,
                                      struct qemucore_error *error)
{
    struct qc_value value;
    QC_TRY(qc_type_is_aggregate(&object->type)
               ? qc_error_set(error, QEMUCORE_INVALID, "not a number")
               : qc_object_value(object, &value, error));
    *ret = value.bits;
    return QEMUCORE_OK;
}

enum qemucore_status qc_object_passed(const struct qemucore_object *object, struct qc_value *ret,
                                      struct qemucore_error *error)
{
    Dwarf_Die die = object->holder;
    return object->is_passed
               ? qc_frame_passed(object->frame, &die, &object->type, ret, error)
               : qc_error_set(error, QEMUCORE_INVALID, "not a parameter of a function");
}

enum qemucore_status qc_object_in_memory(const struct qemucore_object *object,
                                         struct qemucore_object *ret, struct qemucore_error *error)
{
    struct qemucore_object found = *object;
    if (object->frame != NULL) {
        QC_TRY(qc_frame_address(object->frame, &found.part.variable, &found.address, error));
        found.address += found.part.offset;
        found.frame = NULL;
        found.is_passed = false;
    }
    *ret = found;
    return QEMUCORE_OK;
}

bool qc_object_is_in_pieces(const struct qemucore_object *object)
{
    Dwarf_Die variable = object->part.variable;
    return object->frame != NULL && qc_frame_is_in_pieces(object->frame, &variable);
}

bool qc_object_pointee(const struct qemucore_object *object, struct qemucore_object *ret)
{
    Dwarf_Die pointer = object->type.die;
    struct qc_frame_part part;
    if (object->frame == NULL || object->type.kind != QC_TYPE_POINTER ||
        !qc_frame_pointee(object->frame, &object->part, &part) ||
        object_make(object->module, &pointer, 0, ret, NULL) != QEMUCORE_OK) {
        return false;
    }
    ret->frame = object->frame;
    ret->part = part;
    return true;
}

/* An object at an address has no variable with DW_AT_type: its holder is the named type itself. */
char *qc_object_type(const struct qemucore_object *object)
{
    struct qc_strbuf buffer = {0};
    Dwarf_Die holder = object->holder;
    const char *name = dwarf_diename(&holder);
    switch (dwarf_tag(&holder)) {
    case DW_TAG_structure_type:
        qc_strbuf_printf(&buffer, "struct %s", qc_str_or(name, "?"));
        break;
    case DW_TAG_union_type:
        qc_strbuf_printf(&buffer, "union %s", qc_str_or(name, "?"));
        break;
    case DW_TAG_enumeration_type:
        qc_strbuf_printf(&buffer, "enum %s", qc_str_or(name, "?"));
        break;
    case DW_TAG_typedef:
        qc_strbuf_put(&buffer, qc_str_or(name, "?"));
        break;
    default:
        qc_type_spell(&holder, &buffer);
        break;
    }
    return qc_strbuf_take(&buffer);
}
