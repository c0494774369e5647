/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/thread_count.h"

#include <inttypes.h>

#include "base/base.h"
#include "qemu/threads/frames.h"

/* A snapshot lists threads and copies memory at different times. */
static bool is_snapshot(const struct qc_process *process)
{
    return qc_vec_any(&process->core->threads, thread, thread->caught != QC_CAUGHT_DEAD);
}

/* The kernel's own threads are no threads of the C library. */
static size_t own_count(const struct qc_threads *threads)
{
    size_t count = 0;
    for (size_t i = 0; i < threads->count; i++) {
        count += threads->items[i].role != QC_ROLE_KERNEL;
    }
    return count;
}

/* Returns how many threads may be counted and not exist yet: pthread_create() counts a thread
   before it asks the kernel for it (nptl/pthread_create.c). */
static size_t being_made(const struct qc_threads *threads)
{
    static const char *const functions[] = {"pthread_create", "pthread_create_2_1", NULL};
    size_t count = 0;
    for (size_t i = 0; i < threads->count; i++) {
        struct qc_stack *stack = qc_thread_stack(&threads->items[i]);
        count += qc_vec_any(&stack->frames, frame, qc_frame_is_one_of_libc(frame, functions));
    }
    return count;
}

void qc_thread_count_check(struct qc_process *process)
{
    uint64_t counted;
    size_t seen = own_count(process->threads);
    process->threads_are_counted = !is_snapshot(process) && qc_pthread_count(&process->libc, &counted);
    if (!process->threads_are_counted || counted <= seen) {
        return;
    }
    counted -= qc_min(counted - seen, being_made(process->threads));
    if (counted > seen) {
        process->threads_are_counted = false;
        qc_core_add_missing(process->core, QEMUCORE_ABSENT, 0, NULL,
                            "the dump lacks %" PRIu64 " of the %" PRIu64 " threads that the C "
                            "library counts",
                            counted - seen, counted);
    }
}

bool qc_thread_count_is_whole(const struct qc_process *process)
{
    return process->threads_are_counted || process->core->missing.count == 0;
}
