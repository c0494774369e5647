/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_list - a list of threads
 */
#pragma once

#include "base/base.h"
#include "qemu/qemu.h"

QC_VEC_TYPE(qc_thread_list, struct qemucore_thread *);

/* Adds a thread. False: no memory. */
bool qc_thread_list_add(struct qc_thread_list *list, struct qemucore_thread *thread);

bool qc_thread_list_has(const struct qc_thread_list *list, const struct qemucore_thread *thread);

/* Sorts by LWP: QEMU creates threads of a kind one after the other. */
void qc_thread_list_sort(struct qc_thread_list *list);
