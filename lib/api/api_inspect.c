/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "api/handle.h"
#include "base/base.h"
#include "json/json.h"
#include "parts/parts.h"
#include "text/text.h"

/* The objects that several expressions name. */
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

static enum qemucore_status inspect(struct qc_wait_graph *graph, const char *const *expressions,
                                    size_t count, const struct qc_thread *thread,
                                    struct inspection *ret, struct qemucore_error *error)
{
    ret->objects = calloc(count, sizeof(*ret->objects));
    QC_TRY_MEMORY(ret->objects != NULL, error);
    for (; ret->count < count; ret->count++) {
        const char *expression = expressions[ret->count];
        qc_inspect(graph, qc_str_or(expression, ""), thread, &ret->objects[ret->count]);
    }
    return QEMUCORE_OK;
}

QC_EXPORT enum qemucore_status
qemucore_inspect_render(struct qemucore *core, const char *const *expressions, size_t count,
                        const struct qemucore_render *render, char **ret,
                        struct qemucore_error *error)
{
    struct qemucore_render ours;
    struct qc_wait_graph *graph;
    QC_TRY(qc_api_copy_render(&ours, render, QEMUCORE_RENDER_JSON | QEMUCORE_RENDER_COLOR, error));
    QC_FAIL_IF(expressions == NULL || count == 0, error, QEMUCORE_INVALID, "no expression");
    QC_TRY(qc_api_graph(core, &graph, error));
    const struct qemucore_thread *thread =
        ours.lwp == 0 ? NULL : qc_process_thread(core->process, ours.lwp);
    QC_FAIL_IF(ours.lwp != 0 && thread == NULL, error, QEMUCORE_NOT_FOUND,
               "no thread %d in the dump", ours.lwp);
    QC_GUARD(guard_inspection) struct inspection inspection = {0};
    QC_TRY(inspect(graph, expressions, count, thread == NULL ? NULL : thread->core_thread,
                   &inspection, error));
    char *text = QC_API_RENDER(
        core, &ours, qc_json_inspect(core->waits, inspection.objects, inspection.count, &ours),
        qc_text_inspect(inspection.objects, inspection.count, &ours, &buffer));
    return qc_api_give_text(text, &ours, ret, error);
}

/* ---- topics of the state --------------------------------------------------------------------- */

QC_EXPORT const char *qemucore_part_next(const char *previous)
{
    return qc_part_next(previous);
}

QC_EXPORT const char *qemucore_part_help(const char *name)
{
    return name == NULL ? NULL : qc_part_help(name);
}

QC_EXPORT const char *qemucore_part_problem(const struct qemucore *core, size_t index)
{
    return index < core->part_problems.count ? core->part_problems.items[index] : NULL;
}

static enum qemucore_status names_check(const char *names, struct qemucore_error *error)
{
    QC_FREE char *unknown = NULL;
    QC_FAIL_IF(names == NULL, error, QEMUCORE_INVALID, "qemucore_parts_render: names is NULL");
    return qc_parts_are_known(names, &unknown)
               ? QEMUCORE_OK
               : qc_error_set(error, QEMUCORE_INVALID, "there is no part \"%s\"",
                              qc_str_or(unknown, "?"));
}

QC_EXPORT enum qemucore_status qemucore_parts_render(struct qemucore *core, const char *names,
                                                     const struct qemucore_render *render,
                                                     char **ret, struct qemucore_error *error)
{
    struct qemucore_render ours;
    struct qc_state *state = NULL;
    QC_TRY(names_check(names, error));
    QC_TRY(qc_api_copy_render(&ours, render, QEMUCORE_RENDER_JSON | QEMUCORE_RENDER_COLOR, error));
    if (qc_parts_need_state(names)) {
        QC_TRY(qc_api_state(core, &state, error));
    }
    struct qc_part_problems *problems = &core->part_problems;
    qc_part_problems_free(problems);
    char *text = QC_API_RENDER(core, &ours,
                               (qc_part_problems_free(problems),
                                qc_json_parts(names, core->waits, state, &ours, problems)),
                               qc_text_parts(names, core->waits, state, &ours, problems, &buffer));
    return qc_api_give_text(text, &ours, ret, error);
}
