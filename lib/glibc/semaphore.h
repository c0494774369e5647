/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * semaphore - sem_t of glibc: since 2.21 value and waiters in one 64-bit word, before in two
 */
#ifndef QC_GLIBC_SEMAPHORE_H
#define QC_GLIBC_SEMAPHORE_H

#include "glibc/libc.h"

struct qc_semaphore {
    uint32_t value;
    uint32_t waiters;
    bool process_shared;
};

#define QC_SEMAPHORE_SIZE 16 /* bytes that are looked at, of 32 */

enum qemucore_status qc_semaphore_read(struct qc_libc *libc, uint64_t address,
                                       struct qc_semaphore *ret, struct qemucore_error *error);

/* The semaphore whose waiter sleeps on word: that is where the value is. */
uint64_t qc_semaphore_from_word(struct qc_libc *libc, uint64_t word);

#endif
