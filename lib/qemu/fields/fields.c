/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/fields.h"

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modules/modules.h"
#include "qemu/fields/source_files.h"
#include "qemu/qemu_limits.h"
#include "values/values.h"

#define ALTERNATIVES 4

struct field_row {
    const char *type;
    bool at_start;
    const char *members[ALTERNATIVES];
};

struct variable_row {
    const char *unit;
    const char *names[ALTERNATIVES];
};

#define FIELD_ROW(name, type, at_start, ...) {type, at_start, {__VA_ARGS__}},
static const struct field_row field_rows[] = {QC_FIELDS(FIELD_ROW)};
#define VARIABLE_ROW(name, unit, ...) {unit, {__VA_ARGS__}},
static const struct variable_row variable_rows[] = {QC_VARIABLES(VARIABLE_ROW)};

enum known {
    NOT_LOOKED_FOR,
    NOT_THERE,
    BY_DEBUG_INFO,
    BY_SYMBOL, /* a variable whose type is not known */
    AT_START,  /* a member at offset 0 whose type is not known */
};

struct place {
    enum known known;
    struct qemucore_object object; /* for a member, object.address is its offset */
    size_t size; /* size of the symbol; 0: the variable must not be read */
    const char *name;
};

struct qc_fields {
    struct qc_modules *modules;
    struct place fields[QC_FIELD_COUNT];
    struct place variables[QC_VARIABLE_COUNT];
    const char *last_file_type; /* the last "file:structure"; NULL: none yet */
    bool last_is_found;
    struct qemucore_object last; /* the structure that was found for it */
    unsigned slots_taken; /* slots of GHashTables */
    unsigned elements_taken; /* elements of lists */
    void *texts;             /* those that are kept, a tree of tsearch(3) */
};

enum qemucore_status qc_fields_new(struct qc_modules *modules, struct qc_fields **ret,
                                   struct qemucore_error *error)
{
    struct qc_fields *fields = calloc(1, sizeof(*fields));
    QC_TRY_MEMORY(fields != NULL, error);
    fields->modules = modules;
    *ret = fields;
    return QEMUCORE_OK;
}

void qc_fields_free(struct qc_fields *fields)
{
    if (fields != NULL) {
        tdestroy(fields->texts, free);
        free(fields);
    }
}

static int compare_texts(const void *left, const void *right)
{
    return strcmp(left, right);
}

const char *qc_fields_keep(struct qc_fields *fields, char *text)
{
    QC_FREE char *taken = text;
    char **kept =
        text == NULL ? NULL : qc_shortage_got(tsearch(text, &fields->texts, compare_texts));
    if (kept != NULL && *kept == taken) {
        taken = NULL; /* it is the tree's */
    }
    return kept == NULL ? NULL : *kept;
}

const char *qc_fields_format(struct qc_fields *fields, const char *format, ...)
{
    return qc_fields_keep(fields, QC_FORMATTED(format));
}

bool qc_fields_take_slot(struct qc_fields *fields)
{
    if (qc_fields_are_cut(fields)) {
        return false;
    }
    fields->slots_taken++;
    return true;
}

bool qc_fields_are_cut(const struct qc_fields *fields)
{
    return fields->slots_taken == QC_LIMIT_TABLE_SLOTS;
}

bool qc_fields_take_element(struct qc_fields *fields)
{
    if (fields->elements_taken == QC_LIMIT_LIST_ELEMENTS) {
        return false;
    }
    fields->elements_taken++;
    return true;
}

void qc_fields_doubt(struct qc_fields *fields, enum qemucore_status status, const char *format, ...)
{
    char text[sizeof(((struct qemucore_error *)0)->message)];
    va_list arguments;
    va_start(arguments, format);
    int used = snprintf(text, sizeof(text), "QEMU's data can't be relied on: ");
    vsnprintf(text + used, sizeof(text) - (size_t)used, format, arguments);
    va_end(arguments);
    qc_core_add_doubt(fields->modules->core, QC_MISSING_DATA, status, text);
}

