/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stacks - the threads of a dump, as text and as JSON; what all renderings share
 */
#ifndef QC_RENDER_STACKS_H
#define QC_RENDER_STACKS_H

#include "base/base.h"
#include "wait/wait.h"

/* Into buffer; whoever takes it sees whether memory ran out. */
void qc_text_threads(struct qc_waits *waits, const struct qemucore_render *render,
                     struct qc_strbuf *buffer);

/* One thread's stack, with a headline and an empty line before it. */
void qc_text_stack(struct qc_waits *waits, struct qemucore_thread *thread,
                   const struct qemucore_render *render, struct qc_strbuf *buffer);

/* A JSON document, to be freed by free(3); NULL: out of memory. */
char *qc_json_threads(struct qc_waits *waits, const struct qemucore_render *render);

#endif
