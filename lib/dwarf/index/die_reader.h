/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * die_reader - reads the variables and types at the top of the units of a file, fast
 *
 * libdw can do that too, but looks at each attribute of each DIE: a QEMU has four million at the
 * top of its units. What is unusual is left to libdw.
 */
#ifndef QC_DWARF_DIE_READER_H
#define QC_DWARF_DIE_READER_H

#include "base/base.h"

struct qc_die_reader_section {
    const uint8_t *bytes;
    size_t size;
};

/* The sections of a file, not compressed; those without bytes are not there. They outlive the
   reader. */
struct qc_die_reader_sections {
    struct qc_die_reader_section info;           /* .debug_info */
    struct qc_die_reader_section abbreviations;  /* .debug_abbrev */
    struct qc_die_reader_section strings;        /* .debug_str */
    struct qc_die_reader_section shared_strings; /* that of the file that dwz made for several */
    bool big_endian;
};

struct qc_die_reader_unit {
    uint64_t offset; /* of the unit's own DIE in .debug_info */
    uint16_t version;
    bool is_plain; /* DW_UT_compile or DW_UT_partial */
    uint8_t address_size;
    uint8_t offset_size;
    uint64_t abbreviations; /* their place in .debug_abbrev */
};

/* What variables of one type have in common, in whatever unit they are. */
struct qc_type_key {
    const char *name; /* of the first type that has one, in the file's bytes; NULL: not known */
    uint64_t line;    /* where that is declared; 0: not known */
    uint64_t tags;    /* DW_TAG_* of the types down to that, 16 bits each */
};

/* A definition, or what may be one: a variable with a location, a structure with its members. */
struct qc_indexed_die {
    uint64_t offset; /* in .debug_info */
    uint16_t tag;    /* DW_TAG_variable, typedef, structure_type, union_type, enumeration_type */
    bool external;   /* of a variable */
    uint32_t hash;   /* of the name, if any */
    const char *name; /* in the file's bytes; NULL: libdw has to say name and external */
    struct qc_type_key type_key; /* of a variable */
};

enum qc_die_reader_step {
    QC_DIE_READER_DIE,
    QC_DIE_READER_END,
    QC_DIE_READER_LOST, /* what follows is for libdw */
};

/* False: the name is too long for anybody to ask for. */
bool qc_indexed_name_hash(const char *name, uint32_t *ret);

struct qc_die_reader;

/* NULL: out of memory. */
struct qc_die_reader *qc_die_reader_new(const struct qc_die_reader_sections *file);
void qc_die_reader_free(struct qc_die_reader *dies);

/* Goes to a unit. */
void qc_die_reader_begin(struct qc_die_reader *dies, const struct qc_die_reader_unit *unit);

/* The next one of the unit. A type is passed over when one of the same name was read. */
enum qc_die_reader_step qc_die_reader_next(struct qc_die_reader *dies, struct qc_indexed_die *ret);

/* After QC_DIE_READER_LOST: the last DIE that was read; what is behind it is left. The DIE of the
   unit: all of its children are. */
uint64_t qc_die_reader_last(const struct qc_die_reader *dies);

#endif
