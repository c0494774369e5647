/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index/die_reader.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/index/abbreviations.h"
#include "dwarf/dwarf_limits.h"

/* Tables that are kept: units of one library come one after the other, and share theirs if any. */
#define TABLES 64

/* A section of strings has each name of a type once: a bit an offset tells that it was read. */
struct seen {
    const struct qc_die_reader_section *strings;
    uint8_t *bits[2]; /* tags, typedefs; NULL: not made, and nothing was */
};

struct qc_die_reader {
    struct qc_die_reader_sections sections;
    struct seen seen[2]; /* of strings, shared_strings */
    struct qc_abbreviations tables[TABLES];
    size_t abbreviation_bytes; /* that may still be read */

    /* The unit that is read. */
    struct qc_cursor cursor; /* from the start of the section to the end of the unit */
    size_t start;            /* of the unit's header */
    size_t last;
    uint8_t offset_size;
    const struct qc_abbreviations *table;
    enum qc_die_reader_step state;
};

/* A DIE while the cursor is behind its attributes. */
struct die {
    const struct qc_abbreviation *abbreviation;
    size_t offset;
    size_t attributes;           /* behind its code */
    size_t values[QC_DIE_COUNT]; /* of one whose size varies: where they are */
};

/* Up to its last NUL: every string that begins there ends there. */
static size_t section_text_size(const struct qc_die_reader_section *section)
{
    const uint8_t *end = section->size == 0 || section->bytes == NULL
                             ? NULL
                             : memrchr(section->bytes, '\0', section->size);
    return end == NULL ? 0 : (size_t)(end - section->bytes) + 1;
}

struct qc_die_reader *qc_die_reader_new(const struct qc_die_reader_sections *sections)
{
    struct qc_die_reader *reader = calloc(1, sizeof(*reader));
    if (reader != NULL) {
        reader->sections = *sections;
        reader->sections.strings.size = section_text_size(&sections->strings);
        reader->sections.shared_strings.size = section_text_size(&sections->shared_strings);
        reader->seen[0].strings = &reader->sections.strings;
        reader->seen[1].strings = &reader->sections.shared_strings;
        reader->state = QC_DIE_READER_END;
        /* Each table once or, where the cache is too small, some times. Units that have tables
           within tables, which would be a square, are libdw's. */
        reader->abbreviation_bytes = sections->abbreviations.size > SIZE_MAX / 8
                                       ? SIZE_MAX
                                       : 8 * sections->abbreviations.size;
    }
    return reader;
}

