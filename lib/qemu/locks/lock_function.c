/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock_function.h"

#include "qemu/threads/frames.h"

/*
 * The C library's functions have the names of its symbol tables in all versions. Arguments of
 * GLib's functions are known only with its debug info. QEMU's functions are from
 * util/qemu-thread-posix.c, util/event.c, util/lockcnt.c and util/qsp.c, 4.0 to 11.1.
 */
static const struct qc_lock_function functions[] = {
    {"pthread_mutex_lock", QC_LOCK_PTHREAD_MUTEX, "mutex", NULL},
    {"pthread_mutex_timedlock", QC_LOCK_PTHREAD_MUTEX, "mutex", NULL},
    {"pthread_mutex_clocklock", QC_LOCK_PTHREAD_MUTEX, "mutex", NULL},
    {"pthread_mutex_lock_full", QC_LOCK_PTHREAD_MUTEX, "mutex", NULL},
    {"pthread_mutex_cond_lock", QC_LOCK_PTHREAD_MUTEX, "mutex", NULL},
    {"pthread_mutex_cond_lock_full", QC_LOCK_PTHREAD_MUTEX, "mutex", NULL},
    {"pthread_cond_wait", QC_LOCK_PTHREAD_COND, "cond", "mutex"},
    {"pthread_cond_wait_common", QC_LOCK_PTHREAD_COND, "cond", "mutex"},
    {"pthread_cond_timedwait", QC_LOCK_PTHREAD_COND, "cond", "mutex"},
    {"pthread_cond_timedwait64", QC_LOCK_PTHREAD_COND, "cond", "mutex"},
    {"pthread_cond_clockwait", QC_LOCK_PTHREAD_COND, "cond", "mutex"},
    {"pthread_cond_clockwait64", QC_LOCK_PTHREAD_COND, "cond", "mutex"},
    {"pthread_rwlock_rdlock", QC_LOCK_PTHREAD_RWLOCK, "rwlock", NULL},
    {"pthread_rwlock_wrlock", QC_LOCK_PTHREAD_RWLOCK, "rwlock", NULL},
    {"pthread_rwlock_rdlock_full64", QC_LOCK_PTHREAD_RWLOCK, "rwlock", NULL},
    {"pthread_rwlock_wrlock_full64", QC_LOCK_PTHREAD_RWLOCK, "rwlock", NULL},
    {"pthread_rwlock_timedrdlock", QC_LOCK_PTHREAD_RWLOCK, "rwlock", NULL},
    {"pthread_rwlock_timedwrlock", QC_LOCK_PTHREAD_RWLOCK, "rwlock", NULL},
    {"sem_wait", QC_LOCK_SEM, "sem", NULL},
    {"new_sem_wait", QC_LOCK_SEM, "sem", NULL},
    {"new_sem_wait_slow", QC_LOCK_SEM, "sem", NULL},
    {"new_sem_wait_slow64", QC_LOCK_SEM, "sem", NULL},
    {"sem_timedwait", QC_LOCK_SEM, "sem", NULL},
    {"sem_timedwait64", QC_LOCK_SEM, "sem", NULL},
    {"sem_clockwait", QC_LOCK_SEM, "sem", NULL},
    {"sem_clockwait64", QC_LOCK_SEM, "sem", NULL},
    {"pthread_join", QC_LOCK_THREAD, "threadid", NULL},
    {"pthread_timedjoin_ex", QC_LOCK_THREAD, "threadid", NULL},
    {"pthread_clockjoin_ex", QC_LOCK_THREAD, "threadid", NULL},

    /* The C library locks its own objects by it, never a mutex: a FILE, malloc's arenas. A FILE is
       locked inside of qemu_mutex_lock_impl() if that is traced to a log (util/log.c). */
    {"lll_lock_wait_private", QC_LOCK_FUTEX, "futex", NULL},

    /* GLib builds its own locks on futexes; their words look like those of the C library. */
    {"g_mutex_lock", QC_LOCK_FUTEX, "mutex", NULL},
    {"g_mutex_lock_slowpath", QC_LOCK_FUTEX, "mutex", NULL},
    {"g_cond_wait", QC_LOCK_FUTEX, "cond", NULL},
    {"g_cond_wait_until", QC_LOCK_FUTEX, "cond", NULL},

    {"qemu_mutex_lock_impl", QC_LOCK_QEMU_MUTEX, "mutex", NULL},
    {"qsp_mutex_lock", QC_LOCK_QEMU_MUTEX, "obj", NULL},
    {"qsp_bql_mutex_lock", QC_LOCK_QEMU_MUTEX, "obj", NULL},
    {"qemu_rec_mutex_lock_impl", QC_LOCK_QEMU_REC_MUTEX, "mutex", NULL},
    {"qsp_rec_mutex_lock", QC_LOCK_QEMU_REC_MUTEX, "obj", NULL},
    {"qemu_cond_wait_impl", QC_LOCK_QEMU_COND, "cond", "mutex"},
    {"qemu_cond_timedwait_ts", QC_LOCK_QEMU_COND, "cond", "mutex"},
    {"qemu_cond_timedwait_impl", QC_LOCK_QEMU_COND, "cond", "mutex"},
    {"qsp_cond_wait", QC_LOCK_QEMU_COND, "cond", "mutex"},
    {"qsp_cond_timedwait", QC_LOCK_QEMU_COND, "cond", "mutex"},
    {"qemu_sem_wait", QC_LOCK_QEMU_SEMAPHORE, "sem", NULL},
    {"qemu_sem_timedwait", QC_LOCK_QEMU_SEMAPHORE, "sem", NULL},
    {"qemu_futex_wait", QC_LOCK_FUTEX, "f", NULL},
    {"qemu_event_wait", QC_LOCK_QEMU_EVENT, "ev", NULL},
    {"qemu_lockcnt_cmpxchg_or_wait", QC_LOCK_QEMU_LOCKCNT, "lockcnt", NULL},
    {"qemu_lockcnt_lock", QC_LOCK_QEMU_LOCKCNT, "lockcnt", NULL},
    {"qemu_lockcnt_inc", QC_LOCK_QEMU_LOCKCNT, "lockcnt", NULL},
    {"qemu_lockcnt_dec_and_lock", QC_LOCK_QEMU_LOCKCNT, "lockcnt", NULL},
    {"qemu_lockcnt_dec_if_lock", QC_LOCK_QEMU_LOCKCNT, "lockcnt", NULL},
    {"qemu_thread_join", QC_LOCK_THREAD, NULL, NULL},
};

/* Functions of the C library in which a condition's waiter takes its mutex again. */
static const char *const relocks[] = {
    "lll_lock_wait",
    "pthread_mutex_cond_lock",
    "pthread_mutex_cond_lock_full",
};

const struct qc_lock_function *qc_lock_function_find(const struct qemucore_frame *frame)
{
    return qc_array_find(functions, function, qc_frame_is_libc(frame, function->name));
}

bool qc_lock_function_is_relock(const struct qemucore_frame *frame)
{
    return qc_array_any(relocks, relock, qc_frame_is_libc(frame, *relock));
}
