/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_slim - what a slim core was made of, as text and as JSON
 */
#ifndef QC_RENDER_RENDER_SLIM_H
#define QC_RENDER_RENDER_SLIM_H

#include "base/base.h"
#include "qemu/qemu.h"

struct qc_slim_report {
    const char *output;   /* the file that was written */
    uint64_t size;        /* its bytes */
    uint64_t core_size;   /* before compression */
    const struct qc_guest_memory *guest;
};

/* Parts that the original held nothing of are not told of. */
void qc_text_slim(const struct qc_slim_report *report, struct qc_strbuf *buffer);

/* A JSON document, schema "qemucore-slim/1", to be freed by free(3); NULL: out of memory. */
char *qc_json_slim(const struct qc_slim_report *report, const struct qemucore_render *render);

#endif
