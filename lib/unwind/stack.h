/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stack - the frames of a thread, with names and variables
 */
#pragma once

#include "unwind/step.h"
#include "values/values.h"

/* The variables of a frame, as far as they were asked for. */
struct qc_frame_variables {
    bool arguments_listed;
    bool locals_listed;
    struct qc_objects arguments;
    struct qc_objects locals;
};

/* The opaque type of the public header. A dump of a few KiB may have a million frames, so what can
   be derived from elsewhere is not stored here. */
struct qemucore_frame {
    uint64_t pc;
    uint64_t offset;
    const char *function; /* valid as long as the modules; NULL: unknown */
    struct qemucore_module *module;
    const char *source_file;
    struct qc_stack *stack;
    struct qc_frame_variables *variables; /* use qc_stack_arguments and qc_stack_locals instead */
    Dwarf_Die scope;      /* DIE of the function or inlined call, if has_scope */
    unsigned level;
    unsigned source_line;
    unsigned physical;    /* index in the stack's `physical`; inlined calls share one */
    bool has_scope;
    bool inlined;
    bool signal;
    bool guessed;
    bool tail_call; /* jumped to its callee: inferred, as no return address exists */
};

struct qc_stack {
    QC_VEC(struct qemucore_frame) frames;
    QC_VEC(struct qc_frame) physical;
    QC_VEC(uint64_t) values;    /* register values of all physical frames */
    const struct qc_arch *arch; /* set if there are frames */
    struct qc_unwinder *unwinder; /* the owner of the budget that the frames are taken from */
    struct qc_frame_context context;
    size_t left_out; /* number of frames left out of the middle, inlined ones not counted */
    size_t left_out_at; /* index of the first frame after those */
    char *end;      /* why there is no further frame */
    bool outermost; /* the last frame is the outermost one */
};

/* Unwinds at most max_frames frames (inlined ones not counted) from a thread's registers. With
   QC_LIMIT_FRAMES, a longer stack keeps its outermost frames, too, and those left out are reported
   among what the core is missing. Running out of memory ends the stack as any other reason does. */
void qc_stack_unwind(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                     unsigned max_frames, struct qc_stack *stack);

/* Unwinds from registers that a thread, or a coroutine in it, has saved: it resumes at their pc. */
void qc_stack_unwind_registers(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                               const struct qc_registers *registers, unsigned max_frames,
                               struct qc_stack *stack);

/* Drops the physical frame of an index above 0, and all outer ones, as frames of another stack. The
   one before becomes the outermost; `end` says why. The index may be the number of frames. */
void qc_stack_cut(struct qc_stack *stack, size_t physical, const char *end);

/* Corrects the pointers to the struct, after it was moved. */
void qc_stack_moved(struct qc_stack *stack);

void qc_stack_free(struct qc_stack *stack);

/* Returns how many frames are left out between this one and the one that it called: mostly 0. */
size_t qc_stack_left_out(const struct qemucore_frame *frame);

/* Return the frame's arguments, or its locals, listed at the first call. Each is evaluated when its
   value is asked for. Empty without debug info. NULL: out of memory; the next call tries again. */
const struct qc_objects *qc_stack_arguments(struct qemucore_frame *frame);
const struct qc_objects *qc_stack_locals(struct qemucore_frame *frame);

/* Frees the arguments and locals of a frame, to save memory when many stacks are rendered. */
void qc_stack_forget(struct qemucore_frame *frame);
