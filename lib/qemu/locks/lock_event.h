/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_event - QEMU's own users of futexes, QemuEvent and QemuLockCnt; joined threads; other
 * futexes
 */
#ifndef QC_QEMU_LOCKS_LOCK_EVENT_H
#define QC_QEMU_LOCKS_LOCK_EVENT_H

#include "qemu/locks/lock_state.h"

qc_lock_reader qc_lock_read_event, qc_lock_read_lockcnt, qc_lock_read_thread, qc_lock_read_futex;
qc_lock_from_word qc_lock_thread_from_word;

#endif
