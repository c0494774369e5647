/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_bql - where the BQL is, by who waits for it: for a QEMU without debug info
 */
#ifndef QC_WAIT_WAIT_BQL_H
#define QC_WAIT_WAIT_BQL_H

#include "qemu/qemu.h"

/* By the mutex that a thread waits for in bql_lock, or that belongs to the condition of a vCPU that
   idles; these functions are exported for QEMU's modules, so that stripped executables name them.
   0: nobody does. */
uint64_t qc_wait_bql(struct qc_process *process);

#endif
