/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_cond - conditions and semaphores
 */
#ifndef QC_QEMU_LOCKS_LOCK_COND_H
#define QC_QEMU_LOCKS_LOCK_COND_H

#include "qemu/locks/lock_state.h"

qc_lock_reader qc_lock_read_cond, qc_lock_read_semaphore;
qc_lock_from_word qc_lock_cond_from_word, qc_lock_sem_from_word, qc_lock_semaphore_from_word;

#endif
