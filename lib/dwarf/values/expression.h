/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * expression - DWARF expressions (DWARF 5, section 2.5), evaluated on the dead process
 *
 * One evaluator for call frame information, which has its expressions as bytes, and for the
 * locations of variables, which libdw hands out as operations.
 */
#ifndef QC_DWARF_EXPRESSION_H
#define QC_DWARF_EXPRESSION_H

#include <elfutils/libdw.h>

#include "base/base.h"
#include "dwarf/values/registers.h"
#include "image/image.h"

/* What an expression can ask of the frame that it is evaluated in, beyond its registers. Each
   answers as an evaluation does; a NULL member: there is no such thing here (CFI). */
struct qc_expression_frame {
    uint64_t stack_pointer; /* its register */
    enum qemucore_status (*frame_base)(void *opaque, uint64_t *ret, struct qemucore_error *error);
    enum qemucore_status (*call_frame_address)(void *opaque, uint64_t *ret,
                                               struct qemucore_error *error);
    /* Address of a thread-local variable that has this offset in its module's TLS segment. */
    enum qemucore_status (*tls_address)(void *opaque, uint64_t offset, uint64_t *ret,
                                        struct qemucore_error *error);
    /* What an expression was worth when the function was entered. */
    enum qemucore_status (*entry_value)(void *opaque, const Dwarf_Op *operations, size_t count,
                                        uint64_t *ret, struct qemucore_error *error);
    /* What the caller passed for a parameter that is passed nowhere: optimized away, and known. */
    enum qemucore_status (*parameter)(void *opaque, Dwarf_Die *parameter, uint64_t *ret,
                                      struct qemucore_error *error);
    void *opaque;
};

struct qc_expression {
    const uint8_t *bytes; /* NULL: operations */
    size_t size;
    const Dwarf_Op *operations;
    size_t count;
    Dwarf_Attribute *attribute; /* that the operations come from */
    bool big_endian;
    uint64_t bias;    /* added to addresses of the file */
    bool has_initial; /* CFI pushes the CFA before it evaluates a register's rule */
    uint64_t initial;
    const struct qc_expression_frame *frame;
};

enum qc_piece_kind {
    QC_PIECE_NOTHING,  /* optimized out */
    QC_PIECE_MEMORY,   /* at address `value` */
    QC_PIECE_REGISTER, /* in register `value` */
    QC_PIECE_VALUE,    /* is `value` */
    QC_PIECE_BYTES,    /* is `bytes` */
    QC_PIECE_POINTER,  /* points into `target`, which is not in memory, `value` bytes behind its start */
};

struct qc_piece {
    enum qc_piece_kind kind;
    uint64_t value;
    Dwarf_Die target;
    const uint8_t *bytes;
    size_t bytes_size;
    uint64_t bit_size; /* 0: all of the object */
    uint64_t bit_offset;
};

#define QC_LOCATION_PIECES 16

struct qc_location {
    size_t count;
    struct qc_piece pieces[QC_LOCATION_PIECES];
};

/* Where an object is, or what it is. Registers are read, never written. Fails with the operation
   that can't be done, the register that is not known, the address that can't be read. */
enum qemucore_status qc_expression_locate(const struct qc_expression *expression,
                                          const struct qc_registers *registers,
                                          struct qc_image *image, struct qc_location *ret,
                                          struct qemucore_error *error);

/* The value that an expression leaves on top of the stack; of a register location, what the
   register holds. */
enum qemucore_status qc_expression_evaluate(const struct qc_expression *expression,
                                            const struct qc_registers *registers,
                                            struct qc_image *image, uint64_t *ret,
                                            struct qemucore_error *error);

#endif
