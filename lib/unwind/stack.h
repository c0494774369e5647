/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stack - the frames of a thread, named
 */
#ifndef QC_UNWIND_STACK_H
#define QC_UNWIND_STACK_H

#include "dwarf/dwarf.h"
#include "unwind/step.h"

/* What a frame was asked for. */
struct qc_frame_variables {
    bool arguments_listed;
    bool locals_listed;
    struct qc_objects arguments;
    struct qc_objects locals;
};

/* The type of the public header. A dump of a few KiB may have a million of them: what can be had from
   elsewhere is not in here. */
struct qemucore_frame {
    uint64_t pc;
    uint64_t offset;
    const char *function; /* as long as the modules; NULL: unknown */
    struct qemucore_module *module;
    const char *source_file;
    struct qc_stack *stack;
    struct qc_frame_variables *variables; /* through qc_stack_arguments and qc_stack_locals only */
    Dwarf_Die scope;      /* where has_scope: debug info */
    unsigned level;
    unsigned source_line;
    unsigned physical;    /* index of the frame on the stack; inlined calls share one */
    bool has_scope;
    bool inlined;
    bool signal;
    bool guessed;
    bool tail_call; /* it jumped to its callee: inferred, no return address exists */
};

struct qc_stack {
    QC_VEC(struct qemucore_frame) frames;
    QC_VEC(struct qc_frame) physical;
    QC_VEC(uint64_t) values;    /* of the registers of all of them */
    const struct qc_arch *arch; /* set where there are frames */
    struct qc_unwinder *unwinder; /* whose budget the frames are of */
    struct qc_frame_context context;
    size_t left_out; /* frames that are left out of the middle, inlined ones not counted ... */
    size_t left_out_at; /* ... before this one */
    char *end;      /* why there is no further frame */
    bool outermost; /* because the last one is the outermost */
};

/* Unwinds at most max_frames frames (inlined ones not counted) from a thread's registers. With
   QC_LIMIT_FRAMES, a stack that has more keeps its outermost ones, too, and what is left out is among
   what the core is missing. Running out of memory ends the stack as any other reason does. */
void qc_stack_unwind(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                     unsigned max_frames, struct qc_stack *stack);

/* The same from registers that a thread, or a coroutine in it, has left behind: their pc is where it
   goes on. */
void qc_stack_unwind_registers(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                               const struct qc_registers *registers, unsigned max_frames,
                               struct qc_stack *stack);

/* Leaves out a frame on the stack, not the first, and all behind it, as another stack's: the one
   before is the outermost, and `end` says why. physical may be how many there are. */
void qc_stack_cut(struct qc_stack *stack, size_t physical, const char *end);

/* The struct is at another place now. */
void qc_stack_moved(struct qc_stack *stack);

void qc_stack_free(struct qc_stack *stack);

/* Frames that are left out between this one and the one that it has called; nearly always 0. */
size_t qc_stack_left_out(const struct qemucore_frame *frame);

/* Listed at the first call that has the memory, evaluated when one is asked for its value. Empty
   without debug info. NULL: out of memory. */
const struct qc_objects *qc_stack_arguments(struct qemucore_frame *frame);
const struct qc_objects *qc_stack_locals(struct qemucore_frame *frame);

/* Frees what they have listed, which nobody may hold: a rendering of many stacks goes on without. */
void qc_stack_forget(struct qemucore_frame *frame);

#endif
