/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cfi - call frame information: how a function's caller is found from any of its instructions
 *
 * The interpreter is our own (DWARF 5, section 6.4; LSB, .eh_frame), on top of libdw's reader of
 * the entries: libdw's interpreter has no loongarch64 in elfutils 0.188 and does not tell
 * "unspecified" from "undefined". Entries are found through the search table of .eh_frame_hdr, so
 * only the entries that stacks need are read. A module without a search table is indexed once.
 */
#pragma once

#include "modules/modules.h"
#include "values/values.h"

struct qc_cfi;

enum qc_cfi_rule_kind {
    QC_CFI_RULE_UNSPECIFIED, /* what that means depends on the CPU */
    QC_CFI_RULE_UNDEFINED,
    QC_CFI_RULE_SAME,
    QC_CFI_RULE_OFFSET,       /* saved at CFA + offset */
    QC_CFI_RULE_VALUE_OFFSET, /* the value is CFA + offset */
    QC_CFI_RULE_REGISTER,     /* the value is in another register */
    QC_CFI_RULE_EXPRESSION,   /* saved at the address that an expression yields */
    QC_CFI_RULE_VALUE_EXPRESSION, /* the value is what an expression yields */
};

struct qc_cfi_rule {
    enum qc_cfi_rule_kind kind;
    int64_t offset;
    uint64_t number;      /* the other register, for REGISTER */
    const uint8_t *bytes; /* the expression; valid as long as the module */
    size_t size;
};

/* The rules that hold at one address. */
struct qc_cfi_row {
    struct qc_cfi_rule cfa; /* REGISTER, plus offset; or VALUE_EXPRESSION */
    struct qc_cfi_rule rules[QC_ARCH_REGISTERS];
    uint64_t return_address; /* DWARF number of the column of the return address */
    bool signal_frame;
};

enum qemucore_status qc_cfi_new(struct qemucore_module *module, struct qc_cfi **ret,
                                struct qemucore_error *error);
void qc_cfi_free(struct qc_cfi *cfi);

/* Computes the row at an address of the process. QEMUCORE_NOT_FOUND: no entry covers it. */
enum qemucore_status qc_cfi_row(struct qc_cfi *cfi, uint64_t address, struct qc_cfi_row *row,
                                struct qemucore_error *error);

/* Finds the extent of the function, or the part of one, whose entry covers an address. */
bool qc_cfi_function(struct qc_cfi *cfi, uint64_t address, uint64_t *start, uint64_t *end);
