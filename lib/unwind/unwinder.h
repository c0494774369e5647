/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unwinder - what the stacks of a process share: its modules' call frame information, and budgets
 */
#pragma once

#include "modules/modules.h"
#include "unwind/cfi.h"
#include "unwind/symbolizer.h"
#include "values/values.h"

struct qc_unwinder;

enum qemucore_status qc_unwinder_new(struct qc_modules *modules, struct qc_unwinder **ret,
                                     struct qemucore_error *error);
void qc_unwinder_free(struct qc_unwinder *unwinder);
struct qc_core *qc_unwinder_core(const struct qc_unwinder *unwinder);
struct qc_modules *qc_unwinder_modules(const struct qc_unwinder *unwinder);

/* Budgets that all stacks of a handle share. A used-up one is reported once, as missing data. */
enum qc_unwinder_budget {
    QC_UNWINDER_FRAMES,
    QC_UNWINDER_STEPS,
    QC_UNWINDER_GUESSED_WORDS,
    QC_UNWINDER_BUDGETS
};

/* Takes one unit of a budget. QEMUCORE_LIMIT: the budget is used up. */
enum qemucore_status qc_unwinder_take(struct qc_unwinder *unwinder, enum qc_unwinder_budget budget,
                                      struct qemucore_error *error);

/* Returns the counter of entry values that all stacks together may still ask for. */
unsigned *qc_unwinder_entry_values(struct qc_unwinder *unwinder);

/* Returns true at the first call only: stacks over their own limit are reported once. */
bool qc_unwinder_tell_deep(struct qc_unwinder *unwinder);

/* Returns frames that were freed to the budget. */
void qc_unwinder_give_frames(struct qc_unwinder *unwinder, size_t count);

/* Returns the module at a frame's address. If none is known, first looks for code that the process
   made itself. NULL: there is none. */
struct qemucore_module *qc_unwinder_module(struct qc_unwinder *unwinder, uint64_t address);

/* Returns the symbolizer that all stacks share; NULL: out of memory, nothing is kept. */
struct qc_symbolizer *qc_unwinder_symbolizer(struct qc_unwinder *unwinder);

/* Finds the call frame information of a module, which the unwinder owns. */
enum qemucore_status qc_unwinder_cfi(struct qc_unwinder *unwinder, struct qemucore_module *module,
                                     struct qc_cfi **ret, struct qemucore_error *error);
