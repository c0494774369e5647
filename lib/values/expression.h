/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * expression - DWARF expressions (DWARF 5, section 2.5), evaluated on the dead process
 *
 * The same evaluator serves call frame information, which has its expressions as bytes, and
 * locations of variables, which libdw hands out as operations.
 */
#pragma once

#include <elfutils/libdw.h>

#include "base/base.h"
#include "image/image.h"
#include "values/registers.h"

/* What an expression can ask of its frame, beyond registers. Each function returns a status like
   qc_expression_evaluate. A NULL frame_base makes DW_OP_fbreg unsupported. */
struct qc_expression_frame {
    uint64_t stack_pointer; /* DWARF number of the stack pointer */
    enum qemucore_status (*frame_base)(void *opaque, uint64_t *ret, struct qemucore_error *error);
    enum qemucore_status (*call_frame_address)(void *opaque, uint64_t *ret,
                                               struct qemucore_error *error);
    /* Finds a thread-local variable's address from its offset in its module's TLS segment. */
    enum qemucore_status (*tls_address)(void *opaque, uint64_t offset, uint64_t *ret,
                                        struct qemucore_error *error);
    /* Finds the value that an expression had when the function was entered. */
    enum qemucore_status (*entry_value)(void *opaque, const Dwarf_Op *operations, size_t count,
                                        uint64_t *ret, struct qemucore_error *error);
    /* Finds what the caller computed for a parameter that the compiler has optimized away. */
    enum qemucore_status (*parameter)(void *opaque, Dwarf_Die *parameter, uint64_t *ret,
                                      struct qemucore_error *error);
    void *opaque;
};

struct qc_expression {
    const uint8_t *bytes; /* NULL: use operations */
    size_t size;
    const Dwarf_Op *operations;
    size_t count;
    Dwarf_Attribute *attribute; /* attribute that contains the operations */
    bool big_endian;
    uint64_t bias;    /* added to addresses of the file */
    bool has_initial; /* CFI pushes the CFA before it evaluates a register's rule */
    uint64_t initial;
    const struct qc_expression_frame *frame;
};

enum qc_piece_kind {
    QC_PIECE_NOTHING,  /* optimized out */
    QC_PIECE_MEMORY,   /* in memory, at address `value` */
    QC_PIECE_REGISTER, /* in register number `value` */
    QC_PIECE_VALUE,    /* `value` itself */
    QC_PIECE_BYTES,    /* `bytes` themselves */
    QC_PIECE_POINTER,  /* pointer to byte `value` of `target`, which is not in memory */
};

struct qc_piece {
    enum qc_piece_kind kind;
    uint64_t value;
    Dwarf_Die target;
    const uint8_t *bytes;
    size_t bytes_size;
    uint64_t bit_size; /* 0: the whole object */
    uint64_t bit_offset;
};

#define QC_LOCATION_PIECES 16

struct qc_location {
    size_t count;
    struct qc_piece pieces[QC_LOCATION_PIECES];
};

/* Finds where an object is, or what it is. Reads registers, never writes them. Fails with the
   unsupported operation, the unknown register, or the unreadable address. */
enum qemucore_status qc_expression_locate(const struct qc_expression *expression,
                                          const struct qc_registers *registers,
                                          struct qc_image *image, struct qc_location *ret,
                                          struct qemucore_error *error);

/* Computes the value that an expression leaves on top of the stack. For a register location, that
   is the register's value. */
enum qemucore_status qc_expression_evaluate(const struct qc_expression *expression,
                                            const struct qc_registers *registers,
                                            struct qc_image *image, uint64_t *ret,
                                            struct qemucore_error *error);
