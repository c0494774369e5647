/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * top_dies - variables and types at the top of the units of a file, fast
 *
 * libdw goes through the DIEs of a unit too, but looks at each attribute of each of them: a QEMU
 * has four million at the top of its units. What is unusual here is left to libdw.
 */
#ifndef QC_DWARF_DIE_READER_H
#define QC_DWARF_DIE_READER_H

#include "base/cursor.h"

struct qc_top_dies_section {
    const uint8_t *bytes;
    size_t size;
};

/* The sections of a file, not compressed; those without bytes are not there. They outlive what is
   made of them. */
struct qc_top_dies_file {
    struct qc_top_dies_section info;           /* .debug_info */
    struct qc_top_dies_section abbreviations;  /* .debug_abbrev */
    struct qc_top_dies_section strings;        /* .debug_str */
    struct qc_top_dies_section shared_strings; /* that of the file that dwz made for several */
    bool big_endian;
};

struct qc_top_dies_unit {
    uint64_t offset; /* of the unit's own DIE in .debug_info */
    uint16_t version;
    bool is_plain; /* DW_UT_compile or DW_UT_partial */
    uint8_t address_size;
    uint8_t offset_size;
    uint64_t abbreviations; /* their place in .debug_abbrev */
};

/* One that has, or may have, what it takes: a variable its location, a structure its members. */
struct qc_top_die {
    uint64_t offset; /* in .debug_info */
    uint16_t tag;    /* DW_TAG_variable, typedef, structure_type, union_type, enumeration_type */
    bool external;   /* of a variable */
    const char *name; /* in the file's bytes; NULL: libdw has to say name and external */
    uint64_t type_key; /* of a variable: what all of a type have in common, in whatever unit they
                          are: by its name, where it is defined, and what of it they are (pointers,
                          arrays); 0: not known */
};

enum qc_top_dies_step {
    QC_TOP_DIES_DIE,
    QC_TOP_DIES_END,
    QC_TOP_DIES_LOST, /* what follows is for libdw */
};

struct qc_top_dies;

/* NULL: out of memory. */
struct qc_top_dies *qc_top_dies_new(const struct qc_top_dies_file *file);
void qc_top_dies_free(struct qc_top_dies *dies);

/* Begins with a unit. */
void qc_top_dies_begin(struct qc_top_dies *dies, const struct qc_top_dies_unit *unit);

/* The next one. Types of a name that there was already (in the strings of the file, for the same
   kind of name) are passed over. */
enum qc_top_dies_step qc_top_dies_next(struct qc_top_dies *dies, struct qc_top_die *ret);

/* After QC_TOP_DIES_LOST: the last DIE that is done with, below which and behind which all is left
   to do; that of the unit when its children are. */
uint64_t qc_top_dies_last(const struct qc_top_dies *dies);

#endif
