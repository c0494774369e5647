/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutine - a stack that QEMU switches to and from within a thread
 *
 * A coroutine that has entered another one or has yielded, and the thread itself (its "leader"),
 * save their registers in a jmp_buf (util/coroutine-ucontext.c, qemu_coroutine_switch). The stack
 * of a thread that is in a coroutine ends where the coroutine began. Coroutine.caller is what
 * entered the coroutine, and so on up to the leader.
 *
 * Without debug info the leader is still found: its jmp_buf is the only one among QEMU's
 * thread-locals, and is verified by leading to the thread's own stack.
 */
#pragma once

#include "qemu/threads/threads.h"

/* Reads a thread's stack pointer; false: its registers are not in the dump. */
bool qc_thread_stack_pointer(const struct qemucore_thread *thread, uint64_t *ret);

/* Address of the Coroutine that a thread is in; 0: it is in none, or not known. */
uint64_t qc_coroutine_of(struct qemucore_thread *thread);

/* Name of the function that a coroutine began in; NULL: not known. */
const char *qc_coroutine_entry_name(const struct qc_process *process, uint64_t coroutine);

/* Reads the coroutine that entered this one; false: not known. 0: none, it has yielded or is the
   leader. */
bool qc_coroutine_caller(const struct qc_process *process, uint64_t coroutine, uint64_t *ret);

/* Unwinds the stack of a coroutine that no thread runs, from where it left qemu_coroutine_switch;
   *ret must be zeroed. thread: for a leader, its own thread; for other coroutines, any thread. */
enum qemucore_status qc_coroutine_unwind(struct qemucore_thread *thread, uint64_t coroutine,
                                         struct qc_stack *ret, struct qemucore_error *error);

/* The stacks below the coroutine that a thread is in: those of the callers, up to the thread's own
   stack. Found at the first call. */
const struct qc_callers *qc_thread_callers(struct qemucore_thread *thread);
void qc_callers_free(struct qc_callers *callers);

/* Returns the innermost frame of a function on a thread's stack or on its callers' stacks; NULL:
   none. */
struct qemucore_frame *qc_thread_find_frame(struct qemucore_thread *thread, const char *function);

/* Name of the function that entered the coroutine that a thread is in; NULL: not known. */
const char *qc_thread_entered_by(struct qemucore_thread *thread);
