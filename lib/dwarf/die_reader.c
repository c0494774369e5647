/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/die_reader.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/abbreviations.h"
#include "dwarf/dwarf_limits.h"

/* Tables that are kept: units of one library come one after the other, and share theirs if any. */
#define TABLES 64

/* Names of types share places in a section of strings, so that one bit tells that a name was. */
struct seen {
    const struct qc_top_dies_section *strings;
    uint8_t *bits[2]; /* tags, typedefs; NULL: not made, and nothing was */
};

struct qc_top_dies {
    struct qc_top_dies_file file;
    struct seen seen[2]; /* of strings, shared_strings */
    struct qc_abbreviations tables[TABLES];
    size_t abbreviation_bytes; /* that may still be read */

    /* The unit that is gone through. */
    struct qc_cursor cursor; /* from the start of the section to the end of the unit */
    size_t start;            /* of the unit's header */
    size_t last;
    uint8_t offset_size;
    const struct qc_abbreviations *table;
    enum qc_top_dies_step state;
};

/* A DIE while the cursor is behind its attributes. */
struct die {
    const struct qc_abbreviation *abbreviation;
    size_t offset;
    size_t attributes;             /* behind its code */
    size_t values[QC_PLACE_COUNT]; /* of one whose size varies: where they are */
};

/* Up to its last NUL: every string that begins there ends there. */
static size_t section_text_size(const struct qc_top_dies_section *section)
{
    const uint8_t *end = section->size == 0 || section->bytes == NULL
                             ? NULL
                             : memrchr(section->bytes, '\0', section->size);
    return end == NULL ? 0 : (size_t)(end - section->bytes) + 1;
}

struct qc_top_dies *qc_top_dies_new(const struct qc_top_dies_file *file)
{
    struct qc_top_dies *dies = calloc(1, sizeof(*dies));
    if (dies != NULL) {
        dies->file = *file;
        dies->file.strings.size = section_text_size(&file->strings);
        dies->file.shared_strings.size = section_text_size(&file->shared_strings);
        dies->seen[0].strings = &dies->file.strings;
        dies->seen[1].strings = &dies->file.shared_strings;
        dies->state = QC_TOP_DIES_END;
        /* Each table once or, where the cache is too small, some times. Units that have tables
           within tables, which would be a square, are libdw's. */
        dies->abbreviation_bytes = file->abbreviations.size > SIZE_MAX / 8
                                       ? SIZE_MAX
                                       : 8 * file->abbreviations.size;
    }
    return dies;
}

