/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/threads.h"

#include <string.h>

#include "base/base.h"
#include "modules/modules.h"
#include "qemu/threads/coroutine.h"

QC_DEFINE_GUARD(guard_threads, struct qc_threads, qc_threads_free)

QC_DEFINE_WORDS(qc_role_name, enum qc_role, QC_ROLE_LIST)

/* Names the first thread. A Linux core has no other name: pr_fname is that of the first thread. */
static void threads_name(struct qc_threads *threads)
{
    const struct qc_core *core = threads->core;
    bool is_named = core->has_process_information && core->process_name[0] != '\0';
    for (size_t i = 0; is_named && i < threads->count; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        if (thread->core_thread->lwp == core->process_id) {
            thread->name = core->process_name;
            thread->name_from = "NT_PRPSINFO";
        }
    }
}

enum qemucore_status qc_threads_new(struct qc_core *core, struct qc_modules *modules,
                                    unsigned max_frames, struct qc_threads **ret,
                                    struct qemucore_error *error)
{
    QC_GUARD(guard_threads) struct qc_threads *threads = calloc(1, sizeof(*threads));
    QC_TRY_MEMORY(threads != NULL, error);
    threads->core = core;
    threads->max_frames = max_frames;
    threads->items = calloc(core->threads.count + 1, sizeof(*threads->items));
    QC_TRY_MEMORY(threads->items != NULL, error);
    threads->count = core->threads.count;
    for (size_t i = 0; i < threads->count; i++) {
        threads->items[i].threads = threads;
        threads->items[i].index = i;
        threads->items[i].core_thread = &core->threads.items[i];
        threads->items[i].crashed = core->threads.items[i].crashed;
    }
    QC_TRY(qc_unwinder_new(modules, &threads->unwinder, error));
    threads_name(threads);
    *ret = qc_move(threads);
    return QEMUCORE_OK;
}

void qc_threads_free(struct qc_threads *threads)
{
    if (threads == NULL) {
        return;
    }
    for (size_t i = 0; i < threads->count; i++) {
        qc_stack_free(&threads->items[i].stack);
        qc_callers_free(&threads->items[i].callers);
    }
    qc_unwinder_free(threads->unwinder);
    free(threads->items);
    free(threads);
}

int qc_threads_signal(const struct qc_threads *threads, int *sender)
{
    const struct qc_core *core = threads->core;
    int signal = 0;
    for (size_t i = 0; i < threads->count; i++) {
        if (threads->items[i].crashed) {
            signal = threads->items[i].core_thread->signal;
        }
    }
    bool told = core->has_signal_information && core->signal == signal;
    if (sender != NULL) {
        *sender = signal != 0 && told ? core->signal_sender : 0;
    }
    return signal;
}

int qc_threads_compare(const void *left, const void *right)
{
    const struct qemucore_thread *const *a = left;
    const struct qemucore_thread *const *b = right;
    int first = (*a)->core_thread->lwp;
    int second = (*b)->core_thread->lwp;
    return qc_compare(first, second);
}

struct qc_stack *qc_thread_stack(struct qemucore_thread *thread)
{
    if (!thread->unwound) {
        thread->unwound = true;
        qc_stack_unwind(thread->threads->unwinder, thread->core_thread,
                        thread->threads->max_frames, &thread->stack);
    }
    return &thread->stack;
}

char *qc_thread_label(const struct qemucore_thread *thread)
{
    int lwp = thread->core_thread->lwp;
    const char *name = thread->name != NULL ? thread->name : qc_role_name(thread->role);
    return name == NULL ? qc_format("LWP %d", lwp) : qc_format("%s (LWP %d)", name, lwp);
}
