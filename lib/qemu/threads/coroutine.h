/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutine - a stack that QEMU switches to and from within a thread
 *
 * A coroutine that has entered another one, or has yielded, and the thread itself (its "leader")
 * have left their registers in a jmp_buf (util/coroutine-ucontext.c, qemu_coroutine_switch). The
 * stack of a thread that is in a coroutine ends where the coroutine began; who has entered that is
 * Coroutine.caller, and so on up to the leader.
 *
 * Where no debug info tells, the leader can be had all the same: it is the one jmp_buf among QEMU's
 * thread-locals, and one that leads to the thread's own stack proves itself.
 */
#ifndef QC_QEMU_THREADS_COROUTINE_H
#define QC_QEMU_THREADS_COROUTINE_H

#include "qemu/threads/threads.h"

/* Where a thread's stack is; false: its registers are not in the dump. */
bool qc_thread_stack_pointer(const struct qemucore_thread *thread, uint64_t *ret);

/* The Coroutine that a thread is in; 0: in none, or not known. */
uint64_t qc_coroutine_of(struct qemucore_thread *thread);

/* The function that a coroutine began in; malloc, NULL: not known. */
char *qc_coroutine_entry_name(const struct qc_process *process, uint64_t coroutine);

/* Who has entered a coroutine; false: not known. 0: nobody, it has yielded or is the leader. */
bool qc_coroutine_caller(const struct qc_process *process, uint64_t coroutine, uint64_t *ret);

/* The stack of a coroutine that runs in no thread, into a zeroed struct: it was left in
   qemu_coroutine_switch. thread: the leader's own one; of others any. */
enum qemucore_status qc_coroutine_unwind(struct qemucore_thread *thread, uint64_t coroutine,
                                         struct qc_stack *ret, struct qemucore_error *error);

/* The stacks that a thread has left for the coroutine that it is in: found at the first call. */
const struct qc_callers *qc_thread_callers(struct qemucore_thread *thread);
void qc_callers_free(struct qc_callers *callers);

/* The innermost frame of a function on a thread's stack, or on those that it has left; NULL: none. */
struct qemucore_frame *qc_thread_find_frame(struct qemucore_thread *thread, const char *function);

/* The function that has entered the coroutine that a thread is in; NULL: not known. */
const char *qc_thread_entered_by(struct qemucore_thread *thread);

#endif