void qc_top_dies_free(struct qc_top_dies *dies)
{
    if (dies == NULL) {
        return;
    }
    for (size_t i = 0; i < TABLES; i++) {
        qc_abbreviations_free(&dies->tables[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        free(dies->seen[i].bits[0]);
        free(dies->seen[i].bits[1]);
    }
    free(dies);
}

/* ---- units ---- */

/* The table of a unit; NULL: it can't be used. */
static const struct qc_abbreviations *dies_table(struct qc_top_dies *dies,
                                                 const struct qc_top_dies_unit *unit)
{
    struct qc_abbreviations *table =
        &dies->tables[(unit->abbreviations * 0x9e3779b97f4a7c15u >> 32) % TABLES];
    if (!table->is_loaded || table->offset != unit->abbreviations ||
        table->version != unit->version || table->address_size != unit->address_size ||
        table->offset_size != unit->offset_size) {
        table->offset = unit->abbreviations;
        table->version = unit->version;
        table->address_size = unit->address_size;
        table->offset_size = unit->offset_size;
        size_t size = dies->file.abbreviations.size;
        struct qc_cursor cursor =
            qc_cursor_new(dies->file.abbreviations.bytes, size, dies->file.big_endian);
        table->is_loaded = false;
        if (table->offset >= size || dies->abbreviation_bytes == 0) {
            return NULL;
        }
        /* No table reaches beyond what may be read. */
        if (cursor.size - table->offset > dies->abbreviation_bytes) {
            cursor.size = table->offset + dies->abbreviation_bytes;
        }
        qc_abbreviations_load(table, &cursor);
        dies->abbreviation_bytes -= cursor.position - table->offset;
    }
    return table->is_usable ? table : NULL;
}

/* Finds the end of the unit by its header, which lies before its DIE (DWARF 5, 7.5.1). */
static bool dies_bound(struct qc_top_dies *dies, const struct qc_top_dies_unit *unit)
{
    bool is_wide = unit->offset_size == 8;
    size_t header = (is_wide ? 12 : 4) + 2 + unit->offset_size + 1 + (unit->version >= 5);
    if (dies->file.info.bytes == NULL || unit->offset < header ||
        unit->offset >= dies->file.info.size) {
        return false;
    }
    dies->start = unit->offset - header;
    dies->cursor = qc_cursor_new(dies->file.info.bytes, dies->file.info.size,
                                 dies->file.big_endian);
    qc_cursor_seek(&dies->cursor, dies->start);
    uint64_t length = qc_cursor_u32(&dies->cursor);
    if (is_wide != (length == 0xffffffff)) {
        return false;
    }
    length = is_wide ? qc_cursor_u64(&dies->cursor) : length;
    if (dies->cursor.failed || length > qc_cursor_left(&dies->cursor)) {
        return false;
    }
    dies->cursor.size = dies->cursor.position + length;
    bool same = qc_cursor_u16(&dies->cursor) == unit->version;
    return same && !dies->cursor.failed && unit->offset < dies->cursor.size;
}

/* ---- DIEs ---- */

/* An abbreviation's code: one byte, or two, as a rule. */
static uint64_t dies_code(struct qc_cursor *cursor)
{
    const uint8_t *at = cursor->bytes + cursor->position;
    size_t left = cursor->size - cursor->position;
    if (left >= 1 && at[0] < 0x80) {
        cursor->position += 1;
        return at[0];
    }
    if (left >= 2 && at[1] < 0x80) {
        cursor->position += 2;
        return (uint64_t)(at[0] & 0x7f) | (uint64_t)at[1] << 7;
    }
    return qc_cursor_uleb(cursor);
}

/* Finds the values of a DIE whose size varies, and its end. */
static bool die_pass(const struct qc_abbreviations *table, struct qc_cursor *cursor,
                     struct die *die)
{
    const struct qc_abbreviation *abbreviation = die->abbreviation;
    const struct qc_attribute *attribute = &table->attributes.items[abbreviation->first];
    memset(die->values, 0, sizeof(die->values));
    for (size_t i = 0; i < abbreviation->count; i++, attribute++) {
        if (attribute->place != QC_PLACE_COUNT && die->values[attribute->place] == 0) {
            die->values[attribute->place] = cursor->position;
        }
        if (attribute->size < QC_FORM_LEB128 &&
            attribute->size <= cursor->size - cursor->position) {
            cursor->position += attribute->size;
        } else if (!qc_attribute_pass(attribute, cursor)) {
            return false;
        }
    }
    return true;
}

/* Behind the attributes of the DIE at the cursor, which is one of the unit. */
static bool dies_read(const struct qc_top_dies *dies, struct qc_cursor *cursor, struct die *die)
{
    die->offset = cursor->position;
    uint64_t code = dies_code(cursor);
    if (cursor->failed || code - 1 >= dies->table->list.count) {
        return false;
    }
    const struct qc_abbreviation *abbreviation = &dies->table->list.items[code - 1];
    die->abbreviation = abbreviation;
    die->attributes = cursor->position;
    if (abbreviation->size == QC_ABBREVIATION_VARIES) {
        return !abbreviation->is_unknown && die_pass(dies->table, cursor, die);
    }
    if (abbreviation->size > cursor->size - cursor->position) {
        return false;
    }
    cursor->position += abbreviation->size;
    return true;
}

static inline size_t die_value(const struct die *die, enum qc_place place)
{
    return die->abbreviation->size == QC_ABBREVIATION_VARIES
               ? die->values[place]
               : die->attributes + die->abbreviation->places[place];
}

/* The offset of the DIE in the unit that an attribute refers to; 0: in no unit, or in another. */
static size_t dies_refer(const struct qc_top_dies *dies, const struct die *die,
                         enum qc_place place)
{
    struct qc_cursor value = dies->cursor;
    uint64_t offset;
    value.position = die_value(die, place); /* inside the unit, or the DIE could not have been read */
    switch (die->abbreviation->forms[place]) {
    case DW_FORM_ref1:
        offset = qc_cursor_u8(&value);
        break;
    case DW_FORM_ref2:
        offset = qc_cursor_u16(&value);
        break;
    case DW_FORM_ref4:
        offset = qc_cursor_u32(&value);
        break;
    case DW_FORM_ref8:
        offset = qc_cursor_u64(&value);
        break;
    case DW_FORM_ref_udata:
        offset = qc_cursor_uleb(&value);
        break;
    default:
        return 0;
    }
    return value.failed || offset >= dies->cursor.size - dies->start ? 0 : dies->start + offset;
}

/* To where DW_AT_sibling leads. Not backwards, or this would have no end. */
static bool dies_follow(struct qc_top_dies *dies, const struct die *die)
{
    size_t offset = dies_refer(dies, die, QC_PLACE_SIBLING);
    if (offset < dies->cursor.position) {
        return false;
    }
    dies->cursor.position = offset;
    return true;
}

/* From behind the attributes of a DIE to behind what is below it. The end of the unit may come
   first, which ends all lists that are open. */
static bool dies_leave(struct qc_top_dies *dies, const struct die *top)
{
    struct qc_cursor *cursor = &dies->cursor;
    if (top->abbreviation->forms[QC_PLACE_SIBLING] != 0) {
        return dies_follow(dies, top);
    }
    size_t level = top->abbreviation->has_children ? 1 : 0;
    while (level > 0 && cursor->position < cursor->size) {
        struct die die;
        if (cursor->bytes[cursor->position] == 0) {
            cursor->position++;
            level--;
            continue;
        }
        if (!dies_read(dies, cursor, &die)) {
            return false;
        }
        if (die.abbreviation->forms[QC_PLACE_SIBLING] != 0) {
            if (!dies_follow(dies, &die)) {
                return false;
            }
        } else if (die.abbreviation->has_children) {
            level++;
        }
    }
    return true;
}

/* ---- what they are ---- */

static bool is_wanted(const struct qc_abbreviation *abbreviation)
{
    bool may_have_name = abbreviation->forms[QC_PLACE_NAME] != 0 ||
                         abbreviation->forms[QC_PLACE_ORIGIN] != 0;
    switch (abbreviation->tag) {
    case DW_TAG_variable:
        return abbreviation->has_location && may_have_name;
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
        return !abbreviation->has_declaration && may_have_name;
    case DW_TAG_typedef:
        return may_have_name;
    default:
        return false;
    }
}

/* Whether the string at offset was the name of a type of this kind; from now on it was. */
static bool seen_before(struct seen *seen, size_t offset, bool is_typedef)
{
    uint8_t **bits = &seen->bits[is_typedef ? 1 : 0];
    if (*bits == NULL) {
        *bits = seen->strings->size > QC_LIMIT_SEEN_STRINGS
                    ? NULL
                    : calloc(seen->strings->size / 8 + 1, 1);
        if (*bits == NULL) {
            return false;
        }
    }
    uint8_t bit = (uint8_t)(1u << offset % 8);
    bool before = ((*bits)[offset / 8] & bit) != 0;
    (*bits)[offset / 8] |= bit;
    return before;
}

/* The name of a DIE; NULL where libdw has to find it. False: it is that of a type that was. */
static bool dies_name(struct qc_top_dies *dies, const struct die *die, const char **ret)
{
    uint16_t form = die->abbreviation->forms[QC_PLACE_NAME];
    uint16_t tag = die->abbreviation->tag;
    struct qc_cursor value = dies->cursor;
    *ret = NULL;
    qc_cursor_seek(&value, die_value(die, QC_PLACE_NAME));
    if (form == DW_FORM_string) {
        *ret = qc_cursor_string(&value);
        return true;
    }
    if (form != DW_FORM_strp && form != DW_FORM_GNU_strp_alt) {
        return true;
    }
    struct seen *seen = &dies->seen[form == DW_FORM_strp ? 0 : 1];
    uint64_t offset = dies->offset_size == 4 ? qc_cursor_u32(&value) : qc_cursor_u64(&value);
    const struct qc_top_dies_section *strings = seen->strings;
    if (value.failed || offset >= strings->size) {
        return true;
    }
    if (tag != DW_TAG_variable && seen_before(seen, offset, tag == DW_TAG_typedef)) {
        return false;
    }
    *ret = (const char *)strings->bytes + offset;
    return true;
}

/* What a variable does not say itself, the declaration says that it completes, which is in the same
   unit as a rule. Where it is not, or one more step away, ret->name stays NULL. */
static void dies_complete(struct qc_top_dies *dies, const struct die *variable,
                          struct qc_top_die *ret, uint64_t *type)
{
    struct qc_cursor cursor = dies->cursor;
    struct die origin;
    size_t offset = dies_refer(dies, variable, QC_PLACE_ORIGIN);
    const char *name = ret->name;
    ret->name = NULL;
    qc_cursor_seek(&cursor, offset);
    if (offset <= dies->start || !dies_read(dies, &cursor, &origin) ||
        origin.abbreviation->forms[QC_PLACE_ORIGIN] != 0 || origin.abbreviation->asks_external ||
        origin.abbreviation->tag != DW_TAG_variable) {
        return;
    }
    ret->external |= origin.abbreviation->is_external;
    *type = *type != 0 ? *type : dies_refer(dies, &origin, QC_PLACE_TYPE);
    if (name == NULL) {
        dies_name(dies, &origin, &name);
    }
    ret->name = name;
}

/* The line where a type is declared; 0: not said, or in a form that nobody writes. */
static uint64_t dies_line(const struct qc_top_dies *dies, const struct die *die)
{
    struct qc_cursor value = dies->cursor;
    qc_cursor_seek(&value, die_value(die, QC_PLACE_LINE));
    switch (die->abbreviation->forms[QC_PLACE_LINE]) {
    case DW_FORM_implicit_const:
        return die->abbreviation->implicit_line;
    case DW_FORM_data1:
        return qc_cursor_u8(&value);
    case DW_FORM_data2:
        return qc_cursor_u16(&value);
    case DW_FORM_data4:
        return qc_cursor_u32(&value);
    case DW_FORM_udata:
        return qc_cursor_uleb(&value);
    default:
        return 0;
    }
}

/* One step of FNV-1a. */
static uint64_t key_add(uint64_t key, uint64_t number)
{
    return (key ^ number) * 0x100000001b3u;
}

/* From a variable's type down to the first that has a name. One name has one place in a section of
   strings, as the linker makes it. */
static uint64_t dies_type_key(const struct qc_top_dies *dies, uint64_t type)
{
    uint64_t key = 0xcbf29ce484222325u;
    for (unsigned i = 0; i < QC_LIMIT_TYPE_DEPTH && type > dies->start; i++) {
        struct qc_cursor cursor = dies->cursor;
        struct die die;
        qc_cursor_seek(&cursor, type);
        if (cursor.failed || !dies_read(dies, &cursor, &die)) {
            return 0;
        }
        key = key_add(key, die.abbreviation->tag);
        uint16_t form = die.abbreviation->forms[QC_PLACE_NAME];
        if (form == DW_FORM_strp || form == DW_FORM_GNU_strp_alt) {
            qc_cursor_seek(&cursor, die_value(&die, QC_PLACE_NAME));
            key = key_add(key, form);
            key = key_add(key, qc_cursor_number(&cursor, dies->offset_size));
            return cursor.failed ? 0 : key_add(key, dies_line(dies, &die));
        }
        if (form != 0) {
            return 0;
        }
        type = dies_refer(dies, &die, QC_PLACE_TYPE);
    }
    return 0;
}

/* False: it is a type of a name that was. */
static bool dies_describe(struct qc_top_dies *dies, const struct die *die, struct qc_top_die *ret)
{
    const struct qc_abbreviation *abbreviation = die->abbreviation;
    *ret = (struct qc_top_die){.offset = die->offset, .tag = abbreviation->tag};
    ret->external = abbreviation->is_external;
    if (!dies_name(dies, die, &ret->name)) {
        return false;
    }
    if (abbreviation->tag == DW_TAG_variable) {
        uint64_t type = dies_refer(dies, die, QC_PLACE_TYPE);
        if (abbreviation->forms[QC_PLACE_ORIGIN] != 0) {
            dies_complete(dies, die, ret, &type);
        }
        ret->type_key = dies_type_key(dies, type);
        if (abbreviation->asks_external) {
            ret->name = NULL;
        }
    }
    return true;
}

/* ---- steps ---- */

void qc_top_dies_begin(struct qc_top_dies *dies, const struct qc_top_dies_unit *unit)
{
    struct die die;
    dies->last = unit->offset;
    dies->offset_size = unit->offset_size;
    dies->state = QC_TOP_DIES_LOST;
    if (!unit->is_plain || unit->version < 2 || unit->version > 5 || !dies_bound(dies, unit) ||
        (dies->table = dies_table(dies, unit)) == NULL) {
        return;
    }
    qc_cursor_seek(&dies->cursor, unit->offset);
    if (dies_read(dies, &dies->cursor, &die)) {
        dies->state = die.abbreviation->has_children ? QC_TOP_DIES_DIE : QC_TOP_DIES_END;
    }
}

enum qc_top_dies_step qc_top_dies_next(struct qc_top_dies *dies, struct qc_top_die *ret)
{
    struct qc_cursor *cursor = &dies->cursor;
    struct die die;
    while (dies->state == QC_TOP_DIES_DIE) {
        if (cursor->position >= cursor->size || cursor->bytes[cursor->position] == 0) {
            dies->state = QC_TOP_DIES_END;
            break;
        }
        if (!dies_read(dies, cursor, &die) || !dies_leave(dies, &die)) {
            dies->state = QC_TOP_DIES_LOST;
            break;
        }
        dies->last = die.offset;
        if (is_wanted(die.abbreviation) && dies_describe(dies, &die, ret)) {
            return QC_TOP_DIES_DIE;
        }
    }
    return dies->state;
}

uint64_t qc_top_dies_last(const struct qc_top_dies *dies)
{
    return dies->last;
}
