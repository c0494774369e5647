/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_name - a lock's name: its variable, or the member and the object that it is in
 */
#pragma once

#include "qemu/locks/lock.h"

/* Lists all locks that are variables of the executable, are inside what these variables hold or
   point to, or are inside its CPUs and iothreads. Made at the first call. */
const struct qc_instances *qc_lock_instances(struct qc_process *process);
/* Starts to index, in the background, the debug info that qc_lock_instances needs. */
void qc_lock_instances_begin(struct qc_process *process);
enum qc_lock_kind qc_lock_instance_kind(const struct qc_instance *item);

/*
 * Returns a lock's name: "qemu_global_mutex", "halt_cond of CPU 0", "AioContext.lock of iothread4",
 * "ram_list.mutex", "current_migration->rate_limit_sem"; NULL: it has none. user: a thread whose
 * frames' variables are searched last ("queue->cond in vnc_worker_thread_loop"); NULL: none.
 */
const char *qc_lock_name(struct qc_process *process, enum qc_lock_kind kind, uint64_t address,
                         struct qemucore_thread *user);

/* Names a lock by variables of frames alone: "s->free_sema in nbd_co_send_request"; NULL: no
   variable leads to it. */
const char *qc_lock_name_on_stack(struct qc_process *process, struct qc_stack *stack,
                                  enum qc_lock_kind kind, uint64_t address);

/* Tells whether the lock at an address is the BQL, whichever name this QEMU has for it. */
bool qc_lock_is_bql(struct qc_process *process, uint64_t address);
