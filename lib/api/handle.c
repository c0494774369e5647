/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"
#include "base/base.h"
#include "bytes/bytes.h"
#include "modules/modules.h"

enum qemucore_status qc_api_graph(struct qemucore *core, struct qc_wait_graph **ret,
                                  struct qemucore_error *error)
{
    if (core->graph == NULL) {
        QC_TRY(qc_wait_graph_new(core->waits, &core->graph, error));
    }
    *ret = core->graph;
    return QEMUCORE_OK;
}

const struct qc_command_line *qc_api_command_line(struct qemucore *core)
{
    if (!core->command_line_looked_for) {
        core->command_line_looked_for = true;
        qc_command_line_find(core->dump, &core->command_line);
        if (!core->dump->shows_secrets) {
            qc_command_line_hide(&core->command_line);
        }
    }
    return &core->command_line;
}

const struct qc_version *qc_api_version(struct qemucore *core)
{
    if (!core->version_looked_for) {
        core->version_looked_for = true;
        qc_version_find(core->modules, &core->version);
    }
    return &core->version;
}

enum qemucore_status qc_api_state(struct qemucore *core, struct qc_state **ret,
                                  struct qemucore_error *error)
{
    if (core->state == NULL) {
        QC_TRY(qc_state_new(core->process, qc_api_command_line(core), qc_wait_bql, &core->state,
                            error));
    }
    *ret = core->state;
    return QEMUCORE_OK;
}

enum qemucore_status qc_api_verdict(struct qemucore *core, struct qc_verdict **ret,
                                    struct qemucore_error *error)
{
    if (core->verdict == NULL) {
        struct qc_wait_graph *graph;
        struct qc_state *state;
        QC_TRY(qc_api_graph(core, &graph, error));
        QC_TRY(qc_api_state(core, &state, error));
        QC_TRY(qc_verdict_new(graph, state, core->comparison, &core->verdict, error));
    }
    *ret = core->verdict;
    return QEMUCORE_OK;
}

char *qc_api_remedy(struct qemucore *core, const struct qc_state *state)
{
    const struct qemucore_module *executable = qc_modules_executable(core->modules);
    if (state->has_types || executable == NULL) {
        return NULL;
    }
    QC_GUARD(qc_remedies_free) struct qc_remedies remedies = {0};
    char *text = NULL;
    int length = 0;
    qc_remedies_find(core->modules, executable, &remedies);
    if (remedies.failed || remedies.count == 0 || !qc_remedy_is_needed(&remedies.items[0])) {
        return NULL;
    }
    const struct qc_remedy *remedy = &remedies.items[0];
    const char *name = qc_path_name(executable->path);
    if (remedy->package != NULL) {
        length = asprintf(&text, "the debug info of %s is in the package %s", name,
                          remedy->package);
    } else if (remedy->line_count != 0) {
        length = asprintf(&text, "the debug info of %s: %s", name, remedy->lines[0]);
    }
    return length < 0 ? NULL : text;
}

size_t qc_api_missing(struct qemucore *core)
{
    qc_core_note_shortages(core->dump);
    return core->dump->missing.count;
}

static void warnings_free(struct qemucore_warning *warnings)
{
    while (warnings != NULL) {
        struct qemucore_warning *next = warnings->next;
        free(warnings->sentence);
        free(warnings);
        warnings = next;
    }
}

QC_EXPORT void qemucore_close(struct qemucore *core)
{
    if (core == NULL) {
        return;
    }
    qc_command_line_free(&core->command_line);
    qc_version_free(&core->version);
    qc_part_problems_free(&core->part_problems);
    warnings_free(core->warnings);
    qc_verdict_free(core->verdict);
    qc_comparison_free(core->comparison);
    qc_armed_timers_free(&core->timers);
    qc_state_free(core->state);
    qc_vec_free(&core->guest.parts);
    qc_wait_graph_free(core->graph);
    qc_waits_free(core->waits);
    qc_process_free(core->process);
    qc_threads_free(core->threads);
    qc_modules_free(core->modules);
    qc_core_free(core->dump);
    for (size_t i = 0; i < core->debuginfo_path_count; i++) {
        free(core->debuginfo_paths[i]);
    }
    free(core->debuginfo_paths);
    free(core->executable);
    free(core->sysroot);
    free(core);
}
