/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/waits.h"

#include "qemu/qemu.h"
#include "wait/wait_bql.h"

enum qemucore_status qc_waits_new(struct qc_process *process, struct qc_waits **ret,
                                  struct qemucore_error *error)
{
    struct qc_waits *waits = calloc(1, sizeof(*waits));
    if (waits == NULL) {
        return qc_error_memory(error);
    }
    waits->process = process;
    waits->items = calloc(process->threads->count + 1, sizeof(*waits->items));
    if (waits->items == NULL) {
        free(waits);
        return qc_error_memory(error);
    }
    *ret = waits;
    return QEMUCORE_OK;
}

void qc_waits_free(struct qc_waits *waits)
{
    if (waits == NULL) {
        return;
    }
    if (waits->coroutines != NULL) {
        waits->coroutines_free(waits->coroutines);
    }
    free(waits->items);
    free(waits);
}

struct qemucore_wait *qc_waits_of(struct qc_waits *waits, struct qemucore_thread *thread)
{
    struct qemucore_wait *wait = &waits->items[thread->index];
    if (wait->thread == NULL) {
        qc_process_name_threads(waits->process);
        qc_process_bql(waits->process, qc_wait_bql);
        qc_wait_find(waits->process, thread, wait);
    }
    return wait;
}
