/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_frames.h"

#include <string.h>

#include "glibc/cond.h"
#include "qemu/threads/frames.h"
#include "qemu/threads/own_frame.h"
#include "wait/wait_limits.h"

/* The wait that is inside of a function's own. */
enum inside {
    INNERMOST, /* the function itself goes to sleep */
    MUTEX,
    COND,
    SEMAPHORE,
    FUTEX,
    THREAD,
    ANY,
};

struct row {
    const char *function;
    enum qc_lock_kind kind;
    enum inside inside;
    const char *object; /* argument; NULL: it has none, what is inside knows */
    const char *mutex;  /* argument of a condition's wait */
};

/*
 * The C library's functions by the names that its symbol tables have for them over the versions;
 * GLib's have arguments only with its debug info. QEMU's are those of util/qemu-thread-posix.c,
 * util/event.c, util/lockcnt.c and util/qsp.c, 4.0 to 11.1.
 */
static const struct row rows[] = {
    {"pthread_mutex_lock", QC_LOCK_PTHREAD_MUTEX, INNERMOST, "mutex", NULL},
    {"pthread_mutex_timedlock", QC_LOCK_PTHREAD_MUTEX, INNERMOST, "mutex", NULL},
    {"pthread_mutex_clocklock", QC_LOCK_PTHREAD_MUTEX, INNERMOST, "mutex", NULL},
    {"pthread_mutex_lock_full", QC_LOCK_PTHREAD_MUTEX, INNERMOST, "mutex", NULL},
    {"pthread_mutex_cond_lock", QC_LOCK_PTHREAD_MUTEX, INNERMOST, "mutex", NULL},
    {"pthread_mutex_cond_lock_full", QC_LOCK_PTHREAD_MUTEX, INNERMOST, "mutex", NULL},
    {"pthread_cond_wait", QC_LOCK_PTHREAD_COND, COND, "cond", "mutex"},
    {"pthread_cond_wait_common", QC_LOCK_PTHREAD_COND, COND, "cond", "mutex"},
    {"pthread_cond_timedwait", QC_LOCK_PTHREAD_COND, COND, "cond", "mutex"},
    {"pthread_cond_timedwait64", QC_LOCK_PTHREAD_COND, COND, "cond", "mutex"},
    {"pthread_cond_clockwait", QC_LOCK_PTHREAD_COND, COND, "cond", "mutex"},
    {"pthread_cond_clockwait64", QC_LOCK_PTHREAD_COND, COND, "cond", "mutex"},
    {"pthread_rwlock_rdlock", QC_LOCK_PTHREAD_RWLOCK, INNERMOST, "rwlock", NULL},
    {"pthread_rwlock_wrlock", QC_LOCK_PTHREAD_RWLOCK, INNERMOST, "rwlock", NULL},
    {"pthread_rwlock_rdlock_full64", QC_LOCK_PTHREAD_RWLOCK, INNERMOST, "rwlock", NULL},
    {"pthread_rwlock_wrlock_full64", QC_LOCK_PTHREAD_RWLOCK, INNERMOST, "rwlock", NULL},
    {"pthread_rwlock_timedrdlock", QC_LOCK_PTHREAD_RWLOCK, INNERMOST, "rwlock", NULL},
    {"pthread_rwlock_timedwrlock", QC_LOCK_PTHREAD_RWLOCK, INNERMOST, "rwlock", NULL},
    {"sem_wait", QC_LOCK_SEM, INNERMOST, "sem", NULL},
    {"new_sem_wait", QC_LOCK_SEM, INNERMOST, "sem", NULL},
    {"new_sem_wait_slow", QC_LOCK_SEM, INNERMOST, "sem", NULL},
    {"new_sem_wait_slow64", QC_LOCK_SEM, INNERMOST, "sem", NULL},
    {"sem_timedwait", QC_LOCK_SEM, INNERMOST, "sem", NULL},
    {"sem_timedwait64", QC_LOCK_SEM, INNERMOST, "sem", NULL},
    {"sem_clockwait", QC_LOCK_SEM, INNERMOST, "sem", NULL},
    {"sem_clockwait64", QC_LOCK_SEM, INNERMOST, "sem", NULL},
    {"pthread_join", QC_LOCK_THREAD, INNERMOST, "threadid", NULL},
    {"pthread_timedjoin_ex", QC_LOCK_THREAD, INNERMOST, "threadid", NULL},
    {"pthread_clockjoin_ex", QC_LOCK_THREAD, INNERMOST, "threadid", NULL},

    /* GLib makes its own of futexes, with words that look like the C library's. */
    {"g_mutex_lock", QC_LOCK_FUTEX, INNERMOST, "mutex", NULL},
    {"g_mutex_lock_slowpath", QC_LOCK_FUTEX, INNERMOST, "mutex", NULL},
    {"g_cond_wait", QC_LOCK_FUTEX, INNERMOST, "cond", NULL},
    {"g_cond_wait_until", QC_LOCK_FUTEX, INNERMOST, "cond", NULL},

    {"qemu_mutex_lock_impl", QC_LOCK_QEMU_MUTEX, MUTEX, "mutex", NULL},
    {"qsp_mutex_lock", QC_LOCK_QEMU_MUTEX, MUTEX, "obj", NULL},
    {"qsp_bql_mutex_lock", QC_LOCK_QEMU_MUTEX, MUTEX, "obj", NULL},
    {"qemu_rec_mutex_lock_impl", QC_LOCK_QEMU_REC_MUTEX, MUTEX, "mutex", NULL},
    {"qsp_rec_mutex_lock", QC_LOCK_QEMU_REC_MUTEX, MUTEX, "obj", NULL},
    {"qemu_cond_wait_impl", QC_LOCK_QEMU_COND, COND, "cond", "mutex"},
    {"qemu_cond_timedwait_ts", QC_LOCK_QEMU_COND, COND, "cond", "mutex"},
    {"qemu_cond_timedwait_impl", QC_LOCK_QEMU_COND, COND, "cond", "mutex"},
    {"qsp_cond_wait", QC_LOCK_QEMU_COND, COND, "cond", "mutex"},
    {"qsp_cond_timedwait", QC_LOCK_QEMU_COND, COND, "cond", "mutex"},
    {"qemu_sem_wait", QC_LOCK_QEMU_SEMAPHORE, SEMAPHORE, "sem", NULL},
    {"qemu_sem_timedwait", QC_LOCK_QEMU_SEMAPHORE, SEMAPHORE, "sem", NULL},
    {"qemu_futex_wait", QC_LOCK_FUTEX, INNERMOST, "f", NULL},
    {"qemu_event_wait", QC_LOCK_QEMU_EVENT, FUTEX, "ev", NULL},
    {"qemu_lockcnt_cmpxchg_or_wait", QC_LOCK_QEMU_LOCKCNT, FUTEX, "lockcnt", NULL},
    {"qemu_lockcnt_lock", QC_LOCK_QEMU_LOCKCNT, FUTEX, "lockcnt", NULL},
    {"qemu_lockcnt_inc", QC_LOCK_QEMU_LOCKCNT, FUTEX, "lockcnt", NULL},
    {"qemu_lockcnt_dec_and_lock", QC_LOCK_QEMU_LOCKCNT, FUTEX, "lockcnt", NULL},
    {"qemu_lockcnt_dec_if_lock", QC_LOCK_QEMU_LOCKCNT, FUTEX, "lockcnt", NULL},
    {"qemu_thread_join", QC_LOCK_THREAD, THREAD, NULL, NULL},
};

