/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "glibc/mutex.h"

#include <limits.h>

#include "base/base.h"

/* sysdeps/nptl/bits/struct_mutex.h: members of 4 bytes, in this order on every 64-bit CPU. */
#define MUTEX_LOCK 0
#define MUTEX_COUNT 4
#define MUTEX_OWNER 8
#define MUTEX_USERS 12
#define MUTEX_KIND 16

/* nptl/pthreadP.h: the bits of __kind. */
#define KIND_TYPE 0x3
#define KIND_ROBUST 0x10
#define KIND_PRIORITY_INHERITANCE 0x20
#define KIND_PRIORITY_PROTECT 0x40
#define KIND_PROCESS_SHARED 0x80
#define KIND_ELISION 0x300 /* lock elision is wanted, or refused */
#define KIND_DESTROYED (-1) /* pthread_mutex_destroy */

/* nptl/pthreadP.h: __owner after the holder died: the mutex is not recovered, or was given up. */
#define OWNER_INCONSISTENT INT_MAX
#define OWNER_NOT_RECOVERABLE (INT_MAX - 1)

/* include/linux/threads.h: no thread id is larger. */
#define PID_MAX_LIMIT (4 * 1024 * 1024)

/* include/uapi/linux/futex.h: the bits of __lock of a robust or priority inheriting mutex. */
#define FUTEX_WAITERS 0x80000000u
#define FUTEX_OWNER_DIED 0x40000000u
#define FUTEX_TID_MASK 0x3fffffffu

/* __lock of all other mutexes: 0 free, 1 locked, 2 locked and contended. With priority protection,
   the bits above are the ceiling. */
#define LOCK_STATE_MASK 0x7ffffu
#define LOCK_CONTENDED 2u

static void mutex_describe_kind(struct qc_mutex *mutex)
{
    mutex->destroyed = mutex->kind == KIND_DESTROYED;
    if (!mutex->destroyed) {
        mutex->type = (enum qc_mutex_type)(mutex->kind & KIND_TYPE);
        mutex->robust = (mutex->kind & KIND_ROBUST) != 0;
        mutex->priority_inheritance = (mutex->kind & KIND_PRIORITY_INHERITANCE) != 0;
        mutex->priority_protect = (mutex->kind & KIND_PRIORITY_PROTECT) != 0;
        mutex->process_shared = (mutex->kind & KIND_PROCESS_SHARED) != 0;
    }
}

/* In a robust or priority inheriting mutex, __lock holds the owner's thread id. */
static void mutex_describe_owned_word(struct qc_mutex *mutex)
{
    uint32_t word = (uint32_t)mutex->lock;
    mutex->owner_lwp = (int)(word & FUTEX_TID_MASK);
    mutex->owner_died = (word & FUTEX_OWNER_DIED) != 0;
    mutex->contended = (word & FUTEX_WAITERS) != 0;
    mutex->sane = mutex->owner_lwp <= PID_MAX_LIMIT;
    mutex->locked = mutex->sane && mutex->owner_lwp != 0;
    mutex->inconsistent =
        mutex->owner == OWNER_INCONSISTENT || mutex->owner == OWNER_NOT_RECOVERABLE;
}

static void mutex_describe_state_word(struct qc_mutex *mutex)
{
    uint32_t state =
        (uint32_t)mutex->lock & (mutex->priority_protect ? LOCK_STATE_MASK : UINT32_MAX);
    mutex->sane = state <= LOCK_CONTENDED && mutex->owner >= 0 && mutex->owner <= PID_MAX_LIMIT;
    mutex->locked = mutex->sane && state != 0;
    mutex->contended = mutex->sane && state == LOCK_CONTENDED;
    mutex->owner_lwp = mutex->locked ? mutex->owner : 0;
}

static struct qc_mutex mutex_parse(const uint8_t *bytes, bool big_endian)
{
    struct qc_cursor cursor = qc_cursor_new(bytes, QC_MUTEX_SIZE, big_endian);
    return (struct qc_mutex){
        .lock = (int32_t)qc_cursor_u32_at(&cursor, MUTEX_LOCK),
        .count = qc_cursor_u32_at(&cursor, MUTEX_COUNT),
        .owner = (int32_t)qc_cursor_u32_at(&cursor, MUTEX_OWNER),
        .users = qc_cursor_u32_at(&cursor, MUTEX_USERS),
        .kind = (int32_t)qc_cursor_u32_at(&cursor, MUTEX_KIND),
    };
}

static void mutex_describe(struct qc_mutex *mutex)
{
    const int known = KIND_TYPE | KIND_ROBUST | KIND_PRIORITY_INHERITANCE |
                      KIND_PRIORITY_PROTECT | KIND_PROCESS_SHARED | KIND_ELISION;
    mutex_describe_kind(mutex);
    if (mutex->destroyed) {
        mutex->sane = mutex->lock == 0;
    } else if ((mutex->kind & ~known) == 0) {
        if (mutex->robust || mutex->priority_inheritance) {
            mutex_describe_owned_word(mutex);
        } else {
            mutex_describe_state_word(mutex);
        }
    }
    /* Only a recursive mutex has a count. */
    bool counts = mutex->type == QC_MUTEX_RECURSIVE && mutex->count != 0;
    mutex->depth = !mutex->locked ? 0 : counts ? mutex->count : 1;
}

enum qemucore_status qc_mutex_read(struct qc_libc *libc, uint64_t address, struct qc_mutex *ret,
                                   struct qemucore_error *error)
{
    uint8_t bytes[QC_MUTEX_SIZE];
    QC_TRY(qc_libc_read(libc, "pthread_mutex_t", address, bytes, sizeof(bytes), error));
    *ret = mutex_parse(bytes, libc->modules->core->big_endian);
    mutex_describe(ret);
    return QEMUCORE_OK;
}

/* musl, src/internal/pthread_impl.h and src/thread/pthread_mutex_lock.c: _m_lock, the second int, is 0 if
   the mutex is free, EBUSY if it is locked and of the normal type. */
#define MUSL_LOCK 4

bool qc_mutex_is_free_in_musl(struct qc_libc *libc, uint64_t address)
{
    uint32_t word;
    return qc_libc_find(libc)->is_musl &&
           qc_core_read(libc->modules->core, address + MUSL_LOCK, &word, sizeof(word)) && word == 0;
}

QC_DEFINE_WORDS(qc_mutex_type_name, enum qc_mutex_type, QC_MUTEX_TYPES)
