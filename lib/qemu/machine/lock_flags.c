/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/lock_flags.h"

static struct qc_fact flag_read(struct qc_process *process, enum qc_variable variable,
                                const struct qemucore_thread *thread, const char **why)
{
    struct qc_fact flag = {0};
    flag.is_known = qc_variable_read(process->fields, variable, thread->core_thread, &flag.value);
    if (!flag.is_known) {
        qc_fact_explain(why, "not every thread's flags are known: it takes the debug info of QEMU, "
                             "and a thread's own variables");
    }
    return flag;
}

void qc_lock_flags_find(struct qc_process *process, struct qc_lock_flags_list *ret)
{
    for (size_t i = 0; i < process->threads->count; i++) {
        struct qc_lock_flags *flags = qc_vec_add(&ret->list);
        if (flags == NULL) {
            qc_fact_explain(&ret->why_absent, "out of memory");
            return;
        }
        flags->thread = &process->threads->items[i];
        flags->bql = flag_read(process, QC_VARIABLE_BQL_LOCKED, flags->thread, &ret->why_absent);
        flags->replay =
            flag_read(process, QC_VARIABLE_REPLAY_LOCKED, flags->thread, &ret->why_absent);
    }
}