/* Functions of the C library in which a condition's waiter takes its mutex again. */
static const char *const relocks[] = {
    "lll_lock_wait",
    "lll_lock_wait_private",
    "pthread_mutex_cond_lock",
    "pthread_mutex_cond_lock_full",
};

static const struct row *row_find(const struct qemucore_frame *frame)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (qc_frame_is_libc(frame, rows[i].function)) {
            return &rows[i];
        }
    }
    return NULL;
}

static bool is_relock(const struct qemucore_frame *frame)
{
    for (size_t i = 0; i < sizeof(relocks) / sizeof(relocks[0]); i++) {
        if (qc_frame_is_libc(frame, relocks[i])) {
            return true;
        }
    }
    return false;
}

/* Whether a function whose own wait is of this kind may be what called the one found so far. */
static bool encloses(const struct row *row, enum qc_lock_kind kind)
{
    switch (row->inside) {
    case MUTEX:
        return qc_lock_is_mutex(kind);
    case COND:
        return qc_lock_is_cond(kind) || qc_lock_is_mutex(kind);
    case SEMAPHORE:
        return qc_lock_is_cond(kind) || kind == QC_LOCK_SEM;
    case FUTEX:
        return kind == QC_LOCK_FUTEX || kind == row->kind;
    case THREAD:
        return kind == QC_LOCK_THREAD;
    case INNERMOST:
        return kind == row->kind;
    default:
        return true;
    }
}

