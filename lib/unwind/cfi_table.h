/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cfi_table - finding the entry (FDE) that covers an address, in .eh_frame or .debug_frame
 */
#pragma once

#include "base/base.h"
#include "modules/modules.h"

/* An FDE, with what its CIE says. The pointers point into the module's ELF image. */
struct qc_cfi_entry {
    uint64_t start; /* in the file's address space, as end is */
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

/* A section of call frame information. */
struct qc_cfi_section {
    const uint8_t *bytes; /* NULL: the section does not exist */
    size_t size;
    uint64_t address;     /* in the file's address space */
    bool is_eh_frame;
    bool big_endian;
    unsigned char identification[EI_NIDENT];
};

struct qc_cfi_index_entry {
    uint64_t start;
    uint64_t offset;
};

struct qc_cfi_table {
    struct qc_cfi_section section;
    const uint8_t *search; /* .eh_frame_hdr's sorted table: pairs of signed 32-bit numbers */
    size_t search_count;
    uint64_t search_address; /* base of the numbers in the pairs */
    bool indexed;
    QC_VEC(struct qc_cfi_index_entry) index; /* sorted by start; used without a search table */
};

/* Finds the module's .eh_frame, by program headers, else by sections. */
void qc_cfi_table_eh_frame(struct qc_cfi_table *table, Elf *elf);
/* Finds .debug_frame among the sections of elf. */
void qc_cfi_table_debug_frame(struct qc_cfi_table *table, Elf *elf);
void qc_cfi_table_free(struct qc_cfi_table *table);

/* Finds the entry that covers an address. False: none does. */
bool qc_cfi_table_find(struct qc_cfi_table *table, uint64_t address, struct qc_cfi_entry *ret);

/* Reads a pointer in one of the DW_EH_PE_* encodings. `at` is the address of the encoded bytes,
   `data` the base of DW_EH_PE_datarel. */
uint64_t qc_cfi_pointer(struct qc_cursor *cursor, uint8_t encoding, uint64_t at, uint64_t data);
