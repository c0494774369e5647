/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pthread - a pthread_t and the thread that it stands for
 *
 * A pthread_t is the address of glibc's struct pthread, whose member tid is the LWP. The place of
 * tid has not moved since 2.17: behind the thread control block on x86_64 (0x2d0), at 0xd0
 * elsewhere; nptl's symbol _thread_db_pthread_tid says it too, where the library has it.
 */
#ifndef QC_GLIBC_PTHREAD_H
#define QC_GLIBC_PTHREAD_H

#include "glibc/libc.h"

/* LWP of a pthread_t; 0: the thread has ended (its joiner has not been there yet). Fails where the
   descriptor can't be read: a thread that ended and was joined has none. */
enum qemucore_status qc_pthread_lwp(struct qc_libc *libc, uint64_t pthread, int *ret,
                                    struct qemucore_error *error);

/* The thread whose futex word this is (its tid, on which a join sleeps): its pthread_t. */
uint64_t qc_pthread_from_tid_word(struct qc_libc *libc, uint64_t word);

/* What a thread's own descriptor calls it; false: that can't be read, or placed (CPUs whose
   descriptor lies before the thread pointer, without its size). */
bool qc_pthread_own_tid(struct qc_libc *libc, const struct qc_thread *thread, int *ret);

/* False: this LWP's thread pointer belongs to another thread, as that of kernel-made threads
   does (io_uring and vhost workers, KVM's: they are copies of the thread that made them). True
   where that can't be told. */
bool qc_pthread_is_own(struct qc_libc *libc, const struct qc_thread *thread);

#endif
