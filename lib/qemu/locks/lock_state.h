/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_state - what the memory of a lock tells
 *
 * Readers (lock_mutex.c, ...) fill it in. Numbers stay numbers here; render spells them.
 */
#ifndef QC_QEMU_LOCKS_LOCK_STATE_H
#define QC_QEMU_LOCKS_LOCK_STATE_H

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
    QC_LOCK_THREAD, /* a pthread_t that somebody joins; from here on no types of C */
    QC_LOCK_FUTEX,  /* a futex word of nothing that we know */
    QC_LOCK_KINDS,
};

enum qc_lock_status {
    QC_LOCK_IS_UNKNOWN,
    QC_LOCK_IS_FREE,
    QC_LOCK_IS_LOCKED,
    QC_LOCK_IS_READ_LOCKED,
    QC_LOCK_IS_WRITE_LOCKED,
    QC_LOCK_IS_DESTROYED,
    QC_LOCK_IS_IDLE,      /* of what threads queue at: nobody does */
    QC_LOCK_IS_WAITED,
    QC_LOCK_IS_ZERO,      /* of a semaphore: the next one has to wait */
    QC_LOCK_IS_AVAILABLE,
    QC_LOCK_IS_SET,
    QC_LOCK_IS_BUSY,      /* of an event: reset, and a thread has come to wait */
    QC_LOCK_IS_RUNNING,   /* of a thread */
    QC_LOCK_IS_ENDED,
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
    uint64_t value;             /* of a negative one the two's complement */
    char *text;                 /* of QC_FORMAT_TEXT only */
};

struct qc_lock_state {
    enum qc_lock_kind kind;
    uint64_t address;
    enum qc_lock_status status;
    char *sentence;     /* what the memory says; NULL: nothing more than the status */
    char *why_absent;   /* why it can't be read: the status is unknown then */
    bool locked;
    int owner_lwp;      /* 0: nobody, or not known */
    bool has_count;
    uint64_t count;     /* recursion depth; value of a semaphore; readers of a rwlock */
    bool has_recorded_waiters;
    uint64_t recorded_waiters; /* as the object itself says */
    bool recorded_is_exact; /* it counts the threads that sleep now, not those that may */
    uint64_t signalled; /* waiters that were signalled and have not run */
    bool owner_died;    /* of a robust mutex */
    uint64_t mutex;     /* of a condition or semaphore: the mutex that belongs to it; 0: not known */
    uint64_t inner_cond; /* of a semaphore: the condition that its waiters sleep on; 0: none */
    QC_VEC(struct qc_lock_field) fields; /* as the memory has them */
};

void qc_lock_state_free(struct qc_lock_state *state);

/* "free", "locked", "waited", ...: see qemucore_lock_state. */
const char *qc_lock_status_word(enum qc_lock_status status);
/* Nobody holds what is so, and nobody need wait for it. */
bool qc_lock_status_is_quiet(enum qc_lock_status status);

/* What is known in most words: the sentence, else why it can't be read, else the status. */
const char *qc_lock_state_sentence(const struct qc_lock_state *state);

/* ---- for the readers ---- */

/* Fills in an object whose kind and address are set. */
typedef void qc_lock_reader(struct qc_process *process, struct qc_lock_state *state);
/* The object whose waiters sleep on a futex word; 0: there is none that makes sense. */
typedef uint64_t qc_lock_from_word(struct qc_process *process, uint64_t word);

void qc_lock_say(struct qc_lock_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void qc_lock_add_number(struct qc_lock_state *state, const char *name, enum qc_lock_format format,
                        uint64_t value);
void qc_lock_add_text(struct qc_lock_state *state, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The object can't be read, and why. */
void qc_lock_absent(struct qc_lock_state *state, const struct qemucore_error *error);
/* The 32 bits at an address, or the object can't be read. */
bool qc_lock_read_word(struct qc_process *process, uint64_t address, struct qc_lock_state *state,
                       uint32_t *ret);

#endif
