/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/thread_list.h"

bool qc_thread_list_add(struct qc_thread_list *list, struct qemucore_thread *thread)
{
    return qc_vec_push(list, thread);
}

bool qc_thread_list_has(const struct qc_thread_list *list, const struct qemucore_thread *thread)
{
    return qc_vec_any(list, at, *at == thread);
}

void qc_thread_list_sort(struct qc_thread_list *list)
{
    qc_vec_sort(list, qc_threads_compare);
}
