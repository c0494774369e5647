/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index/abbreviations.h"

#include <dwarf.h>

#include "dwarf/dwarf_limits.h"

/* Sizes by DWARF 5, 7.5.6, and GNU's additions for split and shared debug info. */
static uint8_t form_size(uint64_t form, const struct qc_abbreviations *table)
{
    switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const: /* value is in the abbreviation */
        return 0;
    case DW_FORM_data1:
    case DW_FORM_ref1:
    case DW_FORM_flag:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
        return 1;
    case DW_FORM_data2:
    case DW_FORM_ref2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
        return 2;
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
        return 3;
    case DW_FORM_data4:
    case DW_FORM_ref4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
    case DW_FORM_ref_sup4:
        return 4;
    case DW_FORM_data8:
    case DW_FORM_ref8:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup8:
        return 8;
    case DW_FORM_data16:
        return 16;
    case DW_FORM_addr:
        return table->address_size;
    case DW_FORM_ref_addr: /* in DWARF 2, the size of an address */
        return table->version == 2 ? table->address_size : table->offset_size;
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_sec_offset:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_GNU_strp_alt:
        return table->offset_size;
    case DW_FORM_udata:
    case DW_FORM_sdata:
    case DW_FORM_ref_udata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_addr_index:
    case DW_FORM_GNU_str_index:
        return QC_FORM_LEB128;
    case DW_FORM_string:
        return QC_FORM_STRING;
    case DW_FORM_block1:
        return QC_FORM_BLOCK1;
    case DW_FORM_block2:
        return QC_FORM_BLOCK2;
    case DW_FORM_block4:
        return QC_FORM_BLOCK4;
    case DW_FORM_block:
    case DW_FORM_exprloc:
        return QC_FORM_BLOCK;
    default: /* also DW_FORM_indirect, which nobody writes */
        return QC_FORM_UNKNOWN;
    }
}

bool qc_attribute_pass(const struct qc_attribute *attribute, struct qc_cursor *cursor)
{
    uint64_t size = 0;
    switch (attribute->size) {
    case QC_FORM_LEB128:
        do {
            size = qc_cursor_u8(cursor);
        } while ((size & 0x80) != 0 && !cursor->failed);
        return !cursor->failed;
    case QC_FORM_STRING:
        return qc_cursor_string(cursor) != NULL;
    case QC_FORM_BLOCK1:
        size = qc_cursor_u8(cursor);
        break;
    case QC_FORM_BLOCK2:
        size = qc_cursor_u16(cursor);
        break;
    case QC_FORM_BLOCK4:
        size = qc_cursor_u32(cursor);
        break;
    case QC_FORM_BLOCK:
        size = qc_cursor_uleb(cursor);
        break;
    case QC_FORM_UNKNOWN:
        return false;
    default:
        size = attribute->size;
    }
    return size <= qc_cursor_left(cursor) && qc_cursor_take(cursor, size) != NULL;
}

static inline uint8_t which_of(uint64_t name)
{
    switch (name) {
    case DW_AT_name:
        return QC_DIE_NAME;
    case DW_AT_sibling:
        return QC_DIE_SIBLING;
    case DW_AT_type:
        return QC_DIE_TYPE;
    case DW_AT_decl_line:
        return QC_DIE_LINE;
    case DW_AT_specification:
    case DW_AT_abstract_origin:
        return QC_DIE_ORIGIN;
    default:
        return QC_DIE_COUNT;
    }
}

/* Notes what an attribute tells about its abbreviation's DIEs. Of duplicates the first counts. */
static inline void abbreviation_note(struct qc_abbreviation *abbreviation, uint64_t name,
                                     uint64_t form, uint8_t which)
{
    if (which != QC_DIE_COUNT) {
        if (abbreviation->forms[which] == 0) {
            abbreviation->forms[which] = (uint16_t)form;
            abbreviation->offsets[which] = abbreviation->size;
        }
        return;
    }
    switch (name) {
    case DW_AT_location:
        abbreviation->has_location = true;
        break;
    case DW_AT_declaration:
        abbreviation->has_declaration = true;
        break;
    case DW_AT_external:
        abbreviation->is_external |= form == DW_FORM_flag_present;
        abbreviation->asks_external |= form != DW_FORM_flag_present;
        break;
    }
}

