/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mutex - pthread_mutex_t of glibc
 */
#pragma once

#include "glibc/libc.h"

#define QC_MUTEX_TYPES(X)                    \
    X(QC_MUTEX_NORMAL, "normal")             \
    X(QC_MUTEX_RECURSIVE, "recursive")       \
    X(QC_MUTEX_ERRORCHECK, "error checking") \
    X(QC_MUTEX_ADAPTIVE, "adaptive")
enum qc_mutex_type { QC_MUTEX_TYPES(QC_ENUMERATOR) };

struct qc_mutex {
    /* The raw fields. */
    int32_t lock;
    uint32_t count;
    int32_t owner;
    uint32_t users;
    int32_t kind;
    /* What the raw fields mean. */
    enum qc_mutex_type type; /* has no meaning if it is destroyed, or not sane */
    bool robust;
    bool priority_inheritance;
    bool priority_protect;
    bool process_shared;
    bool destroyed;
    bool locked;
    bool contended;      /* a thread waits or may wait (lock is 2; robust and PI: FUTEX_WAITERS) */
    bool owner_died;     /* robust and PI: FUTEX_OWNER_DIED */
    bool inconsistent;   /* robust: not recovered (owner is PTHREAD_MUTEX_INCONSISTENT) or given up
                            (PTHREAD_MUTEX_NOTRECOVERABLE) */
    int owner_lwp;       /* LWP of the holder; 0: free, or locked without naming a holder */
    unsigned depth;      /* how often it is locked: 0 if free, more than 1 if locked recursively */
    bool sane;           /* kind and lock have values that glibc gives them: it may be a mutex */
};

#define QC_MUTEX_SIZE 24 /* bytes that are read; the type has 40 (aarch64: 48) */

/* Tells whether the C library is musl, and the mutex is free. Its mutexes name no holder. */
bool qc_mutex_is_free_in_musl(struct qc_libc *libc, uint64_t address);

enum qemucore_status qc_mutex_read(struct qc_libc *libc, uint64_t address, struct qc_mutex *ret,
                                   struct qemucore_error *error);

/* Returns "normal", "recursive", ... */
const char *qc_mutex_type_name(enum qc_mutex_type type);
