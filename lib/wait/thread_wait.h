/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_wait - what one thread is doing: running, in a system call, or blocked on which object
 *
 * There are three sources, the best first: the arguments of QEMU's own functions on its stack;
 * those of the C library's; the futex word in the registers of its system call. If two of them know
 * the address, they must agree. The word decides between a condition and the mutex that is taken
 * again after it.
 */
#pragma once

#include "core/core.h"
#include "qemu/qemu.h"

#define QC_WAIT_STATES(X)                                                           \
    X(QC_WAIT_UNKNOWN, "unknown") /* not known */                                   \
    X(QC_WAIT_RUNNING, "running") /* in user space */                               \
    X(QC_WAIT_SYSCALL, "syscall") /* in a system call that is no wait for a lock */ \
    X(QC_WAIT_BLOCKED, "blocked") /* on `kind` at `object` */                       \
    /* the kernel created the thread in the process; never in user space */         \
    X(QC_WAIT_KERNEL, "kernel")
enum qc_wait_state { QC_WAIT_STATES(QC_ENUMERATOR) };

/* The type of the public header. */
struct qemucore_wait {
    struct qemucore_thread *thread;
    enum qc_wait_state state;
    bool in_syscall;
    struct qc_syscall syscall;    /* set if in_syscall */
    enum qc_lock_kind kind;       /* kind of that object; QC_LOCK_NONE: not blocked */
    uint64_t object;              /* its address; 0: not known */
    const char *name;             /* name of the object; NULL: none */
    uint64_t mutex;               /* condition: the mutex that it gave up; 0: not known */
    const char *mutex_name;
    int fd;                       /* descriptor of its system call; -1: none, or not known */
    bool has_timeout;
    bool timeout_is_remaining;    /* the kernel has written back what was left */
    int64_t timeout_ns;           /* negative: no timeout */
    bool has_word;
    uint64_t word;                /* the futex that it sleeps on */
    struct qemucore_frame *frame; /* frame that tells this; NULL: the registers do */
    const char *evidence;         /* one phrase: what this rests on */
    const char *sentence;         /* one line, as in a table */
};

/* Tells whether it is in one of these system calls (NULL ends them), and waits for no lock. */
static inline bool qc_wait_is_in(const struct qemucore_wait *wait, const char *const *names)
{
    return wait->state == QC_WAIT_SYSCALL && qc_str_is_one_of(wait->syscall.name, names);
}

/* Tells whether its system call had ended when the dump was made, and it had not run since. */
static inline bool qc_wait_has_returned(const struct qemucore_wait *wait)
{
    return wait->in_syscall && wait->syscall.has_result && !wait->syscall.interrupted;
}

/* Tells whether it waits for a lock inside the C library, which is held only during a call. */
bool qc_wait_is_of_libc(struct qemucore_thread *thread);

/* Tells whether anything is known of what the thread does. */
bool qc_wait_is_known(const struct qemucore_wait *wait);

/* Tells whether a snapshot met it asleep outside of system calls: the kernel fetches a page. */
bool qc_wait_is_fault(const struct qemucore_wait *wait);

/* Returns "unknown", "running", "syscall", "blocked", "kernel". */
const char *qc_wait_state_name(enum qc_wait_state state);

struct qc_coroutine_waits;

struct qc_waits {
    struct qc_process *process;
    struct qemucore_wait *items; /* in the order of the threads; NULL thread: not asked for yet */
    struct qc_coroutine_waits *coroutines; /* use qc_waits_coroutines, which makes them */
    void (*coroutines_free)(struct qc_coroutine_waits *coroutines);
};

/* Makes the waits. The process must outlive them. */
enum qemucore_status qc_waits_new(struct qc_process *process, struct qc_waits **ret,
                                  struct qemucore_error *error);
void qc_waits_free(struct qc_waits *waits);

struct qemucore_wait *qc_waits_of(struct qc_waits *waits, struct qemucore_thread *thread);
