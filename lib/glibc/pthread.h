/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pthread - a pthread_t and the thread that it stands for
 *
 * A pthread_t is the address of glibc's struct pthread, the thread's descriptor, whose member tid
 * is the LWP. The offset of tid has not changed since 2.17: 0x2d0 on x86_64, after the thread
 * control block; 0xd0 elsewhere. nptl's symbol _thread_db_pthread_tid, if the library has it, holds
 * it, too.
 */
#pragma once

#include "glibc/libc.h"

/* Reads the LWP of a pthread_t; 0: the thread has ended and was not joined yet. Fails if the
   descriptor can't be read: a thread that was joined has none. */
enum qemucore_status qc_pthread_lwp(struct qc_libc *libc, uint64_t pthread, int *ret,
                                    struct qemucore_error *error);

/* Returns the pthread_t whose tid is at `word`; 0: none. */
uint64_t qc_pthread_from_tid_word(struct qc_libc *libc, uint64_t word);

/* Returns the pthread_t that a join on the futex word waits for; 0: not known. A join sleeps on the
   descriptor's tid or, from glibc 2.43 on, on its joinstate. */
uint64_t qc_pthread_from_join_word(struct qc_libc *libc, uint64_t word);

/* Reads the tid in the thread's own descriptor. Returns false if that can't be read, or if its
   place is not certain (CPUs on which the descriptor lies before the thread pointer). */
bool qc_pthread_own_tid(struct qc_libc *libc, const struct qc_thread *thread, int *ret);

/* Reads how many threads the C library counts: the first one, and those that pthread_create() has made
   and that have not ended. fork() sets it to 1 in the child; vfork() does not. False: not known. */
bool qc_pthread_count(struct qc_libc *libc, uint64_t *ret);

/* Returns false if this LWP's thread pointer belongs to another thread. That is so in threads that
   the kernel makes (io_uring and vhost workers, KVM's): they are copies of the thread that made
   them. Returns true if that can't be told. */
bool qc_pthread_is_own(struct qc_libc *libc, const struct qc_thread *thread);
