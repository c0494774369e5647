/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * api_warnings - everything that is missing or not known, as one list
 */
#include <string.h>

#include "api/handle.h"
#include "base/base.h"

QC_EXPORT const char *qemucore_warning_code_name(enum qemucore_warning_code code)
{
    static const char *const names[] = {
        [QEMUCORE_WARNING_MISSING] = "missing", [QEMUCORE_WARNING_MODULE] = "module",
        [QEMUCORE_WARNING_COROUTINES] = "coroutines", [QEMUCORE_WARNING_LOCKS] = "locks",
        [QEMUCORE_WARNING_STATE] = "state", [QEMUCORE_WARNING_VERDICT] = "verdict",
    };
    return qc_str_or(code < qc_count(names) ? names[code] : NULL, "unknown warning");
}

static bool is_same(const struct qemucore_warning *warning, enum qemucore_warning_code code,
                    const char *sentence, const struct qemucore_module *module)
{
    return warning->code == code && warning->module == module &&
           strcmp(warning->sentence, sentence) == 0;
}

/* Appends a warning that the list lacks. Without memory, a QEMUCORE_WARNING_MISSING says so. */
static void warning_add(struct qemucore *core, enum qemucore_warning_code code,
                        const char *sentence, struct qemucore_module *module)
{
    for (const struct qemucore_warning *w = core->warnings; w != NULL; w = w->next) {
        if (is_same(w, code, sentence, module)) {
            return;
        }
    }
    struct qemucore_warning *added = calloc(1, sizeof(*added));
    char *copy = strdup(sentence);
    if (added == NULL || copy == NULL) {
        free(added);
        free(copy);
        return;
    }
    *added = (struct qemucore_warning){.code = code, .sentence = copy, .module = module};
    struct qemucore_warning **end = &core->warnings;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = added;
}

static void add_indexed(struct qemucore *core, enum qemucore_warning_code code,
                        const char *(*sentence_of)(struct qemucore *core, size_t index))
{
    const char *sentence;
    for (size_t i = 0; (sentence = sentence_of(core, i)) != NULL; i++) {
        warning_add(core, code, sentence, NULL);
    }
}

/* Computes the verdict first, because that finds more that is missing. */
static void warnings_find(struct qemucore *core)
{
    qemucore_verdict_state(core);
    const struct qemucore_missing *missing = NULL;
    while ((missing = qemucore_missing_next(core, missing)) != NULL) {
        warning_add(core, QEMUCORE_WARNING_MISSING, missing->sentence, NULL);
    }
    for (size_t i = 0; i < core->modules->list.count; i++) {
        struct qemucore_module *module = core->modules->list.items[i];
        if (module->problem != NULL) {
            warning_add(core, QEMUCORE_WARNING_MODULE, module->problem, module);
        }
    }
    const char *coroutines = qemucore_coroutine_problem(core);
    if (coroutines != NULL) {
        warning_add(core, QEMUCORE_WARNING_COROUTINES, coroutines, NULL);
    }
    add_indexed(core, QEMUCORE_WARNING_LOCKS, qemucore_lock_problem);
    add_indexed(core, QEMUCORE_WARNING_STATE, qemucore_state_problem);
    add_indexed(core, QEMUCORE_WARNING_VERDICT, qemucore_verdict_unknown);
}

QC_EXPORT const struct qemucore_warning *
qemucore_warning_next(struct qemucore *core, const struct qemucore_warning *previous)
{
    if (previous == NULL) {
        warnings_find(core);
    }
    return previous == NULL ? core->warnings : previous->next;
}

QC_GETTER(enum qemucore_warning_code, qemucore_warning_code, qemucore_warning, object->code)
QC_GETTER(const char *, qemucore_warning_sentence, qemucore_warning, object->sentence)
QC_GETTER(struct qemucore_module *, qemucore_warning_module, qemucore_warning, object->module)