bool qc_fields_lack(struct qc_fields *fields, uint64_t address)
{
    struct qc_core *core = fields->modules->core;
    const struct qc_segment *segment = qc_core_segment(core, address);
    bool is_left_out = segment != NULL && (segment->flags & QC_SEGMENT_WRITABLE) != 0 &&
                       address - segment->address >= segment->file_size;
    if (is_left_out) {
        qc_core_add_doubt(core, QC_MISSING_PART, QEMUCORE_ABSENT,
                          "the dump was made without some of the memory that QEMU's lists are in");
    }
    return is_left_out;
}

/* Tells whether the symbol table proves that QEMU has no such variable: QEMU is written in C, so
   the table has the names of the source. */
static bool has_no_symbol(struct qc_fields *fields, const char *variable, const char *unit)
{
    struct qemucore_module *executable = qc_modules_executable(fields->modules);
    struct qc_symbol symbol;
    return executable != NULL &&
           qc_symbols_variable(executable, variable, unit, &symbol) == QC_SYMBOLS_NONE;
}

/* Tells whether debug info may have QEMU's variables: that of the executable or, if the executable
   is not known, that of any module. */
static bool may_have_debug_info(const struct qc_fields *fields)
{
    struct qemucore_module *executable = qc_modules_executable(fields->modules);
    Dwarf_Addr bias;
    return executable == NULL || qc_module_dwarf(executable, &bias) != NULL;
}

/* Searches only the executable if it is known: its libraries have no type of QEMU's that it lacks
   itself, and libc alone has 2,000 units. */
enum qemucore_status qc_fields_type(const struct qc_fields *fields, const char *type,
                                    struct qemucore_object *ret, struct qemucore_error *error)
{
    struct qemucore_module *executable = qc_modules_executable(fields->modules);
    qc_source_files_index(fields->modules, type);
    return executable == NULL ? qc_object_at(fields->modules, type, 0, ret, error)
                              : qc_object_at_in(executable, type, 0, ret, error);
}

/* Keeps the last structure: finding one takes a walk through its unit, and callers ask for several
   members of the same one. */
static bool structure_of_file(struct qc_fields *fields, const char *type,
                              struct qemucore_object *ret)
{
    struct qemucore_module *executable = qc_modules_executable(fields->modules);
    const char *colon = strchr(type, ':');
    if (fields->last_file_type == NULL || strcmp(fields->last_file_type, type) != 0) {
        QC_FREE char *source = strndup(type, (size_t)(colon - type));
        fields->last_file_type = type;
        fields->last_is_found = executable != NULL && source != NULL &&
                                qc_object_of_file(executable, colon + 1, source, &fields->last);
    }
    *ret = fields->last;
    return fields->last_is_found;
}

/* Finds the structure of a row (see QC_FIELDS), at address 0. A variable there is not read. */
static bool structure_find(struct qc_fields *fields, const char *type, struct qemucore_object *ret)
{
    struct qemucore_object variable;
    if (strchr(type, ':') != NULL) {
        return structure_of_file(fields, type, ret);
    }
    if (type[0] != '*' && type[0] != '=') {
        return qc_fields_type(fields, type, ret, NULL) == QEMUCORE_OK;
    }
    qc_source_files_index(fields->modules, type);
    if (!may_have_debug_info(fields) || has_no_symbol(fields, type + 1, NULL) ||
        qc_object_variable(fields->modules, type + 1, NULL, NULL, &variable, NULL) !=
            QEMUCORE_OK ||
        (type[0] == '*' && variable.type.kind != QC_TYPE_POINTER)) {
        return false;
    }
    if (type[0] == '=') {
        *ret = variable;
        ret->address = 0;
        return true;
    }
    *ret = (struct qemucore_object){.module = variable.module, .holder = variable.type.die};
    return qc_type_of(&ret->holder, &ret->type) && ret->type.has_die;
}

static const struct place *field_place(struct qc_fields *fields, enum qc_field field)
{
    struct place *place = &fields->fields[field];
    const struct field_row *row = &field_rows[field];
    struct qemucore_object structure;
    if (place->known != NOT_LOOKED_FOR) {
        return place;
    }
    place->known = NOT_THERE;
    if (!structure_find(fields, row->type, &structure)) {
        place->known = row->at_start ? AT_START : NOT_THERE;
        return place;
    }
    for (size_t i = 0; i < ALTERNATIVES && row->members[i] != NULL; i++) {
        if (qc_object_path(&structure, row->members[i], &place->object)) {
            place->known = BY_DEBUG_INFO;
            place->name = row->members[i];
            return place;
        }
    }
    return place;
}

