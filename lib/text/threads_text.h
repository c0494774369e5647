/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * threads_text - threads, stacks and frames of a dump, as text
 */
#pragma once

#include "base/base.h"
#include "wait/wait.h"

/* Appends the threads. buffer->failed tells whether memory ran out. */
void qc_text_threads(struct qc_waits *waits, const struct qemucore_render *render,
                     struct qc_strbuf *buffer);

/* Appends an empty line, a headline and one thread's stack. */
void qc_text_stack(struct qc_waits *waits, struct qemucore_thread *thread,
                   const struct qemucore_render *render, struct qc_strbuf *buffer);

/* Append the frames of any stack, at most render->max_frames; and, if the stack ends before the
   outermost frame, the reason. */
void qc_text_frames(struct qc_stack *stack, const struct qemucore_render *render,
                    struct qc_strbuf *buffer);
void qc_text_end(const struct qc_stack *stack, const struct qemucore_render *render,
                 struct qc_strbuf *buffer);

/* Text before the reason why no caller of a coroutine is known. */
#define QC_TEXT_NO_CALLER "the caller of this coroutine is not known: "

/* Append parts of a frame: the function with its namespaces and classes; its arguments,
   "(cpu=0x...)"; how the frame was found, "  (inlined)". */
void qc_text_function(const struct qemucore_frame *frame, struct qc_strbuf *buffer);
void qc_text_arguments(struct qemucore_frame *frame, unsigned depth, struct qc_strbuf *buffer);
void qc_text_frame_marks(const struct qemucore_frame *frame, struct qc_strbuf *buffer);

/* Appends how many frames of a long stack are left out before this one; nothing if none are. */
void qc_text_left_out(const struct qemucore_frame *frame, struct qc_strbuf *buffer);
