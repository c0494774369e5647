/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_bql - finds the BQL by the threads that wait for it: for a QEMU without debug info
 */
#pragma once

#include "qemu/qemu.h"

/* Returns the mutex that a thread waits for in bql_lock, or that belongs to the condition of an
   idle vCPU. These functions are exported for QEMU's modules, so stripped executables name them.
   Returns 0 if there is none. */
uint64_t qc_wait_bql(struct qc_process *process);
