/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stacks_json - frames in documents, and the size of documents with stacks
 */
#pragma once

#include "json/json_writer.h"
#include "wait/wait.h"

/* Add an array of frames, and one frame; a frame that is NULL becomes null. */
void qc_json_frames(struct qc_json *json, const char *key, struct qc_stack *stack,
                    const struct qemucore_render *render);
void qc_json_frame(struct qc_json *json, const char *key, struct qemucore_frame *frame,
                   const struct qemucore_render *render);

/* Initializes a document with stacks: its page and its size limit. */
void qc_json_limit(struct qc_json *json, const struct qemucore_render *render);
/* Returns true when the finished document exceeds its limit. Then it is freed, *render asks for
   less, the core notes what is left out, and the caller must make the document again. */
bool qc_json_shorten(struct qc_json *json, struct qemucore_render *render, struct qc_core *core);

/* Adds the modules that have a problem. Must follow the stacks: unwinding finds the problems. */
void qc_json_problems(struct qc_json *json, const char *key, const struct qc_modules *modules);
