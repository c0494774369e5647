/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * semaphore - sem_t of glibc: value and waiters are one 64-bit word since 2.21, two words before
 */
#pragma once

#include "glibc/libc.h"

struct qc_semaphore {
    uint32_t value;
    uint32_t waiters;
};

#define QC_SEMAPHORE_SIZE 16 /* bytes that are read; the type has 32 */

enum qemucore_status qc_semaphore_read(struct qc_libc *libc, uint64_t address,
                                       struct qc_semaphore *ret, struct qemucore_error *error);

/* Returns the semaphore whose waiter sleeps on word, which holds the semaphore's value. */
uint64_t qc_semaphore_from_word(struct qc_libc *libc, uint64_t word);
