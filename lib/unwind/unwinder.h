/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unwinder - what the stacks of a process share: its modules' call frame information, and budgets
 */
#ifndef QC_UNWIND_UNWINDER_H
#define QC_UNWIND_UNWINDER_H

#include "dwarf/dwarf.h"
#include "modules/modules.h"
#include "unwind/cfi.h"
#include "unwind/symbolizer.h"

struct qc_unwinder;

enum qemucore_status qc_unwinder_new(struct qc_modules *modules, struct qc_unwinder **ret,
                                     struct qemucore_error *error);
void qc_unwinder_free(struct qc_unwinder *unwinder);
struct qc_core *qc_unwinder_core(const struct qc_unwinder *unwinder);
struct qc_modules *qc_unwinder_modules(const struct qc_unwinder *unwinder);

/* How thread-local variables of frames are found; the C library's floor knows. */
typedef enum qemucore_status qc_tls_address_function(struct qemucore_module *module,
                                                     const struct qc_thread *thread,
                                                     uint64_t offset, uint64_t *ret,
                                                     struct qemucore_error *error);
void qc_unwinder_set_tls(struct qc_unwinder *unwinder, qc_tls_address_function *tls_address);
qc_tls_address_function *qc_unwinder_tls(const struct qc_unwinder *unwinder);

/* What all stacks of a handle may cost. A budget that is used up is among what the core is missing, once. */
enum qc_unwinder_budget {
    QC_UNWINDER_FRAMES,
    QC_UNWINDER_STEPS,
    QC_UNWINDER_GUESSED_WORDS,
    QC_UNWINDER_BUDGETS
};

/* Takes one; QEMUCORE_LIMIT: there is none. */
enum qemucore_status qc_unwinder_take(struct qc_unwinder *unwinder, enum qc_unwinder_budget budget,
                                      struct qemucore_error *error);

/* Entry values that all stacks together may still ask for. */
unsigned *qc_unwinder_entry_values(struct qc_unwinder *unwinder);

/* True at the first call: a stack over its own limit is told of once, however many there are. */
bool qc_unwinder_tell_deep(struct qc_unwinder *unwinder);

/* Frames that are kept no longer. */
void qc_unwinder_give_frames(struct qc_unwinder *unwinder, size_t count);

/* The module of a frame; code that the process made itself is looked for when there is no other. */
struct qemucore_module *qc_unwinder_module(struct qc_unwinder *unwinder, uint64_t address);

/* What was told of the addresses that stacks have come to; NULL: nothing is kept. */
struct qc_symbolizer *qc_unwinder_symbolizer(struct qc_unwinder *unwinder);

/* The call frame information of a module; owned by the unwinder. */
enum qemucore_status qc_unwinder_cfi(struct qc_unwinder *unwinder, struct qemucore_module *module,
                                     struct qc_cfi **ret, struct qemucore_error *error);

#endif
