/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cfi_table - finding the entry (FDE) that covers an address, in .eh_frame or .debug_frame
 */
#ifndef QC_UNWIND_CFI_TABLE_H
#define QC_UNWIND_CFI_TABLE_H

#include "base/base.h"
#include "modules/modules.h"

/* One entry with what its CIE says; pointers are into the module's ELF image. */
struct qc_cfi_entry {
    uint64_t start; /* addresses as in the file */
    uint64_t end;
    const uint8_t *initial_instructions;
    const uint8_t *initial_instructions_end;
    const uint8_t *instructions;
    const uint8_t *instructions_end;
    uint64_t code_alignment;
    int64_t data_alignment;
    uint64_t return_address;
    uint8_t pointer_encoding;
    bool signal_frame;
    bool sized_augmentation;
};

/* The bytes of a section, and how its addresses are meant. */
struct qc_cfi_section {
    const uint8_t *bytes; /* NULL: there is none */
    size_t size;
    uint64_t address;     /* in the file's address space */
    bool is_eh_frame;
    bool big_endian;
    unsigned char identification[EI_NIDENT];
};

struct qc_cfi_index_entry {
    uint64_t start;
    uint64_t end;
    uint64_t offset;
};

struct qc_cfi_table {
    struct qc_cfi_section section;
    const uint8_t *search; /* .eh_frame_hdr's sorted table: pairs of signed 32-bit numbers */
    size_t search_count;
    uint64_t search_address; /* what the pairs are relative to */
    bool indexed;
    QC_VEC(struct qc_cfi_index_entry) index; /* by start; where there is no search table */
};

/* Finds the module's .eh_frame, by program headers, else by sections. */
void qc_cfi_table_eh_frame(struct qc_cfi_table *table, Elf *elf);
/* Finds .debug_frame among the sections of elf. */
void qc_cfi_table_debug_frame(struct qc_cfi_table *table, Elf *elf);
void qc_cfi_table_free(struct qc_cfi_table *table);

/* False: no entry covers the address. */
bool qc_cfi_table_find(struct qc_cfi_table *table, uint64_t address, struct qc_cfi_entry *ret);

/* A pointer in one of the DW_EH_PE_* encodings; `at` is the address of the encoded bytes. */
uint64_t qc_cfi_pointer(struct qc_cursor *cursor, uint8_t encoding, uint64_t at, uint64_t data);

#endif
