/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock - what threads and coroutines wait with, decoded: the C library's and QEMU's own
 *
 * One table of kinds (lock.c), one reader each. A reader fills what the object's own memory tells;
 * who sleeps on it is for the floor above.
 */
#ifndef QC_QEMU_LOCKS_LOCK_H
#define QC_QEMU_LOCKS_LOCK_H

#include "qemu/threads/process.h"

enum qc_lock_kind {
    QC_LOCK_NONE,
    QC_LOCK_PTHREAD_MUTEX,
    QC_LOCK_PTHREAD_COND,
    QC_LOCK_PTHREAD_RWLOCK,
    QC_LOCK_SEM,
    QC_LOCK_QEMU_MUTEX,
    QC_LOCK_QEMU_REC_MUTEX,
    QC_LOCK_QEMU_COND,
    QC_LOCK_QEMU_SEMAPHORE,
    QC_LOCK_QEMU_EVENT,
    QC_LOCK_QEMU_LOCKCNT,
    QC_LOCK_QEMU_SPIN,
    QC_LOCK_CO_MUTEX,
    QC_LOCK_CO_QUEUE,
    QC_LOCK_CO_RWLOCK,
    QC_LOCK_THREAD, /* a pthread_t that somebody joins */
    QC_LOCK_FUTEX,  /* a futex word of nothing that we know */
    QC_LOCK_KINDS,
};

struct qc_lock_field {
    const char *name;
    char *value; /* a number: "0x..." or decimal; or a text */
};

struct qc_lock_state {
    enum qc_lock_kind kind;
    uint64_t address;
    const char *word;   /* "free", "locked", "waited", ...; see qemucore_lock_state */
    char *sentence;     /* what the memory says; NULL: nothing more than the word */
    char *why_absent;   /* it can't be read: word is "unknown" */
    bool locked;
    int owner_lwp;      /* 0: nobody, or not known */
    int owner_tid;      /* as the memory names it, which may be in another PID namespace */
    bool has_count;
    uint64_t count;     /* recursion depth; value of a semaphore; readers of a rwlock */
    bool has_recorded_waiters;
    uint64_t recorded_waiters; /* as the object itself says */
    bool recorded_is_exact; /* it counts the threads that sleep now, not those that may */
    uint64_t signalled; /* waiters that were signalled and have not run */
    bool owner_died;    /* of a robust mutex */
    uint64_t mutex;     /* of a condition or semaphore: the mutex that belongs to it; 0: not known */
    uint64_t inner_cond; /* of a semaphore: the condition that its waiters sleep on; 0: none */
    QC_VEC(struct qc_lock_field) fields; /* raw, as the memory has them */
};

/* Decodes the object. Always fills ret; what can't be read says why. */
void qc_lock_read(struct qc_process *process, enum qc_lock_kind kind, uint64_t address,
                  struct qc_lock_state *ret);
void qc_lock_state_free(struct qc_lock_state *state);

/* "QemuMutex", "pthread_mutex_t", ...; "thread", "futex". */
const char *qc_lock_kind_name(enum qc_lock_kind kind);
/* The other way, with and without "struct "; QC_LOCK_NONE: no lock. */
enum qc_lock_kind qc_lock_kind_of(const char *type);

/* A QemuMutex that locks recursively is a QemuRecMutex: that compilers make a jump of the call of
   qemu_mutex_lock_impl in qemu_rec_mutex_lock_impl hides it on a stack. All else stays. */
enum qc_lock_kind qc_lock_refine(struct qc_process *process, enum qc_lock_kind kind,
                                 uint64_t address);

/* Bytes of an object of a kind, from debug info where QEMU may have changed it; 0: not known. */
size_t qc_lock_size(struct qc_process *process, enum qc_lock_kind kind);

bool qc_lock_is_mutex(enum qc_lock_kind kind);
bool qc_lock_is_cond(enum qc_lock_kind kind);

/* ---- for the readers ---- */

typedef void qc_lock_reader(struct qc_process *process, struct qc_lock_state *state);
qc_lock_reader qc_lock_read_mutex, qc_lock_read_spin, qc_lock_read_rwlock, qc_lock_read_cond,
    qc_lock_read_semaphore, qc_lock_read_event, qc_lock_read_lockcnt, qc_lock_read_co_mutex,
    qc_lock_read_co_queue, qc_lock_read_co_rwlock, qc_lock_read_thread, qc_lock_read_futex;

void qc_lock_say(struct qc_lock_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void qc_lock_add_field(struct qc_lock_state *state, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The object can't be read, and why. */
void qc_lock_absent(struct qc_lock_state *state, const struct qemucore_error *error);

#endif
