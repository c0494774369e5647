/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"

#include "parts/parts.h"
#include "text/text.h"

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
    if (names == NULL) {
        return qc_error_set(error, QEMUCORE_INVALID, "qemucore_parts_render: names is NULL");
    }
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
