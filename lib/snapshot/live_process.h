/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live_process - a living process as a whole, from its /proc folder
 */
#ifndef QC_SNAPSHOT_LIVE_PROCESS_H
#define QC_SNAPSHOT_LIVE_PROCESS_H

#include "snapshot/core_file.h"

/* What CPU its program is for; QEMUCORE_UNSUPPORTED: one that there is no table for, or 32 bits. */
enum qemucore_status qc_live_arch(int directory, const struct qc_arch **ret,
                                  struct qemucore_error *error);

/* As /proc has it: 'S', 'Z', ... of a process or of a thread; 0: it is gone, or may not be looked at. */
char qc_live_state(int directory);

enum qemucore_status qc_live_process_read(int directory, struct qc_live_process *ret,
                                          struct qemucore_error *error);

#endif
