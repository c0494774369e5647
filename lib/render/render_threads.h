/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_threads - the threads of a dump, as text and as JSON; what all renderings share
 */
#ifndef QC_RENDER_RENDER_THREADS_H
#define QC_RENDER_RENDER_THREADS_H

#include "base/base.h"
#include "render/json/json.h"
#include "wait/wait.h"

/* Into buffer; whoever takes it sees whether memory ran out. */
void qc_text_threads(struct qc_waits *waits, const struct qemucore_render *render,
                     struct qc_strbuf *buffer);

/* One thread's stack, with a headline and an empty line before it. */
void qc_text_stack(struct qc_waits *waits, struct qemucore_thread *thread,
                   const struct qemucore_render *render, struct qc_strbuf *buffer);

/* The frames of any stack, as many as are asked for, and, where its end is not the outermost frame,
   why it ends there. */
void qc_text_frames(struct qc_stack *stack, const struct qemucore_render *render,
                    struct qc_strbuf *buffer);
void qc_text_end(const struct qc_stack *stack, const struct qemucore_render *render,
                 struct qc_strbuf *buffer);

/* The parts of a frame: its function, with the namespaces and classes that it is in; "(cpu=0x...)";
   "  (inlined)", and what else there is to say of how it was found. */
void qc_text_function(const struct qemucore_frame *frame, struct qc_strbuf *buffer);
void qc_text_arguments(struct qemucore_frame *frame, unsigned depth, struct qc_strbuf *buffer);
void qc_text_frame_marks(const struct qemucore_frame *frame, struct qc_strbuf *buffer);

/* An array of frames, and one frame; NULL becomes null. */
void qc_json_frames(struct qc_json *json, const char *key, struct qc_stack *stack,
                    const struct qemucore_render *render);
void qc_json_frame(struct qc_json *json, const char *key, struct qemucore_frame *frame,
                   const struct qemucore_render *render);

/* Before a document of stacks is made: its page and its limit. After: whether it has grown too long, and is to be made
   once more with what render now asks for, which is less, and among what the core is missing. */
void qc_json_limit(struct qc_json *json, const struct qemucore_render *render);
bool qc_json_shorten(struct qc_json *json, struct qemucore_render *render, struct qc_core *core);

/* The modules that something is wrong with: after the stacks that pass through them. */
void qc_json_problems(struct qc_json *json, const char *key, const struct qc_modules *modules);

/* A JSON document, to be freed by free(3); NULL: out of memory. */
char *qc_json_threads(struct qc_waits *waits, const struct qemucore_render *render);

#endif
