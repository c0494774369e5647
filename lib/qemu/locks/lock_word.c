/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock_word.h"

#include "glibc/glibc.h"

/* include/uapi/linux/futex.h */
#define FUTEX_CMD_MASK 0x7fu
#define FUTEX_PRIVATE_FLAG 0x80u
#define FUTEX_WAIT 0u
#define FUTEX_LOCK_PI 6u
#define FUTEX_WAIT_BITSET 9u
#define FUTEX_WAIT_REQUEUE_PI 11u
#define FUTEX_LOCK_PI2 13u

/* As many threads as there can be thread ids (include/linux/threads.h, PID_MAX_LIMIT). */
#define USERS_MAX (4 * 1024 * 1024)

/* nptl/lowlevellock.h: locked, and a thread waits. */
#define LLL_CONTENDED 2u
/* util/qemu-thread-posix.c: EV_BUSY. */
#define EVENT_BUSY 0xffffffffu

static unsigned command(const struct qc_syscall *syscall)
{
    return (unsigned)syscall->arguments[1] & FUTEX_CMD_MASK;
}

bool qc_lock_word(const struct qc_syscall *syscall, uint64_t *ret)
{
    if (!qc_str_is(syscall->name, "futex") || !syscall->known[0] || !syscall->known[1]) {
        return false;
    }
    switch (command(syscall)) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_WAIT_REQUEUE_PI:
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
        *ret = syscall->arguments[0];
        return true;
    default:
        return false;
    }
}

/* Tells whether a mutex is plausible at the word, by its numbers: its owner may have ended, or may
   not be recorded. */
static bool is_mutex(struct qc_process *process, uint64_t word)
{
    struct qc_mutex mutex;
    return qc_mutex_read(&process->libc, word, &mutex, NULL) == QEMUCORE_OK && mutex.sane &&
           !mutex.destroyed && mutex.users <= USERS_MAX && (mutex.owner_lwp != 0 || mutex.count == 0);
}

/* Tells whether the word is the tid in the descriptor of a thread in the dump: a join sleeps on it
   until the kernel clears it. */
static bool is_joined(struct qc_process *process, uint64_t word, uint64_t value)
{
    uint64_t pthread = qc_pthread_from_tid_word(&process->libc, word);
    int lwp;
    return pthread != 0 && qc_pthread_lwp(&process->libc, pthread, &lwp, NULL) == QEMUCORE_OK &&
           lwp == (int)value && qc_process_thread(process, qc_process_lwp(process, lwp)) != NULL;
}

/* Tells whether the word is a semaphore's value: the semaphore counts its sleeping waiters. */
static bool is_semaphore(struct qc_process *process, uint64_t word)
{
    struct qc_semaphore semaphore;
    uint64_t address = qc_semaphore_from_word(&process->libc, word);
    return qc_semaphore_read(&process->libc, address, &semaphore, NULL) == QEMUCORE_OK &&
           semaphore.waiters != 0 && semaphore.waiters <= process->threads->count;
}

/* Tells the kind by the arguments of FUTEX_WAIT; QC_LOCK_FUTEX: they do not tell. */
static enum qc_lock_kind kind_of_wait(struct qc_process *process, const struct qc_syscall *syscall,
                                      uint64_t word)
{
    uint32_t value = (uint32_t)syscall->arguments[2];
    bool private = (syscall->arguments[1] & FUTEX_PRIVATE_FLAG) != 0;
    /* The word of a robust mutex holds the owner, with FUTEX_WAITERS. */
    bool may_be_mutex = (private && value == LLL_CONTENDED) ||
                        (value > LLL_CONTENDED && value != EVENT_BUSY);
    /* Only QEMU's own futexes are not private here. */
    return may_be_mutex && is_mutex(process, word) ? QC_LOCK_PTHREAD_MUTEX
           : !private && value == EVENT_BUSY       ? QC_LOCK_QEMU_EVENT
                                                   : QC_LOCK_FUTEX;
}

enum qc_lock_kind qc_lock_of_word(struct qc_process *process, const struct qc_syscall *syscall,
                                  uint64_t word, uint64_t *object)
{
    uint32_t value = (uint32_t)syscall->arguments[2];
    enum qc_lock_kind kind = QC_LOCK_FUTEX;
    *object = word;
    switch (command(syscall)) {
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
        return QC_LOCK_PTHREAD_MUTEX;
    case FUTEX_WAIT:
        kind = kind_of_wait(process, syscall, word);
        break;
    case FUTEX_WAIT_BITSET:
        break;
    default:
        return QC_LOCK_FUTEX;
    }
    if (kind != QC_LOCK_FUTEX) {
        return kind;
    }
    if (value > LLL_CONTENDED && is_joined(process, word, value)) {
        *object = qc_pthread_from_tid_word(&process->libc, word);
        return QC_LOCK_THREAD;
    }
    uint64_t cond = qc_lock_cond_from_word(process, word);
    if (cond != 0) {
        *object = cond;
        return QC_LOCK_PTHREAD_COND;
    }
    if (command(syscall) == FUTEX_WAIT_BITSET && is_semaphore(process, word)) {
        *object = qc_semaphore_from_word(&process->libc, word);
        return QC_LOCK_SEM;
    }
    return QC_LOCK_FUTEX;
}