bool qc_field_address(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      uint64_t *ret)
{
    const struct place *place = field_place(fields, field);
    if (place->known == NOT_THERE) {
        return false;
    }
    *ret = structure + (place->known == AT_START ? 0 : place->object.address);
    return true;
}

enum qemucore_status qc_field_number(struct qc_fields *fields, enum qc_field field,
                                     uint64_t structure, uint64_t *ret,
                                     struct qemucore_error *error)
{
    const struct place *place = field_place(fields, field);
    const struct field_row *row = &field_rows[field];
    if (place->known == BY_DEBUG_INFO) {
        struct qemucore_object object = place->object;
        object.address += structure;
        return qc_object_number(&object, ret, error);
    }
    return qc_error_set(error, QEMUCORE_NOT_FOUND, "%s.%s: not in the debug info", row->type,
                        row->members[0]);
}

const char *qc_field_structure(enum qc_field field)
{
    return field_rows[field].type;
}

const char *qc_field_name(struct qc_fields *fields, enum qc_field field)
{
    const struct place *place = field_place(fields, field);
    return place->known == BY_DEBUG_INFO ? place->name : NULL;
}

bool qc_field_is_signed(struct qc_fields *fields, enum qc_field field)
{
    return field_place(fields, field)->object.type.is_signed;
}

const char *qc_field_enumerator(struct qc_fields *fields, enum qc_field field, uint64_t value)
{
    const struct place *place = field_place(fields, field);
    return place->known == BY_DEBUG_INFO
               ? qc_type_enumerator(&place->object.type, (int64_t)value)
               : NULL;
}

bool qc_field_read(struct qc_fields *fields, enum qc_field field, uint64_t structure, uint64_t *ret)
{
    return qc_field_number(fields, field, structure, ret, NULL) == QEMUCORE_OK;
}

const char *qc_field_text(struct qc_fields *fields, enum qc_field field, uint64_t structure)
{
    const struct place *place = field_place(fields, field);
    struct qemucore_object object = place->object;
    uint64_t address = structure + object.address;
    if (place->known != BY_DEBUG_INFO) {
        return NULL;
    }
    size_t most = object.type.kind == QC_TYPE_ARRAY ? object.type.size : SIZE_MAX;
    if (object.type.kind != QC_TYPE_ARRAY &&
        (!qc_field_read(fields, field, structure, &address) || address == 0)) {
        return NULL;
    }
    return qc_fields_keep(fields, qc_value_text(fields->modules, address, most, NULL));
}

static void place_at(struct place *place, const char *name, uint64_t address, size_t size)
{
    place->known = BY_SYMBOL;
    place->object = (struct qemucore_object){.address = address};
    place->size = size;
    place->name = name;
}

/* Asks the symbol table first. A complete one has every variable, so that debug info, including
   that of libraries, which have no variable of QEMU's, is not walked for one that is not in it. */
static enum qc_symbols_answer variable_by_table(struct qemucore_module *executable,
                                                const struct variable_row *row,
                                                struct place *place)
{
    enum qc_symbols_answer answer = QC_SYMBOLS_NONE;
    for (size_t i = 0; i < ALTERNATIVES && row->names[i] != NULL; i++) {
        struct qc_symbol symbol;
        switch (executable == NULL
                    ? QC_SYMBOLS_UNKNOWN
                    : qc_symbols_variable(executable, row->names[i], row->unit, &symbol)) {
        case QC_SYMBOLS_ONE:
            place_at(place, row->names[i], symbol.address, (size_t)symbol.size);
            return QC_SYMBOLS_ONE;
        case QC_SYMBOLS_UNKNOWN:
            answer = QC_SYMBOLS_UNKNOWN;
            break;
        case QC_SYMBOLS_NONE:
            break;
        }
    }
    return answer;
}

