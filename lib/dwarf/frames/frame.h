/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * frame - what a location expression needs to know of the frame that it is evaluated in
 *
 * A plain view, filled by whoever unwound the stack: nothing here knows how that is done.
 */
#ifndef QC_DWARF_FRAME_H
#define QC_DWARF_FRAME_H

#include "dwarf/values/expression.h"
#include "dwarf/values/value.h"
#include "modules/modules.h"

/* What the frames of a stack have in common. */
struct qc_frame_context {
    const struct qc_thread *thread; /* NULL: not known */
    /* Where a thread has its thread-locals is the C library's matter; NULL: nobody knows. */
    enum qemucore_status (*tls_address)(struct qemucore_module *module,
                                        const struct qc_thread *thread, uint64_t offset,
                                        uint64_t *ret, struct qemucore_error *error);
    unsigned entry_budget; /* entry values that may still be asked for */
    unsigned *entry_budget_of_all; /* by all stacks together */
};

struct qc_frame {
    struct qemucore_module *module; /* NULL: in no module */
    struct qc_kept_registers registers;
    uint64_t lookup;   /* the address that the frame's code is looked up at, of the process */
    uint64_t cfa;      /* where has_cfa */
    Dwarf_Die function;             /* where has_function: the DW_TAG_subprogram, not an inlined
                                       call */
    uint64_t function_start;        /* by the symbol, where there is no debug info; 0: unknown */
    const struct qc_frame *caller;  /* NULL: not known */
    struct qc_frame_context *context; /* NULL: nothing of it is known */
    unsigned entry_depth;           /* how many entry values of callees lead here */
    bool has_cfa;
    bool has_function;
};

/*
 * Evaluates an attribute whose expression is a value (DW_AT_call_value) at a frame.
 * QEMUCORE_ABSENT "optimized out" where none covers the frame's address.
 */
enum qemucore_status qc_frame_evaluate(const struct qc_frame *frame, Dwarf_Attribute *attribute,
                                       uint64_t *ret, struct qemucore_error *error);

/* A variable of the frame, or a member of it. */
struct qc_frame_part {
    Dwarf_Die variable;
    uint64_t offset;     /* bytes from its start */
    unsigned bit_size;   /* of a bit-field, as in qc_value_from_bytes */
    unsigned bit_offset;
};

/*
 * Its value, as one of this type; of a structure or array its address. Fails with "optimized out", or
 * with what could not be read or understood.
 */
enum qemucore_status qc_frame_value(const struct qc_frame *frame, const struct qc_frame_part *part,
                                    const struct qc_type *type, struct qc_value *ret,
                                    struct qemucore_error *error);

/* Whether a variable has no address, but some of it is known: the compiler has taken it apart. */
bool qc_frame_is_in_pieces(const struct qc_frame *frame, Dwarf_Die *variable);

/* What a pointer points to that the compiler has taken apart as well, so that the pointer has no value;
   false: it is no such one. */
bool qc_frame_pointee(const struct qc_frame *frame, const struct qc_frame_part *part,
                      struct qc_frame_part *ret);

/* The value that a parameter had when the function was entered, where it was passed in a
   register. */
enum qemucore_status qc_frame_passed(const struct qc_frame *frame, Dwarf_Die *die,
                                     const struct qc_type *type, struct qc_value *ret,
                                     struct qemucore_error *error);

/* Where in memory a variable of the frame is. */
enum qemucore_status qc_frame_address(const struct qc_frame *frame, Dwarf_Die *die, uint64_t *ret,
                                      struct qemucore_error *error);

/* DWARF addresses of the frame's module are this much below those of the process. */
uint64_t qc_frame_bias(const struct qc_frame *frame);

#endif
