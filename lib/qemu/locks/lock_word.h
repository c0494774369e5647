/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_word - the futex word that a thread sleeps on, and the object that it belongs to
 */
#pragma once

#include "core/core.h"
#include "qemu/locks/lock_state.h"

/* Finds the word that a futex call sleeps on; false: it is no waiting futex call, or its arguments
   are lost. */
bool qc_lock_word(const struct qc_syscall *syscall, uint64_t *ret);

/* Tells the kind and address of the object that a thread sleeps on, by the system call and by the
   memory around the word; QC_LOCK_FUTEX if these do not tell. */
enum qc_lock_kind qc_lock_of_word(struct qc_process *process, const struct qc_syscall *syscall,
                                  uint64_t word, uint64_t *object);