static inline bool abbreviation_add(struct qc_abbreviations *table,
                                    struct qc_abbreviation *abbreviation, uint64_t name,
                                    uint64_t form)
{
    struct qc_attribute *attribute = table->attributes.count < table->attributes.capacity
                                         ? &table->attributes.items[table->attributes.count++]
                                         : qc_vec_add(&table->attributes);
    if (attribute == NULL) {
        return false;
    }
    uint8_t size = form < QC_FORM_SIZES ? table->sizes[form] : form_size(form, table);
    *attribute = (struct qc_attribute){.size = size, .which = which_of(name)};
    abbreviation->count++;
    abbreviation_note(abbreviation, name, form, attribute->which);
    if (size < QC_FORM_LEB128) {
        abbreviation->size += abbreviation->size == QC_ABBREVIATION_VARIES ? 0 : size;
    } else {
        abbreviation->size = QC_ABBREVIATION_VARIES;
        abbreviation->is_unknown |= size == QC_FORM_UNKNOWN;
    }
    return true;
}

/* Reads one abbreviation, after its code. */
static bool abbreviations_read(struct qc_abbreviations *table, struct qc_cursor *cursor)
{
    struct qc_abbreviation read = {.first = table->attributes.count};
    uint64_t tag = qc_cursor_uleb(cursor);
    read.tag = tag > UINT16_MAX ? 0 : (uint16_t)tag;
    read.has_children = qc_cursor_u8(cursor) == DW_CHILDREN_yes;
    for (;;) {
        uint64_t name;
        uint64_t form;
        const uint8_t *at = cursor->bytes + cursor->position;
        if (qc_cursor_left(cursor) >= 2 && ((at[0] | at[1]) & 0x80) == 0) {
            /* Nearly all fit in a byte each. */
            name = at[0];
            form = at[1];
            cursor->position += 2;
        } else {
            name = qc_cursor_uleb(cursor);
            form = qc_cursor_uleb(cursor);
        }
        if (form == DW_FORM_implicit_const) {
            int64_t value = qc_cursor_sleb(cursor);
            read.implicit_line = name == DW_AT_decl_line ? (uint32_t)value : read.implicit_line;
        }
        if (cursor->failed || (name == 0 && form == 0)) {
            break;
        }
        if (name == 0 || form == 0 || !abbreviation_add(table, &read, name, form)) {
            return false;
        }
    }
    if (read.count > QC_LIMIT_ATTRIBUTES) {
        read.is_unknown = true;
        read.size = QC_ABBREVIATION_VARIES;
    }
    return !cursor->failed && qc_vec_push(&table->list, read);
}

void qc_abbreviations_load(struct qc_abbreviations *table, struct qc_cursor *cursor)
{
    table->is_loaded = true;
    table->is_usable = false;
    table->list.count = 0;
    table->attributes.count = 0;
    qc_cursor_seek(cursor, table->offset);
    /* The byte qc_attribute.size holds sizes of fixed forms and QC_FORM_* alike. */
    if (table->address_size > 8 || (table->offset_size != 4 && table->offset_size != 8)) {
        return;
    }
    for (unsigned form = 0; form < QC_FORM_SIZES; form++) {
        table->sizes[form] = form_size(form, table);
    }
    for (;;) {
        uint64_t code = qc_cursor_uleb(cursor);
        if (cursor->failed || code == 0) {
            table->is_usable = !cursor->failed;
            return;
        }
        if (code != table->list.count + 1 || !abbreviations_read(table, cursor)) {
            return;
        }
    }
}

void qc_abbreviations_free(struct qc_abbreviations *table)
{
    qc_vec_free(&table->list);
    qc_vec_free(&table->attributes);
}
