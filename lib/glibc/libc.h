/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libc - the C library of the process, and the layout of its locks
 *
 * The fields of pthread_mutex_t, sem_t and pthread_rwlock_t have kept their places on 64-bit CPUs
 * since glibc 2.25. The 48 bytes of pthread_cond_t have three layouts: the old one, up to 2.24; the
 * one with two groups of waiters, from 2.25 on; and one whose last fields were moved by the repair
 * of a lost wake-up (glibc bug 25847: in 2.41, and in the branches of 2.38 to 2.40 from 2025 on).
 * Distributions may have taken the repair into older versions. The layout comes from the first of
 * these that has an answer: a waiter whose futex word and condition are both known
 * (qc_libc_learn_cond_layout); the C library's own debug info; its version, where only one layout
 * has it; the executable's debug info, whose types are those of the headers that it was compiled
 * with.
 */
#pragma once

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
    bool is_other;                  /* musl or bionic: the layout of their locks is not known */
    bool is_musl;                   /* that of its mutexes is, in part: qc_mutex_is_free_in_musl */
    unsigned major, minor;          /* 2 and 36 of glibc 2.36; 0 and 0: not known */
    enum qc_cond_layout cond_layout; /* to be read through qc_libc_cond_layout only */
    bool cond_layout_looked_for;
    bool cond_layout_is_certain;    /* false: known from a version or from headers only */
    bool tid_looked_for;
    uint64_t tid;                   /* for glibc/pthread.c: offset of struct pthread.tid */
    uint64_t sizeof_pthread;        /* 0: not known */
    unsigned joins;                 /* how many have been looked up */
};

/* Identifies the C library, at the first call. Never returns NULL: what could not be found out has
   the value for "not known" in the result. */
const struct qc_libc *qc_libc_find(struct qc_libc *libc);

/* Returns the layout of pthread_cond_t, looked up at the first call unless it was learned
   before. */
enum qc_cond_layout qc_libc_cond_layout(struct qc_libc *libc);

/* Fails with QEMUCORE_UNSUPPORTED, and names the type, if the C library is not glibc. */
enum qemucore_status qc_libc_check(struct qc_libc *libc, const char *type,
                                   struct qemucore_error *error);

/* Reads the bytes of an object of the type. Also fails if the C library is not glibc. */
enum qemucore_status qc_libc_read(struct qc_libc *libc, const char *type, uint64_t address,
                                  void *bytes, size_t size, struct qemucore_error *error);

/*
 * Learns the layout from a thread that sleeps on the condition at `cond`, on the futex word at
 * `word`: their distance is the offset of __g_signals (or __futex). Does nothing if the layout is
 * certain.
 */
void qc_libc_learn_cond_layout(struct qc_libc *libc, uint64_t cond, uint64_t word);