static bool variable_by_debug_info(struct qc_fields *fields, const char *name, const char *unit,
                                   struct place *place)
{
    if (qc_object_variable(fields->modules, name, unit, NULL, &place->object, NULL) !=
        QEMUCORE_OK) {
        return false;
    }
    place->known = BY_DEBUG_INFO;
    place->name = name;
    return true;
}

/* Finds a global variable in a stripped symbol table, which does not tell the file of a static one.
   The size 0 keeps the variable from being read, since most of what would tell its meaning is
   missing. */
static bool variable_by_symbol(struct qemucore_module *executable, const char *name,
                               const char *unit, struct place *place)
{
    struct qc_symbol symbol;
    if (executable == NULL || unit != NULL || !qc_symbols_by_name(executable, name, &symbol)) {
        return false;
    }
    place_at(place, name, symbol.address, 0);
    return true;
}

static const struct place *variable_place(struct qc_fields *fields, enum qc_variable variable)
{
    struct place *place = &fields->variables[variable];
    const struct variable_row *row = &variable_rows[variable];
    struct qemucore_module *executable = qc_modules_executable(fields->modules);
    if (place->known != NOT_LOOKED_FOR) {
        return place;
    }
    enum qc_symbols_answer answer = variable_by_table(executable, row, place);
    bool found = answer != QC_SYMBOLS_UNKNOWN;
    bool has_debug_info = !found && may_have_debug_info(fields);
    for (size_t i = 0; has_debug_info && !found && i < ALTERNATIVES && row->names[i] != NULL; i++) {
        found = variable_by_debug_info(fields, row->names[i], row->unit, place);
    }
    for (size_t i = 0; !found && i < ALTERNATIVES && row->names[i] != NULL; i++) {
        found = variable_by_symbol(executable, row->names[i], row->unit, place);
    }
    if (!found || answer == QC_SYMBOLS_NONE) {
        place->known = NOT_THERE;
    }
    return place;
}

/* Finds a thread-local variable by its symbol. Compilers do not record its place on aarch64, whose
   ABI has no relocation for that (LLVM, AArch64_ELFTargetObjectFile; gcc defines no
   TARGET_ASM_OUTPUT_DWARF_DTPREL there), and gcc 16 of Debian does not on riscv64. */
static bool thread_symbol(struct qc_fields *fields, enum qc_variable variable,
                          const struct qc_thread *thread, struct qc_symbol *ret)
{
    const struct variable_row *row = &variable_rows[variable];
    struct qemucore_module *executable = qc_modules_executable(fields->modules);
    for (size_t i = 0; executable != NULL && i < ALTERNATIVES && row->names[i] != NULL; i++) {
        if (qc_symbols_thread_local(executable, row->names[i], row->unit, ret)) {
            return qc_tls_address(executable, thread, ret->address, &ret->address, NULL) ==
                   QEMUCORE_OK;
        }
    }
    return false;
}

/* Looks up the variable each time, since a thread-local variable has another address in each
   thread. */
static bool thread_variable(struct qc_fields *fields, enum qc_variable variable,
                            const struct qc_thread *thread, struct qemucore_object *ret)
{
    const struct variable_row *row = &variable_rows[variable];
    bool has_debug_info = may_have_debug_info(fields);
    for (size_t i = 0; has_debug_info && i < ALTERNATIVES && row->names[i] != NULL; i++) {
        if (has_no_symbol(fields, row->names[i], row->unit)) {
            continue;
        }
        qc_source_files_index(fields->modules, row->names[i]);
        if (qc_object_variable(fields->modules, row->names[i], row->unit, thread, ret, NULL) ==
            QEMUCORE_OK) {
            return true;
        }
    }
    return false;
}

bool qc_variable_address(struct qc_fields *fields, enum qc_variable variable,
                         const struct qc_thread *thread, uint64_t *ret)
{
    struct qc_symbol symbol;
    struct qemucore_object object;
    if (thread == NULL) {
        const struct place *place = variable_place(fields, variable);
        *ret = place->object.address;
        return place->known != NOT_THERE;
    }
    bool has_symbol = thread_symbol(fields, variable, thread, &symbol);
    if (!has_symbol && !thread_variable(fields, variable, thread, &object)) {
        return false;
    }
    *ret = has_symbol ? symbol.address : object.address;
    return true;
}

