/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * abbreviations - a table of .debug_abbrev, made ready for going through the DIEs of a unit fast
 *
 * An abbreviation says of what its DIEs consist (DWARF 5, 7.5.3). Most consist of parts of fixed
 * sizes, so that one addition passes them.
 */
#ifndef QC_DWARF_ABBREVIATIONS_H
#define QC_DWARF_ABBREVIATIONS_H

#include "base/base.h"

/* Where a part is inside a DIE, and how large the parts of fixed size are: not to be told. */
#define QC_ABBREVIATION_VARIES UINT32_MAX

/* Attributes whose values are asked for. */
enum qc_die_attribute {
    QC_DIE_NAME,
    QC_DIE_SIBLING,
    QC_DIE_TYPE,
    QC_DIE_ORIGIN, /* the DIE whose attributes are its own as well */
    QC_DIE_LINE,   /* where it is declared */
    QC_DIE_COUNT,
};

struct qc_attribute {
    uint8_t size;  /* of its form in a unit like this, or QC_FORM_* */
    uint8_t which; /* QC_DIE_COUNT: one whose value nobody asks for */
};

/* Sizes that are none. */
enum {
    QC_FORM_LEB128 = 0xf0,
    QC_FORM_STRING,
    QC_FORM_BLOCK1,
    QC_FORM_BLOCK2,
    QC_FORM_BLOCK4,
    QC_FORM_BLOCK, /* its size is a ULEB128 */
    QC_FORM_UNKNOWN,
};

struct qc_abbreviation {
    uint16_t tag; /* DW_TAG_* */
    bool has_children;
    bool is_unknown;  /* has a form that we don't know, or too many attributes */
    bool is_external; /* DW_FORM_flag_present */
    bool has_location;
    bool has_declaration;
    bool asks_external; /* DW_AT_external in a form that must be read */
    uint16_t forms[QC_DIE_COUNT]; /* 0: has no such attribute */
    uint32_t offsets[QC_DIE_COUNT]; /* after the code */
    uint32_t implicit_line; /* where DW_FORM_implicit_const has it */
    uint32_t size; /* of all attributes */
    size_t first;  /* of them in the table */
    size_t count;
};

/* Forms below this are those of DWARF 5; others are looked at one by one. */
#define QC_FORM_SIZES 0x30

struct qc_abbreviations {
    /* What the table was made for. */
    bool is_loaded;
    uint64_t offset;
    uint16_t version;
    uint8_t address_size;
    uint8_t offset_size;

    bool is_usable;
    uint8_t sizes[QC_FORM_SIZES]; /* by form */
    QC_VEC(struct qc_abbreviation) list; /* code 1 first */
    QC_VEC(struct qc_attribute) attributes;
};

/*
 * Reads the table at the cursor, which has all of .debug_abbrev; offset and what follows it is set.
 * Not usable: damaged, codes that are not 1, 2, 3 ..., or out of memory. The cursor is left where
 * the reading ended.
 */
void qc_abbreviations_load(struct qc_abbreviations *table, struct qc_cursor *cursor);
void qc_abbreviations_free(struct qc_abbreviations *table);

/* Moves behind an attribute; false: it reaches beyond the end, or its form is not known. */
bool qc_attribute_pass(const struct qc_attribute *attribute, struct qc_cursor *cursor);

#endif
