/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "api/handle.h"
#include "base/base.h"
#include "render/render.h"

/* What several expressions stand for. */
struct inspection {
    struct qc_inspected *objects;
    size_t count;
};

static void guard_inspection(struct inspection *inspection)
{
    for (size_t i = 0; i < inspection->count; i++) {
        qc_inspected_free(&inspection->objects[i]);
    }
    free(inspection->objects);
}

QC_EXPORT enum qemucore_status
qemucore_inspect_render(struct qemucore *core, const char *const *expressions, size_t count,
                        const struct qemucore_render *render, char **ret,
                        struct qemucore_error *error)
{
    struct qemucore_render ours;
    struct qc_wait_graph *graph;
    const struct qc_thread *thread = NULL;
    enum qemucore_status status = qc_api_copy_render(
        &ours, render, QEMUCORE_RENDER_JSON | QEMUCORE_RENDER_COLOR, error);
    if (status == QEMUCORE_OK && (expressions == NULL || count == 0)) {
        status = qc_error_set(error, QEMUCORE_INVALID, "no expression");
    }
    if (status == QEMUCORE_OK) {
        status = qc_api_graph(core, &graph, error);
    }
    if (status != QEMUCORE_OK) {
        return status;
    }
    if (ours.lwp != 0) {
        const struct qemucore_thread *found = qc_process_thread(core->process, ours.lwp);
        if (found == NULL) {
            return qc_error_set(error, QEMUCORE_NOT_FOUND, "no thread %d in the dump", ours.lwp);
        }
        thread = found->core_thread;
    }
    QC_GUARD(guard_inspection) struct inspection inspection = {
        calloc(count, sizeof(*inspection.objects)), 0};
    if (inspection.objects == NULL) {
        return qc_error_memory(error);
    }
    for (; inspection.count < count; inspection.count++) {
        const char *expression = expressions[inspection.count];
        qc_inspect(graph, expression == NULL ? "" : expression, thread,
                   &inspection.objects[inspection.count]);
    }
    char *text;
    if ((ours.flags & QEMUCORE_RENDER_JSON) != 0) {
        text = QC_API_DOCUMENT(core, qc_json_inspect(core->waits, inspection.objects, count, &ours));
    } else {
        struct qc_strbuf buffer = {0};
        qc_text_inspect(inspection.objects, count, &ours, &buffer);
        if (buffer.length == 0) {
            qc_strbuf_put(&buffer, "");
        }
        text = qc_strbuf_take(&buffer);
    }
    return qc_api_give_text(text, &ours, ret, error);
}
