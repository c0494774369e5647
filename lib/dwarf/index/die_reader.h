/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * die_reader - a fast reader of the variables and types at the top level of a file's units
 *
 * libdw can read them too, but looks at each attribute of each DIE: a QEMU has four million at the
 * top level of its units. What is unusual is left to libdw.
 */
#pragma once

#include "base/base.h"

struct qc_die_reader_section {
    const uint8_t *bytes;
    size_t size;
};

/* Uncompressed sections of a file, which must outlive the reader. No bytes: no such section. */
struct qc_die_reader_sections {
    struct qc_die_reader_section info;           /* .debug_info */
    struct qc_die_reader_section abbreviations;  /* .debug_abbrev */
    struct qc_die_reader_section strings;        /* .debug_str */
    struct qc_die_reader_section shared_strings; /* .debug_str of dwz's shared file */
    bool big_endian;
};

struct qc_die_reader_unit {
    uint64_t offset; /* offset of the unit's DIE in .debug_info */
    uint16_t version;
    bool is_plain; /* DW_UT_compile or DW_UT_partial */
    uint8_t address_size;
    uint8_t offset_size;
    uint64_t abbreviations; /* offset of its table in .debug_abbrev */
};

/* What the types of variables have in common if they are the same type, in whatever unit. */
struct qc_type_key {
    const char *name; /* name of the first named type, in the file's bytes; NULL: not known */
    uint64_t line;    /* line of that type's declaration; 0: not known */
    uint64_t tags;    /* DW_TAG_* of the types down to the named one, 16 bits each */
};

/* A definition, or what may be one: a variable with a location, a structure with its members. */
struct qc_indexed_die {
    uint64_t offset; /* offset in .debug_info */
    uint16_t tag;    /* DW_TAG_variable, typedef, structure_type, union_type, enumeration_type */
    bool external;   /* variables only */
    uint32_t hash;   /* hash of the name, if it has one */
    const char *name; /* in the file's bytes; NULL: ask libdw for name and external */
    struct qc_type_key type_key; /* variables only */
};

enum qc_die_reader_step {
    QC_DIE_READER_DIE,
    QC_DIE_READER_END,
    QC_DIE_READER_LOST, /* libdw has to read the rest */
};

/* Stores the hash of a name. Returns false if the name is too long to be indexed. */
bool qc_indexed_name_hash(const char *name, uint32_t *ret);

struct qc_die_reader;

/* NULL: out of memory. */
struct qc_die_reader *qc_die_reader_new(const struct qc_die_reader_sections *sections);
void qc_die_reader_free(struct qc_die_reader *reader);

/* Starts reading a unit. */
void qc_die_reader_begin(struct qc_die_reader *reader, const struct qc_die_reader_unit *unit);

/* Reads the next DIE of the unit. Skips a type if one of the same name was read before. */
enum qc_die_reader_step qc_die_reader_next(struct qc_die_reader *reader,
                                           struct qc_indexed_die *ret);

/* Forgets which names of types were read. */
void qc_die_reader_forget(struct qc_die_reader *reader);

/* After QC_DIE_READER_LOST: the offset of the last DIE that was read; libdw has to read those after
   it. If it is the unit's DIE, libdw has to read all of its children. */
uint64_t qc_die_reader_last(const struct qc_die_reader *reader);
