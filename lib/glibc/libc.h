/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libc - the C library of the process, and where it keeps what in its locks
 *
 * pthread_mutex_t, sem_t and rwlocks have not moved a field on 64-bit CPUs since glibc 2.25.
 * pthread_cond_t has, inside its 48 bytes: up to 2.24 the old condition variable; 2.25 the one with
 * two groups of waiters; and the repair of its lost wake-up (glibc bug 25847: in 2.41, and in the
 * branches of 2.38 to 2.40 from 2025 on) moved its last fields. Distributions may have taken the
 * repair into older ones. So the layout is taken from the first of these that tells: a waiter whose
 * futex word is known beside its condition's address (qc_libc_learn_cond_layout); the debug info of
 * the C library itself; the library's version, where it decides; the types in the executable's debug
 * info, which are those of the headers that it was compiled with.
 */
#ifndef QC_GLIBC_LIBC_H
#define QC_GLIBC_LIBC_H

#include "modules/modules.h"

enum qc_cond_layout {
    QC_COND_UNKNOWN,
    QC_COND_SEQUENCE, /* up to 2.24: __total_seq, __wakeup_seq, __woken_seq */
    QC_COND_GROUPS,   /* 2.25 to 2.40: __g_refs, __wrefs at 36, __g_signals at 40 */
    QC_COND_REPAIRED, /* 2.41 on, and repaired 2.38 to 2.40: __wrefs at 28, __g_signals at 32 */
};

struct qc_libc {
    struct qc_modules *modules;
    bool looked_for;
    struct qemucore_module *module; /* NULL: not found among the modules */
    struct qemucore_module *pthread_module; /* up to 2.33: libpthread; NULL: none */
    bool is_other;                  /* musl or bionic, whose locks we don't know */
    unsigned major, minor;          /* 2.36; 0.0: not known */
    enum qc_cond_layout cond_layout; /* through qc_libc_cond_layout only */
    bool cond_layout_looked_for;
    bool cond_layout_is_certain;    /* not by a version or by headers */
    bool tid_looked_for;
    uint64_t tid;                   /* for glibc/pthread.c: offset of struct pthread.tid */
    uint64_t sizeof_pthread;        /* 0: not known */
};

void qc_libc_init(struct qc_libc *libc, struct qc_modules *modules);

/* Looks at the first call. Always answers; what it could not find out says so. */
const struct qc_libc *qc_libc_find(struct qc_libc *libc);

/* Looked up at the first call, unless it has been learned before. */
enum qc_cond_layout qc_libc_cond_layout(struct qc_libc *libc);

/* QEMUCORE_UNSUPPORTED, with the type in its sentence, where the process has another C library. */
enum qemucore_status qc_libc_check(struct qc_libc *libc, const char *type,
                                   struct qemucore_error *error);

/* The bytes of an object of such a type. */
enum qemucore_status qc_libc_read(struct qc_libc *libc, const char *type, uint64_t address,
                                  void *bytes, size_t size, struct qemucore_error *error);

/*
 * A thread is known to sleep on the condition at `cond`, and its futex word at `word`: their
 * distance is the place of __g_signals (or __futex). Only where nothing better is known.
 */
void qc_libc_learn_cond_layout(struct qc_libc *libc, uint64_t cond, uint64_t word);

#endif
