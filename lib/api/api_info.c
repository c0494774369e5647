/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"
#include "base/base.h"
#include "json/json.h"
#include "text/text.h"

QC_EXPORT const char *qemucore_process_argument_next(struct qemucore *core, const char *previous)
{
    return qc_command_line_next(qc_api_command_line(core), previous);
}

QC_EXPORT const char *qemucore_process_arguments_why_absent(struct qemucore *core)
{
    const struct qc_command_line *line = qc_api_command_line(core);
    if (line->arguments != NULL) {
        return NULL;
    }
    return qc_str_or(line->why_absent, "out of memory");
}

QC_FINDER(const char *, qemucore_qemu_version, qemucore, qc_api_version(object)->version)

QC_EXPORT const char *qemucore_qemu_version_why_absent(struct qemucore *core)
{
    const struct qc_version *version = qc_api_version(core);
    if (version->version != NULL) {
        return NULL;
    }
    return qc_str_or(version->why_absent, "out of memory");
}

QC_EXPORT enum qemucore_status qemucore_fault_address(const struct qemucore *core, uint64_t *ret,
                                                      struct qemucore_error *error)
{
    const struct qc_core *loaded = core->dump;
    QC_FAIL_IF(!loaded->has_fault_address ||
               loaded->signal != qc_threads_signal(core->threads, NULL),
               error, QEMUCORE_NOT_FOUND, "the signal that made the dump is not about an address");
    *ret = loaded->fault_address;
    return QEMUCORE_OK;
}

static enum qemucore_status missing_render(struct qemucore *core, char **ret,
                                           struct qemucore_error *error)
{
    struct qc_strbuf buffer = {0};
    qc_text_missing(core->modules, &buffer);
    char *text = qc_strbuf_take(&buffer);
    QC_TRY_MEMORY(text != NULL, error);
    *ret = text;
    return QEMUCORE_OK;
}

QC_EXPORT enum qemucore_status qemucore_info_render(struct qemucore *core,
                                                    const struct qemucore_render *render,
                                                    char **ret, struct qemucore_error *error)
{
    struct qemucore_render ours;
    QC_TRY(qc_api_copy_render(
        &ours, render, QEMUCORE_RENDER_JSON | QEMUCORE_RENDER_COLOR | QEMUCORE_RENDER_MISSING,
        error));
    if ((ours.flags & QEMUCORE_RENDER_MISSING) != 0) {
        return missing_render(core, ret, error);
    }
    struct qc_state *state;
    QC_TRY(qc_api_state(core, &state, error));
    QC_GUARD(qc_remedies_free) struct qc_remedies remedies = {0};
    qc_remedies_find(core->modules, NULL, &remedies);
    QC_TRY_MEMORY(!remedies.failed, error);
    struct qc_info info = {
        .waits = core->waits,
        .command_line = qc_api_command_line(core),
        .version = qc_api_version(core),
        .state = state,
        .remedies = &remedies,
    };
    char *text = QC_API_RENDER(core, &ours, qc_json_info(&info, &ours),
                               qc_text_info(&info, &ours, &buffer));
    return qc_api_give_text(text, &ours, ret, error);
}
