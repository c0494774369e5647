/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live_process - facts of a whole living process, from its /proc folder
 */
#pragma once

#include "snapshot/core_file.h"

/* Finds the CPU of its program. QEMUCORE_UNSUPPORTED: 32 bits, or a CPU without a table. */
enum qemucore_status qc_live_arch(int directory, const struct qc_arch **ret,
                                  struct qemucore_error *error);

/* Returns a process's or thread's state as in /proc: 'S', 'Z', ... 0: gone, or not readable. */
char qc_live_state(int directory);

enum qemucore_status qc_live_process_read(int directory, struct qc_live_process *ret,
                                          struct qemucore_error *error);
