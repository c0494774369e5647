/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * expression - DWARF expressions (DWARF 5, section 2.5), evaluated on the dead process
 */
#ifndef QC_DEBUG_EXPRESSION_H
#define QC_DEBUG_EXPRESSION_H

#include "base/error.h"
#include "debug/registers.h"
#include "image/image.h"

struct qc_expression {
    const uint8_t *bytes;
    size_t size;
    bool big_endian;
    uint64_t bias;         /* added to DW_OP_addr */
    bool has_initial;      /* CFI pushes the CFA before it evaluates a register's rule */
    uint64_t initial;
};

/* The value that is left on top of the stack. Registers are read, never written. Fails with the
   opcode that can't be done, the register that is not known, the address that can't be read. */
enum qemucore_status qc_expression_evaluate(const struct qc_expression *expression,
                                            const struct qc_registers *registers,
                                            struct qc_image *image, uint64_t *ret,
                                            struct qemucore_error *error);

#endif
