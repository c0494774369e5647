/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/unwinder.h"

#include <stdio.h>

#include "base/base.h"
#include "unwind/unwind_limits.h"

struct module_cfi {
    const struct qemucore_module *module;
    struct qc_cfi *cfi;
};

struct qc_unwinder {
    struct qc_modules *modules;
    size_t taken[QC_UNWINDER_BUDGETS];
    bool is_reported[QC_UNWINDER_BUDGETS];
    bool deep_is_reported;
    unsigned entry_values;
    QC_VEC(struct module_cfi) cfis; /* one for each module that a stack has passed */
    struct qc_symbolizer *symbolizer;
};

enum qemucore_status qc_unwinder_new(struct qc_modules *modules, struct qc_unwinder **ret,
                                     struct qemucore_error *error)
{
    struct qc_unwinder *unwinder = calloc(1, sizeof(*unwinder));
    QC_TRY_MEMORY(unwinder != NULL, error);
    unwinder->modules = modules;
    unwinder->entry_values = QC_LIMIT_ALL_ENTRY_VALUES;
    unwinder->symbolizer = qc_symbolizer_new();
    *ret = unwinder;
    return QEMUCORE_OK;
}

void qc_unwinder_free(struct qc_unwinder *unwinder)
{
    if (unwinder == NULL) {
        return;
    }
    qc_vec_free_each(&unwinder->cfis, item, qc_cfi_free(item->cfi));
    qc_symbolizer_free(unwinder->symbolizer);
    free(unwinder);
}

struct qc_core *qc_unwinder_core(const struct qc_unwinder *unwinder)
{
    return unwinder->modules->core;
}

struct qc_symbolizer *qc_unwinder_symbolizer(struct qc_unwinder *unwinder)
{
    return unwinder->symbolizer;
}

struct qc_modules *qc_unwinder_modules(const struct qc_unwinder *unwinder)
{
    return unwinder->modules;
}

struct qemucore_module *qc_unwinder_module(struct qc_unwinder *unwinder, uint64_t address)
{
    struct qemucore_module *module = qc_modules_find(unwinder->modules, address);
    while (module == NULL && address != 0 && address != UINT64_MAX &&
           qc_modules_add_jit(unwinder->modules)) {
        module = qc_modules_find(unwinder->modules, address);
    }
    return module;
}

enum qemucore_status qc_unwinder_cfi(struct qc_unwinder *unwinder, struct qemucore_module *module,
                                     struct qc_cfi **ret, struct qemucore_error *error)
{
    for (size_t i = 0; i < unwinder->cfis.count; i++) {
        if (unwinder->cfis.items[i].module == module) {
            *ret = unwinder->cfis.items[i].cfi;
            return QEMUCORE_OK;
        }
    }
    struct qc_cfi *cfi;
    QC_TRY(qc_cfi_new(module, &cfi, error));
    if (!qc_vec_push(&unwinder->cfis, (struct module_cfi){module, cfi})) {
        qc_cfi_free(cfi);
        return qc_error_memory(error);
    }
    *ret = cfi;
    return QEMUCORE_OK;
}

static const struct {
    size_t most;
    const char *sentence;
} budgets[QC_UNWINDER_BUDGETS] = {
    [QC_UNWINDER_FRAMES] = {QC_LIMIT_ALL_FRAMES, "all stacks together have more than %zu frames"},
    [QC_UNWINDER_STEPS] = {QC_LIMIT_STEPS, "all stacks together take more than %zu steps to unwind"},
    [QC_UNWINDER_GUESSED_WORDS] = {QC_LIMIT_GUESSED_WORDS,
                                   "callers without unwind information were looked for in more "
                                   "than %zu words of all stacks together"},
};

enum qemucore_status qc_unwinder_take(struct qc_unwinder *unwinder, enum qc_unwinder_budget budget,
                                      struct qemucore_error *error)
{
    if (unwinder->taken[budget] < budgets[budget].most) {
        unwinder->taken[budget]++;
        return QEMUCORE_OK;
    }
    char sentence[128];
    snprintf(sentence, sizeof(sentence), budgets[budget].sentence, budgets[budget].most);
    if (!unwinder->is_reported[budget]) {
        unwinder->is_reported[budget] = true;
        qc_core_add_missing(unwinder->modules->core, QEMUCORE_LIMIT, 0, NULL,
                            "%s: what is beyond is left out", sentence);
    }
    return qc_error_set(error, QEMUCORE_LIMIT, "%s", sentence);
}

unsigned *qc_unwinder_entry_values(struct qc_unwinder *unwinder)
{
    return &unwinder->entry_values;
}

bool qc_unwinder_tell_deep(struct qc_unwinder *unwinder)
{
    bool is_first = !unwinder->deep_is_reported;
    unwinder->deep_is_reported = true;
    return is_first;
}

void qc_unwinder_give_frames(struct qc_unwinder *unwinder, size_t count)
{
    unwinder->taken[QC_UNWINDER_FRAMES] -= count;
}
