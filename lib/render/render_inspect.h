/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_inspect - objects that were asked for, as text and as JSON
 */
#ifndef QC_RENDER_RENDER_INSPECT_H
#define QC_RENDER_RENDER_INSPECT_H

#include "render/render_threads.h"
#include "wait/wait.h"

/* Objects that are not there have no line. */
void qc_text_inspect(const struct qc_inspected *objects, size_t count,
                     const struct qemucore_render *render, struct qc_strbuf *buffer);

/* A JSON document, schema "qemucore-inspect/1", to be freed by free(3); NULL: out of memory. */
char *qc_json_inspect(struct qc_waits *waits, const struct qc_inspected *objects, size_t count,
                      const struct qemucore_render *render);

#endif
