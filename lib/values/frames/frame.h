/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * frame - what a location expression needs to know of the frame that it is evaluated in
 *
 * A plain view, filled by the code that unwound the stack: nothing here knows how that is done.
 */
#pragma once

#include "modules/modules.h"
#include "values/expression.h"
#include "values/value.h"

/* What the frames of a stack have in common. */
struct qc_frame_context {
    const struct qc_thread *thread; /* NULL: not known */
    unsigned entry_budget; /* entry values that this stack may still ask for */
    unsigned *entry_budget_of_all; /* entry values that all stacks may still ask for */
};

struct qc_frame {
    struct qemucore_module *module; /* NULL: in no module */
    struct qc_kept_registers registers;
    uint64_t lookup;   /* address in the process at which the frame's code is looked up */
    uint64_t cfa;      /* if has_cfa */
    Dwarf_Die function;             /* if has_function: DW_TAG_subprogram, no inlined call */
    uint64_t function_start;        /* from the symbol if there is no debug info; 0: not known */
    const struct qc_frame *caller;  /* NULL: not known */
    struct qc_frame_context *context; /* NULL: not known */
    unsigned entry_depth;           /* entry values of callees that led here, nested */
    bool has_cfa;
    bool has_function;
};

/*
 * Evaluates an attribute whose expression is a value (DW_AT_call_value) at a frame. QEMUCORE_ABSENT
 * "optimized out" if no expression covers the frame's address.
 */
enum qemucore_status qc_frame_evaluate(const struct qc_frame *frame, Dwarf_Attribute *attribute,
                                       uint64_t *ret, struct qemucore_error *error);

/* A variable of the frame, or a part of it. */
struct qc_frame_part {
    Dwarf_Die variable;
    uint64_t offset;     /* bytes from the variable's start */
    unsigned bit_size;   /* bits of a bit-field inside its type, as in qc_value_from_bytes */
    unsigned bit_offset;
};

/*
 * Reads the value as one of this type; for a structure or array, its address. Fails with "optimized
 * out", or with what could not be read or understood.
 */
enum qemucore_status qc_frame_value(const struct qc_frame *frame, const struct qc_frame_part *part,
                                    const struct qc_type *type, struct qc_value *ret,
                                    struct qemucore_error *error);

/* Tells whether a variable has no address but some of it is known: the compiler has split it. */
bool qc_frame_is_in_pieces(const struct qc_frame *frame, Dwarf_Die *variable);

/* Finds what a pointer points to if the compiler has removed the target from memory, so that the
   pointer has no value. False: not such a pointer. */
bool qc_frame_pointee(const struct qc_frame *frame, const struct qc_frame_part *part,
                      struct qc_frame_part *ret);

/* Finds a parameter's value when the function was entered, if it was passed in a register. */
enum qemucore_status qc_frame_passed(const struct qc_frame *frame, Dwarf_Die *die,
                                     const struct qc_type *type, struct qc_value *ret,
                                     struct qemucore_error *error);

/* Finds the address of a variable of the frame. */
enum qemucore_status qc_frame_address(const struct qc_frame *frame, Dwarf_Die *die, uint64_t *ret,
                                      struct qemucore_error *error);

/* Returns what to add to DWARF addresses of the frame's module to get addresses of the process. */
uint64_t qc_frame_bias(const struct qc_frame *frame);
