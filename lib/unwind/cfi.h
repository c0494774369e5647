/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cfi - call frame information: how a function's caller is found from any of its instructions
 *
 * Our own interpreter (DWARF 5, section 6.4; LSB, .eh_frame), on libdw's reader of the entries:
 * libdw's own knows no loongarch64 in elfutils 0.188 and does not tell "unspecified" from
 * "undefined". Entries are found through .eh_frame_hdr's search table, so that a module's tables
 * are read where a stack passes, and nowhere else; a module without one is indexed once.
 */
#ifndef QC_UNWIND_CFI_H
#define QC_UNWIND_CFI_H

#include "dwarf/dwarf.h"
#include "modules/modules.h"

struct qc_cfi;

enum qc_cfi_rule_kind {
    QC_CFI_RULE_UNSPECIFIED, /* what that means is the CPU's matter */
    QC_CFI_RULE_UNDEFINED,
    QC_CFI_RULE_SAME,
    QC_CFI_RULE_OFFSET,       /* saved at CFA + offset */
    QC_CFI_RULE_VALUE_OFFSET, /* is CFA + offset */
    QC_CFI_RULE_REGISTER,     /* is in another register */
    QC_CFI_RULE_EXPRESSION,   /* saved where the expression says */
    QC_CFI_RULE_VALUE_EXPRESSION,
};

struct qc_cfi_rule {
    enum qc_cfi_rule_kind kind;
    int64_t offset;
    uint64_t number;      /* REGISTER */
    const uint8_t *bytes; /* of the expression; as long as the module lives */
    size_t size;
};

/* What holds at one address. */
struct qc_cfi_row {
    struct qc_cfi_rule cfa; /* REGISTER: number + offset; VALUE_EXPRESSION */
    struct qc_cfi_rule rules[QC_ARCH_REGISTERS];
    uint64_t return_address; /* the column, a DWARF register number */
    bool signal_frame;
};

enum qemucore_status qc_cfi_new(struct qemucore_module *module, struct qc_cfi **ret,
                                struct qemucore_error *error);
void qc_cfi_free(struct qc_cfi *cfi);

/* The row at an address of the process. QEMUCORE_NOT_FOUND: no entry covers it. */
enum qemucore_status qc_cfi_row(struct qc_cfi *cfi, uint64_t address, struct qc_cfi_row *row,
                                struct qemucore_error *error);

/* Where the function, or the part of one, begins and ends that has an entry for an address. */
bool qc_cfi_function(struct qc_cfi *cfi, uint64_t address, uint64_t *start, uint64_t *end);

#endif