void qc_die_reader_free(struct qc_die_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    for (size_t i = 0; i < TABLES; i++) {
        qc_abbreviations_free(&reader->tables[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        free(reader->seen[i].bits[0]);
        free(reader->seen[i].bits[1]);
    }
    free(reader);
}

bool qc_indexed_name_hash(const char *name, uint32_t *ret)
{
    const char *end;
    size_t length = strnlen(name, QC_LIMIT_INDEXED_NAME);
    *ret = qc_name_hash(name, length, &end);
    return length != QC_LIMIT_INDEXED_NAME;
}

/* ---- units ---- */

/* The table of a unit; NULL: it can't be used. */
static const struct qc_abbreviations *reader_table(struct qc_die_reader *reader,
                                                   const struct qc_die_reader_unit *unit)
{
    struct qc_abbreviations *table =
        &reader->tables[(unit->abbreviations * 0x9e3779b97f4a7c15u >> 32) % TABLES];
    if (!table->is_loaded || table->offset != unit->abbreviations ||
        table->version != unit->version || table->address_size != unit->address_size ||
        table->offset_size != unit->offset_size) {
        table->offset = unit->abbreviations;
        table->version = unit->version;
        table->address_size = unit->address_size;
        table->offset_size = unit->offset_size;
        size_t size = reader->sections.abbreviations.size;
        struct qc_cursor cursor =
            qc_cursor_new(reader->sections.abbreviations.bytes, size, reader->sections.big_endian);
        table->is_loaded = false;
        if (table->offset >= size || reader->abbreviation_bytes == 0) {
            return NULL;
        }
        /* No table reaches beyond what may be read. */
        if (cursor.size - table->offset > reader->abbreviation_bytes) {
            cursor.size = table->offset + reader->abbreviation_bytes;
        }
        qc_abbreviations_load(table, &cursor);
        reader->abbreviation_bytes -= cursor.position - table->offset;
    }
    return table->is_usable ? table : NULL;
}

/* Finds the end of the unit by its header, which lies before its DIE (DWARF 5, 7.5.1). */
static bool reader_bound(struct qc_die_reader *reader, const struct qc_die_reader_unit *unit)
{
    bool is_wide = unit->offset_size == 8;
    size_t header = (is_wide ? 12 : 4) + 2 + unit->offset_size + 1 + (unit->version >= 5);
    if (reader->sections.info.bytes == NULL || unit->offset < header ||
        unit->offset >= reader->sections.info.size) {
        return false;
    }
    reader->start = unit->offset - header;
    reader->cursor = qc_cursor_new(reader->sections.info.bytes, reader->sections.info.size,
                                   reader->sections.big_endian);
    qc_cursor_seek(&reader->cursor, reader->start);
    uint64_t length = qc_cursor_u32(&reader->cursor);
    if (is_wide != (length == 0xffffffff)) {
        return false;
    }
    length = is_wide ? qc_cursor_u64(&reader->cursor) : length;
    if (reader->cursor.failed || length > qc_cursor_left(&reader->cursor)) {
        return false;
    }
    reader->cursor.size = reader->cursor.position + length;
    bool same = qc_cursor_u16(&reader->cursor) == unit->version;
    return same && !reader->cursor.failed && unit->offset < reader->cursor.size;
}

/* ---- DIEs ---- */

/* An abbreviation's code: one byte, or two, as a rule. */
static uint64_t reader_code(struct qc_cursor *cursor)
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
        if (attribute->which != QC_DIE_COUNT && die->values[attribute->which] == 0) {
            die->values[attribute->which] = cursor->position;
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
static bool reader_read(const struct qc_die_reader *reader, struct qc_cursor *cursor,
                        struct die *die)
{
    die->offset = cursor->position;
    uint64_t code = reader_code(cursor);
    if (cursor->failed || code - 1 >= reader->table->list.count) {
        return false;
    }
    const struct qc_abbreviation *abbreviation = &reader->table->list.items[code - 1];
    die->abbreviation = abbreviation;
    die->attributes = cursor->position;
    if (abbreviation->size == QC_ABBREVIATION_VARIES) {
        return !abbreviation->is_unknown && die_pass(reader->table, cursor, die);
    }
    if (abbreviation->size > cursor->size - cursor->position) {
        return false;
    }
    cursor->position += abbreviation->size;
    return true;
}

static inline size_t die_attribute(const struct die *die, enum qc_die_attribute which)
{
    return die->abbreviation->size == QC_ABBREVIATION_VARIES
               ? die->values[which]
               : die->attributes + die->abbreviation->offsets[which];
}

/* The offset of the DIE in the unit that an attribute refers to; 0: in no unit, or in another. */
static size_t reader_refer(const struct qc_die_reader *reader, const struct die *die,
                           enum qc_die_attribute which)
{
    struct qc_cursor value = reader->cursor;
    uint64_t offset;
    /* Inside the unit, or the DIE could not have been read. */
    value.position = die_attribute(die, which);
    switch (die->abbreviation->forms[which]) {
    case DW_FORM_ref4:
        offset = qc_cursor_u32(&value);
        break;
    case DW_FORM_ref1:
        offset = qc_cursor_u8(&value);
        break;
    case DW_FORM_ref2:
        offset = qc_cursor_u16(&value);
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
    bool is_inside = !value.failed && offset < reader->cursor.size - reader->start;
    return is_inside ? reader->start + offset : 0;
}

/* To where DW_AT_sibling leads. Not backwards, or this would have no end. */
static bool reader_follow(struct qc_die_reader *reader, const struct die *die)
{
    size_t offset = reader_refer(reader, die, QC_DIE_SIBLING);
    if (offset < reader->cursor.position) {
        return false;
    }
    reader->cursor.position = offset;
    return true;
}

/* From behind the attributes of a DIE to behind what is below it. The end of the unit may come
   first, which ends all lists that are open. */
static bool reader_leave(struct qc_die_reader *reader, const struct die *top)
{
    struct qc_cursor *cursor = &reader->cursor;
    if (top->abbreviation->forms[QC_DIE_SIBLING] != 0) {
        return reader_follow(reader, top);
    }
    size_t level = top->abbreviation->has_children ? 1 : 0;
    while (level > 0 && cursor->position < cursor->size) {
        struct die die;
        if (cursor->bytes[cursor->position] == 0) {
            cursor->position++;
            level--;
            continue;
        }
        if (!reader_read(reader, cursor, &die)) {
            return false;
        }
        if (die.abbreviation->forms[QC_DIE_SIBLING] != 0) {
            if (!reader_follow(reader, &die)) {
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
    bool may_have_name = abbreviation->forms[QC_DIE_NAME] != 0 ||
                         abbreviation->forms[QC_DIE_ORIGIN] != 0;
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

/* Whether a type of this kind and name was read; from now on it was. */
static bool seen_before(struct seen *seen, const char *name, bool is_typedef)
{
    size_t offset = (size_t)(name - (const char *)seen->strings->bytes);
    uint8_t **bits = &seen->bits[is_typedef ? 1 : 0];
    if (*bits == NULL) {
        size_t size = seen->strings->size / 8 + 1;
        *bits = seen->strings->size > QC_LIMIT_SEEN_STRINGS ? NULL : qc_pages_new(size);
        if (*bits == NULL) {
            return false;
        }
        /* Not calloc(3): a page of its that is read first is the kernel's page of zeroes, which all
           CPUs have to forget when it is written. */
        memset(*bits, 0, size);
    }
    uint8_t bit = (uint8_t)(1u << offset % 8);
    bool before = ((*bits)[offset / 8] & bit) != 0;
    (*bits)[offset / 8] |= bit;
    return before;
}

/* A name in a section of strings; NULL: it is in none of ours. */
static const char *reader_string(const struct qc_die_reader *reader, const struct die *die)
{
    uint16_t form = die->abbreviation->forms[QC_DIE_NAME];
    struct qc_cursor value = reader->cursor;
    if (form != DW_FORM_strp && form != DW_FORM_GNU_strp_alt) {
        return NULL;
    }
    const struct qc_die_reader_section *strings =
        form == DW_FORM_strp ? &reader->sections.strings : &reader->sections.shared_strings;
    qc_cursor_seek(&value, die_attribute(die, QC_DIE_NAME));
    uint64_t offset = qc_cursor_number(&value, reader->offset_size);
    return value.failed || offset >= strings->size ? NULL : (const char *)strings->bytes + offset;
}

/* The name of a DIE; NULL where libdw has to find it. False: it is that of a type that was read. */
static bool reader_name(struct qc_die_reader *reader, const struct die *die, const char **ret)
{
    uint16_t form = die->abbreviation->forms[QC_DIE_NAME];
    uint16_t tag = die->abbreviation->tag;
    if (form == DW_FORM_string) {
        struct qc_cursor value = reader->cursor;
        qc_cursor_seek(&value, die_attribute(die, QC_DIE_NAME));
        *ret = qc_cursor_string(&value);
        return true;
    }
    *ret = reader_string(reader, die);
    return *ret == NULL || tag == DW_TAG_variable ||
           !seen_before(&reader->seen[form == DW_FORM_strp ? 0 : 1], *ret, tag == DW_TAG_typedef);
}

/* What a variable does not say itself, the declaration says that it completes, which is in the same
   unit as a rule. Where it is not, or one more step away, ret->name stays NULL. */
static void reader_complete(struct qc_die_reader *reader, const struct die *variable,
                            struct qc_indexed_die *ret, uint64_t *type)
{
    struct qc_cursor cursor = reader->cursor;
    struct die origin;
    size_t offset = reader_refer(reader, variable, QC_DIE_ORIGIN);
    const char *name = ret->name;
    ret->name = NULL;
    qc_cursor_seek(&cursor, offset);
    if (offset <= reader->start || !reader_read(reader, &cursor, &origin) ||
        origin.abbreviation->forms[QC_DIE_ORIGIN] != 0 || origin.abbreviation->asks_external ||
        origin.abbreviation->tag != DW_TAG_variable) {
        return;
    }
    ret->external |= origin.abbreviation->is_external;
    *type = *type != 0 ? *type : reader_refer(reader, &origin, QC_DIE_TYPE);
    if (name == NULL) {
        reader_name(reader, &origin, &name);
    }
    ret->name = name;
}

/* The line where a type is declared; 0: not said, or in a form that nobody writes. */
static uint64_t reader_line(const struct qc_die_reader *reader, const struct die *die)
{
    struct qc_cursor value = reader->cursor;
    qc_cursor_seek(&value, die_attribute(die, QC_DIE_LINE));
    switch (die->abbreviation->forms[QC_DIE_LINE]) {
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

/* From a variable's type down to the first that has a name, which one name only has in a section of
   strings, as the linker makes it. */
static struct qc_type_key reader_type_key(const struct qc_die_reader *reader, uint64_t type)
{
    struct qc_type_key key = {0};
    for (unsigned i = 0; i < sizeof(key.tags) / sizeof(uint16_t) && type > reader->start; i++) {
        struct qc_cursor cursor = reader->cursor;
        struct die die;
        qc_cursor_seek(&cursor, type);
        if (cursor.failed || !reader_read(reader, &cursor, &die)) {
            break;
        }
        key.tags = key.tags << 16 | die.abbreviation->tag;
        if (die.abbreviation->forms[QC_DIE_NAME] != 0) {
            key.name = reader_string(reader, &die);
            key.line = reader_line(reader, &die);
            break;
        }
        type = reader_refer(reader, &die, QC_DIE_TYPE);
    }
    return key;
}

/* False: it is a type of a name that was read, or nobody can ask for it. */
static bool reader_describe(struct qc_die_reader *reader, const struct die *die,
                            struct qc_indexed_die *ret)
{
    const struct qc_abbreviation *abbreviation = die->abbreviation;
    *ret = (struct qc_indexed_die){.offset = die->offset, .tag = abbreviation->tag};
    ret->external = abbreviation->is_external;
    if (!reader_name(reader, die, &ret->name)) {
        return false;
    }
    if (abbreviation->tag == DW_TAG_variable) {
        uint64_t type = reader_refer(reader, die, QC_DIE_TYPE);
        if (abbreviation->forms[QC_DIE_ORIGIN] != 0) {
            reader_complete(reader, die, ret, &type);
        }
        ret->type_key = reader_type_key(reader, type);
        if (abbreviation->asks_external) {
            ret->name = NULL;
        }
    }
    return ret->name == NULL || qc_indexed_name_hash(ret->name, &ret->hash);
}

/* ---- steps ---- */

void qc_die_reader_begin(struct qc_die_reader *reader, const struct qc_die_reader_unit *unit)
{
    struct die die;
    reader->last = unit->offset;
    reader->offset_size = unit->offset_size;
    reader->state = QC_DIE_READER_LOST;
    if (!unit->is_plain || unit->version < 2 || unit->version > 5 || !reader_bound(reader, unit) ||
        (reader->table = reader_table(reader, unit)) == NULL) {
        return;
    }
    qc_cursor_seek(&reader->cursor, unit->offset);
    if (reader_read(reader, &reader->cursor, &die)) {
        reader->state = die.abbreviation->has_children ? QC_DIE_READER_DIE : QC_DIE_READER_END;
    }
}

enum qc_die_reader_step qc_die_reader_next(struct qc_die_reader *reader, struct qc_indexed_die *ret)
{
    struct qc_cursor *cursor = &reader->cursor;
    struct die die;
    while (reader->state == QC_DIE_READER_DIE) {
        if (cursor->position >= cursor->size || cursor->bytes[cursor->position] == 0) {
            reader->state = QC_DIE_READER_END;
            break;
        }
        if (!reader_read(reader, cursor, &die) || !reader_leave(reader, &die)) {
            reader->state = QC_DIE_READER_LOST;
            break;
        }
        reader->last = die.offset;
        if (is_wanted(die.abbreviation) && reader_describe(reader, &die, ret)) {
            return QC_DIE_READER_DIE;
        }
    }
    return reader->state;
}

uint64_t qc_die_reader_last(const struct qc_die_reader *reader)
{
    return reader->last;
}
