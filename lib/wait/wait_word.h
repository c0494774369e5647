/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_word - what a futex word tells of the object that it belongs to
 */
#ifndef QC_WAIT_WAIT_WORD_H
#define QC_WAIT_WAIT_WORD_H

#include "wait/thread_wait.h"

/* The word that a futex call sleeps on; false: it is no waiting futex call, or lost. */
bool qc_wait_word(const struct qc_syscall *syscall, uint64_t *ret);

/* The object of a kind whose waiters sleep on this word; 0: there is none that makes sense. */
uint64_t qc_wait_word_object(struct qc_process *process, enum qc_lock_kind kind, uint64_t word);

/* What kind of object a thread sleeps on, from the call alone and what is found in memory;
   QC_LOCK_FUTEX where that tells no more. */
enum qc_lock_kind qc_wait_word_kind(struct qc_process *process, const struct qc_syscall *syscall,
                                    uint64_t word, uint64_t *object);

#endif
