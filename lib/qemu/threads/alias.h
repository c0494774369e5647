/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * alias - objects by the names that QEMU's developers use for them
 */
#pragma once

#include "qemu/threads/process.h"

/*
 * Finds an object as qc_object_find does. Where no variable has the name, also tries:
 *
 *     first_cpu                      QEMU's macro: the head of the list of vCPUs
 *     qemu_global_mutex, bql         the BQL, under either name
 *     rcu_reader, current, ...       thread-locals of QEMU_DEFINE_CO_TLS, whose variables have
 *                                    the prefix "co_tls_" since 7.0
 *
 * thread: the thread whose thread-locals are meant; NULL: thread-locals are refused.
 */
enum qemucore_status qc_expression_find(struct qc_process *process, const char *expression,
                                        const struct qc_thread *thread, struct qemucore_object *ret,
                                        struct qemucore_error *error);
