/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * abbreviations - a table of .debug_abbrev, prepared for a fast walk over the DIEs of a unit
 *
 * An abbreviation lists the attributes of its DIEs (DWARF 5, 7.5.3). Most DIEs have attributes of
 * fixed size only, so one addition skips all of them.
 */
#pragma once

#include "base/base.h"

/* No fixed offset or size: it differs between DIEs of the same abbreviation. */
#define QC_ABBREVIATION_VARIES UINT32_MAX

/* Attributes whose values are used. */
enum qc_die_attribute {
    QC_DIE_NAME,
    QC_DIE_SIBLING,
    QC_DIE_TYPE,
    QC_DIE_ORIGIN, /* DW_AT_specification, DW_AT_abstract_origin: a DIE to inherit from */
    QC_DIE_LINE,   /* line of the declaration */
    QC_DIE_COUNT,
};

struct qc_attribute {
    uint8_t size;  /* bytes of its form in such a unit, or QC_FORM_* */
    uint8_t which; /* enum qc_die_attribute; QC_DIE_COUNT: value not used */
};

/* Values of qc_attribute.size for forms without a fixed size. */
enum {
    QC_FORM_LEB128 = 0xf0,
    QC_FORM_STRING,
    QC_FORM_BLOCK1,
    QC_FORM_BLOCK2,
    QC_FORM_BLOCK4,
    QC_FORM_BLOCK, /* size is a ULEB128 */
    QC_FORM_UNKNOWN,
};

struct qc_abbreviation {
    uint16_t tag;
    bool has_children;
    bool is_unknown;  /* has a form that we don't know, or too many attributes */
    bool is_external; /* by DW_FORM_flag_present */
    bool has_location;
    bool has_declaration;
    bool asks_external; /* DW_AT_external has a form whose value must be read */
    uint16_t forms[QC_DIE_COUNT]; /* DW_FORM_*; 0: no such attribute */
    uint32_t offsets[QC_DIE_COUNT]; /* from the end of the code, or QC_ABBREVIATION_VARIES */
    uint32_t implicit_line; /* from DW_FORM_implicit_const */
    uint32_t size; /* bytes of all attributes, or QC_ABBREVIATION_VARIES */
    size_t first;  /* index of the first attribute in qc_abbreviations.attributes */
    size_t count;
};

/* Forms of DWARF 5 are below this, and have their sizes in an array. */
#define QC_FORM_SIZES 0x30

struct qc_abbreviations {
    /* The place in .debug_abbrev, and the properties of units, that the table was made for. */
    bool is_loaded;
    uint64_t offset;
    uint16_t version;
    uint8_t address_size;
    uint8_t offset_size;

    bool is_usable;
    uint8_t sizes[QC_FORM_SIZES]; /* index: form */
    QC_VEC(struct qc_abbreviation) list; /* index: code - 1 */
    QC_VEC(struct qc_attribute) attributes;
};

/*
 * Reads the abbreviation table at table->offset. The cursor spans all of .debug_abbrev; the caller
 * has set offset, version, address_size and offset_size. Clears is_usable if the table is damaged,
 * its codes are not 1, 2, 3 ..., or memory runs out. Leaves the cursor where reading ended.
 */
void qc_abbreviations_load(struct qc_abbreviations *table, struct qc_cursor *cursor);
void qc_abbreviations_free(struct qc_abbreviations *table);

/* Moves the cursor past an attribute. False: it crosses the end, or its form is not known. */
bool qc_attribute_pass(const struct qc_attribute *attribute, struct qc_cursor *cursor);
