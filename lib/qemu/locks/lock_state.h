/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_state - the state of a lock, as its memory has it
 *
 * Readers (lock_mutex.c, ...) fill it in. Values stay numbers here; text and json spell them.
 */
#pragma once

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
    QC_LOCK_THREAD, /* a pthread_t that is joined; this and later kinds are no C types */
    QC_LOCK_FUTEX,  /* a futex word of an unknown object */
    QC_LOCK_KINDS,
};

enum qc_lock_status {
    QC_LOCK_IS_UNKNOWN,
    QC_LOCK_IS_FREE,
    QC_LOCK_IS_LOCKED,
    QC_LOCK_IS_READ_LOCKED,
    QC_LOCK_IS_WRITE_LOCKED,
    QC_LOCK_IS_DESTROYED,
    QC_LOCK_IS_IDLE,      /* a condition or queue without waiters */
    QC_LOCK_IS_WAITED,    /* a condition or queue with waiters */
    QC_LOCK_IS_ZERO,      /* a semaphore: the next thread has to wait */
    QC_LOCK_IS_AVAILABLE, /* a semaphore: the next thread need not wait */
    QC_LOCK_IS_SET,       /* an event: nobody has to wait */
    QC_LOCK_IS_BUSY,      /* an event: reset, and a thread has come to wait */
    QC_LOCK_IS_RUNNING,   /* a thread */
    QC_LOCK_IS_ENDED,     /* a thread */
};

enum qc_lock_format {
    QC_FORMAT_DECIMAL,
    QC_FORMAT_SIGNED,
    QC_FORMAT_HEX,
    QC_FORMAT_TEXT,
};

struct qc_lock_field {
    const char *name;
    enum qc_lock_format format; /* how the value is usually written */
    uint64_t value;             /* two's complement if negative */
    const char *text;     /* for QC_FORMAT_TEXT only */
};

struct qc_lock_state {
    struct qc_fields *keeper; /* keeps the texts */
    enum qc_lock_kind kind;
    uint64_t address;
    enum qc_lock_status status;
    const char *sentence; /* description of the state; NULL: only the status is known */
    const char *why_absent; /* why it can't be read (status is unknown then); NULL: it was read */
    bool locked;
    int owner_lwp;      /* 0: no owner, or not known */
    bool has_count;
    uint64_t count;     /* recursion depth; value of a semaphore; readers of a rwlock */
    bool has_recorded_waiters;
    uint64_t recorded_waiters; /* number of waiters that the object itself has */
    bool recorded_is_exact; /* recorded_waiters counts only threads that sleep */
    uint64_t signalled; /* waiters that were signalled and have not run */
    bool owner_died;    /* the owner of a robust mutex died */
    uint64_t mutex;     /* mutex that belongs to a condition or semaphore; 0: not known */
    uint64_t inner_cond; /* condition that a semaphore's waiters sleep on; 0: none */
    QC_VEC(struct qc_lock_field) fields; /* members of the object, for display */
};

/* Returns "free", "locked", "waited", ...: see qemucore_lock_state. */
const char *qc_lock_status_word(enum qc_lock_status status);
/* Tells whether a lock of this status is uninteresting in a list: not known to be held or waited
   for. */
bool qc_lock_status_is_quiet(enum qc_lock_status status);

/* Returns the sentence, else the reason why the lock can't be read, else the status. */
const char *qc_lock_state_sentence(const struct qc_lock_state *state);

/* ---- for the readers ---- */

/* Fills in a state whose keeper, kind and address are set. */
typedef void qc_lock_reader(struct qc_process *process, struct qc_lock_state *state);
/* Returns the object whose waiters sleep on a futex word; 0: there is no plausible one. */
typedef uint64_t qc_lock_from_word(struct qc_process *process, uint64_t word);

void qc_lock_say(struct qc_lock_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void qc_lock_add_number(struct qc_lock_state *state, const char *name, enum qc_lock_format format,
                        uint64_t value);
void qc_lock_add_text(struct qc_lock_state *state, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Notes that the object can't be read, and why. */
void qc_lock_absent(struct qc_lock_state *state, const struct qemucore_error *error);
/* Reads 32 bits at an address. False: they can't be read, which is noted in *state. */
bool qc_lock_read_word(struct qc_process *process, uint64_t address, struct qc_lock_state *state,
                       uint32_t *ret);

/* ---- the readers ---- */

/* lock_mutex.c */
qc_lock_reader qc_lock_read_mutex, qc_lock_read_spin, qc_lock_read_rwlock;
qc_lock_from_word qc_lock_rwlock_from_word;

/* lock_cond.c: conditions and semaphores */
qc_lock_reader qc_lock_read_cond, qc_lock_read_semaphore;
qc_lock_from_word qc_lock_cond_from_word, qc_lock_sem_from_word, qc_lock_semaphore_from_word;

/* lock_event.c: QEMU's own users of futexes, joined threads, other futexes */
qc_lock_reader qc_lock_read_event, qc_lock_read_lockcnt, qc_lock_read_thread, qc_lock_read_futex;
qc_lock_from_word qc_lock_thread_from_word;

/* lock_coroutine.c: locks that coroutines hold and wait for. No thread sleeps on them. */
qc_lock_reader qc_lock_read_co_mutex, qc_lock_read_co_queue, qc_lock_read_co_rwlock;
