/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_name - what people call a lock: the name of its variable, or whose it is
 */
#ifndef QC_QEMU_LOCKS_LOCK_NAME_H
#define QC_QEMU_LOCKS_LOCK_NAME_H

#include "qemu/locks/lock.h"

/* All locks that are variables of the executable, or in what these hold and point to, or in its CPUs
   and iothreads (without a name then). Taken at the first call. */
const struct qc_instances *qc_lock_instances(struct qc_process *process);
/* Begins to index what the list takes in the background: it will be asked for. */
void qc_lock_instances_begin(struct qc_process *process);
enum qc_lock_kind qc_lock_instance_kind(const struct qc_instance *item);

/*
 * "qemu_global_mutex", "halt_cond of CPU 0", "AioContext.lock of iothread4", "ram_list.mutex",
 * "current_migration->rate_limit_sem"; malloc, NULL: it has no name. Where nothing else has one,
 * variables of the frames of a thread that uses it ("queue->cond" in vnc_worker_thread_loop) give
 * it: user may be NULL.
 */
char *qc_lock_name(struct qc_process *process, enum qc_lock_kind kind, uint64_t address,
                   struct qemucore_thread *user);

/* By variables of frames alone: "s->free_sema in nbd_co_send_request"; malloc, NULL: none leads to
   it. */
char *qc_lock_name_on_stack(struct qc_stack *stack, enum qc_lock_kind kind, uint64_t address);

/* Whether it is the BQL; its name says it under either of its names. */
bool qc_lock_is_bql(struct qc_process *process, uint64_t address);

#endif
