/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rwlock - pthread_rwlock_t of glibc (2.25 on)
 */
#pragma once

#include "glibc/libc.h"

struct qc_rwlock {
    uint32_t readers_word;
    uint32_t writers;
    uint32_t wrphase_futex;
    uint32_t writers_futex;
    int32_t writer_lwp; /* LWP that holds it for writing; 0: none */
    unsigned readers;   /* threads that hold it for reading, or wait to */
    bool write_locked;
    bool write_phase;
};

#define QC_RWLOCK_SIZE 56

enum qemucore_status qc_rwlock_read(struct qc_libc *libc, uint64_t address, struct qc_rwlock *ret,
                                    struct qemucore_error *error);