/* What of it a frame tells. */
static void frames_take(const struct row *row, struct qemucore_frame *frame, bool has_word,
                        uint64_t word, struct qc_wait_frames *ret)
{
    uint64_t value;
    bool is_cond = qc_lock_is_cond(row->kind);
    uint64_t object = row->object != NULL && qc_frame_variable(frame, row->object, &value) ? value
                                                                                        : 0;
    uint64_t mutex = row->mutex != NULL && qc_frame_variable(frame, row->mutex, &value) ? value
                                                                                      : 0;
    /* Its mutex's futex is the mutex's first word. */
    if (is_cond && has_word) {
        bool in_cond = object != 0 && qc_cond_holds_word(object, word);
        ret->retakes = !in_cond && (word == mutex || ret->retakes);
    }
    ret->frame = frame;
    if (is_cond && ret->retakes) {
        ret->kind = row->kind == QC_LOCK_QEMU_COND ? QC_LOCK_QEMU_MUTEX : QC_LOCK_PTHREAD_MUTEX;
        if (mutex != 0) {
            ret->teller = frame;
            ret->argument = row->mutex;
            ret->object = mutex;
        }
        return;
    }
    ret->kind = row->kind;
    /* That of the condition inside a semaphore is the semaphore's own business. */
    ret->mutex = row->inside == SEMAPHORE ? 0 : mutex != 0 ? mutex : ret->mutex;
    /* What is inside has told the address that this one has lost: it is the same. But a
       semaphore's condition is not where the semaphore is. */
    if (object != 0) {
        ret->teller = frame;
        ret->argument = row->object;
        ret->object = object;
    } else if (row->inside == SEMAPHORE) {
        ret->argument = NULL;
        ret->object = 0;
    }
}

/* Milliseconds or nanoseconds that the timed waits of QEMU were called with. */
static void frames_timeout(struct qemucore_frame *frame, struct qc_wait_frames *ret)
{
    uint64_t value;
    bool timed = qc_frame_is(frame, "qemu_cond_timedwait_impl") ||
                 qc_frame_is(frame, "qemu_sem_timedwait") ||
                 qc_frame_is(frame, "qsp_cond_timedwait");
    if (timed && qc_frame_variable(frame, "ms", &value)) {
        ret->has_timeout = true;
        ret->timeout_ns = (int64_t)(int32_t)value * 1000000;
    } else if (qc_frame_is(frame, "qemu_poll_ns") && qc_frame_variable(frame, "timeout", &value)) {
        ret->has_timeout = true;
        ret->timeout_ns = (int64_t)value;
    }
}

void qc_wait_frames(struct qemucore_thread *thread, bool has_word, uint64_t word,
                    struct qc_wait_frames *ret)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    *ret = (struct qc_wait_frames){.kind = QC_LOCK_NONE};
    for (size_t i = 0; i < stack->frames.count && i < QC_LIMIT_WAIT_FRAMES; i++) {
        struct qemucore_frame *frame = &stack->frames.items[i];
        const struct row *row = row_find(frame);
        frames_timeout(frame, ret);
        if (ret->kind == QC_LOCK_NONE && is_relock(frame)) {
            ret->retakes = true;
        }
        if (row == NULL) {
            /* Of the C library and of QEMU's wrappers not all have a row; anything else is
               already the function that wanted to wait. Without debug info it can't be told
               apart; but the functions that have a row call nobody else. */
            if (frame->signal || qc_frame_is_own(frame)) {
                return;
            }
            continue;
        }
        if (ret->kind != QC_LOCK_NONE && !encloses(row, ret->kind)) {
            return;
        }
        frames_take(row, frame, has_word, word, ret);
    }
}
