/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_mutex - mutexes, spin locks and read-write locks
 */
#ifndef QC_QEMU_LOCKS_LOCK_MUTEX_H
#define QC_QEMU_LOCKS_LOCK_MUTEX_H

#include "qemu/locks/lock_state.h"

qc_lock_reader qc_lock_read_mutex, qc_lock_read_spin, qc_lock_read_rwlock;
qc_lock_from_word qc_lock_rwlock_from_word;

#endif
