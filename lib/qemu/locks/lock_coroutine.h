/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_coroutine - CoMutex, CoQueue and CoRwlock, which coroutines hold and wait for
 *
 * Coroutines are given by address. No thread sleeps on these locks.
 */
#ifndef QC_QEMU_LOCKS_LOCK_COROUTINE_H
#define QC_QEMU_LOCKS_LOCK_COROUTINE_H

#include "qemu/locks/lock_state.h"

qc_lock_reader qc_lock_read_co_mutex, qc_lock_read_co_queue, qc_lock_read_co_rwlock;

#endif
