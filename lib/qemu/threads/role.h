/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * role - what each thread is to QEMU, and the name that QEMU gave it
 *
 * A Linux core has no thread names. QEMU's are made anew from what they were made from: the start
 * routine that is on the stack, and the object that it was given.
 */
#ifndef QC_QEMU_THREADS_ROLE_H
#define QC_QEMU_THREADS_ROLE_H

#include "qemu/threads/process.h"

void qc_roles_find(struct qc_process *process);

#endif
