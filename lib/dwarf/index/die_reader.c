/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index/die_reader.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/index/abbreviations.h"
#include "dwarf/dwarf_limits.h"

/* Abbreviation tables that are cached: units of one library are adjacent, and may share a table. */
#define TABLES 64

/* The linker keeps each string once in a section, so that a bit for each offset tells whether a
   type of that name was read. */
struct seen {
    const struct qc_die_reader_section *strings;
    uint8_t *bits[2]; /* for tags, for typedefs; NULL: none was read */
};

struct qc_die_reader {
    struct qc_die_reader_sections sections;
    struct seen seen[2]; /* for strings, for shared_strings */
    struct qc_abbreviations tables[TABLES];
    size_t abbreviation_bytes; /* bytes of .debug_abbrev that may still be read */

    /* The unit that is being read. */
    struct qc_cursor cursor; /* spans the section up to the end of the unit */
    size_t start;            /* offset of the unit's header */
    size_t last;
    uint8_t offset_size;
    const struct qc_abbreviations *table;
    enum qc_die_reader_step state;
};

/* A DIE that was read; the cursor is after its attributes. */
struct die {
    const struct qc_abbreviation *abbreviation;
    size_t offset;
    size_t attributes;           /* offset of its attributes, after its code */
    size_t values[QC_DIE_COUNT]; /* offsets of its values, if its size varies */
};

/* Size of a section up to its last NUL: every string that begins within it ends within it. */
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
        /* Each table is read once, or some times where the cache is too small. Units whose tables
           overlap, which would take quadratic time, are left to libdw. */
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

/* Returns the abbreviation table of a unit. NULL: it can't be used. */
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
        /* The table must end within the bytes that may still be read. */
        if (cursor.size - table->offset > reader->abbreviation_bytes) {
            cursor.size = table->offset + reader->abbreviation_bytes;
        }
        qc_abbreviations_load(table, &cursor);
        reader->abbreviation_bytes -= cursor.position - table->offset;
    }
    return table->is_usable ? table : NULL;
}

/* Finds the end of the unit from its header, which is right before its DIE (DWARF 5, 7.5.1). */
static bool reader_find_end(struct qc_die_reader *reader, const struct qc_die_reader_unit *unit)
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

/* Reads an abbreviation's code, which is usually one or two bytes. */
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

/* Moves the cursor past a DIE whose size varies, and notes the offsets of its values. */
static bool die_skip(const struct qc_abbreviations *table, struct qc_cursor *cursor,
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

/* Reads the DIE at the cursor, which is inside the unit; leaves the cursor after its attributes. */
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
        return !abbreviation->is_unknown && die_skip(reader->table, cursor, die);
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

/* Returns the offset of the DIE that an attribute refers to. 0: none, or in another unit. */
static size_t reader_reference(const struct qc_die_reader *reader, const struct die *die,
                               enum qc_die_attribute which)
{
    struct qc_cursor value = reader->cursor;
    uint64_t offset;
    /* It is inside the unit, or the DIE could not have been read. */
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

/* Moves the cursor to where DW_AT_sibling leads. Refuses to go backwards, which would never end. */
static bool reader_go_to_sibling(struct qc_die_reader *reader, const struct die *die)
{
    size_t offset = reader_reference(reader, die, QC_DIE_SIBLING);
    if (offset < reader->cursor.position) {
        return false;
    }
    reader->cursor.position = offset;
    return true;
}

/* Moves the cursor from the end of a DIE's attributes past all of its children. The end of the unit
   may come first, which ends all open lists of children. */
static bool reader_skip_children(struct qc_die_reader *reader, const struct die *top)
{
    struct qc_cursor *cursor = &reader->cursor;
    if (top->abbreviation->forms[QC_DIE_SIBLING] != 0) {
        return reader_go_to_sibling(reader, top);
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
            if (!reader_go_to_sibling(reader, &die)) {
                return false;
            }
        } else if (die.abbreviation->has_children) {
            level++;
        }
    }
    return true;
}

/* ---- what the DIEs are ---- */

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

/* Tells whether a type of this kind and name was read before, and notes that it is read. */
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
        /* Not calloc(3): reading its untouched pages would map the kernel's shared page of zeroes,
           which all CPUs have to drop from their TLBs at the first write. */
        memset(*bits, 0, size);
    }
    uint8_t bit = (uint8_t)(1u << offset % 8);
    bool before = ((*bits)[offset / 8] & bit) != 0;
    (*bits)[offset / 8] |= bit;
    return before;
}

void qc_die_reader_forget(struct qc_die_reader *reader)
{
    for (size_t i = 0; i < 4; i++) {
        struct seen *seen = &reader->seen[i / 2];
        if (seen->bits[i % 2] != NULL) {
            memset(seen->bits[i % 2], 0, seen->strings->size / 8 + 1);
        }
    }
}

/* Returns a name that is in one of our string sections. NULL: it is in none of them. */
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

/* Stores the name of a DIE; NULL if libdw has to find it. Returns false if it names a type that was
   read before. */
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

/* Adds what a variable's definition leaves to the declaration that it completes, usually in the
   same unit. ret->name is NULL if the declaration is in another unit, or completes another one
   itself. */
static void reader_add_declaration(struct qc_die_reader *reader, const struct die *variable,
                                   struct qc_indexed_die *ret, uint64_t *type)
{
    struct qc_cursor cursor = reader->cursor;
    struct die origin;
    size_t offset = reader_reference(reader, variable, QC_DIE_ORIGIN);
    const char *name = ret->name;
    ret->name = NULL;
    qc_cursor_seek(&cursor, offset);
    if (offset <= reader->start || !reader_read(reader, &cursor, &origin) ||
        origin.abbreviation->forms[QC_DIE_ORIGIN] != 0 || origin.abbreviation->asks_external ||
        origin.abbreviation->tag != DW_TAG_variable) {
        return;
    }
    ret->external |= origin.abbreviation->is_external;
    *type = *type != 0 ? *type : reader_reference(reader, &origin, QC_DIE_TYPE);
    if (name == NULL) {
        reader_name(reader, &origin, &name);
    }
    ret->name = name;
}

/* Returns the line where a type is declared. 0: missing, or in a form that nobody writes. */
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

/* Follows a variable's type down to the first named type. Equal names have the same address there,
   as the linker merges the strings of a section. */
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
        type = reader_reference(reader, &die, QC_DIE_TYPE);
    }
    return key;
}

/* Fills in *ret. Returns false if a type's name was read before, or a name is not indexed. */
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
        uint64_t type = reader_reference(reader, die, QC_DIE_TYPE);
        if (abbreviation->forms[QC_DIE_ORIGIN] != 0) {
            reader_add_declaration(reader, die, ret, &type);
        }
        ret->type_key = reader_type_key(reader, type);
        if (abbreviation->asks_external) {
            ret->name = NULL;
        }
    }
    return ret->name == NULL || qc_indexed_name_hash(ret->name, &ret->hash);
}

/* ---- going through a unit ---- */

void qc_die_reader_begin(struct qc_die_reader *reader, const struct qc_die_reader_unit *unit)
{
    struct die die;
    reader->last = unit->offset;
    reader->offset_size = unit->offset_size;
    reader->state = QC_DIE_READER_LOST;
    if (!unit->is_plain || unit->version < 2 || unit->version > 5 ||
        !reader_find_end(reader, unit) || (reader->table = reader_table(reader, unit)) == NULL) {
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
        if (!reader_read(reader, cursor, &die) || !reader_skip_children(reader, &die)) {
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