/* With AddressSanitizer, clang counts the red zone after a variable as part of it: the symbol is
   larger than the type. */
static bool padded_read(struct qc_fields *fields, const struct place *place, const char *unit,
                        uint64_t *ret)
{
    struct place typed;
    return variable_by_debug_info(fields, place->name, unit, &typed) &&
           typed.object.address == place->object.address && typed.object.type.size < place->size &&
           qc_object_number(&typed.object, ret, NULL) == QEMUCORE_OK;
}

static bool is_number_size(uint64_t size)
{
    return size == 1 || size == 2 || size == 4 || size == 8;
}

static bool thread_read(struct qc_fields *fields, enum qc_variable variable,
                        const struct qc_thread *thread, uint64_t *ret)
{
    struct qc_symbol symbol;
    struct qemucore_object object;
    return thread_symbol(fields, variable, thread, &symbol) && is_number_size(symbol.size)
               ? qc_fields_number(fields, symbol.address, symbol.size, ret)
               : thread_variable(fields, variable, thread, &object) &&
                     qc_object_number(&object, ret, NULL) == QEMUCORE_OK;
}

bool qc_variable_read(struct qc_fields *fields, enum qc_variable variable,
                      const struct qc_thread *thread, uint64_t *ret)
{
    if (thread != NULL) {
        return thread_read(fields, variable, thread, ret);
    }
    const struct place *place = variable_place(fields, variable);
    if (place->known == BY_SYMBOL && place->size > 8) {
        return padded_read(fields, place, variable_rows[variable].unit, ret);
    }
    if (place->known == BY_SYMBOL) {
        return is_number_size(place->size) &&
               qc_fields_number(fields, place->object.address, place->size, ret);
    }
    return place->known == BY_DEBUG_INFO &&
           qc_object_number(&place->object, ret, NULL) == QEMUCORE_OK;
}

bool qc_variable_is_signed(struct qc_fields *fields, enum qc_variable variable)
{
    return variable_place(fields, variable)->object.type.is_signed;
}

const char *qc_variable_name(struct qc_fields *fields, enum qc_variable variable)
{
    return variable_place(fields, variable)->name;
}

const char *qc_variable_newest_name(enum qc_variable variable)
{
    return variable_rows[variable].names[0];
}

bool qc_fields_number(struct qc_fields *fields, uint64_t address, size_t size, uint64_t *ret)
{
    return qc_core_number(fields->modules->core, address, size, ret);
}

bool qc_fields_pointer(struct qc_fields *fields, uint64_t address, uint64_t *ret)
{
    return qc_fields_number(fields, address, sizeof(uint64_t), ret);
}

bool qc_fields_timespec(struct qc_fields *fields, uint64_t address, int64_t *ret)
{
    const uint64_t second = 1000000000;
    uint64_t seconds;
    uint64_t nanoseconds;
    if (!qc_fields_number(fields, address, 8, &seconds) ||
        !qc_fields_number(fields, address + 8, 8, &nanoseconds) || seconds >= INT64_MAX / second ||
        nanoseconds >= second) {
        return false;
    }
    *ret = (int64_t)(seconds * second + nanoseconds);
    return true;
}

struct qc_core *qc_fields_core(const struct qc_fields *fields)
{
    return fields->modules->core;
}

struct qc_modules *qc_fields_modules(const struct qc_fields *fields)
{
    return fields->modules;
}

size_t qc_fields_type_size(struct qc_fields *fields, const char *type)
{
    struct qemucore_object object;
    return qc_fields_type(fields, type, &object, NULL) == QEMUCORE_OK ? object.type.size : 0;
}

/* Every emulator has CPUState; some of QEMU's programs without a guest have only the
   block layer. */
bool qc_fields_know_qemu(struct qc_fields *fields)
{
    return qc_fields_type_size(fields, "CPUState") != 0 ||
           qc_fields_type_size(fields, "BlockDriverState") != 0;
}
