/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_inspect - the objects that a user asks for, as text and as JSON
 */
#pragma once

#include "render/render_threads.h"
#include "wait/wait.h"

/* Appends the objects. Skips those that were not found. */
void qc_text_inspect(const struct qc_inspected *objects, size_t count,
                     const struct qemucore_render *render, struct qc_strbuf *buffer);

/* Returns a JSON document of schema "qemucore-inspect/1", for free(3). NULL: out of memory. */
char *qc_json_inspect(struct qc_waits *waits, const struct qc_inspected *objects, size_t count,
                      const struct qemucore_render *render);
